"""Claiming on PostgreSQL: one statement, so that many people cost one round trip each.

Rows that another transaction is taking are skipped, not waited for; only a person who would go away with
empty hands waits for them, once nothing else is left: what is being taken may still want more people.

The cursor (see ``sqlite.py``) is moved by a *peek* that takes no lock: it stops before every task that was
open when the statement began, also before one that another transaction holds just now, so no task is ever
passed for good.

``LIMIT 1 OFFSET 0`` inside NOT EXISTS keeps the planner from turning the probe of one index entry
into an anti join that reads all of a person's assignments.
"""

from __future__ import annotations

from sqlalchemy import Connection

from assay.store.engine.statement import Statement
from assay.store.queue.claim import Claim, Claimed

_OPEN_TO_ME = """
    t.lane_id = :lane AND t.phase = 1 AND t.need > 0
    AND t.ord > coalesce((SELECT position FROM cursor), 0)
    AND NOT EXISTS (SELECT 1 FROM assignment a
                    WHERE a.task_id = t.id AND a.annotator_id = :me AND a.state IN (0, 1, 2, 5) LIMIT 1 OFFSET 0)
"""

_TAKE = f"""
    WITH cursor AS (
        SELECT position FROM lane_cursor WHERE annotator_id = :me AND lane_id = :lane
    ), peek AS (
        SELECT t.ord FROM task t WHERE {_OPEN_TO_ME} ORDER BY t.ord LIMIT 1
    ), moved AS (
        INSERT INTO lane_cursor (annotator_id, lane_id, position)
        VALUES (:me, :lane, least(coalesce((SELECT ord - 1 FROM peek), :lag), :lag))
        ON CONFLICT (annotator_id, lane_id) DO UPDATE SET position = excluded.position
        WHERE excluded.position > lane_cursor.position
    ), started AS (
        SELECT t.id FROM task t WHERE {_OPEN_TO_ME} ORDER BY t.ord LIMIT 1 FOR UPDATE OF t {{locked}}
    ), fresh AS (
        SELECT t.id FROM task t
        WHERE t.lane_id = :lane AND t.phase = 0 AND t.need > 0 AND t.ord >= :start
          AND NOT EXISTS (SELECT 1 FROM started)
        ORDER BY t.ord LIMIT 1 FOR UPDATE OF t {{locked}}
    ), before AS (
        SELECT t.id FROM task t
        WHERE t.lane_id = :lane AND t.phase = 0 AND t.need > 0 AND t.ord < :start
          AND NOT EXISTS (SELECT 1 FROM started) AND NOT EXISTS (SELECT 1 FROM fresh)
        ORDER BY t.ord LIMIT 1 FOR UPDATE OF t {{locked}}
    ), picked AS (
        SELECT id, 'started' AS reason FROM started
        UNION ALL SELECT id, 'fresh' FROM fresh UNION ALL SELECT id, 'fresh' FROM before
    ), taken AS (
        UPDATE task SET need = task.need - 1, phase = 1,
            ord = CASE WHEN task.phase = 0 THEN CAST(:place AS BIGINT) ELSE task.ord END
        FROM picked WHERE task.id = picked.id
        RETURNING task.id, task.inclusion, task.stage, picked.reason
    ), leased AS (
        INSERT INTO assignment (uid, task_id, project_id, annotator_id, state, leased_at, lease_until,
            label_config_version, guideline_version, policy_version, probability, reason, stage)
        SELECT :uid, taken.id, :project, :me, 0, :now, :until, :config, :guideline, :policy,
            taken.inclusion, taken.reason, taken.stage
        FROM taken RETURNING id, task_id
    )
    SELECT leased.id, leased.task_id, d.data FROM leased JOIN task_data d ON d.task_id = leased.task_id
    """  # noqa: S608 - built from constants only
_PASSING_OVER = Statement(_TAKE.format(locked="SKIP LOCKED"))
_WAITING = Statement(_TAKE.format(locked=""))


def take(connection: Connection, claim: Claim) -> Claimed | None:
    """Take one slot, or None."""
    parameters = claim.parameters()
    # "Nothing" can mean that every candidate was locked at that moment. The last wait sees as started what
    # was fresh, and being begun by somebody else, when the one before it looked.
    for statement in (_PASSING_OVER, _WAITING, _WAITING) if claim.patient else (_PASSING_OVER, _PASSING_OVER):
        for lane in claim.lanes:
            row = statement.first(connection, {**parameters, "lane": lane})
            if row is not None:
                return Claimed(row.id, row.task_id, lane, row.data)
    return None
