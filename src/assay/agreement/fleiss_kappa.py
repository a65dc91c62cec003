"""Fleiss' kappa: agreement of many annotators corrected for chance by the mean label distribution of tasks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.arrays import sum_by
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import Agreement
from assay.agreement.usable import one_label_reason, usable_part

CARD = MetricCard(
    id="fleiss_kappa",
    title="Fleiss' kappa",
    summary="Chance-corrected, any number of annotators; chance from the mean label shares of the tasks.",
    scales=("nominal",),
    chance_corrected=True,
    cost="one pass",
    reference="Fleiss 1971; Gwet 2014 for unequal numbers of annotations",
    uses_single_annotations=True,
)


def fleiss_kappa(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    level: float = 0.95,
) -> Agreement:
    """(observed - expected) / (1 - expected), with chance from the mean label shares of the tasks.

    Observed is percent agreement over tasks with at least two annotations; expected is Σ_c p_c², with
    p_c the mean over tasks of n_tc / m_t. With the same number of annotations on every task this is the
    textbook coefficient; otherwise it is Gwet's generalization, in which no task is dropped: tasks with a
    single annotation show no agreement, but do show how common a label is, so they count in p_c (and only
    there; ``left_out`` has them).

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read
    as one. ``value`` is None, with a ``reason``, when no task has two annotations or only one label occurs.

    The interval is a jackknife: the variance of Fleiss, Nee and Landis (1979) holds only when there is no
    agreement at all.

    >>> table = LabelTable.from_columns({"ann": list("xxyy") * 9, "ben": list("xxyx") * 9, "cem": list("xyyy") * 9})
    >>> print(fleiss_kappa(table))
    Fleiss' kappa 0.333 [0.095, 0.536] at 95% (36 tasks, 108 annotations, 3 annotators)

    Sources: Fleiss (1971), Psychological Bulletin 76:378; Gwet (2014), Handbook of inter-rater reliability,
    4th edition, chapter 2.
    """
    return _compute(as_table(tasks, annotators, labels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    check_level(level)
    part = usable_part(table)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    undefined = ""
    if len(np.flatnonzero(table.patterns.label_totals)) == 1:
        undefined = one_label_reason(table, int(table.label_codes[0]), part.n_annotations, CARD.title)
    return measure(CARD, part, level, _disagreement(table.patterns, part.n_tasks), undefined)


def _disagreement(counts: LabelCounts, n_compared: int) -> Disagreement:
    """``counts`` has tasks with one annotation too; ``n_compared`` tasks have more."""
    compared = counts.n_annotations >= 2
    by_task = np.where(compared, 1.0 - counts.agreement, 0.0)
    total = float(np.dot(counts.weight, by_task))
    n_tasks = int(counts.weight.sum())
    share = counts.count / counts.n_annotations[counts.row]
    totals = sum_by(counts.label, counts.weight[counts.row] * share, counts.n_labels)
    squares = float(np.dot(totals, totals))
    squares_without = squares - 2.0 * counts.sum_by_row(share * totals[counts.label]) + counts.sum_by_row(share**2)
    left = n_compared - compared.astype(np.float64)
    return Disagreement(
        seen=total / n_compared,
        by_chance=1.0 - squares / n_tasks**2,
        seen_without=np.divide(total - by_task, left, out=np.full_like(left, np.nan), where=left > 0.0),
        by_chance_without=1.0 - squares_without / max(n_tasks - 1, 1) ** 2,
        weight=counts.weight,
    )


METRIC = Metric(CARD, _compute)
