"""Task data: what a config needs of it, and what an annotator gets to see of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel.errors import BadInput, BadLabelConfig, TooLarge
from assay.labels import check_task_data, parse_label_config, visible_data
from assay.labels.references import Missing, look_up, only_paths, parse_value, sample_data
from tests.labels.configs import parsed

SIMPLE = parsed()
DEEP = parse_label_config("""<View><Header value="By $author.name"/><Text name="a" value="$mail.parts[1].text"/>
  <Text name="b" value="$mail.subject"/></View>""")
MAIL = {"author": {"name": "Ada"}, "mail": {"parts": [{}, {"text": "Hello"}], "subject": ""}, "gold": "x"}


@pytest.mark.parametrize(
    "data",
    [
        {"text": "a"},
        {"text": "emoji 👩‍👩‍👧 and مرحبا and e\u0301\r\n", "more": [1, 2.5, None, {"x": True}]},
        {"text": "x" * 900_000},
    ],
)
def test_accepted(data: Any) -> None:
    check_task_data(SIMPLE, data)


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ([], "data", "is a list"),
        ("a", "data", "is text"),
        (None, "data", "is empty (null)"),
        ({}, "text", '"text" is missing'),
        ({"Text": "a"}, "text", '"text" is missing'),
        ({"text": None}, "text", "it is empty (null)"),
        ({"text": 5}, "text", "it is a number"),
        ({"text": True}, "text", "it is true or false"),
        ({"text": ["a"]}, "text", "it is a list"),
        ({"text": {"a": 1}}, "text", "it is an object"),
        ({"text": " \n"}, "text", "is blank"),
        ({"text": "a\ud800"}, "text", "lone surrogate (half of a character) at character 2"),
        ({"text": "a\0"}, "text", "NUL"),
        ({"text": "a", "n": float("nan")}, "n", "not a number"),
        ({"text": "a", "n": 10**30}, "n", "64 bits"),
    ],
)
def test_refused_with_the_field(data: Any, field: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_task_data(SIMPLE, data)
    assert caught.value.field == field
    assert says in caught.value.message


def test_limits() -> None:
    with pytest.raises(TooLarge, match="bytes as JSON"):
        check_task_data(SIMPLE, {"text": "é" * 500_001})
    with pytest.raises(TooLarge, match="keys"):
        check_task_data(SIMPLE, {f"k{n}": 1 for n in range(1001)})


def test_the_missing_part_of_a_path_is_named() -> None:
    check_task_data(DEEP, MAIL)
    for change, field in (
        ({"author": {}}, "author.name"),
        ({"author": "Ada"}, "author.name"),
        ({"mail": {"parts": [{}], "subject": ""}}, "mail.parts[1]"),
        ({"mail": {"parts": {}, "subject": ""}}, "mail.parts[1]"),
        ({"author": {"name": ["Ada"]}}, "author.name"),
        ({"author": {"name": True}}, "author.name"),
    ):
        with pytest.raises(BadInput) as caught:
            check_task_data(DEEP, MAIL | change)
        assert caught.value.field == field
    check_task_data(DEEP, MAIL | {"author": {"name": 7}})


def test_annotators_see_what_the_config_shows_and_nothing_else() -> None:
    assert visible_data(DEEP, MAIL) == {
        "author": {"name": "Ada"},
        "mail": {"parts": [None, {"text": "Hello"}], "subject": ""},
    }
    assert visible_data(SIMPLE, {"text": "a", "answer": "b", "text2": "c"}) == {"text": "a"}
    assert visible_data(SIMPLE, {"answer": "b"}) == {}


def test_the_sample_task_satisfies_its_config() -> None:
    for config in (SIMPLE, DEEP):
        check_task_data(config, config.sample_task())
    assert list(DEEP.sample_task()) == ["author", "mail"]


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("$text", [{"path": ["text"]}]),
        ("$a.b[0].c", [{"path": ["a", "b", 0, "c"]}]),
        ("$über", [{"path": ["über"]}]),
        ("$review-text", [{"path": ["review-text"]}]),
        ("Rate $x!", [{"text": "Rate "}, {"path": ["x"]}, {"text": "!"}]),
        ("$a and $b.", [{"path": ["a"]}, {"text": " and "}, {"path": ["b"]}, {"text": "."}]),
        ("It costs $5", [{"text": "It costs $5"}]),
        ("$5 off", [{"text": "$5 off"}]),
        ("plain", [{"text": "plain"}]),
        ("", []),
    ],
)
def test_references_are_found_in_values(value: str, parts: list[Any]) -> None:
    assert parse_value(value) == parts


@pytest.mark.parametrize("value", ["$", "$ text", "$.a", "$[0]", "$$"])
def test_a_reference_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BadLabelConfig, match="not a reference"):
        parse_value(value)


STEPS = st.lists(st.sampled_from(["a", "b", "c"]) | st.integers(0, 3), min_size=1, max_size=4).map(
    lambda steps: ("k", *steps)
)


@settings(deadline=None)
@given(st.lists(STEPS, max_size=4))
def test_only_what_the_paths_reach_is_kept_and_they_still_work(paths: list[tuple[str | int, ...]]) -> None:
    data = sample_data(paths) | {"secret": 1}
    kept = only_paths(data, paths)
    assert set(kept) <= {"k"}
    for path in paths:
        try:
            expected = look_up(data, path)
        except Missing:
            continue
        assert look_up(kept, path) == expected
