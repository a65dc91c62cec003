"""Policy, its preview, and the queue, as a lead uses them over REST."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.world import Caller, World


def _path(world: World, rest: str = "") -> str:
    return f"/api/v1/projects/{world.here.project}{rest}"


def _ok(world: World, who: Caller, method: str, path: str, body: Any = None) -> Any:
    reply = world.call(who, method, path, body)
    assert reply.status < 300, reply.text
    return reply.json()


def _preview(world: World, **document: Any) -> Any:
    return _ok(world, world.by_token("lead"), "POST", _path(world, "/policy/preview"), {"document": document})


def _add(world: World, count: int, **more: Any) -> list[int]:
    rows = [{"text": f"More {number}.", **more} for number in range(count)]
    added: list[int] = _ok(world, world.by_token("lead"), "POST", _path(world, "/tasks"), {"tasks": rows})["task_ids"]
    return added


def test_a_preview_says_what_the_change_then_does(world: World) -> None:
    lead = world.by_token("lead")
    _add(world, 30)
    before = world.contents()
    seen = _preview(world, annotations_per_task=4, price_per_annotation=0.5)
    assert world.contents() == before
    assert seen["based_on"] == seen["tasks"]
    wanted = seen["then"]["annotations"]
    assert wanted["least"] == wanted["most"] > seen["now"]["annotations"]["most"]
    assert seen["then"]["cost"] == [0.5 * wanted["least"]] * 2
    assert seen["targets"] == [{"target": 4, "queue": "", "tasks": seen["tasks"]}]
    (warning,) = [one for one in seen["warnings"] if one["code"] == "too_few_people"]
    assert "4 annotations" in warning["message"]
    assert str(seen["people"]) in warning["message"]

    changed = _ok(world, lead, "PUT", _path(world, "/policy"), {"document": {"annotations_per_task": 4}})
    world.run_jobs()
    job = _ok(world, lead, "GET", _path(world, f"/jobs/{changed['job']}"))
    assert (job["kind"], job["state"]) == ("retarget", "done")
    assert job["outcome"] == {"tasks": seen["tasks"], "changed": seen["tasks_changed"], "policy_version": 2}
    after = _preview(world, annotations_per_task=4)
    assert after["now"] == {**after["then"]}
    assert after["now"]["annotations"] == wanted
    assert after["tasks_changed"] == 0
    assert _ok(world, lead, "GET", _path(world))["policy_version"] == 2


def test_a_preview_names_what_cannot_be_reached(world: World) -> None:
    _add(world, 5)
    seen = _preview(
        world,
        queues=[{"name": "law", "skills": ["lawyer"]}],
        rules=[{"where": {"text": "nowhere"}, "queue": "law"}],
        stages=[
            {"name": "first", "next": [{"to": "second", "when": {"label": ["Unheard"]}}]},
            {"name": "second", "annotations": 2, "queue": "law"},
        ],
        most_in_project=3,
        most_per_person=1,
    )
    found = {(one["code"], one["field"]) for one in seen["warnings"]}
    assert found >= {
        ("skill_nobody_has", "policy.queues[0].skills"),
        ("rule_fits_nothing", "policy.rules[0].where"),
        ("unknown_label", "policy.stages[0].next[0].when.label"),
        ("too_few_people", "policy.stages[1].annotations"),
        ("cap_too_low", "policy.most_in_project"),
        ("cap_too_low", "policy.most_per_person"),
    }
    assert seen["then"]["annotations"]["most"] > seen["then"]["annotations"]["least"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"stages": [{"name": "a", "next": [{"to": "a"}]}]}, "policy.stages"),
        ({"most_per_person": -1}, "document.most_per_person"),
        ({"annotations_per_task": "3"}, "document.annotations_per_task"),
        ({"unheard": 1}, "document.unheard"),
        ({"adaptive": {"confidence": 2}}, "document.adaptive.confidence"),
        ({"rules": [{"where": {"a": 1}, "queue": "b"}]}, "policy.rules[0].queue"),
    ],
)
def test_an_impossible_policy_changes_nothing(world: World, document: Any, field: str) -> None:
    before = world.contents()
    for path, method in (("/policy", "PUT"), ("/policy/preview", "POST")):
        reply = world.call(world.by_token("lead"), method, _path(world, path), {"document": document})
        assert (reply.status, reply.json()["field"]) == (422, field), reply.text
    reply = world.call(
        world.by_token("lead"),
        "POST",
        "/api/v1/projects",
        {"title": "x", "label_config": "<View><Text name='t' value='$t'/></View>", "policy": document},
    )
    assert reply.status == 422
    assert world.contents() == before


def test_versions_of_the_policy_stay(world: World) -> None:
    lead = world.by_token("lead")
    before = _ok(world, lead, "GET", _path(world, "/policy"))["document"]
    _ok(world, lead, "PUT", _path(world, "/policy"), {"document": {"order": "newest"}, "note": "newest first"})
    listed = _ok(world, lead, "GET", _path(world, "/policy/versions"))["items"]
    assert [(row["version"], row["note"]) for row in listed] == [(2, "newest first"), (1, "")]
    first = _ok(world, lead, "GET", _path(world, "/policy/versions/1"))["document"]
    assert first == before
    assert world.call(lead, "GET", _path(world, "/policy/versions/3")).status == 404
    for preset in _ok(world, lead, "GET", "/api/v1/policy-presets")["items"]:
        _ok(world, lead, "PUT", _path(world, "/policy"), {"document": preset["document"], "note": preset["title"]})


def test_the_queue_tells_who_holds_what_and_gives_it_back(world: World) -> None:
    lead, annotator = world.by_token("lead"), world.by_token("annotator")
    _add(world, 6)
    held = _ok(world, annotator, "POST", _path(world, "/next"), {"count": 3})["assignments"]
    state = _ok(world, lead, "GET", _path(world, "/queue"))
    name = world.here.people["annotator"].uid
    (mine,) = [one for one in state["people"] if one["person"]["id"] == name]
    assert mine["held"] == len(held) == 3
    assert mine["oldest_lease"] is not None
    assert state["leased"] >= 3
    open_before = state["open_slots"]
    assert _ok(world, lead, "POST", _path(world, "/queue/reallocate"), {"idle_minutes": 60})["assignments"] == 0
    given = _ok(world, lead, "POST", _path(world, "/queue/reallocate"), {"person_ids": [name]})
    assert given["assignments"] == 3
    after = _ok(world, lead, "GET", _path(world, "/queue"))
    assert after["open_slots"] == open_before + 3


def test_tasks_go_out_and_come_back(world: World) -> None:
    lead = world.by_token("lead")
    ids = _add(world, 3)
    body = {"task_ids": ids, "reason": "Broken."}
    assert _ok(world, lead, "POST", _path(world, "/queue/take-out"), body)["tasks"] == 3
    assert _ok(world, lead, "POST", _path(world, "/queue/take-out"), body)["tasks"] == 0
    lanes = _ok(world, lead, "GET", _path(world, "/queue"))["lanes"]
    assert sum(lane["out"] for lane in lanes) == 3
    assert _ok(world, lead, "POST", _path(world, "/queue/put-back"), body)["tasks"] == 3


def test_skills_open_a_queue_and_hints_say_what_is_missing(world: World) -> None:
    lead, annotator = world.by_token("lead"), world.by_token("annotator")
    rule = {"where": {"language": "fr"}, "queue": "french"}
    policy = {"queues": [{"name": "french", "skills": ["French"]}], "rules": [rule]}
    _ok(world, lead, "PUT", _path(world, "/policy"), {"document": policy})
    _add(world, 2, language="fr")
    hints = _ok(world, lead, "GET", _path(world, "/queue"))["hints"]
    (hint,) = [one for one in hints if one["code"] == "nobody_can"]
    assert "French" in hint["message"]
    person = world.here.people["annotator"].uid
    path = _path(world, f"/seats/{person}/skills")
    reply = world.call(lead, "PUT", path, {"skills": {"French": "the day after tomorrow"}})
    assert reply.status == 422
    given = _ok(world, lead, "PUT", path, {"skills": {"French": "2100-01-01T00:00:00Z", "Latin": None}})
    assert given["skills"] == {"French": "2100-01-01T00:00:00.000000Z", "Latin": None}
    hints = _ok(world, lead, "GET", _path(world, "/queue"))["hints"]
    assert not [one for one in hints if one["code"] == "nobody_can"]
    first = _ok(world, annotator, "POST", _path(world, "/next"), {"count": 10})["assignments"]
    assert any("More" in one["data"]["text"] for one in first)


def test_nobody_reaches_the_queue_of_others(world: World) -> None:
    before = world.contents()
    annotator, stranger = world.by_token("annotator"), world.by_token("lead", side=world.there)
    for method, path, body in (
        ("GET", "/queue", None),
        ("POST", "/queue/reallocate", {}),
        ("POST", "/queue/take-out", {"task_ids": [1]}),
        ("POST", "/queue/assign", {"task_ids": [1], "person_ids": []}),
        ("POST", "/policy/preview", {"document": {}}),
        ("GET", "/policy/versions", None),
    ):
        assert world.call(annotator, method, _path(world, path), body).status == 403
        assert world.call(stranger, method, _path(world, path), body).status == 404
    theirs = world.there.people["annotator"].uid
    lead = world.by_token("lead")
    reply = world.call(lead, "POST", _path(world, "/queue/assign"), {"task_ids": [1], "person_ids": [theirs]})
    assert reply.status == 404
    assert world.contents() == before
