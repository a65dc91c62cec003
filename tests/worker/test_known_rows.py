"""Import of what is there already: duplicates by content, and rows whose key a task has."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assay.flow.policy import Policy
from assay.store.content import content_hash
from assay.worker import import_job
from tests.flow.audit import assert_sound
from tests.flow.ground import result_of
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, jsonl

TEXTS = [{"text": "a"}, {"text": "b"}, {"text": "a"}, {"text": "c"}, {"text": "b"}]


def texts(desk: Desk) -> list[str]:
    """What the tasks say, in their order."""
    rows = desk.crowd.rows("SELECT data FROM task_data WHERE project_id = :project ORDER BY task_id")
    return [json.loads(row.data)["text"] for row in rows]


def keyed(*pairs: tuple[str, str], **fields: Any) -> bytes:
    """Wrapped rows: key and text."""
    return jsonl({"id": key, "data": {"text": said}, **fields} for key, said in pairs)


def test_equal_rows_of_a_file_become_one_task(desk: Desk) -> None:
    seen = desk.imported(jsonl(TEXTS))
    assert texts(desk) == ["a", "b", "c"]
    assert seen.outcome == {"rows": 5, "tasks": 3, "annotations": 0, "refused": 0, "duplicates": 2}
    assert desk.notes(seen) == [(3, "duplicate", 1), (5, "duplicate", 2)]
    assert_sound(desk.store)


def test_the_same_file_twice(desk: Desk) -> None:
    desk.imported(jsonl(TEXTS))
    again = desk.imported(jsonl(TEXTS))
    assert again.outcome == {"rows": 5, "tasks": 0, "annotations": 0, "refused": 0, "duplicates": 5}
    tasks = [row.id for row in desk.crowd.rows("SELECT id FROM task WHERE project_id = :project ORDER BY id")]
    rows = desk.crowd.rows("SELECT task_id, first_line, reason FROM import_note WHERE job_id = :job", job=again.id)
    assert [row.task_id for row in rows] == [tasks[0], tasks[1], tasks[0], tasks[2], tasks[1]]
    assert {row.first_line for row in rows} == {None}
    assert all(f"task {row.task_id}" in row.reason for row in rows)


def test_equal_content_whatever_the_order_of_its_keys(desk: Desk) -> None:
    one, other = b'{"text":"a","n":{"x":1,"y":[1,2]}}\n', b'{ "n": {"y": [1, 2], "x": 1}, "text": "\\u0061" }\n'
    assert desk.imported(one + other).outcome["duplicates"] == 1
    assert desk.imported(b'{"text":"a","n":{"x":1,"y":[2,1]}}\n').outcome["tasks"] == 1
    assert desk.imported(b'{"text":"a","n":{"x":1.0,"y":[1,2]}}\n').outcome["tasks"] == 1


def test_chunks_and_a_worker_that_dies_change_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_job, "_CHUNK_ROWS", 2)
    content = jsonl({"text": f"text {number % 7}"} for number in range(30))
    uid = desk.send(content)
    for _ in range(40):
        if desk.job(uid).outcome is not None:
            break
        desk.run(uid, stopping=lambda: True)  # is told to end after each chunk
        desk.crowd.execute("UPDATE job SET run_at = 0 WHERE uid = :uid", uid=uid)
        if desk.job(uid).checkpoint.get("step") != "importing":
            desk.run(uid)
    seen = desk.job(uid)
    assert seen.outcome is not None and seen.outcome["tasks"] == 7 and seen.outcome["duplicates"] == 23
    assert [first for _, _, first in desk.notes(seen)] == [n % 7 + 1 for n in range(7, 30)]


def test_rows_with_ids_of_their_own_are_tasks_of_their_own(desk: Desk) -> None:
    seen = desk.imported(keyed(("x", "a"), ("y", "a")))
    assert seen.outcome["tasks"] == 2 and "duplicates" not in seen.outcome
    assert desk.notes(seen) == [(2, "same_content", 1)]
    strict = desk.imported(keyed(("z", "a"), ("w", "b"), ("v", "b")), duplicates="skip")
    assert (strict.outcome["tasks"], strict.outcome["duplicates"]) == (1, 2)
    assert desk.keys() == ["x", "y", "w"]


def test_keep_compares_nothing(desk: Desk) -> None:
    seen = desk.imported(jsonl(TEXTS), duplicates="keep")
    assert seen.outcome["tasks"] == 5 and desk.notes(seen) == []


def test_refuse_stops_before_the_first_task(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_job, "_CHUNK_ROWS", 2)
    seen = desk.refused(jsonl(TEXTS), duplicates="refuse")
    assert [(line, reason) for line, _, reason in desk.report(seen)] == [
        (3, "the same data as line 1"),
        (5, "the same data as line 2"),
    ]
    assert texts(desk) == []
    good = desk.imported(jsonl(TEXTS), duplicates="refuse", mode="good_rows")
    assert (good.outcome["tasks"], good.outcome["refused"]) == (3, 2)
    assert len(desk.report(good)) == 2
    assert desk.refused(jsonl(TEXTS[:1]), duplicates="refuse").outcome["refused"] == 1


def test_equal_hashes_are_not_enough(desk: Desk) -> None:
    desk.imported(jsonl(TEXTS[:1]))
    other = content_hash('{"text":"other"}')
    desk.crowd.execute("UPDATE task_data SET content_hash = :other WHERE project_id = :project", other=other)
    assert desk.imported(jsonl([{"text": "other"}])).outcome["tasks"] == 1


def test_another_project_is_not_looked_at(make_desk: MakeDesk) -> None:
    for _ in range(2):
        assert make_desk(annotators=0).imported(jsonl(TEXTS)).outcome["tasks"] == 3


def test_what_a_duplicate_brought_along_is_named(desk: Desk) -> None:
    annotated = {"data": {"text": "a"}, "annotations": [{"annotator": "x@example.org", "result": result_of("Good")}]}
    seen = desk.imported(jsonl([{"text": "a"}, annotated]))
    row = desk.crowd.one("SELECT reason FROM import_note WHERE job_id = :job", job=seen.id)
    assert row.reason == "the same data as line 1; its 1 annotation was not imported"


def test_many_equal_tasks_cost_one_look_each(desk: Desk) -> None:
    """The index is asked for one task of a content, not for all of them."""
    desk.imported(jsonl([{"text": "a"}] * 3_000), duplicates="keep")
    if desk.crowd.store.read(lambda c: c.dialect.name) == "sqlite":
        plan = desk.crowd.rows(
            "EXPLAIN QUERY PLAN SELECT task_id FROM task_data WHERE project_id = :project AND content_hash = 2 LIMIT 1"
        )
        assert "ix_task_data_content" in str(plan)
    assert desk.imported(jsonl([{"text": "a"}] * 3_000)).outcome["duplicates"] == 3_000


# Rows whose key a task has.


def test_other_data_under_a_known_key_is_refused_unless_asked_for(desk: Desk) -> None:
    desk.imported(keyed(("x", "old"), ("y", "same")))
    seen = desk.refused(keyed(("x", "new"), ("y", "same")))
    assert [(line, reason) for line, _, reason in desk.report(seen)] == [
        (1, "a task with the id 'x' is in the project already, with other data")
    ]
    skipped = desk.imported(keyed(("x", "new"), ("y", "same"), ("z", "more")), existing_keys="skip")
    assert (skipped.outcome["tasks"], skipped.outcome["unchanged"]) == (1, 2)
    assert [kind for _, kind, _ in desk.notes(skipped)] == ["kept", "unchanged"]
    assert texts(desk) == ["old", "same", "more"]


def test_an_update_keeps_what_was_there_before(desk: Desk) -> None:
    desk.imported(keyed(("x", "old"), ("y", "same")))
    seen = desk.imported(keyed(("x", "new"), ("y", "same"), ("z", "more")), existing_keys="update")
    assert seen.outcome == {
        "rows": 3, "tasks": 1, "annotations": 0, "refused": 0, "unchanged": 1, "updated": 1,
    }  # fmt: skip
    assert texts(desk) == ["new", "same", "more"]
    decision = desk.crowd.one("SELECT kind, body, task_id FROM decision WHERE project_id = :project")
    body = json.loads(decision.body)
    assert (decision.kind, body["old"], body["new"]) == (
        "task_changed",
        {"data": {"text": "old"}},
        {"data": {"text": "new"}},
    )
    again = desk.imported(keyed(("x", "new"), ("y", "same"), ("z", "more")), existing_keys="update")
    assert again.outcome["unchanged"] == 3 and again.outcome["tasks"] == 0
    assert desk.imported(jsonl([{"text": "old"}])).outcome["tasks"] == 1  # nobody has this data now
    assert_sound(desk.store)


def test_priority_and_stratum_move_the_task_to_another_lane(make_desk: MakeDesk) -> None:
    desk = make_desk(policy=Policy(order="stratified"))
    desk.imported(keyed(("x", "a"), ("y", "b")))
    fields = {"priority": 5, "stratum": "north", "score": 0.5}
    for expected in ("updated", "unchanged"):
        seen = desk.imported(keyed(("y", "b"), **fields), existing_keys="update")
        assert seen.outcome.get(expected) == 1
    row = desk.crowd.one(
        "SELECT l.priority, l.stratum AS lane, d.stratum, d.score FROM task t JOIN lane l ON l.id = t.lane_id"
        " JOIN task_data d ON d.task_id = t.id WHERE t.project_id = :project AND d.key = 'y'"
    )
    assert tuple(row) == (5, "north", "north", 0.5)
    assert desk.imported(keyed(("y", "b")), existing_keys="update").outcome["unchanged"] == 1


def test_data_that_was_annotated_or_is_held_stays(desk: Desk) -> None:
    desk.imported(keyed(("x", "old"), ("y", "old y")))
    person = desk.crowd.people[0]
    desk.crowd.next(person)  # holds a lease on one of them
    held = desk.crowd.one(
        "SELECT d.key FROM assignment a JOIN task_data d ON d.task_id = a.task_id WHERE a.project_id = :project"
    ).key
    seen = desk.imported(keyed(("x", "new"), ("y", "new y")), existing_keys="update", mode="good_rows")
    assert (seen.outcome["refused"], seen.outcome["updated"]) == (1, 1)
    ((_, field, reason),) = desk.report(seen)
    assert field == "id" and repr(held) in reason and "being labeled" in reason
    assert desk.refused(keyed((held, "new")), existing_keys="update").outcome["refused"] == 1


def test_annotated_data_is_replaced_by_a_new_task_when_asked_for(make_desk: MakeDesk) -> None:
    desk = make_desk(annotators=2, policy=Policy(annotations_per_task=3))
    said = [{"annotator": "x@example.org", "result": result_of("Good")}]
    desk.imported(keyed(("x", "old"), annotations=said))
    old = desk.crowd.one("SELECT task_id FROM task_data WHERE project_id = :project").task_id
    seen = desk.imported(keyed(("x", "new")), existing_keys="update", update_annotated=True)
    assert (seen.outcome["tasks"], seen.outcome["replaced"]) == (1, 1)
    assert texts(desk) == ["old", "new"] and desk.keys() == [None, "x"]
    row = desk.crowd.one("SELECT need, target, done FROM task WHERE id = :old", old=old)
    assert (row.need, row.target, row.done) == (0, 1, 1)
    assert desk.crowd.one("SELECT task_id FROM annotation WHERE project_id = :project").task_id == old
    kinds = desk.crowd.rows("SELECT kind, task_id, body FROM decision WHERE project_id = :project ORDER BY id")
    assert [(row.kind, row.task_id == old) for row in kinds] == [("task_replaced", True), ("task_replaces", False)]
    assert json.loads(kinds[0].body)["by"] == kinds[1].task_id
    again = desk.imported(keyed(("x", "new")), existing_keys="update", update_annotated=True)
    assert again.outcome["unchanged"] == 1
    assert_sound(desk.store)


@pytest.mark.parametrize("rule", ["refuse", "skip", "update"])
def test_an_export_into_its_own_project_changes_nothing(desk: Desk, rule: str) -> None:
    said = [{"annotator": "x@example.org", "result": result_of("Good")}]
    desk.imported(keyed(("x", "a"), ("y", "b"), annotations=said))
    desk.imported(jsonl([{"text": "twice"}, {"text": "twice"}]), duplicates="keep")
    before = desk.exported()
    seen = desk.imported(before, existing_keys=rule)
    assert seen.outcome["tasks"] == 0
    assert desk.exported() == before


def test_an_export_with_equal_tasks_reads_back_whole(make_desk: MakeDesk) -> None:
    first, second = make_desk(annotators=0), make_desk(annotators=0)
    first.imported(jsonl([{"text": "twice"}, {"text": "twice"}, {"text": "once"}]), duplicates="keep")
    assert second.imported(first.exported()).outcome["tasks"] == 3
    assert texts(second) == texts(first)
