"""The estimated accuracy of each person, kept on the seat for adaptive overlap. Derived: computed anew now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, update

from assay.flow.policy_rules import AdaptiveOverlap
from assay.flow.routing import is_audited
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


def open_projects(connection: Connection) -> Sequence[Any]:
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


_FULL = Statement(
    """
    SELECT id, draw FROM task WHERE project_id = :project AND done >= :most AND stage = 0 ORDER BY id DESC LIMIT :count
    """
)
_IN_ORDER = Statement(
    """
    SELECT n.annotator_id, n.answers FROM assignment a JOIN annotation n ON n.id = a.annotation_id
    WHERE a.task_id = :task AND a.state = 1
    ORDER BY (SELECT min(f.id) FROM annotation f
              WHERE f.project_id = :project AND f.task_id = :task AND f.assignment_id = a.id)
    """
)


def audited_tasks(
    connection: Connection, project_id: int, adaptive: AdaptiveOverlap, most_tasks: int = 2_000
) -> list[list[tuple[str, str]]]:
    """(annotator id as text, canonical answer), as they came, of the newest tasks that the draw took to the cap."""
    rows = _FULL.all(connection, {"project": project_id, "most": adaptive.most, "count": LOOKED_AT})
    tasks = [row.id for row in rows if is_audited(row.draw, adaptive.audit_share)][:most_tasks]
    found = []
    for task in tasks:
        answers = _IN_ORDER.all(connection, {"project": project_id, "task": task})
        found.append([(str(row.annotator_id), row.answers) for row in answers])
    return found


def write_stop_below(connection: Connection, project_id: int, threshold: float | None) -> None:
    """Keep where adaptive overlap may stop."""
    connection.execute(update(t.project).where(t.project.c.id == project_id).values(stop_below=threshold))


def write_accuracies(connection: Connection, project_id: int, accuracies: Mapping[str, float]) -> None:
    """Keep them; in the order of people, so that nobody waits for anybody in a ring."""
    for person in sorted(accuracies, key=int):
        where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == int(person))
        connection.execute(update(t.seat).where(where).values(accuracy=accuracies[person]))
