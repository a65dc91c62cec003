"""JSON Lines: one task a line. Assay's native format: what it writes, it reads back whole.

Source: https://jsonlines.org.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from assay.formats.card import FormatCard
from assay.formats.row_shape import RowShape
from assay.formats.rows import AnyRow, RefusedRow, RowReader
from assay.formats.text_source import ROW_BYTES, TextSource, too_long
from assay.kernel.json_text import JsonFault, loads, write_json
from assay.labels import LabelConfig


class Jsonl:
    """Reads and writes ``.jsonl``."""

    id = "jsonl"
    card = FormatCard(
        id="jsonl",
        title="JSON Lines",
        description="One task a line, with its annotations. Keeps everything.",
        extension="jsonl",
        media_type="application/jsonl",
        reads=True,
        writes=True,
        lossless=True,
    )

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """One row a line; blank lines are passed over."""
        source = TextSource(stream)
        return RowReader(source, _rows(source))

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """Each row as it is, on a line of its own."""
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            sink.write(write_json(row) + b"\n")
        return count


def _rows(source: TextSource) -> Iterator[AnyRow]:
    shape = RowShape()
    for number, line in source.lines(ROW_BYTES):
        if line is None:
            yield RefusedRow(number, "row", too_long(ROW_BYTES))
        elif not line or line.isspace():
            source.blank_lines += 1
        elif reason := source.fault(line):
            yield RefusedRow(number, "row", reason)
        else:
            try:
                value = loads(line)
            except JsonFault as fault:
                yield RefusedRow(number, "row", f"{fault.reason} (column {fault.column})")
            else:
                yield shape.row(number, value)
