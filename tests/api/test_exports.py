"""Exports as of a moment, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from assay.kernel.clock import SECOND, iso
from tests.api.asgi import Reply
from tests.api.world import World


def ask(world: World, **body: Any) -> Reply:
    """Ask for an export as the lead."""
    path = f"/api/v1/projects/{world.here.project}/exports"
    return world.call(world.by_token("lead"), "POST", path, {"format": "jsonl", **body})


def test_the_file_name_and_the_outcome_say_the_moment(world: World) -> None:
    moment = world.clock() - world.clock() % SECOND
    world.clock.advance(60)
    started = ask(world, as_of=iso(moment))
    assert started.status == 202, started.text
    world.run_jobs()
    path = f"/api/v1/projects/{world.here.project}/jobs/{started.json()['id']}"
    outcome = world.call(world.by_token("lead"), "GET", path).json()["outcome"]
    assert outcome["as_of"] == iso(moment)
    assert outcome["filename"].endswith(f"-as-of-{iso(moment)[:19].replace(':', '-')}Z.jsonl")
    assert "chain" in outcome


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"as_of": "tomorrow"}, "as_of"),
        ({"as_of": "2999-01-01T00:00:00Z"}, "as_of"),
        ({"as_of": "2020-01-01T00:00:00Z", "state": "done"}, "state"),
        ({"as_of": "2020-01-01T00:00:00Z", "disagreeing": True}, "disagreeing"),
    ],
)
def test_what_cannot_be_is_refused_when_asked(world: World, body: dict[str, Any], field: str) -> None:
    reply = ask(world, **body)
    assert (reply.status, reply.json()["field"]) == (422, field), reply.text
    assert reply.json()["action"]
