"""One annotator's own work: progress and last submissions. Nothing of anybody else."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from assay.kernel.clock import DAY
from assay.store import tables as t


def progress(connection: Connection, project_id: int, person_id: int, now: int) -> tuple[int, int]:
    """(assignments answered today in UTC, in total)."""
    row = connection.execute(
        select(t.seat.c.submitted, t.seat.c.day, t.seat.c.today).where(
            t.seat.c.project_id == project_id, t.seat.c.person_id == person_id
        )
    ).first()
    if row is None:
        return 0, 0
    return (row.today if row.day == now // DAY else 0), row.submitted


def recent(connection: Connection, project_id: int, person_id: int, limit: int) -> Sequence[Any]:
    """The last answers in force, newest first."""
    return connection.execute(
        select(
            t.assignment.c.uid,
            t.annotation.c.submission_id,
            t.annotation.c.result,
            t.annotation.c.confidence,
            t.annotation.c.created_at,
            t.annotation.c.label_config_version,
            t.assignment.c.policy_version,
            t.task_data.c.data,
        )
        .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .join(t.task_data, t.task_data.c.task_id == t.assignment.c.task_id)
        .where(
            t.assignment.c.annotator_id == person_id,
            t.assignment.c.project_id == project_id,
            t.assignment.c.annotation_id.is_not(None),
            t.annotation.c.source != "import",
        )
        .order_by(t.assignment.c.closed_at.desc())
        .limit(limit)
    ).all()


def median_seconds(connection: Connection, project_id: int, person_id: int, last: int = 200) -> float | None:
    """The median active time of the last answers; None when no time was measured."""
    times = connection.execute(
        select(t.annotation.c.seconds)
        .join(t.assignment, t.assignment.c.annotation_id == t.annotation.c.id)
        .where(
            t.assignment.c.annotator_id == person_id,
            t.assignment.c.project_id == project_id,
            t.assignment.c.annotation_id.is_not(None),
            t.annotation.c.seconds.is_not(None),
        )
        .order_by(t.assignment.c.closed_at.desc())
        .limit(last)
    ).scalars()
    found = list(times)
    return median(found) if found else None
