"""Medoids of shapes: of the shapes that mean the same object, the one that is most like the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from assay.aggregation.arrays import Floats
from assay.aggregation.spans.voted import check_quorum, weights_of
from assay.aggregation.structured.decision import Answers, Decision, Decisions, by_task, qualities, undecided

VERSION = 1
_ROUNDING = 1e-9


class GivenShape(Protocol):
    """A shape of an annotator: polygons, masks, boxes and keypoints of ``assay.agreement.shapes`` are such."""

    @property
    def label(self) -> Hashable: ...
    @property
    def order(self) -> tuple[Any, ...]: ...


@dataclass(frozen=True, slots=True)
class ChosenShape:
    """``shape`` is as an annotator drew it. ``support`` is the (weighted) share of the task's annotators behind it,

    ``similarity`` the weighted mean of its similarity to the shapes of the others among them (None without others).
    """

    shape: Any
    label: Hashable
    support: float
    similarity: float | None
    annotators: tuple[Hashable, ...]


def shape_medoids(
    table: Answers[Sequence[Any]],
    *,
    similarity: Callable[[Any, Any], float],
    threshold: float = 0.5,
    quorum: float = 0.5,
    weights: Mapping[Hashable, float] | None = None,
) -> Decisions[tuple[ChosenShape, ...]]:
    """For each task the objects that enough annotators drew, each as the one of them drew it who is most like the rest.

    Nothing is synthesised: a mean of polygons is no polygon, and corners cannot be matched. ``similarity`` of two
    shapes lies in [0, 1] and is symmetric: ``assay.agreement.shapes.iou`` (``oks`` for keypoints).

    At first every shape is alone. The two groups of one label with the largest mean similarity between their shapes are
    put together, as long as that is at least ``threshold``; never two that have shapes of one annotator. A group is
    kept when the weight behind it is at least ``quorum`` of that of the task's annotators, and shows the shape with
    the largest weighted sum of similarities.

    *Ties*: the shape (or group) that is first by its places (``order``), never by who drew it or in which row.
    ``expected_loss`` is the expected number of shapes that a random annotator has more or less; ``confidence`` the mean
    support (1 when nobody drew any, None when none was kept). An empty answer counts as "nothing there". Annotators'
    quality is the F1 of their shapes with the kept groups.

    Raises ValueError for a threshold or quorum outside (0, 1], a weight below 0, a similarity outside [0, 1].

    >>> from assay.agreement.shapes import Polygon, ShapeTable, iou
    >>> drawn = [[Polygon([(0, 0), (4, 0), (4, width), (0, width)], "cat")] for width in (4, 5, 9)]
    >>> found = shape_medoids(ShapeTable.from_arrays(["i"] * 3, ["ann", "ben", "cem"], drawn), similarity=iou)["i"]
    >>> [(chosen.shape.area, round(chosen.support, 2), chosen.annotators) for chosen in found.value]
    [(20.0, 1.0, ('ann', 'ben', 'cem'))]

    Source: the medoid of Kaufman, Rousseeuw (1987), Clustering by means of medoids; groups by average linkage (Sokal,
    Michener 1958).
    """
    check_quorum(quorum)
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is {threshold!r}; give a similarity above 0 and at most 1.")
    weight = weights_of(table.annotators, weights)
    decisions: list[Decision[tuple[ChosenShape, ...]]] = []
    alike: dict[int, list[float]] = {}
    for task, answers in zip(table.tasks, by_task(table), strict=True):
        names = tuple(table.annotators[annotator] for annotator, _ in answers)
        total = sum(sorted(weight[annotator] for annotator, _ in answers))
        if not answers or total <= 0.0:
            reason = "every annotator of the task has weight 0" if answers else "no annotator answered"
            decisions.append(undecided(task, names, reason))
            continue
        rows = [(who, shape) for who, shapes in answers for shape in shapes if weight[who] > 0.0]
        rows.sort(key=lambda row: (row[1].order, str(row[1].label), weight[row[0]]))
        near = _similarities(rows, similarity)
        groups = _groups(rows, near, threshold)
        shares = [sum(sorted(weight[rows[k][0]] / total for k in group)) for group in groups]
        kept = [k for k, share in enumerate(shares) if share >= quorum - _ROUNDING]
        chosen = [_medoid(groups[k], shares[k], rows, near, weight, table.annotators) for k in kept]
        chosen.sort(key=lambda each: (each.shape.order, str(each.label)))
        loss = sum(sorted(1.0 - share if k in kept else share for k, share in enumerate(shares)))
        confidence = sum(shares[k] for k in kept) / len(kept) if kept else (None if groups else 1.0)
        inside = [{rows[row][0] for row in groups[k]} for k in kept]
        for who, shapes in answers:
            if weight[who] > 0.0:
                n = len(shapes) + len(kept)
                alike.setdefault(who, []).append(2.0 * sum(who in group for group in inside) / n if n else 1.0)
        decisions.append(Decision(task, tuple(chosen), None, confidence, loss, names))
    return Decisions(
        method="shape_medoids",
        version=VERSION,
        rules=(
            ("similarity", getattr(similarity, "__name__", str(similarity))),
            ("threshold", threshold),
            ("quorum", quorum),
        ),
        decisions=tuple(decisions),
        annotators=qualities(table, alike),
    )


_Rows = Sequence[tuple[int, GivenShape]]


def _similarities(rows: _Rows, similarity: Callable[[Any, Any], float]) -> Floats:
    """Between shapes of the same label of two annotators, else 0; shape (rows, rows)."""
    near = np.zeros((len(rows), len(rows)))
    for i, (who, shape) in enumerate(rows):
        for j, (other, theirs) in enumerate(rows[:i]):
            if who != other and shape.label == theirs.label:
                found = float(similarity(shape, theirs))
                if not 0.0 <= found <= 1.0 + _ROUNDING:
                    raise ValueError(f"similarity gives {found} for two shapes; give a number from 0 to 1.")
                near[i, j] = near[j, i] = found
    return near


def _groups(rows: _Rows, near: Floats, threshold: float) -> list[list[int]]:
    """``rows`` are in an order that names do not change; so are the groups and what is in them."""
    groups = [[k] for k in range(len(rows))]
    labels = [shape.label for _, shape in rows]
    total, size = near.copy(), np.ones(len(rows))
    apart = np.array([[a == b for b, _ in rows] for a, _ in rows], dtype=bool)
    apart |= np.array([[a != b for b in labels] for a in labels], dtype=bool)
    while len(rows):
        mean = np.where(apart, -1.0, np.round(total / (size[:, None] * size), 9))
        i, j = (int(k) for k in np.unravel_index(int(mean.argmax()), mean.shape))
        if mean[i, j] < threshold - _ROUNDING:
            break
        groups[i] += groups[j]
        groups[j] = []
        total[i] += total[j]
        total[:, i] += total[:, j]
        size[i] += size[j]
        apart[i] |= apart[j]
        apart[:, i] |= apart[:, j]
        apart[j] = apart[:, j] = True
    return [group for group in groups if group]


def _medoid(
    group: Sequence[int], support: float, rows: _Rows, near: Floats, weight: Sequence[float], names: Sequence[Hashable]
) -> ChosenShape:
    members = sorted(group)
    of = np.array([weight[rows[k][0]] for k in members])
    sums = np.round(near[np.ix_(members, members)] @ of, 9)
    best = int(np.argmax(sums))
    others = float(of.sum() - of[best])
    shape = rows[members[best]][1]
    return ChosenShape(
        shape=shape,
        label=shape.label,
        support=min(support, 1.0),
        similarity=min(float(sums[best]) / others, 1.0) if len(members) > 1 else None,
        annotators=tuple(names[code] for code in sorted(rows[k][0] for k in members)),
    )
