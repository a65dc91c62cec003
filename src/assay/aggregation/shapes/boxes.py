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
    clusters: list[_Cluster] = []
    fused = np.zeros((0, 4))
    for annotator, box in _in_order(answers, weight):
        corners = np.array(_corners(box))
        overlap = iou(fused, corners[None, :])[:, 0]
        for place, cluster in enumerate(clusters):
            if cluster.label != box.label or (one_each and annotator in cluster.annotators):
                overlap[place] = -1.0
        best = int(overlap.argmax()) if len(clusters) else -1
        if best < 0 or overlap[best] < threshold:
            best = len(clusters)
            clusters.append(_Cluster(box.label))
            fused = np.concatenate([fused, corners[None, :]])
        clusters[best].corners.append(corners)
        clusters[best].weights.append(weight[annotator])
        clusters[best].annotators.append(annotator)
        fused[best] = clusters[best].fused
    return clusters


def _in_order(answers: list[tuple[int, Sequence[GivenBox]]], weight: list[float]) -> list[tuple[int, GivenBox]]:
    """Heavier annotators first, then boxes that those of others overlap most, then by place; weight 0 is left out."""
    rows = [(annotator, box) for annotator, boxes in answers for box in boxes if weight[annotator] > 0.0]
    if not rows:
        return []
    corners = np.array([_corners(box) for _, box in rows])
    overlap = iou(corners, corners)
    for i, (annotator, box) in enumerate(rows):
        other = np.array([who != annotator and there.label == box.label for who, there in rows])
        overlap[i] = np.sort(np.where(other, overlap[i], 0.0))
    support = np.round(overlap.sum(axis=1), 9)
    order = sorted(
        range(len(rows)),
        key=lambda i: (-round(weight[rows[i][0]], 12), -support[i], _corners(rows[i][1]), str(rows[i][1].label)),
    )
    return [rows[i] for i in order]


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


def iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of every box of a with every box of b; shapes (n, 4) and (m, 4), result (n, m)."""
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    both = np.clip(sides, 0.0, None).prod(axis=2)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b))
    found: Floats = both / (area_a[:, None] + area_b[None, :] - both)
    return found


def _f1(boxes: Sequence[GivenBox], kept: Sequence[FusedBox], threshold: float) -> float:
    """2 · matched / both numbers, best overlaps first; 1 when both are empty."""
    if not boxes and not kept:
        return 1.0
    if not boxes or not kept:
        return 0.0
    overlaps = iou(*(np.array([_corners(box) for box in given]) for given in (boxes, kept))).tolist()
    pairs = [(overlaps[i][j], i, j) for i, a in enumerate(boxes) for j, b in enumerate(kept) if a.label == b.label]
    ours: set[int] = set()
    theirs: set[int] = set()
    for overlap, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if overlap >= threshold and i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
    return 2.0 * len(ours) / (len(boxes) + len(kept))
