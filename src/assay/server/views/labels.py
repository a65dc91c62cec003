"""Label config, guideline and policy as the pages and the client see them."""

from __future__ import annotations

from pydantic import Field

from assay.server.views.body import Incoming, JsonObject, Note, Outgoing, Xml, example
from assay.server.views.label_mapping import LabelMapping

# The label config of the examples.
TONE = (
    '<View><Text name="text" value="$text"/><Choices name="tone" toName="text" choice="single-radio">'
    '<Choice value="Positive"/><Choice value="Neutral"/><Choice value="Negative"/></Choices></View>'
)


class ValuePart(Outgoing):
    """A piece of a shown value: either text, or the path of what to show from the task's data."""

    text: str | None = None
    path: list[str | int] | None = None


class OutlineNode(Outgoing):
    """One node of the label config, ready to be drawn. Its value is the pieces, one after the other."""

    tag: str
    name: str | None = None
    value: list[ValuePart] | None = None
    attrs: dict[str, str] = Field(default_factory=dict)
    children: list[OutlineNode] = Field(default_factory=list)


class ChoiceView(Outgoing):
    """One choice. ``value`` is stored, ``label`` is shown."""

    value: str
    label: str
    alias: str | None = None
    hotkey: str | None = None
    hint: str | None = None
    background: str | None = None
    children: list[ChoiceView] = Field(default_factory=list)


class ControlView(Outgoing):
    """One control of the label config."""

    name: str
    to_name: list[str]
    type: str
    multiple: bool
    required: bool
    required_message: str | None = None
    layout: str | None = None
    nested: bool = False
    choices: list[ChoiceView] = Field(default_factory=list)


class CheckLabelConfig(Incoming):
    """A label config to be looked at, not saved."""

    model_config = example(label_config=TONE)

    label_config: Xml


class CheckedLabelConfig(Outgoing):
    """What Assay understood, for the live preview."""

    outline: OutlineNode
    controls: list[ControlView]
    data_keys: list[str]
    problems: list[str]
    sample: JsonObject


class LabelConfigView(Outgoing):
    """The label config in force."""

    version: int
    label_config: str
    outline: OutlineNode
    controls: list[ControlView]
    data_keys: list[str]
    problems: list[str]
    created_at: str
    migration: str | None = Field(default=None, description="The job that this change began, for annotations.")


class NewLabelConfig(Incoming):
    """A new version of the label config."""

    model_config = example(label_config=TONE, note="Neutral added.")

    label_config: Xml
    note: Note = ""
    mapping: LabelMapping | None = Field(default=None, description="What becomes of annotations that exist.")


class GuidelineLabel(Incoming):
    """What a label means, with examples for and against."""

    model_config = example(
        control="tone",
        label="Positive",
        definition="The writer is pleased.",
        positive=["Works like a charm."],
        negative=["It works."],
    )

    control: str
    label: str
    definition: str = ""
    positive: list[str] = Field(default_factory=list)
    negative: list[str] = Field(default_factory=list)


class GuidelineRule(Incoming):
    """A decision rule with its id."""

    model_config = example(id="R1", text="Judge the words, not what you think of the product.")

    id: str
    text: str


class GuidelineEdgeCase(Incoming):
    """An edge case and how it is decided."""

    model_config = example(id="E1", case="Praise and blame in one sentence", decision="Take the part after 'but'.")

    id: str
    case: str
    decision: str


class GuidelineDocument(Incoming):
    """A guideline: plain text throughout."""

    model_config = example(
        statement="What is the tone of this sentence?", rules=[{"id": "R1", "text": "Judge the words only."}]
    )

    statement: str = ""
    labels: list[GuidelineLabel] = Field(default_factory=list)
    rules: list[GuidelineRule] = Field(default_factory=list)
    edge_cases: list[GuidelineEdgeCase] = Field(default_factory=list)
    constraints: str = ""
    escalation: str = ""


class NewGuideline(Incoming):
    """A new version of the guideline."""

    model_config = example(document={"statement": "What is the tone of this sentence?"}, note="First wording.")

    document: GuidelineDocument
    note: Note = Field(default="", description="What changed, for the changelog.")


class GuidelineGap(Outgoing):
    """Something that a good guideline has and this one lacks."""

    field: str
    message: str


class GuidelineView(Outgoing):
    """A version of the guideline."""

    version: int
    document: GuidelineDocument
    note: str
    created_at: str
    created_by: str | None
    gaps: list[GuidelineGap]


class GuidelineVersion(Outgoing):
    """One line of the guideline's changelog."""

    version: int
    note: str
    created_at: str
    created_by: str | None


class GuidelineVersionList(Outgoing):
    """The guideline's changelog, newest first."""

    items: list[GuidelineVersion]


class TemplateView(Outgoing):
    """A template of the gallery."""

    id: str
    title: str
    description: str
    label_config: str
    sample: JsonObject
    guideline: GuidelineDocument
    controls: list[ControlView]
    outline: OutlineNode


class TemplateList(Outgoing):
    """The template gallery."""

    items: list[TemplateView]
