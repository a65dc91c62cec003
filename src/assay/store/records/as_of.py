"""What was in force at a moment, from append-only rows alone.

An annotation is in force at T when it had arrived by T, no correction of it had, and it counts at T: as its last
revert or restore by T says, else as it was received. The moments are the server's: ``annotation.created_at``
and ``revert.at``, both inclusive. A large revert is dated to when it was asked for, although its rows are
written over some seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from assay.flow.assignment import State
from assay.kernel.clock import from_iso, iso
from assay.kernel.errors import BadInput
from assay.store import tables as t

LATEST = 2**62


def read_moment(text: str, field: str = "as_of") -> int:
    """Microseconds of a moment that somebody typed; a time without a zone is UTC. Raises BadInput."""
    try:
        return from_iso(text.strip())
    except ValueError:
        raise BadInput(
            f"{field} is not a moment.", field=field, action=f"Write it like {iso(0)}; without a zone it is UTC."
        ) from None


def in_force(moment: int) -> ColumnElement[bool]:
    """The condition on ``annotation`` rows that they are in force at ``moment``."""
    counts = (
        select(t.reverted.c.counts)
        .join(t.revert, t.revert.c.id == t.reverted.c.revert_id)
        .where(t.reverted.c.annotation_id == t.annotation.c.id, t.revert.c.at <= moment)
        .order_by(t.reverted.c.id.desc())
        .limit(1)
        .correlate(t.annotation)
        .scalar_subquery()
    )
    return and_(t.annotation.c.created_at <= moment, func.coalesce(counts, t.annotation.c.counted), is_last(moment))


def is_last(moment: int) -> ColumnElement[bool]:
    """The condition on ``annotation`` rows that no correction of them had arrived by ``moment``."""
    later = t.annotation.alias("later")
    return ~exists(
        select(later.c.id).where(
            # By project and task, for which there is an index.
            later.c.project_id == t.annotation.c.project_id,
            later.c.task_id == t.annotation.c.task_id,
            later.c.assignment_id == t.annotation.c.assignment_id,
            later.c.id > t.annotation.c.id,
            later.c.created_at <= moment,
        )
    )


def in_force_at(connection: Connection, project_id: int, task_ids: Sequence[int], moment: int) -> set[int]:
    """Ids of the annotations of these tasks that are in force at ``moment``. At most some thousand tasks at once."""
    if not task_ids:
        return set()
    statement = select(t.annotation.c.id).where(
        t.annotation.c.project_id == project_id, t.annotation.c.task_id.in_(task_ids), in_force(moment)
    )
    return set(connection.execute(statement).scalars())


def holders_at(connection: Connection, project_id: int, task_id: int, moment: int) -> Sequence[Any]:
    """Who held a lease on a task at ``moment``, and had not answered or skipped it: uid, name and email."""
    answered = exists(
        select(t.annotation.c.id).where(
            t.annotation.c.project_id == t.assignment.c.project_id,
            t.annotation.c.task_id == t.assignment.c.task_id,
            t.annotation.c.assignment_id == t.assignment.c.id,
            t.annotation.c.created_at <= moment,
        )
    )
    closed = t.assignment.c.closed_at
    over = t.assignment.c.state.in_((State.SKIPPED, State.EXPIRED)) & (closed <= moment)
    return connection.execute(
        select(
            t.person.c.uid.label("person_uid"), t.person.c.name.label("person_name"), t.person.c.email.label("email")
        )
        .join(t.assignment, t.assignment.c.annotator_id == t.person.c.id)
        .where(
            t.assignment.c.task_id == task_id,
            t.assignment.c.project_id == project_id,
            t.assignment.c.leased_at <= moment,
            t.assignment.c.reason != "import",
            ~over,
            ~answered,
        )
        .order_by(t.person.c.id)
    ).all()


def version_at(connection: Connection, project_id: int, moment: int) -> int:
    """The version of the label config that was in force at ``moment``; 1 before there was any."""
    where = (t.label_config.c.project_id == project_id) & (t.label_config.c.created_at <= moment)
    return int(connection.execute(select(func.max(t.label_config.c.version)).where(where)).scalar() or 1)
