"""Setting annotations aside, and restoring them: step by step, each with its checkpoint.

A worker that is killed goes on after the last step that is on disk. Each annotation changes at once, with its task
and everybody's counters; a reader in the middle of a large one sees some of its tasks before and some after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from assay.flow.reverting import Effect
from assay.store import jobs
from assay.store import tables as t
from assay.store.documents import from_json
from assay.store.records import reverts
from assay.store.records.as_of import LATEST
from assay.store.records.selection import Selection, resolve, selected
from assay.worker.context import JobContext, JobStopped

Step = Callable[[Connection], list[Effect]]


def run_revert(context: JobContext) -> None:
    """Set aside what the revert of ``context.job`` selects."""
    revert = _revert(context)
    state = context.job.checkpoint or {
        "after": [0, 0],
        "total": context.store.read(lambda c: _count(c, context, revert)),
    }
    while True:
        after = tuple(state["after"])
        found = context.store.read(lambda c, after=after: list(islice(_found(c, context, revert, after), reverts.STEP)))  # type: ignore[misc]
        if not found:
            return _finish(context, state)
        pairs = [(one.assignment_id, one.id) for one in found]
        now = context.clock()
        state = {**state, "after": [found[-1].task_id, found[-1].id]}
        state = _step(
            context,
            state,
            "setting aside",
            lambda c, pairs=pairs, now=now: reverts.aside_step(c, context.versions, revert, pairs, now),  # type: ignore[misc]
        )


def run_restore(context: JobContext) -> None:
    """Restore what the revert, that the one of ``context.job`` takes back, still keeps aside."""
    restore = _revert(context)
    state: dict[str, Any] = context.job.checkpoint or {"before": LATEST, "total": None}
    while True:
        found = context.store.read(lambda c, state=state: reverts.aside(c, restore.restores, before=state["before"]))  # type: ignore[misc]
        if not found:
            return _finish(context, state)
        assignments = [row.assignment_id for row in found]
        now = context.clock()
        state = {**state, "before": found[-1].id}
        state = _step(
            context,
            state,
            "restoring",
            lambda c, assignments=assignments, now=now: reverts.restore_step(  # type: ignore[misc]
                c, context.versions, restore, assignments, now
            ),
        )


def _revert(context: JobContext) -> Any:
    where = t.revert.c.id == context.job.arguments["revert"]
    return context.store.read(lambda c: c.execute(select(t.revert).where(where)).one())


def _found(connection: Connection, context: JobContext, revert: Any, after: Any) -> Any:
    project = connection.execute(select(t.project).where(t.project.c.id == revert.project_id)).one()
    selection = Selection.from_document(from_json(revert.selection))
    meant = resolve(connection, project, selection, last=context.job.arguments["last"])
    return selected(connection, context.versions, meant, after=after, page=reverts.STEP)


def _count(connection: Connection, context: JobContext, revert: Any) -> int:
    return sum(1 for _ in _found(connection, context, revert, (0, 0)))


def _step(context: JobContext, state: dict[str, Any], name: str, work: Step) -> dict[str, Any]:
    if context.stopping():
        raise JobStopped

    def write(connection: Connection) -> dict[str, Any]:
        # The checkpoint first: it locks the job, so that a canceled one changes nothing any more.
        effects = Counter(state.get("effects", {}))
        jobs.renew(connection, context.job, context.clock())
        effects.update(effect.value for effect in work(connection))
        done = {**state, "effects": dict(effects)}
        jobs.checkpoint(
            connection, context.job, done, step=name, progress=sum(effects.values()), total=state["total"],
            now=context.clock(),
        )  # fmt: skip
        return done

    return context.store.write(write)


def _finish(context: JobContext, state: dict[str, Any]) -> None:
    effects = state.get("effects", {})
    outcome = {"annotations": sum(effects.values()), "effects": effects, "revert": context.job.arguments["revert_uid"]}
    now = context.clock()
    context.store.write(lambda c: jobs.finish(c, context.job, outcome, now))
