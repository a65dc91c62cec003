"""Span F1 between annotators: how many spans of one the other has too."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np

from assay.agreement.interval import check_level
from assay.agreement.spans.table import Spans, SpanTable
from assay.agreement.structured.matching import match as match_one_to_one
from assay.agreement.structured.result import (
    LabelValue,
    StructuredAgreement,
    ratio_estimate,
    ratio_of_sums,
    ratios,
    task_values,
)

SpanMatch = Literal["exact", "overlap"]


def span_f1(
    table: SpanTable, *, match: SpanMatch = "exact", threshold: float = 0.5, level: float = 0.95
) -> StructuredAgreement:
    """2 · matched / (spans of a + spans of b), summed over the pairs of annotators of each task (micro), in [0, 1].

    Each task counts with the mean over its pairs of annotators, so a task with ten annotators weighs as much as one
    with two: F1 = Σ_t mean_pairs(2 · matched) / Σ_t mean_pairs(|a| + |b|).

    ``match="exact"``: same start, end and label. ``match="overlap"``: same label and intersection over union of at
    least ``threshold`` (above 0), one to one, as many pairs as possible. *Empties:* where both annotators marked
    nothing there is nothing to count, so it adds neither to the numerator nor to the denominator; one empty and one
    not is all misses. When nobody marked anything the value is undefined, with a reason.

    ``by_label`` is the same with the spans of that label alone. F1 needs no correction for chance where unmarked text
    is much larger than marked text: it is then the limit of kappa (Hripcsak, Rothschild 2005).

    Raises ValueError for another ``match``, and a ``threshold`` outside (0, 1].

    >>> table = SpanTable.from_arrays(
    ...     ["t1", "t1", "t2", "t2"], ["ann", "ben", "ann", "ben"],
    ...     [[(0, 4, "drug"), (9, 12, "dose")], [(0, 4, "drug"), (8, 12, "dose")], [], []],
    ... )
    >>> span_f1(table).value, span_f1(table, match="overlap").value
    (0.5, 1.0)
    >>> [(row.label, row.estimate.value) for row in span_f1(table).by_label]
    [('dose', 0.0), ('drug', 1.0)]

    Source: Hripcsak, Rothschild (2005), Agreement, the f-measure, and reliability in information retrieval, JAMIA
    12:296; interval: jackknife over tasks, for the spans of a task are not independent.
    """
    check_level(level)
    if match not in ("exact", "overlap"):
        raise ValueError(f"There is no match {match!r}; use 'exact' or 'overlap'.")
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is {threshold!r}; give an intersection over union above 0 and at most 1.")
    part = table.compared()
    labels = table.labels
    place: dict[object, int] = {label: k for k, label in enumerate(labels)}
    matched = np.zeros((part.n_tasks, len(labels)))
    marked = np.zeros((part.n_tasks, len(labels)))
    trials = np.zeros(len(labels))
    for row in range(part.n_tasks):
        pairs = list(part.pairs(row))
        for a, b in pairs:
            for span in a + b:
                marked[row, place[span.label]] += 1.0 / len(pairs)
                trials[place[span.label]] += 1.0
            for label, n in _matched(a, b, match, threshold).items():
                matched[row, place[label]] += 2.0 * n / len(pairs)
    nothing = "Nobody marked a span in the compared tasks, so there is nothing to agree on but that; F1 is 0/0."
    overall = ratio_of_sums(
        f"span_f1_{match}",
        "Span F1, exact" if match == "exact" else f"Span F1, overlap of {threshold:g}",
        part,
        matched.sum(axis=1),
        marked.sum(axis=1),
        trials=trials.sum(),
        level=level,
        undefined=nothing,
    )
    by_label = []
    for label, k in place.items():
        estimate, _ = ratio_estimate(
            matched[:, k],
            marked[:, k],
            trials=trials[k],
            level=level,
            undefined="Nobody used this label in the compared tasks.",
        )
        n_objects = sum(span.label == label for answers in part.answers for _, spans in answers for span in spans)
        by_label.append(LabelValue(labels[k], estimate, n_objects))
    by_task = task_values(part, ratios(matched.sum(axis=1), marked.sum(axis=1)))
    return StructuredAgreement(overall, tuple(by_label), by_task)


def _matched(a: Spans, b: Spans, match: SpanMatch, threshold: float) -> dict[Hashable, int]:
    """How many spans of each label are matched."""
    found: dict[Hashable, int] = {}
    if match == "exact":
        for span in set(a) & set(b):
            found[span.label] = found.get(span.label, 0) + 1
        return found
    for label in {span.label for span in a} & {span.label for span in b}:
        ours, theirs = ([span for span in spans if span.label == label] for spans in (a, b))
        iou = np.array([[first.iou(second) for second in theirs] for first in ours])
        found[label] = len(match_one_to_one(iou, iou >= threshold)[0])
    return found
