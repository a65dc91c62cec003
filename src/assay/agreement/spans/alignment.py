"""The best alignment of the spans of several annotators, and how much disorder is left in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isfinite
from time import monotonic
from typing import NamedTuple

import numpy as np

from assay.agreement.arrays import Codes, Floats
from assay.agreement.names import in_stable_order, quoted
from assay.agreement.spans.table import Span, Spans

LabelDistance = Callable[[Hashable, Hashable], float]
EMPTY = -1
_MOST_CANDIDATES = 400_000
# HiGHS stops within 1e-6 of the best total; in units this fine that is 1e-9 of the disorder of one span left alone.
_FINE = 1_000.0


class NoAlignment(Exception):
    """There are too many possible alignments, or there is no time left; the message says which."""


class Units(NamedTuple):
    """The spans of one annotator as three arrays of shape (spans,); ``label`` points into the labels' distances."""

    start: Floats
    end: Floats
    label: Codes


@dataclass(frozen=True, slots=True)
class Dissimilarity:
    """How far two spans are apart: alpha · position + beta · label, both in units of ``delta_empty``.

    Position: ((difference of starts + difference of ends) / (sum of the two lengths))². ``labels`` has the distance of
    every two labels, of shape (labels, labels). A span that is left alone is ``delta_empty`` apart from nothing.
    """

    alpha: float
    beta: float
    delta_empty: float
    labels: Floats

    def between(self, a: Units, b: Units) -> Floats:
        """Of every span of a and every span of b; shape (spans of a, spans of b)."""
        moved = np.abs(a.start[:, None] - b.start) + np.abs(a.end[:, None] - b.end)
        lengths = (a.end - a.start)[:, None] + (b.end - b.start)
        position = (moved / lengths) ** 2
        apart: Floats = self.delta_empty * (self.alpha * position + self.beta * self.labels[a.label[:, None], b.label])
        return apart


@dataclass(frozen=True, slots=True)
class Alignment:
    """``groups`` are the spans taken for the same thing: in each, every annotator's span, or None without one.

    ``disorder`` is the sum over groups of the mean dissimilarity of its pairs, over the mean number of spans of an
    annotator.
    """

    groups: tuple[tuple[Span | None, ...], ...]
    disorder: float


def best_alignment(
    answers: Sequence[Spans],
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta_empty: float = 1.0,
    distance: LabelDistance | None = None,
) -> Alignment:
    """The alignment with the least disorder of the answers of two or more annotators to one task.

    Every span is in exactly one group, with at most one span of each annotator. A group costs the mean over all pairs
    of annotators of the dissimilarity of their spans, ``delta_empty`` for a pair of which one (or both) has none there;
    two spans cost alpha · position + beta · label. See :func:`span_gamma` for the arguments. Two annotators are an
    assignment problem, more of them an integer program (solved by HiGHS to optimality). Where several alignments are
    equally good, the disorder is the same and the groups are those of one of them.

    Raises ValueError for fewer than two answers, and :class:`NoAlignment` for more than 400,000 possible groups.

    >>> found = best_alignment([(Span(0, 4, "x"), Span(9, 12, "y")), (Span(0, 5, "x"),), (Span(1, 5, "x"),)])
    >>> round(found.disorder, 4), [[span and span.start for span in group] for group in found.groups]
    (0.7718, [[0, 0, 1], [9, None, None]])

    Source: Mathet, Widlöcher, Métivier (2015), The unified and holistic method gamma, Computational Linguistics 41:437.
    """
    if len(answers) < 2:
        raise ValueError(f"answers has {len(answers)}; give those of at least two annotators.")
    labels = in_stable_order({span.label for spans in answers for span in spans})
    far = label_distances(labels, distance)
    place = {label: code for code, label in enumerate(labels)}
    units = [units_of(spans, place) for spans in answers]
    disorder, rows = align(units, check_dissimilarity(alpha, beta, delta_empty, far), deadline=None)
    groups = [
        tuple(None if k == EMPTY else spans[k] for k, spans in zip(row, answers, strict=True)) for row in rows.tolist()
    ]
    groups.sort(key=lambda group: min((span.start, span.end) for span in group if span is not None))
    return Alignment(tuple(groups), disorder)


