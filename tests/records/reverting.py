"""Short ways to set annotations aside and to restore them, as the server and its worker do."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from assay.flow.reverting import Again, Effect
from assay.storage import LocalStorage
from assay.store import jobs
from assay.store import tables as t
from assay.store.documents import from_json
from assay.store.jobs import JobState
from assay.store.records import preview as previews
from assay.store.records import reverts
from assay.store.records.reverts import Asked
from assay.store.records.selection import Selection
from assay.worker.run import RunContext, run_one
from tests.flow.ground import Ground

REASON = "Answered without reading."


def project_row(crowd: Ground, connection: Connection) -> Any:
    """The project as it is now."""
    return connection.execute(select(t.project).where(t.project.c.id == crowd.project.id)).one()


def person_uid(crowd: Ground, person: int) -> str:
    """The public id of a person."""
    return str(crowd.one("SELECT uid FROM person WHERE id = :person", person=person).uid)


def of(crowd: Ground, *people: int, **given: Any) -> Selection:
    """The annotations of these people."""
    return Selection(annotators=tuple(person_uid(crowd, person) for person in people), **given)


def ask(crowd: Ground, selection: Selection, again: str = "others", **given: Any) -> Asked:
    """Ask for a revert, without doing it yet."""
    now = crowd.clock()

    def work(connection: Connection) -> Asked:
        return reverts.ask_revert(
            connection,
            project_row(crowd, connection),
            selection,
            again=Again(again),
            reason=REASON,
            actor_id=crowd.owner.person_id,
            now=now,
            **given,
        )

    return crowd.store.write(work)


def ask_restore(crowd: Ground, uid: str) -> Asked:
    """Ask for a restore, without doing it yet."""
    now = crowd.clock()
    return crowd.store.write(
        lambda c: reverts.ask_restore(
            c, project_row(crowd, c), uid, reason="It was right.", actor_id=crowd.owner.person_id, now=now
        )
    )


def do(crowd: Ground, asked: Asked) -> dict[Effect, int]:
    """Do the job, as the worker does; returns how many annotations met which effect."""
    with tempfile.TemporaryDirectory() as folder:
        context = RunContext(crowd.store, LocalStorage(Path(folder)), crowd.versions, crowd.clock)
        assert run_one(context, only=asked.job_uid)
    row = crowd.store.read(lambda c: jobs.find(c, crowd.project.id, asked.job_uid))
    assert row.state == JobState.DONE, row.problem
    return {Effect(name): count for name, count in from_json(row.outcome)["effects"].items()}


def set_aside(crowd: Ground, selection: Selection, again: str = "others") -> tuple[str, dict[Effect, int]]:
    """Ask and do; returns the revert's public id and the effects."""
    asked = ask(crowd, selection, again)
    return asked.uid, do(crowd, asked)


def restore(crowd: Ground, uid: str) -> dict[Effect, int]:
    """Ask and do; returns the effects."""
    return do(crowd, ask_restore(crowd, uid))


def preview(crowd: Ground, selection: Selection, again: str = "others") -> previews.Preview:
    """The preview of a revert now."""
    return crowd.store.read(
        lambda c: previews.preview(c, crowd.versions, project_row(crowd, c), selection, Again(again))
    )


def in_force(crowd: Ground) -> list[tuple[int, int]]:
    """(task, person) of every annotation that counts now, by the derived state."""
    rows = crowd.rows(
        "SELECT task_id, annotator_id FROM assignment WHERE project_id = :project AND state = 1 "
        "ORDER BY task_id, annotator_id"
    )
    return [(row.task_id, row.annotator_id) for row in rows]
