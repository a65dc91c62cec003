"""The labeling loop against Label Studio: the same annotators and figures, its own API."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.assay_loop import OVERLAP, loop_figures
from bench.http_connection import Answer, request_bytes
from bench.label_studio_project import LabelStudioProject
from bench.label_studio_server import running_label_studio
from bench.load import Refused, Step, drive
from bench.machine import moment, say
from bench.texts import LABELS, result, texts

_NOTHING_LEFT = 404
_SETTLE_SECONDS = 3  # whatever it still writes after it answered


@dataclass(frozen=True, slots=True)
class LabelStudioPlan:
    """One measurement. ``executable`` is an installed label-studio."""

    executable: Path
    postgresql: bool
    tasks: int
    annotators: int
    seconds: float


class LabelStudioAnnotator:
    """Asks for one task at a time and answers at random."""

    def __init__(self, project_id: int, token: str, number: int) -> None:
        self._token = f"Token {token}"
        self._next = request_bytes("GET", f"/api/projects/{project_id}/next/", self._token)
        self._draw = random.Random(number)

    def next_request(self) -> bytes:
        """The request for the next task."""
        return self._next

    def read_next(self, answer: Answer) -> Step | None:
        """What to submit, under a new unique id. Raises Refused."""
        if answer.status == _NOTHING_LEFT:
            return None
        if not answer.is_well:
            raise Refused("next", answer)
        task_id = orjson.loads(answer.body)["id"]
        unique_id = str(uuid.uuid4())
        body = {"result": result(self._draw.choice(LABELS)), "lead_time": 1.5, "unique_id": unique_id}
        path = f"/api/tasks/{task_id}/annotations/"
        return Step(unique_id, request_bytes("POST", path, self._token, orjson.dumps(body)))


def measure_label_studio(plan: LabelStudioPlan) -> dict[str, Any]:
    """Run one plan on a new Label Studio over a new database."""
    with (
        running_label_studio(plan.executable, postgresql=plan.postgresql, people=plan.annotators + 1) as server,
        LabelStudioProject(server, OVERLAP) as project,
    ):
        say(f"Importing {plan.tasks:,} tasks (Label Studio) ...")
        project.import_tasks({"text": text} for text in texts(plan.tasks))
        say(f"{plan.annotators} annotators at {plan.tasks:,} tasks for {plan.seconds:g} s (Label Studio) ...")
        annotators = [LabelStudioAnnotator(project.id, one, place) for place, one in enumerate(server.tokens[1:])]
        measured = drive(
            annotators,
            server.port,
            seconds=plan.seconds,
            warm_up_seconds=min(15.0, plan.seconds / 4),
            look=lambda: moment(*server.watched()),
        )
        return {
            "system": "label-studio",
            "version": server.version,
            "way": server.way,
            "database": "postgresql" if plan.postgresql else "sqlite",
            "tasks": plan.tasks,
            "overlap": OVERLAP,
            "annotators": plan.annotators,
            **loop_figures(measured),
            **_audit(project, measured.acknowledged),
        }


def _audit(project: LabelStudioProject, acknowledged: Sequence[str]) -> dict[str, int]:
    time.sleep(_SETTLE_SECONDS)
    kept = project.annotations()
    by_task = Counter(task for task, _, _ in kept)
    by_person = Counter((task, person) for task, person, _ in kept)
    too_often = sum(count > OVERLAP for count in by_task.values())
    twice = sum(count > 1 for count in by_person.values())
    present = {str(uuid.UUID(unique)) for _, _, unique in kept if unique}
    return {"collisions": too_often + twice, "lost": len(set(acknowledged) - present)}
