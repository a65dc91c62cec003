"""The outline: the label config as a JSON tree for the web, of known tags and allowed attributes only.

Everything in it is plain text and is to be shown as text. A node's ``tag`` is one of the layout tags
here, an object tag (``Text``), a control tag (``Choices``; look it up by ``name`` among the
controls), or ``Unsupported``, whose ``name`` is the tag that can't be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NotRequired

from typing_extensions import TypedDict

from assay.kernel.limits import NOTE_CHARACTERS
from assay.labels.references import ValuePart, parse_value
from assay.labels.tag_rules import PRESENTATION, Warns, read_text, warn_of_unknown
from assay.labels.xml_tree import Element, bad_config


class OutlineNode(TypedDict):
    """One tag. ``value`` are the pieces to show one after the other; ``attrs`` are spelled as in Label Studio."""

    tag: str
    name: NotRequired[str]
    attrs: dict[str, str]
    value: NotRequired[list[ValuePart]]
    children: list[OutlineNode]


@dataclass(frozen=True, slots=True)
class LayoutTag:
    """A tag that arranges or tells: its spelling, the values allowed in each attribute, what it shows."""

    tag: str
    attrs: Mapping[str, tuple[str, ...]]
    """By the attribute's spelling in Label Studio: the values that are passed on."""
    shows: Literal["nothing", "value", "value or body"] = "nothing"
    """Where its text is written; a tag that may show its body has to show something."""


_FLAGS: Final = ("true", "false")

LAYOUT_TAGS: Final[Mapping[str, LayoutTag]] = {
    "view": LayoutTag("View", {"display": ("block", "inline")}),
    "header": LayoutTag("Header", {"size": ("1", "2", "3", "4", "5", "6"), "underline": _FLAGS}, "value or body"),
    "markdown": LayoutTag("Markdown", {}, "value or body"),
    "collapse": LayoutTag("Collapse", {"accordion": _FLAGS, "bordered": _FLAGS, "open": _FLAGS}),
    "panel": LayoutTag("Panel", {"open": _FLAGS}, "value"),
}
"""By lower-case name. Style is left out with a warning, as pages run under a strict content policy."""

_NEVER_WARNED: Final = PRESENTATION | {"name", "value"}


def layout_node(element: Element, context: Warns) -> OutlineNode:
    """The node of a layout tag, without its children. Raises BadLabelConfig."""
    rules = LAYOUT_TAGS[element.kind]
    warn_of_unknown(element, _NEVER_WARNED | {name.lower() for name in rules.attrs}, context)
    if element.attrs.get("style", "").strip():
        context.warn("Styles of the label config are left out; Assay has its own look.")
    node: OutlineNode = {"tag": rules.tag, "attrs": _allowed(element, rules), "children": []}
    if rules.shows != "nothing":
        shown = read_text(element, "value", NOTE_CHARACTERS)
        if rules.shows == "value or body":
            shown = shown or element.text.strip()[:NOTE_CHARACTERS]
            if not shown:
                raise bad_config(f"<{element.tag}> has no value.", element.line, 'Write value="…".')
        if shown is not None:
            node["value"] = list(parse_value(shown, element.line))
    return node


def _allowed(element: Element, rules: LayoutTag) -> dict[str, str]:
    found = {}
    for name, values in rules.attrs.items():
        written = element.attrs.get(name.lower(), "").strip().lower()
        if written in values:
            found[name] = written
    return found
