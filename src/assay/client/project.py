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
from assay.kernel.ids import new_id

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
        as_of: str | None = None,
        progress: Progress | None = None,
        **filters: Any,
    ) -> dict[str, Any]:
        """Write the project into a file of this machine; returns how many tasks and annotations it holds.

        ``filters`` as for :meth:`tasks`, and ``stratum``. What the file will lack: :meth:`losses`. ``as_of``: what
        was in force at that moment (ISO 8601) instead of now; not with ``state`` or ``disagreeing``.
        """
        body = {"format": format, "only": "annotated" if only_annotated else "all", "raw": raw, **filters}
        if as_of is not None:
            body["as_of"] = as_of
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

    def task_as_of(self, task_id: int, moment: str) -> dict[str, Any]:
        """One task as it was at a moment (ISO 8601): what was in force then."""
        found: dict[str, Any] = self._transport.json("GET", f"{self._path}/tasks/{task_id}", params={"as_of": moment})
        return found

    def history(self, task_id: int) -> Iterator[dict[str, Any]]:
        """Everything that happened to a task, oldest first, with old and new values."""
        yield from self._pages(f"/tasks/{task_id}/history")

    def records(self) -> dict[str, Any]:
        """The head of the hash chain over the project's records, and what the last check-up found."""
        return self._get("/records")

    def check_records(self, progress: Progress | None = None) -> dict[str, Any]:
        """Verify the chain and everything that must hold, as ``assay doctor`` does; returns what was found."""
        started = self._transport.json("POST", f"{self._path}/records/check")
        outcome: dict[str, Any] = Job(self._transport, self.id, started["id"]).wait(progress).info["outcome"]
        return outcome

    def preview_revert(self, selection: dict[str, Any], again: str = "others") -> dict[str, Any]:
        """What setting a selection of annotations aside would do, in numbers; nothing is changed."""
        body = {"selection": selection, "again": again}
        found: dict[str, Any] = self._transport.json("POST", f"{self._path}/reverts/preview", json=body)
        return found

    def set_aside(
        self, selection: dict[str, Any], *, reason: str, again: str = "others", progress: Progress | None = None
    ) -> dict[str, Any]:
        """Set annotations aside and wait until it is done: they stay on record and count no more."""
        body = {"id": new_id(), "selection": selection, "again": again, "reason": reason}
        return self._reverted(self._transport.json("POST", f"{self._path}/reverts", json=body), progress)

    def restore(self, revert_id: str, *, reason: str, progress: Progress | None = None) -> dict[str, Any]:
        """Take a revert back and wait until it is done: what has its slot free counts again."""
        made = self._transport.json("POST", f"{self._path}/reverts/{revert_id}/restore", json={"reason": reason})
        return self._reverted(made, progress)

    def reverts(self) -> Iterator[dict[str, Any]]:
        """Reverts and restores, newest first."""
        yield from self._pages("/reverts")

    def _reverted(self, made: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
        Job(self._transport, self.id, made["job_id"]).wait(progress)
        return self._get(f"/reverts/{made['id']}")

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._transport.json("GET", self._path + path, params={"cursor": cursor})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

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

    def preview_policy(self, document: dict[str, Any]) -> dict[str, Any]:
        """What a policy would do: annotations to come, people, cost, and what it cannot reach. Nothing is changed."""
        body = {"document": document}
        found: dict[str, Any] = self._transport.json("POST", f"{self._path}/policy/preview", json=body)
        return found

    def policy_versions(self) -> list[dict[str, Any]]:
        """All versions of the policy, newest first."""
        return list(self._get("/policy/versions")["items"])

    def queue(self) -> dict[str, Any]:
        """What waits where, who holds what and since when, and why something is not being done."""
        return self._get("/queue")

    def reallocate(self, *, person_ids: list[str] | None = None, idle_minutes: int | None = None) -> int:
        """Give tasks in hand back for others; how many."""
        body = {"person_ids": person_ids, "idle_minutes": idle_minutes}
        return int(self._transport.json("POST", f"{self._path}/queue/reallocate", json=body)["assignments"])

    def assign(self, task_ids: list[int], person_ids: list[str]) -> int:
        """Let only these people get these tasks (nobody: whoever the policy means); how many moved."""
        body = {"task_ids": task_ids, "person_ids": person_ids}
        return int(self._transport.json("POST", f"{self._path}/queue/assign", json=body)["tasks"])

    def take_out(self, task_ids: list[int], reason: str = "") -> int:
        """Hand these tasks out to nobody any more; how many were in the queue."""
        return self._move("take-out", task_ids, reason)

    def put_back(self, task_ids: list[int], reason: str = "") -> int:
        """Hand tasks out again that were taken out; how many were out."""
        return self._move("put-back", task_ids, reason)

    def _move(self, where: str, task_ids: list[int], reason: str) -> int:
        body = {"task_ids": task_ids, "reason": reason}
        return int(self._transport.json("POST", f"{self._path}/queue/{where}", json=body)["tasks"])

    def set_skills(self, person_id: str, skills: dict[str, str | None]) -> dict[str, Any]:
        """What somebody can do here: skill and until when (ISO 8601), None for ever. Replaces what was there."""
        return self._put(f"/seats/{person_id}/skills", {"skills": skills})

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
