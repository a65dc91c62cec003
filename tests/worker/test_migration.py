"""A new label config over annotations that exist: dry run, job, and answers that come late."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Connection

from assay.flow.policy import Policy
from assay.kernel.errors import BadLabelConfig
from assay.labels.label_config import parse_label_config
from assay.store import label_config_change
from assay.store import tables as t
from assay.store.jobs import JobState
from assay.worker import migration_job
from tests.flow.audit import assert_sound
from tests.flow.ground import LABEL_CONFIG, result_of
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, jsonl

RENAMED = LABEL_CONFIG.replace('"Good"', '"Fine"').replace('"Neither"', '"Unsure"')
MERGED = RENAMED.replace('<Choice value="Unsure"/>', "")
LABELS = {"mood": {"Good": "Fine", "Neither": "Unsure"}}


def project(connection: Connection, desk: Desk) -> Any:
    return connection.execute(t.project.select().where(t.project.c.id == desk.crowd.project.id)).one()


def change(desk: Desk, xml: str, mapping: Any = None) -> str | None:
    """Put it in force; gives the job."""
    now = desk.clock()
    return desk.store.write(
        lambda c: label_config_change.change(
            c, desk.crowd.versions, project(c, desk), xml, parse_label_config(xml),
            mapping=mapping, note="", actor_id=desk.crowd.owner.person_id, now=now,
        )
    )  # fmt: skip


def preview(desk: Desk, xml: str, mapping: Any = None) -> dict[str, Any]:
    return desk.store.read(
        lambda c: label_config_change.preview(
            c, desk.crowd.versions, project(c, desk), parse_label_config(xml), mapping
        )
    )


def annotated(desk: Desk, *labels: tuple[str, ...]) -> None:
    """One task each, annotated by p0, p1 and so on."""
    desk.imported(
        jsonl(
            {
                "id": f"task {n}",
                "data": {"text": f"text {n}"},
                "annotations": [
                    {"annotator": f"p{k}@example.org", "result": result_of(label), "seconds": 2.5, "confidence": 0.5,
                     "created_at": "2020-01-02T03:04:05Z"}
                    for k, label in enumerate(said)
                ],
            }
            for n, said in enumerate(labels)
        )
    )  # fmt: skip


def in_force(desk: Desk) -> list[tuple[int, str, str]]:
    rows = desk.crowd.rows(
        "SELECT n.answers, n.source, n.label_config_version FROM annotation n"
        " JOIN assignment a ON a.annotation_id = n.id WHERE a.project_id = :project AND a.state = 1 ORDER BY a.id"
    )
    return [(row.label_config_version, json.loads(row.answers)["mood"][0], row.source) for row in rows]


def test_a_rename_supersedes_what_changes_and_touches_nothing_old(desk: Desk) -> None:
    annotated(desk, ("Good", "Bad"), ("Neither", "Neither"))
    before = desk.crowd.rows("SELECT * FROM annotation WHERE project_id = :project ORDER BY id")
    disagreement = desk.crowd.rows("SELECT disagreement FROM task WHERE project_id = :project ORDER BY id")
    job = change(desk, RENAMED, {"labels": LABELS})
    assert job is not None
    seen = desk.run(job)
    assert seen.state == JobState.DONE
    assert seen.outcome == {"tasks": 2, "changed": 3, "set_aside": 0, "same": 1}
    assert in_force(desk) == [
        (2, "Fine", "migration"), (1, "Bad", "import"), (2, "Unsure", "migration"), (2, "Unsure", "migration"),
    ]  # fmt: skip
    after = desk.crowd.rows("SELECT * FROM annotation WHERE project_id = :project ORDER BY id")
    assert after[: len(before)] == before
    new = after[len(before)]
    old = before[0]
    assert (new.supersedes, new.annotator_id, new.assignment_id) == (old.id, old.annotator_id, old.assignment_id)
    assert (new.made_at, new.seconds, new.confidence) == (before[0].made_at, 2.5, 0.5)
    assert new.submission_id == f"migration-{new.uid}"
    assert json.loads(new.result)[0]["value"] == {"choices": ["Fine"]}
    assert desk.crowd.rows("SELECT disagreement FROM task WHERE project_id = :project ORDER BY id") == disagreement
    assert_sound(desk.store)


def test_a_merge_measures_the_tasks_again(desk: Desk) -> None:
    annotated(desk, ("Good", "Neither"))
    assert desk.crowd.one("SELECT disagreement FROM task WHERE project_id = :project").disagreement == 1.0
    desk.run(change(desk, MERGED, {"labels": {"mood": {"Good": "Fine", "Neither": "Fine"}}}) or "")
    assert desk.crowd.one("SELECT disagreement FROM task WHERE project_id = :project").disagreement == 0.0


def test_the_dry_run_says_what_the_job_then_does(desk: Desk) -> None:
    annotated(desk, ("Good", "Bad"), ("Good", "Neither"), ("Bad", "Bad"))
    mapping = {"labels": {"mood": {"Good": "Fine", "Neither": {"ask_again": True}}}, "unmapped": "ask_again"}
    found = preview(desk, RENAMED, mapping)
    assert (found["annotations"], found["changed"], found["unmapped"], found["tasks_again"]) == (6, 2, 1, 1)
    counts = {(row["control"], row["label"]): row["count"] for row in found["before"]}
    assert counts == {("mood", "Good"): 2, ("mood", "Bad"): 3, ("mood", "Neither"): 1}
    counts = {(row["control"], row["label"]): row["count"] for row in found["after"]}
    assert counts == {("mood", "Fine"): 2, ("mood", "Bad"): 3, ("mood", "Unsure"): 0}
    assert found["reasons"] == [{"reason": "the label 'Neither' of 'mood' is to be asked again", "count": 1}]
    assert {"mood": ["Good"]} in [row["before"] for row in found["sample"]]
    assert in_force(desk)[0][0] == 1  # nothing was changed
    seen = desk.run(change(desk, RENAMED, mapping) or "")
    assert (seen.outcome["changed"], seen.outcome["set_aside"]) == (2, 1)
    decision = desk.crowd.one("SELECT kind, body FROM decision WHERE project_id = :project")
    assert decision.kind == "asked_again" and "asked again" in decision.body
    assert_sound(desk.store)


def test_a_task_asked_again_goes_out_again(make_desk: MakeDesk) -> None:
    desk = make_desk(annotators=1, policy=Policy(annotations_per_task=1))
    desk.crowd.add_tasks(1)
    person = desk.crowd.people[0]
    desk.crowd.submit(person, desk.crowd.take(person), "Good")
    assert desk.crowd.next(person).leases == ()
    desk.run(change(desk, RENAMED, {"labels": {"mood": {"Good": {"ask_again": True}}}, "unmapped": "ask_again"}) or "")
    assert_sound(desk.store)
    (lease,) = desk.crowd.next(person).leases
    desk.crowd.send(person, lease.uid, desk.crowd.submission("Good").__class__("again", fine()))
    assert in_force(desk) == [(2, "Fine", "web")]
    assert_sound(desk.store)


def fine() -> list[dict[str, Any]]:
    return result_of("Fine", parse_label_config(RENAMED))


def test_what_is_not_covered_is_refused_with_its_number(desk: Desk) -> None:
    annotated(desk, ("Good", "Bad"))
    for mapping in (None, {}, {"labels": {"mood": {"Good": {"ask_again": True}}}}):
        with pytest.raises(BadLabelConfig, match="1 annotations"):
            change(desk, RENAMED, mapping)
    assert project_version(desk) == 1


def project_version(desk: Desk) -> int:
    return int(desk.crowd.one("SELECT label_config_version FROM project WHERE id = :project").label_config_version)


def test_names_suggest_the_mapping(desk: Desk) -> None:
    annotated(desk, ("Good", "Bad"))
    only = LABEL_CONFIG.replace('"Good"', '"Fine"')
    assert preview(desk, only)["mapping"]["labels"] == {"mood": {"Good": "Fine"}}
    assert preview(desk, only)["unmapped"] == 0
    assert preview(desk, RENAMED)["unmapped"] == 1  # two gone, two new: people decide


def test_an_answer_under_the_old_config_is_mapped_when_it_arrives(desk: Desk) -> None:
    desk.crowd.add_tasks(2)
    first, second = desk.crowd.people
    held = {person: desk.crowd.take(person) for person in (first, second)}
    desk.crowd.submit(first, held[first], "Good")
    job = change(desk, RENAMED, {"labels": LABELS})
    desk.crowd.submit(second, held[second], "Neither")  # the page still shows the old labels
    assert job is not None
    desk.run(job)
    assert sorted(in_force(desk)) == [(2, "Fine", "migration"), (2, "Unsure", "migration")]
    assert_sound(desk.store)


def test_also_long_after_the_job_and_over_two_changes(desk: Desk) -> None:
    desk.crowd.add_tasks(1)
    person = desk.crowd.people[0]
    held = desk.crowd.take(person)
    change(desk, RENAMED, {"labels": LABELS})
    change(desk, MERGED, {"labels": {"mood": {"Unsure": "Bad"}}})
    desk.crowd.submit(person, held, "Neither")
    assert in_force(desk) == [(3, "Bad", "migration")]
    assert_sound(desk.store)


def test_an_answer_whose_label_is_gone_asks_again(desk: Desk) -> None:
    desk.crowd.add_tasks(1)
    person = desk.crowd.people[0]
    held = desk.crowd.take(person)
    assert change(desk, LABEL_CONFIG.replace('<Choice value="Neither"/>', "")) is None  # nobody used it yet
    desk.crowd.submit(person, held, "Neither")
    assert in_force(desk) == []
    assert desk.crowd.one("SELECT kind FROM decision WHERE project_id = :project").kind == "asked_again"
    assert_sound(desk.store)


def test_it_goes_on_after_a_worker_that_died(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_job, "_CHUNK_TASKS", 2)
    annotated(desk, *([("Good", "Bad")] * 9))
    job = change(desk, RENAMED, {"labels": LABELS}) or ""
    for _ in range(20):
        if desk.run(job, stopping=lambda: True).outcome is not None:
            break
    seen = desk.job(job)
    assert seen.outcome == {"tasks": 9, "changed": 9, "set_aside": 0, "same": 9}
    assert len(desk.crowd.rows("SELECT id FROM annotation WHERE project_id = :project AND source = 'migration'")) == 9
    assert_sound(desk.store)
