"""Spans as wholes: spans of several annotators that mean the same are one, with the median of their boundaries."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from assay.aggregation.spans.voted import GivenSpan, GivenSpans, VotedSpan, check_quorum, covered_f1, weights_of
from assay.aggregation.structured.decision import Answers, Decision, Decisions, by_task, qualities, undecided

VERSION = 1
_ROUNDING = 1e-9


def span_vote(
    table: Answers[GivenSpans],
    *,
    quorum: float = 0.5,
    threshold: float = 0.5,
    weights: Mapping[Hashable, float] | None = None,
) -> Decisions[tuple[VotedSpan, ...]]:
    """For each task the spans that enough annotators marked, each with the weighted median of starts and of ends.

    A group is made around the span with the largest weight of annotators who have a span of the same label with an
    intersection over union of at least ``threshold``, with the best such span of each of them; then the next from what
    is left. *Ties* go to the larger total intersection over union, then to the earlier span. A group is kept when its
    (weighted) share of the task's annotators is at least ``quorum``. The median of an even number is the lower of the
    two in the middle for starts and the upper one for ends, so boundaries are such that somebody set. Spans may overlap
    each other (use :func:`place_vote` where they must not).

    ``support`` is the share of the group. ``expected_loss`` is the expected number of spans that a random annotator has
    more or less than the decision; ``confidence`` the mean support of the decided spans (1 when none is decided and
    nobody marked any, None when none is decided though some were marked). Quality as in :func:`place_vote`.

    Raises ValueError for a quorum or threshold outside (0, 1] and a weight below 0.

    >>> from assay.agreement.spans import SpanTable
    >>> answers = [[(0, 9, "drug")], [(0, 8, "drug")], [(2, 9, "drug"), (12, 15, "dose")]]
    >>> table = SpanTable.from_arrays(["t"] * 3, ["ann", "ben", "cem"], answers)
    >>> [(span.start, span.end, span.label, span.support) for span in span_vote(table)["t"].value]
    [(0, 9, 'drug', 1.0)]

    Source: none of its own; the grouping is that of non-maximum suppression, on intervals.
    """
    check_quorum(quorum)
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold is {threshold!r}; give an intersection over union above 0 and at most 1.")
    weight = weights_of(table.annotators, weights)
    decisions: list[Decision[tuple[VotedSpan, ...]]] = []
    alike: dict[int, list[float]] = {}
    for task, answers in zip(table.tasks, by_task(table), strict=True):
        names = tuple(table.annotators[annotator] for annotator, _ in answers)
        total = sum(sorted(weight[annotator] for annotator, _ in answers))
        if not answers or total <= 0.0:
            reason = "every annotator of the task has weight 0" if answers else "no annotator answered"
            decisions.append(undecided(task, names, reason))
            continue
        rows = [(annotator, weight[annotator] / total, span) for annotator, spans in answers for span in spans]
        groups = _groups(rows, threshold)
        kept = sorted(
            (_fuse(group) for group in groups if _share(group) >= quorum - _ROUNDING),
            key=lambda span: (span.start, span.end, str(span.label)),
        )
        loss = sum(sorted(min(_share(g), 1.0) if _share(g) < quorum - _ROUNDING else 1.0 - _share(g) for g in groups))
        confidence = sum(span.support for span in kept) / len(kept) if kept else (None if rows else 1.0)
        for annotator, spans in answers:
            alike.setdefault(annotator, []).append(covered_f1(spans, kept))
        decisions.append(Decision(task, tuple(kept), None, confidence, max(loss, 0.0), names))
    return Decisions(
        method="span_vote",
        version=VERSION,
        rules=(("quorum", quorum), ("threshold", threshold), ("boundaries", "weighted median, outer of two")),
        decisions=tuple(decisions),
        annotators=qualities(table, alike),
    )


_Row = tuple[int, float, GivenSpan]


def _groups(rows: list[_Row], threshold: float) -> list[list[_Row]]:
    left = sorted(rows, key=lambda row: (row[2].start, row[2].end, str(row[2].label), row[1]))
    groups = []
    while left:
        gathered = [_around(row, left, threshold) for row in left]
        ranked = [(round(_share(group), 9), round(likeness, 9)) for group, likeness in gathered]
        best = max(range(len(left)), key=lambda place: (*ranked[place], -place))
        group = gathered[best][0]
        groups.append(group)
        taken = {id(row) for row in group}
        left = [row for row in left if id(row) not in taken]
    return groups


def _around(centre: _Row, rows: list[_Row], threshold: float) -> tuple[list[_Row], float]:
    """The best span of each annotator for this one, and how alike they are in all."""
    best: dict[int, tuple[float, _Row]] = {}
    for row in rows:
        iou = _iou(centre[2], row[2]) if row[2].label == centre[2].label else 0.0
        if iou >= threshold and (row is centre or row[0] != centre[0]) and iou > best.get(row[0], (0.0, row))[0]:
            best[row[0]] = (iou, row)
    members = sorted(best.values(), key=lambda found: (found[1][2].start, found[1][2].end, found[1][1]))
    return [row for _, row in members], sum(sorted(iou * row[1] for iou, row in members))


def _share(group: list[_Row]) -> float:
    return sum(sorted(row[1] for row in group))


def _fuse(group: list[_Row]) -> VotedSpan:
    share = _share(group)
    start = _median(sorted((row[2].start, row[1]) for row in group), share)
    end = -_median(sorted((-row[2].end, row[1]) for row in group), share)
    return VotedSpan(start, end, group[0][2].label, min(share, 1.0))


def _median(values: list[tuple[float, float]], total: float) -> float:
    """The first value with at least half of the weight at or before it."""
    so_far = 0.0
    for value, weight in values:
        so_far += weight
        if so_far >= total / 2.0 - _ROUNDING:
            return value
    return values[-1][0]


def _iou(a: GivenSpan, b: GivenSpan) -> float:
    both = max(0.0, min(a.end, b.end) - max(a.start, b.start))
    return both / ((a.end - a.start) + (b.end - b.start) - both)
