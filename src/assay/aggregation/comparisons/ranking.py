"""What the models of comparisons take and return."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal, Protocol

import numpy as np

from assay.aggregation.arrays import Codes, Floats

TieModel = Literal["davidson", "rao_kupper"]
INTERVAL = "normal, from the inverse of the information matrix"


class Comparisons(Protocol):
    """Comparisons as codes; ``assay.agreement.comparisons.ComparisonTable`` is one.

    The arrays have shape (comparisons,): ``items[left[i]]`` stood on the left of ``items[right[i]]``, and
    ``outcome[i]`` is 0 (left won), 1 (right won) or 2 (tie), according to ``annotators[annotator_codes[i]]``.
    """

    @property
    def items(self) -> Sequence[Hashable]: ...
    @property
    def annotators(self) -> Sequence[Hashable]: ...
    @property
    def left(self) -> Codes: ...
    @property
    def right(self) -> Codes: ...
    @property
    def outcome(self) -> Codes: ...
    @property
    def annotator_codes(self) -> Codes: ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its interval. ``value`` is None exactly when ``reason`` says why; bounds are None together."""

    value: float | None
    low: float | None = None
    high: float | None = None
    standard_error: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item. ``score`` is on the log scale, with mean 0 over the items; ``rank`` 1 is best; equals share it."""

    item: Hashable
    score: Number
    rank: int | None
    n_comparisons: int


@dataclass(frozen=True, slots=True)
class AnnotatorReliability:
    """``reliability`` is the probability that an answer follows the common ranking instead of being a guess."""

    annotator: Hashable
    reliability: float
    n_comparisons: int


@dataclass(frozen=True)
class Ranking:
    """The fitted model. When ``reason`` is not None there is no fit, and every score has that reason.

    ``position`` is the log of the odds that the left of two equally good items wins (None when it was not asked for),
    ``tie`` the log of Davidson's ν: two equally good items tie with probability ν / (2 + ν); with ``tie_model``
    "rao_kupper" that of the threshold τ, they tie with probability tanh(τ / 2) (None without ties).
    ``covariance``, of shape (items, items), is that of the scores in the order of ``items``. ``level`` is the
    confidence of every interval, ``interval_method`` how it was made.
    """

    method: str
    version: int
    items: tuple[ItemScore, ...]
    position: Number | None
    tie: Number | None
    annotators: tuple[AnnotatorReliability, ...]
    covariance: Floats = field(repr=False)
    log_likelihood: float | None
    prior_sd: float | None
    level: float
    n_comparisons: int
    n_iterations: int
    reason: str | None
    interval_method: str | None
    tie_model: TieModel = "davidson"

    def __getitem__(self, item: Hashable) -> ItemScore:
        """The score of that item. Raises KeyError when it was not compared."""
        return {row.item: row for row in self.items}[item]

    def best_first(self) -> tuple[ItemScore, ...]:
        """The items by rank; equal ones in stable order. Empty when there is no fit."""
        ranked = [row for row in self.items if row.rank is not None]
        return tuple(sorted(ranked, key=lambda row: row.rank or 0))

    def probability(self, a: Hashable, b: Hashable) -> Number:
        """That a beats b when one of them wins and sides do not matter: 1 / (1 + exp(score of b - score of a)).

        With Rao and Kupper's ties it is P(a wins) / (P(a wins) + P(b wins)), the threshold taken as known. The
        interval is that of the difference of the scores, so it knows how the two go together. Raises KeyError for
        an item that was not compared.
        """
        place = {row.item: k for k, row in enumerate(self.items)}
        i, j = place[a], place[b]
        first, second = self.items[i].score.value, self.items[j].score.value
        if first is None or second is None:
            return Number(None, reason=self.reason)
        difference = first - second
        spread = self.covariance[i, i] + self.covariance[j, j] - 2.0 * self.covariance[i, j]
        error = float(np.sqrt(max(spread, 0.0)))
        half = NormalDist().inv_cdf(0.5 + self.level / 2.0) * error
        threshold = 0.0
        if self.tie_model == "rao_kupper" and self.tie is not None and self.tie.value is not None:
            threshold = float(np.exp(self.tie.value))
        value, low, high = (_wins(x, threshold) for x in (difference, difference - half, difference + half))
        # By d, log odds grow by 1 (Davidson), or by the chances of not winning of both (Rao and Kupper).
        steepness = 2.0 - _logistic(difference - threshold) - _logistic(-difference - threshold)
        return Number(value, low, high, error * steepness * value * (1.0 - value))


def number(value: float, error: float, level: float) -> Number:
    """Value ± z standard errors."""
    half = NormalDist().inv_cdf(0.5 + level / 2.0) * error
    return Number(value, value - half, value + half, error)


def _wins(difference: float, threshold: float) -> float:
    first, second = _logistic(difference - threshold), _logistic(-difference - threshold)
    return first / (first + second)


def _logistic(x: float) -> float:
    return float(0.5 * (1.0 + np.tanh(0.5 * x)))


def scored(names: Sequence[Hashable], scores: Floats, errors: Floats, n: Codes, level: float) -> tuple[ItemScore, ...]:
    """Scores with their ranks; scores that differ by rounding only are equal."""
    rounded = np.round(scores, 9)
    return tuple(
        ItemScore(
            name, number(float(scores[k]), float(errors[k]), level), 1 + int((rounded > rounded[k]).sum()), int(n[k])
        )
        for k, name in enumerate(names)
    )


def unscored(names: Sequence[Hashable], n: Codes, reason: str) -> tuple[ItemScore, ...]:
    """The items without a fit."""
    return tuple(ItemScore(name, Number(None, reason=reason), None, int(n[k])) for k, name in enumerate(names))


def check_model(level: float, prior_sd: float | None) -> None:
    """Raises ValueError for a level outside (0, 1) or a prior that is not above 0."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; give a number between 0 and 1, such as 0.95.")
    if prior_sd is not None and not prior_sd > 0.0:
        raise ValueError(f"prior_sd is {prior_sd!r}; give a standard deviation above 0 (1 to 3 is weak), or None.")


def not_connected(n_groups: int, n_items: int) -> str:
    """Why there is no maximum."""
    return (
        f"The comparisons do not tie the {n_items} items together: they fall into {n_groups} groups of which one never "
        "loses to another, or is never compared with it, so the difference between the groups has no estimate. Add "
        "comparisons across the groups, or give prior_sd (such as 2) and say so."
    )


def n_strong_groups(better: Codes, worse: Codes, n_items: int) -> int:
    """Into how many strongly connected groups the items fall, with an edge from winner to loser (Ford 1957)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(better)), (better, worse)), shape=(n_items, n_items))
    return int(connected_components(graph.tocsr(), directed=True, connection="strong")[0])
