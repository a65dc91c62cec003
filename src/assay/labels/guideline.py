"""The guideline document: what each label means, and how the hard cases are decided.

Plain text throughout; nothing in it is ever HTML. The document is JSON and belongs to one label
config: it has one entry for each label of each control, in the order of the config.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from typing_extensions import TypedDict

from assay.kernel.errors import BadInput, TooLarge
from assay.kernel.json_text import Json, check_json, quoted, write_json
from assay.kernel.limits import GUIDELINE_BYTES, NOTE_CHARACTERS
from assay.labels.label_config import LabelConfig

STATEMENT_CHARACTERS: Final = 20_000
EXAMPLES_PER_LABEL: Final = 100
RULES: Final = 500

_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,19}")
_CONTROL_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class LabelGuide(TypedDict):
    """What one label of one control means, with texts that have it and texts that look alike and have not."""

    control: str
    label: str
    definition: str
    positive: list[str]
    negative: list[str]


class Rule(TypedDict):
    """A decision rule; annotators and reviewers refer to its id."""

    id: str
    text: str


class EdgeCase(TypedDict):
    """A hard case and how it is decided."""

    id: str
    case: str
    decision: str


class Guideline(TypedDict):
    """The whole document: ``statement`` is the question, ``constraints`` what every answer must keep to,
    ``escalation`` what to do when no rule decides."""

    statement: str
    labels: list[LabelGuide]
    rules: list[Rule]
    edge_cases: list[EdgeCase]
    constraints: str
    escalation: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a guideline should say and does not: where, and in a sentence."""

    field: str
    message: str


def empty_guideline(config: LabelConfig) -> Guideline:
    """A document with an empty entry for each label: the form to fill in."""
    labels = [_empty_label(control.name, label) for control in config.controls for label in control.labels]
    return {
        "statement": "",
        "labels": labels,
        "rules": [],
        "edge_cases": [],
        "constraints": "",
        "escalation": "",
    }


def read_guideline(doc: Json, config: LabelConfig) -> Guideline:
    """The document in its normal form: every key there, labels in the order of the config.

    Missing keys are empty; labels without an entry get an empty one. Refused (BadInput with the path,
    as ``labels[2].positive[0]``): unknown keys, wrong types, a label that the config does not have or
    that has two entries, ids that are missing, malformed or used twice, texts over the limits. Raises
    TooLarge above ``GUIDELINE_BYTES``.
    """
    read = _fields(doc, "guideline", ("statement", "labels", "rules", "edge_cases", "constraints", "escalation"))
    check_json(doc, "guideline")
    if len(write_json(doc)) > GUIDELINE_BYTES:
        raise TooLarge(f"The guideline is larger than {GUIDELINE_BYTES:,} bytes.", field="guideline")
    guideline: Guideline = {
        "statement": _text(read.get("statement", ""), "statement", STATEMENT_CHARACTERS),
        "labels": _labels(read.get("labels", []), config),
        "rules": [_rule(rule, f"rules[{at}]") for at, rule in _list(read.get("rules", []), "rules", RULES)],
        "edge_cases": [
            _edge_case(case, f"edge_cases[{at}]") for at, case in _list(read.get("edge_cases", []), "edge_cases", RULES)
        ],
        "constraints": _text(read.get("constraints", ""), "constraints", STATEMENT_CHARACTERS),
        "escalation": _text(read.get("escalation", ""), "escalation", STATEMENT_CHARACTERS),
    }
    _check_ids(guideline)
    return guideline


def check_guideline(doc: Json, config: LabelConfig) -> list[Gap]:
    """What the guideline does not say yet, in the order of the document; empty when it is whole.

    Raises as :func:`read_guideline` for a document that is not one.

    >>> from assay.labels.templates import TEMPLATES
    >>> config = TEMPLATES.get("yes_no").parsed()
    >>> check_guideline(empty_guideline(config), config)[1].message
    'Yes has no definition.'
    """
    guideline = read_guideline(doc, config)
    gaps = []
    if not guideline["statement"].strip():
        gaps.append(Gap("statement", "The guideline does not say what is asked."))
    for at, guide in enumerate(guideline["labels"]):
        name = guide["label"] if len(config.controls) == 1 else f"{guide['label']} of {guide['control']}"
        gaps.extend(_label_gaps(guide, f"labels[{at}]", name))
    if not guideline["rules"]:
        gaps.append(Gap("rules", "There is no decision rule."))
    if not guideline["edge_cases"]:
        gaps.append(Gap("edge_cases", "There is no edge case."))
    if not guideline["constraints"].strip():
        gaps.append(Gap("constraints", "It is not said what every answer must keep to."))
    if not guideline["escalation"].strip():
        gaps.append(Gap("escalation", "It is not said what to do when no rule decides."))
    return gaps


