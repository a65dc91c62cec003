"""Tasks for the people who run a project: the table with keyset paging, one task with everything said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, and_, exists, func, or_, select

from assay.flow.assignment import State
from assay.kernel.errors import BadInput, NotFound
from assay.store import tables as t
from assay.store.documents import as_json, from_json
from assay.store.people import escape_like
from assay.store.records.as_of import in_force

SORTS = ("id", "-id", "-disagreement", "annotations", "-annotations")
STATES = ("waiting", "started", "done", "out")
OUT = 2  # the phase of a task that nobody gets
LARGEST_ID = 2**63 - 1
SEARCH_SECONDS = 0.03  # for one page; a look that was begun is finished
_FIRST_LOOK, _MOST_LOOKED = 500, 50_000


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """What to show, in which order, after which row. ``after`` is (sort value, task id)."""

    sort: str = "id"
    state: str | None = None
    disagreeing: bool = False
    label: str | None = None
    annotator: str | None = None
    search: str | None = None
    stratum: str | None = None
    after: tuple[float, int] | None = None
    limit: int = 50


_COLUMNS = (
    t.task.c.id,
    t.task.c.target,
    t.task.c.done,
    t.task.c.need,
    t.task.c.phase,
    t.task.c.disagreement,
    t.task_data.c.key,
    t.task_data.c.data,
    t.task_data.c.created_at,
    t.task_data.c.line,
)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Tasks that match, and where to go on: null when every task was looked at. ``searched``: how many were, for this
    page, where a filter made it look at them one by one; else None."""

    rows: Sequence[Any]
    after: tuple[float, int] | None
    searched: int | None = None


def list_tasks(
    connection: Connection, project_id: int, query: TaskQuery, *, budget_seconds: float = SEARCH_SECONDS
) -> TaskPage:
    """A page of tasks. Raises BadInput for an unknown sort or state.

    With a filter, tasks are looked at in the order of the sort until the page is full or the time is over, so that
    the answer comes quickly also when one task in a million matches: the page may then hold fewer, even none, and
    its ``after`` says where to go on.
    """
    found = filters(project_id, query)
    began = monotonic()
    walk = _Walk(connection, project_id, query)
    rows: list[Any] = []
    searched, chunk = 0, _FIRST_LOOK
    while not walk.over:
        started = monotonic()
        conditions, looked = walk.look(chunk if found else None)
        rows += walk.page([*conditions, *found], query.limit + 1 - len(rows))
        if len(rows) > query.limit:
            shown = rows[: query.limit]
            last = (sort_value(shown[-1], query.sort), shown[-1].id)
            return TaskPage(shown, last, searched + looked if found else None)
        searched += looked
        now = monotonic()
        left = budget_seconds - (now - began)
        if found and left <= 0 and not walk.over:
            return TaskPage(rows, walk.place, searched)
        chunk = _next_look(chunk, now - started, left)
    return TaskPage(rows, None, searched if found else None)


def _next_look(chunk: int, took: float, left: float) -> int:
    """How many tasks to look at next: as many as fit into the time that is left, by how long the last ones took."""
    fits = int(chunk * left / max(took, 1e-4))
    return max(_FIRST_LOOK, min(fits, chunk * 4, _MOST_LOOKED))


