"""Requests made from the OpenAPI document: every answer is announced there, and none is a mistake of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.operations import document
from tests.api.world import World, opened_world, prepare
from tests.support.databases import Databases

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BASE = "http://127.0.0.1:8080"
EXAMPLES = 8  # of each operation; the fuzzing that is written by hand goes deeper (tests/security)
api = schemathesis.openapi.from_dict(document(), config=SchemathesisConfig(projects=None))


@pytest.fixture(scope="module")
def fuzzed(_all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all of it: what one request leaves behind is there for the next."""
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    with opened_world(folder / "data", _all_databases.fresh("sqlite", prepare)) as opened:
        yield opened


@api.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
def test_every_answer_is_announced(case: schemathesis.Case[Any], fuzzed: World) -> None:
    who = fuzzed.by_token("annotator" if case.operation.tags == ["labeling"] else "owner")
    sent = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    body = sent.body.encode() if isinstance(sent.body, str) else bytes(sent.body or b"")  # type: ignore[arg-type]
    headers = {**{name: str(value) for name, value in sent.headers.items()}, **who.headers()}
    reply = fuzzed.web.call(str(sent.method), str(sent.url).removeprefix(BASE), headers=headers, body=body)
    request = httpx.Request(str(sent.method), str(sent.url), headers=headers, content=body)
    response = httpx.Response(reply.status, headers=list(reply.headers), content=reply.content, request=request)
    response.elapsed = timedelta()
    case.validate_response(response, checks=CHECKS)
