"""The aggregation benchmark runs, small, and says what it promises to say."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.docs.pages import ROOT

PROMISED = {"method", "annotations", "seconds", "cpu_seconds", "peak_memory_mb", "coding_seconds"}


def test_methods_are_measured() -> None:
    options = ["--annotations", "1000", "--methods", "majority,mace,auto", "--json"]
    done = subprocess.run(
        [sys.executable, "bench/statistics/aggregation.py", *options],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [row["method"] for row in found["aggregation"]] == ["majority", "mace", "auto"]
    for row in found["aggregation"]:
        assert row.keys() >= PROMISED
        assert row["annotations"] == 1000
        assert row["seconds"] > 0


def test_streaming_is_measured() -> None:
    options = ["--annotations", "1000", "--methods", "majority,dawid_skene", "--json"]
    done = subprocess.run(
        [sys.executable, "bench/statistics/streaming.py", *options],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert [(row["method"], row["annotations"]) for row in rows] == [("majority", 1000), ("dawid_skene", 1000)]
    assert all(row["peak_memory_mb"] > 0 and row["seconds"] > 0 for row in rows)
