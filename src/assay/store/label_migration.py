"""Annotations under a new label config: one new row for each that changes, which supersedes the old one.

Old rows are never touched. The new row is by the same annotator, keeps the time it was made and the versions of
guideline and policy, and has the source ``migration``. An annotation that cannot be mapped is set aside: its
assignment is reopened, so that the task asks again, also the same person; a revert and a decision say why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from assay.flow.assignment import State
from assay.flow.label_mapping import LabelMapping, Mapped
from assay.flow.measuring import disagreement
from assay.flow.reverting import finished_by
from assay.kernel.ids import new_id
from assay.store import tables as t
from assay.store.documents import VersionCache, as_json, from_json
from assay.store.queue import place_now

SOURCE = "migration"


@dataclass(slots=True)
class Migrated:
    """What a piece of a migration did."""

    changed: int = 0
    set_aside: int = 0
    same: int = 0


class Migration:
    """The way from each earlier label config of a project to one version."""

    def __init__(self, connection: Connection, versions: VersionCache, project_id: int, version: int) -> None:
        self.version = version
        self.config = versions.label_config(connection, project_id, version)
        self.project_id = project_id
        where = (t.label_mapping.c.project_id == project_id) & (t.label_mapping.c.version <= version)
        rows = connection.execute(select(t.label_mapping).where(where).order_by(t.label_mapping.c.version))
        self._steps = [
            (
                row.from_version,
                LabelMapping(
                    from_json(row.mapping),
                    versions.label_config(connection, project_id, row.from_version),
                    versions.label_config(connection, project_id, row.version),
                ),
            )
            for row in rows
        ]

    def map(self, answers: str, version: int) -> Mapped:
        """Answers of that version under this one. Versions without a mapping changed nothing."""
        mapped = Mapped(answers, None)
        for from_version, step in self._steps:
            if from_version >= version and mapped.answers is not None:
                mapped = step.map(mapped.answers)
        return mapped


def tasks_after(connection: Connection, project_id: int, after: int, limit: int) -> list[int]:
    """The next tasks that have annotations, by id."""
    statement = (
        select(t.annotation.c.task_id)
        .where(t.annotation.c.project_id == project_id, t.annotation.c.task_id > after)
        .group_by(t.annotation.c.task_id)
        .order_by(t.annotation.c.task_id)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def migrate_tasks(
    connection: Connection, migration: Migration, task_ids: Sequence[int], *, policy_version: int, now: int
) -> Migrated:
    """Bring the annotations in force of these tasks under the version; what is there already stays."""
    done = Migrated()
    if not task_ids:
        return done
    locked = select(t.task.c.id).where(t.task.c.id.in_(task_ids)).order_by(t.task.c.id).with_for_update()
    connection.execute(locked).all()
    touched: set[int] = set()
    revert_id: int | None = None
    for row in _in_force(connection, task_ids, migration.version):
        mapped = migration.map(row.answers, row.label_config_version)
        if mapped.answers == row.answers:
            done.same += 1
        elif mapped.answers is not None:
            _supersede(connection, row, mapped, migration.version, now)
            touched.add(row.task_id)
            done.changed += 1
        else:
            revert_id = revert_id or _revert(connection, migration, now)
            _set_aside(connection, row, mapped.reason or "", revert_id, policy_version, now)
            touched.add(row.task_id)
            done.set_aside += 1
    _measure(connection, migration, touched)
    return done


def _in_force(connection: Connection, task_ids: Sequence[int], version: int) -> Sequence[Any]:
    statement = (
        select(t.annotation)
        .join(t.assignment, t.assignment.c.annotation_id == t.annotation.c.id)
        .where(
            t.assignment.c.task_id.in_(task_ids),
            t.assignment.c.state == State.SUBMITTED,
            t.annotation.c.label_config_version < version,
        )
        .order_by(t.annotation.c.id)
    )
    return connection.execute(statement).all()


def _supersede(connection: Connection, row: Any, mapped: Mapped, version: int, now: int) -> None:
    uid, result = new_id(), mapped.result or "[]"
    values = {name: value for name, value in row._asdict().items() if name != "id"}
    values |= {
        "uid": uid,
        "submission_id": f"{SOURCE}-{uid}",
        "result": result,
        "answers": mapped.answers,
        "created_at": now,
        "made_at": row.made_at if row.made_at is not None else row.created_at,
        "source": SOURCE,
        "label_config_version": version,
        "supersedes": row.id,
        "origin": None,  # this one is made here
        "fingerprint": hashlib.sha256(result.encode()).hexdigest(),
    }
    written = connection.execute(insert(t.annotation).values(**values).returning(t.annotation.c.id)).scalar_one()
    where = t.assignment.c.id == row.assignment_id
    connection.execute(update(t.assignment).where(where).values(annotation_id=written))


def _set_aside(connection: Connection, row: Any, reason: str, revert_id: int, policy_version: int, now: int) -> None:
    """One step of a revert after which anybody may answer instead, the same person too."""
    answered = _answered_by(connection, row.task_id)
    held = connection.execute(
        select(t.assignment.c.id).where(
            t.assignment.c.task_id == row.task_id, t.assignment.c.state.in_((State.LEASED, State.SUBMITTED))
        )
    ).all()
    task = connection.execute(select(t.task).where(t.task.c.id == row.task_id)).one()
    opens = len(held) <= task.target  # a task with more than it wants opens nothing
    values: dict[str, Any] = {"done": task.done - 1, "need": task.need + 1}
    if opens:
        values |= {"phase": 2 if task.phase == 2 else 1, "ord": place_now(connection, now)}
    connection.execute(update(t.task).where(t.task.c.id == row.task_id).values(**values))
    connection.execute(update(t.assignment).where(t.assignment.c.id == row.assignment_id).values(state=State.REOPENED))
    before, after = (
        finished_by(answered, task.target),
        finished_by([one for one in answered if one != row.annotator_id], task.target),
    )
    _count(connection, row.project_id, row.annotator_id, submitted=t.seat.c.submitted - 1)
    if before != after:
        _count(connection, row.project_id, before, finished=t.seat.c.finished - 1)
        _count(connection, row.project_id, after, finished=t.seat.c.finished + 1)
    step = {
        "revert_id": revert_id, "annotation_id": row.id, "project_id": row.project_id, "counts": False,
        "effect": "opened" if opens else "none",
    }  # fmt: skip
    known = {name: value for name, value in step.items() if name in t.reverted.c}
    connection.execute(insert(t.reverted).values(**known))
    body = {"annotation": row.uid, "reason": reason}
    connection.execute(
        insert(t.decision).values(
            project_id=row.project_id, task_id=row.task_id, kind="asked_again", at=now, actor_id=None,
            policy_version=policy_version, body=as_json(body),
        )
    )  # fmt: skip


def _revert(connection: Connection, migration: Migration, now: int) -> int:
    """The revert that stands for what a migration sets aside in one transaction."""
    made = connection.execute(
        select(t.label_config.c.created_by, t.project.c.created_by.label("owner"))
        .join(t.project, t.project.c.id == t.label_config.c.project_id)
        .where(t.label_config.c.project_id == migration.project_id, t.label_config.c.version == migration.version)
    ).one()
    statement = insert(t.revert).values(
        uid=new_id(),
        project_id=migration.project_id,
        at=now,
        actor_id=made.created_by or made.owner or 0,
        reason=f"No place for these answers in version {migration.version} of the label config.",
        selection=as_json({"label_config_version": migration.version}),
        again="anybody",
    )
    return int(connection.execute(statement.returning(t.revert.c.id)).scalar_one())


def _answered_by(connection: Connection, task_id: int) -> list[int]:
    """Who answered the task, in the order of their first answers."""
    statement = (
        select(t.assignment.c.annotator_id)
        .join(t.annotation, t.annotation.c.assignment_id == t.assignment.c.id)
        .where(
            t.assignment.c.task_id == task_id,
            t.assignment.c.state == State.SUBMITTED,
            t.annotation.c.project_id == t.assignment.c.project_id,
            t.annotation.c.task_id == t.assignment.c.task_id,
        )
        .group_by(t.assignment.c.id, t.assignment.c.annotator_id)
        .order_by(func.min(t.annotation.c.id))
    )
    return list(connection.execute(statement).scalars())


def _count(connection: Connection, project_id: int, person_id: int | None, **values: Any) -> None:
    if person_id is not None:
        where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == person_id)
        connection.execute(update(t.seat).where(where).values(**values))


def _measure(connection: Connection, migration: Migration, task_ids: Iterable[int]) -> None:
    ids = sorted(task_ids)
    said: dict[int, list[str]] = {task_id: [] for task_id in ids}
    rows = connection.execute(
        select(t.assignment.c.task_id, t.annotation.c.answers)
        .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .where(t.assignment.c.task_id.in_(ids), t.assignment.c.state == State.SUBMITTED)
        .order_by(t.annotation.c.id)
    )
    for row in rows:
        said[row.task_id].append(row.answers)
    for task_id, answers in said.items():
        measured = disagreement(migration.config, answers)
        connection.execute(update(t.task).where(t.task.c.id == task_id).values(disagreement=measured))


def migrate_late(connection: Connection, versions: VersionCache, project_id: int, task_id: int, now: int) -> None:
    """An answer given under an earlier label config has just been written: bring it under the one in force."""
    project = connection.execute(
        select(t.project.c.label_config_version, t.project.c.policy_version).where(t.project.c.id == project_id)
    ).one()
    migration = Migration(connection, versions, project_id, project.label_config_version)
    migrate_tasks(connection, migration, [task_id], policy_version=project.policy_version, now=now)
