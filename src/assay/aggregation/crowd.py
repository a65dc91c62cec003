"""The annotations as one sparse matrix, so that both halves of EM are one product each.

A *pair* is an annotator and a label that this annotator gave at least once. The matrix has one row a task
and one column a pair, and a 1 for each annotation. With log_confusion[pair, k] = log P(label | annotator,
truth k) the log-likelihood of all tasks is ``matrix @ log_confusion``, and the expected counts are
``matrix.T @ posterior``: 2 · annotations · labels multiplications, and nothing of size
annotators x labels x labels x tasks is ever made. Both sum in the order of tasks and pairs, on one thread,
so the order of the rows of the input changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.aggregation.arrays import Codes, Floats, Mask, sum_by

if TYPE_CHECKING:
    from assay.aggregation.card import CodedLabels

LARGEST_POSTERIOR = 2**28
NO_GOLD = -1
_SHORT_ROW = 32
_ROWS_TOGETHER = 64
_LARGEST_EXPONENT = 650.0  # e to this power, and its inverse, are ordinary numbers
TASKS_OF_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Crowd:
    """Annotations sorted by task and annotator. ``task``, ``annotator`` and ``label`` have shape (annotations,)."""

    n_tasks: int
    n_annotators: int
    n_labels: int
    task: Codes
    annotator: Codes
    label: Codes

    @classmethod
    def of(cls, table: CodedLabels) -> Crowd:
        """From a label table. Raises ValueError when tasks x labels would not fit into memory."""
        n_tasks, n_annotators, n_labels = len(table.tasks), len(table.annotators), len(table.labels)
        if n_tasks * n_labels > LARGEST_POSTERIOR:
            raise ValueError(
                f"table has {n_tasks:,} tasks and {n_labels:,} labels, and a posterior of that size does not fit; "
                "aggregate the tasks in parts, or use majority."
            )
        task, annotator, label = table.task_codes, table.annotator_codes, table.label_codes
        key = task * max(n_annotators, 1) + annotator
        if len(key) > 1 and bool((key[1:] < key[:-1]).any()):
            order = np.argsort(key, kind="stable")
            task, annotator, label = task[order], annotator[order], label[order]
        return cls(n_tasks, n_annotators, n_labels, task, annotator, label)

    def only(self, keep: Mask) -> Crowd:
        """The same tasks, annotators and labels with a part of the annotations."""
        return Crowd(
            self.n_tasks, self.n_annotators, self.n_labels, self.task[keep], self.annotator[keep], self.label[keep]
        )

    def with_history(self, annotator: Codes, truth: Codes, label: Codes) -> Crowd:
        """Past answers with known truth, each as one more task behind the others."""
        task = np.arange(self.n_tasks, self.n_tasks + len(truth))
        return Crowd(
            self.n_tasks + len(truth),
            self.n_annotators,
            self.n_labels,
            np.concatenate([self.task, task]),
            np.concatenate([self.annotator, annotator]),
            np.concatenate([self.label, label]),
        )

    @property
    def n_annotations(self) -> int:
        return len(self.task)

    @cached_property
    def n_of_task(self) -> Floats:
        """How many annotations each task has; shape (tasks,)."""
        return np.bincount(self.task, minlength=self.n_tasks).astype(np.float64)

    @cached_property
    def n_of_annotator(self) -> Floats:
        """How many annotations each annotator gave; shape (annotators,)."""
        return np.bincount(self.annotator, minlength=self.n_annotators).astype(np.float64)

    @cached_property
    def cell(self) -> Codes:
        """For each annotation its place in a (tasks, labels) array read row by row."""
        return self.task * self.n_labels + self.label

    @cached_property
    def votes(self) -> Floats:
        """How often each label was given to each task; shape (tasks, labels)."""
        counts = np.bincount(self.cell, minlength=self.n_tasks * self.n_labels)
        return counts.astype(np.float64).reshape(self.n_tasks, self.n_labels)

    @cached_property
    def _pairs(self) -> tuple[Codes, Codes]:
        key = self.annotator * max(self.n_labels, 1) + self.label
        n_keys = self.n_annotators * self.n_labels
        if n_keys <= 4 * len(key) + 1024:  # then a table of all of them is cheaper than sorting
            there = np.bincount(key, minlength=n_keys) > 0
            place = np.cumsum(there) - 1
            return np.flatnonzero(there), place[key]
        distinct, place = np.unique(key, return_inverse=True)
        return distinct, place.astype(np.int64)

    @property
    def pair(self) -> Codes:
        """For each annotation, its pair of annotator and label."""
        return self._pairs[1]

    @cached_property
    def n_of_pair(self) -> Floats:
        """How often each annotator gave each label; shape (pairs,)."""
        return sum_by(self.pair, np.ones(self.n_annotations), self.n_pairs)

    @property
    def n_pairs(self) -> int:
        return len(self._pairs[0])

    @cached_property
    def pair_annotator(self) -> Codes:
        """The annotator of each pair; shape (pairs,)."""
        return self._pairs[0] // max(self.n_labels, 1)

    @cached_property
    def pair_label(self) -> Codes:
        """The label of each pair; shape (pairs,)."""
        return self._pairs[0] % max(self.n_labels, 1)

    @cached_property
    def pair_is_right(self) -> Mask:
        """Where the pair's label is the truth of the column; shape (pairs, labels)."""
        return np.equal(self.pair_label[:, None], np.arange(self.n_labels)[None, :])

    @cached_property
    def matrix(self) -> Any:
        """One row a task, one column a pair, a 1 for each annotation (SciPy CSR)."""
        from scipy.sparse import csr_matrix

        start = np.concatenate([[0], np.cumsum(self.n_of_task)]).astype(np.int32)
        ones = np.ones(self.n_annotations)
        return csr_matrix((ones, self.pair.astype(np.int32), start), shape=(self.n_tasks, self.n_pairs))

    @cached_property
    def transposed(self) -> Any:
        """``matrix`` by pair, so that counting reads each posterior in the order of tasks."""
        return self.matrix.T.tocsr()

    @cached_property
    def blocks(self) -> list[tuple[slice, Any]]:
        """The matrix cut into runs of tasks, each with the slice that it covers; a run stays in the fast cache."""
        starts = range(0, self.n_tasks, TASKS_OF_BLOCK)
        return [(slice(start, start + TASKS_OF_BLOCK), self.matrix[start : start + TASKS_OF_BLOCK]) for start in starts]

    def by_annotator(self, of_pair: Floats) -> Floats:
        """Sum over the labels that an annotator gave: from (pairs, labels) to (annotators, labels)."""
        return sum_rows(self.pair_annotator, of_pair, self.n_annotators)

    def by_label(self, of_pair: Floats) -> Floats:
        """Sum over annotators: from (pairs, labels) to (truth, label given)."""
        return sum_rows(self.pair_label, of_pair, self.n_labels).T

    def vote_shares(self) -> Floats:
        """The share of each label among the annotations of a task; all alike where there is none."""
        n = self.n_of_task[:, None]
        return np.where(n > 0, self.votes / np.maximum(n, 1.0), 1.0 / max(self.n_labels, 1))


