"""Spans place by place: every character or token is decided by vote, and places in a row make a span."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import pairwise

from assay.aggregation.spans.voted import GivenSpans, VotedSpan, check_quorum, covered_f1, weights_of
from assay.aggregation.structured.decision import Answers, Decision, Decisions, by_task, qualities, undecided

VERSION = 1
_ROUNDING = 1e-9


def place_vote(
    table: Answers[GivenSpans], *, quorum: float = 0.5, weights: Mapping[Hashable, float] | None = None
) -> Decisions[tuple[VotedSpan, ...]]:
    """For each task spans that do not overlap: each place gets the label that most annotators put there.

    The label is taken when its (weighted) share is at least ``quorum`` (default 0.5: half is enough); else the place is
    unmarked. *Ties* between labels of a place: the label that covers more of the whole table, then the first by its
    text. Neighbouring places with the same label are one span, unless more than half of the weight that covers both
    sides starts a new span there. The result is always valid BIO (:func:`spans_to_bio`). Marking nothing is a decision.

    ``support`` of a span is its mean share by length. ``expected_loss`` is the expected length on which a random
    annotator of the task differs from the decision (marked otherwise, or not at all, within what anybody marked);
    ``confidence`` 1 - that length / length that anybody marked (1 when nobody marked anything). Annotators' quality is
    the mean F1 of covered length with the decision.

    Raises ValueError for a quorum outside (0, 1] and a weight below 0.

    >>> from assay.agreement.spans import SpanTable
    >>> answers = [[(0, 9, "drug")], [(0, 8, "drug")], [(2, 9, "drug"), (12, 15, "dose")]]
    >>> table = SpanTable.from_arrays(["t"] * 3, ["ann", "ben", "cem"], answers)
    >>> [(span.start, span.end, span.label) for span in place_vote(table)["t"].value]
    [(0.0, 9.0, 'drug')]

    Source: token-level majority voting, the baseline of Nguyen et al. (2017), Aggregating and predicting sequence
    labels from crowd annotations, ACL.
    """
    check_quorum(quorum)
    weight = weights_of(table.annotators, weights)
    length_of: dict[Hashable, float] = {}
    for spans in table.values:
        for span in spans:
            length_of[span.label] = length_of.get(span.label, 0.0) + span.end - span.start
    decisions: list[Decision[tuple[VotedSpan, ...]]] = []
    alike: dict[int, list[float]] = {}
    for task, answers in zip(table.tasks, by_task(table), strict=True):
        names = tuple(table.annotators[annotator] for annotator, _ in answers)
        total = sum(sorted(weight[annotator] for annotator, _ in answers))
        if not answers or total <= 0.0:
            reason = "every annotator of the task has weight 0" if answers else "no annotator answered"
            decisions.append(undecided(task, names, reason))
            continue
        voters = [(weight[annotator] / total, spans) for annotator, spans in answers]
        decided, loss, marked = _decide(voters, quorum, length_of)
        for annotator, spans in answers:
            alike.setdefault(annotator, []).append(covered_f1(spans, decided))
        decisions.append(Decision(task, decided, None, 1.0 - loss / marked if marked else 1.0, loss, names))
    return Decisions(
        method="place_vote",
        version=VERSION,
        rules=(("quorum", quorum), ("label_tie", "more covered length in the table, then the first by its text")),
        decisions=tuple(decisions),
        annotators=qualities(table, alike),
    )


def _decide(
    voters: list[tuple[float, GivenSpans]], quorum: float, length_of: Mapping[Hashable, float]
) -> tuple[tuple[VotedSpan, ...], float, float]:
    """The spans, the expected length of disagreement, and the length that anybody marked."""
    cuts = sorted({float(place) for _, spans in voters for span in spans for place in (span.start, span.end)})
    found: list[VotedSpan] = []
    loss = marked = 0.0
    for start, end in pairwise(cuts):
        shares = _shares(voters, start, end)
        if not shares:
            continue
        marked += end - start
        label = min(shares, key=lambda name: (-round(shares[name], 9), -length_of[name], str(name)))
        share = shares[label]
        if share < quorum - _ROUNDING:
            loss += (end - start) * _any_share(voters, start, end)
            continue
        loss += (end - start) * (1.0 - share)
        last = found[-1] if found else None
        if last is not None and last.end == start and last.label == label and not splits(voters, start, label):
            whole = end - last.start
            mean = (last.support * (last.end - last.start) + share * (end - start)) / whole
            found[-1] = VotedSpan(last.start, end, label, mean)
        else:
            found.append(VotedSpan(start, end, label, share))
    return tuple(found), loss, marked


def _shares(voters: list[tuple[float, GivenSpans]], start: float, end: float) -> dict[Hashable, float]:
    sums: dict[Hashable, list[float]] = {}
    for weight, spans in voters:
        for label in {span.label for span in spans if span.start <= start and span.end >= end}:
            sums.setdefault(label, []).append(weight)
    return {label: sum(sorted(weights)) for label, weights in sums.items()}


def _any_share(voters: list[tuple[float, GivenSpans]], start: float, end: float) -> float:
    covers = [weight for weight, spans in voters if any(s.start <= start and s.end >= end for s in spans)]
    return sum(sorted(covers))


def splits(voters: list[tuple[float, GivenSpans]], place: float, label: Hashable) -> bool:
    """Whether most of the weight on both sides of the place starts a new span there."""
    through = new = 0.0
    for weight, spans in voters:
        own = [span for span in spans if span.label == label]
        if any(span.start < place < span.end for span in own):
            through += weight
        elif any(span.end == place for span in own) and any(span.start == place for span in own):
            new += weight
    return new > through + _ROUNDING
