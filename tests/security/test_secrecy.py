"""What an annotator's client receives: an allow-list, the same for every task, with nothing of anybody else."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from assay.kernel.ids import looks_like_id, new_id
from assay.server.views import annotator as views
from assay.server.views.body import Outgoing
from tests.api.asgi import Reply
from tests.api.operations import OPERATIONS
from tests.api.world import HIDDEN, LABEL_CONFIG, Side, World, answer_of

# Every field that leaves for an annotator. A new one is a decision: could a check be computed from it?
FIELDS = {
    "WorkbenchProject": {"id", "title", "state"},
    "WorkbenchLabelConfig": {"version", "outline", "controls"},
    "WorkbenchGuideline": {"version", "document"},
    "SkipReason": {"id", "title"},
    "WorkbenchSettings": {"undo_seconds", "ask_confidence", "skip_reasons", "hold"},
    "OwnProgress": {"today", "total"},
    "Workbench": {"project", "label_config", "guideline", "settings", "progress", "notice"},
    "AssignmentView": {"id", "data", "lease_seconds", "label_config_version"},
    "NothingLeft": {"code", "message"},
    "Offer": {"assignments", "empty", "progress", "break_due"},  # by the person's own time at work alone
    "Receipt": {"submission_id", "counted", "undo_until", "message"},
    "Done": {"ok"},
    "RecentSubmission": {
        "assignment_id", "submission_id", "data", "result", "confidence", "created_at", "undo_until",
    },
    "RecentList": {"items"},
    "OwnProject": {"id", "title", "description", "state", "notice", "progress"},
    "OwnProjectList": {"items"},
}  # fmt: skip
FREE = {"data", "result", "document", "outline", "controls"}  # what the project shows, and one's own answers
NUMBERS = {"version", "label_config_version", "undo_seconds", "hold", "today", "total", "lease_seconds", "confidence"}
LABELING = tuple(one for one in OPERATIONS if one.spec["tags"] == ["labeling"])


def test_the_allow_list_is_what_was_decided() -> None:
    outgoing = {
        name: set(view.model_fields)
        for name, view in inspect.getmembers(views, inspect.isclass)
        if issubclass(view, Outgoing) and view is not Outgoing and view.__module__ == views.__name__
    }
    assert outgoing == FIELDS


def test_labeling_routes_answer_with_the_allow_list_and_nothing_else() -> None:
    assert {operation.id for operation in LABELING} == {
        "get_workbench",
        "next_assignments",
        "submit",
        "skip",
        "raise_flag",
        "list_recent",
    }
    for operation in LABELING:
        schema = operation.spec["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert schema.rpartition("/")[2] in FIELDS, operation.id


def test_no_view_of_an_annotator_has_room_for_more() -> None:
    """Free-form parts are named; every other field has a type of its own."""
    loose = []
    for name in FIELDS:
        view: type[BaseModel] = getattr(views, name)
        for field, given in view.model_fields.items():
            if re.search(r"\bdict\b|\bAny\b", str(given.annotation)) and field not in FREE:
                loose.append(f"{name}.{field}")
    assert loose == []


def _labeling_replies(world: World) -> Iterator[tuple[str, Reply]]:
    """Everything that an annotator's client can get at work, errors too."""
    who, project = world.by_browser("annotator"), world.here.project
    yield "workbench", world.call(who, "GET", f"/api/v1/projects/{project}/workbench")
    yield "projects", world.call(who, "GET", "/api/v1/my/projects")
    offer = world.call(who, "POST", f"/api/v1/projects/{project}/next", {"count": 4})
    yield "next", offer
    ids = [each["id"] for each in offer.json()["assignments"]]
    yield "flag", world.call(who, "POST", f"/api/v1/assignments/{ids[0]}/flag", {"note": "why"})
    yield "skip", world.call(who, "POST", f"/api/v1/assignments/{ids[0]}/skip", {"reason": "unclear"})
    body = {"submission_id": new_id(), "result": answer_of("Neutral"), "seconds": 2.0}
    yield "submit", world.call(who, "POST", f"/api/v1/assignments/{ids[1]}/submit", body)
    yield "again", world.call(who, "POST", f"/api/v1/assignments/{ids[1]}/submit", body)
    other = {**body, "submission_id": new_id()}
    yield "conflict", world.call(who, "POST", f"/api/v1/assignments/{ids[1]}/submit", other)
    yield "skip late", world.call(who, "POST", f"/api/v1/assignments/{ids[1]}/skip", {"reason": "unclear"})
    yield "wrong", world.call(who, "POST", f"/api/v1/assignments/{ids[2]}/submit", {**other, "result": answer_of("x")})
    yield "empty", world.call(who, "POST", f"/api/v1/assignments/{ids[2]}/submit", {**other, "result": []})
    yield "reason", world.call(who, "POST", f"/api/v1/assignments/{ids[2]}/skip", {"reason": "gold"})
    yield "recent", world.call(who, "GET", f"/api/v1/projects/{project}/recent")
    world.call(world.by_token("lead"), "PATCH", f"/api/v1/projects/{project}", {"state": "paused"})
    yield "paused", world.call(who, "POST", f"/api/v1/projects/{project}/next", {"count": 1, "leave_out": ids})


