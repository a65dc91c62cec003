"""One project through the client."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from assay.client.annotator import Workbench
from assay.client.transport import Transport, error_of

_BATCH = 1000

Progress = Callable[[dict[str, Any]], None]


class Project:
    """A project. What it returns are the bodies of the REST API, as dictionaries."""

    def __init__(self, transport: Transport, project_id: str) -> None:
        self._transport = transport
        self.id = project_id
        self._path = f"/projects/{project_id}"

    def info(self) -> dict[str, Any]:
        """Title, state, versions and counts."""
        return self._get("")

    def workbench(self) -> Workbench:
        """The place where the owner of the token labels."""
        return Workbench(self._transport, self.id)

    def add_tasks(self, tasks: Iterable[dict[str, Any]]) -> list[int]:
        """Add tasks (``{"text": ...}`` or ``{"data": {...}, "id": ...}``) in pages; returns their ids.

        A page with a refused task is not added, and raises BadInput naming it.
        """
        ids: list[int] = []
        page: list[dict[str, Any]] = []
        for task in tasks:
            page.append(task)
            if len(page) == _BATCH:
                ids += self._add(page)
                page = []
        return ids + self._add(page) if page else ids

    def _add(self, page: list[dict[str, Any]]) -> list[int]:
        return list(self._transport.json("POST", f"{self._path}/tasks", json={"tasks": page})["task_ids"])

    def import_file(
        self,
        file: str | Path | BinaryIO,
        *,
        filename: str | None = None,
        format: str | None = None,  # noqa: A002 - the name that people type
        good_rows_only: bool = False,
        duplicates: str | None = None,
        existing_keys: str | None = None,
        update_annotated: bool = False,
        progress: Progress | None = None,
    ) -> Job:
        """Import a file and wait until it is done. Raises BadInput when rows were refused (see ``Job.refused``).

        ``duplicates`` (auto, skip, keep, refuse; else auto): rows with the data of a task or an earlier row.
        ``existing_keys`` (refuse, skip, update; else refuse) and ``update_annotated``: rows whose id a task has.
        See ``Job.notes``.
        """
        if isinstance(file, str | Path):
            with Path(file).open("rb") as stream:
                return self.import_file(
                    stream,
                    filename=filename or Path(file).name,
                    format=format,
                    good_rows_only=good_rows_only,
                    duplicates=duplicates,
                    existing_keys=existing_keys,
                    update_annotated=update_annotated,
                    progress=progress,
                )
        params = {
            "filename": filename or "",
            "format": format,
            "mode": "good_rows" if good_rows_only else "all_or_nothing",
            "duplicates": duplicates,
            "existing_keys": existing_keys,
            "update_annotated": update_annotated or None,
        }
        started = self._transport.json("POST", f"{self._path}/imports", params=params, content=file)
        return Job(self._transport, self.id, started["id"]).wait(progress)

    def import_rows(self, rows: Iterable[dict[str, Any]], *, progress: Progress | None = None, **options: Any) -> Job:
        """Import dictionaries as JSONL, through the same door as a file; ``options`` as for :meth:`import_file`."""
        body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        return self.import_file(io.BytesIO(body), filename="rows.jsonl", progress=progress, **options)

    def export(
        self,
        path: str | Path,
        *,
        format: str = "jsonl",  # noqa: A002 - the name that people type
        only_annotated: bool = False,
        raw: bool = False,
        progress: Progress | None = None,
        **filters: Any,
    ) -> dict[str, Any]:
        """Write the project into a file of this machine; returns how many tasks and annotations it holds.

        ``filters`` as for :meth:`tasks`, and ``stratum``. What the file will lack: :meth:`losses`.
        """
        body = {"format": format, "only": "annotated" if only_annotated else "all", "raw": raw, **filters}
        started = self._transport.json("POST", f"{self._path}/exports", json=body)
        job = Job(self._transport, self.id, started["id"]).wait(progress)
        job.download(path)
        outcome: dict[str, Any] = job.info["outcome"]
        return outcome

    def losses(self, format: str) -> list[dict[str, Any]]:  # noqa: A002 - the name that people type
        """What of this project a file in that format would lack: kind, count, text."""
        found = self._transport.json("GET", f"{self._path}/exports/losses", params={"format": format})
        return list(found["items"])

    def tasks(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """Tasks with their labels so far: ``state``, ``disagreeing``, ``label``, ``annotator``, ``q``, ``sort``."""
        cursor = None
        while True:
            params = {**filters, "cursor": cursor, "limit": filters.get("limit", 200)}
            page = self._transport.json("GET", f"{self._path}/tasks", params=params)
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def task(self, task_id: int) -> dict[str, Any]:
        """One task with everything that was said of it."""
        return self._get(f"/tasks/{task_id}")

    def agreement(self, control: str | None = None) -> dict[str, Any]:
        """Agreement of the project, each number with its interval."""
        found: dict[str, Any] = self._transport.json("GET", f"{self._path}/agreement", params={"control": control})
        return found

    def consensus(self, control: str | None = None, method: str = "auto") -> dict[str, Any]:
        """One answer for each task in numbers: how sure, which method, how good each annotator seems to be."""
        params = {"control": control, "method": method}
        found: dict[str, Any] = self._transport.json("GET", f"{self._path}/consensus", params=params)
        return found

    def label_config(self) -> dict[str, Any]:
        """The label config in force."""
        return self._get("/label-config")

    def preview_label_config(self, label_config: str, mapping: dict[str, Any] | None = None) -> dict[str, Any]:
        """What a new label config would do to annotations that exist; without a mapping one is suggested."""
        body = {"label_config": label_config, "mapping": mapping}
        found: dict[str, Any] = self._transport.json("POST", f"{self._path}/label-config/preview", json=body)
        return found

    def change_label_config(
        self,
        label_config: str,
        *,
        mapping: dict[str, Any] | None = None,
        note: str = "",
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Put a label config in force, and wait until the annotations that exist are under it."""
        made = self._put("/label-config", {"label_config": label_config, "mapping": mapping, "note": note})
        if made["migration"]:
            Job(self._transport, self.id, made["migration"]).wait(progress)
        return made

    def guideline(self) -> dict[str, Any]:
        """The guideline in force."""
        return self._get("/guideline")

    def change_guideline(self, document: dict[str, Any], note: str = "") -> dict[str, Any]:
        """Put a new version of the guideline in force."""
        return self._put("/guideline", {"document": document, "note": note})

    def policy(self) -> dict[str, Any]:
        """The policy in force."""
        return self._get("/policy")

    def change_policy(self, document: dict[str, Any], note: str = "") -> dict[str, Any]:
        """Put a new version of the policy in force."""
        return self._put("/policy", {"document": document, "note": note})

    def add_people(self, person_ids: list[str]) -> None:
        """Let people of the workspace label here."""
        self._transport.json("POST", f"{self._path}/seats", json={"person_ids": person_ids})

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self._transport.json("GET", self._path + path)
        return found

    def _put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = self._transport.json("PUT", self._path + path, json=body)
        return made


