"""Which rows of an import the project has already, by key or by content, and what then becomes of them.

=================  ==========================================================================================
``existing_keys``  a row whose key a task has, with other data
=================  ==========================================================================================
``refuse``         is refused
``skip``           is passed over; the task stays as it is
``update``         changes the task's data; refused when the task has annotations or is being labeled, unless
                   ``update_annotated``: then the row becomes a new task which takes the key over, and the old
                   one keeps its data and the annotations that were made on it, and gets no further ones
=================  ==========================================================================================

=================  ==========================================================================================
``duplicates``     a row with the data of a task, or of an earlier row, but not its key
=================  ==========================================================================================
``auto``           is passed over when it has no key of its own; with a key it is a task of its own, and noted
``skip``           is passed over, with or without a key
``keep``           becomes a task; nothing is compared
``refuse``         is refused
=================  ==========================================================================================

A row with the key and the data of a task is there already: it is passed over and noted, except that ``update``
changes priority, stratum and score where the row gives others, and that ``refuse`` for both refuses it.

Rows of an export of Assay are tasks of their own, as they were where they come from: among themselves they are no
duplicates, so that an export reads back whole; against the tasks of the project they are, so that it can be imported
into its own project again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from assay.flow.intake import Refused
from assay.flow.planned import PlannedTask
from assay.store import tables as t
from assay.store.content import canonical_content, content_hash, tasks_with_content
from assay.store.task_changes import Change, busy_tasks

DUPLICATES = ("auto", "skip", "keep", "refuse")
EXISTING_KEYS = ("refuse", "skip", "update")


@dataclass(frozen=True, slots=True)
class Rules:
    """What an import was asked to do with what is there already. The default takes the same file only once."""

    duplicates: str = "auto"
    existing_keys: str = "refuse"
    update_annotated: bool = False


RULE_NAMES = ("duplicates", "existing_keys", "update_annotated")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A planned row, with what planning does not need: the fields that it gives, and whether Assay wrote it."""

    task: PlannedTask
    fields: Mapping[str, Any] = field(default_factory=dict)
    own: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a row that is no new task, or is one with the content of another."""

    line: int
    kind: str  # duplicate, same_content, unchanged, kept, updated, replaced
    task_id: int | None
    first_line: int | None
    reason: str


@dataclass(slots=True)
class Sorted:
    """The rows of a chunk by what becomes of them."""

    new: list[PlannedTask] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def lock_intake(connection: Connection, project_id: int) -> None:
    """Wait for other imports into the project: two of them would not see each other's rows. SQLite has one writer."""
    where = t.project.c.id == project_id
    connection.execute(select(t.project.c.id).where(where).with_for_update(key_share=True))


FirstLine = Callable[[bytes, int], int | None]


def sort_rows(
    connection: Connection,
    project_id: int,
    chunk: Sequence[Candidate | Refused],
    rules: Rules,
    *,
    job_id: int | None,
    first_line: FirstLine | None = None,
) -> Sorted:
    """Say what becomes of each row; writes nothing.

    ``first_line`` (content, line -> the earlier line with that content) knows the rows of the file that were
    looked at before and are not written yet.
    """
    return _Sorting(connection, project_id, rules, job_id, first_line).sort(chunk)


