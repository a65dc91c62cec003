"""The hash chain of a project: what a link covers, and how its hash is made.

A *link* is a row of ``seal``. It covers rows of the append-only tables by ranges of their ids, and its hash is the
SHA-256 over the hash of the link before it, its own number, moment and ranges, how many rows are covered so far, and
every covered row in the order of table name and id, each as one line of canonical JSON. Whoever changes, adds or
removes a covered row, or a link before the last, changes every hash after it. Chain 0 is of what belongs to no
project (people, workspaces).

The columns of each table are written down here, so that a column added later does not change old links: it will be
covered by links of a new format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Table, insert, select

from assay.store import tables as t

NO_PROJECT = 0
MARK_DIGITS = 8

# Table -> its covered columns, the first one (or "version") being what ranges are over.
SEALED: dict[str, tuple[str, ...]] = {
    "annotation": (
        "id", "uid", "submission_id", "assignment_id", "task_id", "project_id", "annotator_id", "result", "answers",
        "confidence", "seconds", "wall_seconds", "created_at", "made_at", "source", "counted",
        "label_config_version", "guideline_version", "policy_version", "supersedes", "fingerprint",
        "origin",
    ),
    "decision": ("id", "project_id", "task_id", "kind", "at", "actor_id", "policy_version", "body"),
    "event": ("id", "at", "workspace_id", "project_id", "actor_id", "kind", "ref", "body"),
    "flag": (
        "id", "uid", "assignment_id", "task_id", "project_id", "annotator_id", "guideline_version", "rule", "note",
        "created_at",
    ),
    "guideline": ("version", "project_id", "document", "note", "created_by", "created_at"),
    "label_config": ("version", "project_id", "xml", "note", "created_by", "created_at"),
    "policy": ("version", "project_id", "document", "note", "created_by", "created_at"),
    "revert": ("id", "uid", "project_id", "at", "actor_id", "reason", "selection", "again", "restores"),
    "reverted": ("id", "revert_id", "annotation_id", "project_id", "counts", "effect"),
    "skip": (
        "id", "assignment_id", "task_id", "project_id", "annotator_id", "reason", "note", "destination", "created_at",
        "origin",
    ),
}  # fmt: skip
VERSIONED = ("guideline", "label_config", "policy")  # ids are versions, from 1 without a gap, in each project
NUMBERED = tuple(name for name in SEALED if name not in VERSIONED)  # ids run over all projects

Range = tuple[int, int]
Ranges = Mapping[str, Sequence[Sequence[int]]]


def table_of(name: str) -> Table:
    """The table of that name."""
    return t.metadata.tables[name]


def columns_of(name: str) -> list[ColumnElement[Any]]:
    """The covered columns, in the order of :data:`SEALED`."""
    return [table_of(name).c[column] for column in SEALED[name]]


def key_of(name: str) -> ColumnElement[int]:
    """The column that ranges are over."""
    return table_of(name).c[SEALED[name][0]]


def of_project(name: str, project_id: int) -> ColumnElement[bool]:
    """The condition for a table's rows of one chain."""
    column = table_of(name).c.project_id
    return column.is_(None) if project_id == NO_PROJECT and name == "event" else column == project_id


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is hashed."""

    table: str
    id: int
    text: bytes

    @property
    def mark(self) -> str:
        """The beginning of its own digest."""
        return hashlib.sha256(self.text).hexdigest()[:MARK_DIGITS]


def line_of(name: str, values: Sequence[Any]) -> Line:
    """A row, its values in the order of :data:`SEALED`."""
    body = dict(zip(SEALED[name], values, strict=True))
    return Line(
        name, int(values[0]), orjson.dumps([name, body], option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a chain, as it is stored."""

    project_id: int
    number: int
    at: int
    records: str
    previous: str
    hash: str
    covered: int
    marks: str

    @property
    def ranges(self) -> dict[str, list[list[int]]]:
        """Table -> the ranges of ids it covers, both ends in."""
        read: dict[str, list[list[int]]] = orjson.loads(self.records)
        return read


class Hasher:
    """Makes the hash of one link from its rows, given in order."""

    def __init__(self, previous: str, project_id: int, number: int, at: int, records: str, covered: int) -> None:
        head = orjson.dumps([previous, project_id, number, at, records, covered], option=orjson.OPT_APPEND_NEWLINE)
        self._hash = hashlib.sha256(head)
        self._marks: list[str] = []

    def add(self, line: Line) -> None:
        """The next row."""
        self._hash.update(line.text)
        self._marks.append(line.mark)

    @property
    def marks(self) -> str:
        """The marks of the rows so far."""
        return "".join(self._marks)

    def hexdigest(self) -> str:
        """The hash: over everything that was added, and the marks."""
        whole = self._hash.copy()
        whole.update(self.marks.encode())
        return whole.hexdigest()


def make_link(
    project_id: int, last: Link | None, now: int, ranges: Ranges, lines: Iterable[Line], *, rows: int
) -> Link:
    """The link after ``last`` over these rows, which are sorted by (table, id)."""
    number, at, previous, covered = 1, now, "", rows
    if last is not None:
        number, at, previous, covered = last.number + 1, max(now, last.at), last.hash, last.covered + rows
    records = orjson.dumps(ranges, option=orjson.OPT_SORT_KEYS).decode()
    hasher = Hasher(previous, project_id, number, at, records, covered)
    for line in lines:
        hasher.add(line)
    return Link(project_id, number, at, records, previous, hasher.hexdigest(), covered, hasher.marks)


def head(connection: Connection, project_id: int) -> Link | None:
    """The last link of a chain; None before the first."""
    row = connection.execute(
        select(*_columns()).where(t.seal.c.project_id == project_id).order_by(t.seal.c.number.desc()).limit(1)
    ).first()
    return None if row is None else Link(*row)


def links(connection: Connection, project_id: int, *, after: int = 0, page: int = 100) -> Iterator[Link]:
    """The links of a chain by number, a page in memory at a time."""
    while True:
        rows = connection.execute(
            select(*_columns())
            .where(t.seal.c.project_id == project_id, t.seal.c.number > after)
            .order_by(t.seal.c.number)
            .limit(page)
        ).all()
        yield from (Link(*row) for row in rows)
        if len(rows) < page:
            return
        after = rows[-1].number


def _columns() -> list[ColumnElement[Any]]:
    return [t.seal.c[name] for name in _STORED]


def write_links(connection: Connection, made: Sequence[Link]) -> None:
    """Append links to their chains."""
    if made:
        connection.execute(insert(t.seal), [{name: getattr(link, name) for name in _STORED} for link in made])


_STORED = ("project_id", "number", "at", "records", "previous", "hash", "covered", "marks")
