"""Fields of a task beside its data: priority, stratum, score.

In a wrapped row they stand beside ``data``; in a flat row or a table under names that begin with ``task.``, so that
a column of one's own called ``priority`` stays data. ``uncertainty`` is another name for ``score``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from assay.formats.bad_annotation import BadAnnotation
from assay.formats.rows import Row
from assay.kernel.json_text import Json

PRIORITIES: Final = range(-1000, 1001)
STRATUM_CHARACTERS: Final = 200
FIELDS: Final = ("priority", "stratum", "score", "uncertainty")
COLUMNS: Final = {f"task.{name}": name for name in FIELDS}


def read_fields(row: Row, given: Mapping[str, Json], prefix: str = "") -> None:
    """Take them from ``given`` into the row; null and an empty cell count as not given. Raises BadAnnotation."""
    found = set()
    for name in FIELDS:
        value = given.get(name)
        if value is None or value == "":
            continue
        field = "score" if name == "uncertainty" else name
        if field in found:
            raise BadAnnotation(prefix + name, "score and uncertainty are the same; give one of them")
        found.add(field)
        if field == "priority":
            row.priority = _priority(value, prefix + name)
        elif field == "stratum":
            row.stratum = _stratum(value, prefix + name)
        else:
            row.score = _score(value, prefix + name)
    if found:
        row.given = frozenset(found)


def _priority(value: Json, where: str) -> int:
    number: Json = value
    if isinstance(value, str):
        try:
            number = int(value[:20])
        except ValueError:
            number = None
    if type(number) is float and number.is_integer():
        number = int(number)
    if type(number) is not int or number not in PRIORITIES:
        raise BadAnnotation(where, f"a priority is a whole number from {PRIORITIES[0]} to {PRIORITIES[-1]}")
    return number


def _stratum(value: Json, where: str) -> str:
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str) or len(value) > STRATUM_CHARACTERS or "\0" in value:
        raise BadAnnotation(where, f"a stratum is a text of at most {STRATUM_CHARACTERS} characters")
    return value.strip()


def _score(value: Json, where: str) -> float:
    number: Json = value
    if isinstance(value, str):
        try:
            number = float(value[:40])
        except ValueError:
            number = None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1:
        raise BadAnnotation(where, "a score is a number from 0 (sure) to 1 (uncertain)")
    return float(number)
