"""Submission → measuring: disagreement and majority of one task."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.flow.measuring import Majority, disagreement, label_counts, majority
from assay.labels.label_config import parse_label_config
from assay.labels.result import canonical
from tests.flow.ground import LABEL_CONFIG

SINGLE = parse_label_config(LABEL_CONFIG)
SEVERAL = parse_label_config(
    """<View><Text name="text" value="$text"/>
    <Choices name="mood" toName="text" choice="single"><Choice value="Good"/><Choice value="Bad"/></Choices>
    <Choices name="topics" toName="text" choice="multiple">
      <Choice value="a"/><Choice value="b"/><Choice value="c"/></Choices></View>"""
)
LABELS = ("Good", "Bad", "Neither")


def said(*labels: str) -> list[str]:
    """Canonical answers to the single choice."""
    return [canonical({"mood": [label]}) for label in labels]


def both(*answers: tuple[str, str]) -> list[str]:
    """Canonical answers to the config with two controls; topics as letters."""
    return [canonical({"mood": [mood], "topics": list(topics)}) for mood, topics in answers]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], None),
        (["Good"], None),
        (["Good", "Good"], 0.0),
        (["Good", "Bad"], 1.0),
        (["Good", "Good", "Bad"], 2 / 3),
        (["Good", "Bad", "Neither"], 1.0),
    ],
)
def test_disagreement_is_the_share_of_pairs_that_differ(labels: list[str], expected: float | None) -> None:
    assert disagreement(SINGLE, said(*labels)) == pytest.approx(expected)


def test_with_several_controls_the_worst_one_speaks() -> None:
    assert disagreement(SEVERAL, both(("Good", "a"), ("Good", "b"))) == 1.0
    assert disagreement(SEVERAL, both(("Good", "ab"), ("Good", "bc"))) == pytest.approx(2 / 3)
    assert disagreement(SEVERAL, both(("Good", "a"), ("Bad", "a"))) == 1.0


@given(st.lists(st.sampled_from(LABELS), max_size=6))
@settings(max_examples=80, derandomize=True, database=None, deadline=None)
def test_the_order_of_the_answers_does_not_matter(labels: list[str]) -> None:
    measured = {
        (disagreement(SINGLE, said(*order)), majority(SINGLE.controls[0], said(*order)))
        for order in itertools.islice(itertools.permutations(labels), 24)
    }
    assert len({(None if d is None else round(d, 12), m) for d, m in measured}) == 1


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], Majority((), (), None)),
        (["Good"], Majority(("Good",), (), 1.0)),
        (["Good", "Bad"], Majority((), ("Good", "Bad"), 0.5)),
        (["Bad", "Good"], Majority((), ("Good", "Bad"), 0.5)),
        (["Bad", "Good", "Bad"], Majority(("Bad",), (), 2 / 3)),
        (["Neither", "Bad", "Good"], Majority((), LABELS, 1 / 3)),
    ],
)
def test_a_tie_has_no_majority_and_names_all_at_the_top(labels: list[str], expected: Majority) -> None:
    assert majority(SINGLE.controls[0], said(*labels)) == expected


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (["a", "ab", "abc"], Majority(("a", "b"), (), 2 / 3)),
        (["a", "b"], Majority((), ("a", "b"), None)),
        (["a", "a", "ab", "b"], Majority(("a",), ("b",), 0.75)),
        (["", "", "a"], Majority((), (), None)),
    ],
)
def test_of_several_choices_each_needs_more_than_half(topics: list[str], expected: Majority) -> None:
    answers = both(*(("Good", topic) for topic in topics))
    assert majority(SEVERAL.controls[1], answers) == expected


def test_labels_are_counted_in_the_order_of_the_config() -> None:
    counts = label_counts(SINGLE.controls[0], said("Bad", "Good", "Bad"))
    assert list(counts.items()) == [("Good", 1), ("Bad", 2)]


def test_an_answer_to_a_control_that_came_later_is_missing_not_wrong() -> None:
    old: Any = [canonical({"mood": ["Good"]}), canonical({"mood": ["Good"], "topics": ["a"]})]
    assert disagreement(SEVERAL, old) == 1.0
    assert label_counts(SEVERAL.controls[1], old) == {"a": 1}
