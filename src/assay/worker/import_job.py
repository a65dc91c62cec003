"""Import: the whole file is checked first; then tasks are written in chunks, each with its checkpoint.

``mode`` is ``all_or_nothing`` (one refused row, and nothing is imported) or ``good_rows``. A worker that
is killed while checking starts again from the first line; one that is killed while writing goes on after
the last chunk that is on disk. Planning depends on seed and line alone, so that nothing is planned twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from time import monotonic
from types import SimpleNamespace
from typing import Any, BinaryIO

from sqlalchemy import Connection, select

from assay.flow.intake import Intake, PlannedTask, Refused
from assay.formats import FORMATS, RefusedRow, Row
from assay.kernel import limits
from assay.kernel.errors import AssayError, BadInput, TooLarge
from assay.store import intake as intake_store
from assay.store import jobs
from assay.store import tables as t
from assay.store.queue.retarget import active_people
from assay.worker.context import JobContext, JobRefused, JobStopped

_CHUNK_ROWS = 1_000
_CHUNK_CHARACTERS = 8_000_000
_REPORT_SECONDS = 1.0  # progress is written this often while checking

Planned = PlannedTask | Refused


def run_import(context: JobContext) -> None:
    """Do the import of ``context.job``."""
    job = context.job
    project = context.store.read(lambda c: _project(c, job.project_id))
    plan = Plan(context, project)
    state = dict(job.checkpoint)
    if state.get("step") != "importing":
        state = plan.check()
    plan.write(state)


def _project(connection: Connection, project_id: int) -> Any:
    return connection.execute(select(t.project).where(t.project.c.id == project_id)).one()


class Plan:
    """One import: its file, its label config and policy, its way of refusing."""

    def __init__(self, context: JobContext, project: Any) -> None:
        self.context = context
        arguments = context.job.arguments
        # The annotations of the file are checked, and so stamped, by the label config of when it was sent.
        versions = {"label_config_version": arguments["label_config_version"]}
        self.project = SimpleNamespace(**{**project._asdict(), **versions})
        self.format = FORMATS.get(arguments["format"])
        self.file = arguments["file"]
        self.strict = arguments["mode"] == "all_or_nothing"
        config_version, policy_version = arguments["label_config_version"], arguments["policy_version"]
        self.intake = Intake(
            label_config=context.store.read(lambda c: context.versions.label_config(c, project.id, config_version)),
            policy=context.store.read(lambda c: context.versions.policy(c, project.id, policy_version)),
            seed=arguments["seed"],
            people=context.store.read(lambda c: active_people(c, project.id)),
        )

    def _planned(self, stream: BinaryIO) -> Iterator[Planned]:
        keys = self.intake.label_config.data_keys
        for row in self.format.read(stream, text_key=keys[0] if keys else "text"):
            if isinstance(row, RefusedRow):
                yield Refused(row.line, row.field, row.reason)
            else:
                yield self._plan_row(row)

    def _plan_row(self, row: Row) -> Planned:
        return self.intake.plan(row.line, row.key, row.data, row.annotations)

    def _chunks(self, stream: BinaryIO, skip: int = 0) -> Iterator[list[Planned]]:
        planned = self._planned(stream)
        for _ in islice(planned, skip):
            pass
        while chunk := _chunk(planned):
            yield chunk

    def _without_known_keys(self, connection: Connection, chunk: list[Planned]) -> list[Planned]:
        """Refuse rows whose key the project has already, from an earlier import or the API."""
        keys = [row.key for row in chunk if isinstance(row, PlannedTask) and row.key is not None]
        known = intake_store.existing_keys(connection, self.project.id, keys)
        if not known:
            return chunk
        return [
            Refused(row.line, "id", f"a task with the id {row.key!r} is in the project already")
            if isinstance(row, PlannedTask) and row.key in known
            else row
            for row in chunk
        ]

    def check(self) -> dict[str, Any]:
        """Read the whole file once. Raises JobRefused with the counts when it cannot be imported."""
        job, context = self.context.job, self.context
        context.store.write(lambda c: jobs.clear_refused(c, job))
        rows = refused = kept = 0
        reported = monotonic()
        size = context.storage.size(self.file)
        with context.storage.open(self.file) as stream:
            try:
                for planned in self._chunks(stream):
                    if context.stopping():
                        raise JobStopped
                    chunk = context.store.read(lambda c, planned=planned: self._without_known_keys(c, planned))  # type: ignore[misc]
                    rows += len(chunk)
                    bad = [row for row in chunk if isinstance(row, Refused)]
                    refused += len(bad)
                    kept += self._keep(bad[: max(0, limits.REFUSED_ROWS_KEPT - kept)])
                    if self.strict and refused > limits.REFUSED_ROWS_CHECKED:
                        break  # nothing will be imported anyway, and the report is long enough
                    if rows > limits.IMPORT_ROWS:
                        raise TooLarge(f"The file has more than {limits.IMPORT_ROWS:,} rows.")
                    if monotonic() - reported > _REPORT_SECONDS:
                        reported = monotonic()
                        context.checkpoint({}, step="checking", progress=stream.tell(), total=size)
            except AssayError as problem:
                if problem.status >= 500:
                    raise
                raise JobRefused(problem.as_problem(), {"rows": rows, "refused": refused}) from problem
        self._refuse_if_unfit(rows, refused)
        state = {"step": "importing", "rows": rows, "read": 0, "tasks": 0, "annotations": 0}
        context.checkpoint(state, step="importing", progress=0, total=rows)
        return state

    def _keep(self, bad: list[Refused]) -> int:
        rows = [(row.line, row.field, row.reason) for row in bad]
        self.context.store.write(lambda c: jobs.add_refused(c, self.context.job, rows))
        return len(rows)

    def _refuse_if_unfit(self, rows: int, refused: int) -> None:
        outcome = {"rows": rows, "refused": refused, "tasks": 0, "annotations": 0}
        if rows == 0:
            problem = BadInput("The file has no rows.", field="file", action="Check that it is the file you meant.")
            raise JobRefused(problem.as_problem(), outcome)
        if refused == rows or (refused and self.strict):
            problem = BadInput(
                f"{refused:,} of {rows:,} rows cannot be imported, so nothing was imported.",
                code="rows_refused",
                field="file",
                action="Correct the rows listed in the report, or import the good rows only.",
            )
            raise JobRefused(problem.as_problem(), outcome)

    def write(self, state: dict[str, Any]) -> None:
        """Write the tasks from the checkpoint on, and finish the job."""
        context = self.context
        with context.storage.open(self.file) as stream:
            for chunk in self._chunks(stream, skip=state["read"]):
                state = self._write_chunk(chunk, state)
                if context.stopping():
                    raise JobStopped
        outcome = {key: state[key] for key in ("rows", "tasks", "annotations")}
        outcome["refused"] = outcome["rows"] - outcome["tasks"]
        now = context.clock()
        context.store.write(lambda c: jobs.finish(c, context.job, outcome, now))

    def _write_chunk(self, planned: list[Planned], state: dict[str, Any]) -> dict[str, Any]:
        context, job, now = self.context, self.context.job, self.context.clock()

        def work(connection: Connection) -> dict[str, Any]:
            # First the lease: it locks the job's row, so that a worker which lost its lease writes nothing.
            jobs.renew(connection, job, now)
            # Somebody may have added a key since the file was checked.
            chunk = self._without_known_keys(connection, planned)
            good = [row for row in chunk if isinstance(row, PlannedTask)]
            annotations = sum(not given.skipped for row in good for given in row.annotations)
            after = {
                **state,
                "read": state["read"] + len(chunk),
                "tasks": state["tasks"] + len(good),
                "annotations": state["annotations"] + annotations,
            }
            intake_store.write_tasks(connection, self.project, good, job_id=job.id, now=now)
            self._report_late(connection, [row for row in chunk if isinstance(row, Refused)])
            jobs.checkpoint(
                connection, job, after, step="importing", progress=after["read"], total=after["rows"], now=now
            )
            return after

        return context.store.write(work)

    def _report_late(self, connection: Connection, bad: list[Refused]) -> None:
        """Add to the report what was not yet refused when the file was checked."""
        if not bad or jobs.count_refused(connection, self.context.job.id) >= limits.REFUSED_ROWS_KEPT:
            return
        known = jobs.refused_lines(connection, self.context.job, [row.line for row in bad])
        rows = [(row.line, row.field, row.reason) for row in bad if row.line not in known]
        jobs.add_refused(connection, self.context.job, rows)


def _chunk(planned: Iterator[Planned]) -> list[Planned]:
    """The next rows that are written together: so many, or so much text, whichever is reached first."""
    chunk: list[Planned] = []
    characters = 0
    for row in planned:
        chunk.append(row)
        if isinstance(row, PlannedTask):
            characters += len(row.data) + sum(len(given.result) for given in row.annotations)
        if len(chunk) == _CHUNK_ROWS or characters > _CHUNK_CHARACTERS:
            break
    return chunk
