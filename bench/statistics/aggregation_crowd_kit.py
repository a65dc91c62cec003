"""Run one aggregator of crowd-kit on saved annotations; prints seconds and peak memory (for aggregation.py).

Runs in the Python that has crowd-kit, and needs nothing of Assay. Dawid-Skene and one-coin stop by crowd-kit's own rule
within the rounds given; GLAD takes exactly so many; MACE as well, from an even start and once (it restarts ten
times by default, each time from the same point).
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd
from crowdkit.aggregation import GLAD, MACE, DawidSkene, OneCoinDawidSkene  # type: ignore[import-not-found]


def main() -> None:
    """data.npz method rounds output.npy"""
    data, method, rounds, output = sys.argv[1:]
    warnings.simplefilter("ignore")
    arrays = np.load(data)
    frame = pd.DataFrame({"task": arrays["task"], "worker": arrays["annotator"], "label": arrays["label"]})
    model = _model(method, int(rounds))
    began, cpu = time.perf_counter(), time.process_time()
    model.fit(frame)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    np.save(output, model.probas_.sort_index().sort_index(axis=1).to_numpy())
    done = len(model.loss_history_) if hasattr(model, "loss_history_") else int(rounds)
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_memory_mb": round(peak), "rounds": done}))


def _model(method: str, rounds: int) -> Any:
    if method == "dawid_skene":
        return DawidSkene(n_iter=rounds)
    if method == "one_coin":
        return OneCoinDawidSkene(n_iter=rounds)
    if method == "glad":
        return GLAD(n_iter=rounds, tol=-1e18)
    return MACE(n_restarts=1, n_iter=rounds, default_noise=-1 + 1e-12)


if __name__ == "__main__":
    main()
