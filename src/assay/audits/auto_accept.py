"""Auto-accept: the confidence from which a model's answers may go unchecked, with a guarantee."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.audits.arguments import Floats, Mask, check_open_share, number_column, same_length, truth_column
from assay.audits.plan import chance_up_to

BY_POOL = "Learn-then-Test, two fixed sequences over quantiles of the pool"
BY_RANK = "Learn-then-Test, Bonferroni over ranks"
_STEPS = 50
_RANKS = 9
_START = 3
_SECOND_START = 0.1


@dataclass(frozen=True, slots=True)
class AutoAccept:
    """Accept what has a confidence of ``threshold`` or more.

    ``threshold`` is None exactly when ``reason`` says why nothing may be accepted. ``share`` is the part of the pool
    (or of the calibration tasks) that is accepted. ``n_accepted`` and ``n_errors`` are the calibration tasks above the
    threshold and the wrong ones among them, ``p_value`` the exact test of "more than ``target`` wrong" on them.
    """

    threshold: float | None
    share: float
    n_calibration: int
    n_accepted: int
    n_errors: int
    p_value: float | None
    target: float
    delta: float
    method: str
    reason: str | None = None

    def accepts(self, confidence: float) -> bool:
        """Whether an answer of that confidence goes unchecked."""
        return self.threshold is not None and confidence >= self.threshold

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def auto_accept(
    confidence: npt.ArrayLike,
    correct: Any,
    *,
    target: float = 0.02,
    delta: float = 0.05,
    pool: npt.ArrayLike | None = None,
) -> AutoAccept:
    """The lowest threshold at which the error rate among accepted answers is at most ``target``, with a chance of at
    most ``delta`` (over the calibration sample) that it is not.

    ``confidence`` and ``correct`` have shape (n,): calibration tasks, drawn at random from those that the threshold is
    for, with the model's confidence and whether a person found its answer right. ``pool`` has the confidences of the
    tasks to be decided on (not the calibration tasks; no labels needed).

    For a threshold fixed beforehand the errors among its n accepted are binomial, and P(Bin(n, target) <= errors) is
    an exact p-value for "more than target wrong". *With a pool* 50 thresholds are fixed by its quantiles, from the most
    confident few (three times the tasks that could prove anything) down to all; they are tested in this order until one
    fails, with no price for having tested many. A tenth of delta is kept for a second start halfway, for models that
    are wrong where they are most sure. The lowest threshold that passed is taken. *Without* one, nine ranks of the
    calibration tasks (10 %, 20 %, ..., 90 % of them) are tested at delta/9 each. Neither needs the confidence to be
    calibrated, or the error rate to fall with it; if it does not, less is accepted.

    The guarantee is for tasks like those of the calibration: watch for shift with :class:`assay.monitoring.LabelShift`.

    Raises ValueError for columns of different length, missing confidences, or a target or delta out of range.

    >>> rng = np.random.default_rng(2)
    >>> sure = rng.beta(6, 1, 5000)  # an overconfident model
    >>> right = rng.random(5000) < sure ** 0.6
    >>> found = auto_accept(sure[:2000], right[:2000], target=0.05, pool=sure[2000:])
    >>> round(found.threshold, 3), round(found.share, 2), found.n_errors, found.n_accepted
    (0.864, 0.58, 44, 1193)

    Sources: Angelopoulos, Bates, Candès, Jordan, Lei (2021), Learn then Test, arXiv 2110.01052; Bates et al. (2021),
    Journal of the ACM 68:43; Wiens (2003), Pharmaceutical Statistics 2:211 (the second start).
    """
    check_open_share(target, "target", "0.02")
    check_open_share(delta, "delta", "0.05")
    score, right = number_column(confidence, "confidence"), truth_column(correct, "correct")
    same_length(len(score), correct=right)
    if pool is None:
        return _by_rank(score, right, target, delta)
    others = number_column(pool, "pool")
    if not len(others):
        raise ValueError("pool is empty; leave it out, or give the confidences of the tasks to be decided on.")
    return _by_pool(score, right, target, delta, others)


def _by_pool(score: Floats, right: Mask, target: float, delta: float, pool: Floats) -> AutoAccept:
    n = len(score)
    needed = ceil(log(delta) / log(1.0 - target))
    if n < needed:
        return _nothing(score, target, delta, BY_POOL, needed)
    ranked = np.sort(pool)[::-1]
    shares = np.geomspace(min(1.0, _START * needed / n), 1.0, _STEPS)
    places = np.unique(np.ceil(shares * len(ranked)).astype(np.int64) - 1)
    thresholds = list(dict.fromkeys(ranked[places].tolist()))
    best: tuple[float, int, int, float] | None = None
    least = (0, 0, 1.0)
    budget = (1.0 - _SECOND_START) * delta
    for step, threshold in enumerate(thresholds):
        if step == len(thresholds) // 2:
            budget += _SECOND_START * delta
        tested = _test(score, right, threshold, target)
        if tested[2] <= budget:
            best = (threshold, *tested)
            continue
        least = min(least, tested, key=lambda found: found[2])
        budget = 0.0  # spent; what the second start has is still to come
    if best is None:
        return _failure(n, least, target, delta, BY_POOL)
    return AutoAccept(best[0], float((pool >= best[0]).mean()), n, *best[1:], target, delta, BY_POOL)


def _by_rank(score: Floats, right: Mask, target: float, delta: float) -> AutoAccept:
    n = len(score)
    needed = ceil(log(delta / _RANKS) / log(1.0 - target))
    if n < needed:
        return _nothing(score, target, delta, BY_RANK, needed)
    ranked = np.sort(score)[::-1]
    best: tuple[float, int, int, float] | None = None
    least = (0, 0, 1.0)
    for step in range(1, _RANKS + 1):
        # Given the confidence of one rank, the tasks above it are a fair sample of all that is above it.
        threshold = float(np.nextafter(ranked[n * step // (_RANKS + 1)], np.inf))
        tested = _test(score, right, threshold, target)
        if tested[2] <= delta / _RANKS:
            best = (threshold, *tested)
        elif tested[2] <= least[2]:
            least = tested
    if best is None:
        return _failure(n, least, target, delta, BY_RANK)
    return AutoAccept(best[0], float((score >= best[0]).mean()), n, *best[1:], target, delta, BY_RANK)


def _test(score: Floats, right: Mask, threshold: float, target: float) -> tuple[int, int, float]:
    """Accepted, wrong among them, and the p-value."""
    accepted = score >= threshold
    n, errors = int(accepted.sum()), int((accepted & ~right).sum())
    return n, errors, chance_up_to(errors, n, target, None) if n else 1.0


def _nothing(score: Floats, target: float, delta: float, method: str, needed: int) -> AutoAccept:
    reason = f"{len(score)} calibration tasks cannot show at most {100 * target:.4g} % wrong; at least {needed} can."
    return AutoAccept(None, 0.0, len(score), 0, 0, None, target, delta, method, reason)


def _failure(n: int, tested: tuple[int, int, float], target: float, delta: float, method: str) -> AutoAccept:
    n_accepted, n_errors, p_value = tested
    reason = f"Of the {n_accepted} most confident calibration tasks {n_errors} are wrong: too many to show "
    reason += f"at most {100 * target:.4g} % wrong."
    return AutoAccept(None, 0.0, n, n_accepted, n_errors, p_value, target, delta, method, reason)
