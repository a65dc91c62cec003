"""Scott's pi: agreement corrected for chance by one pooled label distribution."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import Agreement
from assay.agreement.usable import one_label_reason, usable_part

CARD = MetricCard(
    id="scott_pi",
    title="Scott's pi",
    summary="Chance-corrected; chance from the labels of all annotators pooled.",
    scales=("nominal",),
    chance_corrected=True,
    cost="one pass",
    reference="Scott 1955; Artstein, Poesio 2008 for more than two annotators",
)


def scott_pi(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    level: float = 0.95,
) -> Agreement:
    """(observed - expected) / (1 - expected), with chance from the pooled labels of the compared annotations.

    Observed is percent agreement; expected is Σ_c p_c², with p_c the share of label c among all
    annotations of tasks that have at least two. With two annotators this is Scott's pi. With more it is
    the usual generalization (multi-pi), which equals Fleiss' kappa when every task has the same number of
    annotations; with unequal numbers the two differ in how they pool (here every annotation counts once,
    there every task).

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read
    as one. ``value`` is None, with a ``reason``, when no task has two annotations or only one label occurs.

    >>> table = LabelTable.from_columns({"ann": list("xxxyyyzzz") * 4, "ben": list("xxyyyyzzx") * 4})
    >>> print(scott_pi(table))
    Scott's pi 0.664 [0.423, 0.823] at 95% (36 tasks, 72 annotations, 2 annotators)

    Sources: Scott (1955), Reliability of content analysis, Public Opinion Quarterly 19:321; Artstein and
    Poesio (2008), Inter-coder agreement for computational linguistics, Computational Linguistics 34:555.
    """
    return _compute(as_table(tasks, annotators, labels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    check_level(level)
    part = usable_part(table)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    disagreement = _disagreement(part.counts, part.n_tasks)
    only = part.only_label
    undefined = "" if only is None else one_label_reason(table, only, part.n_annotations, CARD.title)
    return measure(CARD, part, level, disagreement, undefined)


def _disagreement(counts: LabelCounts, n_tasks: int) -> Disagreement:
    by_task = 1.0 - counts.agreement
    total = float(np.dot(counts.weight, by_task))
    m = counts.n_annotations
    n = int((counts.weight * m).sum())
    totals = counts.label_totals
    squares = float(np.dot(totals.astype(np.float64), totals))
    left = (n - m).astype(np.float64)
    squares_without = squares - 2.0 * counts.sum_by_row(counts.count * totals[counts.label]) + counts.squares
    return Disagreement(
        seen=total / n_tasks,
        by_chance=(float(n) * n - squares) / (float(n) * n),
        seen_without=(total - by_task) / max(n_tasks - 1, 1),
        by_chance_without=np.divide(
            left * left - squares_without, left * left, out=np.zeros_like(left), where=left > 0.0
        ),
        weight=counts.weight,
    )


METRIC = Metric(CARD, _compute)
