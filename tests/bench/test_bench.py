"""Each benchmark runs, small, and says what it promises to say."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench import export_tasks, import_tasks
from bench.assay_loop import Plan, measure_all
from bench.figures import percentile, show
from bench.loop import growth
from tests.docs.pages import ROOT

SECONDS = 90
PROMISED = {"loops_per_s", "next_p95_ms", "submit_p95_ms", "cpu_ms_per_loop", "collisions", "lost", "errors"}


def run(script: str, *arguments: str) -> dict[str, object]:
    """The one JSON object that a benchmark prints, run by its path as a person does."""
    done = subprocess.run(
        [sys.executable, f"bench/{script}", *arguments, "--json"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_loop_measures_and_audits() -> None:
    found = run("loop.py", "--tasks", "300", "--annotators", "3", "--seconds", "1")
    assert found.keys() >= PROMISED
    assert isinstance(found["loops"], int)
    assert found["loops"] > 0
    assert (found["collisions"], found["lost"], found["errors"]) == (0, 0, 0), found
    assert found["annotators_without_work"] == 0


def test_loop_goes_over_to_a_new_project_when_slots_run_out_and_ends_when_nothing_is_left() -> None:
    first, second = measure_all([Plan("sqlite", 5, annotators, 1) for annotators in (4, 2)])
    for found, annotators in ((first, 4), (second, 2)):
        assert found["annotators_without_work"] == annotators
        assert found["audit"] == dict.fromkeys(found["audit"], 0)
        assert found["errors"] == 0


def test_import_takes_every_row() -> None:
    found = import_tasks.measure("sqlite", 40)
    assert [(one["rows"], one["annotations"]) for one in found] == [(40, 0), (40, 0), (40, 0), (40, 120)]
    assert all(one["rows_per_s"] > 0 for one in found)


def test_export_gives_every_row() -> None:
    found = export_tasks.measure("sqlite", 40)
    assert [(one["rows"], one["annotations"]) for one in found] == [(40, 120)] * 3
    assert all(one["file_mb"] > 0 for one in found)


@pytest.mark.browser
def test_page_is_measured_by_keyboard() -> None:
    found = run("page.py", "--submissions", "4", "--starts", "1", "--pause-ms", "50")
    assert (found["submissions"], found["lost"]) == (4, 0)
    for name in ("key_to_next_painted_p50_ms", "first_task_painted_ms", "javascript_kb"):
        value = found[name]
        assert isinstance(value, float)
        assert value > 0


def test_percentile_is_a_sample_and_covers_its_share() -> None:
    samples = [float(number) for number in range(1, 101)]
    assert [percentile(samples, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50.0, 95.0, 99.0, 100.0]
    assert percentile([7.0], 0.01) == 7.0


def test_table_keeps_its_columns_aligned() -> None:
    lines = show([{"a": 1}, {"a": 1234.5, "b": "x"}], ("a", "b")).splitlines()
    assert lines == ["      a  b", "      1  –", "1,234.5  x"]


def test_growth_compares_the_most_tasks_with_the_fewest_of_the_same_database_and_annotators() -> None:
    few = {
        "database": "postgresql",
        "annotators": 20,
        "tasks": 10,
        "cpu_ms_per_loop": 2.0,
        "database_cpu_ms_per_loop": 2.0,
    }
    many = {**few, "tasks": 1000, "database_cpu_ms_per_loop": 3.0}
    (found,) = growth([many, few])
    assert (found["from_tasks"], found["to_tasks"], found["cpu_per_loop"]) == (10, 1000, 1.25)