def check_dissimilarity(alpha: float, beta: float, delta_empty: float, labels: Floats) -> Dissimilarity:
    """The dissimilarity itself. Raises ValueError for a weight below 0, none above it, and a delta_empty not above."""
    for name, weight in (("alpha", alpha), ("beta", beta)):
        if not (isfinite(weight) and weight >= 0.0):
            raise ValueError(f"{name} is {weight!r}; give a weight of at least 0.")
    if not alpha + beta > 0.0:
        raise ValueError("alpha and beta are both 0, so no two spans would differ; give one of them a weight.")
    if not (isfinite(delta_empty) and delta_empty > 0.0):
        raise ValueError(f"delta_empty is {delta_empty!r}; give a number above 0.")
    return Dissimilarity(alpha, beta, delta_empty, labels)


def label_distances(labels: Sequence[Hashable], distance: LabelDistance | None) -> Floats:
    """The distance of every two labels, of shape (labels, labels); 0 or 1 without a ``distance``.

    Raises ValueError unless it is finite, not negative, the same in both directions, and 0 for a label and itself.
    """
    if distance is None:
        return 1.0 - np.eye(max(len(labels), 1))
    far = np.array([[float(distance(a, b)) for b in labels] for a in labels]).reshape(len(labels), len(labels))
    for i, j in np.argwhere(~(np.isfinite(far) & (far >= 0.0) & (far == far.T))).tolist():
        pair = f"{quoted(labels[i])} and {quoted(labels[j])}"
        raise ValueError(f"distance gives {far[i, j]} and {far[j, i]} for {pair}; give one number of at least 0.")
    for k in np.flatnonzero(np.diag(far)).tolist():
        raise ValueError(f"distance gives {far[k, k]} for {quoted(labels[k])} and itself; that must be 0.")
    return far if len(labels) else np.zeros((1, 1))


def units_of(spans: Spans, place: dict[Hashable, int]) -> Units:
    """The spans as arrays, with the code of each label."""
    places = np.array([(span.start, span.end) for span in spans], dtype=np.float64).reshape(len(spans), 2)
    return Units(places[:, 0], places[:, 1], np.array([place[span.label] for span in spans], dtype=np.int64))


def align(units: Sequence[Units], dissimilarity: Dissimilarity, deadline: float | None) -> tuple[float, Codes]:
    """The least disorder, and the groups: shape (groups, annotators), the place of each one's span or ``EMPTY``.

    Raises NoAlignment when ``deadline`` (of the monotonic clock) passes before the best one is known.
    """
    sizes = [len(each.start) for each in units]
    if not sum(sizes):
        return 0.0, np.zeros((0, len(units)), dtype=np.int64)
    near = {(i, j): dissimilarity.between(units[i], units[j]) for i, j in combinations(range(len(units)), 2)}
    if len(units) == 2:
        groups, saved = _two(near[0, 1], dissimilarity.delta_empty)
    else:
        groups, saved = _several(sizes, near, dissimilarity.delta_empty, deadline)
    alone = []
    for annotator, size in enumerate(sizes):
        single = np.full((size, len(units)), EMPTY, dtype=np.int64)
        single[:, annotator] = np.arange(size)
        alone.append(single[np.isin(np.arange(size), groups[:, annotator], invert=True)])
    total = dissimilarity.delta_empty * sum(sizes) - saved
    return max(total, 0.0) * len(units) / sum(sizes), np.concatenate([groups, *alone])


# Every span alone costs delta_empty; what follows looks for the groups that save the most of that. A group of k spans
# of n annotators saves (k - 1)(C + k/2) · delta_empty - the sum of its dissimilarities, over C = n(n - 1)/2: only
# groups that save something can be in a best alignment (a sharper rule than the paper's: cost at most n · delta_empty).


