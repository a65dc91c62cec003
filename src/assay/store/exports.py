"""A project as rows for a file: tasks in order with everything that was said of them, streamed from one moment.

The moment is now, or an earlier one: then the records say what there was (see ``assay.store.records.as_of``), and
what is not a record (a task's data, key, target, priority, stratum and score) is that of now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from assay.flow.assignment import State
from assay.flow.measuring import majority
from assay.kernel.clock import iso
from assay.kernel.errors import BadInput
from assay.labels.label_config import LabelConfig
from assay.store import tables as t
from assay.store.documents import from_json
from assay.store.records.as_of import in_force
from assay.store.tasks import TaskQuery, filters

_PAGE_TASKS = 2_000


@dataclass(frozen=True, slots=True)
class View:
    """Which tasks of a project: those of the task table with these filters; now, or as of a moment."""

    only_annotated: bool = False
    query: TaskQuery | None = None
    as_of: int | None = None

    @classmethod
    def asked(cls, arguments: Mapping[str, Any]) -> View:
        """The view that the arguments of an export job describe.

        Raises BadInput for a filter that only has an answer now beside a moment: the state of a task and whether
        its annotations differ are kept for now alone.
        """
        given, as_of = arguments.get("filters") or {}, arguments.get("as_of")
        for name in ("state", "disagreeing"):
            if as_of is not None and given.get(name):
                raise BadInput(
                    f"Tasks cannot be chosen by {name} as of a moment: it is known for now only.",
                    field=name,
                    action="Leave out the one or the other; label, annotator, text and stratum can be used.",
                )
        return cls(arguments["only"] == "annotated", TaskQuery(**given) if given else None, as_of)

    def conditions(self, project_id: int) -> list[ColumnElement[bool]]:
        """For a statement over task and task_data. Raises BadInput for an unknown state."""
        found = [t.task.c.project_id == project_id]
        if self.as_of is not None:
            found.append(t.task_data.c.created_at <= self.as_of)
        if self.only_annotated:
            found.append(t.task.c.done > 0 if self.as_of is None else _annotated_at(project_id, self.as_of))
        if self.query is not None:
            found += filters(project_id, self.query, as_of=self.as_of)
        return found


def _annotated_at(project_id: int, moment: int) -> ColumnElement[bool]:
    ours = (t.annotation.c.project_id == project_id) & (t.annotation.c.task_id == t.task.c.id)
    return exists(select(t.annotation.c.id).where(ours, in_force(moment)))


def count_tasks(connection: Connection, project_id: int, view: View) -> int:
    """How many rows :func:`export_rows` gives."""
    statement = select(func.count()).select_from(t.task).where(*view.conditions(project_id))
    if view.query is not None or view.as_of is not None:
        statement = statement.join(t.task_data, t.task_data.c.task_id == t.task.c.id)
    return int(connection.execute(statement).scalar_one())


def export_rows(connection: Connection, project_id: int, config: LabelConfig, view: View) -> Iterator[dict[str, Any]]:
    """One dictionary a task (see ``assay.formats`` for its fields), by task id.

    Read it inside one transaction: then the file is one moment of the project.
    """
    after = 0
    while page := _tasks(connection, project_id, after, view):
        last = page[-1].id
        # Of a sparse view the ids between would bring annotations of tasks that are not in it.
        chosen = [row.id for row in page] if view.query is not None else None
        said = _annotations(connection, project_id, after, last, chosen, view.as_of)
        skipped = _skips(connection, project_id, [row.id for row in page], view.as_of)
        for row in page:
            yield _row(row, said.get(row.id, []), skipped.get(row.id, []), config)
        after = last


def _tasks(connection: Connection, project_id: int, after: int, view: View) -> list[Any]:
    statement = (
        select(
            t.task.c.id, t.task_data.c.key, t.task_data.c.data, t.task_data.c.created_at, t.task_data.c.made_at,
            t.task.c.target, t.task.c.done, t.task_data.c.stratum, t.task_data.c.score, t.task_data.c.priority,
        )
        .join(t.task_data, t.task_data.c.task_id == t.task.c.id)
        .where(*view.conditions(project_id), t.task.c.id > after)
        .order_by(t.task.c.id)
        .limit(_PAGE_TASKS)
    )  # fmt: skip
    return list(connection.execute(statement))


def _skips(connection: Connection, project_id: int, task_ids: list[int], as_of: int | None) -> dict[int, list[Any]]:
    # One look tells mostly that there is none: skips are rare, and the index by project says so at once.
    any_skip = select(t.skip.c.id).where(t.skip.c.project_id == project_id).limit(1)
    if connection.execute(any_skip).first() is None:
        return {}
    rows = connection.execute(
        select(
            t.skip,
            t.person.c.uid.label("person_uid"),
            t.person.c.name.label("person_name"),
            t.person.c.email,
            t.membership.c.imported_as,
        )
        .join(t.project, t.project.c.id == t.skip.c.project_id)
        .join(t.person, t.person.c.id == t.skip.c.annotator_id)
        .join(
            t.membership,
            (t.membership.c.person_id == t.person.c.id) & (t.membership.c.workspace_id == t.project.c.workspace_id),
        )
        .where(t.skip.c.task_id.in_(task_ids), *([t.skip.c.created_at <= as_of] if as_of is not None else []))
        .order_by(t.skip.c.task_id, t.skip.c.id)
    )
    return {task_id: list(group) for task_id, group in groupby(rows, key=lambda row: row.task_id)}


def _annotations(
    connection: Connection, project_id: int, after: int, last: int, chosen: list[int] | None, as_of: int | None
) -> dict[int, list[Any]]:
    earlier = t.annotation.alias("earlier")
    now = and_(t.assignment.c.annotation_id == t.annotation.c.id, t.assignment.c.state == State.SUBMITTED)
    rows = connection.execute(
        select(
            t.annotation,
            t.person.c.uid.label("person_uid"),
            t.person.c.name.label("person_name"),
            t.person.c.email,
            t.membership.c.imported_as,
            (now if as_of is None else in_force(as_of)).label("in_force"),
            earlier.c.uid.label("supersedes_uid"),
            earlier.c.origin.label("supersedes_origin"),
        )
        .join(t.assignment, t.assignment.c.id == t.annotation.c.assignment_id)
        .join(t.project, t.project.c.id == t.annotation.c.project_id)
        .join(t.person, t.person.c.id == t.annotation.c.annotator_id)
        .join(
            t.membership,
            (t.membership.c.person_id == t.person.c.id) & (t.membership.c.workspace_id == t.project.c.workspace_id),
        )
        .outerjoin(earlier, earlier.c.id == t.annotation.c.supersedes)
        .where(
            t.annotation.c.project_id == project_id,
            t.annotation.c.task_id > after,
            t.annotation.c.task_id <= last,
            *([t.annotation.c.task_id.in_(chosen)] if chosen is not None else []),
            *([t.annotation.c.created_at <= as_of] if as_of is not None else []),
        )
        .order_by(t.annotation.c.task_id, t.annotation.c.id)
    )
    return {task_id: list(group) for task_id, group in groupby(rows, key=lambda row: row.task_id)}


def _row(task: Any, said: list[Any], skipped: list[Any], config: LabelConfig) -> dict[str, Any]:
    answers = [row.answers for row in said if row.in_force]
    return {
        "id": task.id,
        "key": task.key,
        "data": from_json(task.data),
        "created_at": iso(task.made_at if task.made_at is not None else task.created_at),
        "target": task.target,
        "priority": task.priority,
        "stratum": task.stratum or None,
        "score": task.score,
        "annotations": [_annotation(row, counted=bool(row.in_force)) for row in said],
        "skips": [_skip(row) for row in skipped],
        "majority": {control.name: _majority(control, answers) for control in config.controls} if answers else {},
    }


def _skip(row: Any) -> dict[str, Any]:
    skip = {
        "annotator": row.email or row.imported_as or row.person_uid,
        "annotator_name": row.person_name,
        "reason": row.reason,
        "note": row.note,
        "destination": row.destination,
        "created_at": iso(row.created_at),
    }
    return skip if row.origin is None else skip | from_json(row.origin)


def _majority(control: Any, answers: list[str]) -> dict[str, Any]:
    found = majority(control, answers)
    return {"labels": list(found.labels), "tied": list(found.tied), "share": found.share, "n": len(answers)}


def _annotation(row: Any, *, counted: bool) -> dict[str, Any]:
    annotation = {
        "id": row.uid,
        "submission_id": row.submission_id,
        "annotator": row.email or row.imported_as or row.person_uid,
        "annotator_name": row.person_name,
        "result": from_json(row.result),
        "answers": from_json(row.answers),
        "created_at": iso(row.made_at if row.made_at is not None else row.created_at),
        "received_at": iso(row.created_at),
        "seconds": row.seconds,
        "wall_seconds": row.wall_seconds,
        "confidence": row.confidence,
        "label_config_version": row.label_config_version,
        "guideline_version": row.guideline_version,
        "policy_version": row.policy_version,
        "source": row.source,
        "supersedes": _id(row.supersedes_uid, row.supersedes_origin),
        "counted": counted,
    }
    # An imported one says what its file said, so that nothing is lost on the way through several projects.
    return annotation if row.origin is None else annotation | from_json(row.origin)


def _id(uid: str | None, origin: str | None) -> str | None:
    """The id under which the file names an annotation: of an imported one that of where it was made."""
    return uid if origin is None else from_json(origin).get("id", uid)
