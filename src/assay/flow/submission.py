"""Assignment → submission: an answer arrives. It is kept in every case, and it counts once.

=====================  ==========================================================================
the assignment is      what happens
=====================  ==========================================================================
leased                 the answer counts, also when the lease lapsed but the slot is still held
expired or skipped     it counts when a slot of the task is still free; else it is kept as *late*,
                       shown to the lead and never counted
submitted              same submission id and body: the same receipt again. Same id, another body:
                       a conflict. Another id: a conflict, unless it says which one it supersedes
set aside              as submitted, but a correction is kept beside what it corrects and does not count
=====================  ==========================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from assay.flow.assignment import State
from assay.flow.measuring import disagreement
from assay.flow.policy import Policy
from assay.flow.routing import Complete, Decision, route
from assay.kernel.clock import SECOND
from assay.kernel.errors import Conflict, NotFound
from assay.kernel.json_text import check_json
from assay.labels.label_config import LabelConfig
from assay.labels.result import canonical, read_result

_CLOCK_SLACK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client sends."""

    submission_id: str
    result: list[Any]
    confidence: float | None = None
    seconds: float | None = None
    supersedes: str | None = None
    source: str = "web"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An annotation that exists already."""

    id: int
    assignment_id: int
    submission_id: str
    fingerprint: str
    created_at: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment with its task, locked for this transaction."""

    assignment_id: int
    task_id: int
    project_id: int
    annotator_id: int
    state: State
    leased_at: int
    need: int
    target: int
    done: int
    label_config: LabelConfig
    label_config_version: int
    guideline_version: int
    policy_version: int
    policy: Policy
    policy_now: Policy  # in force today, whatever it was when the task was handed out
    policy_version_now: int
    in_force: Earlier | None


@dataclass(frozen=True, slots=True)
class NewAnnotation:
    """An annotation about to be written."""

    uid: str
    held: Held
    submission: Submission
    answers: str
    fingerprint: str
    counted: bool
    supersedes: int | None
    wall_seconds: float
    now: int


class SubmissionRecords(Protocol):
    """What this stage needs of the records."""

    def assignment_for_update(self, assignment_uid: str, annotator_id: int) -> Held | None:
        """The assignment of this person, locked with its task."""

    def submission(self, annotator_id: int, submission_id: str) -> Earlier | None:
        """What this person sent under that id before."""

    def take_slot_again(self, held: Held, now: int) -> bool:
        """Win back a slot that the lease had lost; False when none is free for this person."""

    def other_answers(self, held: Held) -> Sequence[str]:
        """Canonical answers of the counted annotations in force of the task, without this assignment's."""

    def complete(self, held: Held, answers: str) -> Complete:
        """The task with all its counted answers in force, the new one among them."""

    def write(
        self, annotation: NewAnnotation, state: State, task_disagreement: float | None, decision: Decision | None
    ) -> None:
        """Append the annotation, close the assignment with it, count, and carry the decision out."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a submission."""

    submission_id: str
    counted: bool
    undo_until: int | None
    message: str | None = None


_LATE = "This task had gone to somebody else meanwhile. Your answer is kept and shown to the lead; it does not count."

_ASIDE = "The lead has set this answer aside meanwhile. Your correction is kept with it; it does not count."


