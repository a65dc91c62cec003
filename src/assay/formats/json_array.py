"""A JSON array of tasks, read without holding the array.

Source: RFC 8259, read strictly (see :mod:`assay.kernel.json_text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from assay.formats.array_scanner import ArrayScanner, Broken
from assay.formats.card import FormatCard
from assay.formats.row_shape import RowShape
from assay.formats.rows import AnyRow, RefusedRow, RowReader
from assay.formats.text_source import TextSource
from assay.kernel.json_text import Json, write_json
from assay.labels import LabelConfig


class JsonArray:
    """Reads and writes ``.json``."""

    id = "json"
    card = FormatCard(
        id="json",
        title="JSON",
        description="One array of tasks with their annotations. Keeps everything.",
        extension="json",
        media_type="application/json",
        reads=True,
        writes=True,
        lossless=True,
    )

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """One row an element; a single object is one row."""
        return read_array(stream)

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """Each row as it is, on a line of its own inside the array."""
        return write_array(rows, sink)


def read_array(stream: BinaryIO) -> RowReader:
    """The rows of a JSON array."""
    source = TextSource(stream)
    return RowReader(source, _rows(source))


def write_array(rows: Iterable[Json], sink: BinaryIO) -> int:
    """Write JSON values as an array, streamed; returns how many."""
    count = 0
    sink.write(b"[")
    for row in rows:
        sink.write((b",\n" if count else b"\n") + write_json(row))
        count += 1
    sink.write(b"\n]\n")
    return count


def _rows(source: TextSource) -> Iterator[AnyRow]:
    shape = RowShape()
    for number, element in enumerate(ArrayScanner(source).elements(), start=1):
        if isinstance(element, Broken):
            yield RefusedRow(number, "row", element.reason)
        else:
            yield shape.row(number, element)
