"""Known truth, looked up for the tasks of a file as they pass."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes
from assay.kernel.columns import ColumnFileError
from assay.kernel.parquet_columns import arrow


class GoldTasks:
    """The tasks with known truth, as values of the type that the file has; of another type they are not in the file."""

    def __init__(self, gold: Mapping[Any, Any], type_: Any) -> None:
        pa = arrow()
        self._tasks: Any = pa.array([], type_)
        self._truth: list[tuple[Any, Any]] = []
        self._found = np.zeros(0, dtype=bool)
        for task, label in gold.items():
            try:
                value = pa.scalar(task, type_)
            except (pa.ArrowInvalid, pa.ArrowTypeError):
                continue
            if value.is_valid:
                self._truth.append((value.as_py(), label))
        if self._truth:
            self._tasks = pa.array([task for task, _ in self._truth], type_)
            self._found = np.zeros(len(self._truth), dtype=bool)

    @property
    def n_found(self) -> int:
        """How many of them were in the file so far."""
        return int(self._found.sum())

    def places(self, names: Any) -> Codes:
        """The place of each of these tasks among those with known truth, -1 for the others; empty without gold."""
        if not self._truth:
            return np.zeros(0, dtype=np.int64)
        pc = arrow("pyarrow.compute")
        place: Codes = pc.fill_null(pc.index_in(names, value_set=self._tasks), -1).to_numpy().astype(np.int64)
        self._found[place[place >= 0]] = True
        return place

    def label_codes(self, labels: Sequence[Hashable]) -> Codes:
        """The code of the true label at each place, and -1 behind the last.

        Raises :class:`ColumnFileError` for a true label, of a task in the file, that no annotation has.
        """
        code = {label: place for place, label in enumerate(labels)}
        for (task, label), found in zip(self._truth, self._found, strict=True):
            if found and label not in code:
                raise ColumnFileError(
                    f"gold says {label!r} for task {task!r}, a label that no annotation has.",
                    "Leave the task out of gold, or correct the label.",
                )
        return np.array([code.get(label, -1) for _, label in self._truth] + [-1], dtype=np.int64)
