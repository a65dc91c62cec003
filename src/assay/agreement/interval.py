"""Intervals for agreement: the spread from leaving out one task at a time, the shape from Wilson's score.

How it works
------------
1. *Spread.* Each metric gives, for every task (or pattern of tasks), its value without that task. The
   delete-one-task jackknife turns these into a variance that holds whatever makes tasks differ:
   difficulty, annotators, label mix.
2. *Shape.* A symmetric value ± z·se covers far too rarely where it matters, near perfect agreement and
   with few tasks: with no disagreement seen it even collapses to a point. So the variance is turned into
   an *effective number of tasks*, the number of yes/no trials that would be as uncertain, and
   Wilson's score interval for that many trials is mapped back through the chance correction,
   value = (observed - expected) / (1 - expected). With two annotators and percent agreement this *is*
   Wilson's interval; with perfect agreement in n tasks the lower bound of percent agreement is
   n / (n + z²), near the "rule of three".
3. *Caution.* The effective number is at least a quarter of the number of tasks (below that, the spread of
   chance agreement swamps an observed agreement near 0), never exceeds the number of pairs of annotations
   (what independent pairs would give), and is pulled towards the number of tasks when little can be known about chance
   (few tasks, or nearly all labels alike): harmonic mean with weight 1 / (n_tasks · (1 - expected) + 1).

The form was chosen by simulation, and a part of that simulation is a test (tests/statistics). Over 90 designs
(20, 50 and 200 tasks, two to five annotators, true alpha from 0.1 to 0.94) intervals at 95 % held the true value
in 94.6 to 96.9 % on average for each metric and size, and in 92 to 98 % for single designs. The exception are
20 tasks of which about two have another label: 89 to 99 %, for nothing can be known about a label not seen.

Sources: Tukey 1958 and Efron, Stein 1981 (jackknife); Wilson 1927; Brown, Cai, DasGupta 2001 (why Wilson);
Korn, Graubard 1998 and Franco et al. 2019 (score intervals on an effective sample size).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from assay.agreement.arrays import Floats

METHOD = "delete-one-task jackknife, Wilson score shape"
METHOD_OF_SPREAD = "delete-one-task jackknife, Fisher z shape"
Shape = Literal["score", "spread"]
ONE_TASK = "one task cannot show how much tasks differ"
_SURE = 1e-12
_MOST_INFLATION = 4.0

Numbers = npt.NDArray[Any] | float | int


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds with the standard error behind them, or the reason why there are none."""

    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    reason: str | None = None
    method: str | None = None


