"""Intervals when a task holds many things that are compared: spans, characters, objects.

As in ``assay.agreement.interval``: the spread is that of leaving out one task at a time, and the shape is Wilson's
score, on the number of independent yes/no trials that would be as uncertain. Two things differ, because a task is no
longer one trial. That number may be far above the number of tasks (up to all that was compared), and the quantile is
Student's with one degree of freedom less than there are tasks, for the spread is known from the tasks only.

Checked by simulation (tests/statistics): 20 and 60 texts, two and three annotators, F1 from 0.3 to 0.9. Intervals at
95 % held the value in 92 to 97 % of samples of most designs, in 89 to 92 % for alpha near 0.9.
"""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.interval import ONE_TASK, Interval, check_level, jackknife_variance

METHOD = "delete-one-task jackknife, Wilson score shape with Student's t"
_LEAST = 0.25
_SURE = 1e-12


def spread_interval(value: float, without: Floats, *, room: float, trials: float, level: float) -> Interval:
    """The interval of ``value``, with ``without[i]`` the value without task i, of shape (tasks,), NaN where undefined.

    ``room`` is the disagreement by chance (1 without a correction for chance): 1 - (1 - value) · room is the share that
    the score shape is put on. ``trials`` is how many things were compared in all, the most that can be independent.
    """
    check_level(level)
    n_tasks = len(without)
    if n_tasks < 2:
        return Interval(reason=ONE_TASK)
    from scipy.special import stdtrit

    variance = jackknife_variance(value, without, np.ones(n_tasks))
    share = min(max(1.0 - (1.0 - value) * room, 0.0), 1.0)
    alone = share * (1.0 - share)
    n = float(n_tasks)
    if alone > _SURE:
        most = max(trials, n_tasks)
        n = min(max(alone / (variance * room**2), _LEAST * n_tasks), most) if variance > 0.0 else most
    # Where nothing (or everything) disagrees the data say nothing about the spread: each task is one trial.
    quantile = float(stdtrit(n_tasks - 1, 0.5 + level / 2.0))
    square = quantile**2
    centre = (share + square / (2.0 * n)) / (1.0 + square / n)
    half = quantile / (1.0 + square / n) * np.sqrt(alone / n + square / (4.0 * n * n))
    low, high = (float(1.0 - (1.0 - bound) / room) for bound in (centre - half, centre + half))
    return Interval(
        low=min(max(low, min(value, -1.0)), value),
        high=max(min(high, max(value, 1.0)), value),
        standard_error=float(np.sqrt(variance)),
    )
