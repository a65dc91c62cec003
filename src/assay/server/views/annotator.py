"""What an annotator's client receives. An allow-list of its own, made so that no check can be computed from it.

There is no task id, no order, no count of what is left, no creation time of a task, no target, no other
person's answer, and of a task's data only what the label config shows.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from assay.server.views.body import Incoming, JsonObject, Note, Outgoing, ShortText, example
from assay.server.views.labels import ControlView, GuidelineDocument, OutlineNode


class WorkbenchProject(Outgoing):
    """The project as its annotators see it."""

    id: str
    title: str
    state: str


class WorkbenchLabelConfig(Outgoing):
    """What is shown and what may be answered."""

    version: int
    outline: OutlineNode
    controls: list[ControlView]


class WorkbenchGuideline(Outgoing):
    """The guideline in force."""

    version: int
    document: GuidelineDocument


class SkipReason(Outgoing):
    """A reason that can be given for a skip."""

    id: str
    title: str


class WorkbenchSettings(Outgoing):
    """The settings of the labeling page."""

    undo_seconds: int = Field(description="For so long the last submission can be brought back.")
    ask_confidence: bool
    skip_reasons: list[SkipReason]
    hold: int = Field(description="How many assignments to hold at once, so that the next one is already there.")


class OwnProgress(Outgoing):
    """One's own work."""

    today: int
    total: int


class Workbench(Outgoing):
    """Everything of a project that the labeling page needs, but the tasks."""

    project: WorkbenchProject
    label_config: WorkbenchLabelConfig
    guideline: WorkbenchGuideline
    settings: WorkbenchSettings
    progress: OwnProgress
    notice: str | None


class AskNext(Incoming):
    """Ask for work. Open assignments come first, so a refresh never burns a task."""

    model_config = example(count=3)

    count: int = Field(default=1, ge=1, le=10)
    leave_out: list[str] = Field(
        default_factory=list, max_length=50, description="Assignments already answered, with the answer on its way."
    )


class AssignmentView(Outgoing):
    """One task to label, under a random name."""

    id: str
    data: JsonObject
    lease_seconds: int
    label_config_version: int


class NothingLeft(Outgoing):
    """Why there is nothing to do now, and whom to ask."""

    code: str
    message: str


class Offer(Outgoing):
    """The open assignments of this annotator in this project."""

    assignments: list[AssignmentView]
    empty: NothingLeft | None
    progress: OwnProgress
    break_due: bool = Field(default=False, description="The project asks for a break after so long a time of work.")


class Submit(Incoming):
    """An answer. The client makes the submission id, stores it, then sends; sending twice is harmless."""

    model_config = example(
        submission_id="6a0f3d5e-8c1b-4f27-9d1e-2b7c5a9e4f10",
        result=[
            {"from_name": "tone", "to_name": "text", "type": "choices", "value": {"choices": ["Positive"]}},
        ],
        seconds=4.2,
    )

    submission_id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    result: list[Any] = Field(description="Label Studio's result array.")
    confidence: float | None = Field(default=None, ge=0, le=1)
    seconds: float | None = Field(default=None, ge=0, le=86_400, description="Active seconds spent on the task.")
    supersedes: str | None = Field(
        default=None, max_length=64, description="The submission id that this one corrects (undo)."
    )


class Receipt(Outgoing):
    """What became of a submission. Once this is received, the answer is on disk."""

    submission_id: str
    counted: bool
    undo_until: str | None
    message: str | None = None


class Skip(Incoming):
    """Give a task back with a reason."""

    model_config = example(reason="unclear", note="Is this irony?")

    reason: str = Field(min_length=1, max_length=40)
    note: Note = ""


class RaiseFlag(Incoming):
    """Say that the guideline does not settle this task."""

    model_config = example(note="The guideline does not say how to treat irony.", rule="R1")

    note: Note = Field(min_length=1)
    rule: ShortText | None = Field(default=None, description="Id of the rule that does not settle it.")


class Done(Outgoing):
    """It is recorded."""

    ok: bool = True


class RecentSubmission(Outgoing):
    """One of one's own last submissions."""

    assignment_id: str
    submission_id: str
    data: JsonObject
    result: list[Any]
    confidence: float | None
    created_at: str
    undo_until: str | None


class RecentList(Outgoing):
    """One's own last submissions, newest first."""

    items: list[RecentSubmission]


class OwnProject(Outgoing):
    """A project in an annotator's list: own numbers only."""

    id: str
    title: str
    description: str
    state: str
    notice: str | None
    progress: OwnProgress


class OwnProjectList(Outgoing):
    """One's own projects."""

    items: list[OwnProject]
