"""Import: the whole file is judged first, then written; each refused row is named."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest

from assay.flow.access import Role
from assay.flow.intake import Intake
from assay.flow.planned import PlannedTask
from assay.flow.policy import Policy
from assay.kernel.limits import TASK_BYTES
from assay.labels.label_config import parse_label_config
from assay.store import people
from assay.store.known_tasks import Candidate
from assay.store.people import Member
from assay.worker import import_job
from tests.flow.audit import assert_sound
from tests.flow.ground import LABEL_CONFIG, result_of
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, jsonl

GOOD = [{"id": f"key-{n}", "data": {"text": f"text {n}"}} for n in range(1, 6)]


def annotated(*annotations: dict[str, Any], key: str = "a-1") -> dict[str, Any]:
    """A wrapped row with annotations."""
    return {"id": key, "data": {"text": "Fine."}, "annotations": list(annotations)}


def said(label: str = "Good", who: Any = "ada@example.org", **more: Any) -> dict[str, Any]:
    """An annotation as Assay's own files have it."""
    return {"result": result_of(label), "annotator": who, **more}


def test_every_row_becomes_a_task(desk: Desk) -> None:
    seen = desk.imported(jsonl(GOOD))
    assert seen.outcome == {"rows": 5, "tasks": 5, "annotations": 0, "refused": 0}
    assert desk.keys() == [row["id"] for row in GOOD]
    rows = desk.crowd.rows("SELECT data, line, job_id FROM task_data WHERE project_id = :project ORDER BY task_id")
    assert [json.loads(row.data) for row in rows] == [row["data"] for row in GOOD]
    assert [(row.line, row.job_id) for row in rows] == [(n, seen.id) for n in range(1, 6)]
    assert desk.report(seen) == []
    assert desk.files() == []
    assert_sound(desk.store)


@pytest.mark.parametrize("mode", ["all_or_nothing", "good_rows"])
def test_one_bad_row(desk: Desk, mode: str) -> None:
    content = jsonl([*GOOD[:2], {"id": "bad", "data": {"body": "no text"}}, *GOOD[2:]])
    if mode == "all_or_nothing":
        seen = desk.refused(content, mode=mode)
        assert seen.problem["code"] == "rows_refused"
        assert "1 of 6 rows" in seen.problem["detail"]
        assert seen.outcome == {"rows": 6, "tasks": 0, "annotations": 0, "refused": 1}
        assert desk.keys() == []
    else:
        seen = desk.imported(content, mode=mode)
        assert seen.outcome == {"rows": 6, "tasks": 5, "annotations": 0, "refused": 1}
        assert desk.keys() == [row["id"] for row in GOOD]
    ((line, field, reason),) = desk.report(seen)
    assert (line, field) == (3, "text")
    assert "missing" in reason
    assert desk.files() == []
    assert_sound(desk.store)


def test_nothing_good_among_the_good_rows(desk: Desk) -> None:
    seen = desk.refused(jsonl([{"body": "x"}] * 3), mode="good_rows")
    assert seen.problem["code"] == "rows_refused"
    assert len(desk.report(seen)) == 3


