"""Setting annotations aside over the API, what the records say of it, and any moment of a task."""

from __future__ import annotations

from typing import Any

import pytest

from assay.kernel.clock import SECOND, iso
from assay.kernel.ids import new_id
from assay.store.records.sealer import Sealer
from tests.api.world import World

Json = Any


@pytest.fixture
def world(world: World) -> World:
    """The world, a minute after its people labeled."""
    world.clock.advance(60)
    return world


def call(world: World, method: str, path: str, body: Json = None, *, who: str = "lead") -> Json:
    reply = world.call(world.by_token(who), method, f"/api/v1/projects/{world.here.project}{path}", body)
    assert reply.status < 300, reply.text
    return reply.json()


def second(world: World) -> Json:
    """The selection of everything that the second person answered."""
    return {"annotators": [world.here.people["second"].uid]}


def set_aside(world: World, again: str = "others") -> Json:
    """Set all of the second person's answers aside and wait for it."""
    body = {"selection": second(world), "again": again, "reason": "Asked a friend."}
    made = call(world, "POST", "/reverts", body)
    world.run_jobs()
    return call(world, "GET", f"/reverts/{made['id']}")


def test_preview_apply_restore(world: World) -> None:
    before = call(world, "GET", "/progress")
    seen = call(world, "POST", "/reverts/preview", {"selection": second(world), "again": "others"})
    assert (seen["annotations"], seen["tasks"], seen["asked_again"], seen["given_up"]) == (2, 2, 2, 0)
    assert {(one["label"], one["annotations"]) for one in seen["labels"]} == {("Positive", 1), ("Negative", 1)}
    assert [one["annotations"] for one in seen["people"]] == [2]
    assert seen["exports"] == [], "the export was made before these answers"
    assert call(world, "GET", "/progress") == before

    made = set_aside(world)

    assert (made["kind"], made["state"], made["annotations"], made["effects"]) == ("revert", "done", 2, {"opened": 2})
    assert made["people"][0]["id"] == world.here.people["second"].uid
    assert made["selection"] == second(world) and made["can_restore"]
    after = call(world, "GET", "/progress")
    assert after["annotation_count"] == before["annotation_count"] - 2
    restored = call(world, "POST", f"/reverts/{made['id']}/restore", {"reason": "They were right."})
    world.run_jobs()
    assert restored["kind"] == "restore" and restored["restores"] == made["id"]
    assert call(world, "GET", f"/reverts/{restored['id']}")["effects"] == {"taken": 2}
    assert call(world, "GET", "/progress") == before
    assert not call(world, "GET", f"/reverts/{made['id']}")["can_restore"]
    listed = call(world, "GET", "/reverts", who="reviewer")
    assert [one["id"] for one in listed["items"]] == [restored["id"], made["id"], world.here.revert]


def test_an_export_made_since_is_named(world: World) -> None:
    world.clock.advance(1)
    call(world, "POST", "/exports", {})
    world.run_jobs()
    seen = call(world, "POST", "/reverts/preview", {"selection": {"everything": True}})
    assert [one["annotations"] for one in seen["exports"]] == [seen["annotations"]] == [4]
    assert seen["sample"][0]["answers"]["tone"]


def test_a_reviewer_sees_and_does_not_set_aside(world: World) -> None:
    path = f"/api/v1/projects/{world.here.project}/reverts"
    body = {"selection": {"everything": True}, "reason": "x"}
    for name, status in (("reviewer", 403), ("annotator", 403)):
        assert world.call(world.by_token(name), "POST", path, body).status == status
        assert (
            world.call(world.by_token(name), "POST", f"{path}/preview", {"selection": body["selection"]}).status == 403
        )
    assert world.call(world.by_token("annotator"), "GET", path).status == 403
    task = f"/api/v1/projects/{world.here.project}/tasks/{world.here.tasks[0]}/history"
    assert world.call(world.by_token("annotator"), "GET", task).status == 403
    assert world.call(world.by_token("reviewer"), "GET", task).status == 200


