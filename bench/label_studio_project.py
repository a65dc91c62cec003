"""A project of Label Studio through its public API: make it, import, export, and look into its database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import httpx
import psycopg

from bench.label_studio_server import LabelStudioServer
from bench.texts import LABEL_CONFIG

_REQUEST_TASKS = 20_000  # of one import request
_ANNOTATIONS = "SELECT task_id, completed_by_id, unique_id FROM task_completion WHERE NOT was_cancelled"


class LabelStudioProject:
    """One project, used by its owner."""

    def __init__(self, server: LabelStudioServer, annotations_per_task: int) -> None:
        self._server = server
        headers = {"Authorization": f"Token {server.tokens[0]}"}
        self._http = httpx.Client(base_url=server.url, headers=headers, timeout=1800)
        made = self._http.post(
            "/api/projects/",
            json={
                "title": "Benchmark",
                "label_config": LABEL_CONFIG,
                "maximum_annotations": annotations_per_task,
                "sampling": "Sequential sampling",
            },
        )
        self.id: int = made.raise_for_status().json()["id"]

    def __enter__(self) -> LabelStudioProject:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def import_tasks(self, tasks: Iterable[Any]) -> None:
        """Import tasks, flat or with annotations, in requests of at most 20,000."""
        rest = iter(tasks)
        while page := list(islice(rest, _REQUEST_TASKS)):
            self._http.post(f"/api/projects/{self.id}/import", json=page).raise_for_status()

    def export(self) -> int:
        """Download everything as JSON; returns how many bytes came."""
        size = 0
        path = f"/api/projects/{self.id}/export"
        with self._http.stream("GET", path, params={"exportType": "JSON", "download_all_tasks": "true"}) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                size += len(chunk)
        return size

    def annotations(self) -> Sequence[tuple[int, int, str]]:
        """(task, annotator, unique id) of every annotation, straight from the database."""
        if self._server.database_process_id is None:
            with sqlite3.connect(self._server.database_url, timeout=60) as connection:
                return connection.execute(_ANNOTATIONS).fetchall()
        with psycopg.connect(self._server.database_url) as pg:
            return [(task, person, str(unique)) for task, person, unique in pg.execute(_ANNOTATIONS)]
