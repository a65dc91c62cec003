"""Read known truth, ``task,label``, from a CSV or TSV file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from assay.agreement.label_csv import LabelFileError
from assay.agreement.names import quoted
from assay.kernel import columns
from assay.kernel.columns import MISSING_CELLS

_LABEL_NAMES = ("label", "truth", "gold", "true_label", *columns.LABEL)
_DELIMITERS = (",", ";", "\t", "|")


def read_gold_csv(path: Path) -> dict[str, str]:
    """Task -> true label.

    The header names the columns: task (or task_id, item, item_id, id) and label (or truth, gold, true_label,
    annotation, value, answer); others are ignored. UTF-8, delimited by comma, semicolon, tab or bar. Rows
    without a label are skipped. Raises :class:`LabelFileError` naming line and fix; OSError when the file
    cannot be opened.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelFileError("The file is not UTF-8 text.", "Save it with the encoding UTF-8.") from error
    header_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise LabelFileError(
            f"Line {reader.line_num} cannot be read ({error}).", "Close the quotation mark.", line=reader.line_num
        ) from error
    return _truth([name.strip() for name in rows[0][1]] if rows else [], rows[1:])


def _truth(header: list[str], rows: list[tuple[int, list[str]]]) -> dict[str, str]:
    task = columns.find_column(header, columns.TASK)
    label = columns.find_column(header, _LABEL_NAMES)
    if task is None or label is None:
        missing = " and ".join(name for name, place in (("task", task), ("label", label)) if place is None)
        raise LabelFileError(
            f"There is no column for {missing}; the header is: {', '.join(header) or 'empty'}.",
            "Give a header with the columns task and label.",
            line=1,
        )
    truth: dict[str, str] = {}
    first: dict[str, int] = {}
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(task, label):
            raise LabelFileError(
                f"Line {line} has {len(row)} cells, and the header has {len(header)}.",
                "Give every line a task and a label.",
                line=line,
            )
        name, said = row[task].strip(), row[label].strip()
        if not name or said in MISSING_CELLS:
            continue
        if truth.setdefault(name, said) != said:
            raise LabelFileError(
                f"Line {line} says {quoted(said)} for task {quoted(name)}, "
                f"and line {first[name]} says {quoted(truth[name])}.",
                "Keep one true label for each task.",
                line=line,
            )
        first.setdefault(name, line)
    return truth