class _Sorting:
    def __init__(
        self, connection: Connection, project_id: int, rules: Rules, job_id: int | None, first_line: FirstLine | None
    ) -> None:
        self._connection = connection
        self._project_id = project_id
        self._rules = rules
        self._job_id = job_id
        self._first_line = first_line
        self._sorted = Sorted()
        self._lines: dict[bytes, int] = {}  # content -> the line of this chunk that has it

    def sort(self, chunk: Sequence[Candidate | Refused]) -> Sorted:
        rows = [row for row in chunk if isinstance(row, Candidate)]
        by_key = self._with_keys([row.task.key for row in rows if row.task.key is not None])
        busy: set[int] = set()
        if self._rules.existing_keys == "update" and not self._rules.update_annotated:
            busy = busy_tasks(self._connection, [known.task_id for known in by_key.values()])
        same = self._with_content([row for row in rows if row.task.key not in by_key])
        for row in chunk:
            if isinstance(row, Refused):
                self._sorted.refused.append(row)
            elif row.task.key is not None and (known := by_key.get(row.task.key)) is not None:
                self._known(row, known, busy)
            else:
                self._unknown(row, same)
        return self._sorted

    def _with_keys(self, keys: list[str]) -> dict[str, Any]:
        if not keys:
            return {}
        where = (t.task_data.c.project_id == self._project_id) & t.task_data.c.key.in_(keys)
        columns = (t.task_data.c.key, t.task_data.c.task_id, t.task_data.c.data)
        return {row.key: row for row in self._connection.execute(select(*columns).where(where))}

    def _with_content(self, rows: list[Candidate]) -> dict[bytes, Any]:
        """Content -> the task of the project that has it."""
        if self._rules.duplicates == "keep":
            return {}
        found: dict[int, int] = {}
        for own in (False, True):
            hashes = {content_hash(row.task.data) for row in rows if row.own is own}
            other = self._job_id if own else None
            found |= tasks_with_content(self._connection, self._project_id, sorted(hashes), not_of_job=other)
        if not found:
            return {}
        columns = (t.task_data.c.task_id, t.task_data.c.data, t.task_data.c.line, t.task_data.c.job_id)
        where = t.task_data.c.task_id.in_(sorted(set(found.values())))
        known = self._connection.execute(select(*columns).where(where))
        return {canonical_content(row.data): row for row in known}

    def _known(self, row: Candidate, known: Any, busy: set[int]) -> None:
        """A row whose key a task has."""
        task, rules = row.task, self._rules
        if canonical_content(known.data) == canonical_content(task.data):
            if rules.existing_keys == "update" and row.fields:
                self._sorted.changes.append(Change(task, known.task_id, None, dict(row.fields)))
            elif rules.existing_keys == "refuse" and rules.duplicates == "refuse":
                self._refuse(task, "id", f"a task with the id {task.key!r} and the same data is in the project already")
            else:
                self._note(task, "unchanged", known.task_id, None, "the task is in the project already")
        elif rules.existing_keys == "refuse":
            self._refuse(task, "id", f"a task with the id {task.key!r} is in the project already, with other data")
        elif rules.existing_keys == "skip":
            self._note(task, "kept", known.task_id, None, "the project has a task with this id; it was not changed")
        elif known.task_id in busy:
            self._refuse(
                task, "id",
                f"the task with the id {task.key!r} has annotations or is being labeled, so its data stays as it is",
            )  # fmt: skip
        else:
            self._sorted.changes.append(Change(task, known.task_id, task.data, dict(row.fields)))

    def _unknown(self, row: Candidate, same: Mapping[bytes, Any]) -> None:
        """A row without a key, or with one that no task has."""
        task, rules = row.task, self._rules
        if rules.duplicates == "keep":
            self._sorted.new.append(task)
            return
        content = canonical_content(task.data)
        task_id, line = self._same(row, content, same)
        if task_id is None and line is None:
            self._lines.setdefault(content, task.line)
            self._sorted.new.append(task)
            return
        where = f"line {line}" if line is not None else f"task {task_id}"
        if rules.duplicates == "refuse":
            self._refuse(task, "row", f"the same data as {where}")
        elif rules.duplicates == "auto" and task.key is not None:
            self._sorted.new.append(task)
            self._note(task, "same_content", task_id, line, f"the same data as {where}, under another id: taken")
        else:
            self._note(task, "duplicate", task_id, line, f"the same data as {where}")

    def _same(self, row: Candidate, content: bytes, same: Mapping[bytes, Any]) -> tuple[int | None, int | None]:
        """The task that has this content, and the line of this file that brought it."""
        known = same.get(content)
        if known is not None:
            of_this_file = self._job_id is not None and known.job_id == self._job_id
            if not (row.own and of_this_file):
                return known.task_id, known.line if of_this_file else None
        if row.own:
            return None, None
        earlier = self._lines.get(content)
        if earlier is None and self._first_line is not None:
            earlier = self._first_line(content, row.task.line)
        return None, earlier

    def _refuse(self, task: PlannedTask, name: str, reason: str) -> None:
        self._sorted.refused.append(Refused(task.line, name, reason))

    def _note(self, task: PlannedTask, kind: str, task_id: int | None, line: int | None, reason: str) -> None:
        left = len(task.annotations) if kind != "same_content" else 0
        if left:
            reason += f"; its {left} annotation{'s were' if left > 1 else ' was'} not imported"
        self._sorted.notes.append(Note(task.line, kind, task_id, line, reason))
