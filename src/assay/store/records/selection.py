"""Which annotations somebody means: this person, this window, this rule. Only annotations in force are selected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, exists, select, tuple_

from assay.flow.assignment import State
from assay.flow.measuring import answers_of
from assay.kernel.errors import BadInput
from assay.labels.label_config import LabelConfig, label_type_of
from assay.labels.label_type import Control
from assay.store import tables as t
from assay.store.documents import VersionCache, as_json
from assay.store.people import escape_like
from assay.store.records.as_of import read_moment

SOURCES = ("web", "api", "import", "migration")


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that hold together; within a list, one of it. People and jobs are public ids, moments ISO 8601.

    ``since`` and ``until`` are inclusive, by when the server received an annotation. ``flagged_rule`` means the
    annotations of tasks on which somebody asked about that rule of the guideline.
    """

    annotators: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    guideline_versions: tuple[int, ...] = ()
    label_config_versions: tuple[int, ...] = ()
    flagged_rule: str | None = None
    label: str | None = None
    control: str | None = None
    sources: tuple[str, ...] = ()
    import_job: str | None = None
    task_ids: tuple[int, ...] = ()
    everything: bool = False

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Selection:
        """Read a stored or sent one."""
        known = {field.name for field in fields(cls)}
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value
            for name, value in document.items()
            if name in known
        }
        return cls(**given)

    def as_document(self) -> dict[str, Any]:
        """JSON-ready, without what was not asked."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items() if value
        }

    def text(self) -> str:
        """As it is kept: equal selections are equal texts."""
        return orjson.dumps(self.as_document(), option=orjson.OPT_SORT_KEYS).decode()


@dataclass(frozen=True, slots=True)
class Found:
    """One selected annotation."""

    id: int
    task_id: int
    assignment_id: int
    annotator_id: int
    answers: str
    created_at: int
    source: str
    label_config_version: int


@dataclass(frozen=True, slots=True)
class Meant:
    """A selection whose names have been looked up."""

    project_id: int
    conditions: tuple[ColumnElement[bool], ...]
    label: str | None
    control: str | None
    people: tuple[int, ...]


def resolve(connection: Connection, project: Any, selection: Selection, *, last: int | None = None) -> Meant:
    """Look up what the selection names; no annotation after the id ``last``. Raises BadInput naming the field."""
    if not selection.as_document():
        raise BadInput(
            "The selection is empty.", field="selection", action="Name whose or which annotations, or set everything."
        )
    where: list[ColumnElement[bool]] = [] if last is None else [t.annotation.c.id <= last]
    people = _people(connection, project.id, selection.annotators)
    if people:
        where.append(t.annotation.c.annotator_id.in_(people))
    since = read_moment(selection.since, "selection.since") if selection.since else None
    until = read_moment(selection.until, "selection.until") if selection.until else None
    if since is not None and until is not None and since > until:
        raise BadInput("since is after until.", field="selection.since", action="Give the earlier moment first.")
    if since is not None:
        where.append(t.annotation.c.created_at >= since)
    if until is not None:
        where.append(t.annotation.c.created_at <= until)
    where += _versions(project, selection)
    if selection.flagged_rule:
        where.append(_flagged(project.id, selection.flagged_rule))
    where += _sources(connection, project.id, selection)
    if selection.task_ids:
        where.append(t.annotation.c.task_id.in_(selection.task_ids))
    if selection.control and not selection.label:
        raise BadInput("A control is named without a label.", field="selection.control", action="Name its label too.")
    if selection.label:
        # Only a first sieve: the text might stand elsewhere in the answers.
        written = escape_like(as_json(selection.label)[1:-1])
        where.append(t.annotation.c.answers.like(f"%{written}%", escape="\\"))
    return Meant(project.id, tuple(where), selection.label, selection.control, people)


def _people(connection: Connection, project_id: int, uids: Sequence[str]) -> tuple[int, ...]:
    if not uids:
        return ()
    rows = connection.execute(
        select(t.person.c.uid, t.person.c.id)
        .join(t.seat, t.seat.c.person_id == t.person.c.id)
        .where(t.seat.c.project_id == project_id, t.person.c.uid.in_(uids))
    )
    known = {row.uid: int(row.id) for row in rows}
    for uid in uids:
        if uid not in known:
            raise BadInput(
                f"Nobody in this project has the id {uid!r}.",
                field="selection.annotators",
                action="Take the ids from the project's people.",
            )
    return tuple(sorted(known.values()))


def _versions(project: Any, selection: Selection) -> Iterator[ColumnElement[bool]]:
    for name in ("guideline", "label_config"):
        wanted: tuple[int, ...] = getattr(selection, f"{name}_versions")
        newest = getattr(project, f"{name}_version")
        for version in wanted:
            if not 1 <= version <= newest:
                raise BadInput(
                    f"There is no version {version}.",
                    field=f"selection.{name}_versions",
                    action=f"Versions are 1 to {newest}.",
                )
        if wanted:
            yield t.annotation.c[f"{name}_version"].in_(wanted)


def _flagged(project_id: int, rule: str) -> ColumnElement[bool]:
    return exists(
        select(t.flag.c.id).where(
            t.flag.c.task_id == t.annotation.c.task_id, t.flag.c.project_id == project_id, t.flag.c.rule == rule
        )
    )


def _sources(connection: Connection, project_id: int, selection: Selection) -> Iterator[ColumnElement[bool]]:
    for source in selection.sources:
        if source not in SOURCES:
            raise BadInput(
                f"There is no source {source!r}.",
                field="selection.sources",
                action=f"Use one of: {', '.join(SOURCES)}.",
            )
    if selection.sources:
        yield t.annotation.c.source.in_(selection.sources)
    if selection.import_job:
        job = connection.execute(
            select(t.job.c.id).where(
                t.job.c.project_id == project_id, t.job.c.uid == selection.import_job, t.job.c.kind == "import"
            )
        ).scalar()
        if job is None:
            raise BadInput("There is no such import in this project.", field="selection.import_job")
        yield t.annotation.c.source == "import"
        yield exists(
            select(t.task_data.c.task_id).where(
                t.task_data.c.task_id == t.annotation.c.task_id, t.task_data.c.job_id == job
            )
        )


def selected(
    connection: Connection,
    versions: VersionCache,
    meant: Meant,
    *,
    after: tuple[int, int] = (0, 0),
    page: int = 5_000,
    pages: int | None = None,
) -> Iterator[Found]:
    """The annotations meant that are in force now, by task and id, after that one; memory for one page at a time."""
    statement = (
        select(
            t.annotation.c.id,
            t.annotation.c.task_id,
            t.annotation.c.assignment_id,
            t.annotation.c.annotator_id,
            t.annotation.c.answers,
            t.annotation.c.created_at,
            t.annotation.c.source,
            t.annotation.c.label_config_version,
        )
        .join(t.assignment, t.assignment.c.id == t.annotation.c.assignment_id)
        .where(
            t.annotation.c.project_id == meant.project_id,
            t.assignment.c.annotation_id == t.annotation.c.id,
            t.assignment.c.state == State.SUBMITTED,
            *meant.conditions,
        )
        .order_by(t.annotation.c.task_id, t.annotation.c.id)
        .limit(page)
    )
    while pages is None or pages > 0:
        # The first half is for the index, which has no id in it.
        task_id, annotation_id = after
        position = (t.annotation.c.task_id >= task_id) & (
            tuple_(t.annotation.c.task_id, t.annotation.c.id) > tuple_(task_id, annotation_id)
        )
        rows = connection.execute(statement.where(position)).all()
        for row in rows:
            found = Found(*row)
            if meant.label is None or _says(connection, versions, meant, found):
                yield found
        if len(rows) < page:
            return
        after = (rows[-1].task_id, rows[-1].id)
        pages = None if pages is None else pages - 1


def _says(connection: Connection, versions: VersionCache, meant: Meant, found: Found) -> bool:
    config = versions.label_config(connection, meant.project_id, found.label_config_version)
    return any(
        meant.label in labels
        for name, labels in labels_in(config, found.answers)
        if meant.control is None or name == meant.control
    )


def labels_in(config: LabelConfig, answers: str) -> Iterator[tuple[str, Sequence[str]]]:
    """(control, the labels it names) of one annotation."""
    said = answers_of(answers)
    for control in config.controls:
        answer = said.get(control.name)
        if answer:
            yield control.name, _labels(control, answer)


def _labels(control: Control, answer: Any) -> Sequence[str]:
    return list(label_type_of(control).labels_of(control, answer))
