"""Short ways to read and write formats in tests."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from assay.formats import FORMATS, RefusedRow, Row
from assay.kernel.clock import iso
from assay.labels import TEMPLATES

SENTIMENT = TEMPLATES.get("sentiment").parsed()
TOPIC = TEMPLATES.get("topic").parsed()


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, so that every boundary is met."""

    def __init__(self, content: bytes, step: int = 1) -> None:
        self._content = io.BytesIO(content)
        self._step = step

    def read(self, size: int = -1) -> bytes:
        return self._content.read(self._step)


def read(format_id: str, content: bytes | str, **options: Any) -> list[Row | RefusedRow]:
    """All rows of a file."""
    body = content.encode() if isinstance(content, str) else content
    return list(FORMATS.get(format_id).read(io.BytesIO(body), **options))


def rows(format_id: str, content: bytes | str, **options: Any) -> list[Row]:
    """All rows of a file that has no bad one."""
    found = read(format_id, content, **options)
    assert [row for row in found if isinstance(row, RefusedRow)] == []
    return [row for row in found if isinstance(row, Row)]


def refused(format_id: str, content: bytes | str) -> list[tuple[int, str, str]]:
    """The refused rows of a file."""
    return [(row.line, row.field, row.reason) for row in read(format_id, content) if isinstance(row, RefusedRow)]


def data(format_id: str, content: bytes | str, **options: Any) -> list[dict[str, Any]]:
    """The data of the good rows."""
    return [row.data for row in read(format_id, content, **options) if isinstance(row, Row)]


def written(format_id: str, export_rows: Iterable[Any], **options: Any) -> bytes:
    """The file of an export."""
    sink = io.BytesIO()
    FORMATS.get(format_id).write(iter(export_rows), sink, **options)
    return sink.getvalue()


def annotation(number: int = 1, *labels: str, **changes: Any) -> dict[str, Any]:
    """An annotation as an export has it."""
    chosen = list(labels) or ["Positive"]
    value = {"choices": chosen}
    return {
        "id": f"annotation{number}",
        "submission_id": f"submission{number}",
        "annotator": f"p{number}@example.org",
        "annotator_name": f"Person {number}",
        "result": [{"id": "x", "from_name": "sentiment", "to_name": "text", "type": "choices", "value": value}],
        "answers": {"sentiment": chosen},
        "created_at": "2026-01-31T09:00:00.123456Z",
        "received_at": "2026-01-31T09:00:01.000000Z",
        "seconds": 4.25,
        "wall_seconds": 5.0,
        "confidence": 0.75,
        "label_config_version": 2,
        "guideline_version": 3,
        "policy_version": 1,
        "source": "web",
        "supersedes": None,
        "counted": True,
    } | changes


def export_row(number: int = 1, *annotations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A task as an export has it."""
    return {
        "id": number,
        "key": f"key-{number}",
        "data": {"text": f"text {number}"},
        "created_at": "2026-01-30T09:00:00.000000Z",
        "target": 3,
        "annotations": list(annotations),
        "majority": {"sentiment": {"labels": ["Positive"], "tied": [], "share": 1.0, "n": len(annotations)}},
    } | changes


def as_export(row: Row) -> dict[str, Any]:
    """The export row that a row of a JSON format was made of."""
    meta = dict(row.meta)
    counted = [
        {
            "result": given["result"],
            "annotator": given["annotator"],
            "created_at": None if given["created_at_us"] is None else iso(given["created_at_us"]),
            "seconds": given["seconds"],
            "confidence": given["confidence"],
            **given["meta"],
        }
        for given in row.annotations
    ]
    annotations = counted + meta.pop("not_counted", [])
    return {**meta, "key": row.key, "data": row.data, "annotations": annotations}