def fingerprint(submission: Submission) -> str:
    """A digest of what was said: two sendings of one submission have the same one. For results that are JSON."""
    said = (submission.result, submission.confidence, submission.supersedes)
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def submit(
    records: SubmissionRecords,
    assignment_uid: str,
    annotator_id: int,
    submission: Submission,
    *,
    now: int,
    new_id: Callable[[], str],
) -> Receipt:
    """Keep an answer. Raises NotFound, BadInput (the answer does not fit the label config) or Conflict."""
    held = records.assignment_for_update(assignment_uid, annotator_id)
    if held is None:
        raise NotFound("There is no such assignment.", action="Reload the page; your answer is kept in the browser.")
    check_json(submission.result, "result")
    mark = fingerprint(submission)
    earlier = records.submission(annotator_id, submission.submission_id)
    if earlier is not None:
        return _same_again(held, earlier, mark)
    answers = canonical(read_result(held.label_config, submission.result))
    supersedes = _superseded(held, submission, now)
    counted = _counts(records, held, now)
    measured = None
    if counted and held.done + (held.in_force is None) > 1:
        measured = disagreement(held.label_config, [*records.other_answers(held), answers])
    annotation = NewAnnotation(
        uid=new_id(),
        held=held,
        submission=_bounded(submission, held, now),
        answers=answers,
        fingerprint=mark,
        counted=counted,
        supersedes=supersedes,
        wall_seconds=max(0.0, (now - held.leased_at) / SECOND),
        now=now,
    )
    decision = _decision(records, held, answers) if counted else None
    records.write(annotation, State.SUBMITTED if counted else _uncounted(held), measured, decision)
    return Receipt(submission.submission_id, counted, _undo_until(held, now), None if counted else _why_not(held))


_SET_ASIDE = (State.REVERTED, State.REOPENED)


def _uncounted(held: Held) -> State:
    return held.state if held.state in _SET_ASIDE else State.LATE


def _why_not(held: Held) -> str:
    return _ASIDE if held.state in _SET_ASIDE else _LATE


def _same_again(held: Held, earlier: Earlier, mark: str) -> Receipt:
    if earlier.assignment_id != held.assignment_id or earlier.fingerprint != mark:
        raise Conflict(
            "Another answer was already saved under this submission id; that one stays.",
            code="submission_differs",
            action="Send the new answer under a new submission id.",
            details={"saved": earlier.fingerprint[:16], "sent": mark[:16]},
        )
    message = None if earlier.counted else _why_not(held)
    return Receipt(earlier.submission_id, earlier.counted, _undo_until(held, earlier.created_at), message)


def _superseded(held: Held, submission: Submission, now: int) -> int | None:
    """The annotation that this one corrects. Raises Conflict where a correction is not to be had."""
    in_force = held.in_force
    if in_force is None:
        if submission.supersedes is not None:
            raise Conflict("There is no earlier answer to correct.", code="nothing_to_supersede")
        return None
    if submission.supersedes is None:
        raise Conflict(
            "This task already has your answer; that one stays.",
            code="already_submitted",
            action="To correct it, undo it first (the correction names the answer it supersedes).",
            details={"submission_id": in_force.submission_id},
        )
    if submission.supersedes != in_force.submission_id:
        raise Conflict(
            "Your answer was corrected elsewhere meanwhile; the latest one stays.",
            code="superseded_elsewhere",
            action="Reload to see the answer in force, then correct that one.",
            details={"submission_id": in_force.submission_id},
        )
    if now > _undo_until(held, in_force.created_at):
        raise Conflict(
            "The time for corrections is over; your earlier answer stays.",
            code="undo_is_over",
            action="Tell the lead, who can open the task again.",
        )
    return in_force.id


def _counts(records: SubmissionRecords, held: Held, now: int) -> bool:
    if held.state in (State.LEASED, State.SUBMITTED):
        return True
    if held.state == State.LATE or held.state in _SET_ASIDE:
        return False
    return records.take_slot_again(held, now)


def _decision(records: SubmissionRecords, held: Held, answers: str) -> Decision | None:
    """What the policy in force makes of the task, when this answer is the last that was asked for (or corrects one)."""
    policy = held.policy_now
    if policy.adaptive is None and not policy.stages:
        return None
    new = held.in_force is None
    if held.done + new < held.target:
        return None
    return route(policy, held.label_config, records.complete(held, answers))


def _undo_until(held: Held, created_at: int) -> int:
    return created_at + held.policy.undo_seconds * SECOND


def _bounded(submission: Submission, held: Held, now: int) -> Submission:
    """A client's stopwatch is not trusted beyond the time that really passed."""
    if submission.seconds is None:
        return submission
    passed = max(0.0, (now - held.leased_at) / SECOND) + _CLOCK_SLACK_SECONDS
    if submission.seconds <= passed:
        return submission
    return Submission(
        submission.submission_id,
        submission.result,
        submission.confidence,
        passed,
        submission.supersedes,
        submission.source,
    )
