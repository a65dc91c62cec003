"""Labeling through the client, as a program or a simulated annotator does it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from assay.client.transport import Transport
from assay.kernel.errors import BadInput

Answers = Mapping[str, str | list[str]]


class Workbench:
    """The place of one annotator in one project."""

    def __init__(self, transport: Transport, project_id: str) -> None:
        self._transport = transport
        self._project_id = project_id
        self._controls: dict[str, dict[str, Any]] | None = None

    def info(self) -> dict[str, Any]:
        """Label config, guideline, settings and own progress."""
        found: dict[str, Any] = self._transport.json("GET", f"/projects/{self._project_id}/workbench")
        return found

    def next(self, count: int = 1) -> list[Assignment]:
        """Open assignments, filled up to ``count``; an empty list when there is nothing to do."""
        offer = self._transport.json("POST", f"/projects/{self._project_id}/next", json={"count": count}, again=True)
        return [Assignment(self, one) for one in offer["assignments"]]

    def __iter__(self) -> Iterator[Assignment]:
        """One assignment after the other, until there is nothing left to do. Answer or skip each."""
        last = None
        while assignments := self.next():
            if assignments[0].id == last:
                raise BadInput("The assignment was neither answered nor skipped.", field="assignment")
            last = assignments[0].id
            yield assignments[0]

    @property
    def controls(self) -> dict[str, dict[str, Any]]:
        """The controls of the label config, by name."""
        if self._controls is None:
            self._controls = {one["name"]: one for one in self.info()["label_config"]["controls"]}
        return self._controls

    def result(self, answers: Answers) -> list[dict[str, Any]]:
        """Answers (control name -> label or labels) as Label Studio's result array."""
        result = []
        for name, answer in answers.items():
            control = self.controls.get(name)
            if control is None:
                known = ", ".join(self.controls)
                raise BadInput(f"There is no control {name!r}.", field=name, action=f"Controls: {known}.")
            values = [answer] if isinstance(answer, str) else list(answer)
            result.append(
                {
                    "from_name": name,
                    "to_name": control["to_name"][0],
                    "type": control["type"],
                    "value": {control["type"]: values},
                }
            )
        return result

    def post(self, path: str, body: dict[str, Any], *, again: bool = False) -> dict[str, Any]:
        """Send something about an assignment."""
        answered: dict[str, Any] = self._transport.json("POST", f"/assignments/{path}", json=body, again=again)
        return answered


class Assignment:
    """One task to label, under a random id. ``data`` is what the label config shows of it."""

    def __init__(self, workbench: Workbench, offered: dict[str, Any]) -> None:
        self._workbench = workbench
        self._began = time.monotonic()
        self.id: str = offered["id"]
        self.data: dict[str, Any] = offered["data"]

    def submit(
        self,
        answers: Answers | None = None,
        *,
        result: list[dict[str, Any]] | None = None,
        confidence: float | None = None,
        seconds: float | Literal["measured"] | None = "measured",
        submission_id: str | None = None,
        supersedes: str | None = None,
    ) -> dict[str, Any]:
        """Send the answer; the receipt says whether it counts. Sending again with the same id is harmless.

        Give ``answers`` by control name, or a whole ``result`` array. ``seconds`` is the time spent; by
        default the time since the assignment came, and None when it is not known.
        """
        if result is None:
            result = self._workbench.result(answers or {})
        body = {
            "submission_id": submission_id or str(uuid.uuid4()),
            "result": result,
            "confidence": confidence,
            "seconds": round(time.monotonic() - self._began, 3) if seconds == "measured" else seconds,
            "supersedes": supersedes,
        }
        sent = {name: value for name, value in body.items() if value is not None}
        return self._workbench.post(f"{self.id}/submit", sent, again=True)

    def skip(self, reason: str = "other", note: str = "") -> None:
        """Give the task back for others."""
        self._workbench.post(f"{self.id}/skip", {"reason": reason, "note": note})

    def flag(self, note: str, rule: str | None = None) -> None:
        """Say that the guideline does not settle this task."""
        self._workbench.post(f"{self.id}/flag", {"note": note, **({"rule": rule} if rule else {})})
