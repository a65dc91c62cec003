"""Plain text: one task a line. Only read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from assay.formats.card import FormatCard
from assay.formats.rows import AnyRow, RefusedRow, Row, RowReader
from assay.formats.text_source import LINE_BYTES, TextSource, too_long
from assay.kernel.errors import UnsupportedFormat
from assay.labels import LabelConfig


class PlainText:
    """Reads ``.txt``."""

    id = "txt"
    card = FormatCard(
        id="txt",
        title="Plain text",
        description="One task a line.",
        extension="txt",
        media_type="text/plain",
        reads=True,
        writes=False,
        lossless=False,
        drops=("Plain text is only read: it has no place for annotations.",),
    )

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """``{text_key: line}`` for each line that is not blank; a CR at its end is not part of it."""
        source = TextSource(stream)
        return RowReader(source, _rows(source, text_key))

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """Raises UnsupportedFormat."""
        raise UnsupportedFormat("Plain text has no place for annotations.", action="Export JSONL or CSV.")


def _rows(source: TextSource, text_key: str) -> Iterator[AnyRow]:
    for number, written in source.lines(LINE_BYTES):
        if written is None:
            yield RefusedRow(number, "row", too_long(LINE_BYTES))
            continue
        line = written.removesuffix("\r")
        if not line or line.isspace():
            source.blank_lines += 1
        elif reason := source.fault(line):
            yield RefusedRow(number, "row", reason)
        elif "\0" in line:
            yield RefusedRow(number, "row", f"a NUL character at character {line.index(chr(0)) + 1}")
        else:
            yield Row(number, None, {text_key: line})
