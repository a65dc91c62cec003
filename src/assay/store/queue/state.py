"""The queue as the lead sees it: what waits where, who holds what, and why something is not being done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from assay.flow.policy import BACKUP, Policy
from assay.store.documents import from_json
from assay.store.engine.statement import Statement
from assay.store.queue.lanes import Lane

_COUNTED = 10_000
"""Tasks that wait for somebody who can still take them are counted as far as this."""

_LANES = Statement(
    """
    SELECT l.id, l.priority, l.stratum, q.skills, q.people, q.name
    FROM lane l JOIN queue q ON q.id = l.queue_id WHERE l.project_id = :project ORDER BY q.name, l.priority DESC, l.id
    """
)
_COUNTS = Statement(
    """
    SELECT lane_id, count(*) AS tasks,
        sum(CASE WHEN phase = 2 THEN 1 ELSE 0 END) AS out,
        sum(CASE WHEN done >= target AND phase <> 2 THEN 1 ELSE 0 END) AS done,
        sum(CASE WHEN phase = 0 AND need > 0 THEN 1 ELSE 0 END) AS fresh,
        sum(CASE WHEN phase = 1 AND done < target THEN 1 ELSE 0 END) AS started,
        sum(CASE WHEN phase <> 2 AND need > 0 THEN need ELSE 0 END) AS open_slots
    FROM task WHERE project_id = :project GROUP BY lane_id
    """
)
_SEATS = Statement(
    """
    SELECT s.person_id, p.uid, p.name, p.email, s.active, s.skills, s.submitted, s.day, s.today, s.active_at,
           s.accuracy
    FROM seat s JOIN person p ON p.id = s.person_id WHERE s.project_id = :project ORDER BY s.active DESC, p.name, p.id
    """
)
_LEASES = Statement(
    """
    SELECT annotator_id, count(*) AS held, min(leased_at) AS oldest FROM assignment
    WHERE project_id = :project AND state = 0 GROUP BY annotator_id
    """
)
# Tasks that want more but that everybody who could get them has had: nobody will take them.
_STUCK = """
    SELECT count(*) FROM (
        SELECT 1 FROM task t WHERE t.lane_id = :lane AND t.phase = 1 AND t.need > 0
          AND (SELECT count(*) FROM assignment a WHERE a.task_id = t.id AND a.state IN (0, 1, 2, 5)
               AND a.annotator_id IN ({people})) >= :able
        LIMIT {most}) stuck
"""


@dataclass(frozen=True, slots=True)
class LaneState:
    """One lane: its tasks by what is to be done, and who can work there."""

    queue: str
    stratum: str
    priority: int
    skills: tuple[str, ...]
    assigned_to: tuple[int, ...] | None  # person ids, when the queue is for some by name
    tasks: int
    fresh: int
    started: int
    done: int
    out: int
    open_slots: int
    able: int  # people who label now and can work here
    stuck: int  # started tasks that everybody who can work here has had


@dataclass(frozen=True, slots=True)
class PersonState:
    """Somebody with a seat."""

    person_id: int
    uid: str
    name: str
    email: str | None
    active: bool
    skills: dict[str, int | None]
    held: int
    oldest_lease: int | None
    active_at: int | None
    today: int
    submitted: int
    accuracy: float | None


def lane_states(
    connection: Connection, project_id: int, policy: Policy, people: Sequence[PersonState], now: int
) -> list[LaneState]:
    """Every lane with tasks, the queues in alphabetical order, urgent ones first."""
    counts = {row.lane_id: row for row in _COUNTS.all(connection, {"project": project_id})}
    found = []
    for row in _LANES.all(connection, {"project": project_id}):
        count = counts.get(row.id)
        if count is None:
            continue
        lane = Lane.read(tuple(row)[:5])
        able = [one.person_id for one in people if one.active and _can(one, lane, policy, now)]
        found.append(
            LaneState(
                queue=row.name,
                stratum=lane.stratum,
                priority=lane.priority,
                skills=tuple(sorted(lane.skills)),
                assigned_to=None if lane.people is None else tuple(sorted(lane.people)),
                tasks=count.tasks,
                fresh=count.fresh,
                started=count.started,
                done=count.done,
                out=count.out,
                open_slots=count.open_slots,
                able=len(able),
                stuck=_stuck(connection, row.id, able) if able and count.started else 0,
            )
        )
    return found


def _can(one: PersonState, lane: Lane, policy: Policy, now: int) -> bool:
    current = frozenset(skill for skill, until in one.skills.items() if until is None or until > now)
    return lane.is_open_to(one.person_id, current) and (policy.backup_called or BACKUP not in current)


def _stuck(connection: Connection, lane_id: int, able: Sequence[int]) -> int:
    people = ", ".join(str(int(person)) for person in able)
    statement = Statement(_STUCK.format(people=people, most=_COUNTED))
    return int(statement.scalar(connection, {"lane": lane_id, "able": len(able)}) or 0)


def people_states(connection: Connection, project_id: int, today: int) -> list[PersonState]:
    """Everybody with a seat, who label now first. ``today``: the day since 1970."""
    leases = {row.annotator_id: row for row in _LEASES.all(connection, {"project": project_id})}
    found = []
    for row in _SEATS.all(connection, {"project": project_id}):
        lease: Any = leases.get(row.person_id)
        found.append(
            PersonState(
                person_id=row.person_id,
                uid=row.uid,
                name=row.name,
                email=row.email,
                active=bool(row.active),
                skills=from_json(row.skills),
                held=lease.held if lease else 0,
                oldest_lease=lease.oldest if lease else None,
                active_at=row.active_at or None,
                today=row.today if row.day == today else 0,
                submitted=row.submitted,
                accuracy=row.accuracy,
            )
        )
    return found
