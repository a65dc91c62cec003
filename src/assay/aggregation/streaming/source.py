"""A file of annotations sorted by task, read once from the first row to the last."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assay.kernel.columns import MISSING_CELLS, ColumnFileError, three_columns
from assay.kernel.parquet_columns import BATCH_ROWS, arrow, is_parquet, open_parquet

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_HEADER = 2**20
_BLOCK_BYTES = 2**22


class Source(Protocol):
    """Columns of task, annotator and label. ``types`` are of pyarrow: large_string, int64, double or bool."""

    @property
    def types(self) -> tuple[Any, Any, Any]: ...
    @property
    def columns_read(self) -> str: ...

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[tuple[Any, Any, Any]]:
        """Three arrays of equal length at a time."""
        ...


def open_source(path: str | Path, names: Sequence[str | None] = (None, None, None)) -> Source:
    """A Parquet file, or else a CSV or TSV file with one row an annotation.

    Raises :class:`ColumnFileError` naming the fix; ImportError without pyarrow; OSError when it cannot be opened.
    """
    return open_parquet(path, names) if is_parquet(path) else _open_csv(Path(path), names)


@dataclass(frozen=True)
class CsvColumns:
    """A text file: names and labels without outer spaces, and labels that are empty, NA, NaN or null missing."""

    path: Path
    names: tuple[str, str, str]
    delimiter: str
    header: tuple[str, ...]

    @property
    def types(self) -> tuple[Any, Any, Any]:
        text = arrow().large_string()
        return text, text, text

    @property
    def columns_read(self) -> str:
        return ", ".join(
            f"{what} = {name}" for what, name in zip(("task", "annotator", "label"), self.names, strict=True)
        )

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[tuple[Any, Any, Any]]:
        """Three arrays of text at a time."""
        pa, reading, pc = arrow(), arrow("pyarrow.csv"), arrow("pyarrow.compute")
        missing = pa.array(sorted(MISSING_CELLS), pa.large_string())
        numbered = [str(place) for place in range(len(self.header))]  # two ignored columns may have one name
        places = [self.header.index(name) for name in self.names]
        try:
            with reading.open_csv(
                self.path,
                read_options=reading.ReadOptions(
                    use_threads=False, block_size=_BLOCK_BYTES, column_names=numbered, skip_rows_after_names=1
                ),
                parse_options=reading.ParseOptions(delimiter=self.delimiter, newlines_in_values=True),
                convert_options=reading.ConvertOptions(
                    include_columns=[numbered[place] for place in places],
                    column_types={name: pa.large_string() for name in numbered},
                    strings_can_be_null=False,
                ),
            ) as file:
                for batch in file:
                    task, annotator, label = (pc.utf8_trim_whitespace(column) for column in batch.columns)
                    label = pc.if_else(pc.is_in(label, value_set=missing), pa.scalar(None, pa.large_string()), label)
                    yield task, annotator, label
        except pa.ArrowException as error:
            text = str(error).split("\n", 1)[0].rstrip(". ")
            raise ColumnFileError(f"It cannot be read as CSV ({text}).", "Correct that row.") from error


def _open_csv(path: Path, names: Sequence[str | None]) -> CsvColumns:
    arrow()
    with path.open("rb") as file:
        start = file.read(_LONGEST_HEADER)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ColumnFileError("The file is UTF-16 text, which cannot be streamed.", "Save it with the encoding UTF-8.")
    text = start.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise ColumnFileError("The file is empty.", "Give a header line and one line for each annotation.")
    line = text.splitlines()[0]
    delimiter = max(_DELIMITERS, key=line.count)
    header = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter), []))
    task, annotator, label = three_columns(header, names)
    return CsvColumns(path, (header[task], header[annotator], header[label]), delimiter, header)
