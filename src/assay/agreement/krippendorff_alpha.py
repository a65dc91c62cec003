"""Krippendorff's alpha: 1 - observed / expected disagreement, for any number of annotators and missing labels."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.distances import Distance
from assay.agreement.interval import Shape, check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.ordinal_disagreement import can_leave_out_exactly, ordinal_disagreement
from assay.agreement.patterns import LabelCounts
from assay.agreement.prepare_distance import AnyDistance, distance_of_scale, prepare_distance
from assay.agreement.result import Agreement
from assay.agreement.usable import one_label_reason, usable_part
from assay.agreement.weighted_disagreement import weighted_disagreement, weighted_totals

YES_OR_NO = ("nominal", "jaccard", "masi")
"""Distances that are mostly 0 or 1, so that Wilson's score fits."""

CARD = MetricCard(
    id="krippendorff_alpha",
    title="Krippendorff's alpha",
    summary="Chance-corrected, any number of annotators, missing labels and distances between labels.",
    scales=("nominal", "ordinal", "interval", "ratio", "circular", "set"),
    chance_corrected=True,
    cost="one pass",
    reference="Krippendorff 1970, 2018; Passonneau 2006 for MASI",
    carries_weights=True,
    corrects_sample_size=True,
)


def krippendorff_alpha(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    distance: AnyDistance = "nominal",
    levels: Iterable[Hashable] | None = None,
    period: float | None = None,
    level: float = 0.95,
) -> Agreement:
    """1 - D_o / D_e: 1 is perfect agreement, 0 what chance gives, negative is systematic disagreement.

    Formula, with n_tc annotations of task t with label c, m_t of them in all, n_c over all tasks, n in all,
    and distance d: D_o = 1/n · Σ_t 1/(m_t - 1) Σ_cc' n_tc n_tc' d(c, c'), D_e = 1/(n(n - 1)) Σ_cc' n_c n_c' d(c, c').
    Tasks with a single annotation are left out everywhere (n and n_c too).

    ``distance`` is one of these:

    - "nominal": different or not;
    - "ordinal": (Σ_{g=c..c'} n_g - (n_c + n_c') / 2)², for labels whose order ``levels`` states from lowest to
      highest, or that are numbers; words are never ranked by the alphabet;
    - "interval": (c - c')²; "ratio": ((c - c') / (c + c'))² for numbers from 0 on;
    - "circular": sin²(π (c - c') / U) for numbers that come round after U = ``period``;
    - "jaccard" or "masi" for labels that are sets (frozensets or tuples; two empty sets are equal);
    - a function of two labels that gives 0 for equal ones, or a matrix whose rows are the ``levels``.

    ``observed`` and ``expected`` are 1 - D as a share of the largest distance. With sampling weights (see
    :meth:`LabelTable.from_arrays`) each pair of annotations on a task counts by the larger weight of the two, and
    label shares are those of the weighted pairs; with equal weights and equally many annotations on every task
    this is the formula above.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read as
    one, for an unknown distance and for labels that do not fit it. ``value`` is None, with a ``reason``, when no
    task has two annotations or only one label occurs (0/0).

    >>> t = ["t1", "t1", "t2", "t2", "t3", "t3", "t4"]
    >>> a = ["ann", "ben", "ann", "ben", "ann", "ben", "ann"]
    >>> print(krippendorff_alpha(t, a, ["x", "x", "y", "y", "x", "y", "x"]))
    Krippendorff's alpha 0.444 [-0.393, 0.922] at 95% (3 tasks, 6 annotations, 2 annotators)
    >>> grades = ["good", "good", "bad", "fair", "bad", "bad", "fair"]
    >>> round(krippendorff_alpha(t, a, grades, distance="ordinal", levels=["bad", "fair", "good"]).value, 3)
    0.778
    >>> krippendorff_alpha(["t1", "t1"], ["ann", "ben"], ["x", "x"]).reason[:55]
    "All 2 compared annotations have the label 'x': observed"

    Sources: Krippendorff (2018), Content analysis, 4th edition, chapter 12; Krippendorff (2011), Computing
    Krippendorff's alpha-reliability; Passonneau (2006), Measuring agreement on set-valued items (MASI), LREC.
    """
    table = as_table(tasks, annotators, labels)
    if levels is not None:
        table = table.in_order(levels)
    if period is not None:
        table = table.on_circle(period)
    return _alpha(table, distance, level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    return _alpha(table, distance_of_scale(scale), level)


def _alpha(table: LabelTable, distance: AnyDistance, level: float) -> Agreement:
    check_level(level)
    part = usable_part(table, carries_weights=True)
    totals = part.counts.label_totals if table.weights is None else weighted_totals(table)
    prepared = prepare_distance(distance, table, totals)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    only = part.only_label
    undefined = "All compared labels are at distance 0 from each other, so alpha is 0/0."
    if only is not None:
        undefined = one_label_reason(table, only, part.n_annotations, CARD.title)
    if table.weights is not None:
        found = weighted_disagreement(table, prepared)
    elif isinstance(distance, str) and distance == "ordinal" and can_leave_out_exactly(part.counts):
        found = ordinal_disagreement(part.counts)
    else:
        found = disagreement_of(part.counts, prepared)
    shape: Shape = "score" if isinstance(distance, str) and distance in YES_OR_NO else "spread"
    return measure(CARD, part, level, found, undefined, shape)


def disagreement_of(counts: LabelCounts, distance: Distance) -> Disagreement:
    """Seen and expected disagreement of tasks with at least two annotations each."""
    m = counts.n_annotations.astype(np.float64)
    within = distance.within_rows(counts) / distance.largest
    by_task = within / (m - 1.0)
    n = float(np.dot(counts.weight, m))
    totals = counts.label_totals
    to_all = distance.to_all(totals) / distance.largest
    everything = float(np.dot(totals, to_all))
    seen_sum = float(np.dot(counts.weight, by_task))
    left = n - m
    # (n_c - n_tc)(n_c' - n_tc') multiplied out: only the task's own labels are touched.
    everything_without = everything - 2.0 * counts.sum_by_row(counts.count * to_all[counts.label]) + within
    room = left * (left - 1.0)
    some = left > 1.0
    return Disagreement(
        seen=seen_sum / n,
        by_chance=everything / (n * (n - 1.0)),
        seen_without=np.divide(seen_sum - by_task, left, out=np.zeros_like(left), where=some),
        by_chance_without=np.divide(everything_without, room, out=np.zeros_like(left), where=some),
        weight=counts.weight,
    )


METRIC = Metric(CARD, _compute)
