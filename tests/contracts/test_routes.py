"""Every route names who may call it, and says in the OpenAPI document what it takes and gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi import APIRouter

from assay.server import app as application
from assay.server.access.principal import MayRead
from assay.server.app import PUBLIC, make_routes, openapi_document, permission_of
from assay.server.routes import ROUTERS
from assay.server.routing import StrictRoute, router
from assay.server.ui import add_pages
from tests.api.operations import OPERATIONS, Operation, document, resolve

# What a stranger may call. A new entry here is a decision, not a detail.
OPEN_TO_ALL = {
    "get_health",
    "get_ready",
    "get_metrics",  # it asks for the token of ASSAY_METRICS_TOKEN, and is not there without that setting
    "get_version",
    "get_openapi",
    "sign_in",
    "sign_in_by_link",
    "preview_invitation",
    "accept_invitation",
}
OUTSIDE_THE_DOCUMENT = {"/api/openapi.json", "/metrics", "/{path:path}"}  # the document itself, and the web pages
ANSWERS_OF_EACH = {"401", "403", "404", "409", "413", "415", "422", "429", "503"}
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


def test_the_public_list_is_what_was_decided() -> None:
    assert PUBLIC == OPEN_TO_ALL
    public = {operation.id for operation in OPERATIONS if operation.permission is None}
    assert public == OPEN_TO_ALL - {"get_openapi", "get_metrics"}


def test_every_route_of_the_app_is_in_the_document_or_known() -> None:
    app = make_routes()
    add_pages(app)
    documented = {(operation.method.upper(), operation.path) for operation in OPERATIONS}
    routed = {(method, route.path) for one in ROUTERS for route in one.routes for method in route.methods or ()}  # type: ignore[attr-defined]
    alone = {path for route in app.routes if (path := getattr(route, "path", None)) is not None}
    assert routed == documented
    assert alone == OUTSIDE_THE_DOCUMENT


def test_every_route_reads_its_body_strictly() -> None:
    loose = [route for one in ROUTERS for route in one.routes if not isinstance(route, StrictRoute)]
    assert loose == []


def _strange_router(*, hidden: bool = False) -> APIRouter:
    strange = router("strange")

    @strange.get("/strange", operation_id="strange", include_in_schema=not hidden)
    async def look() -> None:
        """Names nobody."""

    return strange


@pytest.mark.parametrize("hidden", [False, True])
def test_a_route_without_a_permission_stops_the_app_from_being_made(
    hidden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "ROUTERS", (*ROUTERS, _strange_router(hidden=hidden)))
    with pytest.raises(RuntimeError, match=r"/api/v1/strange \(strange\) names no permission"):
        make_routes()


def test_a_route_that_nobody_asks_for_its_permission_stops_the_app_too(monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_routes()
    app.include_router(_strange_router())  # behind the back of the list
    with pytest.raises(RuntimeError, match="GET /api/v1/strange was served without"):
        openapi_document(app)


def test_the_permission_is_read_from_the_signature() -> None:
    named = router("named")

    @named.get("/named", operation_id="named")
    async def look(_: MayRead) -> None:
        """Names one."""

    assert permission_of(named.routes[0]) == "read_project"  # type: ignore[arg-type]


def test_operation_ids_are_unique_and_speak() -> None:
    ids = [operation.id for operation in OPERATIONS]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


def test_the_document_is_openapi_31_and_every_reference_leads_somewhere() -> None:
    assert document()["openapi"].startswith("3.1")
    known = set(document()["components"]["schemas"])
    used = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document())))
    assert used == known, "a schema that nothing uses, or that is missing"


@every_operation
def test_an_operation_says_what_it_does(operation: Operation) -> None:
    assert len(operation.spec["summary"]) > 3
    assert len(operation.spec["description"]) > 10
    assert operation.spec["tags"]
    assert [each["name"] for each in operation.spec.get("parameters", []) if "schema" not in each] == []


@every_operation
def test_an_operation_has_one_typed_success(operation: Operation) -> None:
    successes = {status: given for status, given in operation.spec["responses"].items() if status.startswith("2")}
    assert len(successes) == 1
    content = next(iter(successes.values()))["content"]
    for media_type, described in content.items():
        if media_type == "application/json":
            assert "$ref" in described["schema"], "an untyped success"
        else:
            assert media_type in {"application/octet-stream", "text/csv"}
            assert described["schema"]["type"] == "string"


@every_operation
def test_an_operation_types_its_problems(operation: Operation) -> None:
    problems = {status: given for status, given in operation.spec["responses"].items() if not status.startswith("2")}
    assert set(problems) == ANSWERS_OF_EACH
    for given in problems.values():
        assert given["description"]
        assert given["content"] == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}, (
            "a problem is problem+json and nothing else"
        )


@every_operation
def test_an_operation_says_how_to_prove_who_one_is(operation: Operation) -> None:
    expected: list[Any] = [] if operation.permission is None else [{"token": []}, {"session": []}]
    assert operation.spec["security"] == expected


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.takes_json], ids=lambda operation: operation.id)
def test_a_body_has_an_example_that_fits_it(operation: Operation) -> None:
    assert operation.body_schema["examples"]
    schema = {**operation.body_schema, "components": document()["components"]}
    for example in operation.body_schema["examples"]:
        jsonschema_rs.validate(schema, example)


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object schema in a body, the ones it refers to as well."""
    seen: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            if (name := part.get("$ref")) is not None:
                if name not in seen:
                    seen.add(name)
                    waiting.append(resolve(part))
                continue
            if "properties" in part:
                yield part
            waiting.extend(value for key, value in part.items() if key != "examples")


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.takes_json], ids=lambda operation: operation.id)
def test_a_body_takes_no_field_that_it_does_not_name(operation: Operation) -> None:
    loose = [part["title"] for part in _objects(operation.body_schema) if part.get("additionalProperties") is not False]
    assert loose == []
