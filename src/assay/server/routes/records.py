"""What was recorded: the hash chain of a project, its check-up, and the history of a task."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from sqlalchemy import Connection, select

from assay.kernel.clock import iso
from assay.server.access.cursor import read_cursor, write_cursor
from assay.server.access.principal import MayChange, MayRead
from assay.server.routes.jobs import job_view
from assay.server.routes.tasks import LARGEST_ID
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.people import PersonView
from assay.server.views.projects import JobView
from assay.server.views.records import CheckView, HistoryEntry, HistoryPage, RecordsView
from assay.store import jobs, projects, tasks
from assay.store import tables as t
from assay.store.documents import from_json
from assay.store.jobs import JobState
from assay.store.records import chain
from assay.store.records.history import people_of, task_history

routes = router("records")

_PAGE = 200


@routes.get("/projects/{project_id}/records", operation_id="get_records")
async def get_records(project_id: str, who: MayRead, assay: Assay) -> RecordsView:
    """The hash chain over the records of a project: its head, and what the last check-up found."""

    def work(connection: Connection) -> RecordsView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        head = chain.head(connection, project.id)
        return RecordsView(
            links=0 if head is None else head.number,
            records=0 if head is None else head.covered,
            head=None if head is None else head.hash,
            head_at=None if head is None else iso(head.at),
            last_check=_last_check(connection, project.id),
        )

    return await assay.store.aread(work)


def _last_check(connection: Connection, project_id: int) -> CheckView | None:
    row = connection.execute(
        select(t.job)
        .where(t.job.c.project_id == project_id, t.job.c.kind == "check", t.job.c.state == JobState.DONE)
        .order_by(t.job.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    outcome = from_json(row.outcome)
    return CheckView(
        job_id=row.uid,
        at=iso(row.finished_at),
        ok=outcome["ok"],
        fault_count=outcome["fault_count"],
        faults=outcome["faults"],
        records=outcome["records"],
        head=outcome["head"],
    )


@routes.post("/projects/{project_id}/records/check", operation_id="check_records", status_code=202)
async def check_records(project_id: str, who: MayChange, assay: Assay) -> JobView:
    """Verify the chain and everything that must hold, as ``assay doctor`` does. The answer is a job."""
    now = assay.clock()

    def work(connection: Connection) -> Any:
        project = projects.find_project(connection, who.workspace_id, project_id)
        uid = jobs.enqueue(
            connection,
            "check",
            workspace_id=project.workspace_id,
            project_id=project.id,
            arguments={},
            created_by=who.person_id,
            now=now,
        )
        return jobs.find(connection, project.id, uid)

    row = await assay.store.awrite(work)
    assay.worker.wake()
    return job_view(row)


@routes.get("/projects/{project_id}/tasks/{task_id}/history", operation_id="get_task_history")
async def get_task_history(
    project_id: str,
    task_id: Annotated[int, Path(ge=0, le=LARGEST_ID)],
    who: MayRead,
    assay: Assay,
    cursor: str | None = None,
) -> HistoryPage:
    """Everything that happened to a task, oldest first, with old and new values."""
    name = f"history:{project_id}:{task_id}"
    position = read_cursor(assay.secret, name, cursor)

    def work(connection: Connection) -> HistoryPage:
        project = projects.find_project(connection, who.workspace_id, project_id)
        tasks.find_task(connection, project.id, task_id)
        entries = task_history(connection, project.id, task_id)
        if position is not None:
            entries = [entry for entry in entries if entry.place > tuple(position)]
        shown = entries[:_PAGE]
        people = {row_id: _person(row) for row_id, row in people_of(connection, shown).items()}
        more = write_cursor(assay.secret, name, list(shown[-1].place)) if len(entries) > _PAGE else None
        items = [
            HistoryEntry(
                kind=entry.kind,
                at=iso(entry.at),
                person=None if entry.person_id is None else people[entry.person_id],
                old=entry.old,
                new=entry.new,
                counted=entry.counted,
                versions=entry.versions,
                details=entry.details,
            )
            for entry in shown
        ]
        return HistoryPage(items=items, next_cursor=more)

    return await assay.store.aread(work)


def _person(row: Any) -> PersonView:
    return PersonView(id=row.uid, email=row.email, name=row.name)
