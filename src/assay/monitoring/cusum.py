"""CUSUM: the moment at which somebody's accuracy dropped, with run lengths known exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import log, log1p
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.monitoring.arguments import (
    Counts,
    check_count,
    check_good_and_bad,
    check_open_share,
    shares_of,
    state_of,
)
from assay.monitoring.card import Monitor, MonitorCard
from assay.monitoring.run_length import CusumChain, quantile

CARD = MonitorCard(
    id="cusum",
    title="Drop in accuracy (CUSUM)",
    summary="Rings soon after an accuracy fell from good to bad; false alarms are exactly as rare as designed.",
    evidence="correctness",
    looks="every",
    false_alarms="At accuracy good the mean number of checks to a false alarm is at least arl (or the chance of one "
    "within horizon checks at most alpha), exactly; above good they are rarer.",
    assumes="Answers are independent; the accuracy before the drop is at least good.",
    reference="Page 1954; Reynolds, Stoumbos 1999; Brook, Evans 1972",
)
_MOST_STATES = 20_000


@dataclass(frozen=True, slots=True)
class CusumPlan:
    """An integer-scored CUSUM: a wrong answer adds ``up``, a right one takes ``down`` away (not below 0), and at
    ``limit`` it rings.

    up / down is near log((1-bad)/(1-good)) / log(good/bad), the ratio of the log likelihoods; being whole numbers
    the scores make the run lengths exact. :func:`cusum_plan` finds one.
    """

    good: float
    bad: float
    up: int
    down: int
    limit: int

    def __post_init__(self) -> None:
        check_good_and_bad(self.good, self.bad)
        for name in ("up", "down", "limit"):
            check_count(getattr(self, name), name, at_least=1)

    @property
    def chain(self) -> CusumChain:
        """Its Markov chain: run lengths for any accuracy."""
        return CusumChain(self.up, self.down, self.limit)

    def average_run_length(self, accuracy: float) -> float:
        """The mean number of checks until it rings at that accuracy, from a score of 0."""
        check_open_share(accuracy, "accuracy", "0.9")
        return self.chain.average_run_length(accuracy)

    def false_alarm_chance(self, n_checks: int) -> float:
        """The chance of a false alarm within that many checks at accuracy ``good``."""
        check_count(n_checks, "n_checks")
        return float(1.0 - self.chain.silent(self.good, n_checks)[-1])

    def delay(self, share: float = 0.5, accuracy: float | None = None) -> int | None:
        """The number of checks by which this share of drops to ``accuracy`` (default: ``bad``) has rung.

        Counted from a score of 0 at the drop, the worst case: before a real drop the score is 0 or above. None when
        it takes more than 200,000 checks.
        """
        check_open_share(share, "share", "0.5")
        after = self.bad if accuracy is None else check_open_share(accuracy, "accuracy", "0.8")
        return quantile(self.chain.silent_until(after, (1.0 - share) / 2.0), share)


def cusum_plan(
    good: float,
    bad: float,
    *,
    arl: float | None = None,
    alpha: float | None = None,
    horizon: int | None = None,
) -> CusumPlan:
    """The CUSUM with the lowest limit that keeps false alarms as rare as asked: either a mean of at least ``arl``
    checks until one, or a chance of at most ``alpha`` for any within ``horizon`` checks (both at accuracy ``good``).

    Raises ValueError unless 0 < bad < good < 1 and one of the two is given.

    >>> plan = cusum_plan(good=0.95, bad=0.85, arl=1000)
    >>> plan.up, plan.down, plan.limit
    (10, 1, 34)
    >>> round(plan.average_run_length(0.95)), plan.delay()
    (1069, 36)

    Sources: Page (1954), Biometrika 41:100; Reynolds, Stoumbos (1999), Journal of Quality Technology 31:87.
    """
    check_good_and_bad(good, bad)
    up, down = whole_scores(good, bad)

    def plan_with(limit: int) -> CusumPlan:
        return CusumPlan(good, bad, up, down, limit)

    if arl is not None and alpha is None and horizon is None:
        return plan_with(_lowest_limit(plan_with, _check_run_length(arl)))
    if arl is not None or alpha is None or horizon is None:
        raise ValueError("Give either arl, or alpha and horizon: how rare may a false alarm be?")
    check_open_share(alpha, "alpha", "0.05")
    check_count(horizon, "horizon", at_least=1)
    # Times to a false alarm are nearly exponential, so this is next to the answer.
    limit = _lowest_limit(plan_with, max(1.0, horizon / -log1p(-alpha)))
    while plan_with(limit).false_alarm_chance(horizon) > alpha:
        limit += 1
    while limit > 1 and plan_with(limit - 1).false_alarm_chance(horizon) <= alpha:
        limit -= 1
    return plan_with(limit)


def whole_scores(good: float, bad: float) -> tuple[int, int]:
    """Whole-number scores (up, down) near the ratio of the log likelihoods of a wrong and a right answer."""
    ratio = log((1.0 - bad) / (1.0 - good)) / log(good / bad)
    near = Fraction(ratio).limit_denominator(max(1, round(8.0 / ratio)))
    # A drift towards the alarm at accuracy good would make false alarms the rule.
    up, down = max(1, near.numerator), max(1, near.denominator)
    while up * (1.0 - good) >= down * good:
        down += 1
    return up, down


def _check_run_length(arl: float) -> float:
    if not 1.0 <= arl < np.inf:
        raise ValueError(f"arl is {arl!r}; give a mean number of checks to a false alarm, such as 1000.")
    return arl


def _lowest_limit(plan_with: Callable[[int], CusumPlan], arl: float) -> int:
    """Doubling, then halving: false alarms get rarer with every limit."""

    def rare_enough(limit: int) -> bool:
        plan = plan_with(limit)
        return plan.average_run_length(plan.good) >= arl

    high = 1
    while not rare_enough(high):
        high *= 2
        if high > _MOST_STATES:
            raise ValueError("arl (or alpha) asks for rarer false alarms than this CUSUM can count; ask for less.")
    low = high // 2  # not enough, or 0
    while high - low > 1:
        middle = (low + high) // 2
        if rare_enough(middle):
            high = middle
        else:
            low = middle
    return high


@dataclass(slots=True)
class Cusum:
    """A CUSUM at work. ``alarm_at`` is the number of the check that rang first; start a new one after an alarm.

    >>> drop = Cusum(cusum_plan(good=0.95, bad=0.85, arl=1000))
    >>> answers = [True] * 20 + [False, True, False, False, True, True, False]
    >>> [drop.update(correct) for correct in answers][-2:], drop.alarm_at, drop.score
    ([False, True], 27, 37)
    """

    plan: CusumPlan
    n: int = 0
    score: int = 0
    alarm_at: int | None = None

    def update(self, correct: bool) -> bool:
        """Take one answer; whether there is (or was) an alarm. Raises ValueError for anything but true or false."""
        if correct not in (True, False):
            raise ValueError(f"correct is {correct!r}; give True or False.")
        self.n += 1
        self.score = max(0, self.score - self.plan.down) if correct else self.score + self.plan.up
        if self.alarm_at is None and self.score >= self.plan.limit:
            self.alarm_at = self.n
        return self.alarm_at is not None

    def state(self) -> dict[str, Any]:
        """JSON-ready; :meth:`from_state` continues from it."""
        plan = {name: getattr(self.plan, name) for name in CusumPlan.__dataclass_fields__}
        return {"monitor": CARD.id, "plan": plan, "n": self.n, "score": self.score, "alarm_at": self.alarm_at}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Cusum:
        """The CUSUM as it was. Raises ValueError for the state of another test."""
        saved = state_of(state, CARD.id)
        return cls(**saved | {"plan": CusumPlan(**saved["plan"])})


def cusum_scores(correct: npt.ArrayLike, plan: CusumPlan) -> Counts:
    """The score after each answer of a column: shape (n,), whole numbers.

    By the sum so far less its lowest value so far, which is the same as cutting at 0 at each step.

    >>> cusum_scores([True, False, False, True], cusum_plan(good=0.95, bad=0.85, arl=1000)).tolist()
    [0, 10, 20, 19]
    """
    answers = shares_of(correct, "correct")
    if not bool(np.all((answers == 0.0) | (answers == 1.0))):
        raise ValueError("correct has a value that is neither true nor false; CUSUM takes whole answers.")
    total = np.cumsum(np.where(answers == 1.0, -plan.down, plan.up).astype(np.int64))
    return total - np.minimum(np.minimum.accumulate(total), 0)


MONITOR = Monitor(CARD, start=lambda: Cusum(cusum_plan(0.9, 0.8, arl=1000)), resume=Cusum.from_state)
