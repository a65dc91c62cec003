"""The sufficient statistics of a label table: how often each label was given to each task.

Every coefficient for categories is a function of the task-by-label counts. Tasks with the same
counts are exchangeable, so they are grouped into *patterns*: a jackknife replicate or a term of a
sum is worked out once for each pattern and weighted by its number of tasks.

Counts are kept as (row, label, count) triples, so that thousands of distinct labels cost no more
memory than the annotations themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.dense_codes import count_keys, fits

_LARGEST_KEY = 2**62
_LARGEST_EXACT = 2**53
_MOST_DIGITS = 2**22


@dataclass(frozen=True)
class LabelCounts:
    """Counts n[row, label] as triples sorted by row and label; every row has at least one annotation.

    ``weight[row]`` is how many tasks the row stands for, ``n_annotations[row]`` how many annotations
    each of these tasks has. Shapes: ``weight`` and ``n_annotations`` (rows,), triples (non-zeros,).
    """

    weight: Codes
    n_annotations: Codes
    row: Codes
    label: Codes
    count: Codes
    n_labels: int

    @property
    def n_rows(self) -> int:
        return len(self.weight)

    @cached_property
    def squares(self) -> Codes:
        """The sum over labels of n[row, label]²; shape (rows,)."""
        return self.sum_by_row(self.count * self.count).astype(np.int64)

    @cached_property
    def label_totals(self) -> Codes:
        """How many annotations each label has over all tasks; shape (n_labels,)."""
        return sum_by(self.label, self.weight[self.row] * self.count, self.n_labels).astype(np.int64)

    @cached_property
    def agreement(self) -> Floats:
        """The share of agreeing pairs of annotations on each row; rows with one annotation have none (0)."""
        m = self.n_annotations
        pairs = np.maximum(m * (m - 1), 1)
        share: Floats = (self.squares - m) / pairs
        return share

    def sum_by_row(self, per_triple: Codes | Floats) -> Floats:
        """Sum one number for each triple over the labels of its row."""
        return sum_by(self.row, per_triple, self.n_rows)

    def with_at_least(self, n_annotations: int) -> LabelCounts:
        """Only the rows whose tasks have that many annotations."""
        keep = self.n_annotations >= n_annotations
        if bool(keep.all()):
            return self
        new_row = np.cumsum(keep) - 1
        kept = keep[self.row]
        return LabelCounts(
            weight=self.weight[keep],
            n_annotations=self.n_annotations[keep],
            row=new_row[self.row[kept]],
            label=self.label[kept],
            count=self.count[kept],
            n_labels=self.n_labels,
        )


@dataclass(frozen=True)
class TaskCounts:
    """Label counts with one row for each task that has a label, and the way back to annotations and patterns.

    ``task[row]`` is the task's code; ``triple_of_annotation[i]`` the triple in which annotation i is counted.
    """

    counts: LabelCounts
    task: Codes
    triple_of_annotation: Codes

    @cached_property
    def pattern_of_row(self) -> Codes:
        """The pattern of each task; tasks with equal counts share one."""
        return _group_equal_rows(self.counts)

    @cached_property
    def patterns(self) -> LabelCounts:
        """The same counts with one row for each distinct pattern."""
        counts, pattern = self.counts, self.pattern_of_row
        weight = np.bincount(pattern)
        first = np.empty(len(weight), dtype=np.int64)
        first[pattern[::-1]] = np.arange(counts.n_rows)[::-1]  # the first task of a pattern is written last
        new_row = np.full(counts.n_rows, -1, dtype=np.int64)
        new_row[first] = np.arange(len(first))
        kept = new_row[counts.row] >= 0
        order = np.argsort(new_row[counts.row[kept]], kind="stable")
        return LabelCounts(
            weight=weight.astype(np.int64),
            n_annotations=counts.n_annotations[first],
            row=new_row[counts.row[kept]][order],
            label=counts.label[kept][order],
            count=counts.count[kept][order],
            n_labels=counts.n_labels,
        )


def count_labels(task_codes: Codes, label_codes: Codes, n_labels: int) -> TaskCounts:
    """Count labels by task. ``task_codes`` must be sorted; both arrays have shape (annotations,)."""
    width = max(n_labels, 1)
    key = task_codes * width + label_codes
    top = (int(task_codes[-1]) + 1) * width if len(task_codes) else 1
    distinct, triple, count = count_keys(key, top)
    task_of_triple = distinct // width
    label = distinct - task_of_triple * width
    new = np.ones(len(distinct), dtype=bool)
    new[1:] = task_of_triple[1:] != task_of_triple[:-1]
    task, row = task_of_triple[new], np.cumsum(new, dtype=np.int64) - 1
    n_annotations = sum_by(row, count, len(task)).astype(np.int64)
    counts = LabelCounts(
        weight=np.ones(len(task), dtype=np.int64),
        n_annotations=n_annotations,
        row=row,
        label=label,
        count=count,
        n_labels=n_labels,
    )
    return TaskCounts(counts=counts, task=task, triple_of_annotation=triple)


def patterns_of_few_labels(task: Codes, label: Codes, n_of_task: Codes, n_labels: int) -> LabelCounts | None:
    """The patterns of :class:`TaskCounts`, in the same order, without counts for each task; None where it cannot be.

    The counts of a task are the digits of one number, base^label for each annotation with a base above every
    count, which has to be a whole number that a float can hold. ``task`` and ``label`` (annotations,) may be in any
    order; ``n_of_task`` (tasks,) has the number of annotations of each task.
    """
    base = int(n_of_task.max(initial=0)) + 1
    top = base ** max(n_labels, 1)
    if top > _LARGEST_EXACT or not len(task):
        return None
    place_value = np.array([base**place for place in range(n_labels)], dtype=np.float64)
    number = np.bincount(task, weights=place_value[label], minlength=len(n_of_task)).astype(np.int64)
    distinct, weight = _count_numbers(number, top)
    some = distinct > 0
    distinct, weight = distinct[some], weight[some]
    if len(distinct) * n_labels > _MOST_DIGITS:
        return None
    digits = distinct[:, None] // place_value.astype(np.int64) % base
    row, found = np.nonzero(digits)
    counts = LabelCounts(weight, digits.sum(axis=1), row, found, digits[row, found], n_labels)
    new_row = _group_equal_rows(counts)
    order = np.argsort(new_row)
    by_row = np.argsort(new_row[row], kind="stable")
    return LabelCounts(
        weight=weight[order],
        n_annotations=counts.n_annotations[order],
        row=new_row[row][by_row],
        label=found[by_row],
        count=counts.count[by_row],
        n_labels=n_labels,
    )


def _count_numbers(number: Codes, top: int) -> tuple[Codes, Codes]:
    if fits(top, len(number)):
        times = np.bincount(number, minlength=top)
        distinct = np.flatnonzero(times)
        return distinct, times[distinct].astype(np.int64, copy=False)
    distinct, times = np.unique(number, return_counts=True)
    return distinct, times.astype(np.int64, copy=False)


def _group_equal_rows(counts: LabelCounts) -> Codes:
    """A number for each row such that two rows have the same number exactly when their counts are equal."""
    if counts.n_rows == 0:
        return np.zeros(0, dtype=np.int64)
    most = int(counts.count.max()) + 1
    code = counts.label * most + counts.count
    n_codes = counts.n_labels * most
    length = np.bincount(counts.row, minlength=counts.n_rows)
    start = np.concatenate(([0], np.cumsum(length)[:-1]))
    group = np.empty(counts.n_rows, dtype=np.int64)
    n_groups = 0
    # Rows with the same number of distinct labels make a matrix; there are at most sqrt(2n) such lengths.
    for size in np.unique(length):
        rows = np.flatnonzero(length == size)
        key = code[start[rows]]
        top = n_codes
        for place in range(1, int(size)):
            if top > _LARGEST_KEY // n_codes:
                distinct, key, _ = count_keys(key, top)
                top = len(distinct)
            key = key * n_codes + code[start[rows] + place]
            top *= n_codes
        distinct, found, _ = count_keys(key, top)
        group[rows] = found + n_groups
        n_groups += len(distinct)
    return group
