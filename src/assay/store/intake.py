"""Planned tasks, with the annotations that a file brings along, into the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, select, update

from assay.flow.access import Role
from assay.flow.assignment import State
from assay.flow.intake import place_of
from assay.flow.planned import PlannedAnnotation, PlannedTask
from assay.kernel.ids import new_id
from assay.store import people, projects
from assay.store import tables as t
from assay.store.bulk import allocate_ids, insert_rows
from assay.store.content import content_hash
from assay.store.queue import place_now
from assay.store.queue.lanes import lane_ids

_TASK = (
    "id", "project_id", "lane_id", "phase", "ord", "need", "target", "done", "inclusion", "draw", "disagreement",
)  # fmt: skip
_DATA = (
    "task_id",
    "project_id",
    "key",
    "data",
    "stratum",
    "priority",
    "score",
    "content_hash",
    "job_id",
    "line",
    "created_at",
    "made_at",
)
_ASSIGNMENT = (
    "id", "uid", "task_id", "project_id", "annotator_id", "state", "leased_at", "lease_until", "closed_at",
    "label_config_version", "guideline_version", "policy_version", "probability", "reason", "annotation_id",
)  # fmt: skip
_ANNOTATION = (
    "id", "uid", "submission_id", "assignment_id", "task_id", "project_id", "annotator_id", "result", "answers",
    "confidence", "seconds", "created_at", "made_at", "source", "counted", "label_config_version", "fingerprint",
    "supersedes", "origin",
)  # fmt: skip
_SKIP = ("assignment_id", "task_id", "project_id", "annotator_id", "reason", "note", "created_at", "origin")


Brought: TypeAlias = tuple[int, PlannedTask, int, PlannedAnnotation]  # the task's id, the annotation's place in it


def existing_keys(connection: Connection, project_id: int, keys: Sequence[str]) -> set[str]:
    """Which of these external keys the project has already."""
    if not keys:
        return set()
    where = (t.task_data.c.project_id == project_id) & t.task_data.c.key.in_(keys)
    return set(connection.execute(select(t.task_data.c.key).where(where)).scalars())


def write_tasks(
    connection: Connection, project: Any, tasks: Sequence[PlannedTask], *, job_id: int | None, now: int
) -> list[int]:
    """Write tasks and their annotations; returns the task ids in order. ``project`` is a row of the project table."""
    if not tasks:
        return []
    lanes = lane_ids(connection, project.id, {task.lane for task in tasks})
    ids = list(allocate_ids(connection, t.task, len(tasks)))
    pairs = list(zip(ids, tasks, strict=True))
    place = place_now(connection, now)
    insert_rows(
        connection,
        t.task,
        _TASK,
        (_task_row(task_id, project.id, lanes[task.lane], task, place) for task_id, task in pairs),
    )
    data_rows = (
        (
            task_id, project.id, task.key, task.data, task.stratum, task.own_priority, task.score,
            content_hash(task.data), job_id, task.line, now, task.made_at,
        )
        for task_id, task in pairs
    )  # fmt: skip
    insert_rows(connection, t.task_data, _DATA, data_rows)
    brought = [(*pair, place, one) for pair in pairs for place, one in enumerate(pair[1].annotations)]
    if brought:
        _write_annotations(connection, project, brought, now)
    where = t.project.c.id == project.id
    connection.execute(update(t.project).where(where).values(task_count=t.project.c.task_count + len(tasks)))
    return ids


def _task_row(task_id: int, project_id: int, lane_id: int, task: PlannedTask, place: int) -> tuple[object, ...]:
    done = task.done
    started = bool(task.annotations)
    return (
        task_id,
        project_id,
        lane_id,
        int(started),
        place if started else place_of(task.order, task_id, task.draw, task.score),
        task.target - done,
        task.target,
        done,
        task.inclusion,
        task.draw,
        task.disagreement,
    )


def _write_annotations(connection: Connection, project: Any, brought: Sequence[Brought], now: int) -> None:
    who = _annotators(connection, project, {annotation.annotator for *_, annotation in brought}, now)
    assignment_ids = allocate_ids(connection, t.assignment, len(brought))
    annotation_ids = allocate_ids(connection, t.annotation, len(brought))
    assignments: list[tuple[object, ...]] = []
    annotations: list[tuple[object, ...]] = []
    skips: list[tuple[object, ...]] = []
    for at, (task_id, task, place, given) in enumerate(brought):
        # The other annotations of the task lie beside this one.
        first, last = given.first, given.last
        assignment_id = assignment_ids[at if first is None else at - place + first]
        annotation_id = annotation_ids[at]
        person_id = who[given.annotator]
        if given.begins(place):
            kept = None if given.skipped else annotation_ids[at if last is None else at - place + last]
            assignments.append(
                (assignment_id, new_id(), task_id, project.id, person_id, int(_state(given)), now, now, now,
                 project.label_config_version, project.guideline_version, project.policy_version,
                 task.inclusion, "import", kept)
            )  # fmt: skip
        if given.skipped:
            skips.append((assignment_id, task_id, project.id, person_id, given.reason, given.note, now, given.origin))
            continue
        superseded = None if given.supersedes is None else annotation_ids[at - place + given.supersedes]
        uid = new_id()
        mark = hashlib.sha256(given.result.encode()).hexdigest()
        annotations.append(
            (annotation_id, uid, f"import-{uid}", assignment_id, task_id, project.id, person_id, given.result,
             given.answers, given.confidence, given.seconds, now, given.made_at, "import", given.counted,
             project.label_config_version, mark, superseded, given.origin)
        )  # fmt: skip
    insert_rows(connection, t.assignment, _ASSIGNMENT, assignments)
    insert_rows(connection, t.annotation, _ANNOTATION, annotations)
    insert_rows(connection, t.skip, _SKIP, skips)
    _count(connection, project.id, _counts(brought, who))


def _state(given: PlannedAnnotation) -> State:
    if given.skipped:
        return State.SKIPPED if given.holds else State.EXPIRED
    return State.SUBMITTED if given.counted else State.LATE


def _counts(brought: Iterable[Brought], who: dict[str, int]) -> Iterator[tuple[int, int, int, int]]:
    """(person, submitted, finished, skipped), one for each person."""
    totals: dict[int, list[int]] = {}
    done: dict[int, int] = {}
    for task_id, task, place, given in brought:
        total = totals.setdefault(who[given.annotator], [0, 0, 0])
        if given.skipped:
            total[2] += 1
            continue
        if not given.counted or not given.begins(place):
            continue
        total[0] += 1
        done[task_id] = done.get(task_id, 0) + 1
        total[1] += done[task_id] == task.target
    for person_id, (submitted, finished, skipped) in totals.items():
        yield person_id, submitted, finished, skipped


def _count(connection: Connection, project_id: int, counts: Iterable[tuple[int, int, int, int]]) -> None:
    seat = t.seat.c
    for person_id, submitted, finished, skipped in counts:
        connection.execute(
            update(t.seat)
            .where(seat.project_id == project_id, seat.person_id == person_id)
            .values(
                submitted=seat.submitted + submitted, finished=seat.finished + finished, skipped=seat.skipped + skipped
            )
        )


def _annotators(connection: Connection, project: Any, names: set[str], now: int) -> dict[str, int]:
    """Person ids for the annotators that a file names.

    An address of a member is that member. Anybody else becomes a person who cannot sign in, so that
    the work keeps its author without giving a stranger access.
    """
    found: dict[str, int] = {}
    for name in sorted(names):
        found[name] = _annotator(connection, project, name, now)
        if not projects.has_any_seat(connection, project.id, found[name]):
            projects.add_seat(connection, project.id, found[name], now, active=False)
    return found


def _annotator(connection: Connection, project: Any, name: str, now: int) -> int:
    known = connection.execute(
        select(t.membership.c.person_id)
        .join(t.person, t.person.c.id == t.membership.c.person_id)
        .where(
            t.membership.c.workspace_id == project.workspace_id,
            (t.person.c.email == name.lower()) | (t.membership.c.imported_as == name),
        )
        .order_by(t.person.c.email.is_(None), t.membership.c.person_id)  # who can sign in before who came with a file
        .limit(1)
    ).scalar()
    if known is not None:
        return int(known)
    added = people.add_person(
        connection,
        project.workspace_id,
        email=None,
        name=name,
        role=Role.ANNOTATOR,
        now=now,
        imported_as=name,
    )
    return added.person_id
