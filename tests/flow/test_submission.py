"""Assignment → submission: what is accepted, what is written, what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from assay.flow.policy import Policy
from assay.flow.submission import Submission, fingerprint
from assay.kernel.errors import AssayError, BadInput, NotFound, TooLarge
from assay.kernel.limits import RESULT_BYTES
from tests.flow.audit import assert_sound
from tests.flow.fixtures import MakeGround
from tests.flow.ground import result_of


def item(**changes: Any) -> list[Any]:
    """A result with one item, changed."""
    return [{**result_of("Good")[0], **changes}]


BAD_RESULTS: dict[str, Any] = {
    "label not in the config": item(value={"choices": ["Great"]}),
    "two labels for a single choice": item(value={"choices": ["Good", "Bad"]}),
    "unknown control": item(from_name="tone"),
    "unknown target": item(to_name="picture"),
    "wrong type": item(type="labels"),
    "no answer": [],
    "two answers": result_of("Good") * 2,
    "not a list of objects": ["Good"],
    "NaN": item(score=math.nan),
    "infinity": item(score=-math.inf),
    "a number beyond 64 bits": item(score=10**30),
    "half a character": item(note="\ud83d"),
    "a key that is no text": item(value={1: 2}),
    "very deep": item(meta=eval("[" * 90 + "]" * 90)),  # noqa: S307 - brackets only
    "deeper than any parser": item(meta=__import__("functools").reduce(lambda inner, _: [inner], range(2000), [])),
    "too many bytes": item(note="x" * RESULT_BYTES),
}


@pytest.mark.parametrize("why", BAD_RESULTS)
def test_a_bad_result_is_refused_in_words_and_the_task_stays_in_hand(ground: MakeGround, why: str) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)

    with pytest.raises((BadInput, TooLarge)) as caught:
        crowd.submit(person, assignment, result=BAD_RESULTS[why])

    assert caught.value.field is not None
    assert caught.value.field.startswith("result")
    assert crowd.submit(person, assignment).counted
    assert_sound(crowd.store)


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧 🇺🇦", "مرحبا بالعالم", "e\u0301\u202e\r\n\t", "<script>alert(1)</script>", "'; DROP TABLE"]
)
def test_whatever_text_comes_beside_an_answer_is_kept_as_it_is(ground: MakeGround, text: str) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    result = item(meta={"text": [text]})
    crowd.submit(person, crowd.take(person), result=result)
    row = crowd.one("SELECT result, answers FROM annotation WHERE project_id = :project")
    assert __import__("json").loads(row.result) == result
    assert row.answers == '{"mood":["Good"]}'


def test_a_nul_inside_a_result_is_kept(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assert crowd.submit(person, crowd.take(person), result=item(note="a\0b")).counted


def test_unknown_assignment_and_somebody_elses_look_the_same(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1)
    a, b = crowd.people
    assignment = crowd.take(a)
    refusals = []
    for uid in ("unknown", assignment):
        with pytest.raises(NotFound) as caught:
            crowd.submit(b, uid)
        refusals.append(caught.value.as_problem())
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize(
    ("said", "kept"), [(None, None), (0.0, 0.0), (12.5, 12.5), (30.0, 30.0), (35.0, 35.0), (86_400.0, 35.0)]
)
def test_a_stopwatch_is_not_trusted_beyond_the_time_that_passed(
    ground: MakeGround, said: float | None, kept: float | None
) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)
    crowd.clock.advance(30)
    crowd.submit(person, assignment, seconds=said)
    row = crowd.one("SELECT seconds, wall_seconds FROM annotation WHERE project_id = :project")
    assert (row.seconds, row.wall_seconds) == (kept, 30.0)


def test_a_clock_that_went_back_makes_no_negative_times(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)
    crowd.clock.advance(-3600)
    crowd.submit(person, assignment, seconds=20)
    row = crowd.one("SELECT seconds, wall_seconds FROM annotation WHERE project_id = :project")
    assert (row.seconds, row.wall_seconds) == (5.0, 0.0)


def test_everything_that_was_said_is_on_the_record(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)
    crowd.clock.advance(9)
    crowd.submit(person, assignment, "Bad", submission_id="the-id-12", confidence=0.8, seconds=4.0, source="api")
    row = crowd.one("SELECT * FROM annotation WHERE project_id = :project")
    assert (row.submission_id, row.annotator_id, row.task_id) == ("the-id-12", person, crowd.task_of(assignment))
    assert (row.confidence, row.seconds, row.wall_seconds, row.source) == (0.8, 4.0, 9.0, "api")
    assert (row.created_at, row.made_at, row.supersedes) == (crowd.clock(), None, None)
    assert (row.label_config_version, row.guideline_version, row.policy_version) == (1, 1, 1)


def test_the_seat_counts_answers_and_the_tasks_they_completed(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=2, policy=Policy(annotations_per_task=2))
    a, b = crowd.people
    for person in (a, b):
        for lease in crowd.next(person, 2).leases:
            receipt = crowd.submit(person, lease.uid)
            crowd.submit(person, lease.uid, "Bad", supersedes=receipt.submission_id)
    rows = {row.person_id: (row.submitted, row.finished) for row in crowd.rows("SELECT * FROM seat")}
    assert (rows[a], rows[b]) == ((2, 0), (2, 2))
    assert_sound(crowd.store)


def test_the_mark_of_a_submission_is_of_what_was_said() -> None:
    said = Submission("a", result_of("Good"), 0.5, 3.0)
    again = Submission("b", [dict(reversed(result_of("Good")[0].items()))], 0.5, 99.0, None, "api")
    assert fingerprint(said) == fingerprint(again)
    for other in (
        Submission("a", result_of("Bad"), 0.5),
        Submission("a", result_of("Good"), 0.6),
        Submission("a", result_of("Good"), 0.5, supersedes="x"),
    ):
        assert fingerprint(other) != fingerprint(said)


def test_a_refusal_is_always_one_of_ours(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)
    all_junk: list[Any] = [
        None,
        1,
        "x",
        {},
        [None],
        [[]],
        [{"from_name": None}],
        [{"from_name": "mood", "value": None}],
    ]
    for junk in all_junk:
        with pytest.raises(AssayError):
            crowd.submit(person, assignment, result=junk)
