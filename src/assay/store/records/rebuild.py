"""Derived numbers, computed anew from the records and compared; and what must hold between the tables.

Everything is read task by task, some thousand at a time, so memory does not grow with the project (but for a
number of each person). What is found is counted, and the first few are named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, TextClause, func, select, text, update

from assay.flow.assignment import State
from assay.flow.measuring import disagreement
from assay.flow.reverting import finished_by
from assay.kernel.limits import ANNOTATIONS_PER_TASK
from assay.store import tables as t
from assay.store.documents import VersionCache
from assay.store.records.touched import OUT_OF_QUEUE
from assay.store.records.verify import Fault

WINDOW = 2_000
_NAMED = 5
_PHASES = (0, 1, OUT_OF_QUEUE)
_HOLDS = frozenset({State.LEASED, State.SUBMITTED, State.SKIPPED, State.REVERTED})
_ANSWERED = frozenset({State.SUBMITTED, State.LATE, State.REVERTED, State.REOPENED})
_BACKUP = "Restore the last good backup beside this database and compare."
_REPAIR = "`assay doctor --repair` writes the number that the records give."
_SEATS = ("submitted", "finished", "skipped")

# code -> (what is wrong, what to do)
KINDS = {
    "twice": ("somebody has the task twice", _BACKUP),
    "done": ("done is not the number of its annotations in force", _REPAIR),
    "need": ("need is not what it wants less what is leased and answered", _REPAIR),
    "above_target": ("it has more annotations than it wants, and neither a policy nor an import explains it", _BACKUP),
    "target": ("it wants an impossible number of annotations", "Set a policy with another overlap."),
    "phase": ("its place in the queue does not fit: it is fresh, but somebody had it", _BACKUP),
    "lane": ("it is in a lane that its project does not have", _BACKUP),
    "data": ("it has no data", _BACKUP),
    "answer_missing": ("an assignment is answered and has no annotation, or the other way round", _BACKUP),
    "not_last": ("the annotation of an assignment is not the last one that was sent for it", _BACKUP),
    "misfit": ("an annotation does not fit its assignment: another task, person or project", _BACKUP),
    "orphan": ("an annotation belongs to no assignment of the task", _BACKUP),
    "state": ("an assignment counts, or does not, against what the records say", _BACKUP),
    "disagreement": ("disagreement is not that of its annotations in force", _REPAIR),
}


@dataclass(slots=True)
class _Tally:
    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, row_id: int) -> None:
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(row_id)


@dataclass(slots=True)
class Rebuilt:
    """What going through the tasks of a project found."""

    project_id: int
    tasks: int = 0
    annotations: int = 0
    in_force: int = 0
    tallies: defaultdict[str, _Tally] = field(default_factory=lambda: defaultdict(_Tally))
    submitted: Counter[int] = field(default_factory=Counter)
    finished: Counter[int] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Window:
    """Some tasks with all that is said of them."""

    tasks: list[Any]
    assignments: defaultdict[int, list[Any]]
    annotations: defaultdict[int, list[Any]]  # by task
    steps: dict[int, bool]  # annotation -> whether it counts, by the last step about it
    explained: set[int]  # tasks with a decision or a revert


def rebuild(
    connection: Connection,
    versions: VersionCache,
    project: Any,
    *,
    measures: bool,
    say: Callable[[int], None] = lambda _: None,
) -> Rebuilt:
    """Go through a project. ``measures``: also the disagreement of each task, which takes longest."""
    seen = Rebuilt(project.id)
    lanes = set(connection.execute(select(t.lane.c.id).where(t.lane.c.project_id == project.id)).scalars())
    after = 0
    while tasks := _tasks(connection, project.id, after):
        window = _window(connection, project.id, tasks)
        for task in tasks:
            _check_task(seen, project, task, window, lanes)
            if measures:
                _check_measure(connection, versions, seen, task, window)
        after = tasks[-1].id
        say(len(tasks))
    _name_tasks(seen)
    _check_sums(connection, project, seen)
    return seen


def _tasks(connection: Connection, project_id: int, after: int) -> list[Any]:
    return list(
        connection.execute(
            select(t.task, t.task_data.c.task_id.label("data_of"))
            .outerjoin(t.task_data, t.task_data.c.task_id == t.task.c.id)
            .where(t.task.c.project_id == project_id, t.task.c.id > after)
            .order_by(t.task.c.id)
            .limit(WINDOW)
        )
    )


def _window(connection: Connection, project_id: int, tasks: Sequence[Any]) -> _Window:
    first, last = tasks[0].id, tasks[-1].id
    window = _Window(list(tasks), defaultdict(list), defaultdict(list), {}, set())
    a, n = t.assignment.c, t.annotation.c
    for row in connection.execute(
        select(a.id, a.task_id, a.annotator_id, a.state, a.annotation_id, a.reason, a.policy_version)
        .where(a.task_id >= first, a.task_id <= last, a.project_id == project_id)
        .order_by(a.task_id, a.id)
    ):
        window.assignments[row.task_id].append(row)
    for said in connection.execute(
        select(n.id, n.task_id, n.assignment_id, n.annotator_id, n.answers, n.counted, n.label_config_version)
        .where(n.project_id == project_id, n.task_id >= first, n.task_id <= last)
        .order_by(n.task_id, n.id)
    ):
        window.annotations[said.task_id].append(said)
    for step in connection.execute(
        select(t.reverted.c.annotation_id, t.reverted.c.counts, n.task_id)
        .join(t.annotation, n.id == t.reverted.c.annotation_id)
        .where(n.project_id == project_id, n.task_id >= first, n.task_id <= last)
        .order_by(t.reverted.c.id)
    ):
        window.steps[step.annotation_id] = bool(step.counts)
        window.explained.add(step.task_id)
    window.explained.update(
        connection.execute(
            select(t.decision.c.task_id).where(t.decision.c.task_id >= first, t.decision.c.task_id <= last)
        ).scalars()
    )
    return window


def _check_task(seen: Rebuilt, project: Any, task: Any, window: _Window, lanes: set[int]) -> None:
    given, said = window.assignments[task.id], window.annotations[task.id]
    seen.tasks += 1
    seen.annotations += len(said)
    holders = Counter(row.annotator_id for row in given if row.state in _HOLDS)
    leased = sum(row.state == State.LEASED for row in given)
    answered = [row for row in given if row.state == State.SUBMITTED]
    taken = leased + len(answered)
    seen.in_force += len(answered)
    wrong = {
        "twice": any(count > 1 for count in holders.values()),
        "done": task.done != len(answered),
        "need": task.need != task.target - taken,
        "above_target": taken > task.target and not _explained(project, task, given, window),
        "target": not 0 <= task.target <= ANNOTATIONS_PER_TASK,
        "phase": task.phase not in _PHASES or (task.phase == 0 and bool(given)),
        "lane": task.lane_id not in lanes,
        "data": task.data_of is None,
    }
    wrong |= _check_answers(given, said, window.steps)
    for code, is_wrong in wrong.items():
        if is_wrong:
            seen.tallies[code].add(task.id)
    seen.submitted.update(row.annotator_id for row in answered)
    began: dict[int, int] = {}
    for row in said:
        began.setdefault(row.assignment_id, row.id)
    order = sorted(answered, key=lambda row: began.get(row.id, 0))
    finisher = finished_by([row.annotator_id for row in order], task.target)
    if finisher is not None:
        seen.finished[finisher] += 1


def _explained(project: Any, task: Any, given: Sequence[Any], window: _Window) -> bool:
    """Whether having more than wanted is nobody's mistake: imported, decided, restored, or of another policy."""
    holding = [row for row in given if row.state in (State.LEASED, State.SUBMITTED)]
    return (
        all(row.reason == "import" for row in holding)
        or task.id in window.explained
        or any(row.policy_version != project.policy_version for row in holding)
    )


