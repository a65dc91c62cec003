"""Bad input at every door of the OpenAPI document: a problem that names the field and the fix, and nothing written."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.asgi import Reply
from tests.api.operations import OPERATIONS, Operation, body_for
from tests.api.world import Caller, World, add_session
from tests.security.hostile import BODIES, ODD_TEXT, SQL, texts, with_value, wrong_types

WITH_JSON = tuple(one for one in OPERATIONS if one.takes_json)
FEW = {"create_project", "submit", "sign_in"}  # for bodies that take long to read
SLOW_BODIES = {"many keys", "many values", "too many bytes"}
ENDS_ITSELF = {"sign_out"}


def _caller(world: World, operation: Operation) -> Caller:
    """Who may do it. Some things are for a browser session only."""
    if operation.id == "switch_workspace":
        return world.by_browser("owner")
    return world.by_token("annotator" if operation.permission == "annotate" else "owner")


def _call(world: World, operation: Operation, body: Any, query: str = "", **values: str) -> Reply:
    headers = {} if operation.media_type is None else {"content_type": operation.media_type}
    path = operation.url({**world.here.path_values(), **values}) + query
    return world.call(_caller(world, operation), operation.method.upper(), path, body, **headers)


def _faults(reply: Reply, *, field: str | None = None) -> list[str]:
    """What is wrong with the refusal of bad input."""
    found = []
    if reply.status not in (401, 403, 404, 409, 413, 415, 422, 429):
        found.append(f"answered {reply.status}")
    if reply.header("content-type") != "application/problem+json":
        return [*found, "is no problem"]
    problem = reply.json()
    if not problem["action"] or not problem["detail"] or problem["status"] != reply.status:
        found.append("does not say what to do")
    if reply.status == 422 and not problem.get("field"):
        found.append("names no field")
    if field is not None and reply.status == 422 and not str(problem.get("field")).startswith(field):
        found.append(f"names {problem.get('field')!r} and not {field!r}")
    if len(reply.content) > 20_000:
        found.append(f"has {len(reply.content)} bytes")
    return found


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_acceptable_json(world: World, name: str) -> None:
    before = world.contents()
    wrong = []
    for operation in WITH_JSON:
        if name in SLOW_BODIES and operation.id not in FEW:
            continue
        reply = _call(world, operation, BODIES[name] or None)
        faults = _faults(reply)
        if reply.status not in (413, 422):
            faults.append(f"answered {reply.status}")
        wrong += [f"{operation.id}: {fault}: {reply.text[:200]}" for fault in faults]
    assert not wrong, "\n".join(wrong)
    assert world.contents() == before


def test_a_field_that_is_not_known_is_refused_by_name(world: World) -> None:
    before = world.contents()
    wrong = []
    for operation in WITH_JSON:
        for extra in ("is_gold", "role_", "id", "created_at", "workspace", "__proto__", "constructor", "ROLE"):
            body, _ = body_for(operation, world.here)
            assert isinstance(body, dict)
            reply = _call(world, operation, {**body, extra: "x"})
            faults = _faults(reply, field=extra) + ([] if reply.status == 422 else [f"answered {reply.status}"])
            wrong += [f"{operation.id} with {extra}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)
    assert world.contents() == before


def test_a_value_of_another_type_is_refused_and_never_turned_into_one(world: World) -> None:
    before = world.contents()
    wrong = []
    for operation in WITH_JSON:
        for path, body in wrong_types(operation):
            reply = _call(world, operation, body)
            faults = _faults(reply, field=path.split(".")[0])
            if reply.status != 422:
                faults.append(f"answered {reply.status}")
            wrong += [f"{operation.id} with {body}: {fault} {reply.text[:150]}" for fault in faults]
        if world.contents() != before:
            wrong.append(f"{operation.id} wrote something")
            before = world.contents()
    assert not wrong, "\n".join(wrong)


def test_odd_text_in_every_field_is_kept_as_text_or_refused(world: World) -> None:
    """Never an error of ours, and the tables are still there. What is refused has written nothing."""
    wrong = []
    values = [*SQL, *ODD_TEXT]
    rng = random.Random(7)
    for operation in WITH_JSON:
        for path, _ in texts(operation):
            for value in [*rng.sample(values, 8), "a\x00b", "x" * 20_000]:
                reply = _call(world, operation, with_value(operation, path, value))
                if reply.status >= 300:
                    wrong += [f"{operation.id} {path}={value[:40]!r}: {fault}" for fault in _faults(reply)]
    assert not wrong, "\n".join(wrong)
    assert world.call(world.by_token("owner"), "GET", "/api/v1/people").status == 200


PATH_VALUES = [*SQL, *ODD_TEXT[:-2], "null", "-1", "0", "1e3", "1.0", "99999999999999999999", "9" * 400, "x" * 5000]
PATH_VALUES += ["é" * 10, "%", "0x10", "1;2", "*", "[]", "true", "1 OR 1=1", "٣"]


def test_odd_ids_are_not_found_or_refused(world: World) -> None:
    before = world.contents()
    wrong = []
    for operation in (one for one in OPERATIONS if one.path_names):
        body, _ = body_for(operation, world.here)
        for name in operation.path_names:
            for value in PATH_VALUES:
                if "/" in value or not value.strip() or (name in ("version", "task_id") and value == "1.0"):
                    continue  # not one part of a path, or another way of writing 1
                reply = _call(world, operation, body, **{name: quote(value, safe="")})
                # The one that is asked most often does not look for the project of somebody without a seat.
                expected = {403} if operation.id == "next_assignments" and "\0" not in value else {404, 422}
                if reply.status not in expected:
                    wrong.append(f"{operation.id} {name}={value[:40]!r}: answered {reply.status} {reply.text[:120]}")
                wrong += [f"{operation.id} {name}={value[:40]!r}: {fault}" for fault in _faults(reply)]
        if world.contents() != before:
            wrong.append(f"{operation.id} wrote something")
            before = world.contents()
    assert not wrong, "\n".join(wrong)


def _parameters() -> list[tuple[Operation, dict[str, Any]]]:
    return [
        (operation, parameter)
        for operation in OPERATIONS
        for parameter in operation.spec.get("parameters", [])
        if parameter["in"] == "query"
    ]


def test_odd_values_in_every_query_parameter(world: World) -> None:
    wrong = []
    for operation, parameter in _parameters():
        if operation.id == "start_import":
            continue  # below: its parameters are kept
        for value in PATH_VALUES:
            reply = _call(world, operation, None, f"?{parameter['name']}={quote(value, safe='')}")
            if reply.status != 200:
                faults = _faults(reply)
                wrong += [f"{operation.id} {parameter['name']}={value[:40]!r}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def test_odd_names_of_a_file_are_kept_as_text_and_lead_nowhere(world: World) -> None:
    rows = b'{"text": "a"}\n'
    names = [value for value in [*ODD_TEXT, "CON", "a" * 4_000, "C:\\x", "a.jsonl\x00.exe", "/etc/passwd"] if value]
    before = sorted(path.name for path in (world.services.settings.data / "files").iterdir())
    for name in names:
        path = f"/api/v1/projects/{world.here.closed_project}/imports?format=jsonl&filename={quote(name, safe='')}"
        reply = world.call(world.by_token("owner"), "POST", path, rows, content_type="application/octet-stream")
        assert reply.status in (202, 422), f"{name!r}: {reply.text}"
        if reply.status == 202:
            assert reply.json()["arguments"]["filename"] == name
        world.run_jobs()
    after = sorted(path.name for path in (world.services.settings.data / "files").iterdir())
    assert after == before, "what was imported is gone again, and nothing lies elsewhere"


@pytest.mark.parametrize("value", ["", "0", "-1", "201", "1000000000", "9" * 30, "1.5", "1e2", "abc", "NaN", "0x10"])
def test_the_size_of_a_page_is_bounded(small_world: World, value: str) -> None:
    world = small_world
    for operation, parameter in _parameters():
        if parameter["name"] == "limit":
            reply = _call(world, operation, None, f"?limit={value}")
            assert (reply.status, reply.json()["field"]) == (422, "query.limit"), operation.id


def test_a_parameter_twice_or_an_unknown_one_is_refused_by_name(small_world: World) -> None:
    """A filter that is misspelled must not silently show everything."""
    wrong = []
    for operation in OPERATIONS:
        if operation.id in ENDS_ITSELF or not operation.is_safe:
            continue
        for query in ("is_gold=1", "fields=*", "expand=annotations", "q.password=x", "Limit=1", "limit[]=1"):
            reply = _call(small_world, operation, None, f"?{query}")
            if (reply.status, reply.code) != (422, "bad_input") or query.split("=")[0] not in reply.json()["field"]:
                wrong.append(f"{operation.id}?{query}: {reply.status} {reply.text[:100]}")
    for operation, parameter in _parameters():
        if operation.is_safe:
            name = parameter["name"]
            reply = _call(small_world, operation, None, f"?{name}=1&{name}=1")
            if (reply.status, reply.json().get("field")) != (422, f"query.{name}"):
                wrong.append(f"{operation.id}?{name} twice: {reply.status} {reply.text[:100]}")
    assert not wrong, "\n".join(wrong)


def test_what_a_list_can_be_sorted_and_filtered_by_is_a_short_list(small_world: World) -> None:
    world = small_world
    path = f"/api/v1/projects/{world.here.project}/tasks"
    for name in ("sort", "state"):
        for value in (
            "password_hash",
            "person.password_hash",
            "updated_by__password",
            "id;",
            "id desc",
            "-id,-id",
            "1",
        ):
            reply = world.call(world.by_token("lead"), "GET", f"{path}?{name}={quote(value)}")
            assert (reply.status, reply.json()["field"]) == (422, name)


def test_a_session_survives_none_of_this_by_becoming_more(small_world: World) -> None:
    """After all the bad input an annotator is an annotator."""
    who = add_session(small_world, "annotator")
    for field in ("role", "is_owner", "permissions", "scopes", "workspace"):
        assert small_world.call(who, "PATCH", "/api/v1/me", {field: "owner"}).status == 422
    assert small_world.call(who, "GET", "/api/v1/session").json()["role"] == "annotator"
