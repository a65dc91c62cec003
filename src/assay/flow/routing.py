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
from assay.flow.policy_rules import AdaptiveOverlap
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
    stop_below: float | None = None  # the expected error at which audits allow to stop; None: none was possible yet


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
    body = None if policy.adaptive is None or sure is None else _asks_more(policy.adaptive, task, sure)
    if body is not None:
        return Decision(ASK_MORE, 1, 0, body=body)
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


def _asks_more(adaptive: AdaptiveOverlap, task: Complete, sure: float) -> dict[str, Any] | None:
    """What asking once more rests on; None when there is no need to, or no more may be asked."""
    if task.stage > 0 or len(task.answers) >= adaptive.most:
        return None
    if is_audited(task.draw, adaptive.audit_share):
        return {"confidence": round(sure, 6), "audit": True}
    most_error = 1.0 - adaptive.confidence
    if task.stop_below is not None:
        most_error = min(most_error, task.stop_below)
    if most_error > 0 and 1.0 - sure <= most_error:
        return None
    return {"confidence": round(sure, 6), "wanted": round(1.0 - most_error, 6)}


def is_audited(draw: float, share: float) -> bool:
    """Whether a task of that draw is among the random share that goes on to the cap."""
    return share > 0 and _share_draw(draw, "\0audit") < share


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
