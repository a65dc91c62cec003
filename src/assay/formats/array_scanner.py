"""Walks over a JSON array element by element, without holding more of it than one element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from assay.formats.text_source import ROW_BYTES, TextSource, is_longer, too_long
from assay.kernel.errors import BadInput
from assay.kernel.json_text import Json, JsonFault, check_slice, loads, needs_check, raw_decode

_BLANKS: Final = re.compile(r"[ \t\n\r]*")
_MARK: Final = re.compile(r'["{}\[\],]')
_BETWEEN: Final = re.compile(r"[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_SLOW_AFTER_FAILURE: Final = 64
_STRING_END: Final = re.compile(r'(?:[^"\\]++|\\.)*+(")?', re.DOTALL)


@dataclass(slots=True)
class Broken:
    """In place of an element: why it cannot be read."""

    reason: str


class ArrayScanner:
    """The elements of the array in a text source; a single object counts as an array of one.

    Element after element is parsed out of a buffer. Where that fails, brackets and strings alone are
    followed to its end, so that one broken element does not spoil the next, and one that is too long
    is passed over without being held.
    """

    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._chunks = source.chunks()
        self._buffer = ""
        self._position = 0
        self._known_line = (0, 1)  # a position in the buffer, and the line it is on
        self._slow_elements = 0
        self._stopped = False

    def elements(self) -> Iterator[Json | Broken]:
        """Values, and Broken for what is none. Raises BadInput when the text is no list at all."""
        opening = self._peek()
        if opening == "{":
            yield self._element()
            end = "object"
        elif opening == "[":
            self._position += 1
            yield from self._inside()
            end = "list"
        elif not opening:
            return
        else:
            message = "The file does not hold a JSON list."
            raise BadInput(message, field="file", action="Send a list of objects: [{…}, {…}].")
        if not self._stopped and (more := self._peek()):
            hint = "; objects one after the other are JSON Lines (.jsonl)" if (end, more) == ("object", "{") else ""
            yield Broken(f"there is more text after the end of the {end} (line {self._line()}){hint}")

    def _inside(self) -> Iterator[Json | Broken]:
        """The elements up to the closing bracket, or up to where the list is broken."""
        if self._peek() == "]":
            self._position += 1
            return
        while self._peek() not in ("", "]", ","):
            yield self._element()
            while between := _BETWEEN.match(self._buffer, self._position):  # mostly, another object follows
                self._position = between.end()
                yield self._element()
            separator = self._peek()
            if separator not in ("]", ","):
                break
            self._position += 1
            if separator == "]":
                return
        self._stopped = True
        yield Broken(self._why_stopped())

    def _why_stopped(self) -> str:
        found = self._peek()
        if not found:
            return "the file ends before the list is closed; it may have been cut off"
        missing = "a value" if found in ",]" else "a comma"
        return f"{missing} is missing before {found!r} in line {self._line()}; nothing after it can be read"

    def _line(self) -> int:
        """The line of the position, counted on from where it was asked last."""
        position, line = self._known_line
        line += self._buffer.count("\n", position, self._position)
        self._known_line = (self._position, line)
        return line

    def _peek(self) -> str:
        """The next character that is not blank, or nothing at the end."""
        while True:
            blank = _BLANKS.match(self._buffer, self._position)
            if blank:
                self._position = blank.end()
            if self._position < len(self._buffer):
                return self._buffer[self._position]
            if not self._fill():
                return ""

    def _fill(self) -> bool:
        """Read a block more and forget what lies behind; False at the end of the file."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._known_line = (0, self._line())
        self._buffer = self._buffer[self._position :] + chunk
        self._position = 0
        return True

    def _element(self) -> Json | Broken:
        if self._slow_elements:
            self._slow_elements -= 1
            return self._slowly()
        buffer, start = self._buffer, self._position
        try:
            value, end = raw_decode(buffer, start)
        except (ValueError, RecursionError):
            return self._slowly(failed=True)
        # A number at the very end of the buffer may go on in the next block.
        if end == len(buffer) or end - start > ROW_BYTES // 4:
            return self._slowly()
        self._position = end
        if self._source.suspect or needs_check(buffer, start, end):
            return self._checked(buffer[start:end], value)
        return value

    def _checked(self, text: str, value: Json) -> Json | Broken:
        if reason := self._source.fault(text):
            return Broken(reason)
        try:
            check_slice(text, value)
        except JsonFault as fault:
            return Broken(fault.reason)
        return value

    def _slowly(self, *, failed: bool = False) -> Json | Broken:
        """The element, by finding its end first, across as many blocks as it takes."""
        line = self._line()
        search = _EndSearch()
        scanned, dropped = self._position, False
        while (end := search.feed(self._buffer, scanned)) is None:
            failed = False  # it was not broken, only not all there
            if len(self._buffer) - self._position > ROW_BYTES:
                self._position, dropped = len(self._buffer), True
            scanned = len(self._buffer) - self._position
            if not self._fill():
                end = len(self._buffer)
                break
        if failed:
            # To fail costs time in proportion to the buffer, so a run of broken elements must not try it each time.
            self._slow_elements = _SLOW_AFTER_FAILURE
        text = self._buffer[self._position : end]
        self._position = end
        if dropped or is_longer(text, ROW_BYTES):
            return Broken(f"{too_long(ROW_BYTES)}, or its brackets do not match (it begins in line {line})")
        return self._parsed(text, line)

    def _parsed(self, text: str, line: int) -> Json | Broken:
        if reason := self._source.fault(text):
            return Broken(reason)
        try:
            return loads(text)
        except JsonFault as fault:
            where = f"line {line + fault.line - 1}, character {fault.position + 1} of the row"
            return Broken(f"{fault.reason} ({where})")


class _EndSearch:
    """Finds where an element ends: the comma or bracket after it, outside of strings and brackets."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False

    def feed(self, text: str, position: int) -> int | None:
        """Go on at ``position``; where the element ends, or None when it goes on after this text."""
        while position < len(text):
            if self._in_string:
                position = self._string(text, position)
                continue
            found = _MARK.search(text, position)
            if found is None:
                return None
            mark = found.group()
            if self._depth == 0 and mark in ",]}":
                return found.start()
            position = found.end()
            if mark == '"':
                self._in_string = True
            elif mark in "{[":
                self._depth += 1
            elif mark in "}]":
                self._depth -= 1
        return None

    def _string(self, text: str, position: int) -> int:
        if self._escaped:
            position += 1
            self._escaped = False
        end = _STRING_END.match(text, position)
        if end is None:
            return len(text)
        if end.group(1):
            self._in_string = False
        elif end.end() < len(text):  # a backslash that is cut off from what it escapes
            self._escaped = True
            return len(text)
        return end.end()
