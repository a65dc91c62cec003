"""Export: one moment of a project, streamed into a file that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

from sqlalchemy import Connection, select

from assay.formats import FORMATS
from assay.kernel.clock import iso
from assay.kernel.ids import new_id
from assay.store import exports, jobs
from assay.store import tables as t
from assay.store.records import chain
from assay.store.records.as_of import version_at
from assay.worker.context import JobContext, JobStopped

_REPORT_SECONDS = 1.0


def run_export(context: JobContext) -> None:
    """Do the export of ``context.job``. After a crash it starts again: there is nothing half done to go on from."""
    arguments = context.job.arguments
    file_id = new_id()
    written = context.store.read(lambda c: _write_file(c, context, file_id))
    now = context.clock()
    outcome = {**written, "file": file_id, "filename": arguments["filename"]}
    try:
        context.store.write(lambda c: jobs.finish(c, context.job, outcome, now))
    except jobs.LeaseLost:
        context.storage.remove(file_id)
        raise


def _write_file(connection: Connection, context: JobContext, file_id: str) -> dict[str, Any]:
    arguments = context.job.arguments
    project = connection.execute(select(t.project).where(t.project.c.id == context.job.project_id)).one()
    view = exports.View.asked(arguments)
    version = project.label_config_version if view.as_of is None else version_at(connection, project.id, view.as_of)
    config = context.versions.label_config(connection, project.id, version)
    total = exports.count_tasks(connection, project.id, view)
    rows = exports.export_rows(connection, project.id, config, view)
    counted = _Counted(rows, context, total)
    file_format = FORMATS.get(arguments["format"])
    with context.storage.writing(file_id) as sink:
        file_format.write(iter(counted), sink, config=config, raw=arguments.get("raw", False))
    written: dict[str, Any] = {"tasks": counted.tasks, "annotations": counted.annotations}
    if view.as_of is not None:
        written["as_of"] = iso(view.as_of)
    return {**written, "chain": _head(connection, project.id)}


def _head(connection: Connection, project_id: int) -> dict[str, Any] | None:
    """The last link of the project's chain at the moment of this transaction, to be noted beside the file."""
    link = chain.head(connection, project_id)
    return None if link is None else {"number": link.number, "hash": link.hash, "at": iso(link.at)}


class _Counted:
    """Passes rows on, counts them, and writes progress now and then."""

    def __init__(self, rows: Iterator[dict[str, Any]], context: JobContext, total: int) -> None:
        self._rows = rows
        self._context = context
        self._total = total
        self.tasks = 0
        self.annotations = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        reported = monotonic()
        for row in self._rows:
            self.tasks += 1
            self.annotations += len(row["annotations"])
            if self.tasks % 500 == 0:
                if self._context.stopping():
                    raise JobStopped
                if monotonic() - reported > _REPORT_SECONDS:
                    reported = monotonic()
                    self._context.checkpoint({}, step="writing", progress=self.tasks, total=self._total)
            yield row