class _Walk:
    """Goes over the tasks of a project in the order of a sort, by ranges that an index begins and ends at.

    The tasks with one value of the sort column are a range of ids. A comparison of (value, id) pairs would say the
    same, but SQLite begins at the value alone, and reads all its tasks up to the id.
    """

    def __init__(self, connection: Connection, project_id: int, query: TaskQuery) -> None:
        self._connection = connection
        self._scope = t.task.c.project_id == project_id
        column, self._descending = _sort_of(query)
        self._column = None if column is t.task.c.id else column
        self._value: float | None = None
        self._id: int | None = None
        self.over = False
        if query.after is not None:
            self._value, self._id = query.after
        elif self._column is not None:
            self._next_value()

    @property
    def place(self) -> tuple[float, int]:
        """Where to go on: after the tasks that were looked at."""
        first = LARGEST_ID if self._descending else -1
        where = first if self._id is None else self._id
        return (float(where) if self._value is None else self._value, where)

    def look(self, chunk: int | None) -> tuple[list[ColumnElement[bool]], int]:
        """The conditions of the next range, of at most ``chunk`` tasks, and how many it has; goes on behind it."""
        conditions = [self._scope]
        if self._column is not None:
            conditions.append(self._column == self._value)
        here = t.task.c.id
        if self._id is not None:
            conditions.append(here < self._id if self._descending else here > self._id)
        if chunk is not None:
            last = select(here).where(*conditions).order_by(self._order()).offset(chunk - 1).limit(1)
            end = self._connection.execute(last).scalar()
            if end is not None:
                self._id = end
                return [*conditions, here >= end if self._descending else here <= end], chunk
            count = select(func.count()).select_from(t.task).where(*conditions)
            looked = int(self._connection.execute(count).scalar_one())
        else:
            looked = 0
        self._next_value()
        return conditions, looked

    def page(self, conditions: Sequence[ColumnElement[bool]], limit: int) -> Sequence[Any]:
        """Those of a range that fulfil the conditions."""
        statement = (
            select(*_COLUMNS)
            .join(t.task_data, t.task_data.c.task_id == t.task.c.id)
            .where(*conditions)
            .order_by(self._order())
            .limit(limit)
        )
        return self._connection.execute(statement).all()

    def _order(self) -> Any:
        return t.task.c.id.desc() if self._descending else t.task.c.id

    def _next_value(self) -> None:
        """To the tasks with the next value of the sort column; over when there are none."""
        if self._column is None:
            self.over = True
            return
        column = self._column
        statement = select(column).where(self._scope, column.is_not(None)).limit(1)
        if self._value is not None:
            statement = statement.where(column < self._value if self._descending else column > self._value)
        order = column.desc() if self._descending else column
        self._value, self._id = self._connection.execute(statement.order_by(order)).scalar(), None
        self.over = self._value is None


def _sort_of(query: TaskQuery) -> tuple[Column[Any], bool]:
    if query.sort not in SORTS:
        allowed = ", ".join(SORTS)
        raise BadInput(f"Tasks cannot be sorted by {query.sort!r}.", field="sort", action=f"Use one of: {allowed}.")
    columns = {"id": t.task.c.id, "disagreement": t.task.c.disagreement, "annotations": t.task.c.done}
    return columns[query.sort.removeprefix("-")], query.sort.startswith("-")


def sort_value(row: Any, sort: str) -> float:
    """The value of a row that the next page starts after."""
    if sort.endswith("disagreement"):
        return float(row.disagreement)
    return float(row.done if sort.endswith("annotations") else row.id)


def filters(project_id: int, query: TaskQuery, *, as_of: int | None = None) -> list[ColumnElement[bool]]:
    """The conditions of a query, for a statement over task and task_data. Raises BadInput for an unknown state.

    ``as_of``: a label and an annotator are looked for among what was in force at that moment, not now.
    """
    found: list[ColumnElement[bool]] = []
    wanted = t.task.c.done < t.task.c.target
    if query.state == "waiting":
        found.append(and_(t.task.c.done == 0, t.task.c.phase != OUT))
    elif query.state == "started":
        found.append(and_(t.task.c.done > 0, wanted, t.task.c.phase != OUT))
    elif query.state == "out":
        found.append(and_(t.task.c.phase == OUT, wanted))
    elif query.state == "done":
        found.append(t.task.c.done >= t.task.c.target)
    elif query.state is not None:
        allowed = ", ".join(STATES)
        raise BadInput(f"There is no task state {query.state!r}.", field="state", action=f"Use one of: {allowed}.")
    if query.disagreeing:
        found.append(t.task.c.disagreement > 0)
    if query.stratum is not None:
        found.append(t.task_data.c.stratum == query.stratum)
    if query.search:
        found.append(_contains(query.search))
    if query.label or query.annotator:
        found.append(_answered(project_id, query, as_of))
    return found


def _contains(search: str) -> ColumnElement[bool]:
    # The data is JSON text, so what is looked for is written as JSON writes it.
    written = as_json(search.lower())[1:-1]
    pattern = f"%{escape_like(written)}%"
    found = func.lower(t.task_data.c.data).like(pattern, escape="\\")
    return or_(found, t.task_data.c.key == search)


def _answered(project_id: int, query: TaskQuery, as_of: int | None) -> ColumnElement[bool]:
    if as_of is None:
        inner = (
            select(t.assignment.c.id)
            .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
            .where(
                t.assignment.c.task_id == t.task.c.id,
                t.assignment.c.project_id == project_id,
                t.assignment.c.state == State.SUBMITTED,
            )
        )
    else:
        inner = (
            select(t.annotation.c.id)
            .join(t.assignment, t.assignment.c.id == t.annotation.c.assignment_id)
            .where(t.annotation.c.task_id == t.task.c.id, t.annotation.c.project_id == project_id, in_force(as_of))
        )
    if query.label:
        # In the canonical answers a label is in a list; what is followed by a colon is the name of a control.
        written = escape_like(as_json(query.label))
        among = [t.annotation.c.answers.like(f"%{written}{end}%", escape="\\") for end in (",", "]")]
        inner = inner.where(or_(*among))
    if query.annotator:
        person = select(t.person.c.id).where(t.person.c.uid == query.annotator).scalar_subquery()
        # Plus nothing: by the task, of which there are few assignments, and not by the person, of whom there are many.
        inner = inner.where(t.assignment.c.annotator_id + 0 == person)
    return exists(inner)


