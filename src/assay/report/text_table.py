"""Plain-text tables for a terminal or a log file."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_WIDEST_CELL = 40


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Columns lined up under their header; the first ``left`` columns and the last run to the left edge.

    Cells come from data: what cannot be printed (a terminal's control codes, too) is replaced, and a long cell
    is cut, except in the last column. East Asian wide characters count as two.

    >>> print(text_table(["PAIR", "TASKS", "WHY"], [["ann, ben", "4", ""], ["ann, cem", "12", "few"]]))
    PAIR      TASKS  WHY
    ann, ben      4
    ann, cem     12  few
    """
    last = len(header) - 1
    cells = ([cut(cell) for cell in row[:last]] + [printable(row[last])] for row in rows)
    lines = [list(header), *cells]
    widths = [max(width(line[column]) for line in lines) for column in range(len(header))]
    said = []
    for line in lines:
        padded = [_pad(cell, widths[column], left <= column < last) for column, cell in enumerate(line)]
        said.append("  ".join(padded).rstrip())
    return "\n".join(said)


def printable(text: str) -> str:
    """The text on one line, with everything that a terminal would act on replaced."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def cut(text: str, widest: int = _WIDEST_CELL) -> str:
    """The printable text, at most ``widest`` columns wide."""
    clean = printable(text)
    if width(clean) <= widest:
        return clean
    shorter = clean[: widest - 1]
    while width(shorter) >= widest:
        shorter = shorter[:-1]
    return shorter + "…"


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(cell: str, to: int, to_the_right: bool) -> str:
    space = " " * (to - width(cell))
    return space + cell if to_the_right else cell + space
