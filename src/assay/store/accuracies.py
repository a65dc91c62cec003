"""The estimated accuracy of each person, kept on the seat for adaptive overlap. Derived: computed anew now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from assay.store import tables as t
from assay.store.engine.statement import Statement

LOOKED_AT = 200_000
"""The newest annotations of a project that an estimate rests on."""

_NEWEST = Statement(
    """
    SELECT n.task_id, n.annotator_id, n.answers FROM annotation n JOIN assignment a ON a.annotation_id = n.id
    WHERE n.project_id = :project AND a.state = 1 ORDER BY n.id DESC LIMIT :count
    """
)


def adaptive_projects(connection: Connection) -> Sequence[Any]:
    """Open projects with their versions, and how many annotations count (the seats' sum)."""
    counts = (
        select(t.seat.c.project_id, func.coalesce(func.sum(t.seat.c.submitted), 0).label("annotations"))
        .group_by(t.seat.c.project_id)
        .subquery()
    )
    project = t.project.c
    return connection.execute(
        select(project.id, project.policy_version, project.label_config_version, counts.c.annotations)
        .join(counts, counts.c.project_id == project.id)
        .where(project.state == "open")
    ).all()


def newest_answers(connection: Connection, project_id: int) -> tuple[list[int], list[str], list[str]]:
    """Tasks, annotators (ids as text) and canonical answers of the newest annotations that count."""
    rows = _NEWEST.all(connection, {"project": project_id, "count": LOOKED_AT})
    return [row.task_id for row in rows], [str(row.annotator_id) for row in rows], [row.answers for row in rows]


def write_accuracies(connection: Connection, project_id: int, accuracies: Mapping[str, float]) -> None:
    """Keep them; in the order of people, so that nobody waits for anybody in a ring."""
    for person in sorted(accuracies, key=int):
        where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == int(person))
        connection.execute(update(t.seat).where(where).values(accuracy=accuracies[person]))
