"""Exports: a background job writes one moment of the project into a file."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Connection

from assay.formats import FORMATS
from assay.kernel.clock import SECOND, as_datetime
from assay.kernel.errors import UnsupportedFormat
from assay.server.access.principal import MayExport
from assay.server.routes.jobs import job_view
from assay.server.routing import past_moment, router
from assay.server.services import Assay
from assay.server.views.projects import JobView, NewExport
from assay.server.views.transfer import Loss, LossReport
from assay.store import exports, jobs, loss_report, projects

routes = router("exports")


@routes.post("/projects/{project_id}/exports", operation_id="start_export", status_code=202)
async def start_export(project_id: str, body: NewExport, who: MayExport, assay: Assay) -> JobView:
    """Write the project into a file. The answer is a job; its file can be downloaded when it is done.

    With ``as_of``, as the records say that it was at that moment. The outcome of the job has the head of the project's
    hash chain, to be noted outside.
    """
    card = FORMATS.get(body.format).card
    if not card.writes:
        raise UnsupportedFormat(f"Assay reads {card.title}, but does not write it.", field="format")
    now = assay.clock()
    as_of = None if body.as_of is None else past_moment(body.as_of, now)
    wanted = {"only": body.only, "filters": filters_of(body), "as_of": as_of}
    exports.View.asked(wanted)  # refuses here what the job would refuse

    def work(connection: Connection) -> Any:
        project = projects.find_project(connection, who.workspace_id, project_id)
        uid = jobs.enqueue(
            connection,
            "export",
            workspace_id=project.workspace_id,
            project_id=project.id,
            arguments={
                **wanted,
                "format": card.id,
                "raw": body.raw,
                "filename": export_filename(project.title, card.extension, as_of),
            },
            created_by=who.person_id,
            now=now,
        )
        return jobs.find(connection, project.id, uid)

    row = await assay.store.awrite(work)
    assay.worker.wake()
    return job_view(row)


def filters_of(body: NewExport) -> dict[str, Any]:
    """The filters of the task table that are set."""
    found = {
        "state": body.state,
        "disagreeing": body.disagreeing,
        "label": body.label,
        "annotator": body.annotator,
        "search": body.q,
        "stratum": body.stratum,
    }
    return {name: value for name, value in found.items() if value}


@routes.get("/projects/{project_id}/exports/losses", operation_id="list_export_losses")
async def list_export_losses(
    project_id: str,
    who: MayExport,
    assay: Assay,
    format: Annotated[str, Query(max_length=40)] = "jsonl",  # noqa: A002 - the name that people type
) -> LossReport:
    """What of this project a file in this format would not have, counted in the project as it is now."""
    card = FORMATS.get(format).card
    if not card.writes:
        raise UnsupportedFormat(f"Assay reads {card.title}, but does not write it.", field="format")

    def work(connection: Connection) -> LossReport:
        project = projects.find_project(connection, who.workspace_id, project_id)
        found = loss_report.losses(connection, project.id, card)
        return LossReport(format=card.id, items=[Loss(kind=one.kind, count=one.count, text=one.text) for one in found])

    return await assay.store.aread(work)


def export_filename(title: str, extension: str, as_of: int | None = None) -> str:
    """A file name that every system takes, made from a title; it says the moment that the file is of, when not now.

    >>> export_filename("Product reviews: tone?", ".jsonl")
    'product-reviews-tone.jsonl'
    >>> export_filename("Tone", ".csv", 1_500_000)
    'tone-as-of-1970-01-01T00-00-01-500000Z.csv'
    """
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    moment = ""
    if as_of is not None:
        moment = f"-as-of-{as_datetime(as_of):{'%Y-%m-%dT%H-%M-%S-%fZ' if as_of % SECOND else '%Y-%m-%dT%H-%M-%SZ'}}"
    return f"{words or 'project'}{moment}{extension if extension.startswith('.') else '.' + extension}"