def _label_gaps(guide: LabelGuide, field: str, name: str) -> list[Gap]:
    gaps = []
    if not guide["definition"].strip():
        gaps.append(Gap(f"{field}.definition", f"{name} has no definition."))
    if not guide["positive"]:
        gaps.append(Gap(f"{field}.positive", f"{name} has no positive example."))
    if not guide["negative"]:
        gaps.append(Gap(f"{field}.negative", f"{name} has no negative example."))
    return gaps


def _empty_label(control: str, label: str) -> LabelGuide:
    return {"control": control, "label": label, "definition": "", "positive": [], "negative": []}


def _labels(value: Json, config: LabelConfig) -> list[LabelGuide]:
    """The entries given, checked, then put in the order of the config with the missing ones added."""
    known = {(control.name, label) for control in config.controls for label in control.labels}
    given: dict[tuple[str, str], LabelGuide] = {}
    for at, entry in _list(value, "labels", max(1, len(known)) * 2):
        field = f"labels[{at}]"
        guide = _label(entry, field)
        key = (guide["control"], guide["label"])
        if key not in known:
            message = f"{field}: the label config has no label {quoted(key[1])} in a control {quoted(key[0])}."
            raise BadInput(message, field=f"{field}.label")
        if key in given:
            raise BadInput(f"{field}: {quoted(key[1])} has two entries.", field=f"{field}.label")
        given[key] = guide
    order = ((control.name, label) for control in config.controls for label in control.labels)
    return [given.get(key) or _empty_label(*key) for key in order]


def _label(entry: Json, field: str) -> LabelGuide:
    read = _fields(entry, field, ("control", "label", "definition", "positive", "negative"))
    return {
        "control": _text(read.get("control"), f"{field}.control"),
        "label": _text(read.get("label"), f"{field}.label"),
        "definition": _text(read.get("definition", ""), f"{field}.definition"),
        "positive": _examples(read.get("positive", []), f"{field}.positive"),
        "negative": _examples(read.get("negative", []), f"{field}.negative"),
    }


def _examples(value: Json, field: str) -> list[str]:
    return [_filled(text, f"{field}[{at}]") for at, text in _list(value, field, EXAMPLES_PER_LABEL)]


def _rule(entry: Json, field: str) -> Rule:
    read = _fields(entry, field, ("id", "text"))
    return {"id": _id(read.get("id"), f"{field}.id"), "text": _filled(read.get("text"), f"{field}.text")}


def _edge_case(entry: Json, field: str) -> EdgeCase:
    read = _fields(entry, field, ("id", "case", "decision"))
    return {
        "id": _id(read.get("id"), f"{field}.id"),
        "case": _filled(read.get("case"), f"{field}.case"),
        "decision": _filled(read.get("decision"), f"{field}.decision"),
    }


def _check_ids(guideline: Guideline) -> None:
    """Ids are unique over rules and edge cases together, so that "R4" means one thing."""
    seen: set[str] = set()
    places = [(f"rules[{at}].id", rule["id"]) for at, rule in enumerate(guideline["rules"])]
    places += [(f"edge_cases[{at}].id", case["id"]) for at, case in enumerate(guideline["edge_cases"])]
    for field, name in places:
        if name in seen:
            raise BadInput(f"{field}: the id {quoted(name)} is used twice.", field=field)
        seen.add(name)


def _fields(value: Json, field: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{field}: this must be an object.", field=field)
    unknown = next((key for key in value if key not in known), None)
    if unknown is not None:
        path = f"{field}.{unknown}" if field != "guideline" else str(unknown)
        raise BadInput(f"{field}: {quoted(str(unknown))} is not known.", field=path, action=f"Use: {', '.join(known)}.")
    return value


def _list(value: Json, field: str, most: int) -> list[tuple[int, Json]]:
    if not isinstance(value, list):
        raise BadInput(f"{field}: this must be a list.", field=field)
    if len(value) > most:
        raise BadInput(f"{field}: {len(value):,} entries; at most {most:,} are allowed.", field=field)
    return list(enumerate(value))


def _text(value: Json, field: str, most_characters: int = NOTE_CHARACTERS) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{field}: this must be a text.", field=field)
    if len(value) > most_characters:
        raise BadInput(f"{field}: longer than {most_characters:,} characters.", field=field)
    if found := _CONTROL_CHARACTER.search(value):
        raise BadInput(f"{field}: there is a control character at position {found.start() + 1}.", field=field)
    return value


def _filled(value: Json, field: str) -> str:
    text = _text(value, field)
    if not text.strip():
        raise BadInput(f"{field}: this is empty.", field=field)
    return text


def _id(value: Json, field: str) -> str:
    text = _text(value, field)
    if not _ID.fullmatch(text):
        action = "Use a letter, then letters, digits, dots or dashes, at most 20 characters, as R1."
        raise BadInput(f"{field}: {quoted(text)} can't be an id.", field=field, action=action)
    return text
