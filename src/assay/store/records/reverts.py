"""Setting annotations aside and restoring them, in steps of some hundred; each step is one transaction.

One revert, or restore, of a project runs at a time, so that their order is the order of what they did. The order
is that of ``reverted.id``. Doing a step again changes nothing: what is set aside already is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select

from assay.flow.assignment import State
from assay.flow.reverting import Again, Effect, restored, set_aside
from assay.kernel.errors import Conflict, NotFound
from assay.kernel.ids import new_id
from assay.store import jobs
from assay.store import tables as t
from assay.store.bulk import insert_rows
from assay.store.documents import VersionCache, as_json, from_json
from assay.store.events import record
from assay.store.jobs import JobState
from assay.store.records.as_of import LATEST
from assay.store.records.selection import Selection
from assay.store.records.touched import Answered, Touched, TouchedTask, lock_assignments

STEP = 200  # annotations in one transaction
KINDS = ("revert", "restore")
_COLUMNS = ("revert_id", "annotation_id", "project_id", "counts", "effect")
_ASIDE = (State.REVERTED, State.REOPENED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A revert that was asked for: its row, and the job that does it."""

    uid: str
    job_uid: str


def ask_revert(
    connection: Connection,
    project: Any,
    selection: Selection,
    *,
    again: Again,
    reason: str,
    actor_id: int,
    now: int,
    uid: str | None = None,
) -> Asked:
    """Record a revert and hand in the job that does it. With a ``uid`` that is there already: that one, unchanged.

    Raises Conflict while another revert of the project runs, or when the ``uid`` is another revert's.
    """
    _alone(connection, project)
    document = selection.as_document()
    if uid is not None:
        known = connection.execute(select(t.revert).where(t.revert.c.uid == uid)).first()
        if known is not None:
            return _same(connection, project, known, document, again, reason)
    _refuse_beside(connection, project.id)
    return _ask(
        connection,
        project,
        "revert",
        {
            "uid": uid or new_id(),
            "project_id": project.id,
            "at": now,
            "actor_id": actor_id,
            "reason": reason,
            "selection": as_json(document),
            "again": again.value,
            "restores": None,
        },
        "annotations_set_aside",
    )


def _same(
    connection: Connection, project: Any, known: Any, document: dict[str, Any], again: Again, reason: str
) -> Asked:
    kept = from_json(known.selection)
    if (
        known.project_id != project.id
        or known.restores is not None
        or kept != document
        or (known.again, known.reason) != (again.value, reason)
    ):
        raise Conflict(
            "Another revert was already made under this id; that one stays.",
            code="revert_differs",
            action="Send the new one under a new id.",
        )
    return Asked(known.uid, job_of(connection, known))


def ask_restore(connection: Connection, project: Any, uid: str, *, reason: str, actor_id: int, now: int) -> Asked:
    """Record that a revert is taken back, and hand in the job.

    With nothing of it left aside, or its restore still under way: that restore again. Raises NotFound, or Conflict
    while another revert runs.
    """
    _alone(connection, project)
    row = find_revert(connection, project.id, uid)
    if row.restores is not None:
        raise Conflict("This is a restore itself.", code="not_a_revert", action="Name the revert, not its restore.")
    last = connection.execute(
        select(t.revert).where(t.revert.c.restores == row.id, t.revert.c.project_id == project.id)
        .order_by(t.revert.c.id.desc()).limit(1)
    ).first()  # fmt: skip
    if last is not None and (_runs(connection, last) or not aside(connection, row.id, limit=1)):
        return Asked(last.uid, job_of(connection, last))
    _refuse_beside(connection, project.id)
    return _ask(
        connection,
        project,
        "restore",
        {
            "uid": new_id(),
            "project_id": project.id,
            "at": now,
            "actor_id": actor_id,
            "reason": reason,
            "selection": as_json({"revert": row.uid}),
            "again": row.again,
            "restores": row.id,
        },
        "annotations_restored",
    )