def check_level(level: float) -> float:
    """The confidence level itself. Raises ValueError unless it is between 0 and 1, both excluded."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; give a number between 0 and 1, such as 0.95.")
    return level


def jackknife_interval(
    value: float,
    without: Floats,
    weight: npt.NDArray[Any],
    *,
    expected: float,
    n_tasks: int,
    n_pairs: int,
    level: float,
    shape: Shape = "score",
    annotations_a_task: float = 2.0,
) -> Interval:
    """The interval of one value.

    ``without[i]`` is the value without one task of pattern i, NaN where it would be undefined, and
    ``weight[i]`` the number of tasks with that pattern (both of shape (patterns,)). ``expected`` is the
    agreement by chance (0 for a metric that does not correct for it), ``n_tasks`` the number of tasks
    with a pair of annotations and ``n_pairs`` the number of those pairs. ``shape`` is "score" where two
    annotations agree or not, "spread" where they are more or less far apart; the latter needs
    ``annotations_a_task``, how many there are on average.
    """
    check_level(level)
    if n_tasks < 2:
        return Interval(reason=ONE_TASK)
    variance = jackknife_variance(value, without, weight)
    error = float(np.sqrt(variance))
    if shape == "spread" and value < 1.0 - _SURE and error > _SURE:
        low, high = spread_bounds(value, without, weight, annotations_a_task, level)
        return Interval(low=low, high=high, standard_error=error, method=METHOD_OF_SPREAD)
    lower, upper = score_bounds(value, variance, expected, n_tasks, n_pairs, level)
    return Interval(low=float(lower), high=float(upper), standard_error=error, method=METHOD)


def jackknife_variance(value: float, without: Floats, weight: npt.NDArray[Any]) -> float:
    """(n - 1)/n · sum of squared differences of the replicates from their mean.

    A replicate that is undefined (the one task with a second label was left out) tells nothing about the
    spread and takes the full value; the Wilson shape keeps the interval from collapsing.
    """
    n = float(weight.sum())
    replicates = np.where(np.isfinite(without), without, value)
    mean = float(np.dot(weight, replicates)) / n
    return (n - 1.0) / n * float(np.dot(weight, (replicates - mean) ** 2))


def spread_bounds(
    value: float, without: Floats, weight: npt.NDArray[Any], annotations_a_task: float, level: float
) -> tuple[float, float]:
    """The jackknife on Fisher's scale z = 1/2 ln((1 + (k - 1) value) / (1 - value)), with Student's t.

    That is the scale on which an intraclass correlation of k annotations a task has an error that does not
    depend on its value; k is the mean number of annotations of a task, at least 2.
    """
    from scipy.special import stdtrit

    k = max(annotations_a_task, 2.0)

    def z(x: Floats) -> Floats:
        inside = np.clip(x, -1.0 / (k - 1.0) + _SURE, 1.0 - _SURE)
        scale: Floats = 0.5 * np.log((1.0 + (k - 1.0) * inside) / (1.0 - inside))
        return scale

    n = float(weight.sum())
    here = float(z(np.asarray(value)))
    replicates = z(np.where(np.isfinite(without), without, value))
    half = float(stdtrit(n - 1.0, 0.5 + level / 2.0)) * np.sqrt(jackknife_variance(here, replicates, weight))
    low, high = (float(x) for x in _from_z(np.array([here - half, here + half]), k))
    return min(max(low, -1.0), value), min(max(high, value), 1.0)


def _from_z(z: Floats, k: float) -> Floats:
    # tanh(z) form of (e^2z - 1) / (e^2z + k - 1), which does not overflow.
    t = np.tanh(z)
    back: Floats = 2.0 * t / (2.0 + (k - 2.0) * (1.0 - t))
    return back


def score_bounds(
    value: Numbers, variance: Numbers, expected: Numbers, n_tasks: Numbers, n_pairs: Numbers, level: float
) -> tuple[Floats, Floats]:
    """Wilson's score bounds on the effective number of tasks; every argument may be an array.

    Bounds stay in the metric's range, [-1, 1], and always enclose the value.
    """
    value, variance, n_tasks, n_pairs = (np.asarray(x, dtype=np.float64) for x in (value, variance, n_tasks, n_pairs))
    room = 1.0 - np.asarray(expected, dtype=np.float64)
    observed = np.clip(1.0 - (1.0 - value) * room, 0.0, 1.0)
    n = effective_tasks(observed, variance * room**2, room, n_tasks, n_pairs)
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    center = (observed + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z / (1.0 + z * z / n) * np.sqrt(observed * (1.0 - observed) / n + z * z / (4.0 * n * n))
    low, high = (1.0 - (1.0 - bound) / room for bound in (center - half, center + half))
    return np.clip(low, np.minimum(value, -1.0), value), np.clip(high, value, np.maximum(value, 1.0))


def effective_tasks(observed: Floats, variance: Floats, room: Floats, n_tasks: Floats, n_pairs: Floats) -> Floats:
    """How many independent yes/no trials would be as uncertain as ``observed`` with this variance."""
    # Rounding may leave 1e-17 where nothing (or everything) agrees.
    sure = (observed < _SURE) | (observed > 1.0 - _SURE)
    trial_variance = np.where(sure, 0.0, observed * (1.0 - observed) / np.maximum(n_tasks - 1.0, 1.0))
    ratio = np.divide(trial_variance, variance, out=np.full_like(trial_variance, np.inf), where=variance > 0.0)
    # With no disagreement (or nothing but) the data say nothing about the spread: count each task once.
    n = np.where(trial_variance > 0.0, n_tasks * np.where(trial_variance > 0.0, ratio, 1.0), n_tasks)
    n = np.clip(n, n_tasks / _MOST_INFLATION, n_pairs)
    caution = 1.0 / (n_tasks * room + 1.0)
    return np.where(n > n_tasks, 1.0 / ((1.0 - caution) / n + caution / n_tasks), n)