def _check_answers(given: Sequence[Any], said: Sequence[Any], steps: dict[int, bool]) -> dict[str, bool]:
    by_assignment: defaultdict[int, list[Any]] = defaultdict(list)
    for row in said:
        by_assignment[row.assignment_id].append(row)
    known = {row.id: row for row in given}
    wrong = dict.fromkeys(("answer_missing", "not_last", "misfit", "orphan", "state"), False)
    for row in given:
        answers = by_assignment.get(row.id)
        if (row.state in _ANSWERED) != bool(answers) or bool(answers) != (row.annotation_id is not None):
            wrong["answer_missing"] = True
        if not answers:
            continue
        last = answers[-1]
        wrong["not_last"] |= row.annotation_id != last.id
        wrong["misfit"] |= any(one.annotator_id != row.annotator_id for one in answers)
        counts = steps.get(last.id, bool(last.counted))
        wrong["state"] |= (row.state == State.SUBMITTED) != counts
    wrong["orphan"] = any(assignment_id not in known for assignment_id in by_assignment)
    return wrong


def _check_measure(connection: Connection, versions: VersionCache, seen: Rebuilt, task: Any, window: _Window) -> None:
    if task.disagreement != measure(
        connection, versions, task, window.assignments[task.id], window.annotations[task.id]
    ):
        seen.tallies["disagreement"].add(task.id)


