"""Projects, their people, tasks and jobs, as reviewers, leads and owners see them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from assay.flow.policy import Policy
from assay.server.views.body import Description, Incoming, JsonObject, Outgoing, PublicId, Title, Xml, example
from assay.server.views.labels import TONE, GuidelineDocument
from assay.server.views.people import PersonView, Role

ProjectState = Literal["open", "paused", "archived"]


class NewProject(Incoming):
    """Create a project."""

    model_config = example(title="Product reviews", label_config=TONE, policy={"annotations_per_task": 3})

    title: Title
    description: Description = ""
    notice: Description | None = Field(default=None, description="A sentence shown on the project's pages.")
    label_config: Xml
    guideline: GuidelineDocument | None = None
    policy: Policy | None = None


class ChangeProject(Incoming):
    """Change a project. Archiving hides it and keeps everything; it can be opened again."""

    model_config = example(state="paused")

    title: Title | None = None
    description: Description | None = None
    state: ProjectState | None = None


class ProjectView(Outgoing):
    """A project with its progress."""

    id: str
    title: str
    description: str
    notice: str | None
    state: ProjectState
    label_config_version: int
    guideline_version: int
    policy_version: int
    task_count: int
    done_count: int = Field(description="Tasks that have all the annotations they are to get.")
    annotation_count: int = Field(description="Annotations that count.")
    annotator_count: int
    can_annotate: bool
    created_at: str


class ProjectList(Outgoing):
    """A page of projects, newest first."""

    items: list[ProjectView]
    next_cursor: str | None = None


class SeatView(Outgoing):
    """A person of a project with own counters."""

    person: PersonView
    role: Role
    active: bool
    submitted: int
    skipped: int
    flags: int
    median_seconds: float | None = Field(description="Of the last 200 answers; null without any time.")


class SeatList(Outgoing):
    """The people of a project."""

    items: list[SeatView]


class AddTasks(Incoming):
    """Tasks by API, at most 1,000 a call; larger sets go through an import."""

    model_config = example(
        tasks=[{"data": {"text": "Works like a charm."}, "id": "review-1"}, {"text": "It broke within a week."}]
    )

    tasks: list[JsonObject] = Field(min_length=1, max_length=1000)


class RefusedRowView(Outgoing):
    """A row that could not be taken."""

    line: int
    field: str
    reason: str


class AddedTasks(Outgoing):
    """What became of them. With any row refused, nothing is added."""

    task_ids: list[int]


class ValueCount(Outgoing):
    """How many gave a label."""

    control: str
    label: str
    count: int


class Majority(Outgoing):
    """The majority label of one control: null when tied or without annotations."""

    control: str
    label: str | None
    share: float | None
    tied: list[str] = Field(default_factory=list)


class TaskRow(Outgoing):
    """A task in the table."""

    id: int
    key: str | None
    data: JsonObject
    state: Literal["waiting", "started", "done", "out"] = Field(description="out: taken out of the queue.")
    target: int
    annotation_count: int
    disagreement: float | None = Field(description="Share of disagreeing pairs; null below two annotations.")
    majority: list[Majority]
    counts: list[ValueCount]


class TaskPage(Outgoing):
    """A page of tasks (keyset paging)."""

    items: list[TaskRow]
    next_cursor: str | None
    total: int | None = Field(description="Tasks in the project, without filters.")
    searched: int | None = Field(
        default=None, description="Tasks that a filter has looked at so far, this page included; null without a filter."
    )


class AnnotationView(Outgoing):
    """One annotation with its provenance."""

    id: str
    annotator: PersonView
    result: list[Any]
    answers: JsonObject
    confidence: float | None
    seconds: float | None
    created_at: str
    made_at: str | None
    source: str
    counted: bool
    in_force: bool = Field(description="False when it was superseded or came too late to count.")
    supersedes: str | None
    label_config_version: int
    guideline_version: int | None
    policy_version: int | None


class TaskFlag(Outgoing):
    """A question about the guideline, raised on a task."""

    id: str
    task_id: int
    person: PersonView
    note: str
    rule: str | None
    guideline_version: int
    created_at: str


class TaskFlagList(Outgoing):
    """Questions about the guideline, newest first."""

    items: list[TaskFlag]
    next_cursor: str | None = None


class TaskSkip(Outgoing):
    """A skip with its reason."""

    person: PersonView
    reason: str
    note: str
    created_at: str


class TaskView(TaskRow):
    """One task with everything that was said of it, side by side."""

    created_at: str
    line: int | None
    annotations: list[AnnotationView]
    flags: list[TaskFlag]
    skips: list[TaskSkip]
    being_labeled_by: list[PersonView]


class JobView(Outgoing):
    """A background job with its progress."""

    id: str
    kind: Literal["import", "export", "retarget", "migration", "revert", "restore", "check"]
    state: Literal["waiting", "running", "done", "failed", "canceled"]
    step: str
    progress: int
    total: int | None
    outcome: JsonObject | None = Field(description="What it did: rows, tasks, annotations, refused, file name.")
    problem: JsonObject | None
    arguments: JsonObject
    created_at: str
    finished_at: str | None


class JobList(Outgoing):
    """Jobs, newest first."""

    items: list[JobView]


class RefusedRowPage(Outgoing):
    """The refused rows of an import, by line."""

    items: list[RefusedRowView]
    next_cursor: str | None
    total: int


class NewExport(Incoming):
    """Ask for a file."""

    model_config = example(format="jsonl", only="annotated")

    format: str = Field(default="jsonl", max_length=40)
    only: Literal["all", "annotated"] = "all"
    raw: bool = Field(default=False, description="CSV without formula escaping: only for programs.")
    state: Literal["waiting", "started", "done"] | None = None
    disagreeing: bool = Field(default=False, description="Only tasks whose annotations differ.")
    label: str | None = Field(default=None, max_length=500)
    annotator: str | None = Field(default=None, max_length=64)
    q: str | None = Field(default=None, max_length=500, description="Text in the data, or the exact id of the file.")
    stratum: str | None = Field(default=None, max_length=200)
    as_of: str | None = Field(
        default=None,
        max_length=40,
        description="What was in force at this moment (ISO 8601) instead of now; not with state or disagreeing.",
    )


class FormatView(Outgoing):
    """A file format and what it loses."""

    id: str
    title: str
    extension: str
    reads: bool
    writes: bool
    lossless: bool
    drops: list[str]


class FormatList(Outgoing):
    """The file formats."""

    items: list[FormatView]


class SetSeat(Incoming):
    """Let a person label in the project, or end that."""

    model_config = example(active=False)

    active: bool = True


class AddSeats(Incoming):
    """Let people label in the project."""

    model_config = example(person_ids=["bqx7c2wmzk4ydhn5tfoaij3ruv"])

    person_ids: list[PublicId] = Field(min_length=1, max_length=500)