BAD_ROWS: dict[str, tuple[bytes, str, str]] = {
    "missing field": (b'{"body": "x"}', "text", "missing"),
    "empty text": (b'{"text": "  "}', "text", "blank"),
    "text that is a number": (b'{"text": 5}', "text", "number"),
    "NaN": (b'{"text": "a", "n": NaN}', "row", "NaN"),
    "minus infinity": (b'{"text": "a", "n": -Infinity}', "row", "Infinity"),
    "a number beyond 64 bits": (b'{"text": "a", "n": 1' + b"0" * 30 + b"}", "n", "64 bits"),
    "a number of 500 digits": (b'{"text": "a", "n": 1' + b"0" * 500 + b"}", "row", "digits"),
    "huge text": (b'{"text": "' + b"x" * (TASK_BYTES + 1) + b'"}', "data", "1,000,000"),
    "half a character": (b'{"text": "\\ud83d"}', "row", "surrogate"),
    "NUL": (b'{"text": "a\\u0000b"}', "text", "NUL"),
    "NUL in a key": (b'{"text": "a", "b\\u0000c": 1}', "b", "NUL"),
    "a key twice": (b'{"text": "a", "text": "b"}', "row", "twice"),
    "too deep": (b'{"text": "a", "n": ' + b"[" * 70 + b"]" * 70 + b"}", "row", "deep"),
    "broken JSON": (b'{"text": "a"', "row", "column"),
    "not an object": (b'["text"]', "row", "object"),
    "not UTF-8": (b'{"text": "caf\xe9"}', "row", "0xE9"),
    "label not in the config": (
        jsonl([annotated(said("Good"))])[:-1].replace(b'["Good"]', b'["Great"]'),
        "annotations[0]",
        "not a choice",
    ),
    "no answer": (jsonl([annotated(said() | {"result": []})])[:-1], "annotations[0]", "required"),
    "unknown control": (
        jsonl([annotated(said())])[:-1].replace(b'"mood"', b'"tone"'),
        "annotations[0]",
        "not a control",
    ),
    "the same person twice": (jsonl([annotated(said("Good"), said("Bad"))])[:-1], "annotations", "twice"),
    "a name that is no name": (jsonl([annotated(said(who="a\0b"))])[:-1], "annotations[0]", "NUL"),
    "a time that nobody can write": (
        jsonl([annotated(said(created_at="0001-01-01T00:00:00+14:00"))])[:-1], "annotations[0]", "year"
    ),
    "a confidence in percent": (jsonl([annotated(said(confidence=80))])[:-1], "annotations[0]", "from 0 to 1"),
}  # fmt: skip


@pytest.mark.parametrize("why", BAD_ROWS)
def test_a_bad_row_is_refused_alone_with_line_field_and_reason(desk: Desk, why: str) -> None:
    row, field, says = BAD_ROWS[why]
    content = jsonl(GOOD[:2]) + row + b"\n" + jsonl(GOOD[2:3])
    seen = desk.imported(content, mode="good_rows")
    ((line, found, reason),) = desk.report(seen)
    assert line == 3
    assert found.startswith(field)
    assert says in reason
    assert seen.outcome["refused"] == 1
    assert desk.keys() == ["key-1", "key-2", "key-3"]
    assert_sound(desk.store)


def test_what_has_no_rows(desk: Desk) -> None:
    for content in (b"", b"\n \n\n"):
        seen = desk.refused(content)
        assert seen.problem["detail"] == "The file has no rows."
        assert desk.files() == []


def test_a_file_that_is_broken_as_a_whole_says_where(desk: Desk) -> None:
    seen = desk.refused(b'[{"text": "a"}, {"text": ', format_id="json")
    assert seen.problem["status"] in (413, 422)
    assert desk.keys() == []
    seen = desk.refused(b"text,text\na,b\n", format_id="csv")
    assert "text" in seen.problem["detail"]
    assert desk.files() == []