class Job:
    """A background job."""

    def __init__(self, transport: Transport, project_id: str, job_id: str) -> None:
        self._transport = transport
        self._path = f"/projects/{project_id}/jobs/{job_id}"
        self.id = job_id
        self.info: dict[str, Any] = {}

    def refresh(self) -> dict[str, Any]:
        """State, step, progress and outcome now."""
        self.info = self._transport.json("GET", self._path)
        return self.info

    def wait(self, progress: Progress | None = None) -> Job:
        """Wait until it is over. Raises the error that it ended with."""
        pause = 0.05
        while True:
            info = self.refresh()
            if progress is not None:
                progress(info)
            if info["state"] == "done":
                return self
            if info["state"] in ("failed", "canceled"):
                problem = info["problem"] or {"detail": "The job was canceled.", "code": "canceled", "status": 409}
                details = {**(problem.get("details") or {}), "job": self.id}
                raise error_of(problem.get("status", 500), {**problem, "details": details})
            time.sleep(pause)
            pause = min(1.0, pause * 1.5)

    def refused(self) -> Iterator[dict[str, Any]]:
        """The refused rows of an import: line, field, reason."""
        return self._pages("refused")

    def notes(self) -> Iterator[dict[str, Any]]:
        """The rows of an import that are no new tasks: line, kind, task_id, first_line, reason."""
        return self._pages("notes")

    def _pages(self, name: str) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._transport.json("GET", f"{self._path}/{name}", params={"cursor": cursor})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def download(self, path: str | Path) -> None:
        """Write the file of an export that is done. It appears whole or not at all."""
        part = Path(f"{path}.part")
        try:
            with self._transport.stream(f"{self._path}/file") as pieces, part.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
