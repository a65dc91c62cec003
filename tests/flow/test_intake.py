"""Intake: the same file planned twice is the same tasks, and what is refused says where and why."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.flow.intake import Intake, Refused, TaskFields, place_of
from assay.flow.planned import PlannedTask
from assay.flow.policy import Policy
from assay.kernel.clock import from_iso
from assay.kernel.limits import TASK_BYTES
from assay.labels.label_config import parse_label_config
from tests.flow.ground import LABEL_CONFIG, result_of

CONFIG = parse_label_config(LABEL_CONFIG)


def intake(seed: str = "seed", **policy: Any) -> Intake:
    """The planning stage."""
    return Intake(CONFIG, Policy(**policy), seed)


def planned(plan: Intake, line: int, *annotations: dict[str, Any], **data: Any) -> PlannedTask:
    """A row that must be accepted."""
    task = plan.plan(line, None, {"text": "Fine."} | data, annotations)
    assert isinstance(task, PlannedTask), task
    return task


def refused(*annotations: dict[str, Any], **data: Any) -> Refused:
    """A row that must be refused."""
    row = intake().plan(7, None, data or {"text": "Fine."}, annotations)
    assert isinstance(row, Refused), row
    assert row.line == 7
    return row


def annotation(label: str = "Good", **changes: Any) -> dict[str, Any]:
    """An annotation as the readers give it."""
    whole = {"result": result_of(label), "annotator": "ada@example.org", "created_at_us": None, "seconds": None}
    return {**whole, "confidence": None, "skipped": False, "meta": {}, **changes}


@given(
    seed=st.text(max_size=40),
    lines=st.lists(st.integers(1, 10**9), min_size=1, max_size=20),
    policy=st.builds(
        Policy,
        annotations_per_task=st.integers(1, 5),
        overlap_share=st.floats(0, 1),
        order=st.sampled_from(["random", "sequential"]),
    ),
)
@settings(max_examples=60, derandomize=True, database=None, deadline=None)
def test_a_plan_depends_on_seed_and_line_alone(seed: str, lines: list[int], policy: Policy) -> None:
    one, other = Intake(CONFIG, policy, seed, 5), Intake(CONFIG, policy, seed, 5)
    forward = {line: one.plan(line, None, {"text": str(line)}) for line in lines}
    backward = {line: other.plan(line, None, {"text": str(line)}) for line in reversed(lines)}
    assert forward == backward


def place(task: PlannedTask, task_id: int = 7) -> int:
    """Where it stands among fresh tasks."""
    return place_of(task.order, task_id, task.draw, task.score)


def test_tasks_go_out_as_they_came_or_the_other_way_round() -> None:
    for order, sign in (("sequential", 1), ("newest", -1)):
        places = [place(planned(intake(order=order), 1), task_id) for task_id in (1, 2, 2**40)]
        assert places == sorted(places)[::sign]


def test_uncertain_tasks_go_out_first_and_unknown_ones_last() -> None:
    plan = intake(order="uncertain")
    scores = (1.0, 0.9, 0.5, 0.1, 0.0)
    rows = [plan.plan(1, None, {"text": "a"}, fields=TaskFields(score=score)) for score in scores]
    places = [place(row) for row in rows if isinstance(row, PlannedTask)]
    assert places == sorted(places)
    assert 0 <= places[0] < places[-1] < 2**62
    assert place_of("uncertain", 1, 0.3, None) == place_of("uncertain", 9, 0.3, 0.0)


def test_random_places_fill_the_range_evenly_and_fit_the_column() -> None:
    places = [place(planned(intake(), line)) for line in range(2_000)]
    assert len(set(places)) == 2_000
    assert 0 <= min(places) < max(places) < 2**62
    assert abs(sum(places) / 2_000 / 2**61 - 1) < 0.05


def test_the_overlap_falls_on_the_share_that_was_asked_for() -> None:
    tasks = [planned(intake(annotations_per_task=3, overlap_share=0.2), line) for line in range(5_000)]
    share = sum(task.target == 3 for task in tasks) / 5_000
    assert abs(share - 0.2) < 0.02  # some 3.5 standard errors
    assert {(task.target, task.inclusion) for task in tasks} == {(3, 0.2), (1, 0.8)}


def test_the_draws_of_place_and_overlap_do_not_hang_together() -> None:
    tasks = [planned(intake(annotations_per_task=2, overlap_share=0.5), line) for line in range(4_000)]
    early = [task.target == 2 for task in sorted(tasks, key=place)[:2_000]]
    assert abs(sum(early) / 2_000 - 0.5) < 0.04


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ({"body": "x"}, "text", "missing"),
        ({"text": None}, "text", "null"),
        ({"text": "  "}, "text", "blank"),
        ({"text": "a", "score": math.nan}, "score", "not a number"),
        ({"text": "a", "score": 10**30}, "score", "64 bits"),
        ({"text": "a\0"}, "text", "NUL"),
        ({"text": "\ud800"}, "text", "surrogate"),
        ({"text": "é" * TASK_BYTES}, "data", "bytes"),
        ({"text": "a"} | {f"k{number}": 1 for number in range(1001)}, "data", "keys"),
    ],
)
def test_refused_data(data: dict[str, Any], field: str, says: str) -> None:
    row = refused(**data)
    assert row.field == field
    assert says in row.reason


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"result": result_of("Good")[0]}, "annotations[0].result", "list"),
        ({"result": []}, "annotations[0].result.mood", "required"),
        (
            {"result": [{**result_of("Good")[0], "value": {"choices": ["Great"]}}]},
            "annotations[0].result[0].value",
            "not a choice",
        ),
        ({"annotator": "a" * 300}, "annotations[0].annotator", "characters"),
        ({"annotator": "a\0b"}, "annotations[0].annotator", "NUL"),
        ({"created_at_us": from_iso("0001-01-01T00:00:00+14:00")}, "annotations[0].created_at", "year"),
        ({"created_at_us": from_iso("9999-12-31T23:59:59-14:00")}, "annotations[0].created_at", "year"),
        ({"confidence": 7.0}, "annotations[0].confidence", "from 0 to 1"),
    ],
)
def test_refused_annotations(changes: dict[str, Any], field: str, says: str) -> None:
    row = refused(annotation(**changes))
    assert row.field.startswith(field)
    assert says in row.reason


def test_one_person_annotates_a_task_once() -> None:
    row = refused(annotation("Good"), annotation("Bad"))
    assert row.field == "annotations"
    assert "ada@example.org annotated this task twice" in row.reason


def test_the_same_address_in_capitals_is_the_same_person() -> None:
    row = refused(annotation("Good"), annotation("Bad", annotator="ADA@example.org"))
    assert "twice" in row.reason


def test_annotations_come_with_their_measure() -> None:
    task = planned(
        intake(annotations_per_task=3),
        1,
        annotation("Good"),
        annotation("Bad", annotator="label-studio:7", seconds=3.5, confidence=0.5, created_at_us=5),
        annotation("Bad", annotator="skipper", skipped=True, result=[]),
    )
    assert task.disagreement == 1.0
    assert [one.answers for one in task.annotations] == ['{"mood":["Good"]}', '{"mood":["Bad"]}', "{}"]
    brought = task.annotations[1]
    assert (brought.annotator, brought.seconds, brought.confidence, brought.made_at) == ("label-studio:7", 3.5, 0.5, 5)


def test_text_of_any_script_is_kept_to_the_character() -> None:
    texts = ["👩‍👩‍👧", "مرحبا", "\u202eevil\u202c", "e\u0301", "\u2028 line", '"quoted" \\ back']
    for text in texts:
        task = planned(intake(), 1, text=text)
        assert __import__("json").loads(task.data) == {"text": text}
