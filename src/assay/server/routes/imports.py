"""Imports: the file streams to disk, then a background job checks and writes it."""

from __future__ import annotations

from secrets import token_hex
from typing import Annotated, Any, BinaryIO, Literal

from fastapi import Query, Request
from sqlalchemy import Connection

from assay.formats import FORMATS, HEAD_BYTES, detect
from assay.kernel import limits
from assay.kernel.errors import BadInput, TooLarge, UnsupportedFormat
from assay.kernel.ids import new_id
from assay.server.access.principal import MayChange, Principal
from assay.server.routes.jobs import job_view
from assay.server.routing import router
from assay.server.services import Assay, Services
from assay.server.views.projects import JobView
from assay.store import jobs, projects

routes = router("imports")

_BODY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}, "required": True}


@routes.post(
    "/projects/{project_id}/imports",
    operation_id="start_import",
    status_code=202,
    openapi_extra={"requestBody": _BODY},
)
async def start_import(
    project_id: str,
    request: Request,
    who: MayChange,
    assay: Assay,
    filename: Annotated[str, Query(max_length=500, description="Name of the file, to tell its format.")] = "",
    format: Annotated[str | None, Query(max_length=40)] = None,  # noqa: A002 - the name that people type
    mode: Annotated[
        Literal["all_or_nothing", "good_rows"],
        Query(description="Whether one refused row stops everything, or only the good rows are taken."),
    ] = "all_or_nothing",
    duplicates: Annotated[
        Literal["auto", "skip", "keep", "refuse"],
        Query(
            description="A row with the data of a task or an earlier row: pass it over (auto: unless it has an id of "
            "its own), take it, or refuse it."
        ),
    ] = "auto",
    existing_keys: Annotated[
        Literal["refuse", "skip", "update"],
        Query(description="A row whose id a task has, with other data: refuse it, pass it over, or change the task."),
    ] = "refuse",
    update_annotated: Annotated[
        bool,
        Query(description="With update: a task with annotations is replaced by a new one; the old one keeps them."),
    ] = False,
) -> JobView:
    """Import a file of tasks: send its bytes as the body. The answer is a job; ask for its progress."""
    _check_kind(request)
    await assay.store.aread(lambda c: projects.find_project(c, who.workspace_id, project_id))
    file_id = new_id()
    with assay.uploads.writing(file_id) as sink:
        head, size = await _receive(request, sink, assay)
    try:
        format_id = _format_id(format, filename, head, size)
        asked = {
            "file": file_id,
            "filename": filename,
            "format": format_id,
            "mode": mode,
            "duplicates": duplicates,
            "existing_keys": existing_keys,
            "update_annotated": update_annotated,
        }
        row = await assay.store.awrite(lambda c: _enqueue(c, assay, who, project_id, asked))
    except BaseException:
        assay.uploads.remove(file_id)
        raise
    assay.worker.wake()
    return job_view(row)


def _check_kind(request: Request) -> None:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise UnsupportedFormat(f"The body is encoded as {encoding}.", action="Send the file's bytes as they are.")
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/octet-stream":
        raise UnsupportedFormat(
            f"The body is sent as {kind or 'nothing'}.", action="Send the file's bytes as application/octet-stream."
        )


async def _receive(request: Request, sink: BinaryIO, assay: Services) -> tuple[bytes, int]:
    bound = assay.settings.max_upload_mb * limits.MEGABYTE
    declared = request.headers.get("content-length", "0")
    too_large = TooLarge(
        f"The file is larger than {assay.settings.max_upload_mb} MB.",
        field="file",
        action="Split it into smaller files, or ask the operator to raise ASSAY_MAX_UPLOAD_MB.",
    )
    if declared.isdigit() and int(declared) > bound:
        raise too_large
    head, size = b"", 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > bound:
            raise too_large
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        sink.write(chunk)
    return head, size


def _format_id(asked: str | None, filename: str, head: bytes, size: int) -> str:
    if size == 0:
        raise BadInput("The file is empty.", field="file", action="Check that it is the file you meant.")
    format_id = detect(filename, head, asked)
    if not FORMATS.get(format_id).card.reads:
        raise UnsupportedFormat(f"Assay writes {format_id}, but does not read it.", field="format")
    return format_id


def _enqueue(connection: Connection, assay: Services, who: Principal, project_id: str, asked: dict[str, Any]) -> Any:
    project = projects.find_project(connection, who.workspace_id, project_id)
    uid = jobs.enqueue(
        connection,
        "import",
        workspace_id=project.workspace_id,
        project_id=project.id,
        arguments={
            **asked,
            "seed": token_hex(16),
            "label_config_version": project.label_config_version,
            "policy_version": project.policy_version,
        },
        created_by=who.person_id,
        now=assay.clock(),
    )
    return jobs.find(connection, project.id, uid)
