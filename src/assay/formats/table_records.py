"""The records of a CSV or TSV file, one broken record at a time.

Python's csv module does the reading, strictly. Around it: lines are bounded; a record that cannot be
read costs its first line only, because the lines after an unclosed quote are read again.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from assay.formats.text_source import LINE_BYTES, TextSource, too_long

SECOND_LOOKS: Final = 20
"""How often lines after an unclosed quote are read again. Each may cost a megabyte of reading."""

_REASONS: Final = (
    ("unexpected end of data", "a quote is opened and not closed"),
    ("field larger than field limit", f"a cell is {too_long(LINE_BYTES)}, or a quote is opened and not closed"),
    ("expected after", "there is text after a closing quote; inside a quoted cell a quote is written twice"),
    ("new-line character", "a carriage return (CR) stands inside a cell without quotes"),
)


@dataclass(slots=True)
class Record:
    """A record: the line on which it begins, and its cells, or why it has none."""

    line: int
    cells: list[str]
    reason: str | None = None


class TableRecords:
    """Iterates over the records of a text source. Blank lines are counted and passed over."""

    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._lines = source.lines(LINE_BYTES)
        self._again: deque[tuple[int, str | None]] = deque()
        self._taken: list[tuple[int, str | None]] = []
        self._looks_left = SECOND_LOOKS
        self._bad_line: str | None = None

    def first_line(self) -> str:
        """The first line that is not blank, without taking it: for guessing the delimiter."""
        for number, line in self._lines:
            if line is None or line.strip():
                self._again.append((number, line))
                return line or ""
            self._source.blank_lines += 1
        return ""

    def records(self, delimiter: str) -> Iterator[Record]:
        """The records, in order."""
        if csv.field_size_limit() < LINE_BYTES:
            csv.field_size_limit(LINE_BYTES)
        reader = csv.reader(self._texts(), delimiter=delimiter, strict=True)
        while True:
            self._taken.clear()
            self._bad_line = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                reason = self._bad_line or next((why for what, why in _REASONS if what in str(fault)), str(fault))
                yield self._refused(reason)
                if not self._looks_left:
                    last = self._taken[-1][0] if self._taken else 0
                    yield Record(last, [], "too many quotes are not closed; the rest of the file was not read")
                    return
                reader = csv.reader(self._texts(), delimiter=delimiter, strict=True)
                continue
            if self._bad_line is not None:
                yield Record(self._taken[0][0], [], self._bad_line)
            elif cells:
                yield Record(self._taken[0][0], cells)
            else:
                self._source.blank_lines += 1

    def _texts(self) -> Iterator[str]:
        """Lines as the csv module wants them: with their ends."""
        while True:
            taken = self._again.popleft() if self._again else next(self._lines, None)
            if taken is None:
                return
            self._taken.append(taken)
            line = taken[1]
            if line is None:
                self._bad_line = too_long(LINE_BYTES)
                yield "\n"
                continue
            if "\0" in line or self._source.suspect:
                self._look_at(line)
            yield line + "\n"

    def _look_at(self, line: str) -> None:
        if "\0" in line:
            self._bad_line = f"a NUL character at character {line.index(chr(0)) + 1}"
        elif fault := self._source.fault(line):
            self._bad_line = fault

    def _refused(self, reason: str) -> Record:
        """The record's first line is lost; what was taken after it is put back."""
        first, *others = self._taken
        if others:
            self._looks_left -= 1
            self._again.extendleft(reversed(others))
        return Record(first[0], [], reason)
