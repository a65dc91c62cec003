"""Cohen's kappa: agreement of two annotators corrected for chance by each one's own habits."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Floats, Mask, sum_by
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.interval import check_level, jackknife_interval
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.pair_values import PairValues, cohen_of_pairs
from assay.agreement.pairs import annotation_pairs, pair_cells, too_many_pairs
from assay.agreement.result import Agreement, LeftOut
from assay.agreement.usable import Usable, one_label_reason, usable_part

CARD = MetricCard(
    id="cohen_kappa",
    title="Cohen's kappa",
    summary="Chance-corrected for two annotators; with more, the mean over all pairs of annotators (Light's kappa).",
    scales=("nominal",),
    chance_corrected=True,
    cost="pairs of annotators",
    reference="Cohen 1960; Light 1971 for more than two annotators",
    averages_pairs=True,
)

_SAME_THROUGHOUT = Disagreement(0.0, 0.0, np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))


def cohen_kappa(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    level: float = 0.95,
) -> Agreement:
    """(observed - expected) / (1 - expected), with chance from each annotator's own label shares.

    For a pair of annotators, observed is the share of their shared tasks with equal labels and expected is
    Σ_c p_c q_c, with p_c and q_c the shares of label c among the labels of one and of the other on those
    tasks. With more than two annotators the value is the plain mean of the kappas of all pairs that share a
    task (Light's kappa); pairs whose kappa is 0/0 (both used one and the same label throughout) are left
    out and counted in ``left_out``. :func:`assay.agreement.pairwise` gives each pair.

    Pairs are joined by task, never by the order of rows. Where pairs share few tasks (crowds), their kappas
    are noisy and so is the mean: prefer Krippendorff's alpha there. The interval leaves out one task at a
    time, from all pairs at once.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read
    as one. ``value`` is None, with a ``reason``, when no two annotators share a task or no pair's kappa is
    defined.

    >>> table = LabelTable.from_columns({"ann": list("xxxyyyzzz") * 4, "ben": list("xxyyyyzzx") * 4})
    >>> print(cohen_kappa(table))
    Cohen's kappa 0.667 [0.429, 0.824] at 95% (36 tasks, 72 annotations, 2 annotators)

    Sources: Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological
    Measurement 20:37; Light (1971), Measures of response agreement for qualitative data, Psychological
    Bulletin 76:365.
    """
    return _compute(as_table(tasks, annotators, labels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    check_level(level)
    part = usable_part(table)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    too_many = too_many_pairs(table)
    if too_many is not None:
        return measure(CARD, part, level, None, undefined=too_many)
    pairs = cohen_of_pairs(pair_cells(table))
    if not bool(pairs.defined.any()):
        return measure(CARD, part, level, _SAME_THROUGHOUT, undefined=_why_undefined(table, part, pairs.cells.n_pairs))
    return _mean_of_pairs(table, part, pairs, level)


def _mean_of_pairs(table: LabelTable, part: Usable, pairs: PairValues, level: float) -> Agreement:
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
    )
    return Agreement(
        metric=CARD.id,
        title=CARD.title,
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


def _why_undefined(table: LabelTable, part: Usable, n_pairs: int) -> str:
    if part.only_label is not None:
        return one_label_reason(table, part.only_label, part.n_annotations, CARD.title)
    return (
        f"Each of the {n_pairs} pairs of annotators gave one and the same label on all their shared tasks, so "
        "agreement by chance is 100 % too and every kappa is 0/0. Add tasks that call for other labels."
    )


METRIC = Metric(CARD, _compute)
