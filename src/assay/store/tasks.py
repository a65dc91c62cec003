"""Tasks for the people who run a project: the table with keyset paging, one task with everything said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from assay.flow.assignment import State
from assay.kernel.errors import BadInput, NotFound
from assay.store import tables as t
from assay.store.documents import as_json, from_json
from assay.store.people import escape_like

SORTS = ("id", "-id", "-disagreement", "annotations", "-annotations")
STATES = ("waiting", "started", "done", "out")
OUT = 2  # the phase of a task that nobody gets


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """What to show, in which order, after which row. ``after`` is (sort value, task id)."""

    sort: str = "id"
    state: str | None = None
    disagreeing: bool = False
    label: str | None = None
    annotator: str | None = None
    search: str | None = None
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


def list_tasks(connection: Connection, project_id: int, query: TaskQuery) -> Sequence[Any]:
    """A page of tasks. Raises BadInput for an unknown sort or state."""
    statement: Select[Any] = (
        select(*_COLUMNS)
        .join(t.task_data, t.task_data.c.task_id == t.task.c.id)
        .where(t.task.c.project_id == project_id, *_filters(project_id, query))
        .limit(query.limit)
    )
    return connection.execute(_sorted(statement, query)).all()


def sort_value(row: Any, sort: str) -> float:
    """The value of a row that the next page starts after."""
    if sort.endswith("disagreement"):
        return float(row.disagreement)
    return float(row.done if sort.endswith("annotations") else row.id)


def _sorted(statement: Select[Any], query: TaskQuery) -> Select[Any]:
    if query.sort not in SORTS:
        allowed = ", ".join(SORTS)
        raise BadInput(f"Tasks cannot be sorted by {query.sort!r}.", field="sort", action=f"Use one of: {allowed}.")
    descending = query.sort.startswith("-")
    name = query.sort.removeprefix("-")
    column = {"id": t.task.c.id, "disagreement": t.task.c.disagreement, "annotations": t.task.c.done}[name]
    if name == "disagreement":
        statement = statement.where(column.is_not(None))
    if query.after is not None:
        value, task_id = query.after
        beyond = column < value if descending else column > value
        later = t.task.c.id < task_id if descending else t.task.c.id > task_id
        statement = statement.where(later if name == "id" else or_(beyond, and_(column == value, later)))
    order = [column.desc(), t.task.c.id.desc()] if descending else [column, t.task.c.id]
    return statement.order_by(*(order[-1:] if name == "id" else order))


def _filters(project_id: int, query: TaskQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    wanted = t.task.c.done < t.task.c.target
    if query.state == "waiting":
        filters.append(and_(t.task.c.done == 0, t.task.c.phase != OUT))
    elif query.state == "started":
        filters.append(and_(t.task.c.done > 0, wanted, t.task.c.phase != OUT))
    elif query.state == "out":
        filters.append(and_(t.task.c.phase == OUT, wanted))
    elif query.state == "done":
        filters.append(t.task.c.done >= t.task.c.target)
    elif query.state is not None:
        allowed = ", ".join(STATES)
        raise BadInput(f"There is no task state {query.state!r}.", field="state", action=f"Use one of: {allowed}.")
    if query.disagreeing:
        filters.append(t.task.c.disagreement > 0)
    if query.search:
        filters.append(_contains(query.search))
    if query.label or query.annotator:
        filters.append(_answered(project_id, query))
    return filters


def _contains(search: str) -> ColumnElement[bool]:
    # The data is JSON text, so what is looked for is written as JSON writes it.
    written = as_json(search.lower())[1:-1]
    pattern = f"%{escape_like(written)}%"
    found = func.lower(t.task_data.c.data).like(pattern, escape="\\")
    return or_(found, t.task_data.c.key == search)


def _answered(project_id: int, query: TaskQuery) -> ColumnElement[bool]:
    inner = (
        select(t.assignment.c.id)
        .join(t.annotation, t.annotation.c.id == t.assignment.c.annotation_id)
        .where(
            t.assignment.c.task_id == t.task.c.id,
            t.assignment.c.project_id == project_id,
            t.assignment.c.state == State.SUBMITTED,
        )
    )
    if query.label:
        # In the canonical answers a label is in a list; what is followed by a colon is the name of a control.
        written = escape_like(as_json(query.label))
        among = [t.annotation.c.answers.like(f"%{written}{end}%", escape="\\") for end in (",", "]")]
        inner = inner.where(or_(*among))
    if query.annotator:
        person = select(t.person.c.id).where(t.person.c.uid == query.annotator).scalar_subquery()
        inner = inner.where(t.assignment.c.annotator_id == person)
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
