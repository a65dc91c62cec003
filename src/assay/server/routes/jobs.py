"""Background jobs of a project: progress, refused rows, files, cancel."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import FileResponse, Response
from sqlalchemy import Connection

from assay.formats.formula import escape_formula
from assay.kernel import limits
from assay.kernel.clock import iso
from assay.kernel.errors import Conflict, Forbidden
from assay.server.access.cursor import read_cursor, write_cursor
from assay.server.access.principal import MayChange, MayExport, MayRead, Principal
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.projects import JobList, JobView, RefusedRowPage, RefusedRowView
from assay.server.views.transfer import ImportNote, ImportNotePage
from assay.store import import_notes, jobs, projects
from assay.store.documents import from_json
from assay.store.jobs import JobState

routes = router("jobs")

STATES: dict[JobState, Any] = {
    JobState.WAITING: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELED: "canceled",
}
_SHOWN_ARGUMENTS = (
    "filename", "format", "mode", "only", "raw", "revert_uid",
    "duplicates", "existing_keys", "update_annotated", "filters",
)  # fmt: skip
_PAGE = 100
_BYTES = {"type": "string", "format": "binary"}


def job_view(row: Any) -> JobView:
    """A job as people see it: without file ids and seeds."""
    arguments = from_json(row.arguments)
    outcome = from_json(row.outcome) if row.outcome else None
    if outcome is not None:
        outcome.pop("file", None)
    return JobView.model_validate(
        {
            "id": row.uid,
            "kind": row.kind,
            "state": STATES[JobState(row.state)],
            "step": row.step,
            "progress": row.progress,
            "total": row.total,
            "outcome": outcome,
            "problem": from_json(row.problem) if row.problem else None,
            "arguments": {name: arguments[name] for name in _SHOWN_ARGUMENTS if name in arguments},
            "created_at": iso(row.created_at),
            "finished_at": iso(row.finished_at) if row.finished_at is not None else None,
        }
    )


def _find(connection: Connection, who: Principal, project_id: str, job_id: str) -> Any:
    project = projects.find_project(connection, who.workspace_id, project_id)
    return jobs.find(connection, project.id, job_id)


@routes.get("/projects/{project_id}/jobs", operation_id="list_jobs")
async def list_jobs(project_id: str, who: MayRead, assay: Assay) -> JobList:
    """The newest fifty jobs."""
    rows = await assay.store.aread(
        lambda c: jobs.list_jobs(c, projects.find_project(c, who.workspace_id, project_id).id)
    )
    return JobList(items=[job_view(row) for row in rows])


@routes.get("/projects/{project_id}/jobs/{job_id}", operation_id="get_job")
async def get_job(project_id: str, job_id: str, who: MayRead, assay: Assay) -> JobView:
    """One job with its progress."""
    return job_view(await assay.store.aread(lambda c: _find(c, who, project_id, job_id)))


@routes.delete("/projects/{project_id}/jobs/{job_id}", operation_id="cancel_job")
async def cancel_job(project_id: str, job_id: str, who: MayChange, assay: Assay) -> JobView:
    """Stop a job. What an import has written so far stays; the job says how much that is."""
    now = assay.clock()

    def work(connection: Connection) -> Any:
        row = _find(connection, who, project_id, job_id)
        jobs.cancel(connection, row.project_id, job_id, now)
        return _find(connection, who, project_id, job_id)

    return job_view(await assay.store.awrite(work))


@routes.get(
    "/projects/{project_id}/jobs/{job_id}/refused",
    operation_id="list_refused_rows",
    response_model=RefusedRowPage,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def list_refused_rows(
    project_id: str,
    job_id: str,
    who: MayRead,
    assay: Assay,
    cursor: str | None = None,
    format: Annotated[str, Query(pattern="^(json|csv)$")] = "json",  # noqa: A002 - the name that people type
) -> RefusedRowPage | Response:
    """The rows of an import that were refused: line, field, why."""
    if format == "csv":
        rows = await assay.store.aread(
            lambda c: jobs.list_refused(
                c, _find(c, who, project_id, job_id).id, after=-1, limit=limits.REFUSED_ROWS_KEPT
            )
        )
        return _refused_csv(rows, job_id)
    name = f"refused:{job_id}"
    position = read_cursor(assay.secret, name, cursor)
    after = int(position[0]) if position else -1

    def work(connection: Connection) -> RefusedRowPage:
        job = _find(connection, who, project_id, job_id)
        rows = jobs.list_refused(connection, job.id, after=after, limit=_PAGE + 1)
        more = write_cursor(assay.secret, name, [rows[_PAGE - 1].line]) if len(rows) > _PAGE else None
        items = [RefusedRowView(line=row.line, field=row.field, reason=row.reason) for row in rows[:_PAGE]]
        return RefusedRowPage(items=items, next_cursor=more, total=jobs.count_refused(connection, job.id))

    return await assay.store.aread(work)


def _refused_csv(rows: Any, job_id: str) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["line", "field", "reason"])
    writer.writerows([row.line, escape_formula(row.field), escape_formula(row.reason)] for row in rows)
    headers = {"content-disposition": f'attachment; filename="refused-rows-{job_id[:8]}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/projects/{project_id}/jobs/{job_id}/notes", operation_id="list_import_notes")
async def list_import_notes(
    project_id: str, job_id: str, who: MayRead, assay: Assay, cursor: str | None = None
) -> ImportNotePage:
    """The rows of an import that are no new tasks, by line: the same as another, there already, changed, replaced."""
    name = f"notes:{job_id}"
    position = read_cursor(assay.secret, name, cursor)
    after = int(position[0]) if position else -1

    def work(connection: Connection) -> ImportNotePage:
        job = _find(connection, who, project_id, job_id)
        rows = import_notes.list_notes(connection, job.id, after=after, limit=_PAGE + 1)
        more = write_cursor(assay.secret, name, [rows[_PAGE - 1].line]) if len(rows) > _PAGE else None
        items = [
            ImportNote(line=row.line, kind=row.kind, task_id=row.task_id, first_line=row.first_line, reason=row.reason)
            for row in rows[:_PAGE]
        ]
        return ImportNotePage(items=items, next_cursor=more, total=import_notes.count_notes(connection, job.id))

    return await assay.store.aread(work)


@routes.get(
    "/projects/{project_id}/jobs/{job_id}/file",
    operation_id="download_file",
    response_class=FileResponse,
    responses={200: {"content": {"application/octet-stream": {"schema": _BYTES}}, "description": "The file."}},
)
async def download_file(project_id: str, job_id: str, who: MayExport, assay: Assay) -> FileResponse:
    """The file of an export that is done."""
    row = await assay.store.aread(lambda c: _find(c, who, project_id, job_id))
    if row.kind != "export":
        raise Forbidden("An imported file is not handed out again.", action="Export the project instead.")
    if row.state != JobState.DONE:
        raise Conflict("The file is not ready.", code="not_ready", action="Wait until the job is done.")
    outcome = from_json(row.outcome)
    return FileResponse(
        assay.uploads.path(outcome["file"]),
        media_type="application/octet-stream",
        filename=outcome["filename"],
        headers={"cache-control": "no-store"},
    )
