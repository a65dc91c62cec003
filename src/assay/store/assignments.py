"""Assignments in the tables: implements the records of ``assay.flow.assignment``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, text

from assay.flow.assignment import Lease, NewLease, OpenSlots, Seat, State
from assay.flow.policy import Policy
from assay.kernel.clock import DAY
from assay.labels.task_data import visible_data
from assay.store.documents import VersionCache, from_json
from assay.store.engine.statement import Statement
from assay.store.queue import Claim, claim_slot, place_now
from assay.store.queue.lanes import Lane, current_skills, start_of
from assay.store.queue.standing import expire_lease, reopen_slot, take_out

_SEAT = """
    SELECT p.id, p.state, p.policy_version, p.guideline_version, p.label_config_version,
           s.active, s.submitted, s.day, s.today, s.skills, s.session_at, s.active_at,
           (SELECT {list_of}({row}(l.id, l.priority, l.stratum, q.skills, q.people))
            FROM lane l JOIN queue q ON q.id = l.queue_id WHERE l.project_id = p.id) AS lanes
    FROM project p JOIN seat s ON s.project_id = p.id AND s.person_id = :me
    WHERE p.uid = :project AND p.workspace_id = :workspace
"""
_SEAT_SQLITE = Statement(_SEAT.format(list_of="json_group_array", row="json_array"))
_SEAT_POSTGRESQL = Statement(_SEAT.format(list_of="json_agg", row="json_build_array") + " FOR UPDATE OF s")
_OPEN = Statement(
    """
    SELECT a.uid, a.lease_until, a.label_config_version, d.data, a.id, a.task_id
    FROM assignment a JOIN task_data d ON d.task_id = a.task_id
    WHERE a.annotator_id = :me AND a.project_id = :project AND a.state = 0
    ORDER BY a.id
    """
)
_RENEW = Statement(
    """
    UPDATE assignment SET lease_until = :until
    WHERE annotator_id = :me AND project_id = :project AND state = 0 AND lease_until < :until
    """
)
_ANY_TASK = Statement("SELECT 1 FROM task WHERE project_id = :project LIMIT 1")
_LANES_WITH_SLOTS = Statement(
    """
    SELECT l.id FROM lane l WHERE l.project_id = :project
      AND EXISTS (SELECT 1 FROM task t WHERE t.lane_id = l.id AND t.need > 0 AND t.phase IN (0, 1))
    """
)
_CLOSE = Statement("UPDATE assignment SET state = :state, closed_at = :now WHERE id = :assignment AND state = 0")
_MINE = """
    SELECT a.id, a.task_id, a.project_id, a.state, a.guideline_version, a.policy_version
    FROM assignment a JOIN project p ON p.id = a.project_id
    WHERE a.uid = :uid AND a.annotator_id = :me AND p.workspace_id = :workspace
"""
_MINE_SQLITE = Statement(_MINE)
_MINE_POSTGRESQL = Statement(_MINE + " FOR UPDATE OF a")
_LAPSED = """
    SELECT id, task_id FROM assignment WHERE state = 0 AND lease_until < :now ORDER BY lease_until LIMIT :count
