"""After a change of the policy, of who labels, or of the queues: bring the tasks that exist under it, in chunks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from assay.store import jobs
from assay.store import tables as t
from assay.store.queue.retarget import Chunk, retarget
from assay.worker.context import JobContext, JobStopped

_CHUNK_TASKS = 1_000


def run_retarget(context: JobContext) -> None:
    """Go through the tasks of the project by id. A policy that is changed meanwhile begins it anew."""
    state = {"version": None, "after": 0, "seen": 0, "changed": 0, **context.job.checkpoint}
    while (state := _chunk(context, state))["after"] is not None:
        if context.stopping():
            raise JobStopped
    now = context.clock()
    outcome = {"tasks": state["seen"], "changed": state["changed"], "policy_version": state["version"]}
    context.store.write(lambda c: jobs.finish(c, context.job, outcome, now))


def _chunk(context: JobContext, state: dict[str, Any]) -> dict[str, Any]:
    now = context.clock()

    def work(connection: Connection) -> dict[str, Any]:
        jobs.renew(connection, context.job, now)  # first the lease: who lost it writes nothing
        project = connection.execute(select(t.project).where(t.project.c.id == context.job.project_id)).one()
        current = state
        if state["version"] != project.policy_version:
            current = {"version": project.policy_version, "after": 0, "seen": 0, "changed": state["changed"]}
        policy = context.versions.policy(connection, project.id, project.policy_version)
        chunk: Chunk = retarget(connection, project.id, policy, after=current["after"], count=_CHUNK_TASKS, now=now)
        after = {
            **current,
            "after": chunk.last,
            "seen": current["seen"] + chunk.seen,
            "changed": current["changed"] + chunk.changed,
        }
        if chunk.last is not None:
            total = project.task_count
            jobs.checkpoint(
                connection, context.job, after, step="sorting tasks", progress=after["seen"], total=total, now=now
            )
        return after

    return context.store.write(work)
