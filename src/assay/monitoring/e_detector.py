"""E-detector: the moment at which an accuracy dropped below a bar, whatever it was above it and fell to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.monitoring.arguments import Floats, check_answer, check_open_share, same_length, shares_of, state_of
from assay.monitoring.card import Monitor, MonitorCard

CARD = MonitorCard(
    id="e_detector",
    title="Drop in accuracy (e-detector)",
    summary="Rings after an accuracy fell below a bar; takes partial and weighted answers, any drop.",
    evidence="correctness",
    looks="every",
    false_alarms="While the accuracy is at or above the bar, the mean number of checks to a false alarm is at least "
    "arl, and the chance of one within n checks at most n / arl.",
    assumes="Given everything before, each answer is right with at least the chance of the bar.",
    reference="Shin, Ramdas, Rinaldo 2023; Shiryaev 1963; Roberts 1966",
)
DROPS = (0.05, 0.1, 0.2, 0.4)
_LARGEST_EXPONENT = 700.0


@dataclass(slots=True)
class EDetector:
    """A Shiryaev-Roberts e-detector: for each accuracy q below the bar p₀ the sum, over every moment at which the
    drop to q may have come, of the evidence for it since then,

        R(q) ← (R(q) + 1) · (1 + w·(x - p₀)·(q - p₀)/(p₀ (1 - p₀))),

    averaged over ``targets`` q with equal weight; it rings when the average reaches ``arl``. For a right or wrong
    answer (x = 1 or 0) of weight w = 1 the factor is the likelihood ratio of q to p₀; partly right answers and weights
    from 0 to 1 (fixed before the answer is seen) are as valid. At or above the bar the average less n is a
    supermartingale, hence the promise: mean time to a false alarm at least ``arl``, and a chance of at most
    n / arl for one within n checks. For a chance of alpha over n checks take arl = n / alpha.

    ``targets`` are the accuracies to be found quickly (default: bar minus 0.05, 0.1, 0.2 and 0.4, as far as they are
    at least 0.05); others below the bar are found too, a little later.

    Raises ValueError for a bar, a target or a run length out of range.

    >>> detector = EDetector(bar=0.95, arl=1000)
    >>> answers = [True] * 20 + [False, True, False, False, True, False, False]
    >>> [detector.update(correct) for correct in answers][-2:], detector.alarm_at
    ([True, True], 26)

    Source: Shin, Ramdas, Rinaldo (2023), New England Journal of Statistics in Data Science 1:1, "E-detectors".
    """

    bar: float
    arl: float = 1000.0
    targets: tuple[float, ...] = ()
    n: int = 0
    log_r: tuple[float, ...] = ()
    alarm_at: int | None = None

    def __post_init__(self) -> None:
        check_open_share(self.bar, "bar", "0.9")
        if not 1.0 <= self.arl < float("inf"):
            raise ValueError(f"arl is {self.arl!r}; give a mean number of checks to a false alarm, such as 1000.")
        self.targets = _targets(self.bar, self.targets)
        self.log_r = tuple(self.log_r) or (-float("inf"),) * len(self.targets)
        if len(self.log_r) != len(self.targets):
            raise ValueError(f"log_r has {len(self.log_r)} numbers; give one for each of the targets.")

    def update(self, correct: bool | float, weight: float = 1.0) -> bool:
        """Take one answer; whether there is (or was) an alarm. Raises ValueError for a number outside 0 to 1."""
        correct, weight = check_answer(correct, weight)
        factors = log_factors(np.array(correct), np.array(weight), self.bar, self.targets)
        self.n += 1
        self.log_r = tuple(float(r) for r in np.logaddexp(np.array(self.log_r), 0.0) + factors)
        if self.alarm_at is None and self.log_e >= log(self.arl):
            self.alarm_at = self.n
        return self.alarm_at is not None

    @property
    def log_e(self) -> float:
        """The natural logarithm of the average over targets; minus infinity before the first answer."""
        return float(np.logaddexp.reduce(np.array(self.log_r)) - log(len(self.targets)))

    @property
    def e_value(self) -> float:
        """The average over targets; it rings at ``arl``. Cut at e^700."""
        return exp(min(self.log_e, _LARGEST_EXPONENT))

    def state(self) -> dict[str, Any]:
        """JSON-ready; :meth:`from_state` continues from it."""
        return {
            "monitor": CARD.id,
            "bar": self.bar,
            "arl": self.arl,
            "targets": list(self.targets),
            "n": self.n,
            "log_r": list(self.log_r) if self.n else [],
            "alarm_at": self.alarm_at,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> EDetector:
        """The detector as it was. Raises ValueError for the state of another test."""
        saved = state_of(state, CARD.id)
        return cls(**saved | {"targets": tuple(saved["targets"]), "log_r": tuple(saved["log_r"])})


def e_detector(
    correct: npt.ArrayLike,
    bar: float,
    *,
    arl: float = 1000.0,
    targets: Sequence[float] = (),
    weights: npt.ArrayLike | None = None,
) -> EDetector:
    """The detector after a whole column, looked at after each answer.

    >>> e_detector([True] * 20 + [False, True, False, False, True, False, False], bar=0.95).alarm_at
    26
    """
    detector = EDetector(bar, arl, tuple(targets))
    answers = shares_of(correct, "correct")
    weight = np.ones_like(answers) if weights is None else shares_of(weights, "weights")
    same_length(len(answers), weights=weight)
    for answer, share in zip(answers.tolist(), weight.tolist(), strict=True):
        detector.update(answer, share)
    return detector


def log_factors(correct: Floats, weight: Floats, bar: float, targets: Sequence[float]) -> Floats:
    """The logarithm of what an answer multiplies R(q) by, for each target: shape (..., targets)."""
    slope = (np.asarray(targets, dtype=np.float64) - bar) / (bar * (1.0 - bar))
    return np.asarray(np.log1p((weight * (correct - bar))[..., None] * slope), dtype=np.float64)


def _targets(bar: float, targets: Sequence[float]) -> tuple[float, ...]:
    chosen = tuple(float(target) for target in targets)
    if not chosen:
        chosen = tuple(round(bar - drop, 12) for drop in DROPS if bar - drop >= 0.05) or (bar / 2.0,)
    for target in chosen:
        if not 0.0 < target < bar:
            raise ValueError(f"targets has {target!r}; give accuracies above 0 and below the bar ({bar!r}).")
    return tuple(sorted(set(chosen), reverse=True))


MONITOR = Monitor(CARD, start=lambda: EDetector(bar=0.9), resume=EDetector.from_state)
