"""Records: the hash chain, the history of a task, and annotations that were set aside."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from assay.kernel import limits
from assay.server.views.body import Incoming, JsonObject, Outgoing, PlainText, PublicId, example
from assay.server.views.people import PersonView

AgainName = Literal["others", "anybody", "nobody"]
SourceName = Literal["web", "api", "import", "migration"]
Moment = Annotated[str, StringConstraints(min_length=4, max_length=40), PlainText]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=limits.NOTE_CHARACTERS), PlainText
]
LabelText = Annotated[str, StringConstraints(min_length=1, max_length=limits.LABEL_CHARACTERS), PlainText]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class RevertSelection(Incoming):
    """Which annotations in force: all conditions that are given hold together."""

    model_config = example(annotators=[], label="Positive")

    annotators: list[PublicId] = Field(default_factory=list, max_length=500)
    since: Moment | None = Field(default=None, description="Received at this moment or later (ISO 8601).")
    until: Moment | None = Field(default=None, description="Received at this moment or before.")
    guideline_versions: list[Version] = Field(default_factory=list, max_length=500)
    label_config_versions: list[Version] = Field(default_factory=list, max_length=500)
    flagged_rule: Annotated[str, StringConstraints(max_length=200), PlainText] | None = Field(
        default=None, description="On tasks where somebody asked about this rule of the guideline."
    )
    label: LabelText | None = None
    control: LabelText | None = Field(default=None, description="The control that names the label.")
    sources: list[SourceName] = Field(default_factory=list, max_length=4)
    import_job: PublicId | None = Field(default=None, description="That came with this import.")
    task_ids: list[Annotated[int, Field(ge=0, le=2**63 - 1)]] = Field(default_factory=list, max_length=1000)
    everything: bool = Field(default=False, description="Say so when no other condition is meant.")


class PreviewRevert(Incoming):
    """What would setting these aside do?"""

    model_config = example(selection={"label": "Positive"}, again="others")

    selection: RevertSelection
    again: AgainName = "others"


class NewRevert(Incoming):
    """Set annotations aside. The same ``id`` again is the same revert."""

    model_config = example(selection={"label": "Positive"}, again="others", reason="The rule was read in two ways.")

    id: PublicId | None = Field(default=None, description="Made by the client, so that sending twice is once.")
    selection: RevertSelection
    again: AgainName = Field(default="others", description="Who answers instead.")
    reason: Reason


class NewRestore(Incoming):
    """Take a revert back."""

    model_config = example(reason="Two of three reviewers agree with these answers.")

    reason: Reason


class LabelCount(Outgoing):
    """How many of the annotations name a label."""

    control: str
    label: str
    annotations: int


class PersonCount(Outgoing):
    """How many of the annotations are somebody's."""

    person: PersonView
    annotations: int


class RevertSample(Outgoing):
    """One of the annotations."""

    task_id: int
    person: PersonView
    answers: JsonObject
    created_at: str
    source: str


class ExportWith(Outgoing):
    """An export whose file has some of the annotations."""

    job_id: str
    filename: str
    created_at: str
    annotations: int


class RevertPreview(Outgoing):
    """What setting a selection aside would do, in numbers."""

    annotations: int
    tasks: int
    asked_again: int = Field(description="Slots that open for somebody.")
    given_up: int = Field(description="Slots that nobody will fill.")
    no_slot: int = Field(description="Annotations above what their tasks want: nothing opens for them.")
    others_active: int = Field(description="People who label here and have none of these annotations.")
    first_at: str | None
    last_at: str | None
    until: str = Field(description="Later answers are not meant; send it with the selection.")
    labels: list[LabelCount]
    people: list[PersonCount]
    people_count: int
    sample: list[RevertSample]
    exports: list[ExportWith]


class RevertView(Outgoing):
    """A revert or a restore, and how far it is."""

    id: str
    kind: Literal["revert", "restore"]
    restores: str | None = Field(description="The revert that this takes back.")
    at: str
    by: PersonView
    reason: str
    selection: JsonObject
    people: list[PersonView] = Field(description="Whom the selection names.")
    again: AgainName
    annotations: int = Field(description="Set aside, or looked at for restoring, so far.")
    effects: dict[str, int] = Field(
        description="opened, lowered, out, none; of a restore: taken, raised, kept (not restored)."
    )
    job_id: str | None
    state: Literal["waiting", "running", "done", "failed", "canceled"]
    progress: int
    total: int | None
    can_restore: bool


class RevertPage(Outgoing):
    """Reverts and restores, newest first."""

    items: list[RevertView]
    next_cursor: str | None


class CheckView(Outgoing):
    """What the last check-up found."""

    job_id: str
    at: str
    ok: bool
    fault_count: int
    faults: list[JsonObject]
    records: int
    head: str | None


class RecordsView(Outgoing):
    """The hash chain of a project. Note the head elsewhere: then nobody can take records from its end unseen."""

    links: int
    records: int = Field(description="Rows that the links cover.")
    head: str | None
    head_at: str | None
    last_check: CheckView | None


class HistoryEntry(Outgoing):
    """Something that happened to a task."""

    kind: str
    at: str
    person: PersonView | None = Field(description="Null: the policy, or an import without a person.")
    old: Any = Field(description="The answer before, when there was one.")
    new: Any = Field(description="The answer from then on, when there is one.")
    counted: bool | None
    versions: dict[str, int | None]
    details: JsonObject


class HistoryPage(Outgoing):
    """The history of a task, oldest first."""

    items: list[HistoryEntry]
    next_cursor: str | None
