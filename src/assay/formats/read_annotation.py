"""Annotations that come with a task, from Assay's own exports and from Label Studio's, in one form."""

from __future__ import annotations

import math
from typing import Final

from assay.formats.bad_annotation import BadAnnotation
from assay.formats.read_past import moment, read_past
from assay.formats.rows import ReadAnnotation
from assay.kernel.json_text import Json
from assay.kernel.limits import ANNOTATIONS_PER_TASK

_OWN: Final = frozenset({"result", "annotator", "created_at", "seconds", "confidence", "skipped"})
_LABEL_STUDIO: Final = frozenset({"result", "completed_by", "created_at", "lead_time", "was_cancelled", "assay"})


def read_annotations(row: dict[str, Json], *, own: bool = False) -> tuple[list[ReadAnnotation], list[Json]]:
    """The annotations of a wrapped row, and apart from them, as written, those that say they do not count.

    ``own``: a native export, whose annotations keep their past; those that do not count stay among the others.
    Very old files of Label Studio call them ``completions``. Raises BadAnnotation with the path.
    """
    name = "annotations" if "annotations" in row else "completions"
    given = row.get(name)
    if given is None:
        return [], []
    if not isinstance(given, list):
        raise BadAnnotation(name, "this must be a list")
    counted: list[ReadAnnotation] = []
    not_counted: list[Json] = []
    for index, raw in enumerate(given):
        where = f"{name}[{index}]"
        if not isinstance(raw, dict):
            raise BadAnnotation(where, "an annotation must be an object")
        if own and "annotator" in raw:
            read = _read_own(raw, where)
            read["past"] = read_past(raw, where)
            counted.append(read)
        elif raw.get("counted") is False:
            not_counted.append(raw)
        else:
            counted.append(_read_own(raw, where) if "annotator" in raw else _read_label_studio(raw, where))
    in_force = sum("past" not in read or read["past"]["counted"] for read in counted)
    if in_force > ANNOTATIONS_PER_TASK:
        raise BadAnnotation(name, f"{in_force} annotations; at most {ANNOTATIONS_PER_TASK} are allowed")
    return counted, not_counted


def _read_own(raw: dict[str, Json], where: str) -> ReadAnnotation:
    annotator = raw["annotator"]
    if annotator is not None and not isinstance(annotator, str):
        raise BadAnnotation(f"{where}.annotator", "this must be text")
    return {
        "result": _result(raw, where),
        "annotator": annotator,
        "created_at_us": moment(raw.get("created_at"), f"{where}.created_at"),
        "seconds": _number(raw.get("seconds"), f"{where}.seconds"),
        "confidence": _number(raw.get("confidence"), f"{where}.confidence"),
        "skipped": _flag(raw, "skipped", where),
        "meta": {name: value for name, value in raw.items() if name not in _OWN},
    }


def _read_label_studio(raw: dict[str, Json], where: str) -> ReadAnnotation:
    own = raw.get("assay")
    meta = {name: value for name, value in raw.items() if name not in _LABEL_STUDIO}
    if isinstance(own, dict):
        meta.update(own)
    return {
        "result": _result(raw, where),
        "annotator": _completed_by(raw.get("completed_by"), f"{where}.completed_by"),
        "created_at_us": moment(raw.get("created_at"), f"{where}.created_at"),
        "seconds": _number(raw.get("lead_time"), f"{where}.lead_time"),
        "confidence": _number(meta.pop("confidence", None), f"{where}.assay.confidence"),
        "skipped": _flag(raw, "was_cancelled", where),
        "meta": meta,
    }


def _completed_by(value: Json, where: str) -> str | None:
    """An e-mail address where there is one, else ``label-studio:<id>``."""
    if isinstance(value, dict):
        email = value.get("email")
        if isinstance(email, str) and email.strip():
            return email.strip()
        value = value.get("id")
    if value is None:
        return None
    if isinstance(value, str) and value.strip():
        return value.strip()
    if type(value) is int:
        return f"label-studio:{value}"
    raise BadAnnotation(where, "this must be a user's id, or an object with an email")


def _result(raw: dict[str, Json], where: str) -> list[Json]:
    result = raw.get("result")
    if not isinstance(result, list):
        raise BadAnnotation(f"{where}.result", "this must be a list" if "result" in raw else "this is missing")
    return result


def _flag(raw: dict[str, Json], name: str, where: str) -> bool:
    value = raw.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadAnnotation(f"{where}.{name}", "this must be true or false")


def _number(value: Json, where: str) -> float | None:
    """A measured number; one below zero was measured wrongly and is not known."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadAnnotation(where, "this must be a number")
    return float(value) if value >= 0 else None
