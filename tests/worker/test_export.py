"""Export: one moment of the project, complete with its provenance; and back in again without loss."""

from __future__ import annotations

import csv
import io
import json
import threading
from typing import Any

import pytest

from assay.flow.policy import Policy
from assay.formats import FORMATS
from assay.kernel.clock import iso
from assay.store import jobs
from assay.store.jobs import JobState
from assay.worker import export_job, run
from assay.worker.context import JobContext
from assay.worker.run import run_one
from tests.flow.audit import assert_sound
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, jsonl

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "=cmd|' /C calc'!A0", 'fine, "quoted"\nlines', "مرحبا 👩‍👩‍👧"]


def work_on(desk: Desk) -> dict[str, str]:
    """One superseded, one late, one counted with everything, one skipped; returns submission ids by what they are."""
    crowd = desk.crowd
    a, b = crowd.people
    desk.imported(jsonl({"id": f"k{n}", "data": {"text": text, "n": n}} for n, text in enumerate(FORMULAS)))
    first = crowd.take(a)
    crowd.clock.advance(12)
    old = crowd.submit(a, first, "Good", confidence=0.5, seconds=10.5)
    new = crowd.submit(a, first, "Bad", supersedes=old.submission_id, confidence=0.75, seconds=11)
    lost = crowd.take(a)
    crowd.clock.advance(4000)
    crowd.sweep()
    taken = crowd.take(b)
    assert crowd.task_of(taken) == crowd.task_of(lost)
    late = crowd.submit(a, lost, "Neither")
    counted = crowd.submit(b, taken, "Good")
    crowd.skip(b, crowd.take(b))
    assert not late.counted
    found = {"old": old, "new": new, "late": late, "counted": counted}
    return {name: receipt.submission_id for name, receipt in found.items()}


