"""A project with a folder for files, and short ways to import into it and export from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from assay.kernel.ids import new_id
from assay.storage import LocalStorage
from assay.store import import_notes, jobs
from assay.store.documents import from_json
from assay.store.engine import Store
from assay.store.jobs import JobState
from assay.worker.run import RunContext, run_one
from tests.flow.ground import Ground


def jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as a file."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


class Desk:
    """Where the jobs of one project are handed in and done."""

    def __init__(self, crowd: Ground, folder: Path) -> None:
        self.crowd = crowd
        self.store, self.clock = crowd.store, crowd.clock
        self.folder = folder
        self.storage = LocalStorage(folder)
        self._files = 0

    def upload(self, content: bytes) -> str:
        """A file as the server has received it."""
        file_id = new_id()
        with self.storage.writing(file_id) as sink:
            sink.write(content)
        return file_id

    def send(
        self, content: bytes, *, format_id: str = "jsonl", mode: str = "all_or_nothing", seed: str = "s", **rules: Any
    ) -> str:
        """Hand in an import; returns the job's id. ``rules``: for what is there already."""
        project = self.crowd.project
        arguments = {
            "file": self.upload(content),
            "filename": f"file.{format_id}",
            "format": format_id,
            "mode": mode,
            "seed": seed,
            "label_config_version": project.label_config_version,
            "policy_version": project.policy_version,
            **rules,
        }
        return self.enqueue("import", arguments)

    def ask_export(self, format_id: str = "jsonl", *, only: str = "all", raw: bool = False) -> str:
        """Hand in an export; returns the job's id."""
        return self.enqueue("export", {"format": format_id, "only": only, "raw": raw, "filename": "moods.file"})

    def enqueue(self, kind: str, arguments: dict[str, Any]) -> str:
        """Hand in any job."""
        project, now = self.crowd.project, self.clock()

        def work(connection: Connection) -> str:
            return jobs.enqueue(
                connection,
                kind,
                workspace_id=project.workspace_id,
                project_id=project.id,
                arguments=arguments,
                created_by=None,
                now=now,
            )

        return self.store.write(work)

    def context(
        self, *, store: Store | None = None, owner: str | None = None, stopping: Callable[[], bool] = lambda: False
    ) -> RunContext:
        """What a worker of this project is given."""
        return RunContext(store or self.store, self.storage, self.crowd.versions, self.clock, owner, stopping)

    def run(self, uid: str, **options: Any) -> JobSeen:
        """Do that job; returns its row."""
        assert run_one(self.context(**options), only=uid)
        return self.job(uid)

    def job(self, uid: str) -> JobSeen:
        """The row of a job, its JSON read."""
        row = self.store.read(lambda c: jobs.find(c, self.crowd.project.id, uid))
        return JobSeen(row)

    def imported(self, content: bytes, **options: Any) -> JobSeen:
        """Import that and expect it to end well."""
        seen = self.run(self.send(content, **options))
        assert seen.state == JobState.DONE, seen.problem
        return seen

    def refused(self, content: bytes, **options: Any) -> JobSeen:
        """Import that and expect it to be refused as a whole."""
        seen = self.run(self.send(content, **options))
        assert seen.state == JobState.FAILED, seen.outcome
        return seen

    def report(self, seen: JobSeen) -> list[tuple[int, str, str]]:
        """The refused rows of an import."""
        rows = self.store.read(lambda c: jobs.list_refused(c, seen.id, after=-1, limit=100_000))
        return [(row.line, row.field, row.reason) for row in rows]

    def notes(self, seen: JobSeen) -> list[tuple[int, str, int | None]]:
        """The notes of an import: line, kind, the earlier line that it repeats."""
        rows = self.store.read(lambda c: import_notes.list_notes(c, seen.id, after=-1, limit=100_000))
        return [(row.line, row.kind, row.first_line) for row in rows]

    def exported(self, format_id: str = "jsonl", **options: Any) -> bytes:
        """Export the project and read the file."""
        seen = self.run(self.ask_export(format_id, **options))
        assert seen.state == JobState.DONE, seen.problem
        with self.storage.open(seen.outcome["file"]) as stream:
            return stream.read()

    def lines(self, **options: Any) -> list[dict[str, Any]]:
        """The project as JSONL, read."""
        return [json.loads(line) for line in self.exported(**options).splitlines()]

    def keys(self) -> list[str | None]:
        """The external ids of the project's tasks, in order of their ids."""
        rows = self.crowd.rows("SELECT key FROM task_data WHERE project_id = :project ORDER BY task_id")
        return [row.key for row in rows]

    def files(self) -> list[str]:
        """What lies in the folder."""
        return sorted(path.name for path in self.folder.iterdir())


class JobSeen:
    """The row of a job with its JSON read."""

    def __init__(self, row: Any) -> None:
        self.id = int(row.id)
        self.uid = str(row.uid)
        self.state = JobState(row.state)
        self.attempt = int(row.attempt)
        self.progress = row.progress
        self.total = row.total
        self.run_at = row.run_at
        self.outcome: Any = from_json(row.outcome) if row.outcome else None
        self.problem: Any = from_json(row.problem) if row.problem else None
        self.checkpoint: Any = from_json(row.checkpoint)
