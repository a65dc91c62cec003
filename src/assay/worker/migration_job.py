"""Migration: the annotations of a project under a new label config, task by task.

It goes on after the last chunk that is on disk. Answers that arrive meanwhile under the old config are brought
under the new one when they arrive, so that none is left behind.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from assay.store import jobs
from assay.store import tables as t
from assay.store.label_migration import Migration, migrate_tasks, tasks_after
from assay.worker.context import JobContext, JobStopped

_CHUNK_TASKS = 500


def run_migration(context: JobContext) -> None:
    """Do the migration of ``context.job``."""
    job = context.job
    state = dict(job.checkpoint) or context.store.read(lambda c: _begin(c, job.project_id))
    while not state.get("done"):
        state = context.store.write(lambda c, state=state: _chunk(c, context, state))  # type: ignore[misc]
        if context.stopping():
            raise JobStopped
    outcome = {name: state[name] for name in ("tasks", "changed", "set_aside", "same")}
    now = context.clock()
    context.store.write(lambda c: jobs.finish(c, job, outcome, now))


def _begin(connection: Connection, project_id: int) -> dict[str, Any]:
    where = (t.task.c.project_id == project_id) & (t.task.c.done > 0)
    total = connection.execute(select(func.count()).select_from(t.task).where(where)).scalar_one()
    return {"after": 0, "tasks": 0, "changed": 0, "set_aside": 0, "same": 0, "total": total}


def _chunk(connection: Connection, context: JobContext, state: dict[str, Any]) -> dict[str, Any]:
    job, now = context.job, context.clock()
    jobs.renew(connection, job, now)
    version = job.arguments["version"]
    migration = Migration(connection, context.versions, job.project_id, version)
    policy_version = connection.execute(
        select(t.project.c.policy_version).where(t.project.c.id == job.project_id)
    ).scalar_one()
    ids = tasks_after(connection, job.project_id, state["after"], _CHUNK_TASKS)
    done = migrate_tasks(connection, migration, ids, policy_version=policy_version, now=now)
    after = {
        **state,
        "after": ids[-1] if ids else state["after"],
        "tasks": state["tasks"] + len(ids),
        "changed": state["changed"] + done.changed,
        "set_aside": state["set_aside"] + done.set_aside,
        "same": state["same"] + done.same,
        "done": not ids,
    }
    total = max(state["total"], after["tasks"])
    jobs.checkpoint(connection, job, after, step="migrating", progress=after["tasks"], total=total, now=now)
    return after
