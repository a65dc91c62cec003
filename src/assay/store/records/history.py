"""All that ever happened to one task, in order: handed out, answered, corrected, skipped, set aside, decided.

It is put together from the records, and from the assignments for when a task was handed out. One task has some
hundred of these at most, so all are read and a page of them is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from assay.flow.assignment import State
from assay.flow.reverting import Effect
from assay.store import tables as t
from assay.store.documents import from_json

# In this order when they happened at the same microsecond.
KINDS = (
    "imported",
    "handed_out",
    "flagged",
    "skipped",
    "annotated",
    "corrected",
    "migrated",
    "expired",
    "set_aside",
    "restored",
    "not_restored",
    "decided",
)
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry. ``old`` and ``new`` are answers; ``details`` says what belongs to this kind alone."""

    kind: str
    at: int
    row_id: int  # of the row that says so, for the order
    person_id: int | None
    old: Any = None
    new: Any = None
    counted: bool | None = None
    versions: dict[str, int | None] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands in the order."""
        return self.at, _ORDER[self.kind], self.row_id


def task_history(connection: Connection, project_id: int, task_id: int) -> list[Happened]:
    """Everything about a task, oldest first."""
    said = list(
        connection.execute(
            select(t.annotation)
            .where(t.annotation.c.project_id == project_id, t.annotation.c.task_id == task_id)
            .order_by(t.annotation.c.id)
        )
    )
    entries = [
        *_imported(connection, task_id),
        *_handed_out(connection, project_id, task_id, said),
        *_answers(said),
        *_flags(connection, task_id),
        *_skips(connection, task_id),
        *_reverts(connection, said),
        *_decisions(connection, project_id, task_id),
    ]
    return sorted(entries, key=lambda entry: entry.place)


def people_of(connection: Connection, entries: list[Happened]) -> dict[int, Any]:
    """Person id -> row with uid, name and email, of everybody in these entries."""
    ids = {entry.person_id for entry in entries if entry.person_id is not None}
    columns = (t.person.c.id, t.person.c.uid, t.person.c.name, t.person.c.email)
    return {row.id: row for row in connection.execute(select(*columns).where(t.person.c.id.in_(ids)))}


def _imported(connection: Connection, task_id: int) -> Iterator[Happened]:
    row = connection.execute(
        select(t.task_data.c.created_at, t.task_data.c.line, t.job.c.uid, t.job.c.created_by, t.job.c.arguments)
        .outerjoin(t.job, t.job.c.id == t.task_data.c.job_id)
        .where(t.task_data.c.task_id == task_id)
    ).one()
    details = {}
    if row.uid is not None:
        details = {"job": row.uid, "line": row.line, "filename": from_json(row.arguments).get("filename", "")}
    yield Happened("imported", row.created_at, 0, row.created_by, details=details)


def _handed_out(connection: Connection, project_id: int, task_id: int, said: list[Any]) -> Iterator[Happened]:
    answered = {row.assignment_id for row in said}
    rows = connection.execute(
        select(t.assignment)
        .where(t.assignment.c.task_id == task_id, t.assignment.c.project_id == project_id)
        .order_by(t.assignment.c.id)
    )
    for row in rows:
        if row.reason == "import":
            continue  # nobody was handed what came with its answer
        versions = {
            "label_config": row.label_config_version,
            "guideline": row.guideline_version,
            "policy": row.policy_version,
        }
        details = {"reason": row.reason, "probability": row.probability, "stage": row.stage}
        yield Happened("handed_out", row.leased_at, row.id, row.annotator_id, versions=versions, details=details)
        # Of an answer that came after the lease, only that it came late is still known.
        if row.state == State.EXPIRED and row.closed_at is not None and row.id not in answered:
            yield Happened("expired", row.closed_at, row.id, row.annotator_id)


def _answers(said: list[Any]) -> Iterator[Happened]:
    before = {row.id: row for row in said}
    for row in said:
        earlier = before.get(row.supersedes)
        kind = "migrated" if row.source == "migration" else "annotated" if earlier is None else "corrected"
        yield Happened(
            kind,
            row.created_at,
            row.id,
            row.annotator_id,
            old=None if earlier is None else from_json(earlier.answers),
            new=from_json(row.answers),
            counted=bool(row.counted),
            versions={
                "label_config": row.label_config_version,
                "guideline": row.guideline_version,
                "policy": row.policy_version,
            },
            details={"annotation": row.uid, "source": row.source, "seconds": row.seconds},
        )


def _flags(connection: Connection, task_id: int) -> Iterator[Happened]:
    for row in connection.execute(select(t.flag).where(t.flag.c.task_id == task_id)):
        yield Happened(
            "flagged",
            row.created_at,
            row.id,
            row.annotator_id,
            versions={"guideline": row.guideline_version},
            details={"note": row.note, "rule": row.rule},
        )


def _skips(connection: Connection, task_id: int) -> Iterator[Happened]:
    for row in connection.execute(select(t.skip).where(t.skip.c.task_id == task_id)):
        details = {"reason": row.reason, "note": row.note, "destination": row.destination}
        yield Happened("skipped", row.created_at, row.id, row.annotator_id, details=details)


def _reverts(connection: Connection, said: list[Any]) -> Iterator[Happened]:
    answers = {row.id: row for row in said}
    rows = connection.execute(
        select(t.reverted, t.revert.c.uid, t.revert.c.at, t.revert.c.actor_id, t.revert.c.reason, t.revert.c.restores)
        .join(t.revert, t.revert.c.id == t.reverted.c.revert_id)
        .where(t.reverted.c.annotation_id.in_(list(answers)))
        .order_by(t.reverted.c.id)
    )
    for row in rows:
        kind = "set_aside" if row.restores is None else "restored" if row.counts else "not_restored"
        answer = from_json(answers[row.annotation_id].answers)
        yield Happened(
            kind,
            row.at,
            row.id,
            row.actor_id,
            old=None if kind == "restored" else answer,
            new=answer if kind == "restored" else None,
            counted=bool(row.counts),
            details={
                "revert": row.uid,
                "reason": row.reason,
                "effect": Effect(row.effect).value,
                "annotation": answers[row.annotation_id].uid,
            },
        )


def _decisions(connection: Connection, project_id: int, task_id: int) -> Iterator[Happened]:
    rows = connection.execute(
        select(t.decision).where(t.decision.c.task_id == task_id, t.decision.c.project_id == project_id)
    )
    for row in rows:
        yield Happened(
            "decided",
            row.at,
            row.id,
            row.actor_id,
            versions={"policy": row.policy_version},
            details={"kind": row.kind, **from_json(row.body)},
        )