def measure(
    connection: Connection, versions: VersionCache, task: Any, given: Iterable[Any], said: Iterable[Any]
) -> float | None:
    """The disagreement of a task, anew."""
    force = {row.annotation_id for row in given if row.state == State.SUBMITTED}
    answers = [row for row in said if row.id in force]
    if len(answers) < 2:
        return None
    config = versions.label_config(connection, task.project_id, answers[-1].label_config_version)
    return disagreement(config, [row.answers for row in answers])


def _name_tasks(seen: Rebuilt) -> None:
    for code, tally in seen.tallies.items():
        what, action = KINDS[code]
        named = ", ".join(str(one) for one in tally.first)
        which = f"Task {named}" if tally.count == 1 else f"{tally.count:,} tasks ({named}{_more(tally)})"
        seen.faults.append(Fault(code, seen.project_id, f"{which}: {what}.", action, tuple(tally.first)))


def _more(tally: _Tally) -> str:
    return ", …" if tally.count > len(tally.first) else ""


def _check_sums(connection: Connection, project: Any, seen: Rebuilt) -> None:
    if project.task_count != seen.tasks:
        seen.faults.append(
            Fault(
                "task_count",
                project.id,
                f"The project says that it has {project.task_count:,} tasks; it has {seen.tasks:,}.",
                _REPAIR,
            )
        )
    n = t.annotation.c
    total = connection.execute(select(func.count()).where(n.project_id == project.id)).scalar_one()
    if total != seen.annotations:
        seen.faults.append(
            Fault(
                "orphan",
                project.id,
                f"{total - seen.annotations:,} annotations belong to tasks that are not in this project.",
                _BACKUP,
            )
        )
    skips = _by_person(connection, _SKIPS, project.id)
    truth = {"submitted": seen.submitted, "finished": seen.finished, "skipped": skips}
    people: dict[str, list[int]] = defaultdict(list)
    seats = list(connection.execute(select(t.seat).where(t.seat.c.project_id == project.id)))
    for seat in seats:
        for name, numbers in truth.items():
            if getattr(seat, name) != numbers[seat.person_id]:
                people[name].append(seat.person_id)
    missing = {person for numbers in truth.values() for person in numbers} - {seat.person_id for seat in seats}
    for name, ids in people.items():
        names = _names(connection, ids[:_NAMED])
        seen.faults.append(
            Fault(
                f"seat_{name}",
                project.id,
                f"The counter {name!r} of {names}{' and others' if len(ids) > _NAMED else ''} "
                "is not what the records give.",
                _REPAIR,
                tuple(ids[:_NAMED]),
            )
        )
    if missing:
        names = _names(connection, sorted(missing)[:_NAMED])
        seen.faults.append(
            Fault("seat_missing", project.id, f"{names} worked here and have no place in the project.", _BACKUP)
        )


def _by_person(connection: Connection, statement: TextClause, project_id: int) -> Counter[int]:
    return Counter({int(row[0]): int(row[1]) for row in connection.execute(statement, {"project": project_id})})


_SKIPS = text("SELECT annotator_id, count(*) FROM skip WHERE project_id = :project GROUP BY annotator_id")


def _names(connection: Connection, ids: Sequence[int]) -> str:
    found = connection.execute(select(t.person.c.id, t.person.c.name).where(t.person.c.id.in_(ids)))
    rows = {row.id: row.name for row in found}
    return ", ".join(str(rows.get(one, f"person {one}")) for one in ids)


