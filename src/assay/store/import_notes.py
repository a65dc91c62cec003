"""The notes of an import: what became of rows that are no new task, for its report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from assay.kernel.limits import REFUSED_ROWS_KEPT
from assay.store import tables as t
from assay.store.known_tasks import Note


def add_notes(connection: Connection, job_id: int, notes: Sequence[Note], kept: int) -> int:
    """Keep notes, as many as a report may have; returns how many are kept now. ``kept``: how many were before."""
    rows = [
        {
            "job_id": job_id,
            "line": note.line,
            "kind": note.kind,
            "task_id": note.task_id,
            "first_line": note.first_line,
            "reason": note.reason,
        }
        for note in notes[: max(0, REFUSED_ROWS_KEPT - kept)]
    ]
    if rows:
        connection.execute(insert(t.import_note), rows)
    return kept + len(rows)


def list_notes(connection: Connection, job_id: int, *, after: int, limit: int) -> Sequence[Any]:
    """Notes by line."""
    where = (t.import_note.c.job_id == job_id) & (t.import_note.c.line > after)
    return connection.execute(select(t.import_note).where(where).order_by(t.import_note.c.line).limit(limit)).all()


def count_notes(connection: Connection, job_id: int) -> int:
    """Notes that were kept."""
    where = t.import_note.c.job_id == job_id
    return int(connection.execute(select(func.count()).select_from(t.import_note).where(where)).scalar_one())
