"""From a JSON object to a row: which part of it is the task's data, which its key, and what came along.

Wrapped: ``{"data": {…}, "id": 7, "annotations": […], …}``, when ``data`` is an object. The key is ``key``
where the file is an export of Assay, else ``id``. Everything else goes into ``meta``.

Flat: any other object, whole. The key is what stands under ``id`` or else ``task_id``, if it is text or an
integer; it also stays in the data. Columns called ``task.priority``, ``task.stratum`` and ``task.score`` are the
task's fields and no data; a column ``priority`` is data.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from assay.formats.bad_annotation import BadAnnotation
from assay.formats.read_annotation import read_annotations
from assay.formats.read_past import moment, read_skips
from assay.formats.rows import AnyRow, RefusedRow, Row
from assay.formats.task_fields import COLUMNS, FIELDS, read_fields
from assay.kernel.json_text import Json, quoted

KEY_CHARACTERS: Final = 500

_TAKEN: Final = frozenset({"data", "annotations", "completions", *FIELDS})
_KEPT_WHOLE_CHARACTERS: Final = 24
_KEY_NAMES: Final = ("id", "task_id")


class SeenKeys:
    """The keys of a file with the line of each, to find the second use of one.

    Short keys are kept as they are, long ones as a digest of 128 bits: about 130 bytes a key.
    """

    def __init__(self) -> None:
        self._lines: dict[str | bytes, int] = {}

    def first_line(self, key: str, line: int) -> int | None:
        """The line that used the key before, or None; then this line is the first."""
        short: str | bytes = key
        if len(key) > _KEPT_WHOLE_CHARACTERS:
            short = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        first = self._lines.setdefault(short, line)
        return None if first == line else first


class RowShape:
    """Makes the rows of one file; remembers its keys."""

    def __init__(self) -> None:
        self._seen = SeenKeys()

    def row(self, line: int, value: Json) -> AnyRow:
        """The row in a JSON value, or why there is none."""
        if type(value) is not dict:
            return RefusedRow(line, "row", 'a row must be an object with keys, as {"text": "…"}')
        data = value.get("data")
        if type(data) is dict:
            return self._wrapped(line, value, data)
        return self.flat(line, value)

    def flat(self, line: int, data: dict[str, Json]) -> AnyRow:
        """The row whose data is the whole object."""
        row = Row(line, None, data)
        if not COLUMNS.keys().isdisjoint(data):
            row.data = {name: value for name, value in data.items() if name not in COLUMNS}
            try:
                read_fields(row, {field: data[name] for name, field in COLUMNS.items() if name in data}, "task.")
            except BadAnnotation as fault:
                return RefusedRow(line, fault.field, fault.reason)
        for name in _KEY_NAMES:
            if name in data and (key := _as_key(data[name])):
                row.key = key
                return self.keyed(row, name)
        return row

    def keyed(self, row: Row, field: str) -> AnyRow:
        """The row, unless its key is unusable or stood in the file before."""
        if row.key is None:
            return row
        if len(row.key) > KEY_CHARACTERS:
            return RefusedRow(row.line, field, f"this id is longer than {KEY_CHARACTERS} characters")
        if "\0" in row.key:
            return RefusedRow(row.line, field, "this id holds a NUL character")
        first = self._seen.first_line(row.key, row.line)
        if first is not None:
            return RefusedRow(row.line, field, f"the id {quoted(row.key)} was used before, in row {first}")
        return row

    def _wrapped(self, line: int, value: dict[str, Json], data: dict[str, Json]) -> AnyRow:
        field = "key" if "key" in value else "id"
        written = value.get(field)
        meta = {name: member for name, member in value.items() if name not in _TAKEN and name != field}
        own = _own_export(meta) if field == "id" else None
        if own is not None:
            written, field = own.pop("key", None), "meta.assay.key"
            meta["id"] = value.get("id")
            if "not_counted" in own:
                meta["not_counted"] = own.pop("not_counted")
        key = _as_key(written)
        if key is None and written not in (None, ""):
            return RefusedRow(line, field, "an id must be text or an integer")
        try:
            annotations, not_counted = read_annotations(value, own=field == "key")
        except BadAnnotation as fault:
            return RefusedRow(line, fault.field, fault.reason)
        if not_counted:
            meta.setdefault("not_counted", []).extend(not_counted)
        row = Row(line, key, data, annotations, meta, own=field != "id")
        try:
            read_fields(row, own if own is not None else value)
            if field == "key":
                row.skips = read_skips(value)
                row.created_at_us = moment(value.get("created_at"), "created_at")
        except BadAnnotation as fault:
            return RefusedRow(line, fault.field, fault.reason)
        return self.keyed(row, field)


def _own_export(meta: dict[str, Json]) -> dict[str, Json] | None:
    """What Assay wrote about a task into the ``meta`` of a Label Studio file; taken out of it."""
    inner = meta.get("meta")
    if not isinstance(inner, dict) or not isinstance(inner.get("assay"), dict):
        return None
    own = dict(inner["assay"])
    meta["meta"] = {name: member for name, member in inner.items() if name != "assay"}
    meta["assay"] = own
    return own


def _as_key(value: Json) -> str | None:
    if type(value) is str:
        return value if value.strip() else None
    return str(value) if type(value) is int else None