@pytest.mark.parametrize("path", ["/reverts/REVERT", "/tasks/TASK/history", "/records", "/reverts"])
def test_another_workspace_is_not_there(world: World, path: str) -> None:
    told = path.replace("REVERT", world.there.revert).replace("TASK", str(world.there.tasks[0]))
    for project in (world.there.project, world.here.project):
        if project == world.here.project and path in ("/records", "/reverts"):
            continue
        reply = world.call(world.by_token("owner"), "GET", f"/api/v1/projects/{project}{told}")
        assert reply.status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"selection": {}, "reason": "x"}, "selection"),
        ({"selection": {"everything": True}, "reason": "  "}, "reason"),
        ({"selection": {"everything": True}}, "reason"),
        ({"selection": {"annotators": ["nobody"]}, "reason": "x"}, "annotators"),
        ({"selection": {"everything": True}, "reason": "x", "id": "7"}, "id"),
        ({"selection": {"everything": True}, "reason": "x", "again": "me"}, "again"),
        ({"selection": {"everything": True, "author": "x"}, "reason": "x"}, "author"),
        ({"selection": {"since": "0000"}, "reason": "x"}, "since"),
    ],
)
def test_bad_input_names_the_field(small_world: World, body: Json, field: str) -> None:
    path = f"/api/v1/projects/{small_world.here.project}/reverts"
    reply = small_world.call(small_world.by_token("lead"), "POST", path, body)
    assert reply.status == 422
    assert field in reply.json()["field"]


def test_sent_twice_is_once(world: World) -> None:
    body = {"id": new_id(), "selection": second(world), "reason": "Twice."}
    first = call(world, "POST", "/reverts", body)
    assert call(world, "POST", "/reverts", body)["id"] == first["id"] == body["id"]
    path = f"/api/v1/projects/{world.here.project}/reverts"
    other = world.call(world.by_token("lead"), "POST", path, {**body, "reason": "Another."})
    assert (other.status, other.json()["code"]) == (409, "revert_differs")
    world.run_jobs()
    assert call(world, "GET", f"/reverts/{first['id']}")["annotations"] == 2


def test_a_task_as_of_a_moment(world: World) -> None:
    world.clock.advance(10)
    task = next(
        one["id"] for one in call(world, "GET", "/tasks?sort=-annotations")["items"] if one["annotation_count"] == 2
    )
    now = call(world, "GET", f"/tasks/{task}")
    moment = iso(world.clock())
    world.clock.advance(1)
    set_aside(world)
    after = call(world, "GET", f"/tasks/{task}")
    assert after["annotation_count"] == 1
    then = call(world, "GET", f"/tasks/{task}?as_of={moment}")
    assert then == now
    assert call(world, "GET", f"/tasks/{task}?as_of={iso(world.clock())}")["annotation_count"] == 1
    long_ago = world.call(
        world.by_token("lead"), "GET", f"/api/v1/projects/{world.here.project}/tasks/{task}?as_of=2001-01-01"
    )
    assert long_ago.status == 404
    for wrong in ("soon", iso(world.clock() + SECOND)):
        reply = world.call(
            world.by_token("lead"), "GET", f"/api/v1/projects/{world.here.project}/tasks/{task}?as_of={wrong}"
        )
        assert (reply.status, reply.json()["field"]) == (422, "as_of")


def test_agreement_and_consensus_as_of_a_moment(world: World) -> None:
    before = {name: call(world, "GET", f"/{name}") for name in ("agreement", "consensus")}
    moment = iso(world.clock())
    world.clock.advance(1)
    set_aside(world)
    for name, then in before.items():
        now = call(world, "GET", f"/{name}")
        assert now["n_annotations"] == then["n_annotations"] - 2
        assert {one["reason"]: one["n_annotations"] for one in now["left_out"]} == {"set aside by a lead": 2}
        shown = call(world, "GET", f"/{name}?as_of={moment}")
        assert {**shown, "computed_at": ""} == {**then, "computed_at": ""}
        assert call(world, "GET", f"/{name}?as_of={iso(world.clock())}")["left_out"] == now["left_out"]


def test_the_history_has_who_when_and_what(world: World) -> None:
    made = set_aside(world)
    aside = [
        task
        for task in world.here.tasks
        if any(one["kind"] == "set_aside" for one in call(world, "GET", f"/tasks/{task}/history")["items"])
    ]
    assert len(aside) == 2
    items = call(world, "GET", f"/tasks/{aside[0]}/history", who="reviewer")["items"]
    assert [one["at"] for one in items] == sorted(one["at"] for one in items)
    last = items[-1]
    assert last["details"]["revert"] == made["id"] and last["old"]["tone"] and last["new"] is None
    assert last["person"]["id"] == world.here.people["lead"].uid


def test_the_chain_and_its_check_up(world: World) -> None:
    assert call(world, "GET", "/records") == {
        "links": 0, "records": 0, "head": None, "head_at": None, "last_check": None,
    }  # fmt: skip
    Sealer(world.services.store, clock=world.clock).seal_all()
    job = call(world, "POST", "/records/check")
    assert job["kind"] == "check"
    world.run_jobs()
    seen = call(world, "GET", "/records", who="reviewer")
    assert seen["links"] == 1 and seen["records"] > 5 and len(seen["head"]) == 64
    assert seen["last_check"]["ok"] and seen["last_check"]["head"] == seen["head"]
    assert seen["last_check"]["job_id"] == job["id"]
