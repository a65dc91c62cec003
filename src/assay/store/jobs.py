"""The job table: claim, renew, checkpoint, finish. A checkpoint is written in the transaction of the work itself.

A worker owns a job while its lease runs. When it dies, the lease ends and another worker goes on from the
last checkpoint. Each write names the owner: a worker that lost its lease writes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from assay.kernel.clock import SECOND
from assay.kernel.errors import Conflict, NotFound, TooMany
from assay.kernel.ids import new_id
from assay.store import tables as t
from assay.store.documents import as_json, from_json

LEASE_SECONDS = 20
_OPEN_PER_PROJECT = 20
_REFUSED_CHARACTERS = 1_000  # of a field or a reason in a report


class JobState(IntEnum):
    """Where a job stands."""

    WAITING = 0
    RUNNING = 1
    DONE = 2
    FAILED = 3
    CANCELED = 4


class LeaseLost(Exception):
    """Another worker owns the job now, or it was canceled: stop without writing."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job in a worker's hands."""

    id: int
    uid: str
    kind: str
    workspace_id: int
    project_id: int
    arguments: dict[str, Any]
    checkpoint: dict[str, Any]
    attempt: int
    owner: str
    created_by: int | None


def enqueue(
    connection: Connection,
    kind: str,
    *,
    workspace_id: int,
    project_id: int,
    arguments: dict[str, Any],
    created_by: int | None,
    now: int,
) -> str:
    """Add a job in the caller's transaction; returns its public id. Raises TooMany above the cap of a project."""
    waiting = (t.job.c.project_id == project_id) & (t.job.c.state < JobState.DONE)
    if connection.execute(select(func.count()).select_from(t.job).where(waiting)).scalar_one() >= _OPEN_PER_PROJECT:
        raise TooMany(
            f"{_OPEN_PER_PROJECT} jobs of this project are waiting or running.",
            action="Wait until one is done, or cancel one.",
            retry_after_seconds=10,
        )
    uid = new_id()
    connection.execute(
        insert(t.job).values(
            uid=uid,
            kind=kind,
            workspace_id=workspace_id,
            project_id=project_id,
            state=JobState.WAITING,
            run_at=now,
            arguments=as_json(arguments),
            checkpoint="{}",
            created_by=created_by,
            created_at=now,
        )
    )
    return uid


_CLAIM = """
    UPDATE job SET state = 1, attempt = attempt + 1, owner = :owner, lease_until = :until
    WHERE id = (
        SELECT id FROM job
        WHERE ((state = 0 AND run_at <= :now) OR (state = 1 AND lease_until < :now)) {only}
        ORDER BY run_at, id LIMIT 1 {lock})
    RETURNING id, uid, kind, workspace_id, project_id, arguments, checkpoint, attempt, owner, created_by
"""


