"""The examples of the OpenAPI document are requests that work, and every operation can be done by who may do it."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from assay.flow.access import Role
from assay.store import credentials, people
from tests.api.operations import BY_ID, OPERATIONS, Operation, body_for, document
from tests.api.world import NOBODY, NOW, PASSWORD, Caller, World, add_member, add_session


def _caller(world: World, operation: Operation) -> Caller:
    if operation.permission is None:
        return NOBODY
    if operation.id in ("switch_workspace", "sign_out"):
        return add_session(world, "owner")
    return world.by_token("annotator" if operation.permission == "annotate" else "owner")


def _values(world: World, operation: Operation) -> dict[str, str]:
    """Ids with which the operation can be done."""
    values = world.here.path_values()
    if operation.id == "list_refused_rows":
        values["job_id"] = world.here.import_job
    if operation.id == "revoke_token":
        tokens = world.call(world.by_token("owner"), "GET", "/api/v1/tokens").json()["items"]
        values["token_id"] = next(one["id"] for one in tokens if one["name"] == "read")
    if operation.id == "cancel_job":
        path = f"/api/v1/projects/{world.here.project}/exports"
        values["job_id"] = world.call(world.by_token("lead"), "POST", path, {}).json()["id"]
    return values


def _body(world: World, operation: Operation) -> Any:
    """The example of the document, with what only this world knows put in."""
    body: Any = body_for(operation, world.here)[0]
    if operation.id == "sign_in":
        hashed = world.web.runner.run(world.services.passwords.hash(body["password"]))
        person = world.here.people["annotator"]
        world.services.store.write(lambda c: people.set_password(c, person.internal_id, hashed))
        return {**body, "email": person.email}
    if operation.id == "sign_in_by_link":
        person_id = world.here.people["annotator"].internal_id
        made = world.services.store.write(lambda c: credentials.make_link(c, person_id, now=NOW, minutes=5))
        return {"token": made[0]}
    if operation.id in ("preview_invitation", "accept_invitation"):
        return {**body, "token": world.here.invitation_secret}
    return body


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_it_works_with_its_example_and_answers_as_announced(small_world: World, operation: Operation) -> None:
    world = small_world
    body, (_, media_type) = _body(world, operation), body_for(operation, world.here)
    headers = {} if media_type is None else {"content_type": media_type}
    path = operation.url(_values(world, operation))
    reply = world.call(_caller(world, operation), operation.method.upper(), path, body, **headers)
    if operation.id == "get_ready":  # no worker runs beside this world, and it says so
        assert (reply.status, reply.code) == (503, "not_ready")
        return
    expected = next(status for status in operation.spec["responses"] if status.startswith("2"))
    assert str(reply.status) == expected, reply.text
    content = operation.spec["responses"][expected]["content"]
    kind = (reply.header("content-type") or "").split(";")[0]
    assert kind in content
    if kind == "application/json":
        schema = {**content[kind]["schema"], "components": document()["components"]}
        jsonschema_rs.validate(schema, reply.json())


@pytest.mark.parametrize("name", ["list_people", "list_projects", "list_tasks", "get_agreement", "get_workbench"])
def test_answers_on_postgresql_are_the_same(world: World, name: str) -> None:
    """One shape on both databases; the other operations are walked through in the tests of the wall."""
    operation = BY_ID[name]
    reply = world.call(_caller(world, operation), "GET", operation.url(world.here.path_values()))
    schema = operation.spec["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate({**schema, "components": document()["components"]}, reply.json())


def test_switching_to_another_workspace_of_ones_own(small_world: World) -> None:
    add_member(small_world, small_world.there, small_world.here.people["owner"], Role.LEAD)
    who = add_session(small_world, "owner")
    reply = small_world.call(who, "PATCH", "/api/v1/session", {"workspace_id": small_world.there.workspace_uid})
    assert reply.json()["workspace"]["name"] == "Workspace there"


def test_a_password_is_set_the_first_time_without_an_old_one(small_world: World) -> None:
    who = add_session(small_world, "annotator")
    assert small_world.call(who, "GET", "/api/v1/session").json()["has_password"] is False
    reply = small_world.call(who, "PATCH", "/api/v1/me", {"new_password": PASSWORD})
    assert (reply.status, reply.json()["has_password"]) == (200, True)
