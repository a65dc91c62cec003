"""The Choices tag: what it may say in a label config, and the control that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from assay.kernel.json_text import Json, quoted
from assay.kernel.limits import CHOICES_PER_CONTROL, LABEL_CHARACTERS, NOTE_CHARACTERS
from assay.labels.label_type import ReadingContext, Scale
from assay.labels.tag_rules import (
    PRESENTATION,
    read_flag,
    read_name,
    read_text,
    read_to_name,
    refuse_conditions,
    warn_of_unknown,
)
from assay.labels.xml_tree import Element, bad_config

Layout: TypeAlias = Literal["vertical", "inline", "select"]
Path: TypeAlias = tuple[str, ...]

_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_CHOICES_ATTRIBUTES: Final = PRESENTATION | {
    "name",
    "toname",
    "choice",
    "layout",
    "showinline",
    "required",
    "requiredmessage",
    "allownested",
    "value",
    "perregion",
    "peritem",
}
_CHOICE_ATTRIBUTES: Final = PRESENTATION | {
    "value",
    "alias",
    "hotkey",
    "hint",
    "background",
    "selected",
    "html",
    "color",
}


class ChoiceJson(TypedDict):
    """One choice for the web editor: ``value`` is stored, ``label`` is shown."""

    value: str
    label: str
    alias: NotRequired[str]
    hotkey: NotRequired[str]
    hint: NotRequired[str]
    background: NotRequired[str]
    children: NotRequired[list[ChoiceJson]]


class ChoicesJson(TypedDict):
    """A Choices control for the web editor. ``nested``: answers are paths, not values."""

    name: str
    to_name: list[str]
    type: Literal["choices"]
    multiple: bool
    required: bool
    required_message: NotRequired[str]
    layout: Layout
    nested: bool
    choices: list[ChoiceJson]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. ``value`` is what is stored, ``label`` what is shown."""

    value: str
    label: str
    alias: str | None = None
    hotkey: str | None = None
    hint: str | None = None
    background: str | None = None
    children: tuple[Choice, ...] = ()

    def as_json(self) -> ChoiceJson:
        """For the web editor, without what is not there."""
        shown: ChoiceJson = {"value": self.value, "label": self.label}
        if self.alias is not None:
            shown["alias"] = self.alias
        if self.hotkey is not None:
            shown["hotkey"] = self.hotkey
        if self.hint is not None:
            shown["hint"] = self.hint
        if self.background is not None:
            shown["background"] = self.background
        if self.children:
            shown["children"] = [child.as_json() for child in self.children]
        return shown

    def paths(self, above: Path = ()) -> Iterator[tuple[Path, bool]]:
        """The paths of this choice and of all under it, each with whether it is a leaf."""
        here = (*above, self.value)
        yield here, not self.children
        for child in self.children:
            yield from child.paths(here)


@dataclass(frozen=True)
class ChoicesControl:
    """A Choices tag: its choices, and whether one or several may be chosen."""

    type: ClassVar[Literal["choices"]] = "choices"

    name: str
    to_name: tuple[str, ...]
    multiple: bool
    required: bool
    choices: tuple[Choice, ...]
    nested: bool = False
    layout: Layout = "vertical"
    required_message: str | None = None
    ranks: Mapping[Path, int] = field(init=False, repr=False, compare=False)
    """Each leaf's path and its place in the config: the order of answers."""
    parents: Mapping[Path, frozenset[Path]] = field(init=False, repr=False, compare=False)
    """Each path that is not a leaf, with the leaves under it."""

    def __post_init__(self) -> None:
        every = [step for choice in self.choices for step in choice.paths()]
        leaves = [path for path, is_leaf in every if is_leaf]
        parents = {
            path: frozenset(leaf for leaf in leaves if leaf[: len(path)] == path)
            for path, is_leaf in every
            if not is_leaf
        }
        object.__setattr__(self, "ranks", {path: rank for rank, path in enumerate(leaves)})
        object.__setattr__(self, "parents", parents)

    @property
    def scale(self) -> Scale:
        """Several choices make a set; one choice is a name."""
        return "set" if self.multiple else "nominal"

    @property
    def labels(self) -> tuple[str, ...]:
        """The stored values; for nested choices the leaves, as ``Animals / Cat``."""
        return tuple(" / ".join(path) for path in self.ranks)

    def as_json(self) -> dict[str, Json]:
        """A :class:`ChoicesJson`."""
        shown: ChoicesJson = {
            "name": self.name,
            "to_name": list(self.to_name),
            "type": "choices",
            "multiple": self.multiple,
            "required": self.required,
            "layout": self.layout,
            "nested": self.nested,
            "choices": [choice.as_json() for choice in self.choices],
        }
        if self.required_message is not None:
            shown["required_message"] = self.required_message
        return dict(shown)