"""
_LAPSED_SQLITE = Statement(_LAPSED)
_LAPSED_POSTGRESQL = Statement(_LAPSED + " FOR UPDATE SKIP LOCKED")


class SqlAssignments:
    """The records of the assignment stage over one transaction."""

    def __init__(self, connection: Connection, versions: VersionCache, workspace_id: int | None = None) -> None:
        self._connection = connection
        self._versions = versions
        self._workspace_id = workspace_id
        self._seat: Seat | None = None
        self._lanes: tuple[int, ...] = ()  # those open to this person, in the order of looking
        self._every_lane: list[Lane] = []
        self._start: int | None = None
        self._claimed = 0
        self._locks = connection.dialect.name == "postgresql"

    def seat_for_update(self, project_uid: str, annotator_id: int, now: int) -> Seat | None:
        statement = _SEAT_POSTGRESQL if self._locks else _SEAT_SQLITE
        whose = {"project": project_uid, "me": annotator_id, "workspace": self._workspace_id}
        row = statement.first(self._connection, whose)
        if row is None:
            return None
        leases = _OPEN.all(self._connection, {"me": annotator_id, "project": row.id})
        for lapsed in leases:
            if lapsed.lease_until < now:
                expire_lease(self._connection, lapsed.id, lapsed.task_id, now)
        policy = self._versions.policy(self._connection, row.id, row.policy_version)
        skills = current_skills(row.skills, now)
        # One database gives JSON as text, the other one read.
        read = from_json(row.lanes) if isinstance(row.lanes, str) else row.lanes or ()
        self._every_lane = [Lane.read(lane) for lane in read]
        self._lanes = self._in_order(
            [lane for lane in self._every_lane if lane.is_open_to(annotator_id, skills)], policy, annotator_id
        )
        self._start = start_of(project_uid, annotator_id) if policy.order == "random" else None
        self._seat = Seat(
            project_id=row.id,
            annotator_id=annotator_id,
            active=bool(row.active),
            project_state=row.state,
            policy=policy,
            policy_version=row.policy_version,
            guideline_version=row.guideline_version,
            label_config_version=row.label_config_version,
            submitted=row.submitted,
            today=row.today if row.day == now // DAY else 0,
            open_leases=tuple(
                Lease(lease.uid, self._shown(row.id, lease), lease.lease_until, lease.label_config_version)
                for lease in leases
                if lease.lease_until >= now
            ),
            skills=skills,
            session_at=row.session_at,
            active_at=row.active_at,
        )
        return self._seat

    def _in_order(self, lanes: list[Lane], policy: Policy, annotator_id: int) -> tuple[int, ...]:
        """The lanes as they are looked through, so that each person gets as much of every stratum when asked."""
        served: dict[int, int] = {}
        if policy.order == "stratified" and len(lanes) > 1:
            whose = {"me": annotator_id, "lanes": [lane.id for lane in lanes]}
            served = {row.lane_id: row.served for row in self._connection.execute(_SERVED, whose)}
        return tuple(lane.id for lane in sorted(lanes, key=lambda lane: lane.rank(served.get(lane.id, 0))))

    def progress(self) -> tuple[int, int]:
        """Answers today (UTC) and in total of the seat that was read."""
        return (0, 0) if self._seat is None else (self._seat.today, self._seat.submitted)

    def _shown(self, project_id: int, lease: Any) -> dict[str, Any]:
        config = self._versions.label_config(self._connection, project_id, lease.label_config_version)
        return visible_data(config, from_json(lease.data))

    def claim(self, lease: NewLease) -> Lease | None:
        seat = lease.seat
        claimed = claim_slot(
            self._connection,
            Claim(
                uid=lease.uid,
                project_id=seat.project_id,
                annotator_id=seat.annotator_id,
                now=lease.now,
                place=place_now(self._connection, lease.now),
                lease_until=lease.lease_until,
                label_config_version=seat.label_config_version,
                guideline_version=seat.guideline_version,
                policy_version=seat.policy_version,
                lanes=self._lanes,
                start=self._start,
                patient=not seat.open_leases and not self._claimed,
            ),
        )
        if claimed is None:
            return None
        self._claimed += 1
        if seat.policy.order == "stratified":
            _COUNT_SERVED.run(self._connection, {"me": seat.annotator_id, "lane": claimed.lane_id})
            first = self._lanes.index(claimed.lane_id)  # the next one of this call comes from another lane
            self._lanes = (*self._lanes[:first], *self._lanes[first + 1 :], claimed.lane_id)
        config = self._versions.label_config(self._connection, seat.project_id, seat.label_config_version)
        shown = visible_data(config, from_json(claimed.data))
        return Lease(lease.uid, shown, lease.lease_until, seat.label_config_version)

    def renew(self, seat: Seat, lease_until: int) -> None:
        parameters = {"me": seat.annotator_id, "project": seat.project_id, "until": lease_until}
        _RENEW.run(self._connection, parameters)

    def tasks_exist(self, project_id: int) -> bool:
        return _ANY_TASK.first(self._connection, {"project": project_id}) is not None

    def open_slots(self, seat: Seat) -> OpenSlots:
        found = {row.id for row in _LANES_WITH_SLOTS.all(self._connection, {"project": seat.project_id})}
        other = [lane for lane in self._every_lane if lane.id in found and lane.id not in self._lanes]
        needed = {skill for lane in other if lane.people is None for skill in lane.skills - seat.skills}
        return OpenSlots(bool(found & set(self._lanes)), bool(other), tuple(sorted(needed)))

    def project_load(self, seat: Seat) -> int:
        if self._locks:
            _LOCK_PROJECT.first(self._connection, {"project": seat.project_id})
        return int(_PROJECT_LOAD.scalar(self._connection, {"project": seat.project_id}) or 0)

    def begin_session(self, seat: Seat, now: int) -> None:
        _BEGIN_SESSION.run(self._connection, {"project": seat.project_id, "me": seat.annotator_id, "now": now})

    def bring_back_put_off(self, seat: Seat, now: int) -> bool:
        rows = _PUT_OFF.all(self._connection, {"project": seat.project_id, "me": seat.annotator_id})
        for row in sorted(rows, key=lambda row: row.task_id):
            _OFFER_AGAIN.run(self._connection, {"assignment": row.id})
            # Behind this person's cursor it would not be found again.
            _MOVE_UP.run(self._connection, {"task": row.task_id, "place": place_now(self._connection, now)})
        return bool(rows)

    def give_back(self, assignment_uid: str, annotator_id: int, reason: str, note: str, now: int) -> State | None:
        row = self._mine(assignment_uid, annotator_id)
        if row is None:
            return None
        if row.state in (State.LEASED, State.EXPIRED):
            policy = self._versions.policy(self._connection, row.project_id, row.policy_version)
            destination = policy.skips.get(reason, "others")
            self._skip(row, annotator_id, now)
            written = {
                "assignment": row.id,
                "task": row.task_id,
                "project": row.project_id,
                "me": annotator_id,
                "reason": reason,
                "note": note,
                "destination": destination,
                "now": now,
            }
            if _WRITE_SKIP.run(self._connection, written):
                _COUNT_SKIP.run(self._connection, written)
            if destination == "out":
                take_out(self._connection, row, actor_id=annotator_id, reason=reason, now=now)
        return State(row.state)

    def _skip(self, row: Any, annotator_id: int, now: int) -> None:
        if row.state == State.LEASED:
            parameters = {"assignment": row.id, "state": State.SKIPPED, "now": now}
            _CLOSE.run(self._connection, parameters)
            reopen_slot(self._connection, row.task_id, now)
        else:
            # The slot is open again already; only remember that this person does not want the task,
            # unless it has come to this person a second time meanwhile.
            _SKIP_EXPIRED.run(self._connection, {"assignment": row.id, "me": annotator_id, "task": row.task_id})

    def raise_flag(
        self, assignment_uid: str, annotator_id: int, note: str, rule: str | None, uid: str, now: int, most: int
    ) -> bool | None:
        row = self._mine(assignment_uid, annotator_id)
        if row is None:
            return None
        flags = {flag.uid for flag in _FLAGS.all(self._connection, {"task": row.task_id, "assignment": row.id})}
        if uid in flags:
            return True
        if len(flags) >= most:
            return False
        written = {
            "uid": uid,
            "assignment": row.id,
            "task": row.task_id,
            "project": row.project_id,
            "me": annotator_id,
            "guideline": row.guideline_version,
            "rule": rule,
            "note": note,
            "now": now,
        }
        _WRITE_FLAG.run(self._connection, written)
        return True

    def expire_lapsed(self, now: int, count: int = 500) -> int:
        """Close leases whose time is over and reopen their slots; returns how many."""
        statement = _LAPSED_POSTGRESQL if self._locks else _LAPSED_SQLITE
        rows = statement.all(self._connection, {"now": now, "count": count})
        # In one order everywhere, so that two sweeps never wait for each other in a ring.
        for row in sorted(rows, key=lambda row: row.task_id):
            expire_lease(self._connection, row.id, row.task_id, now)
        return len(rows)

    def _mine(self, assignment_uid: str, annotator_id: int) -> Any:
        statement = _MINE_POSTGRESQL if self._locks else _MINE_SQLITE
        whose = {"uid": assignment_uid, "me": annotator_id, "workspace": self._workspace_id}
        return statement.first(self._connection, whose)


# A person's own counters of each lane; expanding, so that it stays one statement.
_SERVED = text("SELECT lane_id, served FROM lane_cursor WHERE annotator_id = :me AND lane_id IN :lanes").bindparams(
    bindparam("lanes", expanding=True)
)
_COUNT_SERVED = Statement(
    """
    INSERT INTO lane_cursor (annotator_id, lane_id, position, served) VALUES (:me, :lane, 0, 1)
    ON CONFLICT (annotator_id, lane_id) DO UPDATE SET served = lane_cursor.served + 1
    """
)
_LOCK_PROJECT = Statement("SELECT id FROM project WHERE id = :project FOR UPDATE")
_PROJECT_LOAD = Statement(
    """
    SELECT (SELECT coalesce(sum(submitted), 0) FROM seat WHERE project_id = :project)
         + (SELECT count(*) FROM assignment WHERE project_id = :project AND state = 0) AS load
    """
)
_BEGIN_SESSION = Statement(
    "UPDATE seat SET session_at = :now, active_at = :now WHERE project_id = :project AND person_id = :me"
)
_PUT_OFF = Statement(
    """
    SELECT a.id, a.task_id FROM skip k JOIN assignment a ON a.id = k.assignment_id
    WHERE k.project_id = :project AND k.annotator_id = :me AND k.destination = 'later' AND a.state = 2
    """
)
_OFFER_AGAIN = Statement("UPDATE assignment SET state = 3 WHERE id = :assignment")
_MOVE_UP = Statement("UPDATE task SET ord = :place WHERE id = :task AND phase = 1 AND need > 0")
_SKIP_EXPIRED = Statement(
    """
    UPDATE assignment SET state = 2 WHERE id = :assignment AND NOT EXISTS (
        SELECT 1 FROM assignment other
        WHERE other.task_id = :task AND other.annotator_id = :me AND other.state IN (0, 1, 2, 5))
    """
)
_WRITE_SKIP = Statement(
    """
    INSERT INTO skip (assignment_id, task_id, project_id, annotator_id, reason, note, destination, created_at)
    SELECT :assignment, :task, :project, :me, :reason, :note, :destination, CAST(:now AS BIGINT)
    WHERE NOT EXISTS (SELECT 1 FROM skip WHERE task_id = :task AND assignment_id = :assignment)
    """
)
_COUNT_SKIP = Statement("UPDATE seat SET skipped = skipped + 1 WHERE project_id = :project AND person_id = :me")
_FLAGS = Statement("SELECT uid FROM flag WHERE task_id = :task AND assignment_id = :assignment")
_WRITE_FLAG = Statement(
    """
    INSERT INTO flag (uid, assignment_id, task_id, project_id, annotator_id, guideline_version, rule, note, created_at)
    VALUES (:uid, :assignment, :task, :project, :me, :guideline, :rule, :note, :now)
    ON CONFLICT (uid) DO NOTHING
    """
)
