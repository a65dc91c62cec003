"""Claiming on SQLite. There is one writer, so plain statements in one transaction are exact.

The cursor: everything at or before it in phase 1 of the lane was already answered or skipped by this
person, so the search starts after it and its cost does not grow with the person's own work. A task
that is reopened gets a new place behind every cursor.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from assay.store.queue.claim import Claim, Claimed

_CURSOR = text(
    """
    SELECT position FROM lane_cursor WHERE lane_id = :lane AND annotator_id = :me
    """
)
_STARTED = text(
    """
    SELECT t.id, t.ord, t.target, t.inclusion FROM task t
    WHERE t.lane_id = :lane AND t.phase = 1 AND t.need > 0 AND t.ord > :cursor
      AND NOT EXISTS (SELECT 1 FROM assignment a
                      WHERE a.task_id = t.id AND a.annotator_id = :me AND a.state IN (0, 1, 2))
    ORDER BY t.ord LIMIT 1
    """
)
_FRESH = text(
    """
    SELECT t.id, t.ord, t.target, t.inclusion FROM task t
    WHERE t.lane_id = :lane AND t.phase = 0 AND t.need > 0 ORDER BY t.ord LIMIT 1
    """
)
_TAKE_STARTED = text("UPDATE task SET need = need - 1 WHERE id = :task")
_TAKE_FRESH = text("UPDATE task SET need = need - 1, phase = 1, ord = :place WHERE id = :task")
_LEASE = text(
    """
    INSERT INTO assignment (uid, task_id, project_id, annotator_id, state, leased_at, lease_until,
        label_config_version, guideline_version, policy_version, probability, reason)
    VALUES (:uid, :task, :project, :me, 0, :now, :until, :config, :guideline, :policy, :probability, :reason)
    RETURNING id
    """
)
_DATA = text("SELECT data FROM task_data WHERE task_id = :task")
_MOVE_CURSOR = text(
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
        cursor = connection.execute(_CURSOR, {**parameters, "lane": lane}).scalar() or 0
        found = connection.execute(_STARTED, {**parameters, "lane": lane, "cursor": cursor}).first()
        started = found is not None
        position = min(found.ord - 1, claim.now) if found is not None else claim.now
        position = min(position, int(str(parameters["lag"])))
        if position > cursor:
            connection.execute(_MOVE_CURSOR, {"me": claim.annotator_id, "lane": lane, "position": position})
        if found is None:
            found = connection.execute(_FRESH, {"lane": lane}).first()
        if found is None:
            continue
        connection.execute(_TAKE_STARTED if started else _TAKE_FRESH, {"task": found.id, "place": claim.place})
        reason = "started" if started else "fresh"
        written = {**parameters, "task": found.id, "probability": found.inclusion, "reason": reason}
        assignment_id = connection.execute(_LEASE, written).scalar_one()
        data = connection.execute(_DATA, {"task": found.id}).scalar_one()
        return Claimed(assignment_id, found.id, data)
    return None
