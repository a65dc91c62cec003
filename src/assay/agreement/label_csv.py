"""Read a table of labels from a CSV or TSV file, in either of the two shapes that people have."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from assay.agreement.label_table import DuplicateLabel, LabelTable
from assay.agreement.names import quoted
from assay.kernel import columns
from assay.kernel.columns import MISSING_CELLS, ColumnFileError

_DELIMITERS = (",", ";", "\t", "|")
_ANNOTATOR_COLUMN = re.compile(r"(annotator|worker|rater|coder|user)[ _-]?.+", re.IGNORECASE)
_LARGEST_CELL = 16 * 2**20


class LabelFileError(ColumnFileError):
    """A file of labels that cannot be read: where (``line`` from 1, ``column``), what is wrong, and ``action``."""

    def __init__(self, message: str, action: str, *, line: int | None = None, column: str | None = None) -> None:
        self.line, self.column = line, column
        super().__init__(message, action)


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A label table, and in words which columns it was read from."""

    table: LabelTable
    columns_read: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """The header, and each row with the line that it starts on."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def read_label_csv(path: str | Path) -> LabelFile:
    """Read labels from a file.

    Two shapes are understood, by the header (upper case and outer spaces do not count):

    - one row an annotation: ``task,annotator,label`` in any order, other columns ignored. ``task`` may be
      called task_id, item, item_id, id; ``annotator`` annotator_id, worker, worker_id, rater, coder, user;
      ``label`` annotation, value, answer. Of several, the first in this list is used.
    - one column an annotator: ``task_id,ann,ben,...``. When at least two columns start with annotator, worker,
      rater, coder or user, only these are read. Without a column named as above for tasks, rows are numbered.

    UTF-8 (with or without byte order mark) or UTF-16 with one; delimited by comma, semicolon, tab or bar;
    quoted cells may hold delimiters and line breaks. A label is the cell's text without outer spaces, and is
    never taken as a number: "1" and "1.0" differ. Cells that are empty, NA, NaN or null are missing labels.

    Raises :class:`LabelFileError` naming line, column and fix; OSError when the file cannot be opened.
    """
    return parse_label_csv(Path(path).read_bytes())


def parse_label_csv(content: bytes) -> LabelFile:
    """The same as :func:`read_label_csv`, from the bytes of a file."""
    text = _decode(content)
    if not text.strip():
        raise LabelFileError("The file is empty.", "Give a header line and one line for each annotation.")
    with _large_cells():
        source = _split(text)
        header = [name.strip() for name in source.header]
        if len(header) < 2:
            raise LabelFileError(
                f"The file has one column ({quoted(header[0])}).",
                "Separate the columns task, annotator and label by commas, semicolons or tabs.",
                line=1,
            )
        _refuse_repeated(header)
        annotator = columns.find_column(header, columns.ANNOTATOR)
        label = columns.find_column(header, columns.LABEL)
        if annotator is None and label is None:
            return _read_wide(header, source.rows)
        return _read_long(header, source.rows, annotator, label)


def _read_long(
    header: list[str], rows: Iterator[tuple[int, list[str]]], annotator: int | None, label: int | None
) -> LabelFile:
    task = columns.find_column(header, columns.TASK)
    found = {"task": task, "annotator": annotator, "label": label}
    missing = [name for name, place in found.items() if place is None]
    if task is None or annotator is None or label is None:
        raise LabelFileError(
            f"There is no column for {' and '.join(missing)}; the header is: {', '.join(header)}.",
            "Name the columns task, annotator and label, or give one column an annotator "
            "(task_id, annotator_A, annotator_B, ...).",
            line=1,
        )
    lines: list[int] = []
    names: dict[str, list[str]] = {"task": [], "annotator": []}
    labels: list[str | None] = []
    for line, row in rows:
        for name, place in (("task", task), ("annotator", annotator)):
            cell = row[place].strip()
            if not cell:
                raise LabelFileError(
                    f"Line {line} has no {name} (column {quoted(header[place])}).",
                    "Fill the cell, or remove the line.",
                    line=line,
                    column=header[place],
                )
            names[name].append(cell)
        labels.append(_label(row[label]))
        lines.append(line)
    _refuse_no_rows(lines)
    try:
        table = LabelTable.from_arrays(names["task"], names["annotator"], labels)
    except DuplicateLabel as error:
        first, second = (lines[row] for row in error.rows)
        _refuse_duplicate(error, first, second, header[label])
    said = f"task = {header[task]}, annotator = {header[annotator]}, label = {header[label]}"
    return LabelFile(table, said)


def _read_wide(header: list[str], rows: Iterator[tuple[int, list[str]]]) -> LabelFile:
    task = 0 if columns.find_column(header[:1], columns.TASK) is not None else None
    places = [place for place in range(len(header)) if place != task]
    named = [place for place in places if _ANNOTATOR_COLUMN.fullmatch(header[place])]
    places = named if len(named) >= 2 else places
    if len(places) < 2:
        raise LabelFileError(
            f"There is one column of labels ({quoted(header[places[0]])}), so there is nobody to compare with.",
            "Give the columns task, annotator and label, or one column for each of at least two annotators.",
            line=1,
        )
    blank = next((place for place in places if not header[place]), None)
    if blank is not None:
        raise LabelFileError(f"Column {blank + 1} has no name.", "Name it after its annotator, or remove it.", line=1)
    lines: list[int] = []
    tasks: list[str] = []
    labels: list[str | None] = []
    for line, row in rows:
        name = row[task].strip() if task is not None else str(len(lines) + 1)
        if not name:
            raise LabelFileError(
                f"Line {line} has no task (column {quoted(header[0])}).",
                "Fill the cell, or remove the line.",
                line=line,
                column=header[0],
            )
        lines.append(line)
        tasks.append(name)
        labels.extend(_label(row[place]) for place in places)
    _refuse_no_rows(lines)
    annotators = [header[place] for place in places]
    try:
        table = LabelTable.from_arrays([name for name in tasks for _ in places], annotators * len(tasks), labels)
    except DuplicateLabel as error:
        first, second = (lines[row // len(places)] for row in error.rows)
        _refuse_duplicate(error, first, second, str(error.annotator))
    said = f"task = {header[0] if task is not None else 'row number'}, annotators = {', '.join(annotators)}"
    return LabelFile(table, said)


def _label(cell: str) -> str | None:
    text = cell.strip()
    return None if text in MISSING_CELLS else text


def _split(text: str) -> _Rows:
    """Rows of cells under the delimiter that gives the header the most columns (ties: comma first)."""
    best = max(_DELIMITERS, key=lambda delimiter: len(_first_row(text, delimiter)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best, strict=True)
    rows = _numbered(reader)
    _, header = next(rows)
    return _Rows(header, _even(rows, header))


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row)
    except csv.Error:
        return []


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line on which it starts."""
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise LabelFileError(
            f"Line {line} cannot be read ({error}).",
            'Close the quotation mark, and write a quotation mark inside a quoted cell twice ("").',
            line=line,
        ) from error