def read_choices_tag(element: Element, context: ReadingContext) -> ChoicesControl:
    """The control of a ``<Choices>`` tag. Raises BadLabelConfig with the line."""
    name = read_name(element)
    _refuse_what_is_not_offered(element, name)
    warn_of_unknown(element, _CHOICES_ATTRIBUTES, context)
    nested = read_flag(element, "allownested")
    tags = _choice_tags(element, context)
    if not tags:
        raise bad_config(f"{quoted(name)} has no choices.", element.line, 'Put <Choice value="…"/> tags inside it.')
    count = sum(1 for tag in element.walk() if tag.kind == "choice")
    if count > CHOICES_PER_CONTROL:
        raise bad_config(f"{quoted(name)} has more than {CHOICES_PER_CONTROL:,} choices.", element.line)
    control = ChoicesControl(
        name=name,
        to_name=read_to_name(element, name),
        multiple=_read_multiple(element, name),
        required=read_flag(element, "required"),
        choices=_read_choices(tags, context, nested=nested),
        nested=nested,
        layout=_read_layout(element, context),
        required_message=read_text(element, "requiredmessage", NOTE_CHARACTERS),
    )
    if len(set(control.labels)) != len(control.labels):
        raise bad_config(f'Two choices of {quoted(name)} read the same when joined by " / ".', element.line)
    return control


def _refuse_what_is_not_offered(element: Element, name: str) -> None:
    refuse_conditions(element)
    if element.attrs.get("value"):
        message = f"{quoted(name)} takes its choices from the task's data, which Assay does not offer yet."
        raise bad_config(message, element.line, "Write the choices as <Choice> tags.")
    for attribute, what in (("perregion", "each region"), ("peritem", "each item of a list")):
        if read_flag(element, attribute):
            message = f"{quoted(name)} is answered for {what}, which Assay does not offer yet."
            raise bad_config(message, element.line, "Ask about the whole task.")


def _read_multiple(element: Element, name: str) -> bool:
    written = element.attrs.get("choice", "single").strip().lower()
    if written not in {"single", "single-radio", "multiple"}:
        message = f"choice={quoted(written)} of {quoted(name)} is not known."
        raise bad_config(message, element.line, 'Use "single", "single-radio" or "multiple".')
    return written == "multiple"


def _read_layout(element: Element, context: ReadingContext) -> Layout:
    written = element.attrs.get("layout", "").strip().lower()
    match written:
        case "inline" | "select" | "vertical":
            return written
        case "":
            return "inline" if read_flag(element, "showinline") else "vertical"
    context.warn(f"The layout {quoted(written)} is not known; the choices are shown under each other.")
    return "vertical"


def _choice_tags(element: Element, context: ReadingContext) -> list[Element]:
    """The Choice tags directly in it; a View around some of them is only layout."""
    found: list[Element] = []
    for child in element.children:
        if child.kind == "choice":
            found.append(child)
        elif child.kind == "view":
            refuse_conditions(child)
            found.extend(_choice_tags(child, context))
        else:
            context.warn(f"<{child.tag[:40]}> inside <{element.tag[:40]}> is not shown.")
    return found


def _read_choices(tags: list[Element], context: ReadingContext, *, nested: bool) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    lines: dict[str, int] = {}
    for tag in tags:
        choice = _read_choice(tag, context, nested=nested)
        if choice.value in lines:
            message = f"{quoted(choice.value)} is stored by two choices, here and in line {lines[choice.value]}."
            raise bad_config(message, tag.line, "Give each its own value or alias.")
        lines[choice.value] = tag.line
        choices.append(choice)
    if len({choice.label for choice in choices}) < len(choices):
        context.warn("Two choices look the same to an annotator: only their aliases differ.")
    return tuple(choices)


def _read_choice(tag: Element, context: ReadingContext, *, nested: bool) -> Choice:
    warn_of_unknown(tag, _CHOICE_ATTRIBUTES, context)
    label = read_text(tag, "value", LABEL_CHARACTERS)
    if label is None:
        raise bad_config("A <Choice> has no value.", tag.line, 'Write <Choice value="…"/>.')
    if read_flag(tag, "selected"):
        context.warn("selected is left out: an answer that is already chosen biases annotators.")
    if tag.attrs.get("html"):
        context.warn("html of a Choice is left out: labels are shown as plain text.")
    alias = read_text(tag, "alias", LABEL_CHARACTERS)
    hotkey = context.hotkeys.take(tag) if not _choice_children(tag) else None
    return Choice(
        value=label if alias is None else alias,
        label=label,
        alias=alias,
        hotkey=hotkey,
        hint=read_text(tag, "hint", NOTE_CHARACTERS),
        background=_read_color(tag, context),
        children=_read_children(tag, context, nested=nested),
    )


def _choice_children(tag: Element) -> bool:
    return any(child.kind == "choice" for child in tag.walk() if child is not tag)


def _read_children(tag: Element, context: ReadingContext, *, nested: bool) -> tuple[Choice, ...]:
    tags = _choice_tags(tag, context)
    if tags and not nested:
        message = "A <Choice> holds other choices, and its <Choices> does not say that it may."
        raise bad_config(message, tag.line, 'Write <Choices … allowNested="true">.')
    return _read_choices(tags, context, nested=nested)


def _read_color(tag: Element, context: ReadingContext) -> str | None:
    written = tag.attrs.get("background", "").strip()
    if not written:
        return None
    if _COLOR.fullmatch(written):
        return written.lower()
    context.warn(f"The background {quoted(written)} is left out: colors are written as #rrggbb.")
    return None
