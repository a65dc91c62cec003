"""Agreement on objects: is it there, and does its shape agree?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.interval import check_level
from assay.agreement.shapes.similarity import similarity
from assay.agreement.shapes.table import Shapes, ShapeTable
from assay.agreement.structured.answer_table import Compared
from assay.agreement.structured.matching import match
from assay.agreement.structured.result import (
    GRADED,
    LabelValue,
    StructuredAgreement,
    ratio_estimate,
    ratio_of_sums,
    ratios,
    task_values,
)

ObjectMeasure = Literal["f1", "matched_similarity", "quality"]
COCO_THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_TITLES: dict[ObjectMeasure, str] = {
    "f1": "Object F1",
    "matched_similarity": "Similarity of matched objects",
    "quality": "Object quality",
}


@dataclass(frozen=True, slots=True)
class _Sums:
    """For each task and label, means over its pairs of annotators; all of shape (tasks, labels)."""

    matched: Floats
    similar: Floats
    drawn: Floats


def object_agreement(
    table: ShapeTable,
    *,
    measure: ObjectMeasure = "f1",
    threshold: float | Sequence[float] = 0.5,
    sigmas: Sequence[float] | None = None,
    level: float = 0.95,
) -> StructuredAgreement:
    """One of three numbers in [0, 1] on the shapes of the pairs of annotators of each task.

    *Matching first:* objects with the same label and a similarity of at least ``threshold`` (IoU; OKS for keypoints,
    with ``sigmas``) are matched one to one, as many as possible, then with the largest total similarity.

    - ``"f1"``: 2 · matched / (objects of a + objects of b). Is the same there?
    - ``"matched_similarity"``: mean IoU (OKS) of the matched pairs. Is what both saw drawn alike? Objects that one of
      them missed do not count, so read it beside F1.
    - ``"quality"``: F1 · matched similarity; a missed object counts 0 (the panoptic quality of Kirillov et al. 2019).

    Several thresholds (``COCO_THRESHOLDS``: 0.5, 0.55 … 0.95) give the mean of F1 (or quality) over them, each with its
    own matching: objects must be there *and* be drawn alike. (COCO's average precision is that idea for a detector with
    scores; annotators have none.) There is no matched similarity of several thresholds.

    Each task counts with the mean over its pairs of annotators. *Empties:* where both drew nothing there is nothing to
    count; one empty and one not is all missed. Undefined, with a reason, when there is nothing to count at all.

    Raises ValueError for an unknown measure, a threshold outside (0, 1], masks of different sizes in one task.

    >>> from assay.agreement.shapes import Box
    >>> ann, ben = [Box(0, 0, 10, 10, "cat"), Box(20, 0, 30, 10, "cat")], [Box(0, 0, 10, 8, "cat")]
    >>> table = ShapeTable.from_arrays(["i1", "i1"], ["ann", "ben"], [ann, ben])
    >>> [round(object_agreement(table, measure=m).value, 3) for m in ("f1", "matched_similarity", "quality")]
    [0.667, 0.8, 0.533]
    >>> round(object_agreement(table, threshold=COCO_THRESHOLDS).value, 3)
    0.467

    Sources: Hripcsak, Rothschild (2005) for F1 between annotators; Kirillov et al. (2019), Panoptic segmentation,
    CVPR; interval: jackknife over tasks.
    """
    check_level(level)
    if measure not in get_args(ObjectMeasure):
        raise ValueError(f"There is no measure {measure!r}; use 'f1', 'matched_similarity' or 'quality'.")
    thresholds = _thresholds(threshold, measure)
    part = table.compared()
    sums = _sums(table, part, thresholds, sigmas)
    top, bottom = {
        "f1": (2.0 * sums.matched, sums.drawn),
        "matched_similarity": (sums.similar, sums.matched),
        "quality": (2.0 * sums.similar, sums.drawn),
    }[measure]
    nothing = "No shape was drawn in the compared tasks, so there is nothing to agree on but that; it is 0/0."
    if measure == "matched_similarity" and sums.drawn.any():
        nothing = f"No two shapes have a similarity of {thresholds[0]:g} or more, so none are matched."
    # Means over the pairs of a task: with more than two annotators there are more comparisons than these sums say.
    worth = (1.0 if measure == "f1" and len(thresholds) == 1 else GRADED) * part.n_pairs / max(part.n_tasks, 1)
    overall = ratio_of_sums(
        f"object_{measure}",
        f"{_TITLES[measure]} at {thresholds[0]:g}" + (f" to {thresholds[-1]:g}" if len(thresholds) > 1 else ""),
        part,
        top.sum(axis=1),
        bottom.sum(axis=1),
        trials=worth * bottom.sum(),
        level=level,
        undefined=nothing,
    )
    by_label = tuple(
        LabelValue(
            label,
            ratio_estimate(
                top[:, k], bottom[:, k], trials=worth * bottom[:, k].sum(), level=level, undefined="Nothing to count."
            )[0],
            sum(shape.label == label for answers in part.answers for _, shapes in answers for shape in shapes),
        )
        for k, label in enumerate(table.labels)
    )
    return StructuredAgreement(overall, by_label, task_values(part, ratios(top.sum(axis=1), bottom.sum(axis=1))))


def _thresholds(threshold: float | Sequence[float], measure: ObjectMeasure) -> list[float]:
    given = sorted(threshold) if isinstance(threshold, Sequence) else [threshold]
    for each in given:
        if not 0.0 < each <= 1.0:
            raise ValueError(f"threshold is {each!r}; give a similarity above 0 and at most 1.")
    if not given or len(set(given)) < len(given):
        raise ValueError(f"threshold is {threshold!r}; give one, or several different ones.")
    if len(given) > 1 and measure == "matched_similarity":
        raise ValueError("threshold has several; matched similarity is for one, use measure='f1' or 'quality'.")
    return given


def _sums(
    table: ShapeTable, part: Compared[Shapes], thresholds: Sequence[float], sigmas: Sequence[float] | None
) -> _Sums:
    place = {label: k for k, label in enumerate(table.labels)}
    sums = _Sums(*(np.zeros((part.n_tasks, len(place))) for _ in range(3)))
    for row in range(part.n_tasks):
        pairs = list(part.pairs(row))
        for a, b in pairs:
            for label, k in place.items():
                ours, theirs = ([shape for shape in shapes if shape.label == label] for shapes in (a, b))
                sums.drawn[row, k] += (len(ours) + len(theirs)) / len(pairs)
                if ours and theirs:
                    alike = similarity(ours, theirs, sigmas)
                    for threshold in thresholds:
                        matched, total = match(alike, alike >= threshold)
                        sums.matched[row, k] += len(matched) / (len(pairs) * len(thresholds))
                        sums.similar[row, k] += total / (len(pairs) * len(thresholds))
    return sums
