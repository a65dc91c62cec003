"""Confidence sequence: an interval for an accuracy that holds at every moment at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, log, log1p
from typing import Any

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
from assay.monitoring.log_beta import log_beta

CARD = MonitorCard(
    id="confidence_sequence",
    title="Interval for an accuracy, valid at every look",
    summary="Bounds for an accuracy that may be read after every answer; they only ever get narrower.",
    evidence="correctness",
    looks="every",
    false_alarms="The chance that the interval of any moment, from the first answer on, misses the accuracy is at most "
    "1 - level.",
    assumes="Given everything before, each answer is right with the same chance.",
    reference="Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021; Waudby-Smith, Ramdas 2024",
)
CHANGED = "no single accuracy fits all answers: it must have changed"
_HALVINGS = 60


@dataclass(slots=True)
class AccuracySequence:
    """The accuracies p that a beta-binomial mixture does not refute, at every moment:

        C = {p : ∫ q^s (1-q)^f dBeta(q; a, b) / (p^s (1-p)^f) < 1 / (1 - level)},

    and the interval is the intersection of all C so far. Before the first answer it is [0, 1]. Its chance of
    ever missing the accuracy is at most 1 - ``level``, so one may stop, go on, or decide at any look. When no
    accuracy is left, ``low`` and ``high`` are None and ``reason`` says that the accuracy has changed; then start a new
    one.

    Answers may be partly right and weighted as in :class:`assay.monitoring.AccuracyTest`; the interval then holds for
    the mean share that is right, and more often than it says.

    Raises ValueError for a level or prior out of range.

    >>> sequence = AccuracySequence(level=0.95)
    >>> any(sequence.update(n % 10 != 0) for n in range(1, 201))
    False
    >>> round(sequence.low, 3), round(sequence.high, 3)
    (0.818, 0.957)

    Sources: Robbins (1970), Annals of Mathematical Statistics 41:1397; Howard, Ramdas, McAuliffe, Sekhon (2021),
    Annals of Statistics 49:1055; Waudby-Smith, Ramdas (2024), Journal of the Royal Statistical Society B 86:1.
    """

    level: float = 0.95
    prior: tuple[float, float] = (0.5, 0.5)
    n: int = 0
    n_right: float = 0.0
    n_wrong: float = 0.0
    lowest: float = 0.0
    highest: float = 1.0
    alarm_at: int | None = None

    def __post_init__(self) -> None:
        check_open_share(self.level, "level", "0.95")
        self.prior = check_prior(self.prior)

    def update(self, correct: bool | float, weight: float = 1.0) -> bool:
        """Take one answer; whether the accuracy must have changed. Raises ValueError for a number outside 0 to 1."""
        correct, weight = check_answer(correct, weight)
        return self._take(1, weight * correct, weight * (1.0 - correct))

    def update_counts(self, n_right: int, n_wrong: int) -> bool:
        """Take several answers and look once, after them."""
        right, wrong = check_count(n_right, "n_right"), check_count(n_wrong, "n_wrong")
        return self._take(right + wrong, right, wrong)

    @property
    def low(self) -> float | None:
        """The lower bound, None when nothing is left."""
        return None if self.reason else self.lowest

    @property
    def high(self) -> float | None:
        """The upper bound, None when nothing is left."""
        return None if self.reason else self.highest

    @property
    def reason(self) -> str | None:
        """Why there is no interval, or None when there is one."""
        return CHANGED if self.lowest > self.highest else None

    def state(self) -> dict[str, Any]:
        """JSON-ready; :meth:`from_state` continues from it."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {"monitor": CARD.id} | plain | {"prior": list(self.prior)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> AccuracySequence:
        """The sequence as it was. Raises ValueError for the state of something else."""
        saved = state_of(state, CARD.id)
        return cls(**saved | {"prior": tuple(saved["prior"])})

    def _take(self, n: int, right: float, wrong: float) -> bool:
        self.n += n
        self.n_right += right
        self.n_wrong += wrong
        low, high = _bounds_now(self.n_right, self.n_wrong, self.level, self.prior)
        self.lowest, self.highest = max(self.lowest, low), min(self.highest, high)
        if self.alarm_at is None and self.reason:
            self.alarm_at = self.n
        return self.alarm_at is not None