def _two(apart: Floats, delta: float) -> tuple[Codes, float]:
    from scipy.optimize import linear_sum_assignment

    saving = np.maximum(2.0 * delta - apart, 0.0)
    first, second = linear_sum_assignment(saving, maximize=True)
    some = saving[first, second] > 0.0
    groups = np.stack([first[some], second[some]], axis=1).astype(np.int64)
    return groups, float(saving[first[some], second[some]].sum())


def _several(
    sizes: Sequence[int], near: dict[tuple[int, int], Floats], delta: float, deadline: float | None
) -> tuple[Codes, float]:
    groups, saving = _candidates(sizes, near, delta)
    if not len(groups):
        return groups, 0.0
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    column, annotator = np.nonzero(groups != EMPTY)
    row = groups[column, annotator] + first[annotator]
    if len(np.unique(row)) == len(row):  # no span is wanted by two groups
        return groups, float(saving.sum())
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    once = csc_array((np.ones(len(row)), (row, column)), shape=(sum(sizes), len(groups)))
    left = inf if deadline is None else max(deadline - monotonic(), 1e-3)
    solved = milp(
        -_FINE * saving / delta,
        integrality=np.ones(len(groups), dtype=np.int64),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(once, -np.inf, 1.0),
        options={"mip_rel_gap": 0.0, "time_limit": left},
    )
    if solved.status != 0:
        raise NoAlignment("the best alignment was not found in the time given")
    chosen = np.asarray(solved.x) > 0.5
    return groups[chosen], float(saving[chosen].sum())


def _candidates(sizes: Sequence[int], near: dict[tuple[int, int], Floats], delta: float) -> tuple[Codes, Floats]:
    """Every group of two or more spans that may be in a best alignment, and what it saves; one annotator at a time."""
    n = len(sizes)
    pairs = n * (n - 1) / 2.0
    farthest = delta * (pairs + n - 1.0)
    groups, cost, k = np.full((1, 0), EMPTY, dtype=np.int64), np.zeros(1), np.zeros(1)
    for j in range(n):
        fits = np.ones((len(groups), sizes[j]), dtype=bool)
        added = np.zeros((len(groups), sizes[j]))
        for i in range(j):
            there = groups[:, i] != EMPTY
            apart = near[i, j][groups[there, i]]
            fits[there] &= apart <= farthest
            added[there] += apart
        most = k + n - j
        fits &= cost[:, None] + added < (delta * (most - 1.0) * (pairs + most / 2.0))[:, None]
        old, new = np.nonzero(fits)
        if len(groups) + len(old) > _MOST_CANDIDATES:
            raise NoAlignment(f"there are more than {_MOST_CANDIDATES:,} possible groups of spans in a task")
        longer = np.concatenate([groups, groups[old]])
        ends = np.concatenate([np.full(len(groups), EMPTY), new])[:, None]
        groups = np.concatenate([longer, ends], axis=1).astype(np.int64)
        cost, k = np.concatenate([cost, cost[old] + added[old, new]]), np.concatenate([k, k[old] + 1.0])
    saving = (delta * (k - 1.0) * (pairs + k / 2.0) - cost) / pairs
    kept = (k >= 2.0) & (saving > 0.0)
    for v in range(n):
        # Taking one span out of the group would save delta_empty · (C + k - 1) less than its dissimilarities cost.
        of_one = np.zeros(len(groups))
        for w in range(n):
            if w == v:
                continue
            both = (groups[:, v] != EMPTY) & (groups[:, w] != EMPTY)
            low, high = min(v, w), max(v, w)
            of_one[both] += near[low, high][groups[both, low], groups[both, high]]
        kept &= of_one <= delta * (pairs + k - 1.0) + 1e-9
    return groups[kept], np.asarray(saving[kept], dtype=np.float64)