def _alone(connection: Connection, project: Any) -> None:
    """Two that ask at once take turns; labeling goes on beside them."""
    if connection.dialect.name == "postgresql":
        statement = select(t.project.c.id).where(t.project.c.id == project.id).with_for_update(key_share=True)
        connection.execute(statement)


def _refuse_beside(connection: Connection, project_id: int) -> None:
    where = (t.job.c.project_id == project_id) & t.job.c.kind.in_(KINDS) & (t.job.c.state < JobState.DONE)
    if connection.execute(select(t.job.c.id).where(where)).first() is not None:
        raise Conflict(
            "Annotations of this project are just being set aside or restored.",
            code="revert_running",
            action="Wait until that is done, then look at the preview again.",
        )


def _ask(connection: Connection, project: Any, kind: str, values: dict[str, Any], event: str) -> Asked:
    revert_id = connection.execute(insert(t.revert).values(values).returning(t.revert.c.id)).scalar_one()
    job_uid = jobs.enqueue(
        connection,
        kind,
        workspace_id=project.workspace_id,
        project_id=project.id,
        # What arrives from now on is not meant.
        arguments={"revert": revert_id, "revert_uid": values["uid"], "last": _last_annotation(connection)},
        created_by=values["actor_id"],
        now=values["at"],
    )
    record(
        connection,
        event,
        at=values["at"],
        actor_id=values["actor_id"],
        workspace_id=project.workspace_id,
        project_id=project.id,
        ref=values["uid"],
        reason=values["reason"],
        selection=from_json(values["selection"]),
        again=values["again"],
        job=job_uid,
    )
    return Asked(values["uid"], job_uid)


def _last_annotation(connection: Connection) -> int:
    return int(connection.execute(select(func.max(t.annotation.c.id))).scalar() or 0)


def find_revert(connection: Connection, project_id: int, uid: str) -> Any:
    """The row of a revert. Raises NotFound."""
    where = (t.revert.c.project_id == project_id) & (t.revert.c.uid == uid)
    row = connection.execute(select(t.revert).where(where)).first()
    if row is None:
        raise NotFound("There is no such revert in this project.")
    return row


def job_of(connection: Connection, revert: Any) -> str:
    """The public id of the job that does, or did, a revert."""
    job = _job(connection, revert)
    return "" if job is None else str(job.uid)


def _job(connection: Connection, revert: Any) -> Any:
    return jobs_of(connection, revert.project_id, [revert]).get(revert.id)


def jobs_of(connection: Connection, project_id: int, rows: Sequence[Any]) -> dict[int, Any]:
    """Revert id -> the row of the job that does, or did, it."""
    moments = {row.at for row in rows}
    found = connection.execute(
        select(t.job)
        .where(t.job.c.project_id == project_id, t.job.c.kind.in_(KINDS), t.job.c.created_at.in_(moments))
        .order_by(t.job.c.id)
    )
    return {from_json(row.arguments)["revert"]: row for row in found}


def _runs(connection: Connection, revert: Any) -> bool:
    job = _job(connection, revert)
    return job is not None and job.state < JobState.DONE


def aside_step(
    connection: Connection, versions: VersionCache, revert: Any, found: Sequence[tuple[int, int]], now: int
) -> list[Effect]:
    """Set aside those of these (assignment, annotation) that are still in force. What became of each slot."""
    again = Again(revert.again)
    wanted = dict(found)
    locked = lock_assignments(connection, list(wanted))
    hits = [row for row in locked if row.state == State.SUBMITTED and row.annotation_id == wanted[row.id]]
    touched = Touched(connection, versions, revert.project_id, (row.task_id for row in hits))
    state = State.REOPENED if again is Again.ANYBODY else State.REVERTED
    written = []
    effects = []
    for row in hits:
        task = touched.tasks[row.task_id]
        task.slots, effect = set_aside(task.slots, again)
        touched.take_out(task, row.id, state)
        written.append((revert.id, row.annotation_id, revert.project_id, False, effect.value))
        effects.append(effect)
    touched.write(now)
    insert_rows(connection, t.reverted, _COLUMNS, written)
    return effects


