"""Rules that all tags of a label config share: names, flags, texts, conditions, unknown attributes."""

from __future__ import annotations

import re
from typing import Final, Protocol

from assay.kernel.json_text import quoted
from assay.kernel.limits import NAME_CHARACTERS
from assay.labels.xml_tree import Element, bad_config

PRESENTATION: Final = frozenset({
    "style", "classname", "idattr", "size", "width", "height", "maxwidth", "minwidth", "color", "opacity",
    "fontsize", "bordered", "underline", "showalias", "aliasstyle", "selectedcolor", "granularity", "highlightcolor",
    "selectionenabled", "showlabels", "savetextresult", "hotkey",
})  # fmt: skip
"""Attributes that only change how things look; leaving them out changes no answer."""

CONDITIONS: Final = {
    name.lower(): name for name in ("visibleWhen", "whenTagName", "whenLabelValue", "whenChoiceValue", "whenRole")
}
"""Attributes that show a tag only sometimes, with their spelling."""

_CONTROL_CHARACTER: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Warns(Protocol):
    """Whatever collects warnings."""

    def warn(self, message: str) -> None: ...


def read_text(element: Element, attribute: str, most_characters: int) -> str | None:
    """The attribute as it stands, or None when it is missing or blank. Limited, no control characters."""
    text = element.attrs.get(attribute)
    if text is None or not text.strip():
        return None
    if len(text) > most_characters:
        message = f"{attribute} of <{element.tag}> is longer than {most_characters:,} characters."
        raise bad_config(message, element.line)
    if _CONTROL_CHARACTER.search(text):
        raise bad_config(
            f"{attribute} of <{element.tag}> holds a line break or another control character.", element.line
        )
    return text


def read_flag(element: Element, attribute: str, *, default: bool = False) -> bool:
    """A yes-or-no attribute: ``true``, ``yes``, ``1`` or ``false``, ``no``, ``0``."""
    written = element.attrs.get(attribute, "").strip().lower()
    if written in {"true", "yes", "1"}:
        return True
    if written in {"false", "no", "0"}:
        return False
    if not written:
        return default
    raise bad_config(f"{attribute}={quoted(written)} is neither true nor false.", element.line)


def read_name(element: Element) -> str:
    """The tag's ``name``, which it must have."""
    name = read_text(element, "name", NAME_CHARACTERS)
    if name is None:
        raise bad_config(f"<{element.tag}> has no name.", element.line, 'Give it one: name="…".')
    return name


def read_to_name(element: Element, name: str) -> tuple[str, ...]:
    """The names in ``toName``, a list with commas. That they exist is checked for the whole config."""
    names = tuple(part.strip() for part in element.attrs.get("toname", "").split(",") if part.strip())
    if not names:
        message = f"{quoted(name)} does not say what it is about."
        raise bad_config(message, element.line, 'Write toName="…" with the name of an object tag, such as a <Text>.')
    return tuple(dict.fromkeys(names))


def refuse_conditions(element: Element) -> None:
    """A control that is shown only sometimes is not offered yet; to show it always would be wrong."""
    found = next((name for name in CONDITIONS if element.attrs.get(name, "").strip()), None)
    if found is not None:
        message = (
            f"<{element.tag}> is shown only under a condition ({CONDITIONS[found]}), which Assay does not offer yet."
        )
        raise bad_config(message, element.line, "Remove the condition, or ask the question in a project of its own.")


def warn_of_unknown(element: Element, known: frozenset[str], context: Warns) -> None:
    """Say which attributes have no effect: mostly typing mistakes."""
    for attribute in sorted(element.attrs.keys() - known - CONDITIONS.keys()):
        context.warn(f"{quoted(attribute)} of <{element.tag[:40]}> is not known and has no effect.")
