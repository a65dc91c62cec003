"""Result arrays against the config: what is accepted, in which form, and what is refused where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel.errors import BadInput, TooLarge
from assay.labels import LabelConfig, build_result, canonical, label_type_of, parse_label_config, read_result
from tests.labels.configs import CHOICES, item, parsed, view

SINGLE = parsed('required="true"')
OPTIONAL = parsed()
MULTIPLE = parsed('choice="multiple"')
ALIAS = parsed(inside='<Choice value="Good" alias="g"/><Choice value="Bad" alias="b"/>')
TREE = (
    """<Choice value="Animals"><Choice value="Cat"/><Choice value="Dog" alias="d"/></Choice><Choice value="Plants"/>"""
)
NESTED = parsed('allowNested="true" choice="multiple"', TREE)
NESTED_SINGLE = parsed('allowNested="true"', TREE)


@pytest.mark.parametrize(
    ("config", "result", "answer"),
    [
        (SINGLE, [item("Neutral")], ["Neutral"]),
        (SINGLE, [item("Neutral", id="x", origin="manual", score=0.5, meta={"text": ["hm"]})], ["Neutral"]),
        (OPTIONAL, [], []),
        (OPTIONAL, [item()], []),
        (MULTIPLE, [item("Negative", "Positive")], ["Positive", "Negative"]),
        (ALIAS, [item("b")], ["b"]),
        (NESTED, [item(["Plants"], ["Animals", "Cat"])], [["Animals", "Cat"], ["Plants"]]),
        (NESTED, [item(["Animals", "d"])], [["Animals", "d"]]),
        (NESTED, [item(["Animals"], ["Animals", "d"], ["Animals", "Cat"])], [["Animals", "Cat"], ["Animals", "d"]]),
        (NESTED_SINGLE, [item(["Animals", "Cat"])], [["Animals", "Cat"]]),
    ],
)
def test_answers_are_canonical(config: LabelConfig, result: list[Any], answer: list[Any]) -> None:
    assert read_result(config, result) == {"c": answer}


@pytest.mark.parametrize(
    ("config", "result", "field", "says"),
    [
        (SINGLE, None, "result", "must be a list"),
        (SINGLE, {}, "result", "must be a list"),
        (SINGLE, "Positive", "result", "must be a list"),
        (SINGLE, [], "result.c", "is required"),
        (SINGLE, [item()], "result.c", "is required"),
        (SINGLE, ["Positive"], "result[0]", "must be an object"),
        (SINGLE, [item("Positive", from_name="d")], "result[0].from_name", '"d" is not a control'),
        (SINGLE, [item("Positive", from_name=1)], "result[0].from_name", "must be a text"),
        (SINGLE, [{"type": "choices"}], "result[0].from_name", "is missing"),
        (SINGLE, [item("Positive", to_name="c")], "result[0].to_name", 'not a target of "c"'),
        (SINGLE, [item("Positive", type="labels")], "result[0].type", '"labels" is not a type of "c"'),
        (SINGLE, [item("Positive", type=None)], "result[0].type", "must be a text"),
        (SINGLE, [item("Positive", value=["Positive"])], "result[0].value", "must be an object"),
        (SINGLE, [item("Positive", value={})], "result[0].value.choices", "must be a list"),
        (SINGLE, [item(value={"choices": "Positive"})], "result[0].value.choices", "must be a list"),
        (SINGLE, [item(value={"choices": ["Positive"], "start": 1})], "result[0].value.start", "not part of"),
        (SINGLE, [item("Great")], "result[0].value.choices[0]", '"Great" is not a choice'),
        (SINGLE, [item("positive")], "result[0].value.choices[0]", "is not a choice"),
        (SINGLE, [item(True)], "result[0].value.choices[0]", "must be a text, not true or false"),
        (SINGLE, [item(None)], "result[0].value.choices[0]", "must be a text, not null"),
        (SINGLE, [item(1)], "result[0].value.choices[0]", "must be a text, not a number"),
        (SINGLE, [item(["Positive"])], "result[0].value.choices[0]", "must be a text, not a list"),
        (SINGLE, [item("Positive", "Negative")], "result[0].value.choices", "takes one choice, and 2 are given"),
        (SINGLE, [item("Positive"), item("Positive")], "result[1]", "answered twice"),
        (MULTIPLE, [item("Positive"), item("Negative")], "result[1]", "answered twice"),
        (MULTIPLE, [item("Positive", "Positive")], "result[0].value.choices[1]", "chosen twice"),
        (SINGLE, [item("Positive", score=float("nan"))], "result[0].score", "not a number"),
        (SINGLE, [item("Positive", meta={"x": [float("inf")]})], "result[0].meta.x[0]", "not a number"),
        (SINGLE, [item("Positive", meta={"x": "\ud800"})], "result[0].meta.x", "lone surrogate"),
        (SINGLE, [item("\ud800")], "result[0].value.choices[0]", "lone surrogate"),
        (ALIAS, [item("Good")], "result[0].value.choices[0]", 'what is stored is "g"'),
        (NESTED, [item("Plants")], "result[0].value.choices[0]", "must be a path"),
        (NESTED, [item([])], "result[0].value.choices[0]", "must be a path"),
        (NESTED, [item(["Animals", 1])], "result[0].value.choices[0]", "must be a path"),
        (NESTED, [item(["Animals"])], "result[0].value.choices[0]", "innermost"),
        (NESTED, [item(["Animals"], ["Animals", "Cat"])], "result[0].value.choices[0]", "innermost"),
        (NESTED, [item(["Cat"])], "result[0].value.choices[0]", "is not a choice"),
        (NESTED_SINGLE, [item(["Plants"], ["Animals", "Cat"])], "result[0].value.choices", "takes one choice"),
    ],
)  # fmt: skip
def test_refused_with_the_path(config: LabelConfig, result: Any, field: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_result(config, result)
    assert caught.value.field == field
    assert says in f"{caught.value.message} {caught.value.action}"


def test_the_error_names_what_is_allowed() -> None:
    with pytest.raises(BadInput) as caught:
        read_result(SINGLE, [item("<b>Great</b>")])
    assert caught.value.message == 'result[0].value.choices[0]: "<b>Great</b>" is not a choice of "c".'
    assert caught.value.action == 'Use one of: "Positive", "Neutral", "Negative".'
    many = parsed(inside="".join(f'<Choice value="{n}"/>' for n in range(100)))
    with pytest.raises(BadInput, match="not a choice") as long:
        read_result(many, [item("x")])
    assert long.value.action.endswith("and 88 more.")


def test_too_many_items_and_too_many_bytes() -> None:
    with pytest.raises(TooLarge, match="items"):
        read_result(SINGLE, [item("Positive")] * 10_001)
    with pytest.raises(TooLarge, match="bytes"):
        read_result(SINGLE, [item("Positive", meta={"text": "x" * 1_000_001})])


def test_several_controls_are_answered_apart() -> None:
    config = parse_label_config(
        view(
            f'<Choices name="c" toName="text" required="true">{CHOICES}</Choices>'
            '<Choices name="d" toName="text"><Choice value="x"/></Choices>'
        )
    )
    assert read_result(config, [item("x", from_name="d"), item("Neutral")]) == {"c": ["Neutral"], "d": ["x"]}
    assert read_result(config, [item("Neutral")]) == {"c": ["Neutral"], "d": []}
    assert canonical({"d": ["x"], "c": ["Neutral"]}) == '{"c":["Neutral"],"d":["x"]}'


@settings(deadline=None)
@given(st.data())
def test_build_result_is_read_back(data: st.DataObject) -> None:
    config = data.draw(st.sampled_from([SINGLE, OPTIONAL, MULTIPLE, ALIAS, NESTED, NESTED_SINGLE]))
    control = config.controls[0]
    answers = label_type_of(control).samples(control) + ([] if control.required else [[]])
    answer = data.draw(st.sampled_from(answers))
    result = build_result(config, {"c": data.draw(st.permutations(answer))})
    assert read_result(config, result) == {"c": answer}
    assert build_result(config, {"c": answer}) == build_result(config, read_result(config, result))


def test_build_result_takes_a_bare_text_and_refuses_what_is_unknown() -> None:
    (built,) = build_result(SINGLE, {"c": "Neutral"})
    assert built == {
        "id": built["id"],
        "from_name": "c",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": ["Neutral"]},
    }
    assert len(built["id"]) == 10
    with pytest.raises(BadInput, match="no control"):
        build_result(SINGLE, {"x": ["Neutral"]})
    with pytest.raises(BadInput, match="not a choice"):
        build_result(SINGLE, {"c": ["x"]})
    with pytest.raises(BadInput, match="takes one choice"):
        build_result(SINGLE, {"c": ["Neutral", "Positive"]})
    assert build_result(OPTIONAL, {"c": None}) == []


def test_the_distance_is_jaccards() -> None:
    (control,) = MULTIPLE.controls
    label_type = label_type_of(control)
    for first, second, distance in (
        ([], [], 0),
        ([], ["Positive"], 1),
        (["Positive"], ["Positive"], 0),
        (["Positive"], ["Negative"], 1),
        (["Positive", "Neutral"], ["Neutral", "Negative"], 2 / 3),
        (["Positive", "Neutral"], ["Positive"], 0.5),
    ):
        assert label_type.distance(control, first, second) == pytest.approx(distance)
    (nested,) = NESTED.controls
    assert label_type.distance(nested, [["Animals", "Cat"]], [["Animals", "d"]]) == 1
    assert label_type.labels_of(nested, [["Animals", "Cat"], ["Plants"]]) == ("Animals / Cat", "Plants")


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5), st.lists, max_leaves=8))
def test_any_value_is_read_or_refused_in_words(value: Any) -> None:
    for config in (SINGLE, MULTIPLE, NESTED):
        for result in (
            value,
            [value],
            [item(value=value)],
            [item(value={"choices": value})],
            [item("Neutral", id=value)],
        ):
            try:
                read_result(config, result)
            except BadInput as error:
                assert error.field and error.field.startswith("result")