def restore_step(
    connection: Connection, versions: VersionCache, restore: Any, assignment_ids: Sequence[int], now: int
) -> list[Effect]:
    """Restore those of these assignments that the revert still keeps aside, where their slots are free."""
    locked = lock_assignments(connection, assignment_ids)
    steps = last_steps(connection, [row.id for row in locked])
    ours = [row for row in locked if row.state in _ASIDE and _is_ours(steps.get(row.id), restore)]
    touched = Touched(connection, versions, restore.project_id, (row.task_id for row in ours))
    began, effects = _answered(connection, ours), []
    written = []
    revert_at = connection.execute(select(t.revert.c.at).where(t.revert.c.id == restore.restores)).scalar_one()
    for row in sorted(ours, key=lambda row: -steps[row.id].first_id):
        task, step = touched.tasks[row.task_id], steps[row.id]
        effect = Effect.KEPT
        if not _came_again(connection, row):
            newcomers = any(one.leased_at > revert_at for one in task.holding)
            task.slots, effect = restored(task.slots, Effect(step.first_effect), newcomers=newcomers)
        if effect is not Effect.KEPT:
            touched.put_back(task, began[row.id])
            _stays_out(connection, task)
        counts = effect is not Effect.KEPT
        written.append((restore.id, row.annotation_id, restore.project_id, counts, effect.value))
        effects.append(effect)
    touched.write(now)
    insert_rows(connection, t.reverted, _COLUMNS, written)
    return effects


def _is_ours(step: Any, restore: Any) -> bool:
    return step is not None and restore.restores in (step.revert_id, step.restores) and step.revert_id != restore.id


def _came_again(connection: Connection, row: Any) -> bool:
    """Whether the task went to the same person a second time, and is held, answered or refused by that."""
    if row.state != State.REOPENED:
        return False
    other = select(t.assignment.c.id).where(
        t.assignment.c.task_id == row.task_id,
        t.assignment.c.annotator_id == row.annotator_id,
        t.assignment.c.id != row.id,
        t.assignment.c.state.in_((State.LEASED, State.SUBMITTED, State.SKIPPED, State.REVERTED)),
    )
    return connection.execute(other).first() is not None


def _stays_out(connection: Connection, task: TouchedTask) -> None:
    """A task that somebody else put out of the queue does not come back with an annotation."""
    if task.before.out and not task.slots.out:
        skipped = select(t.skip.c.id).where(t.skip.c.task_id == task.id, t.skip.c.destination == "out")
        decided = (
            select(t.decision.c.kind)
            .where(t.decision.c.task_id == task.id, t.decision.c.kind.in_(("out", "back")))
            .order_by(t.decision.c.id.desc())
            .limit(1)
        )
        if connection.execute(skipped).first() or connection.execute(decided).scalar() == "out":
            task.slots = replace(task.slots, out=True)


def _answered(connection: Connection, rows: Iterable[Any]) -> dict[int, Answered]:
    """Assignment id -> its answer, as if it counted."""
    people = {row.id: row for row in rows}
    said: defaultdict[int, list[Any]] = defaultdict(list)
    columns = t.annotation.c
    for row in connection.execute(
        select(columns.id, columns.assignment_id, columns.answers, columns.label_config_version)
        .where(columns.task_id.in_([row.task_id for row in people.values()]))
        .where(columns.project_id.in_(select(t.assignment.c.project_id).where(t.assignment.c.id.in_(list(people)))))
        .order_by(columns.id)
    ):
        said[row.assignment_id].append(row)
    found = {}
    for assignment_id, row in people.items():
        (last,) = [one for one in said[assignment_id] if one.id == row.annotation_id]
        found[assignment_id] = Answered(
            assignment_id,
            row.annotator_id,
            last.id,
            said[assignment_id][0].id,
            last.answers,
            last.label_config_version,
        )
    return found