def by_submission(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Every annotation of an export by its submission id."""
    return {given["submission_id"]: given for row in rows for given in row["annotations"]}


def test_superseded_and_late_answers_are_there_and_marked(desk: Desk) -> None:
    ids = work_on(desk)
    rows = desk.lines()
    given = by_submission(rows)
    assert {name: given[uid]["counted"] for name, uid in ids.items()} == {
        "old": False, "new": True, "late": False, "counted": True
    }  # fmt: skip
    assert given[ids["new"]]["supersedes"] == given[ids["old"]]["id"]
    labels = [row["majority"]["mood"]["labels"] for row in rows if row["majority"]]
    assert sorted(labels) == [["Bad"], ["Good"]]
    assert all(row["majority"]["mood"]["n"] == 1 for row in rows if row["majority"])


def test_the_provenance_of_an_answer_is_complete(desk: Desk) -> None:
    ids = work_on(desk)
    given = by_submission(desk.lines())[ids["new"]]
    row = desk.crowd.one("SELECT * FROM annotation WHERE submission_id = :id AND project_id = :project", id=ids["new"])
    person = desk.crowd.one("SELECT * FROM person WHERE id = :id", id=row.annotator_id)
    assert given["id"] == row.uid
    assert (given["annotator"], given["annotator_name"]) == (person.email, person.name)
    assert (given["answers"], given["result"]) == ({"mood": ["Bad"]}, json.loads(row.result))
    assert given["created_at"] == given["received_at"] == iso(row.created_at)
    assert (given["seconds"], given["wall_seconds"], given["confidence"]) == (11.0, 12.0, 0.75)
    assert (given["label_config_version"], given["guideline_version"], given["policy_version"]) == (1, 1, 1)
    assert given["source"] == "web"


def test_the_tasks_are_all_there_in_order_with_their_data(desk: Desk) -> None:
    work_on(desk)
    rows = desk.lines()
    assert [(row["key"], row["data"]) for row in rows] == [
        (f"k{n}", {"text": text, "n": n}) for n, text in enumerate(FORMULAS)
    ]
    annotated = desk.lines(only="annotated")
    assert annotated == [row for row in rows if any(given["counted"] for given in row["annotations"])]


def test_the_outcome_counts_what_is_in_the_file(desk: Desk) -> None:
    work_on(desk)
    seen = desk.run(desk.ask_export())
    with desk.storage.open(seen.outcome["file"]) as stream:
        rows = [json.loads(line) for line in stream]
    assert seen.outcome["tasks"] == len(rows) == len(FORMULAS)
    assert seen.outcome["annotations"] == sum(len(row["annotations"]) for row in rows) == 4
    assert seen.outcome["filename"] == "moods.file"


@pytest.mark.parametrize("format_id", [one.id for one in FORMATS if one.card.writes])
def test_a_project_without_tasks(desk: Desk, format_id: str) -> None:
    content = desk.exported(format_id)
    if format_id in ("json", "label_studio"):
        assert json.loads(content) == []
    assert len(content.splitlines()) == {"jsonl": 0, "csv": 1, "tsv": 1}.get(format_id, len(content.splitlines()))


# One moment.


def test_an_export_while_answers_arrive_is_one_moment(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person answers on and on: the file holds the first so many answers, no gaps, and says so everywhere."""
    monkeypatch.setattr("assay.store.exports._PAGE_TASKS", 20)
    desk = make_desk(annotators=1, tasks=400, policy=Policy(order="sequential"))
    crowd = desk.crowd
    (person,) = crowd.people
    sent: list[str] = []
    over = threading.Event()

    def label() -> None:
        while not over.is_set() and len(sent) < 400:
            sent.append(crowd.submit(person, crowd.take(person)).submission_id)

    labeling = threading.Thread(target=label)
    labeling.start()
    try:
        counts = []
        for _ in range(4):
            before = len(sent)
            rows = desk.lines()
            after = len(sent) + 1
            found = list(by_submission(rows))
            assert found == [*sent, *found[len(sent) :]][: len(found)]
            assert before <= len(found) <= after
            assert sum(bool(row["majority"]) for row in rows) == len(found)
            counts.append(len(found))
    finally:
        over.set()
        labeling.join(30)
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
    assert_sound(desk.store)


# Interrupted.


def break_after(monkeypatch: pytest.MonkeyPatch, rows: int, problem: BaseException) -> None:
    """The first export breaks off in the middle of its file."""
    iterate, broken = export_job._Counted.__iter__, iter([True])

    def breaking(counted: export_job._Counted) -> Any:
        first = next(broken, False)
        for number, row in enumerate(iterate(counted)):
            if first and number == rows:
                raise problem
            yield row

    monkeypatch.setattr(export_job._Counted, "__iter__", breaking)


def test_an_export_that_breaks_off_leaves_no_file_and_begins_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    work_on(desk)
    break_after(monkeypatch, 3, OSError("broken"))
    uid = desk.ask_export()
    assert desk.run(uid).state == JobState.WAITING
    assert desk.files() == []
    desk.clock.advance(10)
    seen = desk.run(uid)
    assert seen.state == JobState.DONE
    assert desk.files() == [seen.outcome["file"]]
    assert seen.outcome["tasks"] == len(FORMULAS)


def test_an_export_that_is_canceled_while_it_is_written_leaves_no_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_on(desk)

    def cancel_then_export(context: JobContext) -> None:
        desk.store.write(lambda c: jobs.cancel(c, desk.crowd.project.id, context.job.uid, desk.clock()))
        export_job.run_export(context)

    monkeypatch.setitem(run.KINDS, "export", cancel_then_export)
    uid = desk.ask_export()
    assert run_one(desk.context(), only=uid)
    assert desk.job(uid).state == JobState.CANCELED
    assert desk.files() == []


def test_a_format_that_does_not_exist_ends_in_words(desk: Desk) -> None:
    seen = desk.run(desk.ask_export("paper"))
    assert seen.state == JobState.FAILED
    assert "paper" in seen.problem["detail"]


# Spreadsheets.


def cells(content: bytes) -> list[dict[str, str]]:
    """A table as Python reads it."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("raw", [False, True])
def test_no_cell_of_a_csv_is_a_formula_unless_asked_for(desk: Desk, raw: bool) -> None:
    work_on(desk)
    content = desk.exported("csv", raw=raw)
    texts = {row["task_key"]: row["data.text"] for row in cells(content)}
    dangerous = [text for text in texts.values() if text[:1] in "=+-@\t\r"]
    assert bool(dangerous) == raw
    if raw:
        assert list(texts.values()) == FORMULAS
    for row in cells(content):
        for name, value in row.items():
            assert raw or not value.startswith(("=", "+", "-", "@", "\t", "\r")), (name, value)


def test_names_and_notes_of_people_are_no_formulas_either(desk: Desk) -> None:
    desk.crowd.execute("UPDATE person SET name = '=HYPERLINK(1)' WHERE id = :id", id=desk.crowd.people[0])
    work_on(desk)
    names = {row["annotator_name"] for row in cells(desk.exported("csv"))}
    assert "'=HYPERLINK(1)" in names
    assert "=HYPERLINK(1)" not in names


# Out, in, and out again.


def essence(rows: list[dict[str, Any]], *, counted_only: bool) -> list[dict[str, Any]]:
    """What must survive: everything but ids and times that belong to the new place."""
    kept = ("annotator", "result", "answers", "created_at", "seconds", "confidence")
    return [
        {
            "key": row["key"],
            "data": row["data"],
            "majority": row["majority"],
            "annotations": [
                {name: given[name] for name in kept}
                for given in row["annotations"]
                if given["counted"] or not counted_only
            ],
        }
        for row in rows
    ]


@pytest.mark.parametrize("format_id", ["jsonl", "json", "label_studio", "csv", "tsv"])
def test_out_and_in_and_out_again(make_desk: MakeDesk, format_id: str) -> None:
    first = make_desk(annotators=2)
    work_on(first)
    second = make_desk(annotators=0)
    second.imported(first.exported(format_id), format_id=format_id)
    third = make_desk(annotators=0)
    third.imported(second.exported(format_id), format_id=format_id)

    original, once, twice = first.lines(), second.lines(), third.lines()

    native = FORMATS.get(format_id).card.lossless
    assert essence(once, counted_only=False) == essence(original, counted_only=not native)
    assert essence(twice, counted_only=False) == essence(once, counted_only=False)
    assert native or all(given["guideline_version"] is None for row in once for given in row["annotations"])
    assert_sound(second.store)


def test_the_agreement_of_a_project_survives_the_journey(make_desk: MakeDesk) -> None:
    first = make_desk(annotators=2, tasks=12, policy=Policy(annotations_per_task=2))
    for number, person in enumerate(first.crowd.people):
        for place, lease in enumerate(first.crowd.next(person, 10).leases):
            first.crowd.submit(person, lease.uid, "Good" if place % (number + 2) else "Bad")
    second = make_desk(annotators=0, policy=Policy(annotations_per_task=2))
    second.imported(first.exported())
    statement = "SELECT done, disagreement FROM task WHERE project_id = :project ORDER BY id"
    assert [tuple(row) for row in first.crowd.rows(statement)] == [tuple(row) for row in second.crowd.rows(statement)]