def _even(rows: Iterator[tuple[int, list[str]]], header: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows with one cell for each column; empty cells beyond the header are dropped."""
    for line, row in rows:
        if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
            raise LabelFileError(
                f"Line {line} has {len(row)} cells, and the header has {len(header)}.",
                "Quote a cell that contains the delimiter, and leave a cell empty where there is no label.",
                line=line,
            )
        yield line, row


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f" (byte 0x{content[error.start]:02x})" if error.start < len(content) else ""
        raise LabelFileError(
            f"Line {line} is not {encoding.upper().removesuffix('-SIG')} text{byte}.",
            "Save the file with the encoding UTF-8.",
            line=line,
        ) from error


@contextmanager
def _large_cells() -> Iterator[None]:
    """A column that is ignored (the text of a task) may be longer than the csv module's default limit."""
    before = csv.field_size_limit(_LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _refuse_repeated(header: list[str]) -> None:
    repeated = next((name for place, name in enumerate(header) if name and name in header[:place]), None)
    if repeated is not None:
        raise LabelFileError(
            f"Two columns are called {quoted(repeated)}.", "Give each column its own name.", line=1, column=repeated
        )


def _refuse_no_rows(lines: list[int]) -> None:
    if not lines:
        raise LabelFileError("There is no line below the header.", "Give one line for each annotation.", line=1)


def _refuse_duplicate(error: DuplicateLabel, first: int, line: int, column: str) -> NoReturn:
    raise LabelFileError(
        f"Line {line} is the second label of annotator {quoted(error.annotator)} on task {quoted(error.task)} "
        f"(the first is on line {first}).",
        "Keep one label for each task and annotator, for example the latest.",
        line=line,
        column=column,
    ) from error
