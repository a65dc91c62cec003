"""Krippendorff's alpha for unitizing: do annotators cut the same units out of a continuum, as chance would not?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from assay.agreement.interval import check_level
from assay.agreement.spans.chance_ratio import chance_agreement, one_minus_ratio
from assay.agreement.spans.table import Spans, SpanTable
from assay.agreement.structured.result import NONE, LabelValue, StructuredAgreement, task_values


class _Segment(NamedTuple):
    """A stretch of the continuum: a unit (of the label looked at), or the gap between two of them."""

    start: float
    length: float
    is_unit: bool


def unitizing_alpha(table: SpanTable, *, level: float = 0.95) -> StructuredAgreement:
    """1 - Σ D_o / Σ D_e over tasks and labels: where units begin and end, gaps included.

    Seen, for a label, m annotators and a text of length L: the sum over ordered pairs of annotators and over their
    intersecting segments, divided by m (m - 1) L². Two units that overlap differ by (difference of starts)² +
    (difference of ends)²; a unit of length l that lies in a gap of the other by l²; two gaps by 0.

    Expected when units are put anywhere: 2/L · Σ over units of length l of [(N - 1)/3 · (2l³ - 3l² + l) + l² · Σ over
    gaps of length g >= l of (g - l + 1)], divided by mL(mL - 1) - Σ over units of l(l - 1); N is the number of units
    of that label of all annotators. The chance of each task is its own text's, and each task counts once, for both are
    relative to its length.

    This is the 1995 definition, for whose worked example numbers are printed. The revision of Krippendorff et al.
    (2016) changes the expected disagreement for more than two annotators; it is not this function, so prefer
    :func:`span_alpha` where three or more annotated each text.

    Overlapping units of one annotator and label are merged into one. Boundaries must be whole numbers (take a finer
    unit otherwise): ValueError. ``value`` is None, with a reason, when nobody marked anything. The interval is value ±
    t · (jackknife standard error over tasks), cut at 1; there is none for one task, nor where all tasks are alike
    (perfect agreement).

    >>> ann = [(75, 145, "c"), (220, 250, "c"), (30, 90, "k"), (150, 200, "k")]
    >>> ben = [(70, 150, "c"), (205, 225, "c"), (250, 270, "c"), (30, 90, "k"), (150, 200, "k")]
    >>> table = SpanTable.from_arrays(["t", "t"], ["ann", "ben"], [ann, ben], lengths={"t": 300})
    >>> result = unitizing_alpha(table)
    >>> round(result.value, 4), [(row.label, round(row.estimate.value, 4)) for row in result.by_label]
    (0.8587, [('c', 0.7286), ('k', 1.0)])

    Sources: Krippendorff (1995), On the reliability of unitizing continuous data, Sociological Methodology 25:47;
    Krippendorff (2004), Content analysis, 2nd edition, p. 254 (the example above).
    """
    check_level(level)
    _refuse_fractions(table)
    part = table.compared()
    labels = table.labels
    seen, expected = np.zeros((part.n_tasks, len(labels))), np.zeros((part.n_tasks, len(labels)))
    for row, (task, answers) in enumerate(zip(part.tasks, part.answers, strict=True)):
        length = table.length_of(task)
        for k, label in enumerate(labels):
            cut = [_segments(spans, label, length) for _, spans in answers]
            seen[row, k], expected[row, k] = _seen(cut, length), _expected(cut, length)
    nothing = "Nobody marked a unit in the compared tasks, so there is nothing to expect by chance; alpha is 0/0."
    estimate, error = one_minus_ratio(seen.sum(axis=1), expected.sum(axis=1), level, nothing)
    by_label = tuple(
        LabelValue(
            label,
            one_minus_ratio(seen[:, k], expected[:, k], level, "Nobody used this label in the compared tasks.")[0],
            sum(span.label == label for spans in table.values for span in spans),
        )
        for k, label in enumerate(labels)
    )
    sums = zip(seen.sum(axis=1).tolist(), expected.sum(axis=1).tolist(), strict=True)
    alone = [1.0 - d_o / d_e if d_e > NONE else None for d_o, d_e in sums]
    return StructuredAgreement(
        chance_agreement("unitizing_alpha", "Unitizing alpha", part, estimate, error, level),
        by_label,
        task_values(part, alone),
    )


def _refuse_fractions(table: SpanTable) -> None:
    for spans in table.values:
        for span in spans:
            if span.start != int(span.start) or span.end != int(span.end):
                raise ValueError(
                    f"spans has one from {span.start} to {span.end}; unitizing alpha counts whole units of length, so "
                    "multiply all places and lengths until they are whole (milliseconds instead of seconds)."
                )


def _segments(spans: Spans, label: Hashable, length: float) -> list[_Segment]:
    """The units of that label, overlapping ones merged, with the gaps between them."""
    merged: list[list[float]] = []
    for span in spans:
        if span.label != label:
            continue
        if merged and span.start < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], span.end)
        else:
            merged.append([span.start, span.end])
    found, at = [], 0.0
    for start, end in merged:
        if start > at:
            found.append(_Segment(at, start - at, False))
        found.append(_Segment(start, end - start, True))
        at = end
    if at < length:
        found.append(_Segment(at, length - at, False))
    return found


def _seen(cut: Sequence[list[_Segment]], length: float) -> float:
    m = len(cut)
    total = sum(_apart(a, b) for i, ours in enumerate(cut) for theirs in cut[:i] for a in ours for b in theirs)
    return 2.0 * total / (m * (m - 1) * length**2)


def _apart(a: _Segment, b: _Segment) -> float:
    a_end, b_end = a.start + a.length, b.start + b.length
    if min(a_end, b_end) <= max(a.start, b.start):
        return 0.0
    if a.is_unit and b.is_unit:
        return (a.start - b.start) ** 2 + (a_end - b_end) ** 2
    unit, gap = (a, b) if a.is_unit else (b, a)
    inside = unit.is_unit and gap.start <= unit.start and unit.start + unit.length <= gap.start + gap.length
    return unit.length**2 if inside else 0.0


def _expected(cut: Sequence[list[_Segment]], length: float) -> float:
    units = [segment.length for segments in cut for segment in segments if segment.is_unit]
    gaps = np.array([segment.length for segments in cut for segment in segments if not segment.is_unit])
    total = 0.0
    for unit in units:
        fits = gaps[gaps >= unit]
        total += (len(units) - 1) / 3.0 * (2.0 * unit**3 - 3.0 * unit**2 + unit)
        total += unit**2 * float((fits - unit + 1.0).sum())
    everything = len(cut) * length
    pairs = everything * (everything - 1.0) - sum(unit * (unit - 1.0) for unit in units)
    return 2.0 / length * total / pairs if pairs > 0 else 0.0