def _numbers(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in FREE:
                yield from _numbers(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, name)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, value


def _words_of_others(side: Side, me: str) -> list[str]:
    words = [side.invitation, side.import_job, side.export_job, side.file[0], side.closed_project, HIDDEN]
    for name, person in side.people.items():
        if name != me:
            words += [person.uid, person.email, f"{name.title()} here"]
    return words


def test_at_work_one_sees_the_shown_data_and_ones_own_work(world: World) -> None:
    others = [*_words_of_others(world.here, "annotator"), *_answers_of(world, "second")]
    keys = {f"here-Sentence {number} of here." for number in range(12)}
    for name, reply in _labeling_replies(world):
        assert reply.status < 500, name
        assert [word for word in others if word in reply.text] == [], name
        assert [key for key in keys if key in reply.text] == [], name
        if reply.status == 200:
            assert {number for number, _ in _numbers(reply.json())} <= NUMBERS, name
        for header in ("etag", "last-modified", "age", "link", "x-total-count"):
            assert reply.header(header) is None
        for data in re.findall(r'"data":(\{[^}]*\})', reply.text):
            assert re.fullmatch(r'\{"text":"[^"]*"\}', data), name


def _answers_of(world: World, name: str) -> list[str]:
    """The ids of somebody's annotations and submissions, as the lead sees them."""
    found: list[str] = []
    for task in world.here.tasks:
        path = f"/api/v1/projects/{world.here.project}/tasks/{task}"
        said = world.call(world.by_token("lead"), "GET", path).json()["annotations"]
        found += [one["id"] for one in said if one["annotator"]["id"] == world.here.people[name].uid]
    assert found
    return found


def test_no_route_gives_an_annotator_the_answer_of_somebody_else(world: World) -> None:
    """Whatever the route, with a session, a token of every scope, and ids that only a lead knows."""
    others = [*_words_of_others(world.here, "annotator"), *_answers_of(world, "second")]
    for who in (world.by_browser("annotator"), world.by_token("annotator")):
        for operation in (one for one in OPERATIONS if one.is_safe):
            for task in world.here.tasks:
                values = {**world.here.path_values(), "task_id": str(task)}
                reply = world.call(who, "GET", operation.url(values))
                assert [word for word in others if word in reply.text] == [], operation.id
                if "task_id" not in operation.path_names:
                    break


def _shape(value: Any) -> Any:
    """Names and types, without values."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return type(value).__name__


@pytest.fixture
def mixed(world: World) -> World:
    """A project whose tasks look alike and differ in everything that an annotator must not see."""
    owner = world.by_token("owner")
    body = {
        "title": "Mixed",
        "label_config": LABEL_CONFIG,
        "policy": {"annotations_per_task": 3, "order": "sequential"},
    }
    world.here.closed_project = world.call(owner, "POST", "/api/v1/projects", body).json()["id"]
    path = f"/api/v1/projects/{world.here.closed_project}"
    people = [world.here.people[name].uid for name in ("annotator", "second")]
    world.call(owner, "POST", f"{path}/seats", {"person_ids": people})
    same = "The very same sentence."
    tasks: list[Any] = [{"text": same}, {"data": {"text": same}, "id": "gold-1"}, {"text": same, "is_gold": True}]
    world.call(owner, "POST", f"{path}/tasks", {"tasks": tasks})
    second = world.by_token("second")
    offered = world.call(second, "POST", f"{path}/next", {"count": 1}).json()["assignments"][0]["id"]
    answer = {"submission_id": new_id(), "result": answer_of("Positive")}
    assert world.call(second, "POST", f"/api/v1/assignments/{offered}/submit", answer).status == 200
    once = [{"where": {"gold": "Positive"}, "annotations_per_task": 1}]
    policy = {"annotations_per_task": 3, "order": "sequential", "rules": once}
    world.call(owner, "PUT", f"{path}/policy", {"document": policy})
    world.clock.advance(3600)
    rows = b'{"text": "The very same sentence.", "gold": "Positive"}\n'
    world.call(owner, "POST", f"{path}/imports?filename=a.jsonl", rows, content_type="application/octet-stream")
    world.run_jobs()
    return world


def test_tasks_cannot_be_told_apart_by_what_is_offered(mixed: World) -> None:
    who, path = mixed.by_browser("annotator"), f"/api/v1/projects/{mixed.here.closed_project}"
    offered = mixed.call(who, "POST", f"{path}/next", {"count": 4}).json()["assignments"]
    assert len(offered) == 4
    assert all(looks_like_id(each["id"]) for each in offered)
    said = [{name: value for name, value in each.items() if name != "id"} for each in offered]
    assert said == [said[0]] * 4


def test_tasks_cannot_be_told_apart_by_what_happens_to_an_answer(mixed: World) -> None:
    """Right or wrong, first or last, done with it or not: the same receipt, error and headers."""
    who, path = mixed.by_browser("annotator"), f"/api/v1/projects/{mixed.here.closed_project}"
    offered = mixed.call(who, "POST", f"{path}/next", {"count": 4}).json()["assignments"]
    for tried in (answer_of("Unknown"), answer_of("Positive") * 2, [{"from_name": "gold"}]):
        body = {"submission_id": new_id(), "result": tried}
        errors = [mixed.call(who, "POST", f"/api/v1/assignments/{each['id']}/submit", body) for each in offered]
        assert len({_without_id(reply) for reply in errors}) == 1
        assert errors[0].status == 422
    receipts = []
    for number, each in enumerate(offered):
        body = {"submission_id": f"submission-{number}", "result": answer_of(("Positive", "Negative")[number % 2])}
        receipts.append(mixed.call(who, "POST", f"/api/v1/assignments/{each['id']}/submit", body))
    assert [reply.status for reply in receipts] == [200] * 4
    assert len({_without_id(reply) for reply in receipts}) == 1
    assert len({len(reply.content) for reply in receipts}) == 1


def _without_id(reply: Reply) -> str:
    headers = [(name, value) for name, value in reply.headers if name != "x-request-id"]
    body = re.sub(r'"(request_id|submission_id)":"[^"]*"', "", reply.text)
    return f"{reply.status} {headers} {body}"


def test_skipping_and_asking_again_is_alike_for_every_task(mixed: World) -> None:
    who, path = mixed.by_browser("annotator"), f"/api/v1/projects/{mixed.here.closed_project}"
    offered = mixed.call(who, "POST", f"{path}/next", {"count": 4}).json()["assignments"]
    for action, body in (
        ("flag", {"note": "why"}),
        ("skip", {"reason": "other", "note": "n"}),
        ("skip", {"reason": "other"}),
    ):
        replies = [mixed.call(who, "POST", f"/api/v1/assignments/{each['id']}/{action}", body) for each in offered]
        assert len({_without_id(reply) for reply in replies}) == 1
        assert replies[0].json() == {"ok": True}
    left = mixed.call(who, "POST", f"{path}/next", {"count": 4}).json()
    assert (left["assignments"], left["empty"]["code"]) == ([], "none_for_you")


def test_the_shape_of_an_offer_never_changes(mixed: World) -> None:
    who, path = mixed.by_browser("annotator"), f"/api/v1/projects/{mixed.here.closed_project}"
    offers = [mixed.call(who, "POST", f"{path}/next", {"count": 1}).json() for _ in range(3)]
    shapes = [_shape(offer) for offer in offers]
    assert shapes == [shapes[0]] * 3
    assert set(shapes[0]["assignments"][0]) == FIELDS["AssignmentView"]


def test_names_that_sound_like_a_secret_are_as_unknown_as_nonsense(small_world: World) -> None:
    who, project = small_world.by_token("annotator"), small_world.here.project
    for path in (f"/api/v1/projects/{project}/recent", f"/api/v1/projects/{project}/workbench", "/api/v1/my/projects"):
        said = []
        for name in ("is_gold", "qqqqqqq"):
            reply = small_world.call(who, "GET", f"{path}?{name}=1")
            assert reply.status == 422
            said.append(_without_id(reply).replace(name, ""))
        assert said[0].replace("202", "") == said[1].replace("202", "")
    for path in ("gold", "checks", "fields", "graphql", "annotations", "agreement/live"):
        assert small_world.call(who, "GET", f"/api/v1/projects/{project}/{path}").status == 404


def test_nobody_hoards_tasks(small_world: World) -> None:
    """Leaving out what one holds is for answers on their way, not for taking the whole project."""
    world = small_world
    owner, path = world.by_token("owner"), f"/api/v1/projects/{world.here.project}"
    world.call(owner, "POST", f"{path}/tasks", {"tasks": [{"text": f"more {number}"} for number in range(60)]})
    who, held = world.by_token("annotator"), [str(world.here.assignment)]
    for _ in range(8):
        offer = world.call(who, "POST", f"{path}/next", {"count": 10, "leave_out": held[-50:]}).json()
        held += [each["id"] for each in offer["assignments"]]
    assert len(set(held)) <= 20