@dataclass(frozen=True, slots=True)
class Bounds:
    """``low`` and ``high`` after each answer, both of shape (n,); ``changed_at`` is the number of the answer after
    which no single accuracy fitted any more (from there on low > high), None when there is none."""

    low: Floats
    high: Floats
    changed_at: int | None


def accuracy_confidence_sequence(
    correct: npt.ArrayLike,
    *,
    level: float = 0.95,
    prior: tuple[float, float] = (0.5, 0.5),
    weights: npt.ArrayLike | None = None,
) -> Bounds:
    """The interval of :class:`AccuracySequence` after each answer of a column.

    >>> found = accuracy_confidence_sequence([True] * 9 + [False])
    >>> found.low.round(2).tolist()
    [0.03, 0.14, 0.25, 0.34, 0.41, 0.47, 0.52, 0.56, 0.59, 0.59]
    """
    prior = AccuracySequence(level, prior).prior
    answers = shares_of(correct, "correct")
    weight = np.ones_like(answers) if weights is None else shares_of(weights, "weights")
    same_length(len(answers), weights=weight)
    right, wrong = np.cumsum(weight * answers), np.cumsum(weight * (1.0 - answers))
    low, high = mixture_bounds(right, wrong, level, prior)
    low, high = np.maximum.accumulate(low), np.minimum.accumulate(high)
    crossed = np.flatnonzero(low > high)
    return Bounds(low, high, int(crossed[0]) + 1 if len(crossed) else None)


def mixture_bounds(
    right: npt.ArrayLike, wrong: npt.ArrayLike, level: float, prior: tuple[float, float]
) -> tuple[Floats, Floats]:
    """The bounds of one moment, not cut with earlier ones; elementwise over counts of right and wrong answers."""
    right, wrong = np.asarray(right, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    averaged = log_beta(prior[0] + right, prior[1] + wrong) - log_beta(*prior)
    least = averaged + np.log1p(-level)  # an accuracy stays while its log likelihood is above this
    n = right + wrong
    center = np.divide(right, n, out=np.full_like(n, 0.5), where=n > 0.0)
    low = _edge(right, wrong, least, inside=center, outside=np.zeros_like(center))
    high = _edge(right, wrong, least, inside=center, outside=np.ones_like(center))
    return low, high


def _bounds_now(right: float, wrong: float, level: float, prior: tuple[float, float]) -> tuple[float, float]:
    """:func:`mixture_bounds` of one moment, in plain Python: eight times as fast as arrays of one number."""
    least = float(log_beta(prior[0] + right, prior[1] + wrong) - log_beta(*prior)) + log1p(-level)
    n = right + wrong
    found = []
    for outside in (0.0, 1.0):
        inside = right / n if n > 0.0 else 0.5
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2.0
            stays = _log_likelihood_now(right, wrong, middle) > least
            inside, outside = (middle, outside) if stays else (inside, middle)
        found.append(outside)
    return found[0], found[1]


def _log_likelihood_now(right: float, wrong: float, p: float) -> float:
    if (right and p <= 0.0) or (wrong and p >= 1.0):
        return -inf
    return (right * log(p) if right else 0.0) + (wrong * log1p(-p) if wrong else 0.0)


def _edge(right: Floats, wrong: Floats, least: Floats, inside: Floats, outside: Floats) -> Floats:
    """Where the likelihood falls to ``least`` on the way from ``inside`` to ``outside``; outside when it does not."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2.0
        stays = _log_likelihood(right, wrong, middle) > least
        inside, outside = np.where(stays, middle, inside), np.where(stays, outside, middle)
    return outside


def _log_likelihood(right: Floats, wrong: Floats, p: Floats) -> Floats:
    from scipy.special import xlog1py, xlogy

    return np.asarray(xlogy(right, p) + xlog1py(wrong, -p), dtype=np.float64)


MONITOR = Monitor(CARD, start=AccuracySequence, resume=AccuracySequence.from_state)
