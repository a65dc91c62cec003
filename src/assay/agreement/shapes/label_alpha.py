"""Krippendorff's alpha on matched objects, where an object that one annotator did not draw counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.agreement.interval import check_level
from assay.agreement.names import quoted
from assay.agreement.shapes.similarity import similarity
from assay.agreement.shapes.table import Shapes, ShapeTable
from assay.agreement.structured.matching import match
from assay.agreement.structured.result import StructuredAgreement, alpha_estimate, alpha_of_tasks, task_values


def matched_label_alpha(
    table: ShapeTable, *, threshold: float = 0.5, sigmas: Sequence[float] | None = None, level: float = 0.95
) -> StructuredAgreement:
    """Alpha with nominal distance on what the annotators of a pair call the same object.

    *Matching first*, without looking at labels: objects with a similarity of at least ``threshold`` are matched one to
    one, as many as possible, then with the largest total. Each matched pair is a unit with two values, each object that
    only one of the two drew a unit with its label and the value "absent". With m annotators a task has m(m - 1)/2
    pairs; each counts 1/(m - 1), so that every object weighs about once for each annotator who drew it.

    No annotator marks an object that nobody drew, so there is never agreement on "absent": alpha is lower than that of
    labels on given objects, and with one label only it is 0/0 (undefined, with a reason) or not above 0. Read it where
    there are several labels, beside :func:`object_agreement`. The interval is the jackknife over tasks.

    Raises ValueError for a threshold outside (0, 1].

    >>> from assay.agreement.shapes import Box
    >>> ann = [Box(0, 0, 9, 9, "cat"), Box(20, 0, 29, 9, "dog")]
    >>> ben = [Box(0, 0, 9, 8, "cat"), Box(20, 0, 29, 9, "cat")]
    >>> table = ShapeTable.from_arrays(["i1", "i1"], ["ann", "ben"], [ann, ben])
    >>> round(matched_label_alpha(table).value, 3)
    0.0

    Source: Krippendorff (2018), Content analysis, 4th edition, chapter 12; the matching is ours.
    """
    check_level(level)
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is {threshold!r}; give a similarity above 0 and at most 1.")
    part = table.compared()
    place = {label: k for k, label in enumerate(table.labels)}
    disagreement = np.zeros(part.n_tasks)
    totals = np.zeros((part.n_tasks, len(place) + 1))
    for row, answers in enumerate(part.answers):
        weight = 1.0 / (len(answers) - 1)
        for a, b in part.pairs(row):
            for one, other in _units(a, b, place, threshold, sigmas):
                totals[row, one] += weight
                totals[row, other] += weight
                disagreement[row] += 2.0 * weight * (one != other)
    undefined = "Every object was drawn by both with the same label (or none was drawn), so alpha is 0/0."
    overall = alpha_of_tasks(
        "matched_label_alpha", "Alpha of matched objects", part, disagreement, totals, level=level, undefined=undefined
    )
    alone = [
        alpha_estimate(disagreement[[row]], totals[[row]], level=level, undefined=undefined)[0].value
        for row in range(part.n_tasks)
    ]
    return StructuredAgreement(overall, (), task_values(part, alone))


def _units(
    a: Shapes, b: Shapes, place: dict[object, int], threshold: float, sigmas: Sequence[float] | None
) -> list[tuple[int, int]]:
    # Which annotator comes first must not matter where two matchings are equally good.
    ours, theirs = sorted((a, b), key=lambda shapes: [(shape.order, quoted(shape.label)) for shape in shapes])
    absent = len(place)
    matched: list[tuple[int, int]] = []
    if ours and theirs:
        alike = similarity(ours, theirs, sigmas)
        matched, _ = match(alike, alike >= threshold)
    units = [(place[ours[i].label], place[theirs[j].label]) for i, j in matched]
    units += [(place[shape.label], absent) for i, shape in enumerate(ours) if i not in {pair[0] for pair in matched}]
    return units + [
        (absent, place[shape.label]) for j, shape in enumerate(theirs) if j not in {pair[1] for pair in matched}
    ]
