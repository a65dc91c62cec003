"""Answers of one label config under the next, by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from assay.flow.label_mapping import LabelMapping, read_mapping, suggest
from assay.kernel.errors import BadInput
from assay.labels.label_config import LabelConfig, parse_label_config


def config(**controls: str) -> LabelConfig:
    """Controls as ``name="choice attribute: a b c"``."""
    parts = []
    for name, said in controls.items():
        choice, labels = said.split(":")
        choices = "".join(f'<Choice value="{label}"/>' for label in labels.split())
        attributes = f'choice="{choice.rstrip("!")}" required="{str(choice.endswith("!")).lower()}"'
        parts.append(f'<Choices name="{name}" toName="text" {attributes}>{choices}</Choices>')
    return parse_label_config(f'<View><Text name="text" value="$text"/>{"".join(parts)}</View>')


OLD = config(mood="single!: Good Bad Neither", topic="multiple: Price Speed Other")


def mapped(new: LabelConfig, answers: str, **document: Any) -> str | None:
    return LabelMapping(read_mapping(document, OLD, new), OLD, new).map(answers).answers


BAD = '{"mood":["Bad"],"topic":["Price","Speed"]}'


def test_what_is_not_named_keeps_its_name() -> None:
    assert mapped(OLD, BAD) == BAD
    more = config(mood="single!: New Neither Bad Good", topic="multiple: Speed Other Price")
    assert mapped(more, BAD) == '{"mood":["Bad"],"topic":["Speed","Price"]}'


def test_rename_and_merge() -> None:
    new = config(mood="single!: Positive Negative", topic="multiple: Price Rest")
    labels = {
        "mood": {"Good": "Positive", "Bad": "Negative", "Neither": "Negative"},
        "topic": {"Speed": "Rest", "Other": "Rest"},
    }
    assert mapped(new, BAD, labels=labels) == '{"mood":["Negative"],"topic":["Price","Rest"]}'
    assert mapped(new, '{"mood":["Neither"],"topic":["Other","Speed"]}', labels=labels) == (
        '{"mood":["Negative"],"topic":["Rest"]}'
    )


def test_a_control_renamed_and_one_removed() -> None:
    new = config(tone="single!: Good Bad Neither")
    assert mapped(new, BAD, controls={"mood": "tone", "topic": None}) == '{"tone":["Bad"]}'
    found = LabelMapping(read_mapping({"controls": {"mood": "tone"}}, OLD, new), OLD, new).map(BAD)
    assert found.answers is None and "'topic' is gone" in str(found.reason)


def test_remove_a_label() -> None:
    new = config(mood="single!: Good Neither", topic="multiple: Price Other")
    labels = {"mood": {"Bad": None}, "topic": {"Speed": None}}
    assert (
        mapped(new, '{"mood":["Good"],"topic":["Price","Speed"]}', labels=labels)
        == '{"mood":["Good"],"topic":["Price"]}'
    )
    assert mapped(new, BAD, labels=labels) is None  # the control is required and has no answer left
    assert mapped(new, BAD) is None


def test_split_by_asking_again_or_by_another_control() -> None:
    new = config(mood="single!: Good Slow Dear Neither", topic="multiple: Price Speed Other")
    assert mapped(new, BAD, labels={"mood": {"Bad": {"ask_again": True}}}) is None
    assert mapped(new, BAD, labels={"mood": {"Bad": "Slow"}}) == '{"mood":["Slow"],"topic":["Price","Speed"]}'
    rule = {"by": "topic", "cases": {"Price": "Dear", "Speed": "Slow"}}
    assert mapped(new, '{"mood":["Bad"],"topic":["Speed"]}', labels={"mood": {"Bad": rule}}) == (
        '{"mood":["Slow"],"topic":["Speed"]}'
    )
    assert mapped(new, BAD, labels={"mood": {"Bad": rule}}) == '{"mood":["Dear"],"topic":["Price","Speed"]}'
    other = '{"mood":["Bad"],"topic":["Other"]}'
    assert mapped(new, other, labels={"mood": {"Bad": rule}}) is None
    assert mapped(new, other, labels={"mood": {"Bad": rule | {"else": "Neither"}}}) == (
        '{"mood":["Neither"],"topic":["Other"]}'
    )


def test_many_choices_do_not_fit_where_one_is_taken() -> None:
    new = config(mood="single!: Good Bad Neither", topic="single: Price Speed Other")
    assert mapped(new, BAD) is None
    assert mapped(new, '{"mood":["Bad"],"topic":["Speed"]}') == '{"mood":["Bad"],"topic":["Speed"]}'


def test_a_new_required_control_leaves_all_unmapped() -> None:
    assert (
        mapped(config(mood="single!: Good Bad Neither", topic="multiple: Price Speed Other", sure="single!: a b"), BAD)
        is None
    )


def test_nested_choices() -> None:
    def nested(*pairs: str) -> LabelConfig:
        inner = "".join(
            f'<Choice value="{p.split("/")[0]}"><Choice value="{p.split("/")[1]}"/></Choice>' for p in pairs
        )
        return parse_label_config(
            '<View><Text name="t" value="$t"/><Choices name="c" toName="t" choice="multiple" allowNested="true">'
            f"{inner}</Choices></View>"
        )

    old, new = nested("Animal/Cat", "Plant/Oak"), nested("Being/Cat", "Plant/Oak")
    document = read_mapping({"labels": {"c": {"Animal / Cat": "Being / Cat"}}}, old, new)
    assert LabelMapping(document, old, new).map('{"c":[["Animal","Cat"]]}').answers == '{"c":[["Being","Cat"]]}'


def test_what_names_suggest() -> None:
    new = config(tone="single!: good Bad Neither", topic="multiple: Price Speed Quality")
    assert suggest(OLD, new) == {
        "controls": {"mood": "tone"},
        "labels": {"mood": {"Good": "good"}, "topic": {"Other": "Quality"}},
    }
    assert suggest(OLD, OLD) == {"controls": {}, "labels": {}}
    assert suggest(OLD, config(mood="single!: Good", topic="multiple: Price Speed Other")) == {
        "controls": {},
        "labels": {},
    }


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "mapping"),
        ({"label": {}}, "mapping"),
        ({"unmapped": "drop"}, "mapping.unmapped"),
        ({"controls": {"mod": "mood"}}, "mapping.controls"),
        ({"controls": {"mood": "mod"}}, "mapping.controls.mood"),
        ({"controls": {"mood": "topic"}}, "mapping.controls"),
        ({"labels": {"mod": {}}}, "mapping.labels"),
        ({"labels": {"mood": {"God": "Bad"}}}, "mapping.labels.mood"),
        ({"labels": {"mood": {"Good": "God"}}}, "mapping.labels.mood.Good"),
        ({"labels": {"mood": {"Good": 5}}}, "mapping.labels.mood.Good"),
        ({"labels": {"mood": {"Good": {"by": "topc", "cases": {}}}}}, "mapping.labels.mood.Good.by"),
        ({"labels": {"mood": {"Good": {"by": "topic", "cases": {"X": "Bad"}}}}}, "mapping.labels.mood.Good.cases"),
        (
            {"labels": {"mood": {"Good": {"by": "topic", "cases": {"Price": "X"}}}}},
            "mapping.labels.mood.Good.cases.Price",
        ),
        ({"labels": {"mood": {"Good": {"by": "topic", "cases": {}, "else": "X"}}}}, "mapping.labels.mood.Good.else"),
    ],
)
def test_a_mapping_that_names_what_is_not_there(document: Any, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_mapping(document, OLD, OLD)
    assert caught.value.field == field
