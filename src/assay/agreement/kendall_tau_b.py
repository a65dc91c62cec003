"""Kendall's tau-b: whether two annotators put two tasks in the same order."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.complete_part import undefined
from assay.agreement.interval import check_level, jackknife_interval
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.pairs import annotation_pairs, too_many_pairs
from assay.agreement.result import Agreement, LeftOut
from assay.agreement.scales import label_numbers
from assay.agreement.usable import Usable, one_label_reason, usable_part

CARD = MetricCard(
    id="kendall_tau_b",
    title="Kendall's tau-b",
    summary="Whether two annotators put two tasks in the same order, ties allowed; with more, the mean over pairs.",
    scales=("ordinal", "interval", "ratio"),
    chance_corrected=True,
    cost="pairs of annotators",
    reference="Kendall 1945",
    min_tasks=2,
    averages_pairs=True,
)

_MOST_CELLS = 1_000_000
_BLOCK = 2_000_000
MOST_COMPARISONS = 400_000_000
NO_RANKS = "the two share one task only, or one of them gave all shared tasks one label, which ranks nothing"


def kendall_tau_b(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    levels: Iterable[Hashable] | None = None,
    level: float = 0.95,
) -> Agreement:
    """(C - D) / √((C + D + X)(C + D + Y)) over pairs of tasks, with the mean over pairs of annotators.

    Of the pairs of tasks that two annotators share, C are in the same order, D in the opposite one, X tied for the
    second only and Y for the first only. With more than two annotators the value is the mean over the pairs in
    which both rank anything; the others are left out and counted. ``levels`` states the order of labels that are not
    numbers. The interval leaves out one task at a time, from all pairs at once.

    ``value`` is None, with a ``reason``, when no pair of annotators has a coefficient, or when it would take more
    than 400 million comparisons of tasks.

    >>> table = LabelTable.from_columns({"ann": [1, 2, 2, 3, 4, 5], "ben": [1, 3, 2, 3, 5, 5]})
    >>> print(kendall_tau_b(table))
    Kendall's tau-b 0.889 [0.317, 0.987] at 95% (6 tasks, 12 annotations, 2 annotators)

    Source: Kendall (1945), The treatment of ties in ranking problems, Biometrika 33:239.
    """
    table = as_table(tasks, annotators, labels)
    return _compute(table if levels is None else table.in_order(levels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "ordinal") -> Agreement:
    check_level(level)
    part = usable_part(table)
    numbers = label_numbers(table, "ordinal")
    if part.reason is not None:
        return undefined(CARD, part, level, part.reason)
    reason = too_many_pairs(table)
    if reason is not None:
        return undefined(CARD, part, level, reason)
    found = _Walk(table, numbers)
    if found.too_many:
        reason = f"It would compare over {MOST_COMPARISONS:,} pairs of tasks; choose fewer tasks or annotators."
        return undefined(CARD, part, level, reason)
    if not found.n_defined:
        reason = f"No pair of annotators has a coefficient: {NO_RANKS}."
        if part.only_label is not None:
            reason = one_label_reason(table, part.only_label, part.n_annotations, CARD.title)
        return undefined(CARD, part, level, reason)
    return _mean(table, part, found, level)


def _mean(table: LabelTable, part: Usable, walk: _Walk, level: float) -> Agreement:
    used = walk.task_used
    left = walk.n_defined - walk.lost[used]
    without = np.divide(walk.total + walk.change[used], left, out=np.full_like(left, np.nan), where=left > 0.5)
    value, n_tasks = walk.total / walk.n_defined, int(used.sum())
    interval = jackknife_interval(
        value,
        without,
        np.ones(n_tasks),
        expected=0.0,
        n_tasks=n_tasks,
        n_pairs=max(walk.n_shared, n_tasks),
        level=level,
        shape="spread",
    )
    n_annotations = int(walk.annotation_used.sum())
    left_out = part.left_out
    if walk.n_undefined:
        gone = LeftOut(
            NO_RANKS,
            n_tasks=part.n_tasks - n_tasks,
            n_annotations=part.n_annotations - n_annotations,
            n_pairs=walk.n_undefined,
        )
        left_out = (*left_out, gone)
    empty = undefined(CARD, part, level, "")
    return replace(
        empty,
        reason=None,
        value=value,
        low=interval.low,
        high=interval.high,
        interval_method=interval.method,
        interval_reason=interval.reason,
        standard_error=interval.standard_error,
        n_tasks=n_tasks,
        n_annotations=n_annotations,
        n_annotators=len(np.unique(table.annotator_codes[walk.annotation_used])),
        n_pairs=walk.n_defined,
        left_out=left_out,
    )


class _Walk:
    """All pairs of annotators: the sum of their coefficients, and what each task's absence does to it."""

    def __init__(self, table: LabelTable, numbers: Floats) -> None:
        n_tasks = len(table.tasks)
        self.total, self.n_defined, self.n_undefined, self.n_shared = 0.0, 0, 0, 0
        self.change, self.lost = np.zeros(n_tasks), np.zeros(n_tasks)
        self.task_used = np.zeros(n_tasks, dtype=bool)
        self.annotation_used = np.zeros(table.n_annotations, dtype=bool)
        self.too_many = False
        work = 0
        for task, first, second in _by_pair(table):
            x, y = (np.unique(numbers[table.label_codes[side]], return_inverse=True)[1] for side in (first, second))
            cells = (int(x.max()) + 1) * (int(y.max()) + 1)
            work += min(cells, len(x) ** 2)
            if work > MOST_COMPARISONS:
                self.too_many = True
                return
            self._add(task, first, second, x, y, cells)

    def _add(self, task: Codes, first: Codes, second: Codes, x: Codes, y: Codes, cells: int) -> None:
        if x.max() == 0 or y.max() == 0:
            self.n_undefined += 1
            return
        score = _scores_by_cell(x, y) if cells <= _MOST_CELLS else _scores_by_task(x, y)
        of_x, of_y = (len(x) - np.bincount(side)[side].astype(np.float64) for side in (x, y))
        total, all_x, all_y = (float(each.sum()) / 2.0 for each in (score, of_x, of_y))
        value = total / math.sqrt(all_x * all_y)
        room = (all_x - of_x) * (all_y - of_y)
        without = np.divide(total - score, np.sqrt(room), out=np.zeros_like(room), where=room > 0.5)
        gone = room <= 0.5
        self.total += value
        self.n_defined += 1
        self.n_shared += len(task)
        self.change[task] += np.where(gone, 0.0, without) - value
        self.lost[task] += gone
        self.task_used[task] = True
        self.annotation_used[first] = True
        self.annotation_used[second] = True


