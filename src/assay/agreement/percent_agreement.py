"""Percent agreement: how often two annotations of the same task are equal."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.distances import NominalDistance
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import Agreement
from assay.agreement.usable import usable_part
from assay.agreement.weighted_disagreement import weighted_disagreement

CARD = MetricCard(
    id="percent_agreement",
    title="Percent agreement",
    summary="How often two annotations of the same task are equal. Not corrected for chance.",
    scales=("nominal", "ordinal", "set"),
    chance_corrected=False,
    cost="one pass",
    reference="Fleiss 1971 (the observed part); interval of Wilson 1927",
    carries_weights=True,
)


def percent_agreement(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    level: float = 0.95,
) -> Agreement:
    """The mean over tasks of the share of agreeing pairs of annotations, a number in [0, 1].

    Each task with at least two annotations counts once, however many it has. Sets agree when they are
    equal. It is not corrected for chance: where one label is common it is high by luck alone, so read it
    beside Krippendorff's alpha.

    With sampling weights (see :meth:`LabelTable.from_arrays`) it is the share of agreeing pairs of annotations,
    each pair counted by the larger weight of the two.

    Formula: mean over tasks t of Σ_c n_tc (n_tc - 1) / (m_t (m_t - 1)), with n_tc annotations of task t
    that have label c, and m_t in all.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read
    as one. ``value`` is None, with a ``reason``, when no task has two annotations. With two annotators the
    interval is Wilson's, and it does not collapse when everybody agrees.

    >>> result = percent_agreement(["t1", "t1", "t2", "t2"], ["ann", "ben", "ann", "ben"], ["x", "x", "x", "y"])
    >>> print(result)
    Percent agreement 0.500 [0.095, 0.905] at 95% (2 tasks, 4 annotations, 2 annotators)

    Source: Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological Bulletin 76:378.
    """
    return _compute(as_table(tasks, annotators, labels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    check_level(level)
    part = usable_part(table, carries_weights=True)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    if table.weights is not None:
        disagreement = weighted_disagreement(table, NominalDistance(), corrected=False)
    else:
        disagreement = _disagreement(part.counts, part.n_tasks)
    return measure(CARD, part, level, disagreement, undefined="")


def _disagreement(counts: LabelCounts, n_tasks: int) -> Disagreement:
    by_task = 1.0 - counts.agreement
    total = float(np.dot(counts.weight, by_task))
    return Disagreement(
        seen=total / n_tasks,
        by_chance=1.0,
        seen_without=(total - by_task) / max(n_tasks - 1, 1),
        by_chance_without=np.ones(counts.n_rows),
        weight=counts.weight,
    )


METRIC = Metric(CARD, _compute)
