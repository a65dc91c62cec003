"""Write task, label, confidence to a CSV or Parquet file: whole, or not at all."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Hashable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

from assay.kernel.parquet_columns import arrow

COLUMNS = ("task", "label", "confidence")


class _Rows(Protocol):
    def add(
        self, tasks: Sequence[Hashable], labels: Sequence[Hashable], confidence: Sequence[float | None]
    ) -> None: ...
    def end(self) -> None: ...


class LabelWriter:
    """Rows go to another name first, and the file is renamed when all are there: nobody ever sees half of it.

    The name decides: ``.parquet`` or ``.pq`` is Parquet (columns of the types that come first; the confidence a
    double), anything else CSV in UTF-8 (confidence with six digits). Without a label or confidence the cell is empty
    (null). ``types`` are the pyarrow types of task and label, where they are known. Raises OSError when it cannot be
    written.
    """

    def __init__(self, path: str | Path, types: tuple[Any, Any] | None = None) -> None:
        self.path = Path(path)
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        self._file, self._name = os.fdopen(handle, "w+b"), Path(name)
        parquet = self.path.suffix.casefold() in (".parquet", ".pq")
        try:
            self._rows: _Rows = _Parquet(self._file, types) if parquet else _Csv(self._file)
        except BaseException:
            self._drop()
            raise

    def add(self, tasks: Sequence[Hashable], labels: Sequence[Hashable], confidence: Sequence[float | None]) -> None:
        """More rows. None is for no label, or no confidence."""
        self._rows.add(tasks, labels, confidence)

    def __enter__(self) -> LabelWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._rows.end()
                self._file.flush()
                os.fsync(self._file.fileno())
                self._name.chmod(0o666 & ~_umask())
                self._name.replace(self.path)
        finally:
            self._drop()

    def _drop(self) -> None:
        self._file.close()
        self._name.unlink(missing_ok=True)


class _Csv:
    def __init__(self, file: IO[bytes]) -> None:
        import io

        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, tasks: Sequence[Hashable], labels: Sequence[Hashable], confidence: Sequence[float | None]) -> None:
        said = ["" if each is None else f"{each:.6g}" for each in confidence]
        self._writer.writerows(zip(tasks, ["" if label is None else label for label in labels], said, strict=True))

    def end(self) -> None:
        self._text.flush()
        self._text.detach()


class _Parquet:
    def __init__(self, file: IO[bytes], types: tuple[Any, Any] | None) -> None:
        arrow("pyarrow.parquet")
        self._file, self._types = file, types
        self._writer: Any = None

    def add(self, tasks: Sequence[Hashable], labels: Sequence[Hashable], confidence: Sequence[float | None]) -> None:
        pa = arrow()
        types = self._types or (None, None)
        columns = [_typed(tasks, types[0]), _typed(labels, types[1]), pa.array(confidence, pa.float64())]
        batch = pa.record_batch(columns, names=list(COLUMNS))
        if self._writer is None:
            self._types = (batch.schema.types[0], batch.schema.types[1])
            self._writer = arrow("pyarrow.parquet").ParquetWriter(self._file, batch.schema)
        self._writer.write_batch(batch)

    def end(self) -> None:
        if self._writer is None:
            self.add([], [], [])
        self._writer.close()


def _typed(values: Sequence[Hashable], type_: Any) -> Any:
    pa = arrow()
    column = pa.array(values, type_)
    return column.cast(pa.string()) if pa.types.is_null(column.type) else column


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
