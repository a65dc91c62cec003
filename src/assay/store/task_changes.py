"""Changes of tasks by an import: new data for a key that is known. What was there before stays in the history.

Each change appends a decision: ``task_changed`` with the old and the new values, or ``task_replaced`` at the old task
and ``task_replaces`` at the new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from assay.flow.assignment import State
from assay.flow.planned import PlannedTask
from assay.store import tables as t
from assay.store.content import content_hash
from assay.store.documents import as_json, from_json
from assay.store.queue.finishers import Finishers


@dataclass(frozen=True, slots=True)
class Change:
    """What a row says of a task that exists. ``data`` is None when it says the same data."""

    row: PlannedTask
    task_id: int
    data: str | None
    fields: dict[str, Any]  # of priority, stratum, score: those that the row gives


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it: ``updated``, ``unchanged``, ``busy`` (nothing was done) or ``replace`` (by a new task)."""

    change: Change
    kind: str


def busy_tasks(connection: Connection, task_ids: Sequence[int]) -> set[int]:
    """Those of the tasks that somebody annotated or is annotating now."""
    if not task_ids:
        return set()
    held = select(t.assignment.c.task_id).where(
        t.assignment.c.task_id.in_(task_ids), t.assignment.c.state == State.LEASED
    )
    said = select(t.annotation.c.task_id).where(t.annotation.c.task_id.in_(task_ids))
    return {*connection.execute(held).scalars(), *connection.execute(said).scalars()}


def change_tasks(
    connection: Connection, project: Any, changes: Sequence[Change], *, update_annotated: bool, actor_id: int | None,
    job_id: int, now: int,
) -> list[Changed]:  # fmt: skip
    """Make the changes. Those to ``replace`` are cleared of their key, and the caller writes the new task."""
    if not changes:
        return []
    ids = sorted({change.task_id for change in changes})
    before = _locked(connection, ids)
    busy = busy_tasks(connection, ids)
    done: list[Changed] = []
    decisions: list[dict[str, Any]] = []
    for change in changes:
        row = before[change.task_id]
        if change.data is not None and change.task_id in busy:
            if update_annotated:
                _retire(connection, row)
            done.append(Changed(change, "replace" if update_annotated else "busy"))
            continue
        old, new = _differences(row, change)
        if new:
            _update(connection, row, change, new)
            body = {"old": old, "new": new, "job": job_id, "line": change.row.line}
            decisions.append(_decision(project, change.task_id, "task_changed", actor_id, now, body))
        done.append(Changed(change, "updated" if new else "unchanged"))
    if decisions:
        connection.execute(insert(t.decision), decisions)
    return done


def note_replaced(
    connection: Connection, project: Any, pairs: Sequence[tuple[Change, int]], *, actor_id: int | None, job_id: int,
    now: int,
) -> None:  # fmt: skip
    """Write into both histories that a new task (the second of a pair) took the place of an old one."""
    decisions = []
    for change, new_id in pairs:
        body = {"key": change.row.key, "job": job_id, "line": change.row.line}
        for task_id, kind, other in (
            (change.task_id, "task_replaced", {"by": new_id}),
            (new_id, "task_replaces", {"task": change.task_id}),
        ):
            decisions.append(_decision(project, task_id, kind, actor_id, now, {**body, **other}))
    if decisions:
        connection.execute(insert(t.decision), decisions)


def _decision(
    project: Any, task_id: int, kind: str, actor_id: int | None, now: int, body: dict[str, Any]
) -> dict[str, Any]:
    return {
        "project_id": project.id,
        "task_id": task_id,
        "kind": kind,
        "at": now,
        "actor_id": actor_id,
        "policy_version": project.policy_version,
        "body": as_json(body),
    }


def _locked(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """The tasks as they are. The queue changes a task's row when it hands it out, so nobody gets it meanwhile."""
    statement = (
        select(
            t.task.c.id, t.task.c.need, t.task.c.target, t.task.c.lane_id, t.task_data.c.data, t.task_data.c.stratum,
            t.task_data.c.priority, t.task_data.c.score, t.task.c.project_id,
        )
        .join(t.task_data, t.task_data.c.task_id == t.task.c.id)
        .where(t.task.c.id.in_(ids))
        .order_by(t.task.c.id)
        .with_for_update(of=t.task)
    )  # fmt: skip
    return {row.id: row for row in connection.execute(statement)}


def _differences(row: Any, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    if change.data is not None:
        old["data"], new["data"] = from_json(row.data), from_json(change.data)
    for name, value in change.fields.items():
        if getattr(row, name) != value:
            old[name], new[name] = getattr(row, name), value
    return old, new


def _update(connection: Connection, row: Any, change: Change, new: dict[str, Any]) -> None:
    values: dict[str, Any] = {name: new[name] for name in ("priority", "stratum", "score") if name in new}
    if change.data is not None:
        values |= {"data": change.data, "content_hash": content_hash(change.data)}
    if values:
        connection.execute(update(t.task_data).where(t.task_data.c.task_id == row.id).values(**values))


def _retire(connection: Connection, row: Any) -> None:
    """The old task gives its key up and asks for no further annotations; who holds it still may answer."""
    connection.execute(update(t.task_data).where(t.task_data.c.task_id == row.id).values(key=None))
    taken = row.target - row.need  # leased and answered
    where = t.task.c.id == row.id
    if taken < 1:
        connection.execute(update(t.task).where(where).values(target=1, need=1, phase=2))
        return
    finishers = Finishers(connection, row.project_id)
    finishers.target_changes(row.id, row.target, taken)
    connection.execute(update(t.task).where(where).values(need=0, target=taken))
    finishers.write()
