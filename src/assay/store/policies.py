"""Putting a policy in force: a new version, its queues, and a job that brings the tasks that exist under it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from assay.flow.policy import Policy
from assay.store import jobs, projects
from assay.store import tables as t
from assay.store.documents import as_json
from assay.store.queue.retarget import sync_queues

RETARGET = "retarget"


def activate(
    connection: Connection, project: Any, policy: Policy, *, note: str, actor_id: int, now: int
) -> tuple[int, str | None]:
    """The new version, and the public id of the job that brings the tasks under it (None: there are no tasks)."""
    document = as_json(policy.as_document())
    version = projects.add_version(connection, t.policy, project, document, note=note, actor_id=actor_id, now=now)
    sync_queues(connection, project.id, policy, now)
    return version, enqueue_retarget(connection, project, created_by=actor_id, now=now)


def enqueue_retarget(connection: Connection, project: Any, *, created_by: int | None, now: int) -> str | None:
    """Queue the job, unless there are no tasks or one is waiting that will read the newest policy anyway."""
    if connection.execute(select(t.task.c.id).where(t.task.c.project_id == project.id).limit(1)).first() is None:
        return None
    waiting = select(t.job.c.uid).where(
        t.job.c.project_id == project.id, t.job.c.kind == RETARGET, t.job.c.state == jobs.JobState.WAITING
    )
    known = connection.execute(waiting.limit(1)).scalar()
    if known is not None:
        return str(known)
    return jobs.enqueue(
        connection,
        RETARGET,
        workspace_id=project.workspace_id,
        project_id=project.id,
        arguments={},
        created_by=created_by,
        now=now,
    )
