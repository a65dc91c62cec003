"""Streamed aggregation: seconds and peak memory for files of growing length with the same annotators.

python bench/statistics/streaming.py                                        1 and 10 million annotations
python bench/statistics/streaming.py --annotations 100000000 --methods dawid_skene

Each file is Parquet, sorted by task, with names as text: 5 answers a task of 2,000 annotators, 4 labels. Each
measurement has a process of its own, so that peak memory is its own; it starts from the file and ends with the file of
decisions, so it has reading, checking and writing in it. Nothing else streams, so there is no peer beside it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.figures import print_json, rounded, show
from bench.machine import describe, say

N_ANNOTATORS, N_LABELS, OVERLAP, TASKS_AT_ONCE = 2000, 4, 5, 20_000
COLUMNS = ("method", "annotations", "file_mb", "rounds", "seconds", "cpu_seconds", "peak_memory_mb")


def draw(n_annotations: int, path: Path) -> None:
    """Write the file piece by piece."""
    from assay.kernel.parquet_columns import arrow

    pa, parquet = arrow(), arrow("pyarrow.parquet")
    rng = np.random.default_rng(3)
    skill = rng.uniform(0.4, 0.95, N_ANNOTATORS)
    schema = pa.schema([("task", pa.string()), ("annotator", pa.string()), ("label", pa.string())])
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, n_annotations // OVERLAP, TASKS_AT_ONCE):
            n_tasks = min(TASKS_AT_ONCE, n_annotations // OVERLAP - start)
            truth = np.repeat(rng.choice(N_LABELS, n_tasks, p=[0.4, 0.3, 0.2, 0.1]), OVERLAP)
            steps = rng.integers(1, N_ANNOTATORS // OVERLAP, (n_tasks, OVERLAP)).cumsum(axis=1)
            who = ((rng.integers(0, N_ANNOTATORS, n_tasks)[:, None] + steps) % N_ANNOTATORS).ravel()
            label = np.where(rng.random(len(who)) < skill[who], truth, rng.integers(0, N_LABELS, len(who)))
            task = np.repeat(np.arange(start, start + n_tasks), OVERLAP)
            named = [
                np.char.add(letter, codes.astype(str)) for letter, codes in (("t", task), ("w", who), ("l", label))
            ]
            writer.write_batch(pa.record_batch([pa.array(names) for names in named], schema=schema))


def one(path: str, method: str) -> None:
    """What a new process does: aggregate, and print as JSON."""
    from assay.aggregation.streaming import aggregate_file

    began, cpu = time.perf_counter(), time.process_time()
    found = aggregate_file(path, f"{path}.labels.parquet", method=method)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    said = {
        "method": method,
        "annotations": found.n_annotations,
        "rounds": None if found.fit is None else found.fit.iterations,
        "seconds": rounded(seconds, 2),
        "cpu_seconds": rounded(cpu, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    }
    print(json.dumps(said))


def measure(path: Path, method: str) -> dict[str, Any]:
    """One row of the table."""
    say(f"{method}, {path.stem} annotations ...")
    done = subprocess.run([sys.executable, __file__, "--one", path, method], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"file_mb": rounded(path.stat().st_size / 1e6, 1)}


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
        return
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--annotations", type=int, nargs="+", default=[1_000_000, 10_000_000])
    options.add_argument("--methods", default="majority,one_coin,dawid_skene", help="some of those that can stream")
    options.add_argument("--json", action="store_true", help="one JSON object on standard output")
    asked = options.parse_args()
    rows = []
    for n in asked.annotations:
        with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
            path = Path(folder) / f"{n}.parquet"
            draw(n, path)
            rows += [measure(path, method) for method in asked.methods.split(",")]
    if asked.json:
        print_json({"rows": rows, "machine": describe()})
        return
    print(show(rows, COLUMNS))


if __name__ == "__main__":
    main()
