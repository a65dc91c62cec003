"""Anchoring: what a suggestion that is shown does to answers, from a random choice to show or hide it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np

from assay.audits.arguments import Floats, Mask, check_level, same_length, truth_column

NEWCOMBE = "Newcombe hybrid score"
JACKKNIFE = "delete-one-annotator jackknife, Student's t"
FEWEST = 10
FEWEST_ANNOTATORS = 8


@dataclass(frozen=True, slots=True)
class ArmEffect:
    """``value`` = share with the suggestion shown - share with it hidden, bounded by ``low`` and ``high``.

    None exactly when ``reason`` says why it is undefined. ``p_value`` is the exact randomization test of no effect on
    anybody (two-sided).
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    p_value: float | None
    n_shown: int
    n_hidden: int
    share_shown: float | None
    share_hidden: float | None
    interval_method: str | None
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Anchoring:
    """``agreement``: the effect on agreeing with the suggestion. ``accuracy``: on being right; ``when_wrong``: on
    agreeing with suggestions that are wrong, the harm (both None when not asked for). ``by_annotator`` has each one's
    effect on agreement."""

    agreement: ArmEffect
    accuracy: ArmEffect | None = None
    when_wrong: ArmEffect | None = None
    by_annotator: dict[Hashable, ArmEffect] = field(default_factory=dict)


