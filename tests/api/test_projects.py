"""Projects, their documents, seats, tasks, files and numbers, as the people who run them use them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from tests.api.world import LABEL_CONFIG, Caller, World, answer_of


def _path(world: World, rest: str = "") -> str:
    return f"/api/v1/projects/{world.here.project}{rest}"


def _ok(world: World, who: Caller, method: str, path: str, body: Any = None, **headers: str) -> Any:
    reply = world.call(who, method, path, body, **headers)
    assert reply.status < 300, reply.text
    return reply.json()


def test_a_new_project_has_version_1_of_everything_and_its_maker_in_it(world: World) -> None:
    lead = world.by_token("lead")
    made = _ok(world, lead, "POST", "/api/v1/projects", {"title": "  New  ", "label_config": LABEL_CONFIG})
    assert (made["title"], made["state"], made["can_annotate"]) == ("New", "open", True)
    assert (made["label_config_version"], made["guideline_version"], made["policy_version"]) == (1, 1, 1)
    path = f"/api/v1/projects/{made['id']}"
    guideline = _ok(world, lead, "GET", f"{path}/guideline")
    assert [row["label"] for row in guideline["document"]["labels"]] == ["Positive", "Neutral", "Negative"]
    assert guideline["gaps"]
    assert _ok(world, lead, "GET", f"{path}/policy")["document"]["annotations_per_task"] == 1
    seats = _ok(world, lead, "GET", f"{path}/seats")["items"]
    assert [seat["person"]["id"] for seat in seats] == [world.here.people["lead"].uid]


def test_each_change_of_a_document_is_a_new_version_with_its_author(world: World) -> None:
    lead = world.by_token("lead")
    for number in (2, 3):
        document = {"statement": f"Wording {number}"}
        changed = _ok(world, lead, "PUT", _path(world, "/guideline"), {"document": document, "note": f"n{number}"})
        assert (changed["version"], changed["created_by"]) == (number, "Lead here")
    listed = _ok(world, lead, "GET", _path(world, "/guideline/versions"))["items"]
    assert [(row["version"], row["note"]) for row in listed] == [(3, "n3"), (2, "n2"), (1, "")]
    old = _ok(world, lead, "GET", _path(world, "/guideline/versions/2"))
    assert old["document"]["statement"] == "Wording 2"
    for missing in ("4", "0", "-1", "2147483648"):
        assert world.call(lead, "GET", _path(world, f"/guideline/versions/{missing}")).status in (404, 422)


def test_a_label_config_that_loses_a_used_label_is_refused(world: World) -> None:
    lead = world.by_token("lead")
    fewer = LABEL_CONFIG.replace('<Choice value="Positive"/>', "")
    before = world.contents()
    reply = world.call(lead, "PUT", _path(world, "/label-config"), {"label_config": fewer})
    assert (reply.status, reply.code, reply.json()["field"]) == (422, "bad_label_config", "label_config")
    other_key = LABEL_CONFIG.replace("$text", "$sentence")
    assert world.call(lead, "PUT", _path(world, "/label-config"), {"label_config": other_key}).status == 422
    assert world.contents() == before
    more = LABEL_CONFIG.replace('<Choice value="Negative"/>', '<Choice value="Negative"/><Choice value="Mixed"/>')
    assert _ok(world, lead, "PUT", _path(world, "/label-config"), {"label_config": more})["version"] == 2


def test_a_label_that_is_renamed_takes_its_annotations_along(world: World) -> None:
    lead = world.by_token("lead")
    renamed = LABEL_CONFIG.replace('value="Positive"', 'value="Happy"')
    asked = {"label_config": renamed}
    before = world.contents()
    seen = _ok(world, lead, "POST", _path(world, "/label-config/preview"), asked)
    assert seen["mapping"]["labels"] and seen["unmapped"] == 0 and seen["changed"] > 0
    assert world.contents() == before
    wrong = world.call(lead, "POST", _path(world, "/label-config/preview"), asked | {"mapping": {"labels": {"x": {}}}})
    assert (wrong.status, wrong.json()["field"]) == (422, "mapping.labels")
    changed = _ok(world, lead, "PUT", _path(world, "/label-config"), asked | {"mapping": seen["mapping"]})
    assert changed["version"] == 2 and changed["migration"]


def test_an_impossible_policy_is_refused_by_its_field(world: World) -> None:
    lead, before = world.by_token("lead"), world.contents()
    bad: list[tuple[str, Any]] = [("annotations_per_task", 0), ("annotations_per_task", 101), ("overlap_share", 1.1)]
    bad += [("order", "by_hand"), ("lease_seconds", 29), ("undo_seconds", -1), ("agreement_warning", 0.9), ("gold", 1)]
    for field, value in bad:
        reply = world.call(lead, "PUT", _path(world, "/policy"), {"document": {field: value}})
        assert reply.status == 422
        assert field in reply.json()["field"]
    assert world.contents() == before


def test_a_project_pauses_closes_and_opens_again(world: World) -> None:
    lead, annotator = world.by_token("lead"), world.by_token("annotator")
    held = _ok(world, annotator, "POST", _path(world, "/next"), {"count": 3})["assignments"]
    for state, code in (("paused", "paused"), ("archived", "archived")):
        _ok(world, lead, "PATCH", _path(world), {"state": state})
        everything = {"count": 3, "leave_out": [one["id"] for one in held]}
        assert _ok(world, annotator, "POST", _path(world, "/next"), everything)["empty"]["code"] == code
    assert world.here.project not in [row["id"] for row in _ok(world, lead, "GET", "/api/v1/projects")["items"]]
    archived = _ok(world, lead, "GET", "/api/v1/projects?state=archived")["items"]
    assert [row["id"] for row in archived] == [world.here.project]
    body = {"submission_id": "kept-when-closed", "result": answer_of("Neutral")}
    assert _ok(world, annotator, "POST", f"/api/v1/assignments/{held[0]['id']}/submit", body)["counted"] is True
    _ok(world, lead, "PATCH", _path(world), {"state": "open"})
    assert _ok(world, annotator, "POST", _path(world, "/next"), {"count": 1})["empty"] is None


def test_tasks_are_added_all_or_none(world: World) -> None:
    lead, before = world.by_token("lead"), world.contents()
    good = {"text": "fine"}
    refused: list[tuple[Any, str]] = [
        ([good, {"tekst": "x"}], "tasks[1].text"),
        ([good, {"text": 7}], "tasks[1].text"),
        ([good, {"text": " "}], "tasks[1].text"),
        ([{"data": good, "id": "k"}, {"data": good, "id": "k"}], "tasks"),
        ([good, {"data": good, "id": "here-Sentence 1 of here."}], "tasks"),
        ([good, {"data": good, "annotations": []}], "tasks[1].annotations"),
        ([good, {"data": good, "id": True}], "tasks[1].id"),
        ([good, {"data": good, "id": "x" * 501}], "tasks[1].id"),
    ]
    for tasks, field in refused:
        reply = world.call(lead, "POST", _path(world, "/tasks"), {"tasks": tasks})
        assert (reply.status, reply.json()["field"]) == (422, field), reply.text
    for wrong in ([], [good] * 1_001, [1], "x"):
        assert world.call(lead, "POST", _path(world, "/tasks"), {"tasks": wrong}).status == 422
    assert world.contents() == before


def test_the_table_of_tasks_filters_and_sorts(world: World) -> None:
    lead = world.by_token("lead")
    count = len(world.here.tasks) + 1  # and an imported one

    def ids(query: str) -> list[int]:
        return [row["id"] for row in _ok(world, lead, "GET", _path(world, f"/tasks?limit=200&{query}"))["items"]]

    assert len(ids("")) == count
    assert ids("sort=id") == sorted(ids("")) == ids("sort=-id")[::-1]
    assert len(ids("state=waiting")) + len(ids("state=started")) + len(ids("state=done")) == count
    assert set(ids("state=started")) >= set(ids("label=Positive")) | set(ids("label=Negative"))
    assert ids("q=Sentence 3 of".replace(" ", "%20")) == [world.here.tasks[3]]
    assert ids("q=here-Sentence%203%20of%20here.") == [world.here.tasks[3]]
    uid = world.here.people["annotator"].uid
    assert len(ids(f"annotator={uid}")) == 2
    assert ids("disagreeing=true") == ids("sort=-disagreement&disagreeing=true") == []
    assert ids("sort=-annotations")[:2] == ids("state=started")[::-1]
    waiting = ids("state=waiting")
    assert ids("state=out") == []
    _ok(world, lead, "POST", _path(world, "/queue/take-out"), {"task_ids": waiting[:2], "reason": "empty"})
    assert (ids("state=out"), ids("state=waiting")) == (waiting[:2], waiting[2:])
    assert _ok(world, lead, "GET", _path(world, f"/tasks/{waiting[0]}"))["state"] == "out"
    _ok(world, lead, "POST", _path(world, "/queue/put-back"), {"task_ids": waiting[:2]})
    assert (ids("state=out"), ids("state=waiting")) == ([], waiting)


def test_one_task_shows_who_said_what_under_which_versions(world: World) -> None:
    lead = world.by_token("lead")
    uid = world.here.people["annotator"].uid
    row = _ok(world, lead, "GET", _path(world, f"/tasks?annotator={uid}"))["items"][0]
    task = _ok(world, lead, "GET", _path(world, f"/tasks/{row['id']}"))
    said = next(one for one in task["annotations"] if one["annotator"]["id"] == uid)
    assert (said["seconds"], said["source"], said["counted"], said["in_force"]) == (3.5, "api", True, True)
    assert (said["label_config_version"], said["guideline_version"], said["policy_version"]) == (1, 1, 1)
    assert said["result"][0]["value"]["choices"] == said["answers"]["tone"]


def test_agreement_says_what_it_rests_on(world: World) -> None:
    found = _ok(world, world.by_token("reviewer"), "GET", _path(world, "/agreement"))
    assert found["control"] == "tone"
    assert {metric["id"] for metric in found["metrics"]} >= {"krippendorff_alpha", "percent_agreement"}
    for metric in found["metrics"]:
        assert metric["value"] is not None or metric["reason"], metric["id"]
    unknown = world.call(world.by_token("reviewer"), "GET", _path(world, "/agreement?control=none"))
    assert unknown.status in (404, 422)
    assert unknown.json()["action"]


def test_progress_adds_up(world: World) -> None:
    found = _ok(world, world.by_token("reviewer"), "GET", _path(world, "/progress"))
    assert found["annotation_count"] == 4 == sum(day["annotations"] for day in found["days"])
    assert found["task_count"] == len(world.here.tasks) + 1
    assert found["flag_count"] == 1


def test_an_import_reports_every_refused_row(world: World) -> None:
    lead = world.by_token("lead")
    rows = b'{"text": "a"}\n{"text": 1}\n{"other": "=1+1"}\n'
    path = _path(world, "/imports?filename=rows.jsonl")
    for mode, tasks in (("all_or_nothing", 0), ("good_rows", 1)):
        job = _ok(world, lead, "POST", f"{path}&mode={mode}", rows, content_type="application/octet-stream")
        assert job["state"] == "waiting"
        world.run_jobs()
        job = _ok(world, lead, "GET", _path(world, f"/jobs/{job['id']}"))
        assert job["state"] == ("done" if tasks else "failed")
        assert (job["outcome"]["tasks"], job["outcome"]["refused"]) == (tasks, 2)
        refused = _ok(world, lead, "GET", _path(world, f"/jobs/{job['id']}/refused"))
        assert [(row["line"], row["field"]) for row in refused["items"]] == [(2, "text"), (3, "text")]
        table = world.call(lead, "GET", _path(world, f"/jobs/{job['id']}/refused?format=csv")).text
        assert [row["line"] for row in csv.DictReader(io.StringIO(table))] == ["2", "3"]
        assert world.call(lead, "GET", _path(world, f"/jobs/{job['id']}/file")).status == 403


def test_an_export_is_a_file_when_it_is_done(world: World) -> None:
    lead = world.by_token("lead")
    for name in ("jsonl", "csv", "label_studio"):
        job = _ok(world, lead, "POST", _path(world, "/exports"), {"format": name, "only": "annotated"})
        early = world.call(lead, "GET", _path(world, f"/jobs/{job['id']}/file"))
        assert (early.status, early.code) == (409, "not_ready")
        world.run_jobs()
        file = world.call(lead, "GET", _path(world, f"/jobs/{job['id']}/file"))
        assert file.status == 200
        assert file.content
        assert (file.header("content-disposition") or "").startswith("attachment; filename=")
    unknown = world.call(lead, "POST", _path(world, "/exports"), {"format": "xlsx"})
    assert unknown.status == 404
    assert "jsonl" in unknown.json()["action"]


def test_a_job_is_canceled_once(world: World) -> None:
    lead = world.by_token("lead")
    job = _ok(world, lead, "POST", _path(world, "/exports"), {})["id"]
    assert _ok(world, lead, "DELETE", _path(world, f"/jobs/{job}"))["state"] == "canceled"
    again = world.call(lead, "DELETE", _path(world, f"/jobs/{job}"))
    assert (again.status, again.code) == (409, "job_over")
    assert world.call(lead, "GET", _path(world, f"/jobs/{job}/file")).code == "not_ready"


def test_seats_are_given_and_taken(world: World) -> None:
    lead, outsider = world.by_token("lead"), world.by_token("outsider")
    uid = world.here.people["outsider"].uid
    assert world.call(outsider, "POST", _path(world, "/next"), {}).status == 403
    seats = _ok(world, lead, "POST", _path(world, "/seats"), {"person_ids": [uid]})["items"]
    assert uid in [seat["person"]["id"] for seat in seats]
    held = _ok(world, outsider, "POST", _path(world, "/next"), {})["assignments"][0]["id"]
    assert _ok(world, lead, "PUT", _path(world, f"/seats/{uid}"), {"active": False})["active"] is False
    assert world.call(outsider, "POST", _path(world, "/next"), {}).status == 403
    body = {"submission_id": "in-hand-when-it-ended", "result": answer_of("Neutral")}
    assert _ok(world, outsider, "POST", f"/api/v1/assignments/{held}/submit", body)["counted"] is True


def test_people_are_found_by_name_and_address(world: World) -> None:
    lead = world.by_token("lead")
    for query in ("ANNOTATOR", "annotator@here"):
        found = _ok(world, lead, "GET", f"/api/v1/people?q={query}")["items"]
        assert [row["email"] for row in found] == ["annotator@here.example"]
    assert found[0]["annotation_count"] == 2
    assert json.dumps(found).count("password") == 0
