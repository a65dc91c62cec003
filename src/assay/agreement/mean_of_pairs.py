"""The mean of a coefficient over all pairs of annotators, with its interval: Light's way to more than two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import Floats, Mask, sum_by
from assay.agreement.card import MetricCard
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.interval import Shape, jackknife_interval
from assay.agreement.label_table import LabelTable
from assay.agreement.pair_values import PairValues
from assay.agreement.pairs import annotation_pairs
from assay.agreement.result import Agreement, LeftOut
from assay.agreement.usable import Usable, one_label_reason

_SAME_THROUGHOUT = Disagreement(0.0, 0.0, np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))


def mean_of_pairs(
    card: MetricCard, table: LabelTable, part: Usable, pairs: PairValues, level: float, shape: Shape = "score"
) -> Agreement:
    """The plain mean of the defined coefficients; undefined ones are left out and counted.

    The interval leaves out one task at a time, from all pairs at once.
    """
    if not bool(pairs.defined.any()):
        why = _why_undefined(card, table, part, pairs.cells.n_pairs)
        return measure(card, part, level, _SAME_THROUGHOUT, undefined=why)
    n_defined = int(pairs.defined.sum())
    total = float(pairs.value.sum())
    walk = _leave_out_each_task(table, pairs)
    left = n_defined - walk.lost
    without = np.divide(total + walk.change, left, out=np.full_like(left, np.nan), where=left > 0.5)
    by_chance = float(pairs.by_chance[pairs.defined].mean())
    interval = jackknife_interval(
        total / n_defined,
        without,
        np.ones_like(without),
        expected=1.0 - by_chance,
        n_tasks=len(without),
        n_pairs=int(pairs.cells.n_tasks[pairs.defined].sum()),
        level=level,
        shape=shape,
    )
    return Agreement(
        metric=card.id,
        title=card.title,
        value=total / n_defined,
        low=interval.low,
        high=interval.high,
        level=level,
        interval_method=interval.method,
        n_tasks=len(without),
        n_annotations=int(walk.annotation_used.sum()),
        n_annotators=len(np.unique(table.annotator_codes[walk.annotation_used])),
        n_pairs=n_defined,
        observed=1.0 - float(pairs.seen[pairs.defined].mean()),
        expected=1.0 - by_chance,
        standard_error=interval.standard_error,
        interval_reason=interval.reason,
        left_out=_left_out(part, walk, pairs.cells.n_pairs - n_defined),
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """For each task used by a defined pair: what its absence does to the sum of kappas, and how many it undoes."""

    change: Floats
    lost: Floats
    annotation_used: Mask


def _leave_out_each_task(table: LabelTable, pairs: PairValues) -> _Walk:
    cells = pairs.cells
    used_cell = pairs.defined[cells.pair]
    stays = used_cell & np.isfinite(pairs.without)
    change_of_cell = np.where(used_cell, np.where(stays, pairs.without, 0.0) - pairs.value[cells.pair], 0.0)
    lost_of_cell = (used_cell & ~stays).astype(np.float64)
    n_tasks = len(table.tasks)
    change, lost = np.zeros(n_tasks), np.zeros(n_tasks)
    task_used = np.zeros(n_tasks, dtype=bool)
    annotation_used = np.zeros(table.n_annotations, dtype=bool)
    for block in annotation_pairs(table):
        cell = cells.cell_of(block.key)
        change += sum_by(block.task, change_of_cell[cell], n_tasks)
        lost += sum_by(block.task, lost_of_cell[cell], n_tasks)
        used = used_cell[cell]
        task_used[block.task[used]] = True
        annotation_used[block.first[used]] = True
        annotation_used[block.second[used]] = True
    return _Walk(change[task_used], lost[task_used], annotation_used)


def _left_out(part: Usable, walk: _Walk, n_undefined: int) -> tuple[LeftOut, ...]:
    if not n_undefined:
        return part.left_out
    undefined = LeftOut(
        "both annotators of a pair gave one and the same label on all their shared tasks, so kappa is 0/0",
        n_tasks=part.n_tasks - len(walk.change),
        n_annotations=part.n_annotations - int(walk.annotation_used.sum()),
        n_pairs=n_undefined,
    )
    return (*part.left_out, undefined)


def _why_undefined(card: MetricCard, table: LabelTable, part: Usable, n_pairs: int) -> str:
    if part.only_label is not None:
        return one_label_reason(table, part.only_label, part.n_annotations, card.title)
    return (
        f"Each of the {n_pairs} pairs of annotators gave one and the same label on all their shared tasks, so "
        "agreement by chance is 100 % too and every kappa is 0/0. Add tasks that call for other labels."
    )
