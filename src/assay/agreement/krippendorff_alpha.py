"""Krippendorff's alpha: 1 - observed / expected disagreement, for any number of annotators and missing labels."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.arrays import Floats, sum_by
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.distances import Distance, DistanceFunction, DistanceName, prepare_distance
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import Agreement
from assay.agreement.usable import one_label_reason, usable_part

CARD = MetricCard(
    id="krippendorff_alpha",
    title="Krippendorff's alpha",
    summary="Chance-corrected, any number of annotators, missing labels and distances between labels.",
    scales=("nominal", "set"),
    chance_corrected=True,
    cost="one pass",
    reference="Krippendorff 1970, 2018; Passonneau 2006 for MASI",
)


def krippendorff_alpha(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    distance: DistanceName | DistanceFunction = "nominal",
    level: float = 0.95,
) -> Agreement:
    """1 - D_o / D_e: 1 is perfect agreement, 0 what chance gives, negative is systematic disagreement.

    Formula, with n_tc annotations of task t with label c, m_t of them in all, n_c over all tasks, n in all,
    and distance d: D_o = 1/n · Σ_t 1/(m_t - 1) Σ_cc' n_tc n_tc' d(c, c'), D_e = 1/(n(n - 1)) Σ_cc' n_c n_c' d(c, c').
    Tasks with a single annotation are left out everywhere (n and n_c too).

    ``distance`` is "nominal" (different or not), "jaccard" or "masi" for labels that are sets (frozensets or
    tuples), or a function of two labels that gives 0 for equal ones. Two empty sets are equal.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read as
    one, and for an unknown distance. ``value`` is None, with a ``reason``, when no task has two annotations
    or only one label occurs (0/0).

    >>> t = ["t1", "t1", "t2", "t2", "t3", "t3", "t4"]
    >>> a = ["ann", "ben", "ann", "ben", "ann", "ben", "ann"]
    >>> print(krippendorff_alpha(t, a, ["x", "x", "y", "y", "x", "y", "x"]))
    Krippendorff's alpha 0.444 [-0.393, 0.922] at 95% (3 tasks, 6 annotations, 2 annotators)
    >>> krippendorff_alpha(["t1", "t1"], ["ann", "ben"], ["x", "x"]).reason[:55]
    "All 2 compared annotations have the label 'x': observed"

    "All 2 compared annotations have the label 'x': observed"

    Sources: Krippendorff (2018), Content analysis, 4th edition, chapter 12; Passonneau (2006), Measuring
    agreement on set-valued items (MASI), LREC.
    """
    return _alpha(as_table(tasks, annotators, labels), distance, level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    return _alpha(table, "masi" if scale == "set" else "nominal", level)


def _alpha(table: LabelTable, distance: DistanceName | DistanceFunction, level: float) -> Agreement:
    check_level(level)
    prepared = prepare_distance(distance, table.labels)
    part = usable_part(table)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    only = part.only_label
    undefined = "All compared labels are at distance 0 from each other, so alpha is 0/0."
    if only is not None:
        undefined = one_label_reason(table, only, part.n_annotations, CARD.title)
    return measure(CARD, part, level, disagreement_of(part.counts, prepared), undefined)


def disagreement_of(counts: LabelCounts, distance: Distance) -> Disagreement:
    """Seen and expected disagreement of tasks with at least two annotations each."""
    m = counts.n_annotations.astype(np.float64)
    within = distance_within_rows(counts, distance)
    by_task = within / (m - 1.0)
    n = float(np.dot(counts.weight, m))
    totals = counts.label_totals
    to_all = distance.to_all(totals)
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


def distance_within_rows(counts: LabelCounts, distance: Distance) -> Floats:
    """For each row the sum over ordered pairs of its annotations of their distance; shape (rows,)."""
    length = np.bincount(counts.row, minlength=counts.n_rows)
    start = np.concatenate(([0], np.cumsum(length)[:-1]))
    within = np.zeros(counts.n_rows)
    # Pairs of distinct labels on the same row, one offset between them at a time.
    for offset in range(1, int(length.max(initial=0))):
        rows = np.flatnonzero(length > offset)
        n_first = length[rows] - offset
        row = np.repeat(rows, n_first)
        place = np.arange(len(row)) - np.repeat(np.cumsum(n_first) - n_first, n_first)
        first = start[row] + place
        second = first + offset
        apart = distance.between(counts.label[first], counts.label[second])
        within += sum_by(row, 2.0 * counts.count[first] * counts.count[second] * apart, counts.n_rows)
    return within


METRIC = Metric(CARD, _compute)