def last_steps(connection: Connection, assignment_ids: Sequence[int]) -> dict[int, Any]:
    """Assignment id -> the last step about any of its annotations.

    ``first_id`` and ``first_effect`` are of the revert itself, also after a restore that could not bring it back.
    """
    rows = connection.execute(
        select(
            t.annotation.c.assignment_id,
            t.reverted.c.id,
            t.reverted.c.revert_id,
            t.reverted.c.effect,
            t.revert.c.restores,
        )
        .select_from(t.assignment)
        .join(
            t.annotation,
            (t.annotation.c.project_id == t.assignment.c.project_id)
            & (t.annotation.c.task_id == t.assignment.c.task_id)
            & (t.annotation.c.assignment_id == t.assignment.c.id),
        )
        .join(t.reverted, t.reverted.c.annotation_id == t.annotation.c.id)
        .join(t.revert, t.revert.c.id == t.reverted.c.revert_id)
        .where(t.assignment.c.id.in_(assignment_ids))
        .order_by(t.reverted.c.id)
    )
    found: dict[int, Any] = {}
    set_aside_by: dict[tuple[int, int], tuple[int, str]] = {}
    for row in rows:
        if row.restores is None:
            set_aside_by[row.assignment_id, row.revert_id] = (row.id, row.effect)
        first_id, first_effect = set_aside_by[row.assignment_id, row.restores or row.revert_id]
        found[row.assignment_id] = _Step(row.revert_id, row.restores, first_id, first_effect)
    return found


@dataclass(frozen=True, slots=True)
class _Step:
    revert_id: int
    restores: int | None
    first_id: int
    first_effect: str


def aside(connection: Connection, revert_id: int, *, before: int = LATEST, limit: int = STEP) -> list[Any]:
    """(reverted.id, assignment_id) of what a revert set aside and still keeps aside, the last step first.

    Taking steps back in this order finds each slot as the step left it.
    """
    later = t.reverted.alias("later")
    counted = exists(
        select(later.c.id).where(later.c.annotation_id == t.reverted.c.annotation_id, later.c.id > t.reverted.c.id)
        .where(later.c.counts)
    )  # fmt: skip
    return list(
        connection.execute(
            select(t.reverted.c.id, t.annotation.c.assignment_id)
            .join(t.annotation, t.annotation.c.id == t.reverted.c.annotation_id)
            .join(t.assignment, t.assignment.c.id == t.annotation.c.assignment_id)
            .where(
                t.reverted.c.revert_id == revert_id,
                t.reverted.c.id < before,
                t.assignment.c.state.in_(_ASIDE),
                ~counted,
            )
            .order_by(t.reverted.c.id.desc())
            .limit(limit)
        )
    )


def list_reverts(connection: Connection, project_id: int, *, before: int | None = None, limit: int = 50) -> list[Any]:
    """Reverts and restores, newest first, with who made them."""
    statement = (
        select(t.revert, t.person.c.uid.label("person_uid"), t.person.c.name.label("person_name"), t.person.c.email)
        .join(t.person, t.person.c.id == t.revert.c.actor_id)
        .where(t.revert.c.project_id == project_id)
        .order_by(t.revert.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(t.revert.c.id < before)
    return list(connection.execute(statement))


def effects_of(connection: Connection, revert_ids: Sequence[int]) -> dict[int, dict[Effect, int]]:
    """Revert id -> how many annotations met which effect."""
    rows = connection.execute(
        select(t.reverted.c.revert_id, t.reverted.c.effect, func.count())
        .where(t.reverted.c.revert_id.in_(revert_ids))
        .group_by(t.reverted.c.revert_id, t.reverted.c.effect)
    )
    found: dict[int, dict[Effect, int]] = {revert_id: {} for revert_id in revert_ids}
    for revert_id, effect, count in rows:
        found[revert_id][Effect(effect)] = count
    return found


def still_aside(connection: Connection, revert_id: int) -> bool:
    """Whether anything that a revert set aside is aside because of it."""
    return bool(aside(connection, revert_id, limit=1))
