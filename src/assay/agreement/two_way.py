"""Resampling tasks and annotators at once, for numbers that should hold for other annotators too."""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.disagreement import NONE
from assay.agreement.distances import Distance
from assay.agreement.label_table import LabelTable
from assay.agreement.patterns import LabelCounts

TWO_WAY = ("krippendorff_alpha", "percent_agreement")


def two_way_replicates(
    table: LabelTable, distance: Distance, n: int, rng: np.random.Generator, *, corrected: bool
) -> Floats:
    """Alpha (or, not ``corrected``, percent agreement) of ``n`` resamples of tasks and annotators; NaN if undefined.

    Tasks and annotators are drawn independently, each with replacement (the pigeonhole bootstrap of Owen 2007).
    An annotator drawn twice counts twice, but is never compared with itself: those pairs always agree, and would
    make every resample look better than the data.
    """
    used = table.n_annotations_of_task[table.task_codes] >= 2
    task, who, label = (codes[used] for codes in (table.task_codes, table.annotator_codes, table.label_codes))
    tasks, task = np.unique(task, return_inverse=True)
    people, who = np.unique(who, return_inverse=True)
    n_labels = len(table.labels)
    cell, cell_of = np.unique(task * n_labels + label, return_inverse=True)
    row, label = np.divmod(cell, n_labels)
    values = np.empty(n)
    for place in range(n):
        times = rng.multinomial(len(people), np.full(len(people), 1.0 / len(people))).astype(np.float64)
        weight = rng.multinomial(len(tasks), np.full(len(tasks), 1.0 / len(tasks))).astype(np.float64)
        of_annotation = times[who]
        count = sum_by(cell_of, of_annotation, len(cell))
        own = sum_by(task, of_annotation * of_annotation, len(tasks))
        values[place] = _value(row, label, count, own, weight, n_labels, distance, corrected)
    return values


def _value(
    row: Codes,
    label: Codes,
    count: Floats,
    own: Floats,
    weight: Floats,
    n_labels: int,
    distance: Distance,
    corrected: bool,
) -> float:
    m = sum_by(row, count, len(weight))
    pairs = m * m - own
    kept = (pairs > 0.5) & (weight > 0.0)
    if not kept.any():
        return float("nan")
    cells = kept[row] & (count > 0.0)
    place = np.cumsum(kept) - 1
    counts = LabelCounts(
        weight=weight[kept].astype(np.int64),
        n_annotations=m[kept].astype(np.int64),
        row=place[row[cells]],
        label=label[cells],
        count=count[cells].astype(np.int64),
        n_labels=n_labels,
    )
    apart = distance.within_rows(counts) / pairs[kept] / distance.largest
    if not corrected:
        return 1.0 - float(np.dot(counts.weight, apart)) / float(counts.weight.sum())
    n = float(np.dot(counts.weight, counts.n_annotations))
    seen = float(np.dot(counts.weight * counts.n_annotations, apart)) / n
    totals = counts.label_totals
    chance = float(np.dot(totals, distance.to_all(totals))) / distance.largest / (n * (n - 1.0))
    return 1.0 - seen / chance if chance > NONE else float("nan")
