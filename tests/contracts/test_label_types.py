"""What every label type keeps to. The suite walks ``LABEL_TYPES``; a new label type is found by itself."""

from __future__ import annotations

import json
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from assay.kernel.errors import BadInput
from assay.labels import (
    LABEL_TYPES,
    Answer,
    Control,
    LabelConfig,
    LabelType,
    build_result,
    canonical,
    check_task_data,
    empty_guideline,
    label_type_of,
    parse_label_config,
    read_result,
)

ALL = list(LABEL_TYPES)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "label-config.md"

every = pytest.mark.parametrize("label_type", ALL, ids=lambda found: found.id)


def example(label_type: LabelType[Any]) -> tuple[LabelConfig, Control]:
    """The label config on the card, and its control of this type."""
    config = parse_label_config(label_type.card.example)
    return config, next(control for control in config.controls if control.type == label_type.id)


def answers(label_type: LabelType[Any]) -> list[Answer]:
    """Answers to try things with, the empty one among them."""
    _, control = example(label_type)
    return [[], *label_type.samples(control)]


@every
def test_the_card_says_what_it_is(label_type: LabelType[Any]) -> None:
    card = label_type.card
    assert label_type.id == card.id == card.id.lower()
    assert card.title and card.description.endswith(".") and card.control_tags
    config, control = example(label_type)
    assert config.problems == ()
    assert label_type_of(control) is label_type
    check_task_data(config, config.sample_task())


@every
def test_the_page_of_the_label_config_names_its_tags(label_type: LabelType[Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [tag for tag in label_type.card.control_tags if f"`<{tag}>`" not in page] == []


@every
def test_control_tags_belong_to_one_type(label_type: LabelType[Any]) -> None:
    mine = {tag.lower() for tag in label_type.card.control_tags}
    others = {tag.lower() for other in ALL if other is not label_type for tag in other.card.control_tags}
    assert not mine & others


@every
def test_the_control_describes_itself_in_json(label_type: LabelType[Any]) -> None:
    config, control = example(label_type)
    shown = control.as_json()
    assert json.loads(json.dumps(shown)) == shown
    assert None not in shown.values()
    assert shown["name"] == control.name and shown["to_name"] == list(control.to_name)
    assert shown["type"] == label_type.id and shown["required"] is control.required
    names = [node.get("name") for node in config.outline["children"]]
    assert control.name in names
    assert len(set(control.labels)) == len(control.labels)
    assert [guide["label"] for guide in empty_guideline(config)["labels"]] == list(control.labels)


@every
def test_answers_go_into_a_result_and_come_back(label_type: LabelType[Any]) -> None:
    config, control = example(label_type)
    for answer in answers(label_type):
        result = build_result(config, {control.name: answer})
        assert json.loads(json.dumps(result)) == result
        assert all(item["type"] == label_type.id and item["to_name"] in control.to_name for item in result)
        assert read_result(config, result)[control.name] == answer
        assert build_result(config, read_result(config, result)) == result
    assert build_result(config, {control.name: []}) == []


@every
def test_equal_answers_are_equal_strings_and_different_ones_are_not(label_type: LabelType[Any]) -> None:
    texts = [canonical({"c": answer}) for answer in answers(label_type)]
    assert len(set(texts)) == len(texts)
    assert [json.loads(text) for text in texts] == [{"c": answer} for answer in answers(label_type)]


@every
def test_the_distance_is_a_distance(label_type: LabelType[Any]) -> None:
    _, control = example(label_type)
    known = answers(label_type)
    for first in known:
        assert label_type.distance(control, first, first) == 0
    for first, second in combinations(known, 2):
        apart = label_type.distance(control, first, second)
        assert 0 < apart <= 1
        assert label_type.distance(control, second, first) == apart
    for first, second, third in product(known, repeat=3):
        way = label_type.distance(control, first, second) + label_type.distance(control, second, third)
        assert label_type.distance(control, first, third) <= way + 1e-12


@every
def test_an_answer_names_labels_of_its_control(label_type: LabelType[Any]) -> None:
    _, control = example(label_type)
    assert label_type.labels_of(control, []) == ()
    for answer in label_type.samples(control):
        assert set(label_type.labels_of(control, answer)) <= set(control.labels)


@every
@pytest.mark.parametrize("value", [None, 5, "x", [], {}, {"x": 1}, {"choices": None}, float("nan"), "\ud800", True])
def test_a_strange_value_is_refused_with_its_place(label_type: LabelType[Any], value: Any) -> None:
    config, control = example(label_type)
    item = {"from_name": control.name, "to_name": control.to_name[0], "type": label_type.id, "value": value}
    with pytest.raises(BadInput) as caught:
        read_result(config, [item])
    assert caught.value.field and caught.value.field.startswith("result[0].value")


@every
def test_a_required_control_wants_an_answer(label_type: LabelType[Any]) -> None:
    tag = label_type.card.control_tags[0]
    config = parse_label_config(label_type.card.example.replace(f"<{tag} ", f'<{tag} required="true" ', 1))
    with pytest.raises(BadInput, match="is required"):
        read_result(config, [])
