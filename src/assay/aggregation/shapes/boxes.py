"""Weighted boxes fusion: boxes that mean the same object become their weighted mean."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from assay.aggregation.arrays import Floats
from assay.aggregation.spans.voted import check_quorum, weights_of
from assay.aggregation.structured.decision import Answers, Decision, Decisions, by_task, qualities, undecided

VERSION = 1
_ROUNDING = 1e-9


class GivenBox(Protocol):
    """A box of an annotator; ``assay.agreement.shapes.Box`` is one."""

    @property
    def x_min(self) -> float: ...
    @property
    def y_min(self) -> float: ...
    @property
    def x_max(self) -> float: ...
    @property
    def y_max(self) -> float: ...
    @property
    def label(self) -> Hashable: ...


@dataclass(frozen=True, slots=True)
class FusedBox:
    """``support`` is the (weighted) share of the task's annotators behind it; ``spread`` the weighted standard

    deviation of the four corners of the boxes it was made of, in the order x_min, y_min, x_max, y_max.
    """

    x_min: float
    y_min: float
    x_max: float
    y_max: float
    label: Hashable
    support: float
    spread: tuple[float, float, float, float]
    annotators: tuple[Hashable, ...]


@dataclass(slots=True)
class _Cluster:
    label: Hashable
    corners: list[Floats] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    annotators: list[int] = field(default_factory=list)

    @property
    def fused(self) -> Floats:
        return np.average(np.array(self.corners), axis=0, weights=np.array(self.weights))


def weighted_boxes(
    table: Answers[Sequence[Any]],
    *,
    threshold: float = 0.55,
    quorum: float = 0.5,
    one_each: bool = True,
    weights: Mapping[Hashable, float] | None = None,
) -> Decisions[tuple[FusedBox, ...]]:
    """For each task the boxes that enough annotators drew, each the weighted mean of the corners.

    Boxes are taken one after the other, those of heavier annotators first. Each joins the fused box of its label with
    the largest intersection over union, when that is at least ``threshold`` (default 0.55, the paper's), and moves it;
    else it starts a new one. ``one_each``: an annotator has at most one box in a fused one, so two boxes side by side
    do not melt into one (the paper's models may have several; ``one_each=False`` is the paper). A fused box is kept
    when the weight behind it is at least ``quorum`` of that of the task's annotators; ``support`` is that share, at
    most 1.

    *Ties* in weight: the box whose mean overlap with the boxes of the others is larger, then the one further left,
    upper, narrower, lower: rows and names do not decide. ``expected_loss`` is the expected number of boxes that a
    random annotator has more or less; ``confidence`` the mean support (1 when nobody drew any, None when none was
    kept). An empty answer counts as "nothing there". Annotators' quality is the F1 of their boxes with the kept ones at
    ``threshold``.

    Raises ValueError for a threshold or quorum outside (0, 1], a weight below 0, and shapes that are no boxes.

    >>> from assay.agreement.shapes import Box, ShapeTable
    >>> answers = [[Box(0, 0, 10, 10, "cat")], [Box(2, 0, 10, 10, "cat")], []]
    >>> found = weighted_boxes(ShapeTable.from_arrays(["i"] * 3, ["ann", "ben", "cem"], answers))["i"].value
    >>> [(box.x_min, box.x_max, round(box.support, 2)) for box in found]
    [(1.0, 10.0, 0.67)]

    Source: Solovyev, Wang, Gabruseva (2021), Weighted boxes fusion, Image and Vision Computing 107:104117.
    """
    check_quorum(quorum)
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is {threshold!r}; give an intersection over union above 0 and at most 1.")
    _refuse_others(table)
    weight = weights_of(table.annotators, weights)
    decisions: list[Decision[tuple[FusedBox, ...]]] = []
    alike: dict[int, list[float]] = {}
    for task, answers in zip(table.tasks, by_task(table), strict=True):
        names = tuple(table.annotators[annotator] for annotator, _ in answers)
        total = sum(sorted(weight[annotator] for annotator, _ in answers))
        if not answers or total <= 0.0:
            reason = "every annotator of the task has weight 0" if answers else "no annotator answered"
            decisions.append(undecided(task, names, reason))
            continue
        clusters = _clusters(answers, [each / total for each in weight], threshold, one_each)
        fused = [_box(cluster, table.annotators) for cluster in clusters]
        kept = sorted(
            (box for box in fused if box.support >= quorum - _ROUNDING),
            key=lambda box: (*_corners(box), str(box.label)),
        )
        loss = sum(sorted(1.0 - box.support if box.support >= quorum - _ROUNDING else box.support for box in fused))
        confidence = sum(box.support for box in kept) / len(kept) if kept else (None if fused else 1.0)
        for annotator, boxes in answers:
            alike.setdefault(annotator, []).append(_f1(boxes, kept, threshold))
        decisions.append(Decision(task, tuple(kept), None, confidence, loss, names))
    return Decisions(
        method="weighted_boxes",
        version=VERSION,
        rules=(("threshold", threshold), ("quorum", quorum), ("one_each", one_each)),
        decisions=tuple(decisions),
        annotators=qualities(table, alike),
    )


def _refuse_others(table: Answers[Sequence[Any]]) -> None:
    for boxes in table.values:
        for box in boxes:
            if not hasattr(box, "x_min"):
                raise ValueError(f"values has a {type(box).__name__}, and only boxes have corners to be fused.")


def _clusters(
    answers: list[tuple[int, Sequence[GivenBox]]], weight: list[float], threshold: float, one_each: bool
) -> list[_Cluster]:
    rows = [(annotator, box, np.array(_corners(box))) for annotator, boxes in answers for box in boxes]

    def order(row: tuple[int, GivenBox, Floats]) -> tuple[float, float, tuple[float, ...], str]:
        others = [iou(row[2], other[2]) for other in rows if other[0] != row[0] and other[1].label == row[1].label]
        return -round(weight[row[0]], 12), -round(sum(sorted(others)), 9), _corners(row[1]), str(row[1].label)

    clusters: list[_Cluster] = []
    for annotator, box, corners in sorted(rows, key=order):
        if weight[annotator] <= 0.0:
            continue
        best, most = None, threshold
        for cluster in clusters:
            if cluster.label != box.label or (one_each and annotator in cluster.annotators):
                continue
            overlap = iou(cluster.fused, corners)
            if overlap >= most and (best is None or overlap > most):
                best, most = cluster, overlap
        if best is None:
            best = _Cluster(box.label)
            clusters.append(best)
        best.corners.append(corners)
        best.weights.append(weight[annotator])
        best.annotators.append(annotator)
    return clusters


def _box(cluster: _Cluster, names: Sequence[Hashable]) -> FusedBox:
    corners, weights = np.array(cluster.corners), np.array(cluster.weights)
    mean = cluster.fused
    spread = np.sqrt(np.average((corners - mean) ** 2, axis=0, weights=weights)).tolist()
    share = dict(zip(cluster.annotators, cluster.weights, strict=True))
    x_min, y_min, x_max, y_max = mean.tolist()
    return FusedBox(
        x_min=x_min,
        y_min=y_min,
        x_max=x_max,
        y_max=y_max,
        label=cluster.label,
        support=min(sum(sorted(share.values())), 1.0),
        spread=(spread[0], spread[1], spread[2], spread[3]),
        annotators=tuple(names[code] for code in sorted(share)),
    )


def _corners(box: GivenBox) -> tuple[float, float, float, float]:
    return float(box.x_min), float(box.y_min), float(box.x_max), float(box.y_max)


def iou(a: Floats, b: Floats) -> float:
    """Intersection over union of two boxes, each x_min, y_min, x_max, y_max."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    both = float(sides.prod()) if (sides > 0.0).all() else 0.0
    return both / (float((a[2:] - a[:2]).prod()) + float((b[2:] - b[:2]).prod()) - both)


def _f1(boxes: Sequence[GivenBox], kept: Sequence[FusedBox], threshold: float) -> float:
    """2 · matched / both numbers, best overlaps first; 1 when both are empty."""
    if not boxes and not kept:
        return 1.0
    pairs = [
        (iou(np.array(_corners(a)), np.array(_corners(b))), i, j)
        for i, a in enumerate(boxes)
        for j, b in enumerate(kept)
        if a.label == b.label
    ]
    ours: set[int] = set()
    theirs: set[int] = set()
    for overlap, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if overlap >= threshold and i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
    return 2.0 * len(ours) / (len(boxes) + len(kept))