def anchoring(
    shown: Any,
    agrees: Any,
    *,
    correct: Any = None,
    suggestion_right: Any = None,
    annotators: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Anchoring:
    """The effects of showing suggestions, from answers for which a coin decided whether the suggestion was shown.

    Columns of shape (n,), a row for each answer: whether the suggestion was ``shown``, whether the answer ``agrees``
    with it (for hidden ones: with what would have been shown), and if known whether the answer was ``correct`` and the
    ``suggestion_right``. With ``annotators`` chance is taken within annotators: the randomization test compares each
    one's answers with each other, and from 8 annotators with answers in both arms on the interval speaks about
    annotators like these.

    See :func:`arm_effect` for the numbers. Raises ValueError for columns of different length or other values than
    True and False.

    >>> shown    = [True] * 40 + [False] * 40
    >>> agrees   = [True] * 36 + [False] * 4 + [True] * 28 + [False] * 12
    >>> found = anchoring(shown, agrees).agreement
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), round(found.p_value, 3)
    (0.2, 0.02, 0.37, 0.048)

    Sources: Newcombe (1998), Statistics in Medicine 17:873; Fisher (1935), The Design of Experiments.
    """
    arm, agreed = truth_column(shown, "shown"), truth_column(agrees, "agrees")
    same_length(len(arm), agrees=agreed)
    if annotators is not None:
        same_length(len(arm), annotators=annotators)
    agreement = arm_effect(arm, agreed, annotators=annotators, level=level)
    accuracy = when_wrong = None
    if correct is not None:
        accuracy = arm_effect(arm, correct, annotators=annotators, level=level)
    if suggestion_right is not None:
        wrong = ~truth_column(suggestion_right, "suggestion_right")
        same_length(len(arm), suggestion_right=wrong)
        who = None if annotators is None else [name for name, keep in zip(annotators, wrong, strict=True) if keep]
        when_wrong = arm_effect(arm[wrong], agreed[wrong], annotators=who, level=level)
    by_annotator = {}
    if annotators is not None:
        for name, rows in _rows_of(annotators).items():
            by_annotator[name] = arm_effect(arm[rows], agreed[rows], level=level)
    return Anchoring(agreement, accuracy, when_wrong, by_annotator)


def arm_effect(
    shown: Any, outcome: Any, *, annotators: Sequence[Hashable] | None = None, level: float = 0.95
) -> ArmEffect:
    """The difference of the shares of ``outcome`` between the arms.

    Interval: Newcombe's hybrid of two Wilson intervals (his method 10), which treats answers as independent; with
    ``annotators``, of which at least 8 have answers in both arms, the mean of all answers is jackknifed over annotators
    instead. p-value: given the arms' sizes, how many of all outcomes fall into the "shown" arm by chance is
    hypergeometric (Fisher's exact test); with ``annotators`` it is the sum of one such number for each. Two-sided: the
    chance of all counts that are not likelier than the one seen.

    Undefined, with a reason, when an arm has fewer than 10 answers.
    """
    check_level(level)
    arm, hit = truth_column(shown, "shown"), truth_column(outcome, "outcome")
    same_length(len(arm), outcome=hit)
    if annotators is not None:
        same_length(len(arm), annotators=annotators)
    n_shown, n_hidden = int(arm.sum()), int((~arm).sum())
    if min(n_shown, n_hidden) < FEWEST:
        reason = (
            f"{n_shown} answers with the suggestion shown and {n_hidden} with it hidden; {FEWEST} of each are needed."
        )
        return ArmEffect(None, None, None, level, None, n_shown, n_hidden, None, None, None, reason)
    groups = [np.arange(len(arm))] if annotators is None else list(_rows_of(annotators).values())
    both = [rows for rows in groups if arm[rows].any() and not arm[rows].all()]
    share_shown, share_hidden = float(hit[arm].mean()), float(hit[~arm].mean())
    value = share_shown - share_hidden
    if annotators is not None and len(both) >= FEWEST_ANNOTATORS:
        half, method = _jackknife_half_width(arm, hit, groups, value, level), JACKKNIFE
        low, high = max(value - half, -1.0), min(value + half, 1.0)
    else:
        method = NEWCOMBE
        low, high = _newcombe(int(hit[arm].sum()), n_shown, int(hit[~arm].sum()), n_hidden, level)
    p_value = _randomization(arm, hit, both)
    return ArmEffect(value, low, high, level, p_value, n_shown, n_hidden, share_shown, share_hidden, method)


def _rows_of(annotators: Sequence[Hashable]) -> dict[Hashable, Any]:
    rows: dict[Hashable, list[int]] = {}
    for row, name in enumerate(annotators):
        rows.setdefault(name, []).append(row)
    return {name: np.array(rows[name]) for name in sorted(rows, key=lambda name: (str(type(name)), str(name)))}


def _newcombe(hits_a: int, n_a: int, hits_b: int, n_b: int, level: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    a, b = hits_a / n_a, hits_b / n_b
    (low_a, high_a), (low_b, high_b) = _wilson(a, n_a, z), _wilson(b, n_b, z)
    below = np.hypot(a - low_a, high_b - b)
    above = np.hypot(high_a - a, b - low_b)
    return max(a - b - float(below), -1.0), min(a - b + float(above), 1.0)


def _wilson(share: float, n: int, z: float) -> tuple[float, float]:
    center = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return max(center - half, 0.0), min(center + half, 1.0)


def _jackknife_half_width(arm: Mask, hit: Mask, groups: list[Any], value: float, level: float) -> float:
    from scipy.stats import t

    counts = np.array([[(arm & hit)[g].sum(), arm[g].sum(), (~arm & hit)[g].sum(), (~arm)[g].sum()] for g in groups])
    rest = (counts.sum(axis=0) - counts).astype(np.float64)
    defined = (rest[:, 1] > 0) & (rest[:, 3] > 0)
    without = np.full(len(groups), value)
    without[defined] = rest[defined, 0] / rest[defined, 1] - rest[defined, 2] / rest[defined, 3]
    n = len(groups)
    variance = (n - 1.0) / n * float(((without - without.mean()) ** 2).sum())
    return float(t.ppf(0.5 + level / 2.0, n - 1)) * float(np.sqrt(variance))


def _randomization(arm: Mask, hit: Mask, groups: list[Any]) -> float:
    """Two-sided, exact: the distribution of hits in the "shown" arm, summed over groups by convolution."""
    from scipy.stats import hypergeom

    chance: Floats = np.ones(1)
    seen = 0
    for rows in groups:
        n, hits, shown = len(rows), int(hit[rows].sum()), int(arm[rows].sum())
        first = max(0, hits - (n - shown))
        counts = np.arange(first, min(hits, shown) + 1)
        chance = np.convolve(chance, hypergeom.pmf(counts, n, hits, shown))
        seen += int((hit & arm)[rows].sum()) - first
    return min(float(chance[chance <= chance[seen] * (1.0 + 1e-7)].sum()), 1.0)
