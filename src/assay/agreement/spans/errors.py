"""What kind of disagreement there is between spans: the boundary, the label, both, or whether there is anything."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from assay.agreement.interval import check_level
from assay.agreement.names import in_stable_order, quoted
from assay.agreement.result import Estimate, LeftOut, plain_name
from assay.agreement.spans.table import Span, Spans, SpanTable
from assay.agreement.structured.matching import match
from assay.agreement.structured.result import ratio_estimate

SpanError = Literal["none", "boundary", "label", "boundary_and_label", "one_only"]
KINDS: tuple[SpanError, ...] = get_args(SpanError)


@dataclass(frozen=True, slots=True)
class ErrorShare:
    """One kind: how many comparisons are of it (each pair of annotators counts), and their share with its interval."""

    kind: SpanError
    n: int
    share: Estimate


@dataclass(frozen=True, slots=True)
class SpanErrors:
    """The breakdown. ``shares`` add up to 1 over the kinds in the order none, boundary, label, boundary_and_label,

    one_only. ``start_moved`` and ``end_moved`` count the boundary errors with another start, another end (both may
    hold). ``confusions`` are the pairs of labels given to the same stretch, most frequent first.
    """

    shares: tuple[ErrorShare, ...]
    start_moved: int
    end_moved: int
    confusions: tuple[tuple[Hashable, Hashable, int], ...]
    n_tasks: int
    n_annotations: int
    n_annotators: int
    left_out: tuple[LeftOut, ...]
    reason: str | None

    def __getitem__(self, kind: SpanError) -> ErrorShare:
        """The share of that kind. Raises KeyError for a kind that there is not."""
        return {share.kind: share for share in self.shares}[kind]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        plain = {name: getattr(self, name) for name in ("start_moved", "end_moved", "n_tasks", "n_annotations")}
        return plain | {
            "n_annotators": self.n_annotators,
            "reason": self.reason,
            "shares": [{"kind": s.kind, "n": s.n} | s.share.as_dict() for s in self.shares],
            "confusions": [[plain_name(a), plain_name(b), n] for a, b, n in self.confusions],
            "left_out": [item.as_dict() for item in self.left_out],
        }


def span_errors(table: SpanTable, *, level: float = 0.95) -> SpanErrors:
    """Sort every span of every pair of annotators into one of five kinds.

    In this order, each step with the spans that are left, one to one, as many as possible, then the largest
    intersection over union: equal (``none``); same place, other label (``label``); overlap and same label
    (``boundary``); overlap and other label (``boundary_and_label``); what remains was marked by one of them only
    (``one_only``). A matched pair of spans is one comparison, a span of one annotator only is one.

    Each task counts with the mean over its pairs of annotators in the shares; ``n`` are plain counts. Shares are
    undefined, with a reason, when nobody marked anything; their intervals are the jackknife over tasks.

    >>> table = SpanTable.from_arrays(
    ...     ["t", "t"], ["ann", "ben"], [[(0, 4, "drug"), (6, 9, "dose")], [(0, 5, "drug"), (6, 9, "drug")]]
    ... )
    >>> errors = span_errors(table)
    >>> [(share.kind, share.n) for share in errors.shares if share.n], errors.end_moved, errors.confusions
    ([('boundary', 1), ('label', 1)], 1, (('dose', 'drug', 1),))

    Source: the error classes of Manning (2006), Doing named entity recognition? Don't optimize for F1, between two
    annotators instead of system and gold.
    """
    check_level(level)
    part = table.compared()
    counts = np.zeros((part.n_tasks, len(KINDS)), dtype=np.int64)
    mean = np.zeros((part.n_tasks, len(KINDS)))
    moved = [0, 0]
    confused: dict[tuple[Hashable, Hashable], int] = {}
    for row in range(part.n_tasks):
        pairs = list(part.pairs(row))
        for a, b in pairs:
            for kind, first, second in _compare(a, b):
                counts[row, KINDS.index(kind)] += 1
                if second is None:
                    continue
                moved[0] += first.start != second.start
                moved[1] += first.end != second.end
                if first.label != second.label:
                    one, other = in_stable_order([first.label, second.label])
                    confused[one, other] = confused.get((one, other), 0) + 1
        mean[row] = counts[row] / len(pairs)
    nothing = part.reason or "Nobody marked a span in the compared tasks."
    trials = float(mean.sum())
    shares = tuple(
        ErrorShare(
            kind,
            int(counts[:, k].sum()),
            ratio_estimate(mean[:, k], mean.sum(axis=1), trials=trials, level=level, undefined=nothing)[0],
        )
        for k, kind in enumerate(KINDS)
    )
    by_number = sorted(confused.items(), key=lambda item: (-item[1], quoted(item[0][0]), quoted(item[0][1])))
    return SpanErrors(
        shares=shares,
        start_moved=moved[0],
        end_moved=moved[1],
        confusions=tuple((one, other, n) for (one, other), n in by_number),
        n_tasks=part.n_tasks,
        n_annotations=part.n_annotations,
        n_annotators=part.n_annotators,
        left_out=part.left_out,
        reason=nothing if part.reason or not trials else None,
    )


def _compare(a: Spans, b: Spans) -> list[tuple[SpanError, Span, Span | None]]:
    # Which annotator comes first must not matter where two matchings are equally good.
    ours, theirs = sorted((list(a), list(b)), key=lambda spans: [(s.start, s.end, quoted(s.label)) for s in spans])
    found: list[tuple[SpanError, Span, Span | None]] = []
    steps: tuple[tuple[SpanError, bool, bool], ...] = (
        ("none", True, True),
        ("label", True, False),
        ("boundary", False, True),
        ("boundary_and_label", False, False),
    )
    for kind, same_place, same_label in steps:
        if not ours or not theirs:
            break
        iou = np.array([[first.iou(second) for second in theirs] for first in ours])
        label = np.array([[first.label == second.label for second in theirs] for first in ours])
        allowed = (iou == 1.0 if same_place else iou > 0.0) & (label if same_label else ~label)
        matched, _ = match(iou, allowed)
        found += [(kind, ours[i], theirs[j]) for i, j in matched]
        ours = [span for i, span in enumerate(ours) if i not in {pair[0] for pair in matched}]
        theirs = [span for j, span in enumerate(theirs) if j not in {pair[1] for pair in matched}]
    return found + [("one_only", span, None) for span in ours + theirs]