def claim_next_for_update(connection: Connection, owner: str, now: int, only: str | None = None) -> Job | None:
    """Take the job that waits longest, or one whose worker died. ``only`` restricts to one public id."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    statement = _CLAIM.format(lock=lock, only="" if only is None else "AND uid = :only")
    parameters: dict[str, Any] = {"owner": owner, "until": now + LEASE_SECONDS * SECOND, "now": now}
    if only is not None:
        parameters["only"] = only
    row = connection.execute(text(statement), parameters).first()
    if row is None:
        return None
    values = row._asdict()
    values["arguments"] = from_json(values["arguments"])
    values["checkpoint"] = from_json(values["checkpoint"])
    return Job(**values)


def _owned(connection: Connection, job: Job, **values: Any) -> None:
    where = (t.job.c.id == job.id) & (t.job.c.owner == job.owner) & (t.job.c.state == JobState.RUNNING)
    if not connection.execute(update(t.job).where(where).values(**values)).rowcount:
        raise LeaseLost(job.uid)


def renew(connection: Connection, job: Job, now: int) -> None:
    """Keep the lease. Raises LeaseLost."""
    _owned(connection, job, lease_until=now + LEASE_SECONDS * SECOND)


def checkpoint(
    connection: Connection,
    job: Job,
    state: dict[str, Any],
    *,
    step: str,
    progress: int,
    total: int | None,
    now: int,
) -> None:
    """Write how far the work is, in the transaction of the work; renews the lease. Raises LeaseLost."""
    _owned(
        connection,
        job,
        checkpoint=as_json(state),
        step=step,
        progress=progress,
        total=total,
        lease_until=now + LEASE_SECONDS * SECOND,
    )


def finish(connection: Connection, job: Job, outcome: dict[str, Any], now: int) -> None:
    """The job is done. Raises LeaseLost."""
    _owned(connection, job, state=JobState.DONE, outcome=as_json(outcome), step="done", finished_at=now)


def fail(connection: Connection, job: Job, problem: dict[str, Any], outcome: dict[str, Any] | None, now: int) -> None:
    """The job cannot be done; ``problem`` is a problem-details body. Raises LeaseLost."""
    _owned(
        connection,
        job,
        state=JobState.FAILED,
        problem=as_json(problem),
        outcome=as_json(outcome) if outcome is not None else None,
        step="failed",
        finished_at=now,
    )


def release(connection: Connection, job: Job, run_at: int, *, attempts: int) -> None:
    """Put a job back for a later try, keeping its checkpoint. ``attempts`` is how many count. Raises LeaseLost."""
    _owned(connection, job, state=JobState.WAITING, run_at=run_at, owner=None, lease_until=None, attempt=attempts)


def cancel(connection: Connection, project_id: int, uid: str, now: int) -> None:
    """Stop a waiting or running job. Raises Conflict when it is over already."""
    where = (t.job.c.project_id == project_id) & (t.job.c.uid == uid) & (t.job.c.state < JobState.DONE)
    if not connection.execute(update(t.job).where(where).values(state=JobState.CANCELED, finished_at=now)).rowcount:
        find(connection, project_id, uid)
        raise Conflict("This job is over already.", code="job_over")


def find(connection: Connection, project_id: int, uid: str) -> Any:
    """The row of a job. Raises NotFound."""
    row = connection.execute(select(t.job).where(t.job.c.project_id == project_id, t.job.c.uid == uid)).first()
    if row is None:
        raise NotFound("There is no such job.")
    return row


def list_jobs(connection: Connection, project_id: int, limit: int = 50) -> Sequence[Any]:
    """The jobs of a project, newest first."""
    statement = select(t.job).where(t.job.c.project_id == project_id).order_by(t.job.c.id.desc()).limit(limit)
    return connection.execute(statement).all()


def add_refused(connection: Connection, job: Job, rows: Sequence[tuple[int, str, str]]) -> None:
    """Keep refused rows (line, field, reason) of an import for its report. Raises LeaseLost."""
    _owned(connection, job, owner=job.owner)
    if rows:
        connection.execute(
            insert(t.refused_row),
            [
                {"job_id": job.id, "line": line, "field": _printable(field), "reason": _printable(reason)}
                for line, field, reason in rows
            ],
        )


def _printable(text: str) -> str:
    """What a file says about itself may hold NUL or half characters, which PostgreSQL does not keep."""
    return text[:_REFUSED_CHARACTERS].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def clear_refused(connection: Connection, job: Job) -> None:
    """Forget refused rows: the file is read again from its start. Raises LeaseLost."""
    _owned(connection, job, owner=job.owner)
    connection.execute(t.refused_row.delete().where(t.refused_row.c.job_id == job.id))


def refused_lines(connection: Connection, job: Job, lines: Sequence[int]) -> set[int]:
    """Which of these lines the report names already."""
    where = (t.refused_row.c.job_id == job.id) & t.refused_row.c.line.in_(lines)
    return set(connection.execute(select(t.refused_row.c.line).where(where)).scalars())


def is_over(connection: Connection, job: Job) -> bool:
    """Whether the job is done, failed or canceled."""
    return bool(connection.execute(select(t.job.c.state).where(t.job.c.id == job.id)).scalar_one() >= JobState.DONE)


def list_refused(connection: Connection, job_id: int, *, after: int, limit: int) -> Sequence[Any]:
    """Refused rows by line."""
    where = (t.refused_row.c.job_id == job_id) & (t.refused_row.c.line > after)
    return connection.execute(select(t.refused_row).where(where).order_by(t.refused_row.c.line).limit(limit)).all()


def count_refused(connection: Connection, job_id: int) -> int:
    """Refused rows that were kept."""
    where = t.refused_row.c.job_id == job_id
    return int(connection.execute(select(func.count()).select_from(t.refused_row).where(where)).scalar_one())
