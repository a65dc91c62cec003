"""Run one aggregator of Assay on saved annotations; prints seconds and peak memory (for aggregation.py)."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import numpy as np

from assay.aggregation import AGGREGATORS
from assay.agreement import LabelTable

_CODED = 200_000  # annotations of which the coding of text is timed; it grows in proportion


def main() -> None:
    """data.npz method rounds output.npy"""
    data, method, rounds, output = sys.argv[1:]
    arrays = np.load(data)
    task, annotator, label = arrays["task"], arrays["annotator"], arrays["label"]
    tasks, annotators, labels = (tuple(range(int(codes.max()) + 1)) for codes in (task, annotator, label))
    table = LabelTable(tasks, annotators, labels, task, annotator, label)
    aggregator = next(each for each in AGGREGATORS if each.id == method)
    warm = LabelTable.from_rows([("t", "a", "x"), ("t", "b", "y"), ("u", "a", "x")])
    aggregator(warm)  # SciPy is imported on first use
    began, cpu = time.perf_counter(), time.process_time()
    found = aggregator.compute(table, **_options(method, rounds))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    if found.posterior is not None:
        np.save(output, found.posterior)
    said = {
        "annotations": len(task),
        "rounds": found.fit.iterations if found.fit is not None else None,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_memory_mb": round(peak),
        "coding_seconds": _seconds_to_code(task, annotator, label),
    }
    print(json.dumps(said))


def _options(method: str, rounds: str) -> dict[str, Any]:
    if not rounds:
        return {}
    if method == "mace":
        return {"iterations": int(rounds)}
    same_rounds: dict[str, Any] = {"max_iterations": int(rounds), "tolerance": -np.inf}
    return same_rounds if method == "glad" else same_rounds | {"smoothing": 0.0}


def _seconds_to_code(task: Any, annotator: Any, label: Any) -> float:
    part = slice(0, _CODED)
    names = [
        [f"{letter}{code}" for code in codes[part].tolist()]
        for letter, codes in (("t", task), ("a", annotator), ("l", label))
    ]
    began = time.perf_counter()
    LabelTable.from_arrays(*names)
    return (time.perf_counter() - began) * len(task) / len(names[0])


if __name__ == "__main__":
    main()