def find_task(connection: Connection, project_id: int, task_id: int) -> Any:
    """One task. Raises NotFound."""
    row = connection.execute(
        select(*_COLUMNS)
        .join(t.task_data, t.task_data.c.task_id == t.task.c.id)
        .where(t.task.c.project_id == project_id, t.task.c.id == task_id)
    ).first()
    if row is None:
        raise NotFound("There is no such task in this project.")
    return row


def data_of(connection: Connection, project_id: int, task_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Task id -> its data, for some tasks of a project."""
    statement = select(t.task_data.c.task_id, t.task_data.c.data).where(
        t.task_data.c.project_id == project_id, t.task_data.c.task_id.in_(task_ids)
    )
    return {row.task_id: from_json(row.data) for row in connection.execute(statement)}


def keys_of(connection: Connection, project_id: int) -> dict[int, str]:
    """Task id -> its key, for every task that has one."""
    statement = select(t.task_data.c.task_id, t.task_data.c.key).where(
        t.task_data.c.project_id == project_id, t.task_data.c.key.is_not(None)
    )
    return {row.task_id: row.key for row in connection.execute(statement)}


def answers_in_force(connection: Connection, task_ids: Sequence[int]) -> Sequence[Any]:
    """(task_id, answers) of the counted annotations in force."""
    if not task_ids:
        return []
    return connection.execute(
        select(t.assignment.c.task_id, t.annotation.c.answers)
        .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .where(t.assignment.c.task_id.in_(task_ids), t.assignment.c.state == State.SUBMITTED)
        .order_by(t.annotation.c.id)
    ).all()


_PERSON = (t.person.c.uid.label("person_uid"), t.person.c.name.label("person_name"), t.person.c.email.label("email"))


def task_annotations(connection: Connection, project_id: int, task_id: int) -> Sequence[Any]:
    """Every annotation of a task, oldest first, superseded and late ones too."""
    earlier = t.annotation.alias("earlier")
    return connection.execute(
        select(
            t.annotation,
            *_PERSON,
            (t.assignment.c.annotation_id == t.annotation.c.id).label("in_force"),
            t.assignment.c.state,
            earlier.c.uid.label("supersedes_uid"),
        )
        .join(t.assignment, t.assignment.c.id == t.annotation.c.assignment_id)
        .join(t.person, t.person.c.id == t.annotation.c.annotator_id)
        .outerjoin(earlier, earlier.c.id == t.annotation.c.supersedes)
        .where(t.annotation.c.project_id == project_id, t.annotation.c.task_id == task_id)
        .order_by(t.annotation.c.id)
    ).all()


def task_skips(connection: Connection, task_id: int) -> Sequence[Any]:
    """Skips of a task with their reasons."""
    return connection.execute(
        select(t.skip, *_PERSON)
        .join(t.person, t.person.c.id == t.skip.c.annotator_id)
        .where(t.skip.c.task_id == task_id)
        .order_by(t.skip.c.id)
    ).all()


def task_holders(connection: Connection, task_id: int) -> Sequence[Any]:
    """Who holds a lease on the task just now."""
    return connection.execute(
        select(*_PERSON)
        .join(t.assignment, t.assignment.c.annotator_id == t.person.c.id)
        .where(t.assignment.c.task_id == task_id, t.assignment.c.state == State.LEASED)
        .order_by(t.person.c.id)
    ).all()


def list_flags(
    connection: Connection, project_id: int, *, task_id: int | None = None, before: int | None = None, limit: int = 50
) -> Sequence[Any]:
    """Questions about the guideline, newest first."""
    statement = (
        select(t.flag, *_PERSON)
        .join(t.person, t.person.c.id == t.flag.c.annotator_id)
        .where(t.flag.c.project_id == project_id)
        .order_by(t.flag.c.id.desc())
        .limit(limit)
    )
    if task_id is not None:
        statement = statement.where(t.flag.c.task_id == task_id)
    if before is not None:
        statement = statement.where(t.flag.c.id < before)
    return connection.execute(statement).all()
