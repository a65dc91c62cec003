"""Giving tasks to people by name, setting skills, and taking tasks out of the queue or back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select, update

from assay.flow.policy import Policy
from assay.kernel.errors import NotFound
from assay.store import tables as t
from assay.store.documents import as_json
from assay.store.engine.statement import Statement
from assay.store.queue.lanes import lane_ids
from assay.store.queue.places import place_now
from assay.store.queue.retarget import STANDING, Standing, active_people, plan_of
from assay.store.queue.standing import put_back, record_decision, take_out

ASSIGN = "assign"

_TASK = STANDING + " AND t.id = :task"
_TASK_SQLITE = Statement(_TASK)
_TASK_POSTGRESQL = Statement(_TASK + " FOR UPDATE OF t")
_MOVE = Statement(
    """
    UPDATE task SET lane_id = :lane, ord = CASE WHEN phase = 0 THEN ord ELSE :place END WHERE id = :task
    """
)


def assign(
    connection: Connection,
    project: Any,
    policy: Policy,
    task_ids: Sequence[int],
    people: Sequence[int],
    *,
    actor_id: int,
    now: int,
) -> int:
    """Let only these people get these tasks; with no people, whoever the policy means again. How many moved.

    Who holds one of them already may finish it. Raises NotFound for a task that is not in the project.
    """
    name = _queue_for(connection, project.id, people, now) if people else None
    count = active_people(connection, project.id) if policy.full_coverage else 1
    moved = 0
    for task_id in sorted(set(task_ids)):
        row = _task(connection, project.id, task_id)
        stratum = row.stratum if policy.order == "stratified" else ""
        key = (name, stratum, row.lane_priority) if name else _by_policy(row, policy, count)
        lane = lane_ids(connection, project.id, [key])[key]
        if lane == row.lane_id:
            continue
        moved += 1
        _MOVE.run(connection, {"task": row.id, "lane": lane, "place": place_now(connection, now)})
        record_decision(
            connection,
            project.id,
            row.id,
            ASSIGN,
            actor_id=actor_id,
            policy_version=project.policy_version,
            now=now,
            body={"people": sorted(people)},
        )
    return moved


def _by_policy(row: Any, policy: Policy, people: int) -> tuple[str, str, int]:
    plain = SimpleNamespace(**{**row._asdict(), "people": None})
    return plan_of(Standing.read(plain), policy, people).lane


def _task(connection: Connection, project_id: int, task_id: int) -> Any:
    statement = _TASK_POSTGRESQL if connection.dialect.name == "postgresql" else _TASK_SQLITE
    row = statement.first(connection, {"project": project_id, "task": task_id})
    if row is None:
        raise NotFound(f"There is no task {task_id} in this project.", field="task_ids")
    return row


def _queue_for(connection: Connection, project_id: int, people: Sequence[int], now: int) -> str:
    """The queue of exactly these people; no queue of a policy has a name with an @."""
    written = as_json(sorted(set(people)))
    name = "@" + hashlib.blake2b(written.encode(), digest_size=8).hexdigest()
    where = (t.queue.c.project_id == project_id) & (t.queue.c.name == name)
    if connection.execute(select(t.queue.c.id).where(where)).first() is None:
        values = {"project_id": project_id, "name": name, "people": written, "created_at": now}
        connection.execute(t.queue.insert().values(values))
    return name


def set_skills(connection: Connection, project_id: int, person_id: int, skills: Mapping[str, int | None]) -> None:
    """What somebody can do here, each skill with the moment (microseconds) when it runs out, None for never."""
    where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == person_id)
    written = as_json({skill: skills[skill] for skill in sorted(skills)})
    if not connection.execute(update(t.seat).where(where).values(skills=written)).rowcount:
        raise NotFound("This person has no seat in the project.", action="Add the person first.")


def move_out(
    connection: Connection, project: Any, task_ids: Sequence[int], *, back: bool, actor_id: int, reason: str, now: int
) -> int:
    """Take tasks out of the queue, or put them back; how many were not there already. Raises NotFound."""
    move: Callable[..., bool] = put_back if back else take_out
    moved = 0
    for task_id in sorted(set(task_ids)):
        row = _task(connection, project.id, task_id)
        named = SimpleNamespace(task_id=row.id, project_id=project.id, policy_version=project.policy_version)
        moved += move(connection, named, actor_id=actor_id, reason=reason, now=now)
    return moved
