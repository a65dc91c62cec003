"""Claiming on SQLite. There is one writer, so plain statements in one transaction are exact.

The cursor: everything at or before it in phase 1 of the lane was already answered or skipped by this
person, so the search starts after it and its cost does not grow with the person's own work. A task
that is reopened gets a new place behind every cursor.
"""

from __future__ import annotations

from sqlalchemy import Connection

from assay.store.engine.statement import Statement
from assay.store.queue.claim import Claim, Claimed

_CURSOR = Statement(
    """
    SELECT position FROM lane_cursor WHERE lane_id = :lane AND annotator_id = :me
    """
)
_STARTED = Statement(
    """
    SELECT t.id, t.ord, t.target, t.inclusion FROM task t
    WHERE t.lane_id = :lane AND t.phase = 1 AND t.need > 0 AND t.ord > :cursor
      AND NOT EXISTS (SELECT 1 FROM assignment a
                      WHERE a.task_id = t.id AND a.annotator_id = :me AND a.state IN (0, 1, 2, 5))
    ORDER BY t.ord LIMIT 1
    """
)
_FRESH = Statement(
    """
    SELECT t.id, t.ord, t.target, t.inclusion FROM task t
    WHERE t.lane_id = :lane AND t.phase = 0 AND t.need > 0 AND t.ord >= :start ORDER BY t.ord LIMIT 1
    """
)
_FRESH_BEFORE = Statement(
    """
    SELECT t.id, t.ord, t.target, t.inclusion FROM task t
    WHERE t.lane_id = :lane AND t.phase = 0 AND t.need > 0 AND t.ord < :start ORDER BY t.ord LIMIT 1
    """
)
_TAKE_STARTED = Statement("UPDATE task SET need = need - 1 WHERE id = :task")
_TAKE_FRESH = Statement("UPDATE task SET need = need - 1, phase = 1, ord = :place WHERE id = :task")
_LEASE = Statement(
    """
    INSERT INTO assignment (uid, task_id, project_id, annotator_id, state, leased_at, lease_until,
        label_config_version, guideline_version, policy_version, probability, reason, stage)
    VALUES (:uid, :task, :project, :me, 0, :now, :until, :config, :guideline, :policy, :probability, :reason,
        (SELECT stage FROM task WHERE id = :task))
    RETURNING id
    """
)
_DATA = Statement("SELECT data FROM task_data WHERE task_id = :task")
_MOVE_CURSOR = Statement(
    """
    INSERT INTO lane_cursor (annotator_id, lane_id, position) VALUES (:me, :lane, :position)
    ON CONFLICT (annotator_id, lane_id) DO UPDATE SET position = excluded.position
    WHERE excluded.position > lane_cursor.position
    """
)


def take(connection: Connection, claim: Claim) -> Claimed | None:
    """Take one slot, or None."""
    parameters = claim.parameters()
    for lane in claim.lanes:
        cursor = _CURSOR.scalar(connection, {**parameters, "lane": lane}) or 0
        found = _STARTED.first(connection, {**parameters, "lane": lane, "cursor": cursor})
        started = found is not None
        position = min(found.ord - 1, claim.now) if found is not None else claim.now
        position = min(position, int(str(parameters["lag"])))
        if position > cursor:
            _MOVE_CURSOR.run(connection, {"me": claim.annotator_id, "lane": lane, "position": position})
        if found is None:
            where = {"lane": lane, "start": parameters["start"]}
            found = _FRESH.first(connection, where)
            if found is None and claim.start is not None:
                found = _FRESH_BEFORE.first(connection, where)
        if found is None:
            continue
        (_TAKE_STARTED if started else _TAKE_FRESH).run(connection, {"task": found.id, "place": claim.place})
        reason = "started" if started else "fresh"
        written = {**parameters, "task": found.id, "probability": found.inclusion, "reason": reason}
        assignment_id = _LEASE.scalar(connection, written)
        data = _DATA.scalar(connection, {"task": found.id})
        return Claimed(assignment_id, found.id, lane, data)
    return None
