"""The first reading of a file: names to codes, annotations of a task kept together, and everything checked."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes, Mask
from assay.aggregation.streaming.order import TaskOrder
from assay.aggregation.streaming.source import Source
from assay.kernel.columns import ColumnFileError
from assay.kernel.parquet_columns import BATCH_ROWS, arrow

MISSING = -1


@dataclass
class Coder:
    """Distinct names in the order in which they come; None, NaN and empty text are missing."""

    place: dict[Hashable, int] = field(default_factory=dict)

    def codes(self, column: Any) -> Codes:
        """The place of each name of a pyarrow array, -1 for a missing one; shape (rows,)."""
        encoded = column.dictionary_encode()
        of_name = np.array([self._code(name) for name in encoded.dictionary.to_pylist()] + [MISSING], dtype=np.int64)
        index = arrow("pyarrow.compute").fill_null(encoded.indices, len(of_name) - 1)
        found: Codes = of_name[index.to_numpy(zero_copy_only=False)]
        return found

    def _code(self, name: Any) -> int:
        return MISSING if is_missing(name) else self.place.setdefault(name, len(self.place))

    def in_order(self) -> tuple[tuple[Hashable, ...], Codes]:
        """The names by size or by code point, and the new place of each old one."""
        names = list(self.place)
        order = sorted(range(len(names)), key=names.__getitem__)  # type: ignore[arg-type]
        new = np.empty(len(names), dtype=np.int64)
        new[order] = np.arange(len(names))
        return tuple(names[place] for place in order), new


def is_missing(name: Any) -> bool:
    """Whether it stands for nothing: None, NaN or the empty string."""
    return name is None or name == "" or name != name


@dataclass(frozen=True)
class Part:
    """Some whole tasks: their names (a pyarrow array), and their annotations that have a label, by task.

    ``task`` numbers the tasks of this part from 0; the other codes are those of the two coders.
    """

    names: Any
    task: Codes
    annotator: Codes
    label: Codes


@dataclass
class Coding:
    """One reading of a source; after it, the coders and the counts are complete."""

    source: Source
    annotators: Coder = field(default_factory=Coder)
    labels: Coder = field(default_factory=Coder)
    n_rows: int = 0
    n_missing: int = 0

    def parts(self, rows: int = BATCH_ROWS) -> Iterator[Part]:
        """Raises :class:`ColumnFileError` for a row without task or annotator, a task that comes back, and a second
        label of an annotator on a task; it names the row, counted from 1 without the header."""
        order, waiting = TaskOrder(), _Waiting(self)
        for tasks, annotators, labels in self.source.batches(rows):
            self._refuse_missing(tasks)
            starts = order.starts(tasks, self.n_rows)
            annotator = self.annotators.codes(annotators)
            if len(annotator) and annotator.min() < 0:
                self._refuse(int(np.argmin(annotator)), "annotator")
            label = self.labels.codes(labels)
            self.n_missing += int(np.count_nonzero(label < 0))
            yield from waiting.add(tasks, starts, annotator, label, self.n_rows)
            self.n_rows += len(tasks)
        yield from waiting.rest()
        if not self.n_rows:
            raise ColumnFileError("The file has no rows.", "Give one row for each annotation.")

    def _refuse_missing(self, tasks: Any) -> None:
        pa, pc = arrow(), arrow("pyarrow.compute")
        missing = pc.is_null(tasks, nan_is_null=True)
        if pa.types.is_large_string(tasks.type):
            missing = pc.or_(missing, pc.fill_null(pc.equal(tasks, ""), True))
        if pc.any(missing).as_py():
            self._refuse(pc.index(missing, True).as_py(), "task")

    def _refuse(self, place: int, what: str) -> None:
        raise ColumnFileError(
            f"Row {self.n_rows + place + 1} has no {what}.", f"Give every annotation its {what}, or leave the row out."
        )


class _Waiting:
    """Rows whose task may go on in the next batch."""

    def __init__(self, coding: Coding) -> None:
        self._coding = coding
        self._names: list[Any] = []
        self._columns: list[tuple[Mask, Codes, Codes, Codes]] = []

    def add(self, tasks: Any, starts: Mask, annotator: Codes, label: Codes, first_row: int) -> Iterator[Part]:
        pa = arrow()
        begins = np.flatnonzero(starts)
        row = np.arange(first_row, first_row + len(starts))
        if len(begins) and (self._columns or begins[-1] > 0):
            cut = int(begins[-1])
            self._keep(tasks.take(pa.array(begins[:-1])), starts, annotator, label, row, slice(0, cut))
            yield from self.rest()
            begins, rest = begins[-1:], slice(cut, None)
        else:
            rest = slice(0, None)
        self._keep(tasks.take(pa.array(begins)), starts, annotator, label, row, rest)

    def _keep(self, names: Any, starts: Mask, annotator: Codes, label: Codes, row: Codes, part: slice) -> None:
        if len(names):
            self._names.append(names)
        if len(starts[part]):
            self._columns.append((starts[part], annotator[part], label[part], row[part]))

    def rest(self) -> Iterator[Part]:
        """The tasks that are complete, as one part."""
        if not self._columns:
            return
        starts, annotator, label, row = (np.concatenate(column) for column in zip(*self._columns, strict=True))
        names = arrow().concat_arrays(self._names)
        self._names, self._columns = [], []
        task = np.cumsum(starts) - 1
        given = label >= 0
        if not given.all():
            task, annotator, label, row = task[given], annotator[given], label[given], row[given]
        self._refuse_twice(names, task, annotator, row)
        yield Part(names, task, annotator, label)

    def _refuse_twice(self, names: Any, task: Codes, annotator: Codes, row: Codes) -> None:
        width = max(len(self._coding.annotators.place), 1)
        key = task * width + annotator
        ordered = np.sort(key)
        if not (ordered[1:] == ordered[:-1]).any():
            return
        order = np.argsort(key, kind="stable")
        again = np.flatnonzero(key[order][1:] == key[order][:-1])
        first = again[np.argmin(row[order][again + 1])]
        here, there = order[first], order[first + 1]
        who = list(self._coding.annotators.place)[annotator[here]]
        raise ColumnFileError(
            f"Annotator {who!r} has two labels on task {names[int(task[here])].as_py()!r} "
            f"(rows {row[here] + 1} and {row[there] + 1}).",
            "Keep one label for each task and annotator, for example the latest.",
        )
