"""What of a project a file in some format would not have, counted in what the project really holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, func, select

from assay.formats import FormatCard
from assay.store import tables as t


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of thing, how many of it there are, and a sentence about it."""

    kind: str
    count: int
    text: str


Counter = Callable[[Connection, int], int]


def _rows(table: Table, *conditions: ColumnElement[bool]) -> Counter:
    def count(connection: Connection, project_id: int) -> int:
        where = (table.c.project_id == project_id, *conditions)
        return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

    return count


def _with_priority(connection: Connection, project_id: int) -> int:
    statement = (
        select(func.count())
        .select_from(t.task)
        .join(t.lane, t.lane.c.id == t.task.c.lane_id)
        .where(t.lane.c.project_id == project_id, t.lane.c.priority != 0)
    )
    return int(connection.execute(statement).scalar_one())


def _people(connection: Connection, project_id: int) -> int:
    """Annotators whom Label Studio would have to know by their address."""
    statement = select(func.count(t.annotation.c.annotator_id.distinct())).where(
        t.annotation.c.project_id == project_id
    )
    return int(connection.execute(statement).scalar_one())


_ANNOTATION, _DATA = t.annotation.c, t.task_data.c
# kind -> what to count, and how to say it
KINDS: Final[dict[str, tuple[Counter, str]]] = {
    "flags": (_rows(t.flag), "questions about the guideline, which no format has"),
    "decisions": (_rows(t.decision), "decisions in the history of tasks, which no format has"),
    "skips": (_rows(t.skip), "skips with their reasons"),
    "superseded": (_rows(t.annotation, _ANNOTATION.supersedes.is_not(None)), "corrections: which answer came before"),
    "late": (_rows(t.annotation, _ANNOTATION.counted.is_(False)), "answers that came too late to count"),
    "confidence": (_rows(t.annotation, _ANNOTATION.confidence.is_not(None)), "stated confidences"),
    "seconds": (_rows(t.annotation, _ANNOTATION.seconds.is_not(None)), "times that an answer took"),
    "times": (_rows(t.annotation), "submission ids, times of receipt and times measured by the server"),
    "versions": (
        _rows(t.annotation, _ANNOTATION.guideline_version.is_not(None)), "versions of guideline and policy",
    ),
    "annotators": (_people, "annotators, whom Label Studio refuses unless they are its users"),
    "targets": (_rows(t.task_data), "targets and times of creation of tasks"),
    "priority": (_with_priority, "priorities"),
    "stratum": (_rows(t.task_data, _DATA.stratum != ""), "strata"),
    "score": (_rows(t.task_data, _DATA.score.is_not(None)), "scores of a model"),
}  # fmt: skip
ALWAYS: Final = ("flags", "decisions")


def losses(connection: Connection, project_id: int, card: FormatCard) -> list[Loss]:
    """What a file of this format would lack, most first; kinds of which the project has none are left out."""
    found = []
    for kind in (*ALWAYS, *card.loses):
        count, text = KINDS[kind]
        n = count(connection, project_id)
        if n:
            found.append(Loss(kind, n, f"{n:,} {text}"))
    return sorted(found, key=lambda loss: -loss.count)