def _by_pair(table: LabelTable) -> Iterator[tuple[Codes, Codes, Codes]]:
    """For each pair of annotators the tasks that they share and the two annotations on each."""
    blocks = list(annotation_pairs(table))
    task, first, second = (
        np.concatenate([getattr(block, name) for block in blocks]) for name in ("task", "first", "second")
    )
    key = table.annotator_codes[first] * len(table.annotators) + table.annotator_codes[second]
    order = np.lexsort((task, key))
    edges = np.flatnonzero(np.diff(key[order])) + 1
    for chosen in np.split(order, edges):
        yield task[chosen], first[chosen], second[chosen]


def _scores_by_cell(x: Codes, y: Codes) -> Floats:
    """For each task, how many others are in the same order minus how many in the opposite one."""
    rows, columns = int(x.max()) + 1, int(y.max()) + 1
    ones = np.ones(len(x))
    count = sum_by(x * columns + y, ones, rows * columns).reshape(rows, columns)
    # corner[i, j] is the number of tasks with x < i and y < j.
    corner = np.zeros((rows + 1, columns + 1))
    corner[1:, 1:] = count.cumsum(axis=0).cumsum(axis=1)
    low_low = corner[:-1, :-1]
    low_high = corner[:-1, -1:] - corner[:-1, 1:]
    high_low = corner[-1:, :-1] - corner[1:, :-1]
    high_high = corner[-1, -1] - corner[1:, -1:] - corner[-1:, 1:] + corner[1:, 1:]
    scores: Floats = (low_low + high_high - low_high - high_low)[x, y]
    return scores


def _scores_by_task(x: Codes, y: Codes) -> Floats:
    scores = np.empty(len(x))
    step = max(1, _BLOCK // len(x))
    for start in range(0, len(x), step):
        chosen = slice(start, start + step)
        same = np.sign(x[chosen, None] - x[None, :]) * np.sign(y[chosen, None] - y[None, :])
        scores[chosen] = same.sum(axis=1)
    return scores


METRIC = Metric(CARD, _compute)
