"""Bring the tasks that exist under the policy in force: their target, queue, priority and place.

A target that falls takes nothing away: what is annotated stays, who holds a task may finish it, and nobody else
gets it. A target that rises opens the task again, in front of every cursor. Annotations that adaptive overlap or
a stage asked for stay asked for as long as the policy has adaptive overlap, or that stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from assay.flow.intake import place_of
from assay.flow.policy import Policy
from assay.store import tables as t
from assay.store.documents import as_json, from_json
from assay.store.engine.statement import Statement
from assay.store.queue.finishers import Finishers
from assay.store.queue.lanes import lane_ids
from assay.store.queue.places import place_now
from assay.store.queue.standing import expire_lease

# SQL counts on the row as it is under its lock, so that answers and leases that arrive meanwhile are not lost.
_MOVE = Statement(
    """
    UPDATE task SET need = need + (:target - target), target = :target, inclusion = :inclusion, lane_id = :lane,
        ord = CASE WHEN phase = 0 THEN :fresh_place
                   WHEN lane_id <> :lane OR (need <= 0 AND need + (:target - target) > 0) THEN :place
                   ELSE ord END
    WHERE id = :task
    """
)
STANDING = """
    SELECT t.id, t.phase, t.ord, t.need, t.target, t.done, t.inclusion, t.draw, t.stage, t.lane_id,
           d.data, d.stratum, d.priority, d.score, l.priority AS lane_priority, q.name AS queue, q.people
    FROM task t JOIN task_data d ON d.task_id = t.id JOIN lane l ON l.id = t.lane_id JOIN queue q ON q.id = l.queue_id
    WHERE t.project_id = :project
"""
_ONE = Statement(STANDING + " AND t.id = :task")
_TASKS = STANDING + " AND t.id > :after ORDER BY t.id LIMIT :count"
_TASKS_SQLITE = Statement(_TASKS)
_TASKS_POSTGRESQL = Statement(_TASKS + " FOR UPDATE OF t")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one chunk did: the last task id it saw (None: there were no more), how many it saw and changed."""

    last: int | None
    seen: int
    changed: int


def sync_queues(connection: Connection, project_id: int, policy: Policy, now: int) -> None:
    """Make the queues of a policy, and give those that exist its skills. Queues it no longer names stay, empty."""
    known = set(connection.execute(select(t.queue.c.name).where(t.queue.c.project_id == project_id)).scalars())
    for queue in policy.queues:
        skills = as_json(sorted(set(queue.skills)))
        if queue.name in known:
            where = (t.queue.c.project_id == project_id) & (t.queue.c.name == queue.name)
            connection.execute(update(t.queue).where(where).values(skills=skills))
        else:
            values = {"project_id": project_id, "name": queue.name, "skills": skills, "created_at": now}
            connection.execute(t.queue.insert().values(values))


def active_people(connection: Connection, project_id: int) -> int:
    """How many label in the project now; with full coverage each of them gets every task."""
    where = (t.seat.c.project_id == project_id) & (t.seat.c.active == 1)
    return int(connection.execute(select(func.count()).select_from(t.seat).where(where)).scalar_one())


def retarget(connection: Connection, project_id: int, policy: Policy, *, after: int, count: int, now: int) -> Chunk:
    """Do it for the next ``count`` tasks behind the id ``after``. Doing it twice changes nothing more."""
    locks = connection.dialect.name == "postgresql"
    whose = {"project": project_id, "after": after, "count": count}
    rows = (_TASKS_POSTGRESQL if locks else _TASKS_SQLITE).all(connection, whose)
    if not rows:
        return Chunk(None, 0, 0)
    return Chunk(rows[-1].id, len(rows), _bring(connection, project_id, policy, rows, now))


def retarget_tasks(connection: Connection, project_id: int, policy: Policy, task_ids: Sequence[int], now: int) -> None:
    """Do it for these tasks, whose data or fields were changed. The caller has them locked."""
    rows = [_ONE.first(connection, {"project": project_id, "task": task_id}) for task_id in sorted(set(task_ids))]
    _bring(connection, project_id, policy, [row for row in rows if row is not None], now)


def _bring(connection: Connection, project_id: int, policy: Policy, rows: Sequence[Any], now: int) -> int:
    """Bring locked tasks under a policy; how many changed."""
    people = active_people(connection, project_id) if policy.full_coverage else 1
    plans = [plan_of(Standing.read(row), policy, people) for row in rows]
    lanes = lane_ids(connection, project_id, {plan.lane for plan in plans})
    finishers = Finishers(connection, project_id)
    changed = 0
    for row, plan in zip(rows, plans, strict=True):
        lane = lanes[plan.lane]
        place = row.ord if row.phase != 0 else place_of(policy.order, row.id, row.draw, row.score)
        if (plan.target, plan.inclusion, lane, place) == (row.target, row.inclusion, row.lane_id, row.ord):
            continue
        changed += 1
        if row.done and plan.target != row.target:
            finishers.target_changes(row.id, row.target, plan.target)
        _MOVE.run(
            connection,
            {
                "task": row.id,
                "target": plan.target,
                "inclusion": plan.inclusion,
                "lane": lane,
                "fresh_place": place,
                "place": place_now(connection, now),
            },
        )
    finishers.write()
    return changed


@dataclass(frozen=True, slots=True)
class Standing:
    """A task as it stands, with its data read."""

    row: Any
    data: dict[str, Any]

    @classmethod
    def read(cls, row: Any) -> Standing:
        """From a row with the columns of task, task_data, lane_priority, queue and people."""
        return cls(row, from_json(row.data))


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a task belongs under a policy: queue, stratum and priority of its lane."""

    target: int
    inclusion: float
    lane: tuple[str, str, int]


def plan_of(standing: Standing, policy: Policy, people: int) -> Plan:
    """The plan for a task, whatever has happened to it. ``people`` label in the project."""
    row = standing.row
    wanted = policy.wanted(standing.data, row.stratum, row.draw, priority=row.priority, people=people)
    stratum = row.stratum if policy.order == "stratified" else ""
    target, queue = wanted.target, wanted.queue
    if row.stage > 0:
        if row.stage < len(policy.stages):
            # On its way already: what the stages have asked for stays, in the queue of its stage.
            return Plan(row.target, row.inclusion, (policy.stages[row.stage].queue, stratum, row.lane_priority))
        target = max(target, row.done)
    elif policy.adaptive is not None and row.done > 0:
        target = max(target, min(row.target, policy.adaptive.most))
    if row.people is not None:
        queue = row.queue  # somebody gave it to people by name
    return Plan(target, wanted.inclusion, (queue, stratum, wanted.priority))


def release_leases(
    connection: Connection, project_id: int, people: Sequence[int] | None, *, idle_before: int | None, now: int
) -> int:
    """Give open leases back for others: of these people (None: of everybody), handed out before a moment.

    Answers that arrive all the same count while the slot is free, as after any lease that ran out.
    """
    lease = t.assignment.c
    where = [lease.project_id == project_id, lease.state == 0]
    if people is not None:
        where.append(lease.annotator_id.in_(people))
    if idle_before is not None:
        where.append(lease.leased_at < idle_before)
    statement = select(lease.id, lease.task_id).where(*where).order_by(lease.task_id)
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update()
    rows = connection.execute(statement).all()
    for row in rows:
        expire_lease(connection, row.id, row.task_id, now)
    return len(rows)
