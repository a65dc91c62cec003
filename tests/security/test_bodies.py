"""Bodies cost a stranger more than us: nothing is read before it is known who asks, and never more than a bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from assay.kernel import limits
from tests.api.asgi import Reply
from tests.api.operations import OPERATIONS
from tests.api.world import NOBODY, World, opened_world, prepare
from tests.security.hostile import BODIES
from tests.support.databases import Databases

CHUNK = 65_536
WORST = b"[" + b'"",' * 240_000 + b"NaN]"  # as many values as a body may have, and a fault at its end


def _flood(
    world: World, method: str, path: str, headers: dict[str, str], chunk: bytes = b"x" * CHUNK
) -> tuple[Reply, int]:
    """Send a body without end; the reply, and how many bytes were read of it."""
    taken = 0

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += len(chunk)
        assert taken < 300 * limits.MEGABYTE, "it reads for ever"
        return {"type": "http.request", "body": chunk, "more_body": True}

    reply = world.web.runner.run(world.web.asend(method, path, receive, headers=headers))
    return reply, taken


KINDS = ("application/json", "application/octet-stream", "text/plain", "multipart/form-data; boundary=x", "")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_read_of_a_strangers_body(small_world: World, kind: str) -> None:
    for operation in (one for one in OPERATIONS if one.permission is not None and not one.is_safe):
        path = operation.url(small_world.here.path_values())
        reply, taken = _flood(small_world, operation.method.upper(), path, {"content-type": kind})
        assert (reply.status, taken) == (401, 0), operation.id


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_is_read_up_to_a_bound_whatever_it_says_it_is(small_world: World, kind: str) -> None:
    world = small_world
    for operation in (one for one in OPERATIONS if one.takes_json):
        bound = 16_384 if operation.permission is None else limits.BODY_BYTES
        path = operation.url(world.here.path_values())
        headers = {**world.by_token("owner").headers(), "content-type": kind}
        reply, taken = _flood(world, operation.method.upper(), path, headers)
        assert (reply.status, reply.code) == (413, "too_large"), operation.id
        assert taken <= bound + CHUNK


def test_a_body_that_says_it_is_too_large_is_not_read(small_world: World) -> None:
    headers = {**small_world.by_token("owner").headers(), "content-type": "application/json"}
    reply, taken = _flood(small_world, "POST", "/api/v1/projects", {**headers, "content-length": "9000000000"})
    assert (reply.status, taken) == (413, 0)
    for odd in ("-1", "abc", "٣", "1e9", "9" * 400):
        reply, _ = _flood(
            small_world, "POST", "/api/v1/projects", {**headers, "content-length": odd.encode().decode("latin-1")}
        )
        assert reply.status == 413, odd


def test_reading_the_worst_body_takes_little_time_and_stops_nobody(small_world: World) -> None:
    """Somebody who may send it costs a moment, and meanwhile others are served."""
    world = small_world
    headers = {**world.by_token("owner").headers(), "content-type": "application/json"}

    async def both() -> tuple[Reply, float]:
        reading = asyncio.create_task(world.web.acall("POST", "/api/v1/projects", headers=headers, body=WORST))
        longest = 0.0
        while not reading.done():
            began = time.perf_counter()
            await asyncio.sleep(0.002)  # in the queue of the event loop, as a request from outside
            assert (await world.web.acall("GET", "/api/v1/version")).status == 200
            longest = max(longest, time.perf_counter() - began)
        return await reading, longest

    began = time.process_time()
    reply, longest = world.web.runner.run(both())
    assert reply.status == 422
    assert "NaN" in reply.json()["detail"]
    assert time.process_time() - began < 6
    assert longest < 1


@pytest.mark.parametrize("name", ["many values", "too many bytes"])
def test_more_than_a_bound_is_refused_without_being_parsed(small_world: World, name: str) -> None:
    who = small_world.by_token("owner")
    began = time.process_time()
    reply = small_world.call(who, "POST", "/api/v1/projects", BODIES[name])
    assert (reply.status, reply.code) == (413, "too_large")
    assert reply.json()["action"] == "Send larger sets as a file import."
    assert time.process_time() - began < 0.5


def test_a_body_that_breaks_off_writes_nothing(small_world: World) -> None:
    world = small_world
    before = world.contents()
    headers = {**world.by_token("owner").headers(), "content-type": "application/json"}
    whole = b'{"title": "t", "label_config": "<View/>"}'
    for end in (0, 5, len(whole)):
        reply = world.web.call("POST", "/api/v1/projects", headers=headers, body=whole[:end], cut=True)
        assert reply.status >= 400
    assert world.contents() == before


@pytest.fixture
def tiny(databases: Databases, tmp_path: object) -> Iterator[World]:
    """A world that takes files up to a megabyte."""
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    with opened_world(tmp_path / "data", databases.fresh("sqlite", prepare)) as opened:
        opened.services.settings = opened.services.settings.model_copy(update={"max_upload_mb": 1})
        yield opened


def _files(world: World) -> list[str]:
    return sorted(path.name for path in (world.services.settings.data / "files").iterdir())


def test_an_upload_is_bounded_and_leaves_nothing_behind(tiny: World) -> None:
    path = f"/api/v1/projects/{tiny.here.project}/imports?filename=a.jsonl"
    headers = {**tiny.by_token("lead").headers(), "content-type": "application/octet-stream"}
    before, files = tiny.contents(), _files(tiny)
    reply, taken = _flood(tiny, "POST", path, headers)
    assert (reply.status, reply.json()["field"]) == (413, "file")
    assert taken <= limits.MEGABYTE + CHUNK
    assert "ASSAY_MAX_UPLOAD_MB" in reply.json()["action"]
    reply, taken = _flood(tiny, "POST", path, {**headers, "content-length": "1000001"})
    assert (reply.status, taken) == (413, 0)
    reply = tiny.web.call("POST", path, headers=headers, body=b'{"text": "a"}\n', cut=True)
    assert reply.status >= 400
    assert (tiny.contents(), _files(tiny)) == (before, files)


def test_an_upload_that_is_no_file_of_ours_is_refused(tiny: World) -> None:
    path = f"/api/v1/projects/{tiny.here.project}/imports"
    headers = {**tiny.by_token("lead").headers(), "content-type": "application/octet-stream"}
    before, files = tiny.contents(), _files(tiny)
    refused = {
        b"": 422,
        b"PK\x03\x04" + b"x" * 100: 415,
        b"\x1f\x8b\x08" + b"x" * 100: 415,
        b"%PDF-1.7" + b"x" * 100: 415,
        b"\x89PNG\r\n\x1a\n" + b"x" * 100: 415,
        b"\x7fELF" + b"\x00" * 100: 415,
    }
    for body, status in refused.items():
        reply = tiny.web.call("POST", f"{path}?filename=a.jsonl", headers=headers, body=body)
        assert reply.status == status, body[:8]
    for more in ({"content-encoding": "gzip"}, {"content-type": "multipart/form-data; boundary=x"}):
        reply = tiny.web.call("POST", path, headers={**headers, **more}, body=b'{"text": "a"}')
        assert (reply.status, reply.code) == (415, "unsupported_format")
    for query in ("format=xlsx", "format=../x", "mode=some", "filename=" + "a" * 501):
        reply = tiny.web.call("POST", f"{path}?{query}", headers=headers, body=b'{"text": "a"}')
        assert reply.status in (404, 422), query
    assert (tiny.contents(), _files(tiny)) == (before, files)


def test_nobody_fills_the_queue_of_jobs(small_world: World) -> None:
    world = small_world
    path = f"/api/v1/projects/{world.here.project}/exports"
    statuses = [world.call(world.by_token("lead"), "POST", path, {}).status for _ in range(25)]
    assert statuses == [202] * 20 + [429] * 5
    reply = world.call(world.by_token("lead"), "POST", path, {})
    assert (reply.code, reply.header("retry-after")) == ("too_many", "10")
    assert world.call(NOBODY, "POST", path, {}).status == 401
