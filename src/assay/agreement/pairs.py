"""Annotators two by two: for each pair, how often one gave label c where the other gave label d.

Memory and time grow with the pairs of annotations on the same task, never with the square of the number
of annotators: the confusion of a pair is kept as its non-empty cells only, and pairs of annotations are
walked in blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.label_table import LabelTable

_BLOCK = 4_000_000
_DENSE_CELLS = 2_000_000
_LARGEST_KEY = 2**62
# About 30 ns each where all cells fit into one small array, else 2 µs and 100 bytes.
MOST_COMPARISONS = 500_000_000
MOST_SCATTERED_COMPARISONS = 20_000_000


@dataclass(frozen=True)
class PairCells:
    """The non-empty cells of every pair's confusion, sorted by pair.

    ``a`` and ``b`` (shape (pairs,), a < b) are annotator codes of the pairs that share a task; for cell i,
    ``pair[i]`` is its pair, ``first[i]`` and ``second[i]`` the labels that a and b gave, ``count[i]`` on how
    many tasks. ``key`` (sorted) identifies a cell and is what ``cell_of`` looks up.
    """

    a: Codes
    b: Codes
    pair: Codes
    first: Codes
    second: Codes
    count: Codes
    key: Codes

    @property
    def n_pairs(self) -> int:
        return len(self.a)

    def by_pair(self, per_cell: Codes | Floats) -> Floats:
        """Sum a number for each cell over the cells of each pair; shape (pairs,)."""
        return sum_by(self.pair, per_cell, self.n_pairs)

    @cached_property
    def n_tasks(self) -> Floats:
        """How many tasks each pair shares."""
        return self.by_pair(self.count)

    @cached_property
    def same(self) -> Codes:
        """1 for a cell on the diagonal, else 0."""
        return np.asarray(self.first == self.second, dtype=np.int64)

    @cached_property
    def n_same(self) -> Floats:
        """On how many tasks each pair agrees."""
        return self.by_pair(self.count * self.same)

    def cell_of(self, key: Codes) -> Codes:
        """The place of each key among the cells."""
        place: Codes = np.searchsorted(self.key, key)
        return place


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Some pairs of annotations on the same task: their task, the two annotations, and their cell's key."""

    task: Codes
    first: Codes
    second: Codes
    key: Codes


def n_annotation_pairs(table: LabelTable) -> int:
    """How many pairs of annotations on the same task there are, so what walking them costs."""
    m = table.n_annotations_of_task
    return int((m * (m - 1) // 2).sum())


def _is_dense(table: LabelTable) -> bool:
    """Whether every possible cell fits into one array."""
    return (len(table.annotators) * len(table.labels)) ** 2 <= _DENSE_CELLS


def too_many_pairs(table: LabelTable) -> str | None:
    """Why the annotators of a table cannot be compared two by two within bounds, or None when they can."""
    n_comparisons = n_annotation_pairs(table)
    most = MOST_COMPARISONS if _is_dense(table) else MOST_SCATTERED_COMPARISONS
    if n_comparisons > most:
        return (
            f"It would compare {n_comparisons:,} pairs of annotations of {len(table.annotators):,} annotators; the "
            f"most is {most:,}. Choose fewer annotators."
        )
    if (len(table.annotators) * len(table.labels)) ** 2 > _LARGEST_KEY:
        return (
            f"{len(table.annotators):,} annotators with {len(table.labels):,} distinct labels are too many to compare "
            "two by two. Choose fewer annotators."
        )
    return None


def annotation_pairs(table: LabelTable) -> Iterator[PairBlock]:
    """Every pair of annotations on the same task, in blocks of bounded size.

    Raises ValueError when there are too many (see :func:`too_many_pairs`).
    """
    n_annotators, n_labels = len(table.annotators), len(table.labels)
    reason = too_many_pairs(table)
    if reason is not None:
        raise ValueError(reason)
    m = table.n_annotations_of_task
    start = np.concatenate(([0], np.cumsum(m)[:-1])) if len(m) else m
    for size in np.unique(m[m >= 2]):
        tasks = np.flatnonzero(m == size)
        i, j = np.triu_indices(int(size), 1)
        step = max(1, _BLOCK // len(i))
        for begin in range(0, len(tasks), step):
            chosen = tasks[begin : begin + step]
            first = (start[chosen][:, None] + i).ravel()
            second = (start[chosen][:, None] + j).ravel()
            # Annotations of a task are sorted by annotator, so a < b.
            pair = table.annotator_codes[first] * n_annotators + table.annotator_codes[second]
            key = (pair * n_labels + table.label_codes[first]) * n_labels + table.label_codes[second]
            yield PairBlock(np.repeat(chosen, len(i)), first, second, key)


def pair_cells(table: LabelTable) -> PairCells:
    """Count the confusion of every pair of annotators who share a task."""
    n_annotators, n_labels = len(table.annotators), len(table.labels)
    if _is_dense(table):
        size = n_annotators**2 * n_labels**2
        dense = np.zeros(size, dtype=np.int64)
        for block in annotation_pairs(table):
            dense += np.bincount(block.key, minlength=size)
        key = np.flatnonzero(dense)
        count = dense[key]
    else:
        parts = [np.unique(block.key, return_counts=True) for block in annotation_pairs(table)]
        keys = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, dtype=np.int64)
        counts = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, dtype=np.int64)
        key, place = np.unique(keys, return_inverse=True)
        count = sum_by(place, counts, len(key)).astype(np.int64)
    pair_key, cell = np.divmod(key, max(n_labels, 1) ** 2)
    first, second = np.divmod(cell, max(n_labels, 1))
    pairs, pair = np.unique(pair_key, return_inverse=True)
    a, b = np.divmod(pairs, max(n_annotators, 1))
    return PairCells(a, b, pair.astype(np.int64), first, second, count, key)
