"""E-process: is somebody's accuracy below (above, not at) a bar, looked at as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from assay.monitoring.arguments import (
    Floats,
    check_answer,
    check_count,
    check_open_share,
    check_prior,
    same_length,
    shares_of,
    state_of,
)
from assay.monitoring.card import Monitor, MonitorCard
from assay.monitoring.log_beta import log_beta, log_lower_beta

Side = Literal["below", "above", "both"]

CARD = MonitorCard(
    id="e_process",
    title="Accuracy against a bar",
    summary="Evidence that an accuracy is below (or above, or not at) a bar, from the first answer on.",
    evidence="correctness",
    looks="every",
    false_alarms="For somebody at the bar or on its good side the chance of ever an alarm, however often one looks and "
    "however long it goes on, is at most alpha.",
    assumes="Given everything before, each answer is right with at least (at most, exactly) the chance of the bar.",
    reference="Ville 1939; Robbins 1970; Waudby-Smith, Ramdas 2024",
)
_LARGEST_EXPONENT = 700.0


@dataclass(slots=True)
class AccuracyTest:
    """A beta-binomial e-process: the likelihood of the answers, averaged over accuracies beyond the bar, divided by
    their likelihood at the bar.

    With s right and f wrong answers and a Beta(a, b) prior restricted to the accuracies beyond the bar p₀
    (``side`` "below": [0, p₀), "above": (p₀, 1], "both": all of [0, 1]) the evidence is

        E = ∫ p^s (1-p)^f dπ(p) / (p₀^s (1-p₀)^f).

    Under the null hypothesis (accuracy ≥ bar for "below", ≤ for "above", = for "both") E is a nonnegative
    supermartingale that starts at 1, so the chance that it ever reaches 1/``alpha`` is at most ``alpha`` (Ville).
    The accuracy may change from answer to answer as long as it stays on the good side. ``alarm_at`` is the number of
    the answer with which E first reached 1/alpha; it stays, whatever comes after.

    An answer may be partly right (a number from 0 to 1) and have a ``weight`` from 0 to 1 that was fixed before
    the answer was seen. Both only make the test more careful (Jensen's inequality). A weight above 1 is refused:
    it would count one answer twice.

    Raises ValueError for a bar, alpha or prior out of range.

    >>> test = AccuracyTest(bar=0.9, alpha=0.05)
    >>> answers = [True, False, True, False, False, True, False, False]
    >>> [test.update(correct) for correct in answers]
    [False, False, False, False, False, False, True, True]
    >>> test.alarm_at, round(test.e_value)
    (7, 237)
    >>> AccuracyTest.from_state(test.state()) == test
    True

    Sources: Ville (1939); Robbins (1970), Annals of Mathematical Statistics 41:1397; Waudby-Smith, Ramdas (2024),
    Journal of the Royal Statistical Society B 86:1.
    """

    bar: float
    alpha: float = 0.05
    side: Side = "below"
    prior: tuple[float, float] = (0.5, 0.5)
    n: int = 0
    n_right: float = 0.0
    n_wrong: float = 0.0
    peak: float = 0.0
    alarm_at: int | None = None

    def __post_init__(self) -> None:
        check_open_share(self.bar, "bar", "0.9")
        check_open_share(self.alpha, "alpha", "0.05")
        self.prior = check_prior(self.prior)
        if self.side not in get_args(Side):
            raise ValueError(f"There is no side {self.side!r}; use 'below', 'above' or 'both'.")

    def update(self, correct: bool | float, weight: float = 1.0) -> bool:
        """Take one answer; whether there is (or was) an alarm. Raises ValueError for a number outside 0 to 1."""
        correct, weight = check_answer(correct, weight)
        return self._take(1, weight * correct, weight * (1.0 - correct))

    def update_counts(self, n_right: int, n_wrong: int) -> bool:
        """Take several answers and look once, after them."""
        right, wrong = check_count(n_right, "n_right"), check_count(n_wrong, "n_wrong")
        return self._take(right + wrong, right, wrong)

    @property
    def log_e(self) -> float:
        """The natural logarithm of the evidence now."""
        return float(_log_e(self.n_right, self.n_wrong, self.bar, self.side, self.prior))

    @property
    def e_value(self) -> float:
        """The evidence now: 1 says nothing, 20 is what an alpha of 0.05 asks for. Cut at e^700."""
        return exp(min(self.log_e, _LARGEST_EXPONENT))

    @property
    def p_value(self) -> float:
        """A p-value that holds at every look: 1 / (the largest evidence so far)."""
        return exp(-self.peak)

    def state(self) -> dict[str, Any]:
        """JSON-ready; :meth:`from_state` continues from it."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {"monitor": CARD.id} | plain | {"prior": list(self.prior)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> AccuracyTest:
        """The test as it was. Raises ValueError for the state of another one."""
        saved = state_of(state, CARD.id)
        return cls(**saved | {"prior": tuple(saved["prior"])})

    def _take(self, n: int, right: float, wrong: float) -> bool:
        self.n += n
        self.n_right += right
        self.n_wrong += wrong
        self.peak = max(self.peak, self.log_e)
        if self.alarm_at is None and self.peak >= -log(self.alpha):
            self.alarm_at = self.n
        return self.alarm_at is not None


@dataclass(frozen=True, slots=True)
class EProcess:
    """An e-process over a whole column: ``log_e`` after each answer, shape (n,), and where it first rang."""

    log_e: Floats
    alarm_at: int | None
    p_value: float


def accuracy_e_process(
    correct: npt.ArrayLike,
    bar: float,
    *,
    alpha: float = 0.05,
    side: Side = "below",
    prior: tuple[float, float] = (0.5, 0.5),
    weights: npt.ArrayLike | None = None,
) -> EProcess:
    """The evidence of :class:`AccuracyTest` after each answer of a column, looked at after each.

    ``correct`` has shape (n,): booleans or shares from 0 to 1; ``weights`` too. Raises ValueError for what is not.

    >>> found = accuracy_e_process([True, False, True, False, False, True, False, False], bar=0.9)
    >>> found.alarm_at, found.log_e.round(1).tolist()
    (7, [-0.9, 0.5, -0.1, 1.3, 2.9, 2.1, 3.7, 5.5])
    """
    started = AccuracyTest(bar, alpha, side, prior)
    answers = shares_of(correct, "correct")
    weight = np.ones_like(answers) if weights is None else shares_of(weights, "weights")
    same_length(len(answers), weights=weight)
    right, wrong = np.cumsum(weight * answers), np.cumsum(weight * (1.0 - answers))
    log_e = _log_e(right, wrong, bar, side, started.prior)
    reached = np.flatnonzero(log_e >= -log(alpha))
    peak = max(0.0, float(log_e.max())) if len(log_e) else 0.0
    return EProcess(log_e, int(reached[0]) + 1 if len(reached) else None, exp(-peak))


def _log_e(right: Any, wrong: Any, bar: float, side: Side, prior: tuple[float, float]) -> Floats:
    a, b = prior
    right, wrong = np.asarray(right, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    at_the_bar = right * log(bar) + wrong * np.log1p(-bar)
    if side == "both":
        averaged = log_beta(a + right, b + wrong) - log_beta(a, b)
    elif side == "below":
        averaged = log_lower_beta(a + right, b + wrong, bar) - log_lower_beta(a, b, bar)
    else:
        averaged = log_lower_beta(b + wrong, a + right, 1.0 - bar) - log_lower_beta(b, a, 1.0 - bar)
    return np.asarray(averaged - at_the_bar, dtype=np.float64)


MONITOR = Monitor(CARD, start=lambda: AccuracyTest(bar=0.9), resume=AccuracyTest.from_state)
