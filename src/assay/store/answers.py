"""All answers of a project at one moment, for statistics: narrow columns, no wide data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, func, select

from assay.flow.assignment import State
from assay.kernel.clock import DAY
from assay.store import tables as t
from assay.store.records.as_of import LATEST, in_force, is_last


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
    set_aside: int


def read_answers(connection: Connection, project_id: int, *, as_of: int | None = None) -> AnswerColumns:
    """Read them in the order of task and annotation id; now, or as of a moment."""
    people = {
        row.id: row
        for row in connection.execute(
            select(t.person.c.id, t.person.c.uid, t.person.c.name)
            .join(t.seat, t.seat.c.person_id == t.person.c.id)
            .where(t.seat.c.project_id == project_id)
        )
    }
    statement = (
        select(t.annotation.c.task_id, t.annotation.c.annotator_id, t.annotation.c.answers)
        .where(t.annotation.c.project_id == project_id)
        .order_by(t.annotation.c.task_id, t.annotation.c.id)
    )
    if as_of is None:
        ours = t.assignment.c.annotation_id == t.annotation.c.id
        statement = statement.join(t.assignment, ours).where(t.assignment.c.state == State.SUBMITTED)
    else:
        statement = statement.where(in_force(as_of))
    rows = connection.execute(statement).all()
    total, late, set_aside = (
        _left_out(connection, project_id) if as_of is None else _then(connection, project_id, as_of)
    )
    arrived = t.annotation.c.created_at <= (LATEST if as_of is None else as_of)
    versions = connection.execute(
        select(t.annotation.c.guideline_version)
        .where(t.annotation.c.project_id == project_id, t.annotation.c.guideline_version.is_not(None), arrived)
        .distinct()
        .order_by(t.annotation.c.guideline_version)
    ).scalars()
    return AnswerColumns(
        tasks=[row[0] for row in rows],
        annotators=[people[row[1]].uid for row in rows],
        answers=[row[2] for row in rows],
        names={row.uid: row.name for row in people.values()},
        guideline_versions=list(versions),
        superseded=total - late - set_aside - len(rows),
        late=late,
        set_aside=set_aside,
    )


def _left_out(connection: Connection, project_id: int) -> tuple[int, int, int]:
    """(all annotations, late ones, ones set aside)."""
    total = select(func.count()).select_from(t.annotation).where(t.annotation.c.project_id == project_id)
    by_state = connection.execute(
        select(t.assignment.c.state, func.count())
        .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .where(t.annotation.c.project_id == project_id)
        .group_by(t.assignment.c.state)
    )
    states = {int(row[0]): int(row[1]) for row in by_state}
    aside = states.get(State.REVERTED, 0) + states.get(State.REOPENED, 0)
    return int(connection.execute(total).scalar_one()), states.get(State.LATE, 0), aside


def _then(connection: Connection, project_id: int, moment: int) -> tuple[int, int, int]:
    """The same as of a moment."""
    arrived = (t.annotation.c.project_id == project_id) & (t.annotation.c.created_at <= moment)
    total = connection.execute(select(func.count()).select_from(t.annotation).where(arrived)).scalar_one()
    last = arrived & is_last(moment) & ~in_force(moment)
    stepped = exists(
        select(t.reverted.c.id)
        .join(t.revert, t.revert.c.id == t.reverted.c.revert_id)
        .where(t.reverted.c.annotation_id == t.annotation.c.id, t.revert.c.at <= moment)
    )
    out = connection.execute(select(func.count()).select_from(t.annotation).where(last)).scalar_one()
    aside = connection.execute(select(func.count()).select_from(t.annotation).where(last, stepped)).scalar_one()
    return int(total), int(out) - int(aside), int(aside)


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
