"""The operations of the OpenAPI document: what every generated test walks over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from assay.flow.access import Permission, permissions
from assay.server.app import make_routes, openapi_document
from tests.api.world import Caller, Side

SAFE = frozenset({"get"})
Json = Any


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi_document(make_routes())


@dataclass(frozen=True)
class Operation:
    """One route and method."""

    method: str
    path: str
    spec: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its name in the document."""
        return str(self.spec["operationId"])

    @property
    def permission(self) -> Permission | None:
        """What it asks for; None: nothing."""
        given = self.spec["x-permission"]
        return None if given is None else Permission(given)

    @property
    def is_safe(self) -> bool:
        """Whether it only reads."""
        return self.method in SAFE

    @property
    def path_names(self) -> list[str]:
        """The names in its path."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def media_type(self) -> str | None:
        """What its body is sent as; None without a body."""
        body = self.spec.get("requestBody")
        return None if body is None else str(next(iter(body["content"])))

    @property
    def takes_json(self) -> bool:
        """Whether it takes a JSON body."""
        return self.media_type == "application/json"

    @property
    def body_schema(self) -> dict[str, Any]:
        """The schema of its JSON body, with references resolved at the top."""
        schema: dict[str, Any] = self.spec["requestBody"]["content"]["application/json"]["schema"]
        return resolve(schema)

    @property
    def body_example(self) -> Json:
        """The example of its JSON body."""
        return self.body_schema["examples"][0]

    def allows(self, who: Caller) -> bool:
        """Whether the caller's role and token give the permission."""
        if self.permission is None:
            return True
        return who.role is not None and self.permission in permissions(who.role, who.scopes)

    def url(self, values: Mapping[str, str]) -> str:
        """Its path with these values in it."""
        return re.sub(r"\{(\w+)\}", lambda name: values[name[1]], self.path)


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference leads to."""
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _all() -> tuple[Operation, ...]:
    paths = document()["paths"]
    return tuple(Operation(method, path, spec) for path, each in paths.items() for method, spec in each.items())


OPERATIONS = _all()
BY_ID = {operation.id: operation for operation in OPERATIONS}


def body_for(operation: Operation, side: Side) -> tuple[bytes | Json | None, str | None]:
    """A body that the operation takes, with ids of that side in it, and its media type."""
    if operation.media_type is None:
        return None, None
    if not operation.takes_json:
        return b'{"text": "one more"}\n', operation.media_type
    body = dict(operation.body_example)
    real: dict[str, Json] = {
        "project_ids": [side.project],
        "person_ids": [side.people["outsider"].uid],
        "workspace_id": side.workspace_uid,
    }
    return {name: real.get(name, value) for name, value in body.items()}, operation.media_type
