"""The label config's XML as a small tree with line numbers, read safely.

No DTD, no entities, no namespaces (so no XInclude), nothing fetched; characters, elements and depth
are limited while reading. Attribute names are compared without regard to case, as Label Studio's
editor does, so they are kept in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser, ParseError  # type: ignore[import-untyped]

from assay.kernel.errors import BadLabelConfig
from assay.kernel.json_text import quoted
from assay.kernel.limits import LABEL_CONFIG_CHARACTERS, LABEL_CONFIG_DEPTH, LABEL_CONFIG_ELEMENTS

ATTRIBUTES_PER_ELEMENT = 100


@dataclass(slots=True)
class Element:
    """One tag: its name as written, attributes by lower-case name, line (from 1), children, own text."""

    tag: str
    attrs: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def kind(self) -> str:
        """The tag's name in lower case, for comparing."""
        return self.tag.lower()

    def walk(self) -> Iterator[Element]:
        """This element and everything in it, in the order of the text."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def bad_config(message: str, line: int | None = None, action: str | None = None) -> BadLabelConfig:
    """The error to raise for a label config, with the line in front when it is known."""
    if line is None:
        return BadLabelConfig(message, field="label_config", action=action)
    return BadLabelConfig(f"Line {line}: {message}", field="label_config", action=action, details={"line": line})


def parse_xml(xml: str) -> Element:
    """The root element. Raises BadLabelConfig with the line.

    >>> parse_xml("<View><Header value='Hi'/></View>").children[0].attrs
    {'value': 'Hi'}
    """
    if len(xml) > LABEL_CONFIG_CHARACTERS:
        raise bad_config(f"The label config is longer than {LABEL_CONFIG_CHARACTERS:,} characters.")
    body = xml.lstrip("\ufeff \t\r\n")
    if not body:
        raise bad_config("The label config is empty.", action="Start with <View> and put the tags inside it.")
    first_line = xml.count("\n", 0, len(xml) - len(body))
    tree = _TreeTarget(first_line)
    parser = DefusedXMLParser(target=tree, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    tree.expat = parser.parser
    try:
        parser.feed(body)
        parser.close()
    except ParseError as fault:
        line, column = fault.position
        reason = str(fault).split(":", 1)[0]
        raise bad_config(f"This is not well-formed XML at column {column + 1}: {reason}.", first_line + line) from None
    except DefusedXmlException:
        message = "A document type (DTD) or an entity is declared; label configs may not have any."
        raise bad_config(message, tree.line, "Remove the <!DOCTYPE …> part.") from None
    except UnicodeEncodeError as fault:
        message = f"There is half of a character (a lone surrogate) at position {fault.start + 1}."
        raise bad_config(message) from None
    if tree.root is None:
        raise bad_config("The label config has no tag.")
    return tree.root


class _TreeTarget:
    """Receives the parser's events and builds the tree within the limits."""

    def __init__(self, first_line: int) -> None:
        self.root: Element | None = None
        self.expat: Any = None
        self._first_line = first_line
        self._open: list[Element] = []
        self._count = 0

    @property
    def line(self) -> int:
        return self._first_line + int(self.expat.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > LABEL_CONFIG_ELEMENTS:
            raise bad_config(f"There are more than {LABEL_CONFIG_ELEMENTS:,} tags.", self.line)
        if len(self._open) >= LABEL_CONFIG_DEPTH:
            raise bad_config(f"Tags are nested deeper than {LABEL_CONFIG_DEPTH} levels.", self.line)
        if len(attributes) > ATTRIBUTES_PER_ELEMENT:
            raise bad_config(f"A tag has more than {ATTRIBUTES_PER_ELEMENT} attributes.", self.line)
        if "}" in tag or any("}" in name for name in attributes):
            raise bad_config("XML namespaces (xmlns, XInclude) are not used in label configs.", self.line)
        element = Element(tag, self._lower_names(tag, attributes), self.line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _lower_names(self, tag: str, attributes: dict[str, str]) -> dict[str, str]:
        lowered: dict[str, str] = {}
        for name, value in attributes.items():
            if lowered.setdefault(name.lower(), value) != value:
                message = f"{quoted(tag)} has the attribute {quoted(name)} twice, with different values."
                raise bad_config(message, self.line, "Attribute names are compared without regard to case.")
        return lowered

    def end(self, _tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def close(self) -> None:
        """The parser asks for it; the tree is in ``root``."""