TEXTS = [
    "👩‍👩‍👧 family",
    "مرحبا بالعالم",
    "שלום",
    "\u202eright to left\u202c",
    "e\u0301 \u2028 x",
    "=1+1",
    "'tis",
    '"q"',
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("format_id", ["jsonl", "json", "csv", "tsv", "txt"])
def test_text_of_any_script_in_any_format(desk: Desk, format_id: str, encoding: str) -> None:
    texts = [text for text in TEXTS if format_id not in ("csv", "tsv") or "\u2028" not in text]
    if format_id == "jsonl":
        written = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    elif format_id == "json":
        written = json.dumps([{"text": text} for text in texts], ensure_ascii=False)
    elif format_id == "txt":
        written = "\n".join(texts)
    else:
        written = "text\n" + "\n".join('"' + text.replace('"', '""') + '"' for text in texts)
    desk.imported(written.encode(encoding), format_id=format_id)
    rows = desk.crowd.rows("SELECT data FROM task_data WHERE project_id = :project ORDER BY task_id")
    assert [json.loads(row.data) for row in rows] == [{"text": text} for text in texts]


def test_utf_16_cut_in_half(desk: Desk) -> None:
    content = codecs.BOM_UTF16_LE + "".join(f'{{"text": "{n}"}}\n' for n in range(3)).encode("utf-16-le") + b"{"
    seen = desk.imported(content, mode="good_rows")
    assert seen.outcome["tasks"] == 3
    assert seen.outcome["refused"] == 1


# Ids.


def test_duplicate_ids_in_a_file(desk: Desk) -> None:
    seen = desk.imported(jsonl([GOOD[0], GOOD[1], GOOD[0] | {"data": {"text": "other"}}]), mode="good_rows")
    ((line, field, reason),) = desk.report(seen)
    assert (line, field) == (3, "id")
    assert "row 1" in reason
    assert desk.keys() == ["key-1", "key-2"]


def test_the_same_file_twice_adds_nothing_twice(desk: Desk) -> None:
    desk.imported(jsonl(GOOD))
    again = desk.imported(jsonl(GOOD))
    assert again.outcome == {"rows": 5, "tasks": 0, "annotations": 0, "refused": 0, "unchanged": 5}
    more = desk.imported(jsonl([*GOOD, {"id": "key-6", "data": {"text": "new"}}]))
    assert more.outcome == {"rows": 6, "tasks": 1, "annotations": 0, "refused": 0, "unchanged": 5}
    assert desk.keys() == [f"key-{n}" for n in range(1, 7)]
    assert_sound(desk.store)


def test_ids_of_another_project_are_free(make_desk: MakeDesk) -> None:
    for _ in range(2):
        assert make_desk(annotators=0).imported(jsonl(GOOD)).outcome["tasks"] == 5


def test_numbers_and_texts_are_one_kind_of_id(desk: Desk) -> None:
    seen = desk.imported(
        jsonl([{"id": 7, "data": {"text": "a"}}, {"id": "7", "data": {"text": "b"}}]), mode="good_rows"
    )
    assert desk.keys() == ["7"]
    assert seen.outcome["refused"] == 1


@pytest.mark.parametrize("mode", ["all_or_nothing", "good_rows"])
def test_an_id_that_somebody_adds_between_checking_and_writing(
    desk: Desk, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = import_job.Plan.write

    def meanwhile(plan: import_job.Plan, state: dict[str, Any]) -> None:
        desk.crowd.write(desk.crowd.plan((1, "key-3", {"text": "by the API"}, [])))
        write(plan, state)

    monkeypatch.setattr(import_job.Plan, "write", meanwhile)
    seen = desk.imported(jsonl(GOOD), mode=mode)

    assert seen.outcome == {"rows": 5, "tasks": 4, "annotations": 0, "refused": 1}
    ((line, field, reason),) = desk.report(seen)
    assert (line, field) == (3, "id")
    assert "already" in reason
    held = desk.keys()
    assert sorted(key or "" for key in held) == [f"key-{n}" for n in range(1, 6)]
    assert_sound(desk.store)


def test_two_imports_of_the_same_ids_one_after_the_other_half(desk: Desk) -> None:
    first, second = desk.send(jsonl(GOOD[:3])), desk.send(jsonl(GOOD), mode="good_rows")
    assert desk.run(first).outcome["tasks"] == 3
    assert desk.run(second).outcome == {"rows": 5, "tasks": 2, "annotations": 0, "refused": 0, "unchanged": 3}


# The same plan each time.


def shape(desk: Desk) -> list[tuple[Any, ...]]:
    """What the queue will do with the tasks, by their ids in the file."""
    rows = desk.crowd.rows(
        "SELECT d.key, rank() OVER (ORDER BY t.ord) AS place, t.draw, t.need, t.target, t.inclusion, t.phase"
        " FROM task t JOIN task_data d ON d.task_id = t.id WHERE t.project_id = :project ORDER BY t.id"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("order", ["random", "sequential"])
def test_the_same_import_planned_twice_gives_the_same_tasks(make_desk: MakeDesk, order: Any) -> None:
    policy = Policy(annotations_per_task=3, overlap_share=0.4, order=order)
    content = jsonl({"id": n, "data": {"text": f"text {n}"}} for n in range(300))
    shapes = []
    for seed in ("one", "one", "two"):
        desk = make_desk(annotators=0, policy=policy)
        desk.imported(content, seed=seed)
        shapes.append(shape(desk))
    assert shapes[0] == shapes[1] != shapes[2]
    assert {row[4] for row in shapes[0]} == {1, 3}


def test_sequential_imports_stand_one_behind_the_other(make_desk: MakeDesk) -> None:
    desk = make_desk(annotators=1, policy=Policy(order="sequential"))
    for start in (0, 10):
        desk.imported(jsonl({"id": n, "data": {"text": f"text {n}"}} for n in range(start, start + 10)))
    leases = desk.crowd.next(desk.crowd.people[0], 10).leases
    for lease in leases:
        desk.crowd.submit(desk.crowd.people[0], lease.uid)
    leases += desk.crowd.next(desk.crowd.people[0], 10).leases
    assert [lease.data["text"] for lease in leases] == [f"text {n}" for n in range(20)]


def test_the_label_config_of_when_it_was_sent_judges_and_is_stamped(desk: Desk) -> None:
    uid = desk.send(jsonl([annotated(said("Good"))]))
    desk.crowd.execute(
        "INSERT INTO label_config (project_id, version, xml, note, created_by, created_at)"
        " SELECT project_id, 2, replace(xml, '\"Good\"', '\"Great\"'), '', NULL, created_at FROM label_config"
        " WHERE project_id = :project"
    )
    desk.crowd.execute("UPDATE project SET label_config_version = 2 WHERE id = :project")
    assert desk.run(uid).outcome["annotations"] == 1
    rows = desk.crowd.rows(
        "SELECT n.label_config_version AS n, a.label_config_version AS a FROM annotation n"
        " JOIN assignment a ON a.id = n.assignment_id WHERE n.project_id = :project"
    )
    assert [tuple(row) for row in rows] == [(1, 1)]


# Annotations that come along.


LABEL_STUDIO = [
    {
        "id": 11,
        "data": {"text": "Fine."},
        "annotations": [
            {
                "id": 1,
                "completed_by": {"id": 3, "email": "Ada@Example.org"},
                "result": result_of("Good"),
                "created_at": "2024-05-01T10:00:00.000000Z",
                "lead_time": 7.5,
                "was_cancelled": False,
            },
            {"id": 2, "completed_by": 17, "result": result_of("Bad"), "was_cancelled": False},
            {"id": 3, "completed_by": 18, "result": [], "was_cancelled": True},
        ],
    },
    {
        "id": 12,
        "data": {"text": "Poor."},
        "annotations": [{"id": 4, "completed_by": 17, "result": result_of("Bad"), "was_cancelled": False}],
    },
]


def test_annotated_label_studio_json(make_desk: MakeDesk) -> None:
    desk = make_desk(annotators=1, policy=Policy(annotations_per_task=2))
    crowd = desk.crowd
    ada = join(desk, f"ada{crowd.workspace_id}@example.org")
    content = json.dumps(LABEL_STUDIO).replace("Ada@", f"ADA{crowd.workspace_id}@").encode()

    seen = desk.imported(content, format_id="label_studio")

    assert seen.outcome == {"rows": 2, "tasks": 2, "annotations": 3, "refused": 0}
    by_member = crowd.one(
        "SELECT * FROM annotation WHERE project_id = :project AND annotator_id = :ada", ada=ada.person_id
    )
    assert (by_member.seconds, by_member.made_at) == (7.5, 1_714_557_600_000_000)
    assert (by_member.source, by_member.guideline_version) == ("import", None)
    strangers = crowd.rows(
        "SELECT p.*, m.imported_as, m.role FROM person p JOIN membership m ON m.person_id = p.id"
        " WHERE m.imported_as IS NOT NULL AND m.workspace_id = :workspace ORDER BY p.id",
        workspace=crowd.workspace_id,
    )
    assert [(row.imported_as, row.email, row.password_hash, row.role) for row in strangers] == [
        ("label-studio:17", None, None, "annotator"),
        ("label-studio:18", None, None, "annotator"),
    ]
    tasks = crowd.rows("SELECT target, done, need, disagreement FROM task WHERE project_id = :project ORDER BY id")
    assert [tuple(row) for row in tasks] == [(2, 2, 0, 1.0), (2, 1, 1, None)]
    seats = {
        row.person_id: (row.active, row.submitted, row.finished, row.skipped)
        for row in crowd.rows("SELECT * FROM seat WHERE project_id = :project")
    }
    assert [seats[row.id] for row in strangers] == [(0, 2, 1, 0), (0, 0, 0, 1)]
    assert_sound(crowd.store)
    still_open = crowd.one("SELECT id FROM task WHERE project_id = :project AND need > 0").id
    assert crowd.task_of(crowd.take(crowd.people[0])) == still_open


def join(desk: Desk, email: str) -> Member:
    """Somebody becomes a member."""
    crowd, now = desk.crowd, desk.clock()
    return crowd.store.write(
        lambda c: people.add_person(c, crowd.workspace_id, email=email, name="Ada", role=Role.LEAD, now=now)
    )


def test_who_only_came_with_a_file_cannot_sign_in(desk: Desk) -> None:
    desk.imported(jsonl([annotated(said(who="Grace"))]))
    grace = desk.crowd.one(
        "SELECT p.* FROM person p JOIN membership m ON m.person_id = p.id"
        " WHERE m.imported_as = 'Grace' AND m.workspace_id = :workspace",
        workspace=desk.crowd.workspace_id,
    )
    assert (grace.email, grace.password_hash) == (None, None)
    assert desk.store.read(lambda c: people.person_by_email(c, "Grace")) is None


def test_one_name_is_one_person_over_all_files(desk: Desk) -> None:
    for key in ("a-1", "a-2"):
        desk.imported(jsonl([annotated(said(who="Grace"), said("Bad", who="GRACE@example.org"), key=key)]))
    rows = desk.crowd.rows(
        "SELECT imported_as FROM membership WHERE workspace_id = :workspace AND imported_as IS NOT NULL ORDER BY 1",
        workspace=desk.crowd.workspace_id,
    )
    assert [row.imported_as for row in rows] == ["Grace", "grace@example.org"]
    assert_sound(desk.store)


def test_who_joins_later_is_found_before_who_came_with_a_file(desk: Desk) -> None:
    email = f"late{desk.crowd.workspace_id}@example.org"
    desk.imported(jsonl([annotated(said(who=email))]))
    member = join(desk, email)
    desk.imported(jsonl([annotated(said(who=email.upper()), key="a-2")]))
    rows = desk.crowd.rows("SELECT annotator_id FROM annotation WHERE project_id = :project ORDER BY id")
    assert rows[0].annotator_id != rows[1].annotator_id == member.person_id


def test_more_annotations_than_wanted_are_all_kept(make_desk: MakeDesk) -> None:
    desk = make_desk(annotators=1, policy=Policy(annotations_per_task=2))
    desk.imported(jsonl([annotated(*(said("Good", who=f"p{n}") for n in range(5)))]))
    row = desk.crowd.one("SELECT target, done, need FROM task WHERE project_id = :project")
    assert tuple(row) == (2, 5, -3)
    assert desk.crowd.next(desk.crowd.people[0]).leases == ()
    assert_sound(desk.store)


def test_an_imported_annotation_is_never_offered_to_its_author_again(desk: Desk) -> None:
    person = desk.crowd.people[0]
    email = desk.crowd.one("SELECT email FROM person WHERE id = :id", id=person).email
    desk.imported(jsonl([annotated(said(who=email))]))
    desk.crowd.execute("UPDATE task SET target = 2, need = 1 WHERE project_id = :project")
    assert desk.crowd.next(person).leases == ()
    assert desk.crowd.take(desk.crowd.people[1])


# Size.


def test_rows_are_written_in_pieces_bounded_by_count_and_by_size() -> None:
    plan = Intake(parse_label_config(LABEL_CONFIG), Policy(), "s")

    def planned(count: int, size: int) -> list[Candidate]:
        task = plan.plan(1, None, {"text": "x" * size})
        assert isinstance(task, PlannedTask)
        return [Candidate(task)] * count

    small, wide = iter(planned(2_500, 10)), iter(planned(60, 900_000))
    assert [len(import_job._chunk(small)) for _ in range(4)] == [1000, 1000, 500, 0]
    sizes = [len(import_job._chunk(wide)) for _ in range(8)]
    assert sum(sizes) == 60
    assert max(sizes) < 10


def test_wide_rows_arrive_whole(desk: Desk) -> None:
    seen = desk.imported(jsonl({"id": n, "data": {"text": chr(0x1F600) * 200_000}} for n in range(12)))
    assert seen.outcome["tasks"] == 12
    assert desk.keys() == [str(n) for n in range(12)]
