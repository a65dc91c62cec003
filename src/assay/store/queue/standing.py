"""Where a task stands in the queue when it is not an answer that moves it: out, back, asked more, another stage."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from assay.flow.routing import BACK, OUT, Decision
from assay.store import tables as t
from assay.store.documents import as_json
from assay.store.engine.statement import Statement
from assay.store.queue.finishers import Finishers
from assay.store.queue.lanes import lane_ids
from assay.store.queue.places import place_now

_OUT = Statement("UPDATE task SET phase = 2 WHERE id = :task AND phase <> 2")
# In phase 1, at the end of it: in front of every cursor, and nobody has to know whether it was begun before.
_BACK = Statement("UPDATE task SET phase = 1, ord = :place WHERE id = :task AND phase = 2")
_MORE = Statement(
    """
    UPDATE task SET target = target + :count, need = need + :count, stage = :stage, lane_id = :lane,
        phase = CASE WHEN phase = 2 THEN 2 ELSE 1 END, ord = :place
    WHERE id = :task
    """
)


_EXPIRE = Statement("UPDATE assignment SET state = 3, closed_at = :now WHERE id = :assignment AND state = 0")
_REOPEN = Statement(
    """
    UPDATE task SET need = need + 1, phase = CASE WHEN phase = 2 THEN 2 ELSE 1 END, ord = :place WHERE id = :task
    """
)


def reopen_slot(connection: Connection, task_id: int, now: int) -> None:
    """One more slot of a task, in front of every cursor; a task that is out stays out."""
    _REOPEN.run(connection, {"task": task_id, "place": place_now(connection, now)})


def expire_lease(connection: Connection, assignment_id: int, task_id: int, now: int) -> None:
    """Close a lease that is still open, and open its slot for others."""
    if _EXPIRE.run(connection, {"assignment": assignment_id, "now": now}):
        reopen_slot(connection, task_id, now)


def record_decision(
    connection: Connection,
    project_id: int,
    task_id: int,
    kind: str,
    *,
    actor_id: int | None,
    policy_version: int,
    now: int,
    body: dict[str, Any],
) -> None:
    """Append a decision about a task."""
    connection.execute(
        insert(t.decision).values(
            project_id=project_id,
            task_id=task_id,
            kind=kind,
            at=now,
            actor_id=actor_id,
            policy_version=policy_version,
            body=as_json(body),
        )
    )


def take_out(connection: Connection, row: Any, *, actor_id: int, reason: str, now: int) -> bool:
    """Take a task out of the queue: nobody gets it; who has it may finish. ``row`` names task, project and policy."""
    if not _OUT.run(connection, {"task": row.task_id}):
        return False
    record_decision(
        connection, row.project_id, row.task_id, OUT,
        actor_id=actor_id, policy_version=row.policy_version, now=now, body={"reason": reason},
    )  # fmt: skip
    return True


def put_back(connection: Connection, row: Any, *, actor_id: int, reason: str, now: int) -> bool:
    """Let a task that is out go out again. ``row`` names task, project and policy."""
    if not _BACK.run(connection, {"task": row.task_id, "place": place_now(connection, now)}):
        return False
    record_decision(
        connection, row.project_id, row.task_id, BACK,
        actor_id=actor_id, policy_version=row.policy_version, now=now, body={"reason": reason},
    )  # fmt: skip
    return True


def carry_out(
    connection: Connection,
    decision: Decision,
    *,
    project_id: int,
    task: Any,
    policy_version: int,
    now: int,
    was_finished: bool,
) -> None:
    """Ask for more annotations of a task that is locked.

    ``task`` has task_id, target, done (the answer that led here counts), lane_id, stratum and priority.
    ``was_finished``: before that answer the task counted as finished, and it no longer does. A task that has more
    than its target, from an earlier policy, is asked beyond what it has.
    """
    more = task.done + decision.annotations - task.target
    if was_finished:
        finishers = Finishers(connection, project_id)
        finishers.target_changes(task.task_id, task.target, task.target + more)
        finishers.write()
    lane = task.lane_id
    if decision.queue is not None:
        key = (decision.queue, task.stratum, task.priority)
        lane = lane_ids(connection, project_id, [key])[key]
    _MORE.run(
        connection,
        {
            "task": task.task_id,
            "count": more,
            "stage": decision.stage,
            "lane": lane,
            "place": place_now(connection, now),
        },
    )
    record_decision(
        connection, project_id, task.task_id, decision.kind,
        actor_id=None, policy_version=policy_version, now=now, body=decision.body,
    )  # fmt: skip
