"""Spans place by place, with annotators weighed by how much they find and how much they mark in vain."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.spans.place_vote import splits
from assay.aggregation.spans.voted import GivenSpans, VotedSpan, covered_f1
from assay.aggregation.structured.decision import Answers, Decision, Decisions, by_task, qualities, undecided

VERSION = 1
_PRIOR_SPANS = 4.0
_MOST_STEPS = 500
_TOLERANCE = 1e-8
_ROUNDING = 1e-9


class SpanAnswers(Answers[GivenSpans], Protocol):
    """Answers with the length of each text; ``assay.agreement.spans.SpanTable`` is one."""

    def length_of(self, task: Hashable) -> float:
        """Above 0; raises ValueError when it is not known."""
        ...


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch between two boundaries of a task; ``marks`` has the labels that each annotator put there."""

    row: int
    start: float
    end: float
    marks: tuple[frozenset[Hashable], ...]


def place_dawid_skene(table: SpanAnswers, *, least: float = 0.5) -> Decisions[tuple[VotedSpan, ...]]:
    """For each task spans that do not overlap, out of a Dawid-Skene model of the places of all tasks.

    For each label on its own, a place is marked by annotator k with probability p_k where the label is true and 1 - q_k
    where it is not; p_k, q_k and the share of true places are fitted by EM over all tasks. A stretch of places between
    two boundaries is one observation with the weight of its length over the mean length of a span, so characters and
    tokens give the same; p_k and q_k have a prior worth 4 spans at the crowd's mean. A place gets the label with the
    largest posterior when that is at least ``least`` (labels are taken as independent; ties go to the first label by
    its text). Neighbouring places with one label are one span, unless most annotators on both sides start a new one
    there. The result is always valid BIO (:func:`spans_to_bio`).

    Against :func:`place_vote`: the crowd that finds little and marks little in vain is believed when a part of it
    marks; somebody who marks everything is not. It needs annotators with several tasks and the length of each text
    (ValueError).

    ``support`` is the mean posterior of a span by length; ``expected_loss`` the expected length that is decided
    wrongly, ``confidence`` 1 - that length / the length of the text. Annotators' quality is the mean F1 of covered
    length with the decision. Raises ValueError for ``least`` outside (0, 1].

    >>> from assay.agreement.spans import SpanTable
    >>> answers = [[(0, 9, "drug")], [(0, 9, "drug")], [(0, 20, "drug")]] * 2
    >>> table = SpanTable.from_arrays(["t"] * 3 + ["u"] * 3, list("abc") * 2, answers, lengths={"t": 30, "u": 30})
    >>> [(span.start, span.end, span.label) for span in place_dawid_skene(table)["t"].value]
    [(0.0, 9.0, 'drug')]

    Sources: Dawid, Skene (1979); on tokens Nguyen et al. (2017), Aggregating and predicting sequence labels from crowd
    annotations, ACL (their baseline, here with two rates an annotator and label, and shrunk).
    """
    if not 0.0 < least <= 1.0:
        raise ValueError(f"least is {least!r}; give the posterior that is enough, above 0 and at most 1.")
    rows = by_task(table)
    stretches = _stretches(table, rows)
    labels = sorted({span.label for spans in table.values for span in spans}, key=str)
    posterior = np.zeros((len(labels), len(stretches)))
    for k, label in enumerate(labels):
        posterior[k] = _fit(table, rows, stretches, label)
    best = posterior.argmax(axis=0) if labels else np.zeros(len(stretches), dtype=np.int64)
    decisions: list[Decision[tuple[VotedSpan, ...]]] = []
    alike: dict[int, list[float]] = {}
    places: list[list[int]] = [[] for _ in rows]
    for place, stretch in enumerate(stretches):
        places[stretch.row].append(place)
    for row, (task, answers) in enumerate(zip(table.tasks, rows, strict=True)):
        if not answers:
            decisions.append(undecided(task))
            continue
        found: list[VotedSpan] = []
        loss = 0.0
        voters = [(1.0 / len(answers), spans) for _, spans in answers]
        for place in places[row]:
            stretch, label = stretches[place], labels[int(best[place])] if labels else None
            sure = float(posterior[best[place], place]) if labels else 0.0
            width = stretch.end - stretch.start
            loss += width * (1.0 - sure if sure >= least - _ROUNDING else sure)
            if not labels or sure < least - _ROUNDING:
                continue
            last = found[-1] if found else None
            meets = last is not None and last.end == stretch.start and last.label == label
            if last is not None and meets and not splits(voters, stretch.start, label):
                mean = (last.support * (last.end - last.start) + sure * width) / (stretch.end - last.start)
                found[-1] = VotedSpan(last.start, stretch.end, label, mean)
            else:
                found.append(VotedSpan(stretch.start, stretch.end, label, sure))
        for annotator, spans in answers:
            alike.setdefault(annotator, []).append(covered_f1(spans, found))
        names = tuple(table.annotators[annotator] for annotator, _ in answers)
        confidence = 1.0 - loss / table.length_of(task)
        decisions.append(Decision(task, tuple(found), None, confidence, loss, names))
    return Decisions(
        method="place_dawid_skene",
        version=VERSION,
        rules=(("least", least), ("prior_spans", _PRIOR_SPANS), ("label_tie", "the first by its text")),
        decisions=tuple(decisions),
        annotators=qualities(table, alike),
    )


