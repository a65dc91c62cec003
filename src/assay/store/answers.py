"""All answers of a project at one moment, for statistics: narrow columns, no wide data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from assay.flow.assignment import State
from assay.kernel.clock import DAY
from assay.store import tables as t


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Parallel lists over the counted annotations in force, and what was left out."""

    tasks: list[int]
    annotators: list[str]
    answers: list[str]
    names: dict[str, str]
    guideline_versions: list[int]
    superseded: int
    late: int


def read_answers(connection: Connection, project_id: int) -> AnswerColumns:
    """Read them in the order of task and annotation id."""
    people = {
        row.id: row
        for row in connection.execute(
            select(t.person.c.id, t.person.c.uid, t.person.c.name)
            .join(t.seat, t.seat.c.person_id == t.person.c.id)
            .where(t.seat.c.project_id == project_id)
        )
    }
    rows = connection.execute(
        select(t.annotation.c.task_id, t.annotation.c.annotator_id, t.annotation.c.answers)
        .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .where(t.annotation.c.project_id == project_id, t.assignment.c.state == State.SUBMITTED)
        .order_by(t.annotation.c.task_id, t.annotation.c.id)
    ).all()
    total = _count(connection, project_id)
    late = _count(connection, project_id, counted=False)
    versions = connection.execute(
        select(t.annotation.c.guideline_version)
        .where(t.annotation.c.project_id == project_id, t.annotation.c.guideline_version.is_not(None))
        .distinct()
        .order_by(t.annotation.c.guideline_version)
    ).scalars()
    return AnswerColumns(
        tasks=[row[0] for row in rows],
        annotators=[people[row[1]].uid for row in rows],
        answers=[row[2] for row in rows],
        names={row.uid: row.name for row in people.values()},
        guideline_versions=list(versions),
        superseded=total - late - len(rows),
        late=late,
    )


def _count(connection: Connection, project_id: int, counted: bool | None = None) -> int:
    statement = select(func.count()).select_from(t.annotation).where(t.annotation.c.project_id == project_id)
    if counted is not None:
        statement = statement.where(t.annotation.c.counted == counted)
    return int(connection.execute(statement).scalar_one())


def progress_numbers(connection: Connection, project_id: int) -> dict[str, Any]:
    """Numbers of the project's first page that are not on the project row."""
    to_come = connection.execute(
        select(func.coalesce(func.sum(t.task.c.target - t.task.c.done), 0)).where(
            t.task.c.project_id == project_id, t.task.c.done < t.task.c.target
        )
    ).scalar_one()
    disagreeing = connection.execute(
        select(func.count()).select_from(t.task).where(t.task.c.project_id == project_id, t.task.c.disagreement > 0)
    ).scalar_one()
    flags = connection.execute(
        select(func.count()).select_from(t.flag).where(t.flag.c.project_id == project_id)
    ).scalar_one()
    day = t.annotation.c.created_at // DAY
    days = connection.execute(
        select(day.label("day"), func.count().label("annotations"))
        .where(t.annotation.c.project_id == project_id)
        .group_by(day)
        .order_by(day)
    ).all()
    return {
        "annotations_to_come": int(to_come),
        "disagreement_count": int(disagreeing),
        "flag_count": int(flags),
        "days": [(int(row.day), int(row.annotations)) for row in days],
    }
