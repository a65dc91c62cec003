"""Guideline documents: read strictly, put in order, and asked what they do not say yet."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from assay.kernel.errors import BadInput, TooLarge
from assay.labels import (
    TEMPLATES,
    check_guideline,
    check_task_data,
    empty_guideline,
    parse_label_config,
    read_guideline,
)
from tests.labels.configs import CHOICES, parsed, view

CONFIG = parsed()
TWO = parse_label_config(
    view(
        f'<Choices name="c" toName="text">{CHOICES}</Choices>'
        '<Choices name="d" toName="text"><Choice value="Positive"/></Choices>'
    )
)


def filled() -> dict[str, Any]:
    label = {
        "control": "c",
        "label": "Neutral",
        "definition": "Neither.",
        "positive": ["It is a chair."],
        "negative": [],
    }
    return {
        "statement": "What does it say?",
        "labels": [label],
        "rules": [{"id": "R1", "text": "Read it all."}],
        "edge_cases": [{"id": "E1", "case": "Emoji only", "decision": "Take the emoji."}],
        "constraints": "One answer.",
        "escalation": "Ask.",
    }


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(filled())
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


def test_labels_come_in_the_order_of_the_config_with_the_missing_ones_added() -> None:
    read = read_guideline(filled(), CONFIG)
    assert [guide["label"] for guide in read["labels"]] == ["Positive", "Neutral", "Negative"]
    assert read["labels"][1] == filled()["labels"][0]
    assert read["labels"][0] == {"control": "c", "label": "Positive", "definition": "", "positive": [], "negative": []}
    assert read_guideline(read, CONFIG) == read
    assert read_guideline({}, CONFIG) == empty_guideline(CONFIG)


@pytest.mark.parametrize(
    ("document", "field", "says"),
    [
        ([], "guideline", "must be an object"),
        (changed(["extra"], 1), "extra", '"extra" is not known'),
        (changed(["statement"], None), "statement", "must be a text"),
        (changed(["statement"], "x" * 20_001), "statement", "longer than 20,000"),
        (changed(["statement"], "a\x07"), "statement", "control character at position 2"),
        (changed(["labels"], {}), "labels", "must be a list"),
        (changed(["labels", 0], "Neutral"), "labels[0]", "must be an object"),
        (changed(["labels", 0, "label"], "Great"), "labels[0].label", "has no label"),
        (changed(["labels", 0, "control"], "x"), "labels[0].label", "has no label"),
        (changed(["labels", 0, "html"], "x"), "labels[0].html", "is not known"),
        (changed(["labels", 0, "positive"], "It is"), "labels[0].positive", "must be a list"),
        (changed(["labels", 0, "positive"], ["a"] * 101), "labels[0].positive", "at most 100"),
        (changed(["labels", 0, "negative"], [" "]), "labels[0].negative[0]", "is empty"),
        (changed(["labels", 0, "negative"], [True]), "labels[0].negative[0]", "must be a text"),
        (changed(["labels"], filled()["labels"] * 2), "labels[1].label", "two entries"),
        (changed(["rules", 0], {"text": "a"}), "rules[0].id", "must be a text"),
        (changed(["rules", 0, "id"], "1"), "rules[0].id", "can't be an id"),
        (changed(["rules", 0, "id"], "R 1"), "rules[0].id", "can't be an id"),
        (changed(["rules", 0, "text"], ""), "rules[0].text", "is empty"),
        (changed(["rules"], [{"id": "R1", "text": "a"}] * 2), "rules[1].id", "used twice"),
        (changed(["edge_cases", 0, "id"], "R1"), "edge_cases[0].id", "used twice"),
        (changed(["edge_cases", 0, "decision"], None), "edge_cases[0].decision", "must be a text"),
        (changed(["rules"], [{"id": f"R{n}", "text": "a"} for n in range(501)]), "rules", "at most 500"),
        (changed(["escalation"], "\ud800"), "guideline.escalation", "lone surrogate"),
    ],
)
def test_refused_with_the_path(document: Any, field: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_guideline(document, CONFIG)
    assert caught.value.field == field
    assert says in caught.value.message


def test_the_whole_document_is_limited() -> None:
    rules = [{"id": f"R{n}", "text": "x" * 4000} for n in range(130)]
    with pytest.raises(TooLarge):
        read_guideline(filled() | {"rules": rules}, CONFIG)


def test_gaps_are_sentences_with_their_place() -> None:
    gaps = check_guideline(filled(), CONFIG)
    assert [(gap.field, gap.message) for gap in gaps] == [
        ("labels[0].definition", "Positive has no definition."),
        ("labels[0].positive", "Positive has no positive example."),
        ("labels[0].negative", "Positive has no negative example."),
        ("labels[1].negative", "Neutral has no negative example."),
        ("labels[2].definition", "Negative has no definition."),
        ("labels[2].positive", "Negative has no positive example."),
        ("labels[2].negative", "Negative has no negative example."),
    ]
    whole = check_guideline(empty_guideline(TWO), TWO)
    assert {gap.field for gap in whole} >= {"statement", "rules", "edge_cases", "constraints", "escalation"}
    assert "Positive of d has no definition." in {gap.message for gap in whole}


def test_the_empty_guideline_is_a_form_for_every_label() -> None:
    assert [(guide["control"], guide["label"]) for guide in empty_guideline(TWO)["labels"]] == [
        ("c", "Positive"),
        ("c", "Neutral"),
        ("c", "Negative"),
        ("d", "Positive"),
    ]


@pytest.mark.parametrize("template", list(TEMPLATES), ids=lambda template: template.id)
def test_templates_are_whole(template: Any) -> None:
    config = template.parsed()
    assert config.problems == ()
    check_task_data(config, template.sample)
    assert check_guideline(template.guideline, config) == []
    assert read_guideline(template.guideline, config) == template.guideline
    guideline = template.guideline
    assert len(guideline["rules"]) >= 4 and len(guideline["edge_cases"]) >= 5
    said = " ".join(case["case"] for case in guideline["edge_cases"]).lower()
    assert all(word in said for word in ("sarcasm", "emoji", "mixed"))
    assert all(len(guide["positive"]) >= 2 and len(guide["negative"]) >= 2 for guide in guideline["labels"])
    known = {rule["id"] for rule in guideline["rules"]} | {case["id"] for case in guideline["edge_cases"]}
    assert _named_rules(guideline) <= known


def _named_rules(guideline: Any) -> set[str]:
    return set(re.findall(r"\b[RE]\d\b", json.dumps(guideline)))