def gold_codes(gold: Mapping[Any, Any] | None, table: CodedLabels) -> Codes | None:
    """The code of the true label of each task, -1 where it is not given; None without gold.

    Tasks that are not in the table are passed over. Raises ValueError for a label that no annotation has.
    """
    if not gold:
        return None
    label_of = {label: code for code, label in enumerate(table.labels)}
    codes = np.full(len(table.tasks), NO_GOLD, dtype=np.int64)
    for row, task in enumerate(table.tasks):
        if task in gold:
            if gold[task] not in label_of:
                raise ValueError(
                    f"gold says {gold[task]!r} for task {task!r}, a label that no annotation has; "
                    "leave the task out of gold, or correct the label."
                )
            codes[row] = label_of[gold[task]]
    return codes if bool((codes >= 0).any()) else None


def clamp(posterior: Floats, gold: Codes | None) -> Floats:
    """The posterior with certainty on gold tasks, in place."""
    if gold is not None:
        rows = np.flatnonzero(gold >= 0)
        posterior[rows] = 0.0
        posterior[rows, gold[rows]] = 1.0
    return posterior


def softmax(scores: Floats) -> tuple[Floats, Floats]:
    """Rows to probabilities, in place, and the log of what each row was divided by; shape (tasks,)."""
    if not scores.shape[1]:
        return scores, np.zeros(len(scores))
    highest = across(np.maximum, scores)
    scores -= highest[:, None]
    np.exp(scores, out=scores)
    total = across(np.add, scores)
    _divide_rows(scores, total)
    return scores, np.log(total) + highest


