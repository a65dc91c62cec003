"""The policy of a project: its versions, presets, and what a change of it would do."""

from __future__ import annotations

from pydantic import Field

from assay.flow.policy import Policy
from assay.server.views.body import Incoming, Note, Outgoing, example


class NewPolicy(Incoming):
    """A new version of the policy."""

    model_config = example(
        document={"annotations_per_task": 3, "overlap_share": 0.2}, note="A fifth of the tasks three times."
    )

    document: Policy
    note: Note = ""


class PreviewPolicy(Incoming):
    """Ask what a policy would do. Nothing is changed."""

    model_config = example(document={"annotations_per_task": 2})

    document: Policy


class PolicyWarning(Outgoing):
    """Something that this policy cannot reach as things are, with the numbers."""

    code: str
    field: str
    message: str


class PolicyView(Outgoing):
    """A version of the policy."""

    version: int
    document: Policy
    note: str
    created_at: str
    created_by: str | None
    job: str | None = Field(default=None, description="The job that brings the tasks under it, right after a change.")


class PolicyVersion(Outgoing):
    """A line of the policy's changelog."""

    version: int
    note: str
    created_at: str
    created_by: str | None


class PolicyVersionList(Outgoing):
    """All versions, newest first."""

    items: list[PolicyVersion]


class Range(Outgoing):
    """From at least to at most; the same when nothing depends on the answers."""

    least: int
    most: int


class Effect(Outgoing):
    """What is still to be done under one policy."""

    annotations: Range = Field(description="Annotations to come.")
    open_tasks: int = Field(description="Tasks that want at least one more.")
    per_person: Range | None = Field(description="Annotations for each person who labels; null without anybody.")
    cost: list[float] | None = Field(description="[least, most], by the price of an annotation; null without a price.")
    days: Range | None = Field(description="By the cap of a person and day; null without such a cap.")


class TargetCount(Outgoing):
    """How many tasks get so many annotations."""

    target: int
    queue: str
    tasks: int


class PolicyPreview(Outgoing):
    """What a change of the policy would do to the tasks that are there."""

    tasks: int
    people: int
    now: Effect
    then: Effect
    targets: list[TargetCount]
    tasks_changed: int = Field(description="Tasks whose number of annotations or queue changes.")
    beyond: int = Field(description="Annotations that are there already and more than this policy asks for; all stay.")
    based_on: int = Field(description="Tasks that were looked at; fewer than all in a large project.")
    warnings: list[PolicyWarning]


class PresetView(Outgoing):
    """A policy to begin with."""

    id: str
    title: str
    description: str
    document: Policy


class PresetList(Outgoing):
    """Policies to begin with."""

    items: list[PresetView]
