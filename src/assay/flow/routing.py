"""Measuring → routing: what happens to a task that has all the annotations it was to get.

Either its label is not sure yet and it is asked once more (adaptive overlap), or a step leads it into its next
stage, or it is done. The same answers always lead to the same decision: the draw for a random share belongs to
the task.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assay.flow.confidence import confidence
from assay.flow.measuring import disagreement, majority
from assay.flow.policy import Policy
from assay.flow.policy_stages import Condition
from assay.labels.label_config import LabelConfig

ASK_MORE = "ask_more"
STAGE = "stage"
OUT = "out"
BACK = "back"


@dataclass(frozen=True, slots=True)
class Answer:
    """One counted annotation in force: canonical answers, and its annotator's estimated accuracy, if there is one."""

    answers: str
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Complete:
    """A task with all its annotations."""

    task_id: int
    stage: int
    draw: float
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens next: so many more annotations, in that stage (its place in the policy) and queue."""

    kind: str
    annotations: int
    stage: int
    queue: str | None = None  # None: where it is
    body: dict[str, Any] = field(default_factory=dict)


def route(policy: Policy, config: LabelConfig, task: Complete) -> Decision | None:
    """The decision about a task that is complete; None when it is done for good."""
    if policy.adaptive is None and not policy.stages:
        return None
    sure = confidence(config, task.answers)
    if sure is not None and _unsure(policy, task, sure):
        wanted = policy.adaptive.confidence if policy.adaptive else None
        return Decision(ASK_MORE, 1, 0, body={"confidence": round(sure, 6), "wanted": wanted})
    if task.stage >= len(policy.stages):
        return None
    names = [stage.name for stage in policy.stages]
    for step in policy.stages[task.stage].next:
        if _holds(step.when, config, task, sure, step.to):
            place = names.index(step.to)
            stage = policy.stages[place]
            body = {"from": names[task.stage], "to": step.to, "confidence": None if sure is None else round(sure, 6)}
            return Decision(STAGE, stage.annotations or 1, place, stage.queue, body)
    return None


def _unsure(policy: Policy, task: Complete, sure: float) -> bool:
    adaptive = policy.adaptive
    if adaptive is None or task.stage > 0 or len(task.answers) >= adaptive.most:
        return False
    return sure < adaptive.confidence


def _holds(when: Condition, config: LabelConfig, task: Complete, sure: float | None, to: str) -> bool:
    said = [answer.answers for answer in task.answers]
    if when.label:
        found = {label for control in config.controls for label in majority(control, said).labels}
        if not found & set(when.label):
            return False
    if when.agreement_below is not None and 1.0 - (disagreement(config, said) or 0.0) >= when.agreement_below:
        return False
    if when.confidence_below is not None and (sure is None or sure >= when.confidence_below):
        return False
    return when.share >= 1 or _share_draw(task.draw, to) < when.share


def _share_draw(draw: float, stage: str) -> float:
    """A uniform number in [0, 1) that belongs to the task and the stage."""
    digest = hashlib.blake2b(f"{draw!r}/{stage}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) * 2.0**-53
