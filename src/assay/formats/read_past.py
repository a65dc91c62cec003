"""What a native export says of the past of its annotations, skips and tasks: read with care, kept to be repeated."""

from __future__ import annotations

import math
from typing import Final

from assay.formats.bad_annotation import BadAnnotation
from assay.formats.rows import Past, ReadSkip
from assay.kernel.clock import SECOND, from_iso
from assay.kernel.json_text import Json

_LATEST_SECONDS: Final = 253_402_300_800  # the year 10000
_TEXT_CHARACTERS: Final = 1_000
_SKIPS: Final = 10_000
_VERSION: Final = range(2**31)
_TEXTS: Final = ("id", "submission_id", "annotator_name", "source", "received_at")
_VERSIONS: Final = ("label_config_version", "guideline_version", "policy_version")


def read_past(raw: dict[str, Json], where: str) -> Past:
    """The past of an annotation. What the file does not give is not in ``origin``. Raises BadAnnotation."""
    origin = _texts(raw, _TEXTS, where)
    if origin.get("id") is None:
        origin.pop("id", None)  # a correction has to name it
    moment(origin.get("received_at"), f"{where}.received_at")
    for name in _VERSIONS:
        if name in raw:
            origin[name] = _version(raw[name], f"{where}.{name}")
    if "wall_seconds" in raw:
        origin["wall_seconds"] = _seconds(raw["wall_seconds"], f"{where}.wall_seconds")
    return {
        "id": _text(raw.get("id"), f"{where}.id"),
        "supersedes": _text(raw.get("supersedes"), f"{where}.supersedes"),
        "counted": raw.get("counted") is not False,
        "answers": raw.get("answers"),
        "origin": origin,
    }


def read_skips(row: dict[str, Json]) -> list[ReadSkip]:
    """The skips of a task. Raises BadAnnotation with the path."""
    given = row.get("skips")
    if not given:
        return []
    if not isinstance(given, list) or len(given) > _SKIPS:
        raise BadAnnotation("skips", f"this must be a list of at most {_SKIPS:,} skips")
    return [_skip(raw, f"skips[{index}]") for index, raw in enumerate(given)]


def _skip(raw: Json, where: str) -> ReadSkip:
    if not isinstance(raw, dict):
        raise BadAnnotation(where, "a skip must be an object")
    annotator, reason, note = raw.get("annotator"), raw.get("reason"), raw.get("note", "")
    if not isinstance(annotator, str) or not annotator:
        raise BadAnnotation(f"{where}.annotator", "this must be text")
    if not isinstance(reason, str):
        raise BadAnnotation(f"{where}.reason", "this must be text")
    if not isinstance(note, str):
        raise BadAnnotation(f"{where}.note", "this must be text")
    origin = _texts(raw, ("annotator_name", "destination", "created_at"), where)
    moment(origin.get("created_at"), f"{where}.created_at")
    return {"annotator": annotator, "reason": reason, "note": note, "origin": origin}


def moment(value: Json, where: str) -> int | None:
    """A time in microseconds: ISO 8601, or seconds since 1970 as very old files have it."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            return from_iso(value)
        except ValueError:
            raise BadAnnotation(where, "this is not a time, as 2026-01-31T09:00:00Z") from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST_SECONDS:
        raise BadAnnotation(where, "this is not a time, as 2026-01-31T09:00:00Z")
    return round(value * SECOND)


def _texts(raw: dict[str, Json], names: tuple[str, ...], where: str) -> dict[str, Json]:
    return {name: _text(raw[name], f"{where}.{name}") for name in names if name in raw}


def _text(value: Json, where: str) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) > _TEXT_CHARACTERS):
        raise BadAnnotation(where, f"this must be a text of at most {_TEXT_CHARACTERS:,} characters")
    return value


def _version(value: Json, where: str) -> int | None:
    if value is not None and (type(value) is not int or value not in _VERSION):
        raise BadAnnotation(where, "this must be the number of a version")
    return value


def _seconds(value: Json, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadAnnotation(where, "this must be a number")
    return float(value)
