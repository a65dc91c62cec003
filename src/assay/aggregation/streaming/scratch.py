"""Codes on disk: a temporary file that goes away by itself, written once and read from the start again and again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.kernel.parquet_columns import arrow

Small = npt.NDArray[np.int32]


class Scratch:
    """Groups of integer arrays, of 4 bytes an entry, in the order in which they were added."""

    def __init__(self, folder: Path, n_arrays: int) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".assay-")  # noqa: SIM115 closed by close()
        self._n_arrays = n_arrays

    def add(self, *arrays: npt.NDArray[Any]) -> None:
        """One more group."""
        np.array([len(array) for array in arrays], dtype=np.int64).tofile(self._file)
        for array in arrays:
            array.astype(np.int32, copy=False).tofile(self._file)

    def __iter__(self) -> Iterator[tuple[Small, ...]]:
        self._file.seek(0)
        while len(lengths := np.fromfile(self._file, dtype=np.int64, count=self._n_arrays)):
            yield tuple(np.fromfile(self._file, dtype=np.int32, count=int(length)) for length in lengths)

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


class Names:
    """The tasks in their order, kept on disk as what they are: text or numbers."""

    def __init__(self, folder: Path, type_: Any) -> None:
        pa = arrow()
        self._file = tempfile.TemporaryFile(dir=folder, prefix=".assay-")  # noqa: SIM115 closed by close()
        self._schema = pa.schema([("task", type_)])
        self._writer = pa.ipc.new_stream(self._file, self._schema)
        self._batches: Iterator[Any] = iter(())
        self._current: Any = None
        self._place = 0

    def add(self, names: Any) -> None:
        """The next tasks, as a pyarrow array."""
        self._writer.write_batch(arrow().record_batch([names], schema=self._schema))

    def first(self) -> None:
        """Nothing more is added: read from the first task on."""
        self._writer.close()
        self._file.seek(0)
        self._batches = iter(arrow().ipc.open_stream(self._file))
        self._current, self._place = None, 0

    def next(self, n: int) -> Any:
        """The next ``n`` tasks, which were added together."""
        if self._current is None or self._place >= len(self._current):
            self._current, self._place = next(self._batches).column(0), 0
        found = self._current.slice(self._place, n)
        self._place += n
        return found

    def close(self) -> None:
        """Give the space back."""
        self._file.close()
