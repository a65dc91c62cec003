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

from assay.flow.intake import Intake, Refused, TaskFields
from assay.formats import FORMATS, RefusedRow, Row, RowReader
from assay.kernel import limits
from assay.kernel.errors import AssayError, BadInput, TooLarge
from assay.store import intake as intake_store
from assay.store import jobs, policies
from assay.store import tables as t
from assay.store.import_notes import add_notes
from assay.store.known_tasks import RULE_NAMES, Candidate, Note, Rules, Sorted, lock_intake, sort_rows
from assay.store.queue.retarget import active_people, retarget_tasks
from assay.store.task_changes import Change, change_tasks, note_replaced
from assay.worker.context import JobContext, JobRefused, JobStopped
from assay.worker.seen_content import SeenContent, seen_content

_CHUNK_ROWS = 1_000
_CHUNK_CHARACTERS = 8_000_000
_REPORT_SECONDS = 1.0  # progress is written this often while checking

Planned = Candidate | Refused
COUNTED = ("tasks", "annotations", "refused", "duplicates", "unchanged", "updated", "replaced")
_ALWAYS = ("rows", "tasks", "annotations", "refused")
_NOTED = {"duplicate": "duplicates", "unchanged": "unchanged", "kept": "unchanged"}


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
        self.rules = Rules(
            **{name: arguments[name] for name in RULE_NAMES if name in arguments},
        )
        config_version, policy_version = arguments["label_config_version"], arguments["policy_version"]
        self.intake = Intake(
            label_config=context.store.read(lambda c: context.versions.label_config(c, project.id, config_version)),
            policy=context.store.read(lambda c: context.versions.policy(c, project.id, policy_version)),
            seed=arguments["seed"],
            people=context.store.read(lambda c: active_people(c, project.id)),
        )

    def _reader(self, stream: BinaryIO) -> RowReader:
        keys = self.intake.label_config.data_keys
        return self.format.read(stream, text_key=keys[0] if keys else "text")

    def _planned(self, reader: RowReader) -> Iterator[Planned]:
        for row in reader:
            if isinstance(row, RefusedRow):
                yield Refused(row.line, row.field, row.reason)
            else:
                yield self._plan_row(row)

    def _plan_row(self, row: Row) -> Planned:
        fields = TaskFields(row.priority, row.stratum, row.score, row.created_at_us)
        planned = self.intake.plan(row.line, row.key, row.data, row.annotations, fields, row.skips)
        if isinstance(planned, Refused):
            return planned
        return Candidate(planned, {name: getattr(row, name) for name in row.given}, row.own)

    def _chunks(self, reader: RowReader, skip: int = 0) -> Iterator[list[Planned]]:
        planned = self._planned(reader)
        for _ in islice(planned, skip):
            pass
        while chunk := _chunk(planned):
            yield chunk

    def _sort(self, connection: Connection, chunk: list[Planned], seen: SeenContent | None = None) -> Sorted:
        """What becomes of each row. ``seen``: nothing is written yet, so it knows what the file had before."""
        first_line = seen.first_line if seen is not None else None
        return sort_rows(
            connection, self.project.id, chunk, self.rules, job_id=self.context.job.id, first_line=first_line
        )

    def check(self) -> dict[str, Any]:
        """Read the whole file once. Raises JobRefused with the counts when it cannot be imported."""
        job, context = self.context.job, self.context
        context.store.write(lambda c: jobs.clear_refused(c, job))
        rows = refused = kept = 0
        reported = monotonic()
        size = context.storage.size(self.file)
        with context.storage.open(self.file) as stream, seen_content() as seen:
            # Only where a duplicate refuses the file has it to be known before the first task is written.
            known = seen if self.rules.duplicates == "refuse" else None
            reader = self._reader(stream)
            try:
                for planned in self._chunks(reader):
                    if context.stopping():
                        raise JobStopped
                    bad = context.store.read(lambda c, planned=planned: self._sort(c, planned, known)).refused  # type: ignore[misc]
                    rows += len(planned)
                    refused += len(bad)
                    kept += self._keep(bad[: max(0, limits.REFUSED_ROWS_KEPT - kept)])
                    if self.strict and refused > limits.REFUSED_ROWS_CHECKED:
                        break  # nothing will be imported anyway, and the report is long enough
                    if rows > limits.IMPORT_ROWS:
                        raise TooLarge(f"The file has more than {limits.IMPORT_ROWS:,} rows.")
                    if monotonic() - reported > _REPORT_SECONDS:
                        reported = monotonic()
                        context.checkpoint({}, step="checking", progress=min(size, reader.bytes_read), total=size)
            except AssayError as problem:
                if problem.status >= 500:
                    raise
                raise JobRefused(problem.as_problem(), {"rows": rows, "refused": refused}) from problem
        self._refuse_if_unfit(rows, refused)
        state = {"step": "importing", "rows": rows, "read": 0, "noted": 0, **dict.fromkeys(COUNTED, 0)}
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
            for chunk in self._chunks(self._reader(stream), skip=state["read"]):
                state = self._write_chunk(chunk, state)
                if context.stopping():
                    raise JobStopped
        outcome = {key: state[key] for key in ("rows", *COUNTED) if state[key] or key in _ALWAYS}
        now = context.clock()

        def end(connection: Connection) -> None:
            jobs.finish(connection, context.job, outcome, now)
            project = connection.execute(select(t.project).where(t.project.c.id == self.project.id)).one()
            if project.policy_version != context.job.arguments["policy_version"]:
                # The tasks were planned under the policy of when the file was sent.
                policies.enqueue_retarget(connection, project, created_by=context.job.created_by, now=now)

        context.store.write(end)

    def _write_chunk(self, planned: list[Planned], state: dict[str, Any]) -> dict[str, Any]:
        context, job, now = self.context, self.context.job, self.context.clock()

        def work(connection: Connection) -> dict[str, Any]:
            # First the lease: it locks the job's row, so that a worker which lost its lease writes nothing.
            jobs.renew(connection, job, now)
            lock_intake(connection, self.project.id)
            # Somebody may have added a key, or the same data, since the file was checked.
            found = self._sort(connection, planned)
            notes = [*found.notes, *self._change(connection, found, now)]
            ids = intake_store.write_tasks(connection, self.project, found.new, job_id=job.id, now=now)
            self._note_replaced(connection, found, ids, now)
            self._report_late(connection, found.refused)
            after = {**state, **_counts(state, found, notes), "read": state["read"] + len(planned)}
            after["noted"] = add_notes(connection, job.id, notes, state["noted"])
            jobs.checkpoint(
                connection, job, after, step="importing", progress=after["read"], total=after["rows"], now=now
            )
            return after

        return context.store.write(work)

    def _change(self, connection: Connection, found: Sorted, now: int) -> list[Note]:
        """Change the tasks that exist; what is to be replaced joins the new tasks, what cannot be is refused."""
        job = self.context.job
        done = change_tasks(
            connection, self.project, found.changes, update_annotated=self.rules.update_annotated,
            actor_id=job.created_by, job_id=job.id, now=now,
        )  # fmt: skip
        found.changes.clear()
        changed = [one.change.task_id for one in done if one.kind == "updated"]
        if changed:
            version = select(t.project.c.policy_version).where(t.project.c.id == self.project.id)
            policy = self.context.versions.policy(connection, self.project.id, connection.execute(version).scalar_one())
            retarget_tasks(connection, self.project.id, policy, changed, now)
        notes = []
        for one in done:
            task, task_id = one.change.row, one.change.task_id
            if one.kind == "busy":  # since the file was checked
                found.refused.append(
                    Refused(task.line, "id", f"the task with the id {task.key!r} was annotated just now")
                )
                continue
            if one.kind == "replace":
                found.new.append(task)
                found.changes.append(one.change)
            reason = _REASONS[one.kind]
            if task.annotations and one.kind != "replace":
                reason += "; the annotations of this row were not imported"
            notes.append(Note(task.line, _KINDS.get(one.kind, one.kind), task_id, None, reason))
        return notes

    def _note_replaced(self, connection: Connection, found: Sorted, ids: list[int], now: int) -> None:
        by_line = {task.line: task_id for task, task_id in zip(found.new, ids, strict=True)}
        pairs: list[tuple[Change, int]] = [(change, by_line[change.row.line]) for change in found.changes]
        job = self.context.job
        note_replaced(connection, self.project, pairs, actor_id=job.created_by, job_id=job.id, now=now)

    def _report_late(self, connection: Connection, bad: list[Refused]) -> None:
        """Add to the report what was not yet refused when the file was checked."""
        if not bad or jobs.count_refused(connection, self.context.job.id) >= limits.REFUSED_ROWS_KEPT:
            return
        known = jobs.refused_lines(connection, self.context.job, [row.line for row in bad])
        rows = [(row.line, row.field, row.reason) for row in bad if row.line not in known]
        jobs.add_refused(connection, self.context.job, rows)


_KINDS = {"replace": "replaced"}
_REASONS = {
    "updated": "the task was changed; its earlier data stays in its history",
    "unchanged": "the task is in the project already",
    "replace": "this task was annotated, so a new task took its id over; the old one keeps its annotations",
}


def _counts(state: dict[str, Any], found: Sorted, notes: list[Note]) -> dict[str, int]:
    """The counts of the state with those of a chunk that was written."""
    counts = {name: state[name] for name in COUNTED}
    counts["tasks"] += len(found.new)
    counts["annotations"] += sum(not given.skipped for row in found.new for given in row.annotations)
    counts["refused"] += len(found.refused)
    for note in notes:
        name = _NOTED.get(note.kind, note.kind)
        if name in counts:
            counts[name] += 1
    return counts


def _chunk(planned: Iterator[Planned]) -> list[Planned]:
    """The next rows that are written together: so many, or so much text, whichever is reached first."""
    chunk: list[Planned] = []
    characters = 0
    for row in planned:
        chunk.append(row)
        if isinstance(row, Candidate):
            characters += len(row.task.data) + sum(len(given.result) for given in row.task.annotations)
        if len(chunk) == _CHUNK_ROWS or characters > _CHUNK_CHARACTERS:
            break
    return chunk
