"""The label config: Label Studio's XML, read safely into what is shown and what may be answered.

One ``<View>`` root; names are unique; each control's ``toName`` names a tag that is shown;
``value="$key"`` reads the task's data. What Assay can show but not answer is refused; what only
decorates is left out with a sentence in ``problems``; what is unknown stays in the outline as
``Unsupported``, so that an annotator sees that something is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from assay.kernel.errors import BadInput
from assay.kernel.json_text import Json, quoted
from assay.labels.hotkeys import Hotkeys
from assay.labels.known_tags import OTHER_CONTROL_TAGS, OTHER_OBJECT_TAGS
from assay.labels.label_type import Control, LabelType
from assay.labels.label_types import LABEL_TYPES
from assay.labels.objects import OBJECT_TAGS, ObjectTag
from assay.labels.outline import LAYOUT_TAGS, OutlineNode, layout_node
from assay.labels.references import Path, paths_of, sample_data
from assay.labels.tag_rules import CONDITIONS
from assay.labels.xml_tree import Element, bad_config, parse_xml


@dataclass(frozen=True)
class LabelConfig:
    """A label config that can be used.

    ``xml`` is as it was written; ``outline`` is the JSON tree for the web; ``problems`` are warnings
    for the lead; ``shown_paths`` is everything in task data that the config shows, and
    ``object_paths`` the part of it that object tags show, which must be text.
    """

    xml: str
    controls: tuple[Control, ...]
    objects: tuple[ObjectTag, ...]
    outline: OutlineNode
    problems: tuple[str, ...]
    shown_paths: tuple[Path, ...]

    @cached_property
    def object_paths(self) -> tuple[Path, ...]:
        """Where the objects' content is in task data."""
        return tuple(dict.fromkeys(path for shown in self.objects for path in shown.paths))

    @cached_property
    def data_keys(self) -> tuple[str, ...]:
        """Top-level keys that each task's data must have, in the order of the config."""
        return tuple(dict.fromkeys(str(path[0]) for path in self.shown_paths))

    @cached_property
    def controls_by_name(self) -> dict[str, Control]:
        """The controls by their names."""
        return {control.name: control for control in self.controls}

    def control(self, name: str) -> Control:
        """The control of that name. Raises BadInput naming the controls that exist."""
        found = self.controls_by_name.get(name)
        if found is None:
            known = ", ".join(quoted(known) for known in self.controls_by_name) or "none"
            raise BadInput(f"The label config has no control {quoted(name)}; it has {known}.", field="control")
        return found

    def controls_json(self) -> list[dict[str, Json]]:
        """The controls for the web editor."""
        return [control.as_json() for control in self.controls]

    def sample_task(self) -> dict[str, Json]:
        """Data of a made-up task, for the preview."""
        return sample_data(self.shown_paths)


def label_type_of(control: Control) -> LabelType[Any]:
    """The label type that made this control."""
    return LABEL_TYPES.get(control.type)


def parse_label_config(xml: str) -> LabelConfig:
    """Read a label config. Raises BadLabelConfig with field ``label_config`` and the line where known.

    >>> config = parse_label_config('''
    ... <View>
    ...   <Text name="review" value="$text"/>
    ...   <Choices name="sentiment" toName="review" required="true">
    ...     <Choice value="Positive"/><Choice value="Negative"/>
    ...   </Choices>
    ... </View>''')
    >>> config.data_keys, config.controls[0].labels
    (('text',), ('Positive', 'Negative'))
    """
    root = parse_xml(xml)
    if root.kind != "view":
        raise bad_config(f"The outermost tag is {quoted(root.tag)}.", root.line, "Put everything inside one <View>.")
    reading = _Reading(root)
    outline = reading.node(root)
    reading.check_nothing_is_lost()
    reading.check_to_names()
    if not reading.controls:
        reading.warn("There is no control tag, so annotators have nothing to answer.")
    return LabelConfig(
        xml=xml,
        controls=tuple(reading.controls),
        objects=tuple(reading.objects),
        outline=outline,
        problems=tuple(reading.problems),
        shown_paths=tuple(dict.fromkeys(reading.paths)),
    )


