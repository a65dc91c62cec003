"""The columns task, annotator and label of a Parquet file, a few rows at a time.

pyarrow is imported when a file is opened. Columns of text, whole numbers, numbers or yes/no are understood, plain or
dictionary-encoded; what is nested or has another type (a time, a decimal) is refused with the name of the column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from assay.kernel.columns import ColumnFileError, three_columns

BATCH_ROWS = 65_536
_READ_AT_ONCE = 2**20  # bytes of a column; without it a whole row group would be held
_WHAT = ("task", "annotator", "label")


@dataclass(frozen=True)
class ParquetColumns:
    """An open file. ``names`` and ``types`` (of pyarrow, without dictionaries) are of task, annotator and label."""

    path: Path
    names: tuple[str, str, str]
    types: tuple[Any, Any, Any]
    n_rows: int

    @property
    def columns_read(self) -> str:
        """Which columns these are, in words."""
        return ", ".join(f"{what} = {name}" for what, name in zip(_WHAT, self.names, strict=True))

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[tuple[Any, Any, Any]]:
        """Three pyarrow arrays of equal length at a time, in the order of the file, nulls kept.

        Raises :class:`ColumnFileError` where the file is damaged.
        """
        pa, pq = arrow(), arrow("pyarrow.parquet")
        try:
            with pq.ParquetFile(self.path, buffer_size=_READ_AT_ONCE, pre_buffer=False) as file:
                for batch in file.iter_batches(rows, columns=list(self.names), use_threads=False):
                    task, annotator, label = (plain(batch.column(name), self.path) for name in self.names)
                    yield task, annotator, label
        except (pa.ArrowException, OSError) as error:
            raise _damaged(error) from error


def open_parquet(path: str | Path, names: Sequence[str | None] = (None, None, None)) -> ParquetColumns:
    """Look at the header of a file. ``names`` are those of the columns of task, annotator, label; None: look for them.

    Raises :class:`ColumnFileError` naming the fix when it is no Parquet file, has no such columns, or columns of
    another type; ImportError when pyarrow is not installed; OSError when it cannot be opened.
    """
    pa, pq = arrow(), arrow("pyarrow.parquet")
    path = Path(path)
    with path.open("rb"):  # an OSError that says why, in the words of the system
        pass
    try:
        with pq.ParquetFile(path) as file:
            schema, n_rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _damaged(error) from error
    available = [field.name for field in schema]
    places = three_columns(available, names)
    found = (available[places[0]], available[places[1]], available[places[2]])
    types = (_type(schema.field(places[0])), _type(schema.field(places[1])), _type(schema.field(places[2])))
    return ParquetColumns(path, found, types, n_rows)


def arrow(module: str = "pyarrow") -> Any:
    """pyarrow, or a part of it, imported now. Raises ImportError naming the fix when it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError("Parquet files need pyarrow; install it (pip install pyarrow), or give CSV.") from error


def is_parquet(path: str | Path) -> bool:
    """Whether the file begins as Parquet files do, or is called so. OSError when it cannot be opened."""
    with Path(path).open("rb") as file:
        return file.read(4) == b"PAR1" or Path(path).suffix.casefold() in (".parquet", ".pq")


def plain(column: Any, path: Path) -> Any:
    """A column as one of four types: text, int64, double, boolean; dictionaries written out."""
    pa = arrow()
    type_ = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    try:
        return column.cast(type_).cast(_plain_type(type_))
    except pa.ArrowInvalid as error:
        raise ColumnFileError(f"{path} has a number that is too large ({error}).", "Save it as text.") from error


def _type(field: Any) -> Any:
    pa = arrow()
    type_ = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    found = _plain_type(type_)
    if found is None:
        raise ColumnFileError(
            f"The column {field.name!r} has the type {field.type}.", "Save it as text, or as whole numbers."
        )
    return found


def _plain_type(type_: Any) -> Any:
    pa = arrow()
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return pa.large_string()
    if pa.types.is_integer(type_):
        return pa.int64()
    if pa.types.is_floating(type_):
        return pa.float64()
    return pa.bool_() if pa.types.is_boolean(type_) else None


def _damaged(error: Exception) -> ColumnFileError:
    text = str(error).split("\n", 1)[0].rstrip(". ")
    return ColumnFileError(f"It cannot be read as a Parquet file ({text}).", "Check how it was written, or give CSV.")
