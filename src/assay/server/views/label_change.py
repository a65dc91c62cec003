"""A change of the label config: the mapping of annotations, and what it would do."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from assay.server.views.body import Incoming, JsonObject, Outgoing, Xml, example
from assay.server.views.label_mapping import LabelMapping
from assay.server.views.labels import TONE


class PreviewLabelConfig(Incoming):
    """A label config to look at before it is put in force."""

    model_config = example(label_config=TONE, mapping={"labels": {}, "unmapped": "ask_again"})

    label_config: Xml
    mapping: LabelMapping | None = None


class LabelCount(Outgoing):
    """How many annotations in force give a label."""

    control: str
    label: str
    count: int


class UnmappedReason(Outgoing):
    """Why annotations cannot be mapped, and how many."""

    reason: str
    count: int


class ChangedAnswer(Outgoing):
    """An answer before and after; after is null when it cannot be mapped."""

    task_id: int | None
    before: JsonObject
    after: dict[str, Any] | None


class MappingView(Outgoing):
    """The mapping that was used: the one that was sent, or the suggested one."""

    controls: dict[str, str | None]
    labels: dict[str, dict[str, str | dict[str, Any] | None]]
    unmapped: Literal["refuse", "ask_again"]


class LabelConfigChange(Outgoing):
    """What the change would do to the annotations in force."""

    mapping: MappingView
    annotations: int
    changed: int = Field(description="Annotations that get a new row, which supersedes the old one.")
    unmapped: int = Field(description="Annotations without a place under the new label config.")
    reasons: list[UnmappedReason]
    before: list[LabelCount]
    after: list[LabelCount]
    tasks_again: int = Field(description="Tasks that would be asked again.")
    open_leases: int = Field(description="Assignments that are open; their answers are mapped when they arrive.")
    misfit: str | None = Field(description="Why tasks that exist cannot be shown; then the change is refused.")
    sample: list[ChangedAnswer]
