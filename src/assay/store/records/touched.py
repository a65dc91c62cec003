"""Tasks whose annotations stop counting, or count again: locked, counted, and written back together.

Locks are taken as a submission takes them (assignment, then its task), tasks by id; the counters of people come
last, by id. So two of these, or one of these and a submission, don't wait for each other in a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from assay.flow.assignment import State
from assay.flow.measuring import disagreement
from assay.flow.reverting import Slots, finished_by
from assay.store import tables as t
from assay.store.documents import VersionCache
from assay.store.queue import place_now

OUT_OF_QUEUE = 2  # phase


@dataclass(frozen=True, slots=True)
class Answered:
    """An assignment whose annotation counts."""

    assignment_id: int
    person_id: int
    annotation_id: int
    first_annotation_id: int  # before corrections
    answers: str
    label_config_version: int


@dataclass(slots=True)
class TouchedTask:
    """A locked task."""

    id: int
    slots: Slots
    phase: int
    ord: int
    answered: list[Answered]
    holding: list[Any]  # leased or answered
    before: Slots = field(init=False)
    finished: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.slots
        self.finished = self._finished()

    def _finished(self) -> int | None:
        return finished_by([one.person_id for one in in_order(self.answered)], self.slots.target)

    def finished_now(self) -> int | None:
        """Whose answer completes the task now."""
        return self._finished()


def in_order(answered: Iterable[Answered]) -> list[Answered]:
    """By the first answer of each, which is the order in which they counted."""
    return sorted(answered, key=lambda one: one.first_annotation_id)


def measured(
    connection: Connection, versions: VersionCache, project_id: int, answered: Sequence[Answered]
) -> float | None:
    """The disagreement of a task, under the label config of its newest annotation in force."""
    if len(answered) < 2:
        return None
    newest = max(answered, key=lambda one: one.annotation_id)
    config = versions.label_config(connection, project_id, newest.label_config_version)
    return disagreement(config, [one.answers for one in sorted(answered, key=lambda one: one.annotation_id)])


def lock_assignments(connection: Connection, assignment_ids: Sequence[int]) -> list[Any]:
    """These assignments with their tasks, locked, by task and id."""
    statement = (
        select(
            t.assignment.c.id,
            t.assignment.c.task_id,
            t.assignment.c.annotator_id,
            t.assignment.c.state,
            t.assignment.c.annotation_id,
        )
        .join(t.task, t.task.c.id == t.assignment.c.task_id)
        .where(t.assignment.c.id.in_(assignment_ids))
        .order_by(t.assignment.c.task_id, t.assignment.c.id)
    )
    if connection.dialect.name == "postgresql":
        statement = statement.with_for_update(of=[t.assignment, t.task])
        # While it waited for a lock, what was read before may have changed: read again with the locks in hand.
        connection.execute(statement)
    return list(connection.execute(statement))


class Touched:
    """The locked tasks of one transaction, and what is to be written about them."""

    def __init__(self, connection: Connection, versions: VersionCache, project_id: int, task_ids: Iterable[int]):
        self._connection = connection
        self._versions = versions
        self._project_id = project_id
        self.tasks = _read(connection, sorted(set(task_ids)))
        self._states: list[dict[str, int]] = []
        self._submitted: Counter[int] = Counter()

    def take_out(self, task: TouchedTask, assignment_id: int, state: State) -> None:
        """An answer stops counting."""
        (gone,) = [one for one in task.answered if one.assignment_id == assignment_id]
        task.answered.remove(gone)
        self._submitted[gone.person_id] -= 1
        self._states.append({"assignment": assignment_id, "new_state": int(state)})

    def put_back(self, task: TouchedTask, answered: Answered) -> None:
        """An answer counts again."""
        task.answered.append(answered)
        self._submitted[answered.person_id] += 1
        self._states.append({"assignment": answered.assignment_id, "new_state": int(State.SUBMITTED)})

    def write(self, now: int) -> None:
        """Write assignments, tasks and counters."""
        changed = [task for task in self.tasks.values() if task.slots != task.before]
        if self._states:
            self._connection.execute(
                update(t.assignment)
                .where(t.assignment.c.id == bindparam("assignment"))
                .values(state=bindparam("new_state")),
                self._states,
            )
        if changed:
            place = place_now(self._connection, now)
            self._connection.execute(
                update(t.task)
                .where(t.task.c.id == bindparam("task"))
                .values({name: bindparam(f"new_{name}") for name in _WRITTEN}),
                [self._written(task, place) for task in changed],
            )
        self._count(changed)

    def _written(self, task: TouchedTask, place: int) -> dict[str, Any]:
        opened = task.slots.need > task.before.need
        phase = OUT_OF_QUEUE if task.slots.out else 1
        return {
            "task": task.id,
            "new_target": task.slots.target,
            "new_need": task.slots.need,
            "new_done": task.slots.done,
            "new_phase": phase,
            # What opens goes behind everybody's cursor, so that everybody sees it again.
            "new_ord": place if opened or task.phase != phase else task.ord,
            "new_disagreement": measured(self._connection, self._versions, self._project_id, task.answered),
        }

    def _count(self, changed: Sequence[TouchedTask]) -> None:
        finished: Counter[int] = Counter()
        for task in changed:
            after = task.finished_now()
            if after != task.finished:
                if task.finished is not None:
                    finished[task.finished] -= 1
                if after is not None:
                    finished[after] += 1
        people = sorted(
            person for person in {*self._submitted, *finished} if self._submitted[person] or finished[person]
        )
        if people:
            self._connection.execute(
                update(t.seat)
                .where(t.seat.c.project_id == self._project_id, t.seat.c.person_id == bindparam("person"))
                .values(
                    submitted=t.seat.c.submitted + bindparam("more_submitted"),
                    finished=t.seat.c.finished + bindparam("more_finished"),
                ),
                [
                    {"person": one, "more_submitted": self._submitted[one], "more_finished": finished[one]}
                    for one in people
                ],
            )


def _read(connection: Connection, task_ids: Sequence[int]) -> dict[int, TouchedTask]:
    answered, holding = read_assignments(connection, task_ids)
    rows = connection.execute(select(t.task).where(t.task.c.id.in_(task_ids)).order_by(t.task.c.id))
    return {
        row.id: TouchedTask(
            id=row.id,
            slots=Slots(
                row.target, row.need, row.done, len(holding[row.id]) - len(answered[row.id]), row.phase == OUT_OF_QUEUE
            ),
            phase=row.phase,
            ord=row.ord,
            answered=answered[row.id],
            holding=holding[row.id],
        )
        for row in rows
    }


def read_assignments(
    connection: Connection, task_ids: Sequence[int]
) -> tuple[defaultdict[int, list[Answered]], defaultdict[int, list[Any]]]:
    """Task id -> the answers that count, and task id -> the assignments that hold a slot (leased or answered)."""
    answered: defaultdict[int, list[Answered]] = defaultdict(list)
    holding: defaultdict[int, list[Any]] = defaultdict(list)
    first = t.annotation.alias("first")
    began = (
        # By project and task, for which there is an index.
        select(func.min(first.c.id))
        .where(
            first.c.project_id == t.assignment.c.project_id,
            first.c.task_id == t.assignment.c.task_id,
            first.c.assignment_id == t.assignment.c.id,
        )
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            t.assignment.c.id,
            t.assignment.c.task_id,
            t.assignment.c.annotator_id,
            t.assignment.c.state,
            t.assignment.c.leased_at,
            t.assignment.c.annotation_id,
            t.annotation.c.answers,
            t.annotation.c.label_config_version,
            began.label("began"),
        )
        .outerjoin(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .where(t.assignment.c.task_id.in_(task_ids), t.assignment.c.state.in_((State.LEASED, State.SUBMITTED)))
        .order_by(t.assignment.c.id)
    )
    for row in rows:
        holding[row.task_id].append(row)
        if row.state == State.SUBMITTED:
            answered[row.task_id].append(
                Answered(row.id, row.annotator_id, row.annotation_id, row.began, row.answers, row.label_config_version)
            )
    return answered, holding


_WRITTEN = ("target", "need", "done", "phase", "ord", "disagreement")