@dataclass
class _Reading:
    """One walk over the tree; collects what it finds on the way."""

    root: Element
    controls: list[Control] = field(default_factory=list)
    objects: list[ObjectTag] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.unsupported: dict[str, str] = {}
        self.read: set[int] = set()
        self.types = {tag.lower(): kind for kind in LABEL_TYPES for tag in kind.card.control_tags}
        for element in self.root.walk():
            self._take_name(element)
        self.hotkeys = Hotkeys(self.root, self.warn)

    def _take_name(self, element: Element) -> None:
        name = element.attrs.get("name")
        if not name or element.kind == "choice":
            return
        if name in self.lines:
            message = f"The name {quoted(name)} is used twice, here and in line {self.lines[name]}."
            raise bad_config(message, element.line, "Give each tag its own name.")
        self.lines[name] = element.line

    def warn(self, message: str) -> None:
        self.problems[message] = None

    def node(self, element: Element) -> OutlineNode:
        """The outline of an element; what is in it is collected."""
        kind = element.kind
        self.read.add(id(element))
        if kind in self.types:
            return self._control(self.types[kind], element)
        if kind in OBJECT_TAGS:
            return self._object(element)
        if kind in OTHER_CONTROL_TAGS:
            message = f"<{element.tag}> is a control that Assay does not offer yet."
            offered = ", ".join(f"<{tag}>" for label_type in LABEL_TYPES for tag in label_type.card.control_tags)
            raise bad_config(message, element.line, f"Controls that can be used: {offered}.")
        if kind == "choice":
            raise bad_config("A <Choice> stands outside of <Choices>.", element.line)
        self._check_conditions(element)
        if kind in LAYOUT_TAGS:
            return self._layout(element)
        return self._unsupported(element)

    def _control(self, label_type: LabelType[Any], element: Element) -> OutlineNode:
        control = label_type.read_control(element, self)
        self.controls.append(control)
        return {"tag": label_type.card.control_tags[0], "name": control.name, "attrs": {}, "children": []}

    def _object(self, element: Element) -> OutlineNode:
        self._check_conditions(element)
        shown = OBJECT_TAGS[element.kind](element, self)
        self.objects.append(shown)
        self.paths.extend(shown.paths)
        return {"tag": shown.tag, "name": shown.name, "attrs": {}, "value": list(shown.value), "children": []}

    def _layout(self, element: Element) -> OutlineNode:
        node = layout_node(element, self)
        self.paths.extend(paths_of(node.get("value", [])))
        node["children"] = self._children(element)
        return node

    def _children(self, element: Element) -> list[OutlineNode]:
        """The outline of what is inside; style sheets are left out."""
        inside = []
        for child in element.children:
            if child.kind == "style":
                self.warn("Styles of the label config are left out; Assay has its own look.")
            else:
                inside.append(self.node(child))
        return inside

    def _unsupported(self, element: Element) -> OutlineNode:
        tag = element.tag[:40]
        self.warn(f"<{tag}> can't be shown yet; annotators see that something is missing there.")
        if name := element.attrs.get("name"):
            self.unsupported[name] = tag
        known_object = element.kind in OTHER_OBJECT_TAGS
        children = [] if known_object else self._children(element)
        return {"tag": "Unsupported", "name": tag, "attrs": {}, "children": children}

    def _check_conditions(self, element: Element) -> None:
        if any(element.attrs.get(name, "").strip() for name in CONDITIONS):
            if any(inside.kind in self.types for inside in element.walk()):
                message = f"<{element.tag}> shows a control only under a condition, which Assay does not offer yet."
                raise bad_config(message, element.line, "Remove the condition, or make it a project of its own.")
            self.warn(f"<{element.tag[:40]}> has a condition; it is always shown.")

    def check_nothing_is_lost(self) -> None:
        """No question hides inside a tag whose inside is not read, such as an object or another control."""
        for element in self.root.walk():
            is_control = element.kind in self.types or element.kind in OTHER_CONTROL_TAGS
            if is_control and id(element) not in self.read:
                message = f"<{element.tag}> stands inside a tag where it can't be answered."
                raise bad_config(message, element.line, "Put it beside that tag, inside a <View>.")

    def check_to_names(self) -> None:
        """Each control is about something that is shown."""
        shown = {item.name for item in self.objects}
        for control in self.controls:
            for name in control.to_name:
                if name in shown:
                    continue
                line = self.lines.get(control.name)
                if name in self.unsupported:
                    message = f"{quoted(control.name)} is about the <{self.unsupported[name]}> {quoted(name)}, "
                    raise bad_config(message + "which Assay can't show yet.", line)
                what = "is not something that is shown" if name in self.lines else "does not exist"
                message = f"{quoted(control.name)} is about {quoted(name)}, which {what}."
                listed = ", ".join(quoted(known) for known in sorted(shown)) or "no object tag at all"
                raise bad_config(message, line, f"toName must name an object tag; there is {listed}.")
