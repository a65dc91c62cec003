"""Krippendorff's alpha on characters or tokens: every place of the text is a unit, its value what covers it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import pairwise

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.interval import check_level
from assay.agreement.result import Estimate
from assay.agreement.spans.table import Spans, SpanTable
from assay.agreement.structured.result import (
    LabelValue,
    StructuredAgreement,
    alpha_estimate,
    alpha_of_tasks,
    task_values,
)

Covering = frozenset[Hashable]


def span_alpha(table: SpanTable, *, level: float = 0.95) -> StructuredAgreement:
    """Alpha with nominal distance where every character (or token: the unit of the spans) is a unit.

    The value of a unit is the set of labels that the annotator marked there; no label at all is the value "unmarked".
    Counted by stretches between boundaries, so a long text costs no more than a short one. Formula:
    :func:`assay.agreement.krippendorff_alpha`; a text of length 300 is 300 units for each annotator. The interval is
    the jackknife over *tasks*: characters of one text are not independent.

    ``by_label`` is alpha of "this label or not" at each place; ``by_task`` needs labels that vary in the task. Raises
    ValueError when the table has no length for a compared task. ``value`` is None, with a reason, where all places
    have the same value (nobody marked anything).

    >>> table = SpanTable.from_arrays(["t1", "t1"], ["ann", "ben"], [[(0, 5, "x")], [(0, 4, "x")]], lengths={"t1": 10})
    >>> round(span_alpha(table).value, 4)
    0.8081

    Source: Krippendorff (2018), Content analysis, 4th edition, chapter 12, on units of one character.
    """
    check_level(level)
    part = table.compared()
    columns: dict[Covering, int] = {}
    disagreement = np.zeros(part.n_tasks)
    label_disagreement = np.zeros((part.n_tasks, len(table.labels)))
    label_units = np.zeros((part.n_tasks, len(table.labels)))
    counts: list[dict[int, float]] = []
    units = np.zeros(part.n_tasks)
    for row, (task, answers) in enumerate(zip(part.tasks, part.answers, strict=True)):
        m = len(answers)
        length = table.length_of(task)
        units[row] = m * length
        here: dict[int, float] = {}
        for width, values in _stretches([spans for _, spans in answers], length):
            alike: dict[Covering, int] = {}
            for value in values:
                alike[value] = alike.get(value, 0) + 1
                column = columns.setdefault(value, len(columns))
                here[column] = here.get(column, 0.0) + width
            disagreement[row] += width * sum(n * (m - n) for n in alike.values()) / (m - 1)
            for k, label in enumerate(table.labels):
                n = sum(label in value for value in values)
                label_units[row, k] += width * n
                label_disagreement[row, k] += width * 2.0 * n * (m - n) / (m - 1)
        counts.append(here)
    totals = np.zeros((part.n_tasks, max(len(columns), 1)))
    for row, here in enumerate(counts):
        totals[row, list(here)] = list(here.values())
    undefined = "Every place has the same value for every annotator (nothing marked, or all of it): alpha is 0/0."
    overall = alpha_of_tasks(
        "span_alpha", "Alpha by place", part, disagreement, totals, level=level, undefined=undefined
    )
    by_label = tuple(
        LabelValue(label, _binary(label_disagreement[:, k], label_units[:, k], units, level), _uses(table, label))
        for k, label in enumerate(table.labels)
    )
    alone = [
        alpha_estimate(disagreement[[r]], totals[[r]], level=level, undefined=undefined)[0].value
        for r in range(len(counts))
    ]
    return StructuredAgreement(overall, by_label, task_values(part, alone))


def _binary(disagreement: Floats, marked: Floats, units: Floats, level: float) -> Estimate:
    totals = np.stack([marked, units - marked], axis=1)
    return alpha_estimate(disagreement, totals, level=level, undefined="This label is nowhere, or everywhere.")[0]


def _uses(table: SpanTable, label: Hashable) -> int:
    return sum(span.label == label for spans in table.values for span in spans)


def _stretches(answers: list[Spans], length: float) -> Iterable[tuple[float, list[Covering]]]:
    """The stretches between boundaries: their length, and for each annotator the labels that cover them."""
    cuts = sorted({0.0, float(length)} | {float(place) for spans in answers for span in spans for place in span[:2]})
    for start, end in pairwise(cuts):
        values = [
            frozenset(span.label for span in spans if span.start <= start and span.end >= end) for spans in answers
        ]
        yield end - start, values
