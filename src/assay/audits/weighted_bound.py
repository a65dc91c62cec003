"""Upper bound on an error rate from an audit that looked more often where errors are likely."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from assay.audits.arguments import Floats, check_level, number_column, same_length, truth_column
from assay.audits.error_bound import NOTHING, ErrorBound

METHOD = "betting, mixture over stakes; valid at every look"
# Each stake is best when the true rate is this part of the rate that is tested; two fifths are on no errors at all.
_RATIOS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
_STAKES = np.array([0.4] + [0.06] * 10)
_HALVINGS = 60


def weighted_bound(wrong: Any, weights: npt.ArrayLike, max_weight: float, *, level: float = 0.95) -> ErrorBound:
    """An upper bound on the error rate from tasks drawn with unequal chances, independently (with replacement).

    ``wrong`` and ``weights`` have shape (n,): whether each drawn task was wrong, and its weight (1 / number of tasks)
    / (chance with which this task was drawn), so that weights are 1 for equal chances and on average. ``max_weight``
    is the largest weight that any task could have had, fixed before the draw; it should not be large: draw each task
    with at least, say, a tenth of the equal chance.

    With y = weight · wrong, whose mean is the error rate, and B = max_weight, a player who bets that the rate is below
    m has after n tasks the money

        K(m) = Σ_r stake_r · Π_i (1 + (1 - r)·(m - y_i)/(B - m)),

    a fair game (or worse) if the rate is m or more, so K(m) ever reaches 1/(1 - level) with a chance of at most
    1 - level (Ville). The bound is the smallest m whose K(m) has reached it now. It holds for any sample size, and at
    every look: audit until the bound is low enough, and stop. The order of tasks does not matter.

    ``estimate`` is the mean of y (Horvitz-Thompson). Raises ValueError for columns of different length, or a weight
    that is negative or above ``max_weight``.

    >>> rng = np.random.default_rng(1)
    >>> doubtful = rng.random(20_000) < 0.1  # one in five of these is wrong, of the others one in 500
    >>> truth = rng.random(20_000) < np.where(doubtful, 0.2, 0.002)
    >>> chance = np.where(doubtful, 5.0, 0.6)
    >>> chance = chance / chance.sum()
    >>> drawn = rng.choice(20_000, 600, p=chance)
    >>> weights = 1 / 20_000 / chance
    >>> found = weighted_bound(truth[drawn], weights[drawn], weights.max())
    >>> round(float(truth.mean()), 4), round(found.estimate, 4), round(found.upper, 4)
    (0.0229, 0.0225, 0.0423)

    Sources: Waudby-Smith, Ramdas (2024), Journal of the Royal Statistical Society B 86:1; Waudby-Smith, Stark,
    Ramdas (2021), RiLACS; Horvitz, Thompson (1952).
    """
    check_level(level)
    is_wrong, weight = truth_column(wrong, "wrong"), number_column(weights, "weights")
    same_length(len(is_wrong), weights=weight)
    if not 0.0 < max_weight < np.inf:
        raise ValueError(f"max_weight is {max_weight!r}; give the largest weight that any task could have had.")
    if max_weight < 1.0:
        raise ValueError(f"max_weight is {max_weight!r}; weights are 1 on average, so the largest is at least 1.")
    if bool(((weight < 0.0) | (weight > max_weight * (1.0 + 1e-9))).any()):
        raise ValueError(f"weights has one below 0 or above max_weight ({max_weight!r}); give 1 / (n · chance).")
    n, n_errors = len(is_wrong), int(is_wrong.sum())
    if n == 0:
        return ErrorBound(1.0, level, 0, 0, METHOD, None, reason=NOTHING)
    # Sorted, so that the last digits do not depend on the order of tasks.
    hits = np.sort(np.minimum(weight[is_wrong], max_weight))
    upper = _smallest_refuted(hits, n, max_weight, -float(np.log1p(-level)))
    return ErrorBound(upper, level, n, n_errors, METHOD, float(hits.sum()) / n)


def _smallest_refuted(hits: Floats, n: int, most: float, needed: float) -> float:
    """Money grows with m: halve between refuted and not. 1 when no rate below 1 is refuted."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if _log_money(middle, hits, n, most) >= needed else (middle, high)
    return high


def _log_money(rate: float, hits: Floats, n: int, most: float) -> float:
    """log K(rate); a right task has y = 0."""
    if rate >= most:
        return 0.0
    stake = (1.0 - _RATIOS) / (most - rate)
    with np.errstate(divide="ignore"):  # all the money on "no errors" is lost with an error of the largest weight
        lost = np.log1p(np.maximum(stake[:, None] * (rate - hits[None, :]), -1.0)).sum(axis=1)
    logs = lost + (n - len(hits)) * np.log1p(stake * rate) + np.log(_STAKES)
    return float(np.logaddexp.reduce(logs))
