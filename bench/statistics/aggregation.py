"""Aggregation: seconds and memory of each method, beside crowd-kit on the same annotations and rounds.

python bench/statistics/aggregation.py                              Assay alone, 100,000 annotations
python bench/statistics/aggregation.py --annotations 1000000 --methods dawid_skene,one_coin,auto --json
python bench/statistics/aggregation.py --peer-python PATH/python    and beside the crowd-kit of that Python

Each measurement has a process of its own, so that peak memory is its own. Both sides start from integer codes in
memory (5 answers a task, 4 labels, 500 answers an annotator) and give decisions, posteriors and annotators. crowd-kit
runs first, and Assay takes as many rounds from the same start; ``largest_difference`` is that of the posteriors.
``times_faster`` is of processor time, which other programs on the machine disturb less than the clock. Coding names
that are text, which both sides need once, is left out; ``coding_seconds`` is what it takes Assay.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from bench.figures import print_json, ratio, rounded, show
from bench.machine import describe, say

HERE = Path(__file__).resolve().parent
METHODS = ("majority", "weighted_majority", "one_coin", "dawid_skene", "glad", "mace", "bayesian_dawid_skene", "auto")
PEER_ROUNDS = {"dawid_skene": 100, "one_coin": 100, "glad": 2, "mace": 50}
N_LABELS, OVERLAP, ANSWERS_EACH = 4, 5, 500
COLUMNS = (
    "method", "annotations", "rounds", "seconds", "cpu_seconds", "peak_memory_mb", "coding_seconds",
    "peer_seconds", "peer_cpu_seconds", "peer_peak_memory_mb", "times_faster", "equal_labels", "largest_difference",
)  # fmt: skip


def draw(n_annotations: int, path: Path) -> None:
    """Annotations of annotators of different skill; annotators and labels numbered in order of appearance."""
    rng = np.random.default_rng(7)
    n_tasks, n_annotators = n_annotations // OVERLAP, max(n_annotations // ANSWERS_EACH, 2 * OVERLAP)
    truth = rng.choice(N_LABELS, n_tasks, p=[0.4, 0.3, 0.2, 0.1])
    task = np.repeat(np.arange(n_tasks), OVERLAP)
    first = rng.integers(0, n_annotators, n_tasks)
    # Five different people of a task, without a loop over tasks.
    steps = rng.integers(1, n_annotators // OVERLAP, (n_tasks, OVERLAP)).cumsum(axis=1)
    annotator = ((first[:, None] + steps) % n_annotators).ravel()
    skill = rng.uniform(0.4, 0.95, n_annotators)
    likes = rng.integers(0, N_LABELS, n_annotators)
    guess = np.where(rng.random(len(task)) < 0.5, likes[annotator], rng.integers(0, N_LABELS, len(task)))
    label = np.where(rng.random(len(task)) < skill[annotator], truth[task], guess)
    order = np.lexsort((annotator, task))
    np.savez(path, task=task, annotator=_by_appearance(annotator[order]), label=_by_appearance(label[order]))


def _by_appearance(codes: Any) -> Any:
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[place]


def measure(method: str, data: Path, folder: Path, peer_python: str | None) -> dict[str, Any]:
    """One method on one side or both."""
    row: dict[str, Any] = {"method": method}
    theirs = folder / "theirs.npy"
    rounds = None
    if peer_python is not None and method in PEER_ROUNDS:
        say(f"{method}: crowd-kit ...")
        peer = _child(peer_python, "aggregation_crowd_kit.py", data, method, str(PEER_ROUNDS[method]), theirs)
        rounds = peer["rounds"]
        row |= {f"peer_{name}": rounded(peer[name], 3) for name in ("seconds", "cpu_seconds")}
        row["peer_peak_memory_mb"] = peer["peak_memory_mb"]
    say(f"{method}: Assay ...")
    mine = folder / "ours.npy"
    found = _child(sys.executable, "aggregation_assay.py", data, method, "" if rounds is None else str(rounds), mine)
    row |= found | {name: rounded(found[name], 4) for name in ("seconds", "cpu_seconds", "coding_seconds")}
    if rounds is not None:
        ours, others = np.load(mine), np.load(theirs)
        row["times_faster"] = ratio(row["peer_cpu_seconds"], row["cpu_seconds"])
        row["largest_difference"] = float(f"{np.abs(ours - others).max():.1e}")
        row["equal_labels"] = rounded(float((ours.argmax(axis=1) == others.argmax(axis=1)).mean()), 6)
    return row


def _child(python: str, script: str, data: Path, *arguments: str | Path) -> dict[str, Any]:
    done = subprocess.run(
        [python, str(HERE / script), str(data), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{script} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--methods", default=",".join(METHODS), help=f"some of {','.join(METHODS)}")
    parser.add_argument("--peer-python", metavar="PATH", help="a Python that has crowd-kit")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    asked = parser.parse_args()
    methods = asked.methods.split(",")
    unknown = set(methods) - set(METHODS)
    if unknown:
        parser.error(f"--methods: there is no {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        data = Path(name) / "annotations.npz"
        draw(asked.annotations, data)
        rows = [measure(method, data, Path(name), asked.peer_python) for method in methods]
    if asked.json:
        print_json({"aggregation": rows, "machine": describe()})
        return
    print(show(rows, COLUMNS))


if __name__ == "__main__":
    main()
