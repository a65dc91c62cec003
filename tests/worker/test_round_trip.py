"""The native formats, out, in and out again: equal, whatever happened in the project that the file came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from assay.flow.policy import Policy
from assay.flow.policy_rules import TaskRule
from assay.kernel.json_text import Json
from assay.store.records import doctor
from assay.store.records.sealer import Sealer
from tests.flow.audit import assert_sound
from tests.flow.ground import result_of
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, jsonl

NATIVE = ("jsonl", "json", "parquet")
TEXTS = [
    "plain",
    "مرحبا \u202eabc",
    "👩‍👩‍👧 e\u0301",
    "=1+1",
    'a "quoted"\n\tline',
    "\u2028 ends",
    "x" * 2000,
    "same",
    "same",
]
POLICY = Policy(annotations_per_task=2, order="sequential", skips={"unclear": "later", "broken": "out"})


def busy_project(make_desk: MakeDesk) -> Desk:
    """Corrections, late answers and corrections of them, skips to everywhere and answers after one, unknown people."""
    desk = make_desk(annotators=3, policy=POLICY)
    crowd = desk.crowd
    a, b, c = crowd.people
    crowd.execute("UPDATE person SET name = :name WHERE id = :id", name="أَدا «Ada» 👩‍🔬", id=a)
    crowd.execute("UPDATE person SET email = NULL WHERE id = :id", id=c)
    desk.imported(
        jsonl(
            {
                "id": None if n % 3 == 0 else f"k{n} ü",
                "data": {"text": text, "n": n, "deep": [{"": None, "f": -0.5, "big": 2**53 + 1}]},
                "priority": 5 - n,
                **({"stratum": f"s {n} ü", "score": n / 9} if n % 2 else {}),
            }
            for n, text in enumerate(TEXTS)
        )
    )
    desk.imported(
        jsonl(
            [
                {
                    "id": "brought",
                    "data": {"text": "with annotations"},
                    "annotations": [
                        {"annotator": None, "result": result_of("Good"), "created_at": "2020-02-29T23:59:59.123456Z"},
                        {"completed_by": 17, "result": result_of("Bad"), "lead_time": 1.25},
                        {"completed_by": {"email": "ELSE@Example.org"}, "result": [], "was_cancelled": True},
                    ],
                }
            ]
        )
    )
    first = crowd.take(a)
    crowd.clock.advance(12)
    old = crowd.submit(a, first, "Good", confidence=0.1, seconds=10.5)
    mid = crowd.submit(a, first, "Bad", supersedes=old.submission_id)
    crowd.clock.advance(1)
    crowd.submit(a, first, "Neither", supersedes=mid.submission_id, seconds=0)
    crowd.submit(b, crowd.take(b), "Good")
    late = crowd.take(a)
    crowd.clock.advance(4000)
    crowd.sweep()
    for person in (b, c):
        crowd.submit(person, crowd.take(person), "Good")
        crowd.submit(person, crowd.take(person), "Bad")
    crowd.submit(a, late, "Neither")
    crowd.skip(a, crowd.take(a), "unclear")
    crowd.skip(b, crowd.take(b), "broken")
    crowd.skip(c, crowd.take(c), "other")
    for person in (a, a, a):  # in the end what was put off comes again
        lease = crowd.next(person, 1).leases
        if lease:
            crowd.submit(person, lease[0].uid, "Bad")
    return desk


def without_ids(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows but for the number of each task, which belongs to the server."""
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def assert_healthy(desk: Desk) -> None:
    """What must hold in the tables does, before and after the rows are sealed."""
    assert_sound(desk.store)
    Sealer(desk.store, clock=desk.clock).seal_all()
    report = desk.store.read(lambda c: doctor.examine(c, desk.crowd.versions, rebuilding=True))
    assert [fault for one in report.projects if one.uid == desk.crowd.project.uid for fault in one.faults] == []


@pytest.mark.parametrize("format_id", NATIVE)
def test_a_native_export_comes_back_equal(make_desk: MakeDesk, format_id: str) -> None:
    first = busy_project(make_desk)
    original = first.lines()
    said = [given for row in original for given in row["annotations"]]
    assert {given["counted"] for given in said} == {True, False}
    assert sum(given["supersedes"] is not None for given in said) == 2
    assert {given["source"] for given in said} == {"web", "import"}
    assert {skip["destination"] for row in original for skip in row["skips"]} == {"later", "out", "others"}

    second, third = make_desk(annotators=1, policy=POLICY), make_desk(annotators=0, policy=POLICY)
    second.imported(first.exported(format_id), format_id=format_id)
    third.imported(second.exported(format_id), format_id=format_id)

    assert without_ids(second.lines()) == without_ids(original)
    assert without_ids(third.lines()) == without_ids(original)
    assert_healthy(second)


def test_what_a_file_says_of_its_past_is_never_the_word_of_this_server(make_desk: MakeDesk) -> None:
    first, second = busy_project(make_desk), make_desk(annotators=0, policy=POLICY)
    second.imported(first.exported())
    rows = second.crowd.rows("SELECT * FROM annotation WHERE project_id = :project")
    assert {row.source for row in rows} == {"import"}
    assert all(row.submission_id == f"import-{row.uid}" and row.created_at == second.clock() for row in rows)
    assert {row.guideline_version for row in rows} == {None} == {row.policy_version for row in rows}
    uids = {row.uid for row in first.crowd.rows("SELECT uid FROM annotation WHERE project_id = :project")}
    assert uids.isdisjoint(row.uid for row in rows)