def _stretches(table: SpanAnswers, rows: list[list[tuple[int, GivenSpans]]]) -> list[_Stretch]:
    found = []
    for row, (task, answers) in enumerate(zip(table.tasks, rows, strict=True)):
        if not answers:
            continue
        bounds = {float(place) for _, spans in answers for span in spans for place in (span.start, span.end)}
        for start, end in pairwise(sorted(bounds | {0.0, float(table.length_of(task))})):
            marks = tuple(
                frozenset(span.label for span in spans if span.start <= start and span.end >= end)
                for _, spans in answers
            )
            found.append(_Stretch(row, start, end, marks))
    return found


def _fit(
    table: SpanAnswers, rows: list[list[tuple[int, GivenSpans]]], stretches: list[_Stretch], label: Hashable
) -> Floats:
    """The posterior of the label on each stretch; shape (stretches,)."""
    lengths = [span.end - span.start for spans in table.values for span in spans if span.label == label]
    weight = np.array([stretch.end - stretch.start for stretch in stretches]) * len(lengths) / sum(sorted(lengths))
    where: Codes = np.repeat(np.arange(len(stretches)), [len(stretch.marks) for stretch in stretches])
    who = np.array([annotator for stretch in stretches for annotator, _ in rows[stretch.row]], dtype=np.int64)
    marked = np.array([label in marks for stretch in stretches for marks in stretch.marks], dtype=np.float64)
    n, m = len(stretches), len(table.annotators)
    posterior = np.bincount(where, marked, n) / np.bincount(where, minlength=n)
    moved, n_steps = np.inf, 0
    while moved >= _TOLERANCE and n_steps < _MOST_STEPS:
        n_steps += 1
        true, false = (weight * posterior)[where], (weight * (1.0 - posterior))[where]
        finds = _rates(who, marked * true, true, m)
        in_vain = _rates(who, marked * false, false, m)
        share = float((weight * posterior).sum() + 0.5) / float(weight.sum() + 1.0)
        for_it = np.log(np.where(marked > 0, finds[who] / in_vain[who], (1.0 - finds[who]) / (1.0 - in_vain[who])))
        logit = np.log(share / (1.0 - share)) + np.bincount(where, for_it, n)
        renewed = np.asarray(0.5 * (1.0 + np.tanh(0.5 * logit)), dtype=np.float64)
        moved, posterior = float(np.abs(renewed - posterior).max()), renewed
    return posterior


def _rates(who: Codes, top: Floats, bottom: Floats, n: int) -> Floats:
    """Each annotator's rate, shrunk to that of all; never 0 or 1."""
    crowd = float(top.sum() + 0.5) / float(bottom.sum() + 1.0)
    rates: Floats = (np.bincount(who, top, n) + _PRIOR_SPANS * crowd) / (np.bincount(who, bottom, n) + _PRIOR_SPANS)
    return rates
