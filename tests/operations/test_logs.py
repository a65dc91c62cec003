"""One line a request, all lines of a request under its id, and nothing of a person in them."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from assay.cli.logs import log_to_stderr
from tests.api.world import HIDDEN, NOBODY, PASSWORD, World
from tests.worker.desk import jsonl

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """The lines that were logged, as a server logs them."""
    kept, sink = structlog.get_config(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", sink)
    log_to_stderr("info")
    yield lambda: [json.loads(line) for line in sink.getvalue().splitlines()]
    structlog.configure(**kept)
    structlog.contextvars.clear_contextvars()


def test_the_id_of_a_request_is_its_own_if_it_is_well_formed(small_world: World) -> None:
    for good in ("req-12345", "0123456789abcdef" * 4, "A.b_c-d:".replace(":", "9")):
        assert small_world.call(NOBODY, "GET", "/health", x_request_id=good).header("x-request-id") == good
    for bad in ("short", "x" * 65, "with space", "a;b;c;d;e;f", "../../etc/passwd", "é" * 10, "line\nbreak-line", ""):
        made = small_world.call(NOBODY, "GET", "/health", x_request_id=bad).header("x-request-id")
        assert re.fullmatch("[a-z2-7]{26}", made or ""), bad
    twice = small_world.web.call("GET", "/health", headers=[("x-request-id", "first-one")] * 2)
    assert twice.header("x-request-id") != "first-one"


def test_every_line_of_a_request_has_its_id(small_world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = small_world.by_token("owner")
    answer = small_world.call(owner, "GET", f"/api/v1/projects/{small_world.here.project}", x_request_id="my-request-1")
    assert answer.status == 200
    (line,) = lines()
    assert line["request"] == "my-request-1"
    assert (line["event"], line["method"], line["status"]) == ("request", "GET", 200)
    assert line["route"] == "/api/v1/projects/{project_id}"
    assert line["milliseconds"] >= 0

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("assay.server.routes.projects.projects.find", broken, raising=False)
    monkeypatch.setattr("assay.server.routes.people.people.list_members", broken, raising=False)
    small_world.services.store.close()
    answer = small_world.call(owner, "GET", "/api/v1/people", x_request_id="my-request-2")
    assert answer.status >= 500
    later = lines()[1:]
    assert len(later) >= 2
    assert {line.get("request") for line in later} == {"my-request-2"}


def test_machines_that_ask_every_second_do_not_fill_the_log(small_world: World, lines: Lines) -> None:
    for path in ("/health", "/metrics"):
        small_world.call(NOBODY, "GET", path)
    assert lines() == []


def test_lines_of_a_job_have_its_id_and_that_of_its_request(small_world: World, lines: Lines) -> None:
    lead = small_world.by_token("lead")
    path = f"/api/v1/projects/{small_world.here.project}/imports?filename=a.jsonl"
    body = jsonl([{"text": "one more"}])
    answer = small_world.call(lead, "POST", path, body, content_type="application/octet-stream")
    small_world.run_jobs()
    found = [line for line in lines() if line["event"].startswith("job")]
    assert len(found) >= 2
    assert {line["job"] for line in found} == {answer.json()["id"]}


def test_nothing_of_a_person_is_in_the_log(small_world: World, lines: Lines) -> None:
    lead = small_world.by_token("lead")
    small_world.call(NOBODY, "POST", "/api/v1/session", {"email": "lead@here.example", "password": PASSWORD})
    small_world.call(lead, "GET", f"/api/v1/projects/{small_world.here.project}/tasks?search=Sentence")
    small_world.call(lead, "GET", "/api/v1/people")
    written = json.dumps(lines())
    assert len(lines()) >= 3
    for secret in (PASSWORD, "lead@here.example", "Lead here", "Sentence", HIDDEN, lead.token or "?"):
        assert secret not in written
