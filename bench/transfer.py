"""Imports and exports over HTTP, timed from the request to the end of the job, the file in hand."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from assay import __version__
from bench.assay_server import Server
from bench.figures import rounded
from bench.machine import between, moment
from bench.texts import LABELS, result, texts

ANNOTATORS_PER_TASK = 3
_POLL_SECONDS = 0.05


def options(document: str | None) -> argparse.ArgumentParser:
    """What imports and exports are asked for alike."""
    parser = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="tasks in the file (100000)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--database-url", help="an empty PostgreSQL database instead of a private one")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--label-studio", metavar="PATH", help="executable of an installed label-studio")
    parser.add_argument("--label-studio-rows", type=int, default=10_000, help="tasks in its file (10000)")
    parser.add_argument("--label-studio-postgresql", action="store_true", help="over PostgreSQL, behind gunicorn")
    return parser


def annotated_tasks(count: int) -> Iterator[dict[str, Any]]:
    """Tasks as Label Studio writes them, each with an annotation of three people (its users 1, 2 and 3)."""
    for number, text in enumerate(texts(count)):
        annotations = [
            {
                "completed_by": person,
                "lead_time": 4.5,
                "created_at": "2026-01-05T10:00:00.000000Z",
                "result": result(LABELS[(number // (person + 1)) % len(LABELS)]),
            }
            for person in range(1, ANNOTATORS_PER_TASK + 1)
        ]
        yield {"id": number + 1, "data": {"text": text}, "annotations": annotations}


class JobClient:
    """Starts the jobs of one project and waits for them, asking often, so that the end is seen at once."""

    def __init__(self, server: Server, project_id: str) -> None:
        self._server = server
        headers = {"Authorization": f"Bearer {server.owner.token}"}
        self._http = httpx.Client(base_url=f"{server.url}/api/v1/projects/{project_id}", headers=headers, timeout=3600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def import_bytes(self, body: bytes, filename: str) -> dict[str, Any]:
        """Import a file; returns what was measured."""
        before = moment(*self._server.watched())
        started = self._http.post(
            "/imports",
            params={"filename": filename},
            content=body,
            headers={"Content-Type": "application/octet-stream"},
        )
        job = self._wait(started)
        outcome = job["outcome"]
        return {**self._figures(before, outcome["tasks"]), "annotations": outcome["annotations"]}

    def export(self, format_id: str, path: Path) -> dict[str, Any]:
        """Export everything into a file of this machine; returns what was measured."""
        before = moment(*self._server.watched())
        job = self._wait(self._http.post("/exports", json={"format": format_id, "only": "all"}))
        with self._http.stream("GET", f"/jobs/{job['id']}/file") as response, path.open("wb") as sink:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                sink.write(chunk)
        outcome = job["outcome"]
        found = self._figures(before, outcome["tasks"])
        return {**found, "annotations": outcome["annotations"], "file_mb": rounded(path.stat().st_size / 1e6)}

    def _wait(self, started: httpx.Response) -> dict[str, Any]:
        job: dict[str, Any] = started.raise_for_status().json()
        while job["state"] in ("waiting", "running"):
            time.sleep(_POLL_SECONDS)
            job = self._http.get(f"/jobs/{job['id']}").raise_for_status().json()
        if job["state"] != "done":
            raise RuntimeError(f"The job ended as {job['state']}: {json.dumps(job['problem'])}")
        return job

    def _figures(self, before: Any, rows: int) -> dict[str, Any]:
        span = between(before, moment(*self._server.watched()))
        server, database = (*span.trees, None)[:2]
        return {
            "rows": rows,
            "seconds": rounded(span.seconds, 3),
            "rows_per_s": rounded(rows / span.seconds, 1),
            "cpu_ms_per_1000_rows": _per_1000(server, rows),
            "database_cpu_ms_per_1000_rows": _per_1000(database, rows),
            "server_peak_memory_mb": peak_memory_mb(self._server.process_id),
            "other_cores_busy": rounded(span.other_cores),
        }


def _per_1000(seconds: float | None, rows: int) -> float | None:
    return None if seconds is None or not rows else rounded(seconds * 1e6 / rows, 1)


def peak_memory_mb(process_id: int) -> float | None:
    """The most memory that the server had so far, with the pages of the database file that it maps."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except FileNotFoundError:
        return None
    kilobytes = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), None)
    return None if kilobytes is None else rounded(int(kilobytes) / 1000, 1)


def assay_rows(found: list[dict[str, Any]], database: str) -> list[dict[str, Any]]:
    """The measurements, each saying of what it is."""
    kind = database if database in ("sqlite", "postgresql") else database.split(":", 1)[0]
    return [{"system": "assay", "version": __version__, "database": kind, **one} for one in found]
