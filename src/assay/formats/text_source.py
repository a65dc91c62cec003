"""Bytes of a file as text and lines, with bounded memory and a position.

UTF-8 with or without a byte-order mark, and UTF-16 with one. Bytes that are not valid stay visible as
lone surrogates, so that the row that holds them can be refused and the rest be read.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final, Literal, TypeAlias

from assay.kernel.limits import MEGABYTE, TASK_BYTES

BLOCK_BYTES: Final = 256 * 1024
ROW_BYTES: Final = 16 * MEGABYTE
"""The longest row of a JSON format: a task with all its annotations."""
LINE_BYTES: Final = TASK_BYTES
"""The longest line of a text or table format."""

Encoding: TypeAlias = Literal["utf-8", "utf-16-le", "utf-16-be"]

_MARKS: Final[tuple[tuple[bytes, Encoding], ...]] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HALF_A_CHARACTER: Final = "\udcff"
_ESCAPED_BYTES: Final = range(0xDC80, 0xDD00)


def encoding_of(head: bytes) -> tuple[Encoding, int]:
    """The encoding that the first bytes declare, and the length of their mark.

    >>> encoding_of(b"text"), encoding_of(codecs.BOM_UTF16_LE + b"t")
    (('utf-8', 0), ('utf-16-le', 2))
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


class TextSource:
    """Reads a binary stream once, from where it stands."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.encoding: Encoding = "utf-8"
        self.bytes_read = 0
        self.blank_lines = 0
        self.suspect = False
        """Whether text given so far may hold lone surrogates, and lines need :meth:`fault`."""

    def chunks(self) -> Iterator[str]:
        """The text, in pieces of about a block; a piece never ends inside a character."""
        data = self._read()
        self.encoding, mark = encoding_of(data)
        self.suspect = self.encoding != "utf-8"
        data = data[mark:]
        while True:
            block = self._read()
            text, used = self._decode(data, final=not block)
            if text:
                yield text
            if not block:
                return
            data = data[used:] + block

    def _read(self) -> bytes:
        block = self._stream.read(BLOCK_BYTES)
        self.bytes_read += len(block)
        return block

    def _decode(self, data: bytes, *, final: bool) -> tuple[str, int]:
        if self.encoding == "utf-8":
            try:
                return codecs.utf_8_decode(data, "strict", final)
            except UnicodeDecodeError:
                self.suspect = True
                return codecs.utf_8_decode(data, "surrogateescape", final)
        decode = codecs.utf_16_le_decode if self.encoding == "utf-16-le" else codecs.utf_16_be_decode
        text, used = decode(data, "surrogatepass", False)
        if final and used < len(data):
            text += _HALF_A_CHARACTER
        return text, used

    def lines(self, most_bytes: int) -> Iterator[tuple[int, str | None]]:
        r"""Line numbers from 1, with the line without its ``\n``; None for a line that is too long.

        Of a line that is too long no more than the limit is held.
        """
        number = 0
        rest, too_long = "", False
        for chunk in self.chunks():
            first, *others = chunk.split("\n")
            if not too_long:
                rest += first
                too_long = is_longer(rest, most_bytes)
            if not others:
                rest = "" if too_long else rest
                continue
            number += 1
            yield number, None if too_long else rest
            rest, too_long = others.pop(), False
            for line in others:
                number += 1
                yield number, line
        if rest or too_long:
            yield number + 1, None if too_long else rest

    def fault(self, text: str) -> str | None:
        """Why this text is not Unicode, or None. Cheap to ask when ``suspect`` is false."""
        if not self.suspect or text.isascii():
            return None
        try:
            text.encode()
        except UnicodeEncodeError as error:
            code, position = ord(text[error.start]), error.start + 1
            if self.encoding == "utf-8" and code in _ESCAPED_BYTES:
                return f"byte 0x{code - 0xDC00:02X} at character {position} is not UTF-8; save the file as UTF-8"
            return f"half of a character (a lone surrogate) at character {position}"
        return None


def is_longer(text: str, most_bytes: int) -> bool:
    """Whether the text is longer than that in UTF-8."""
    if len(text) * 4 <= most_bytes:
        return False
    return len(text) > most_bytes or len(text.encode("utf-8", "surrogatepass")) > most_bytes


def too_long(most_bytes: int) -> str:
    """The reason for refusing such a line or row."""
    return f"longer than {most_bytes // MEGABYTE} MB"
