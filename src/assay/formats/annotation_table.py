"""The table that an export writes: one record an annotation, and back into tasks with annotations.

Columns: ``task_id``, ``task_key``; ``data.<key>`` for each data key; ``data_rest``, a JSON object with what the
``data.`` cells cannot say (other keys, values that are not text, empty texts); then who annotated, when,
how long and under which versions; ``answer.<control>`` and ``majority.<control>`` for each control; ``result``.

An answer is its stored value for a control with one choice, and a JSON list for one with several.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any, BinaryIO, Final

from assay.formats.bad_annotation import BadAnnotation
from assay.formats.formula import escape_formula, unescape_formula
from assay.formats.read_annotation import read_annotations
from assay.formats.row_shape import RowShape, SeenKeys
from assay.formats.rows import AnyRow, RefusedRow, Row
from assay.formats.table_records import Record
from assay.kernel.json_text import Json, JsonFault, loads, quoted, write_json
from assay.labels import LabelConfig

_FLUSH_CHARACTERS: Final = 256 * 1024
_DATA: Final = "data."
_ANSWER: Final = "answer."
_MAJORITY: Final = "majority."
_TEXTS: Final = ("annotation_id", "annotator", "annotator_name", "created_at", "source", "supersedes")
_NUMBERS: Final = ("seconds", "confidence", "guideline_version", "label_config_version", "policy_version")
_ANNOTATION: Final = (*_TEXTS, *_NUMBERS, "counted")
_FIXED: Final = frozenset({"task_id", "task_key", "data_rest", *_ANNOTATION, "result"})


def is_annotation_table(header: Sequence[str]) -> bool:
    """Whether these are the columns of an export."""
    return _FIXED.issubset(header)


def write_annotation_table(
    rows: Iterable[Mapping[str, Any]], sink: BinaryIO, *, delimiter: str, config: LabelConfig | None, raw: bool
) -> int:
    """Write the table, streamed; returns how many tasks.

    The ``data.`` columns are the keys that the label config shows and those of the first task; the
    controls are the config's, or without one those of the first task.
    """
    rows = iter(rows)
    first = next(rows, None)
    columns = TableColumns(config, first, escape_formula if not raw else str)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns.header())
    count = 0
    for row in chain([first] if first is not None else [], rows):
        writer.writerows(columns.records(row))
        count += 1
        if buffer.tell() > _FLUSH_CHARACTERS:
            _flush(buffer, sink)
    _flush(buffer, sink)
    return count


def _flush(buffer: io.StringIO, sink: BinaryIO) -> None:
    sink.write(buffer.getvalue().encode())
    buffer.seek(0)
    buffer.truncate()


class TableColumns:
    """What stands in which column."""

    def __init__(
        self, config: LabelConfig | None, first: Mapping[str, Any] | None, escape: Callable[[str], str]
    ) -> None:
        self._escape = escape
        known = config.data_keys if config else ()
        self._keys = list(dict.fromkeys([*known, *(first["data"] if first else ())]))
        self._single: dict[str, bool]
        if config:
            self._single = {control.name: control.scale != "set" for control in config.controls}
        else:
            answered = first["annotations"][0].get("answers", {}) if first and first["annotations"] else {}
            self._single = dict.fromkeys(answered, False)

    def header(self) -> list[str]:
        names = [
            "task_id", "task_key", *(_DATA + key for key in self._keys), "data_rest", *_ANNOTATION,
            *(_ANSWER + name for name in self._single), *(_MAJORITY + name for name in self._single), "result",
        ]  # fmt: skip
        return [self._escape(name) for name in names]

    def records(self, row: Mapping[str, Any]) -> Iterator[list[Any]]:
        task = [row.get("id"), self._text(row.get("key")), *self._data(row["data"])]
        majority = [self._majority(row.get("majority") or {}, name) for name in self._single]
        for annotation in row["annotations"] or [{}]:
            answers = annotation.get("answers") or {}
            yield [
                *task,
                *self._annotation(annotation),
                *(self._answer(answers.get(name), name) for name in self._single),
                *majority,
                _json(annotation["result"]) if "result" in annotation else "",
            ]

    def _text(self, value: Any) -> str:
        return "" if value is None else self._escape(str(value))

    def _data(self, data: Mapping[str, Json]) -> Iterator[str]:
        """The cells of the data keys, and last the JSON of what they cannot say."""
        rest = {key: value for key, value in data.items() if key not in self._keys or not self._says(value)}
        for key in self._keys:
            value = data.get(key, "")
            yield self._escape(value) if type(value) is str else _json(value)
        yield _json(rest) if rest else ""

    def _says(self, value: Json) -> bool:
        """Whether a cell with this value reads back as the same: so do texts that are not empty."""
        return type(value) is str and value != "" and unescape_formula(self._escape(value)) == value

    def _annotation(self, annotation: Mapping[str, Any]) -> Iterator[Any]:
        for name in _TEXTS:
            yield self._text(annotation.get("id" if name == "annotation_id" else name))
        for name in _NUMBERS:
            yield annotation.get(name)
        counted = annotation.get("counted")
        yield "" if counted is None else str(counted).lower()

    def _answer(self, answer: Json, name: str) -> str:
        if answer is None:
            return ""
        if self._single[name] and len(answer) < 2:
            value = answer[0] if answer else ""
            return self._escape(value) if isinstance(value, str) else _json(value)
        return _json(answer)

    def _majority(self, majority: Mapping[str, Any], name: str) -> str:
        found = majority.get(name)
        return "" if found is None else self._answer(found["labels"], name)


def _json(value: Json) -> str:
    """JSON never begins with a character that makes a formula, except for a number below zero, which is harmless."""
    return write_json(value).decode()


def read_annotation_table(header: Sequence[str], records: Iterator[Record]) -> Iterator[AnyRow]:
    """The tasks of such a table. Records of one task must stand one after the other."""
    names = [unescape_formula(name) for name in header]
    shape = RowShape()
    tasks = SeenKeys()
    for task_id, group in groupby(_cells(names, records), key=_task_id):
        members = list(group)
        if isinstance(members[0], RefusedRow):
            yield members[0]
            continue
        line = members[0][0]
        if not task_id:
            yield RefusedRow(line, "task_id", "this is empty")
        elif tasks.first_line(task_id, line) is not None:
            yield RefusedRow(line, "task_id", f"task {quoted(task_id)} stood further up; sort the table by task_id")
        else:
            yield _task([member for member in members if not isinstance(member, RefusedRow)], shape)


_Cells = tuple[int, dict[str, str]]


def _cells(names: list[str], records: Iterator[Record]) -> Iterator[_Cells | RefusedRow]:
    for record in records:
        if record.reason is not None:
            yield RefusedRow(record.line, "row", record.reason)
        else:
            yield record.line, dict(zip(names, record.cells, strict=True))


def _task_id(member: _Cells | RefusedRow) -> str:
    return f"refused {member.line}" if isinstance(member, RefusedRow) else member[1]["task_id"]


def _task(members: list[_Cells], shape: RowShape) -> AnyRow:
    line, first = members[0]
    try:
        data = {
            name.removeprefix(_DATA): unescape_formula(cell)
            for name, cell in first.items()
            if name.startswith(_DATA) and cell
        }
        data.update(_object(first["data_rest"], "data_rest"))
        given = [_annotation(cells) for _, cells in members if cells["annotation_id"]]
        annotations, not_counted = read_annotations({"annotations": given})
    except BadAnnotation as fault:
        return RefusedRow(line, fault.field, fault.reason)
    meta: dict[str, Json] = {"id": first["task_id"]}
    if not_counted:
        meta["not_counted"] = not_counted
    key = unescape_formula(first["task_key"]) or None
    return shape.keyed(Row(line, key, data, annotations, meta), "task_key")


def _object(cell: str, field: str) -> dict[str, Json]:
    value = _loads(cell, field) if cell else {}
    if not isinstance(value, dict):
        raise BadAnnotation(field, "this must be a JSON object")
    return value


def _loads(cell: str, field: str) -> Json:
    try:
        return loads(cell)
    except JsonFault as fault:
        raise BadAnnotation(field, f"{fault.reason} (character {fault.position + 1})") from None


def _annotation(cells: Mapping[str, str]) -> dict[str, Json]:
    """One record's annotation as the native format has it."""
    read: dict[str, Json] = {"result": _loads(cells["result"], "result")}
    for name in _TEXTS:
        read["id" if name == "annotation_id" else name] = unescape_formula(cells[name]) or None
    for name in _NUMBERS:
        read[name] = _loads(cells[name], name) if cells[name] else None
    read["counted"] = cells["counted"] != "false"
    return read
