"""What people write - tasks, labels, names, notes, guidelines - goes through as the same text, or not at all."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.asgi import Reply
from tests.api.world import LABEL_CONFIG, World, answer_of
from tests.security.hostile import MARKUP, ODD_TEXT, SQL

TEXTS = [text for text in [*SQL, *ODD_TEXT, *MARKUP, "x" * 900_000] if text]
EVIL_VALUES: dict[str, Any] = {
    "a huge integer": 10**30,
    "the largest integer": 2**63 - 1,
    "a negative huge integer": -(10**25),
    "a nested list": [[[[[[1]]]]]],
    "a deep list": json.loads("[" * 50 + "]" * 50),
    "null": None,
    "true": True,
    "many": ["Positive"] * 20_000,
    "an object": {"$ref": "x", "__proto__": {"a": 1}},
    "a text with nul": "a\x00b",
    "an unknown label": "Positively",
    "empty": "",
    "another case": "positive",
    "a long text": "x" * 600_000,
}


def _add(world: World, task: Any) -> Reply:
    path = f"/api/v1/projects/{world.here.project}/tasks"
    return world.call(world.by_token("lead"), "POST", path, {"tasks": [task]})


def _task(world: World, task_id: int) -> dict[str, Any]:
    reply = world.call(world.by_token("lead"), "GET", f"/api/v1/projects/{world.here.project}/tasks/{task_id}")
    assert reply.header("content-type") == "application/json"
    found: dict[str, Any] = reply.json()
    return found


def test_a_text_comes_back_as_it_was_sent(world: World) -> None:
    for text in TEXTS:
        reply = _add(world, {"text": text})
        if reply.status == 201:
            assert _task(world, reply.json()["task_ids"][0])["data"] == {"text": text}
        else:
            assert (reply.status, reply.json()["field"]) == (422, "tasks[0].text"), f"{text[:40]!r}: {reply.text[:200]}"


def test_an_id_of_a_task_is_any_text_and_there_once(world: World) -> None:
    for number, key in enumerate(text for text in [*SQL, *ODD_TEXT, *MARKUP] if text and len(text) <= 500):
        reply = _add(world, {"data": {"text": f"task {number}"}, "id": key})
        if reply.status == 201:
            assert _task(world, reply.json()["task_ids"][0])["key"] == key
            assert (_add(world, {"data": {"text": "b"}, "id": key}).status) == 422
        else:
            assert (reply.status, reply.json()["field"]) == (422, "tasks[0].id"), f"{key[:40]!r}: {reply.text[:200]}"


@pytest.mark.parametrize("name", EVIL_VALUES)
def test_other_values_in_the_data_of_a_task(world: World, name: str) -> None:
    value = EVIL_VALUES[name]
    for data in ({"text": value}, {"text": "a", "other": value}, {"text": "a", f"k{value}"[:300]: 1}):
        reply = _add(world, {"data": data})
        assert reply.status in (201, 422), reply.text[:300]
        if reply.status == 201:
            assert _task(world, reply.json()["task_ids"][0])["data"] == data
        else:
            assert str(reply.json()["field"]).startswith("tasks[0]")


@pytest.mark.parametrize("name", EVIL_VALUES)
def test_answers_that_are_no_answers(world: World, name: str) -> None:
    """An answer that does not fit says where, and the assignment stays open."""
    value = EVIL_VALUES[name]
    good = answer_of("Positive")[0]
    before = world.contents()
    results: list[Any] = [[{**good, "value": {"choices": value}}], [{**good, "value": {"choices": [value]}}]]
    results += [[{**good, "value": value}], [{**good, "from_name": value}], [{**good, "type": value}], [value]]
    results += [[{**good, "id": "x", "meta": {"text": [value]}, "score": value, "choices": value, "origin": value}]]
    wrong = []
    for number, result in enumerate(results):
        body = {"submission_id": f"submission-{number}", "result": result}
        path = f"/api/v1/assignments/{world.here.assignment}/submit"
        reply = world.call(world.by_token("annotator"), "POST", path, body)
        if reply.status == 200 and number == len(results) - 1:
            continue  # what Label Studio's editor adds beside an answer is no concern of ours
        if reply.status == 413 and name == "a long text":
            continue
        if reply.status != 422 or not str(reply.json()["field"]).startswith("result"):
            wrong.append(f"{number}: {reply.status} {reply.text[:200]}")
        elif world.contents() != before:
            wrong.append(f"{number} wrote something")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("filename", ["rows.jsonl", "rows.json", "rows.csv", "rows.txt"])
def test_odd_text_in_a_file_is_imported_as_it_is_or_refused_by_line(world: World, filename: str) -> None:
    """Row by row, on both databases; one bad row does not keep the good ones out."""
    texts = [text for text in [*SQL, *ODD_TEXT, *MARKUP] if text.strip() and "\r" not in text and "\ufeff" not in text]
    if not filename.startswith("rows.json"):
        texts = [text for text in texts if "\x00" not in text]  # in a plain file NUL is the mark of another encoding
    lead, project = world.by_token("lead"), world.here.closed_project
    path = f"/api/v1/projects/{project}/imports?filename={filename}&mode=good_rows"
    sent = world.call(lead, "POST", path, _file(filename, texts), content_type="application/octet-stream")
    assert sent.status == 202, sent.text
    world.run_jobs()
    job = world.call(lead, "GET", f"/api/v1/projects/{project}/jobs/{sent.json()['id']}").json()
    assert job["state"] == "done", job
    refused = world.call(lead, "GET", f"/api/v1/projects/{project}/jobs/{job['id']}/refused").json()["items"]
    assert job["outcome"]["tasks"] + len(refused) == len(texts)
    assert [row for row in refused if not row["reason"] or row["line"] < 1] == []
    rows = world.call(lead, "GET", f"/api/v1/projects/{project}/tasks?limit=200").json()["items"]
    assert len(rows) == job["outcome"]["tasks"] >= len(texts) - 8
    assert {row["data"]["text"] for row in rows} <= set(texts)


def _file(filename: str, texts: list[str]) -> bytes:
    rows = [{"text": text, "id": text[:400]} for text in texts]
    if filename.endswith("txt"):
        return "\n".join(texts).encode()
    if filename.endswith("csv"):
        sink = io.StringIO()
        writer = csv.writer(sink)
        writer.writerow(["id", "text"])
        writer.writerows((row["id"], row["text"]) for row in rows)
        return sink.getvalue().encode()
    lines = [json.dumps(row) for row in rows]
    return ("\n".join(lines) if filename.endswith("jsonl") else "[" + ",".join(lines) + "]").encode()


def test_a_guideline_is_plain_text_whatever_is_in_it(world: World) -> None:
    path = f"/api/v1/projects/{world.here.project}/guideline"
    lead = world.by_token("lead")
    for text in [text for text in TEXTS if len(text) < 4_000]:
        document = {"statement": text, "rules": [{"id": "R1", "text": text or "-"}], "constraints": text}
        reply = world.call(lead, "PUT", path, {"document": document, "note": text[:3_000]})
        assert reply.status in (200, 422), reply.text[:200]
        if reply.status == 200:
            kept = world.call(lead, "GET", path).json()["document"]
            assert kept["statement"].strip() == text.strip()
        else:
            assert reply.json()["field"]


def test_notes_come_back_as_text(world: World) -> None:
    who, lead = world.by_token("annotator"), world.by_token("lead")
    for text in [*MARKUP, *SQL]:
        path = f"/api/v1/assignments/{world.here.assignment}/flag"
        assert world.call(who, "POST", path, {"note": text, "rule": text[:40]}).status == 200, text
        flag = world.call(lead, "GET", f"/api/v1/projects/{world.here.project}/flags").json()["items"][0]
        assert (flag["note"], flag["rule"]) == (text.strip(), text[:40])


def test_names_and_titles_come_back_as_text(world: World) -> None:
    owner = world.by_token("owner")
    for text in [*MARKUP, *SQL]:
        body = {"title": text, "description": text, "notice": text, "label_config": LABEL_CONFIG}
        made = world.call(owner, "POST", "/api/v1/projects", body)
        assert (made.status, made.json()["title"]) == (201, text.strip()), made.text
        renamed = world.call(owner, "PATCH", "/api/v1/me", {"name": text})
        assert (renamed.status, renamed.json()["person"]["name"]) == (200, text.strip())
        assert renamed.header("content-type") == "application/json"


def test_wildcards_in_a_search_are_letters(world: World) -> None:
    lead, path = world.by_token("lead"), f"/api/v1/projects/{world.here.project}/tasks"
    texts = ["100% sure", "snake_case", r"back\slash", 'say "so"', "Ärger im Büro", "ПРИВЕТ"]
    for text in texts:
        assert _add(world, {"text": text}).status == 201
    for text in [*texts, "%", "_", "\\", '"', "% sure", "k_c", "ärger", "привет", "büro"]:
        found = world.call(lead, "GET", f"{path}?q={quote(text)}").json()["items"]
        shown = [row["data"]["text"] for row in found]
        assert shown == [each for each in texts if text.lower() in each.lower()], text
    for text in ("%", "_", "%%", "__", "\\%", "here%example"):
        assert world.call(lead, "GET", f"/api/v1/people?q={quote(text)}").json()["items"] == []
        assert world.call(lead, "GET", f"/api/v1/projects?q={quote(text)}").json()["items"] == []


def test_a_label_filter_is_a_label_and_no_pattern(world: World) -> None:
    lead, path = world.by_token("lead"), f"/api/v1/projects/{world.here.project}/tasks"
    positive = world.call(lead, "GET", f"{path}?label=Positive").json()["items"]
    assert len(positive) == 1
    for label in ("%", "P_sitive", "Pos%", "ositiv", '"', "tone", 'Positive","x'):
        assert world.call(lead, "GET", f"{path}?label={quote(label)}").json()["items"] == [], label
    for person in ("%", "' OR 1=1", world.there.people["annotator"].uid):
        assert world.call(lead, "GET", f"{path}?annotator={quote(person)}").json()["items"] == []
