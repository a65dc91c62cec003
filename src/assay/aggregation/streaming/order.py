"""That no task comes back, known without remembering tasks: names that rise in any order of all names are distinct."""

from __future__ import annotations

from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes, Mask
from assay.kernel.columns import ColumnFileError
from assay.kernel.parquet_columns import arrow


class TaskOrder:
    """Looks at task after task, and refuses the first that is out of order.

    Numbers may rise or fall; text may rise or fall by code point, or by length first ("t9" before "t10"). A file
    keeps to one of these throughout.
    """

    def __init__(self) -> None:
        self.last: Any = None
        self._possible: Mask | None = None

    def starts(self, tasks: Any, first_row: int) -> Mask:
        """Where a new task begins; shape (rows,). ``tasks`` is a pyarrow array of the next rows.

        Raises :class:`ColumnFileError` naming the row, counted from 1 at ``first_row`` = 0.
        """
        pa, pc = arrow(), arrow("pyarrow.compute")
        if not len(tasks):
            return np.zeros(0, dtype=bool)
        before = pa.concat_arrays([pa.array([self.last], tasks.type), tasks[:-1]])
        new = np.asarray(pc.fill_null(pc.not_equal(tasks, before), True).to_numpy(zero_copy_only=False), dtype=bool)
        rows = np.flatnonzero(new)
        if self.last is None and len(rows):
            rows = rows[1:]  # the first task of all follows nobody
        if len(rows):
            self._check(before.take(pa.array(rows)), tasks.take(pa.array(rows)), rows + first_row)
        self.last = tasks[-1].as_py()
        return new

    def _check(self, before: Any, after: Any, rows: Codes) -> None:
        kept = _orders(before, after)
        possible = np.ones(len(kept), dtype=bool) if self._possible is None else self._possible
        self._possible = possible & kept.all(axis=1)
        if not self._possible.any():
            broken_at = np.where(kept.all(axis=1), -1, kept.argmin(axis=1))
            place = int(broken_at[possible].max())
            raise ColumnFileError(
                f"Row {rows[place] + 1} has the task {after[place].as_py()!r} after {before[place].as_py()!r}, so the "
                "file is not sorted by task, and a task may come back.",
                "Sort it by task, or aggregate it in memory, where the order does not count.",
            )


def _orders(before: Any, after: Any) -> Mask:
    """Which orders each step from one task to another keeps; shape (orders, steps)."""
    pa, pc = arrow(), arrow("pyarrow.compute")
    rises = np.asarray(pc.greater(after, before).to_numpy(zero_copy_only=False), dtype=bool)
    if not (pa.types.is_large_string(after.type) or pa.types.is_string(after.type)):
        return np.stack([rises, ~rises])
    longer = pc.binary_length(after).to_numpy().astype(np.int64) - pc.binary_length(before).to_numpy()
    rises_by_length = (longer > 0) | ((longer == 0) & rises)
    return np.stack([rises, ~rises, rises_by_length, ~rises_by_length])
