"""Krippendorff's alpha and its bootstrap beside the krippendorff package, from the same columns of ratings.

python bench/statistics/agreement.py                       100,000 and 1,000,000 ratings, a minute or two
python bench/statistics/agreement.py --ratings 100000 --json

Both start from three columns of whole numbers in random order (task, annotator, label), as a database gives them. The
peer wants a matrix of annotators by tasks: filling it is part of its time ("columns") and left out of it where both
take that matrix ("matrix") and where ours starts from a coded table ("counting"). Its cost grows with annotators x
tasks, ours with ratings. The bootstrap of the peer is the loop that people write around it: resample the tasks, call it
again. A few rounds of that loop are timed and scaled up to all; the output says how many. Each figure is the best of
some repetitions, in a process of its own, whose peak memory is printed. Times are processor time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.figures import print_json, ratio, rounded, show
from bench.machine import describe, say

REPETITIONS = 5
REPLICATES = 1000
LABELS, ANNOTATIONS_PER_TASK = 5, 3
COLUMNS = ("what", "ratings", "annotators", "assay_s", "peer_s", "ratio", "assay_peak_mb", "peer_peak_mb", "note")

WHAT = ["columns nominal", "matrix nominal", "counting nominal", "columns ordinal", "columns interval"]
MOST_FOR_THE_LOOP = 100_000

Columns = tuple[Any, Any, Any]


def ratings(n: int, annotators: int) -> Columns:
    """Three annotators a task, right with probability 0.7, else any of five labels; rows in random order."""
    rng = np.random.default_rng(1)
    n_tasks = n // ANNOTATIONS_PER_TASK
    truth = np.repeat(rng.integers(0, LABELS, n_tasks), ANNOTATIONS_PER_TASK)
    steps = np.arange(ANNOTATIONS_PER_TASK) * max(annotators // 4, 1)
    annotator = (rng.integers(0, annotators, n_tasks)[:, None] + steps).ravel() % annotators
    label = np.where(rng.random(len(truth)) < 0.7, truth, rng.integers(0, LABELS, len(truth)))
    order = rng.permutation(len(truth))
    task = np.repeat(np.arange(n_tasks), ANNOTATIONS_PER_TASK)
    return task[order], annotator[order], label[order]


def matrix_of(columns: Columns) -> Any:
    """What the peer takes: annotators by tasks, NaN where there is no rating."""
    task, annotator, label = columns
    filled = np.full((annotator.max() + 1, task.max() + 1), np.nan)
    filled[annotator, task] = label
    return filled


def best(function: Callable[[], Any], times: int = REPETITIONS) -> tuple[float, Any]:
    """The shortest processor time of some calls, and the last result."""
    shortest, result = float("inf"), None
    for _ in range(times):
        began = time.process_time()
        result = function()
        shortest = min(shortest, time.process_time() - began)
    return shortest, result


def measure_ours(what: str, columns: Columns, replicates: int) -> tuple[float, Any]:
    """Seconds and the number."""
    from assay.agreement import LabelTable, bootstrap, krippendorff_alpha

    kind, _, distance = what.partition(" ")
    if kind == "bootstrap":
        table = LabelTable.from_arrays(*columns)
        seconds, found = best(lambda: bootstrap(LabelTable.from_arrays(*columns), seed=1, replicates=replicates))
        return seconds, [krippendorff_alpha(table).value, found.low, found.high]
    if kind == "columns":
        return best(lambda: krippendorff_alpha(LabelTable.from_arrays(*columns), distance=distance).value)
    if kind == "matrix":
        matrix = matrix_of(columns)
        return best(lambda: krippendorff_alpha(LabelTable.from_matrix(matrix), distance=distance).value)
    table = LabelTable.from_arrays(*columns)

    def count() -> float | None:
        for kept in ("task_counts", "patterns", "n_annotations_of_task"):  # counted once, otherwise
            table.__dict__.pop(kept, None)
        return krippendorff_alpha(table, distance=distance).value

    return best(count)


def measure_peer(what: str, columns: Columns, replicates: int) -> tuple[float, Any]:
    """The same of the krippendorff package."""
    import krippendorff

    kind, _, distance = what.partition(" ")
    if kind == "columns":
        return best(lambda: krippendorff.alpha(matrix_of(columns), level_of_measurement=distance))  # type: ignore[arg-type]
    matrix = matrix_of(columns)
    if kind in ("matrix", "counting"):
        return best(lambda: krippendorff.alpha(matrix, level_of_measurement=distance))  # type: ignore[arg-type]
    rng = np.random.default_rng(1)

    def loop() -> list[float]:
        n_tasks = matrix.shape[1]
        return [
            krippendorff.alpha(matrix[:, rng.integers(0, n_tasks, n_tasks)], level_of_measurement="nominal")
            for _ in range(replicates)
        ]

    return best(loop, 1)


def in_process(who: str, what: str, n: int, annotators: int, replicates: int) -> dict[str, Any]:
    """One measurement in a new process, for its own peak memory."""
    arguments = [sys.executable, __file__, "--one", who, what, str(n), str(annotators), str(replicates)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def one(who: str, what: str, n: int, annotators: int, replicates: int) -> None:
    """What a new process does: measure, and print as JSON."""
    function = measure_ours if who == "assay" else measure_peer
    seconds, result = function(what, ratings(n, annotators), replicates)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "result": result, "peak_mb": peak}))


def compare(what: str, n: int, annotators: int, rounds: int) -> dict[str, Any]:
    """One row of the table; the two numbers must be the same."""
    say(f"{what}, {n:,} ratings of {annotators} annotators ...")
    is_bootstrap = what.startswith("bootstrap")
    ours = in_process("assay", what, n, annotators, REPLICATES)
    peer = in_process("peer", what, n, annotators, rounds if is_bootstrap else 0)
    peer_seconds, note = peer["seconds"], ""
    if is_bootstrap:
        peer_seconds *= REPLICATES / rounds
        note = f"peer: {rounds} rounds timed, scaled to {REPLICATES:,}"
    else:
        assert abs(ours["result"] - peer["result"]) < 1e-9, (what, ours["result"], peer["result"])
    return {
        "what": what,
        "ratings": n,
        "annotators": annotators,
        "assay_s": rounded(ours["seconds"], 4),
        "peer_s": rounded(peer_seconds, 4),
        "ratio": ratio(peer_seconds, ours["seconds"]),
        "assay_peak_mb": rounded(ours["peak_mb"], 0),
        "peer_peak_mb": rounded(peer["peak_mb"], 0),
        "note": note,
    }


def import_seconds(module: str, times: int = 5) -> float:
    """The shortest time to import a module in a new process, beyond starting Python."""
    program = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
    found = [
        float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)
        for _ in range(times)
    ]
    return min(found)


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--one"]:
        who, what, *numbers = sys.argv[2:]
        one(who, what, *map(int, numbers))
        return
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ratings", type=int, nargs="+", default=[100_000, 1_000_000])
    options.add_argument("--annotators", type=int, nargs="+", default=[30, 100])
    options.add_argument("--rounds", type=int, default=5, help="rounds of the peer's bootstrap loop that are timed")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    rows = []
    for n in asked.ratings:
        for annotators in asked.annotators:
            asked_for = [*WHAT, "bootstrap nominal"] if n <= MOST_FOR_THE_LOOP else WHAT
            rows += [compare(what, n, annotators, asked.rounds) for what in asked_for]
    imports = {module: rounded(import_seconds(module), 3) for module in ("assay.agreement", "krippendorff", "numpy")}
    if asked.json:
        print_json({"rows": rows, "import_s": imports, "machine": describe()})
        return
    print(show(rows, COLUMNS))
    print("import, seconds:", ", ".join(f"{module} {seconds}" for module, seconds in imports.items()))


if __name__ == "__main__":
    main()
