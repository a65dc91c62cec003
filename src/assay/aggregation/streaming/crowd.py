"""Annotations that stay on disk, read block by block; in memory is only what belongs to annotators and labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.crowd import TASKS_OF_BLOCK, sum_rows
from assay.aggregation.streaming.coding import Coding
from assay.aggregation.streaming.gold import GoldTasks
from assay.aggregation.streaming.scratch import Names, Scratch, Small
from assay.aggregation.streaming.source import Source
from assay.kernel.columns import ColumnFileError
from assay.kernel.parquet_columns import BATCH_ROWS

_LARGEST_POSTERIOR = 2**20  # of a block
_LARGEST_MODEL = 2**27
_LABEL_BITS = 31
_LABEL_MASK = 2**_LABEL_BITS - 1


@dataclass(frozen=True)
class Block:
    """Some tasks of a crowd.

    ``pair`` (annotations,) is sorted by task; ``n_of_task`` has shape (tasks,), and so has ``gold``: the code of the
    true label, -1 where it is not known, or None.
    """

    crowd: StreamedCrowd
    pair: Codes
    n_of_task: Codes
    gold: Codes | None

    @property
    def n_tasks(self) -> int:
        return len(self.n_of_task)

    @property
    def n_labels(self) -> int:
        return self.crowd.n_labels

    @property
    def n_annotators(self) -> int:
        return self.crowd.n_annotators

    @cached_property
    def annotator(self) -> Codes:
        """Who gave each annotation."""
        return self.crowd.pair_annotator[self.pair]

    @cached_property
    def task(self) -> Codes:
        """The task of each annotation, numbered within the block."""
        return np.repeat(np.arange(self.n_tasks), self.n_of_task)

    @cached_property
    def cell(self) -> Codes:
        """For each annotation its place in a (tasks, labels) array read row by row."""
        return self.task * self.crowd.n_labels + self.crowd.pair_label[self.pair]

    @cached_property
    def votes(self) -> Floats:
        """How often each label was given to each task; shape (tasks, labels)."""
        counts = np.bincount(self.cell, minlength=self.n_tasks * self.crowd.n_labels)
        return counts.astype(np.float64).reshape(self.n_tasks, self.crowd.n_labels)

    def vote_shares(self) -> Floats:
        """The share of each label among the annotations of a task; all alike where there is none."""
        n = self.n_of_task[:, None]
        return np.where(n > 0, self.votes / np.maximum(n, 1), 1.0 / max(self.crowd.n_labels, 1))

    @property
    def matrix(self) -> Any:
        """One row a task, one column a pair, a 1 for each annotation (SciPy CSR)."""
        from scipy.sparse import csr_matrix

        start = np.concatenate([[0], np.cumsum(self.n_of_task)]).astype(np.int32)
        ones = np.ones(len(self.pair))
        return csr_matrix((ones, self.pair.astype(np.int32), start), shape=(self.n_tasks, self.crowd.n_pairs))


class StreamedCrowd:
    """A source, read once, checked, and coded into scratch files in ``folder``; closing it removes them.

    Raises :class:`ColumnFileError` as :meth:`Coding.parts` does, for a gold label that no annotation has, and when
    a model of all annotators would not fit into memory.
    """

    def __init__(self, source: Source, folder: Path, gold: Mapping[Any, Any] | None, rows: int = BATCH_ROWS) -> None:
        self.n_tasks = self.n_annotations = 0
        self._open = ExitStack()
        try:
            self._read(source, folder, gold, rows)
        except BaseException:
            self.close()
            raise

    @property
    def n_annotators(self) -> int:
        return len(self.annotators)

    @property
    def n_labels(self) -> int:
        return len(self.labels)

    @property
    def n_pairs(self) -> int:
        return len(self.pair_annotator)

    @cached_property
    def n_of_annotator(self) -> Floats:
        """How many annotations each annotator gave; shape (annotators,)."""
        return sum_by(self.pair_annotator, self.n_of_pair, self.n_annotators)

    @cached_property
    def n_of_label(self) -> Codes:
        """How often each label was given; shape (labels,)."""
        return sum_by(self.pair_label, self.n_of_pair, self.n_labels).astype(np.int64)

    def by_annotator(self, of_pair: Floats) -> Floats:
        """Sum over the labels that an annotator gave: from (pairs, labels) to (annotators, labels)."""
        return sum_rows(self.pair_annotator, of_pair, self.n_annotators)

    def blocks(self) -> Iterator[Block]:
        """All tasks, from the first on."""
        for n_of_task, pair, gold in self._codes:
            yield Block(
                self, pair.astype(np.int64), n_of_task.astype(np.int64), gold.astype(np.int64) if len(gold) else None
            )

    def named_blocks(self) -> Iterator[tuple[Any, Block]]:
        """All tasks, each block with the names of its tasks as a pyarrow array; once only."""
        self._names.first()
        return ((self._names.next(block.n_tasks), block) for block in self.blocks())

    def close(self) -> None:
        """Give the space on disk back."""
        self._open.close()

    def __enter__(self) -> StreamedCrowd:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _read(self, source: Source, folder: Path, gold: Mapping[Any, Any] | None, rows: int) -> None:
        coding, known = Coding(source), GoldTasks(gold or {}, source.types[0])
        with closing(Scratch(folder, 4)) as first:
            self._names = Names(folder, source.types[0])
            self._open.callback(self._names.close)
            used: Codes = np.zeros(0, dtype=np.int64)
            for part in coding.parts(rows):
                self._names.add(part.names)
                n_of_task = np.bincount(part.task, minlength=len(part.names))
                first.add(n_of_task, part.annotator, part.label, known.places(part.names))
                used = np.union1d(used, part.annotator << _LABEL_BITS | part.label)
                self.n_tasks += len(part.names)
                self.n_annotations += len(part.task)
            self.n_missing = coding.n_missing
            self.annotators, new_annotator = coding.annotators.in_order()
            self.labels, new_label = coding.labels.in_order()
            keys = np.sort(self._key(new_annotator[used >> _LABEL_BITS], new_label[used & _LABEL_MASK]))
            self.pair_annotator, self.pair_label = keys // max(self.n_labels, 1), keys % max(self.n_labels, 1)
            self._refuse_too_large()
            gold_label = known.label_codes(self.labels)
            self._codes = Scratch(folder, 3)
            self._open.callback(self._codes.close)
            self.n_of_pair = np.zeros(self.n_pairs)
            for n_given, annotator, label, truth in first:
                pair = np.searchsorted(keys, self._key(new_annotator[annotator], new_label[label]))
                self._add(n_given, pair, gold_label[truth] if len(truth) else gold_label[:0])
        self.n_gold = known.n_found

    def _key(self, annotator: Codes, label: Codes) -> Codes:
        key: Codes = annotator * max(self.n_labels, 1) + label
        return key

    def _add(self, n_of_task: Small, pair: Codes, gold: Codes) -> None:
        """Tasks in blocks whose posterior stays in the fast cache; annotations of a task in the order of pairs."""
        task = np.repeat(np.arange(len(n_of_task)), n_of_task)
        pair = pair[np.argsort(task * max(self.n_pairs, 1) + pair, kind="stable")]
        self.n_of_pair += np.bincount(pair, minlength=self.n_pairs)
        end = np.concatenate([[0], np.cumsum(n_of_task)])
        size = max(1, min(TASKS_OF_BLOCK, _LARGEST_POSTERIOR // max(self.n_labels, 1)))
        for start in range(0, len(n_of_task), size):
            stop = min(start + size, len(n_of_task))
            self._codes.add(n_of_task[start:stop], pair[end[start] : end[stop]], gold[start:stop])

    def _refuse_too_large(self) -> None:
        if self.n_pairs * self.n_labels > _LARGEST_MODEL:
            raise ColumnFileError(
                f"There are {self.n_annotators:,} annotators and {self.n_labels:,} labels, and a model of all of them "
                "does not fit into memory.",
                "Check that the column of labels has labels; use majority for so many.",
            )
