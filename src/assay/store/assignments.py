"""Assignments in the tables: implements the records of ``assay.flow.assignment``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from assay.flow.assignment import Lease, NewLease, Seat, State
from assay.kernel.clock import DAY
from assay.labels.task_data import visible_data
from assay.store.documents import VersionCache, from_json
from assay.store.engine.statement import Statement
from assay.store.queue import Claim, claim_slot, place_now

_SEAT = """
    SELECT p.id, p.state, p.policy_version, p.guideline_version, p.label_config_version,
           s.active, s.submitted, s.day, s.today,
           (SELECT {list_of}(ids.id) FROM (
                SELECT l.id FROM lane l WHERE l.project_id = p.id ORDER BY l.priority DESC, l.id) ids) AS lanes
    FROM project p JOIN seat s ON s.project_id = p.id AND s.person_id = :me
    WHERE p.uid = :project AND p.workspace_id = :workspace
"""
_SEAT_SQLITE = Statement(_SEAT.format(list_of="json_group_array"))
_SEAT_POSTGRESQL = Statement(_SEAT.format(list_of="json_agg") + " FOR UPDATE OF s")
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
_ANY_SLOT = Statement(
    """
    SELECT 1 FROM task t JOIN lane l ON l.id = t.lane_id
    WHERE l.project_id = :project AND t.need > 0 AND t.phase IN (0, 1) LIMIT 1
    """
)
_CLOSE = Statement("UPDATE assignment SET state = :state, closed_at = :now WHERE id = :assignment AND state = 0")
_REOPEN = Statement("UPDATE task SET need = need + 1, phase = 1, ord = :place WHERE id = :task")
_MINE = """
    SELECT a.id, a.task_id, a.project_id, a.state, a.guideline_version
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
        self._lanes: tuple[int, ...] = ()
        self._claimed = 0
        self._locks = connection.dialect.name == "postgresql"

    def seat_for_update(self, project_uid: str, annotator_id: int, now: int) -> Seat | None:
        statement = _SEAT_POSTGRESQL if self._locks else _SEAT_SQLITE
        whose = {"project": project_uid, "me": annotator_id, "workspace": self._workspace_id}
        row = statement.first(self._connection, whose)
        if row is None:
            return None
        # One database gives JSON as text, the other one read.
        self._lanes = tuple(from_json(row.lanes) if isinstance(row.lanes, str) else row.lanes or ())
        leases = _OPEN.all(self._connection, {"me": annotator_id, "project": row.id})
        for lapsed in leases:
            if lapsed.lease_until < now:
                self._expire(lapsed.id, lapsed.task_id, now)
        self._seat = Seat(
            project_id=row.id,
            annotator_id=annotator_id,
            active=bool(row.active),
            project_state=row.state,
            policy=self._versions.policy(self._connection, row.id, row.policy_version),
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
        )
        return self._seat

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
                patient=not seat.open_leases and not self._claimed,
            ),
        )
        if claimed is None:
            return None
        self._claimed += 1
        config = self._versions.label_config(self._connection, seat.project_id, seat.label_config_version)
        shown = visible_data(config, from_json(claimed.data))
        return Lease(lease.uid, shown, lease.lease_until, seat.label_config_version)

    def renew(self, seat: Seat, lease_until: int) -> None:
        parameters = {"me": seat.annotator_id, "project": seat.project_id, "until": lease_until}
        _RENEW.run(self._connection, parameters)

    def tasks_exist(self, project_id: int) -> bool:
        return _ANY_TASK.first(self._connection, {"project": project_id}) is not None

    def slots_exist(self, project_id: int) -> bool:
        return _ANY_SLOT.first(self._connection, {"project": project_id}) is not None

    def give_back(self, assignment_uid: str, annotator_id: int, reason: str, note: str, now: int) -> State | None:
        row = self._mine(assignment_uid, annotator_id)
        if row is None:
            return None
        if row.state in (State.LEASED, State.EXPIRED):
            self._skip(row, annotator_id, now)
            written = {
                "assignment": row.id,
                "task": row.task_id,
                "project": row.project_id,
                "me": annotator_id,
                "reason": reason,
                "note": note,
                "now": now,
            }
            if _WRITE_SKIP.run(self._connection, written):
                _COUNT_SKIP.run(self._connection, written)
        return State(row.state)

    def _skip(self, row: Any, annotator_id: int, now: int) -> None:
        if row.state == State.LEASED:
            parameters = {"assignment": row.id, "state": State.SKIPPED, "now": now}
            _CLOSE.run(self._connection, parameters)
            self._reopen(row.task_id, now)
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
            self._expire(row.id, row.task_id, now)
        return len(rows)

    def _expire(self, assignment_id: int, task_id: int, now: int) -> None:
        if _CLOSE.run(self._connection, {"assignment": assignment_id, "state": State.EXPIRED, "now": now}):
            self._reopen(task_id, now)

    def _reopen(self, task_id: int, now: int) -> None:
        _REOPEN.run(self._connection, {"task": task_id, "place": place_now(self._connection, now)})

    def _mine(self, assignment_uid: str, annotator_id: int) -> Any:
        statement = _MINE_POSTGRESQL if self._locks else _MINE_SQLITE
        whose = {"uid": assignment_uid, "me": annotator_id, "workspace": self._workspace_id}
        return statement.first(self._connection, whose)


_SKIP_EXPIRED = Statement(
    """
    UPDATE assignment SET state = 2 WHERE id = :assignment AND NOT EXISTS (
        SELECT 1 FROM assignment other
        WHERE other.task_id = :task AND other.annotator_id = :me AND other.state IN (0, 1, 2, 5))
    """
)
_WRITE_SKIP = Statement(
    """
    INSERT INTO skip (assignment_id, task_id, project_id, annotator_id, reason, note, created_at)
    SELECT :assignment, :task, :project, :me, :reason, :note, CAST(:now AS BIGINT)
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
