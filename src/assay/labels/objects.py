"""Object tags: what a task shows to be answered about. So far plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from assay.kernel.json_text import quoted
from assay.kernel.limits import NOTE_CHARACTERS
from assay.labels.references import Path, ValuePart, parse_value, paths_of
from assay.labels.tag_rules import PRESENTATION, Warns, read_name, read_text, warn_of_unknown
from assay.labels.xml_tree import Element, bad_config

_TEXT_ATTRIBUTES: Final = PRESENTATION | {"name", "value", "valuetype", "encoding"}


@dataclass(frozen=True)
class ObjectTag:
    """Something that is shown: its tag, its name, and the pieces of its value."""

    tag: str
    name: str
    value: tuple[ValuePart, ...]

    @property
    def paths(self) -> list[Path]:
        """Where in the task's data its content is."""
        return paths_of(self.value)


def read_text_tag(element: Element, context: Warns) -> ObjectTag:
    """The object of a ``<Text>`` tag. Raises BadLabelConfig."""
    name = read_name(element)
    warn_of_unknown(element, _TEXT_ATTRIBUTES, context)
    value = read_text(element, "value", NOTE_CHARACTERS)
    if value is None:
        raise bad_config(f"The text {quoted(name)} has no value.", element.line, 'Write value="$text".')
    if element.attrs.get("valuetype", "text").strip().lower() not in {"", "text"}:
        message = f"The text {quoted(name)} is to be fetched from an address, which Assay does not do."
        raise bad_config(message, element.line, "Import the text itself as task data.")
    if element.attrs.get("encoding", "none").strip().lower() not in {"", "none"}:
        message = f"The text {quoted(name)} is encoded, which Assay does not read."
        raise bad_config(message, element.line, "Import the text itself, without base64.")
    return ObjectTag("Text", name, tuple(parse_value(value, element.line)))


OBJECT_TAGS: Final[Mapping[str, Callable[[Element, Warns], ObjectTag]]] = {
    "text": read_text_tag,
}
"""How each object tag is read, by its lower-case name."""