def share_out(beyond: Floats) -> tuple[Floats, Floats | float]:
    """The probabilities of all labels but the first, from log-probabilities relative to it; in place.

    ``beyond`` has shape (tasks, labels - 1). Gives the sum over all labels relative to the first, (tasks,), and what
    has to be added to its log: more than 0 only where that sum would be too large a number.
    """
    if not beyond.size:
        return np.ones(len(beyond)), 0.0
    shift: Floats | float = 0.0
    if max(float(beyond.max()), -float(beyond.min())) >= _LARGEST_EXPONENT:
        shift = np.maximum(across(np.maximum, beyond), 0.0)
        beyond -= shift[:, None]
    np.exp(beyond, out=beyond)
    total = across(np.add, beyond)
    total += np.exp(-shift)
    _divide_rows(beyond, total)
    return total, shift


def column_sums(rows: Floats) -> Floats:
    """The sum of each column of short rows, many times faster than ``sum(axis=0)``; in an order of its own."""
    n_rows, n_columns = rows.shape
    whole = n_rows // _ROWS_TOGETHER * _ROWS_TOGETHER
    together = rows[:whole].reshape(whole // _ROWS_TOGETHER, _ROWS_TOGETHER * n_columns).sum(axis=0)
    found: Floats = together.reshape(_ROWS_TOGETHER, n_columns).sum(axis=0) + rows[whole:].sum(axis=0)
    return found


def to_shares(scores: Floats) -> None:
    """Rows to probabilities, in place: :func:`softmax` for those who do not need what a row was divided by."""
    if not scores.size:
        return
    if max(float(scores.max()), -float(scores.min())) >= _LARGEST_EXPONENT:
        softmax(scores)
        return
    np.exp(scores, out=scores)
    _divide_rows(scores, across(np.add, scores))


def _divide_rows(rows: Floats, by: Floats) -> None:
    """Divide each row, in place: column by column where rows are short."""
    if rows.shape[1] > _SHORT_ROW:
        rows /= by[:, None]
        return
    for column in range(rows.shape[1]):
        rows[:, column] /= by


def across(combine: np.ufunc, rows: Floats) -> Floats:
    """Combine the columns of each row: column by column, which is many times faster than ``axis=1`` on short rows."""
    if rows.shape[1] > _SHORT_ROW:
        return np.asarray(combine.reduce(rows, axis=1), dtype=np.float64)
    out = rows[:, 0].copy()
    for column in range(1, rows.shape[1]):
        combine(out, rows[:, column], out=out)
    return out


def sum_rows(group: Codes, rows: Floats, n_groups: int) -> Floats:
    """Sum the rows of each group; columns one by one, in a fixed order."""
    out = np.zeros((n_groups, rows.shape[1]))
    for column in range(rows.shape[1]):
        out[:, column] = sum_by(group, rows[:, column], n_groups)
    return out
