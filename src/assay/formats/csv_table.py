"""CSV and TSV: one task a line in, one annotation a line out.

In: the first line names the columns, each row is a task whose data are its cells, as text. The delimiter
of ``.csv`` is a comma or, where the first line has more of them, a semicolon; ``.tsv`` has tabs. A table
that Assay wrote itself is recognized by its columns and read back with its annotations.

Out: see :mod:`assay.formats.annotation_table`.

Source: RFC 4180.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from assay.formats.annotation_table import is_annotation_table, read_annotation_table, write_annotation_table
from assay.formats.card import FormatCard
from assay.formats.row_shape import RowShape
from assay.formats.rows import AnyRow, RefusedRow, RowReader
from assay.formats.table_records import Record, TableRecords
from assay.formats.text_source import TextSource
from assay.kernel.errors import BadInput
from assay.kernel.json_text import quoted
from assay.kernel.limits import TASK_DATA_KEYS
from assay.labels import LabelConfig

_LOSES: Final = ("skips", "times", "targets", "priority", "stratum", "score")
_DROPS: Final = (
    "Of a task: its target, its time of creation, its skips and other notes beside the data.",
    "Of an annotation: its submission id, the time of receipt and the time measured by the server.",
    "Of a majority: the share of the annotations behind it.",
)


class TableFormat:
    """Reads and writes tables with one delimiter."""

    def __init__(self, card: FormatCard, delimiter: str) -> None:
        self.card = card
        self._delimiter = delimiter

    @property
    def id(self) -> str:
        """The id of the card."""
        return self.card.id

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """One row a record. BadInput (field ``header``) for column names that are missing, empty or used twice."""
        source = TextSource(stream)
        return RowReader(source, _rows(source, self._delimiter))

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """One record an annotation; a task without any has one record of its own."""
        return write_annotation_table(rows, sink, delimiter=self._delimiter, config=config, raw=raw)


CSV: Final = TableFormat(
    FormatCard(
        id="csv",
        title="CSV",
        description="A table for spreadsheets and data frames: one line an annotation.",
        extension="csv",
        media_type="text/csv",
        reads=True,
        writes=True,
        lossless=False,
        drops=_DROPS,
        loses=_LOSES,
    ),
    delimiter=",",
)

TSV: Final = TableFormat(
    FormatCard(
        id="tsv",
        title="TSV",
        description="The same table with tabs between the cells.",
        extension="tsv",
        media_type="text/tab-separated-values",
        reads=True,
        writes=True,
        lossless=False,
        drops=_DROPS,
        loses=_LOSES,
    ),
    delimiter="\t",
)


def _rows(source: TextSource, delimiter: str) -> Iterator[AnyRow]:
    records = TableRecords(source)
    first_line = records.first_line()
    if delimiter == "," and first_line.count(";") > first_line.count(","):
        delimiter = ";"
    cells = records.records(delimiter)
    first = next(cells, None)
    if first is None:
        return
    header = _checked_header(first)
    if is_annotation_table(header):
        yield from read_annotation_table(header, _even(cells, len(header)))
        return
    shape = RowShape()
    for record in _even(cells, len(header)):
        if record.reason is not None:
            yield RefusedRow(record.line, "row", record.reason)
        else:
            yield shape.flat(record.line, dict(zip(header, record.cells, strict=True)))


def _checked_header(first: Record) -> list[str]:
    header = first.cells
    reason = first.reason
    action = "The first line must name the columns, each once."
    if reason and "carriage return" in reason:
        action = "The lines end with CR alone; save the file with LF or CRLF line ends."
    elif not reason and len(header) > TASK_DATA_KEYS:
        reason = f"it names {len(header):,} columns; at most {TASK_DATA_KEYS:,} are allowed"
    elif not reason:
        reason = _fault_of_names(header)
    if reason:
        message = f"Line {first.line}, the header, cannot be used: {reason}."
        raise BadInput(message, field="header", action=action, details={"line": first.line})
    return header


def _fault_of_names(header: list[str]) -> str | None:
    seen: dict[str, int] = {}
    for number, name in enumerate(header, start=1):
        if not name.strip():
            return f"column {number} has no name"
        if name in seen:
            return f"columns {seen[name]} and {number} are both called {quoted(name)}"
        seen[name] = number
    return None


def _even(records: Iterator[Record], columns: int) -> Iterator[Record]:
    """The records, those with another number of cells than the header refused."""
    for record in records:
        found = len(record.cells)
        if record.reason is None and found != columns:
            reason = f"{found} cells, and the header names {columns} columns"
            yield Record(record.line, [], reason)
        else:
            yield record
