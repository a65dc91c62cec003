"""The check-up of one project, as ``assay doctor`` does it; what it found is the job's outcome."""

from __future__ import annotations

from time import monotonic

from sqlalchemy import Connection

from assay.store import jobs
from assay.store.records import doctor
from assay.store.records.doctor import Report
from assay.worker.context import JobContext, JobStopped

_REPORT_SECONDS = 1.0
_FAULTS = 50  # kept with the job; all are counted


def run_check(context: JobContext) -> None:
    """Check the project of ``context.job`` at one moment."""
    done = 0
    reported = monotonic()

    def progress(step: str, _title: str, rows: int) -> None:
        nonlocal done, reported
        done += rows
        if context.stopping():
            raise JobStopped
        if monotonic() - reported > _REPORT_SECONDS:
            reported = monotonic()
            context.checkpoint({}, step=step, progress=done, total=None)

    def work(connection: Connection) -> Report:
        return doctor.examine(
            connection, context.versions, project_id=context.job.project_id, rebuilding=True, progress=progress
        )

    report = context.store.read(work).as_document()
    (project,) = report["projects"]
    faults = [*report["faults"], *project["faults"]]
    outcome = {
        "ok": report["ok"],
        "faults": faults[:_FAULTS],
        "fault_count": len(faults),
        "tasks": project["tasks"],
        "annotations": project["annotations"],
        **project["chain"],
    }
    now = context.clock()
    context.store.write(lambda c: jobs.finish(c, context.job, outcome, now))