def check_everywhere(connection: Connection) -> list[Fault]:
    """What must hold over all projects."""
    checks = {
        "Assignments belong to tasks that are not there": (
            "SELECT a.id FROM assignment a WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.id = a.task_id) LIMIT 5"
        ),
        "Tasks belong to projects that are not there": (
            "SELECT t.id FROM task t WHERE NOT EXISTS (SELECT 1 FROM project p WHERE p.id = t.project_id) LIMIT 5"
        ),
        "Data belongs to tasks that are not there": (
            "SELECT d.task_id FROM task_data d WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.id = d.task_id) LIMIT 5"
        ),
        "Lanes belong to queues of other projects": (
            "SELECT l.id FROM lane l WHERE NOT EXISTS ("
            "SELECT 1 FROM queue q WHERE q.id = l.queue_id AND q.project_id = l.project_id) LIMIT 5"
        ),
    }
    faults = []
    for what, statement in checks.items():
        ids = tuple(connection.execute(text(statement)).scalars())
        if ids:
            named = ", ".join(str(one) for one in ids)
            faults.append(Fault("orphan", None, f"{what}: {named}.", _BACKUP, ids))
    return faults


def repair_tasks(connection: Connection, versions: VersionCache, project: Any, after: int) -> tuple[int, int] | None:
    """Write need, done and disagreement of the next tasks after ``after``: (last task looked at, tasks changed)."""
    statement = select(t.task.c.id).where(t.task.c.project_id == project.id, t.task.c.id > after)
    statement = statement.order_by(t.task.c.id).limit(WINDOW)
    if connection.dialect.name == "postgresql":
        connection.execute(statement.with_for_update()).all()
    tasks = _tasks(connection, project.id, after)
    if not tasks:
        return None
    window = _window(connection, project.id, tasks)
    changed = 0
    for task in tasks:
        given = window.assignments[task.id]
        leased = sum(row.state == State.LEASED for row in given)
        done = sum(row.state == State.SUBMITTED for row in given)
        right = {
            "done": done,
            "need": task.target - leased - done,
            "disagreement": measure(connection, versions, task, given, window.annotations[task.id]),
        }
        if any(getattr(task, name) != value for name, value in right.items()):
            connection.execute(update(t.task).where(t.task.c.id == task.id).values(**right))
            changed += 1
    return tasks[-1].id, changed


_FINISHED = text(
    """
    SELECT annotator_id, count(*) FROM (
        SELECT a.annotator_id, t.target, row_number() OVER (PARTITION BY t.id ORDER BY (
            SELECT min(n.id) FROM annotation n
            WHERE n.project_id = t.project_id AND n.task_id = t.id AND n.assignment_id = a.id)) AS place
        FROM task t JOIN assignment a ON a.task_id = t.id AND a.state = 1 WHERE t.project_id = :project
    ) placed WHERE place = target GROUP BY annotator_id
    """
)
_SUBMITTED = text(
    "SELECT a.annotator_id, count(*) FROM task t JOIN assignment a ON a.task_id = t.id AND a.state = 1 "
    "WHERE t.project_id = :project GROUP BY a.annotator_id"
)


def repair_counters(connection: Connection, project: Any) -> int:
    """Write the counters of a project and its people; returns how many rows changed."""
    statement = select(t.seat).where(t.seat.c.project_id == project.id).order_by(t.seat.c.person_id)
    if connection.dialect.name == "postgresql":
        # Whoever is just counting waits, and adds to what is written here.
        connection.execute(statement.with_for_update()).all()
    truth = {
        name: _by_person(connection, query, project.id)
        for name, query in zip(_SEATS, (_SUBMITTED, _FINISHED, _SKIPS), strict=True)
    }
    changed = 0
    for seat in connection.execute(statement):
        right = {name: truth[name][seat.person_id] for name in _SEATS}
        if any(getattr(seat, name) != value for name, value in right.items()):
            where = (t.seat.c.project_id == project.id) & (t.seat.c.person_id == seat.person_id)
            connection.execute(update(t.seat).where(where).values(**right))
            changed += 1
    count = select(func.count()).select_from(t.task).where(t.task.c.project_id == project.id).scalar_subquery()
    where = (t.project.c.id == project.id) & (t.project.c.task_count != count)
    return changed + connection.execute(update(t.project).where(where).values(task_count=count)).rowcount