def test_rules_of_the_policy_do_not_add_to_the_priority_twice(make_desk: MakeDesk) -> None:
    policy = Policy(rules=[TaskRule({"kind": "urgent"}, priority=50)])
    first, second = make_desk(annotators=0, policy=policy), make_desk(annotators=0, policy=policy)
    first.imported(jsonl([{"id": "k", "data": {"text": "x", "kind": "urgent"}, "priority": 7}]))
    second.imported(first.exported())
    (row,) = second.lines()
    assert row["priority"] == 7
    assert without_ids([row]) == without_ids(first.lines())


def test_what_was_superseded_may_be_of_an_earlier_label_config(make_desk: MakeDesk) -> None:
    first, second = make_desk(annotators=1), make_desk(annotators=0)
    crowd = first.crowd
    first.imported(jsonl([{"id": "k", "data": {"text": "x"}}]))
    lease = crowd.take(crowd.people[0])
    old = crowd.submit(crowd.people[0], lease, "Good")
    crowd.submit(crowd.people[0], lease, "Bad", supersedes=old.submission_id)
    (row,) = first.lines()
    row["annotations"][0]["answers"] = {"mood": ["Splendid"]}
    row["annotations"][0]["result"][0]["value"] = {"choices": ["Splendid"]}
    second.imported(jsonl([row]))
    assert without_ids(second.lines()) == without_ids([row])
    assert_healthy(second)


def own_row(*annotations: dict[str, Any], **more: Json) -> dict[str, Any]:
    """A row of a native export."""
    return {"key": "k", "data": {"text": "x"}, "annotations": list(annotations), **more}


def said(uid: str | None, person: str = "a@example.org", **more: Any) -> dict[str, Any]:
    """An annotation of such a row."""
    return {"id": uid, "annotator": person, "result": result_of("Good"), "counted": True, "supersedes": None, **more}


OLD = said("1", counted=False)
SKIP = {"annotator": "a@example.org", "reason": "other", "note": ""}
FORGED: list[tuple[dict[str, Any], str, str]] = [
    (own_row(said("1"), said("2")), "annotations", "twice"),
    (own_row(said("1"), said("2", supersedes="1")), "annotations[0].counted", "superseded"),
    (own_row(said("2", supersedes="1"), OLD), "annotations[0].supersedes", "stands before"),
    (own_row(said("2", supersedes="2")), "annotations[0].supersedes", "stands before"),
    (own_row(OLD, said("2", "b@example.org", supersedes="1")), "annotations[1].supersedes", "somebody else"),
    (own_row(OLD, said("1")), "annotations[1].id", "has this id"),
    (own_row(said("1", policy_version="1")), "annotations[0].policy_version", "version"),
    (own_row(said("1", received_at="soon")), "annotations[0].received_at", "time"),
    (own_row(said("1", wall_seconds="long")), "annotations[0].wall_seconds", "number"),
    (own_row(said("1", submission_id="x" * 2000)), "annotations[0].submission_id", "characters"),
    (own_row(skips=[{**SKIP, "reason": "bored"}]), "skips[0].reason", "reason"),
    (own_row(skips=[{**SKIP, "note": "\0"}]), "skips[0].note", "NUL"),
    (own_row(skips=[{**SKIP, "annotator": None}]), "skips[0].annotator", "text"),
    (own_row(skips=["no"]), "skips[0]", "object"),
    (own_row(skips={}, created_at="soon"), "created_at", "time"),
]


@pytest.mark.parametrize(("row", "field", "word"), FORGED)
def test_a_past_that_cannot_be_is_refused(make_desk: MakeDesk, row: dict[str, Any], field: str, word: str) -> None:
    desk = make_desk(annotators=0)
    ((line, where, reason),) = desk.report(desk.refused(jsonl([row])))
    assert (line, where) == (1, field)
    assert word in reason


def test_half_a_character_is_refused(make_desk: MakeDesk) -> None:
    desk = make_desk(annotators=0)
    content = json.dumps(own_row(said("1", annotator_name="\ud800"))).encode()
    assert len(desk.report(desk.refused(content))) == 1


ALLOWED: list[Callable[[], dict[str, Any]]] = [
    lambda: own_row(OLD, said("2"), said("3", counted=False)),
    lambda: own_row(OLD, said("2", counted=False, supersedes="1"), said("3")),
    lambda: own_row(said(None, counted=False), said(None)),
    lambda: own_row(said("1"), skips=[SKIP, SKIP]),
    lambda: own_row(OLD, skips=[{**SKIP, "destination": "later"}, SKIP, {**SKIP, "annotator": "b"}]),
    lambda: own_row(OLD, said("b", "b@example.org"), said("2", supersedes="1"), said("c", "c", counted=False)),
]


@pytest.mark.parametrize("make", ALLOWED)
def test_one_person_may_have_one_chain_in_force_and_what_does_not_count_beside_it(
    make_desk: MakeDesk, make: Callable[[], dict[str, Any]]
) -> None:
    first, second = make_desk(annotators=0), make_desk(annotators=0)
    row = make()
    first.imported(jsonl([row]))
    (written,) = first.lines()
    assert [given["counted"] for given in written["annotations"]] == [given["counted"] for given in row["annotations"]]
    assert [given["supersedes"] for given in written["annotations"]] == [
        given["supersedes"] for given in row["annotations"]
    ]
    assert len(written["skips"]) == len(row.get("skips", []))
    second.imported(first.exported())
    assert without_ids(second.lines()) == without_ids([written])
    assert_healthy(second)
