"""The demo project, built and replayed through the public client, as any user's program would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, func, select

from assay.cli.demo_data import DemoData
from assay.client import Client, Project
from assay.labels.gallery.sentiment import SENTIMENT
from assay.store import tables as t

TITLE = "Product reviews: sentiment"
_DESCRIPTION = "Sentences of product reviews. Is the writer positive, neutral or negative about the product?"
_POLICY = {"annotations_per_task": 3, "overlap_share": 0.3, "ask_confidence": True}
_REPLAYED = 1_500  # annotations; the rest of the tasks stays open for the visitor
_OPEN_SHARE = 0.25  # of a small set
_ANNOTATIONS_OF_A_TASK = 1.6  # 1 + 2 * overlap_share: what a task gets on average

Progress = Callable[[str, int, int], None]


class DemoProject:
    """The demo project on a running server."""

    def __init__(self, url: str, owner_token: str, progress: Progress) -> None:
        self._url = url
        self._client = Client(url, owner_token)
        self._progress = progress
        self._project: Project | None = None

    @staticmethod
    def is_complete(connection: Connection, workspace_id: int) -> bool:
        """Whether an earlier run finished it."""
        annotations = select(func.sum(t.seat.c.submitted)).where(t.seat.c.project_id == t.project.c.id)
        found = connection.execute(
            select(t.project.c.task_count, annotations.scalar_subquery().label("annotations")).where(
                t.project.c.workspace_id == workspace_id, t.project.c.title == TITLE
            )
        ).first()
        return found is not None and 0 < wanted_annotations(found.task_count) <= int(found.annotations or 0)

    def build(self, data: DemoData, people: list[str]) -> None:
        """Project, guideline, tasks and people. What an interrupted run has made already is taken."""
        found = next((one for one in self._client.projects() if one.info()["title"] == TITLE), None)
        self._project = found or self._client.create_project(
            TITLE,
            description=_DESCRIPTION,
            notice=data.notice,
            label_config=SENTIMENT.label_config,
            guideline=dict(SENTIMENT.guideline),
            policy=_POLICY,
        )
        self._project.add_people(people)
        if self._project.info()["task_count"] == 0:
            rows = [{"id": one.key, "data": {"text": one.text}} for one in data.sentences]
            self._project.import_rows(rows, progress=self._show_import)

    def _show_import(self, job: Mapping[str, Any]) -> None:
        if job["step"] == "importing" and job["total"]:
            self._progress("Importing sentences", job["progress"], job["total"])

    def replay(self, data: DemoData, tokens: list[str]) -> None:
        """Let the annotators answer in turn with their ratings, through the real queue."""
        if self._project is None:
            raise RuntimeError("build() comes first")
        info = self._project.info()
        wanted, done = wanted_annotations(info["task_count"]), info["annotation_count"]
        labels = {one.text: one.labels for one in data.sentences}
        clients = [Client(self._url, token) for token in tokens]
        benches = [client.own_projects()[0].workbench() for client in clients]
        while done < wanted:
            before = done
            for number, bench in enumerate(benches):
                for assignment in bench.next(1):
                    label = labels[assignment.data["text"]][number]
                    # The ratings came without times, so none are made up.
                    assignment.submit({"sentiment": label}, seconds=None)
                    done += 1
                self._progress("Replaying ratings", min(done, wanted), wanted)
            if done == before:
                break
        for client in clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def wanted_annotations(task_count: int) -> int:
    """How many annotations the demo replays; some tasks always stay open.

    >>> wanted_annotations(3708), wanted_annotations(48)
    (1500, 57)
    """
    return min(_REPLAYED, int(task_count * _ANNOTATIONS_OF_A_TASK * (1 - _OPEN_SHARE)))
