"""Page cursors: opaque, signed, and good for one query only."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from assay.server.access.cursor import read_cursor, write_cursor
from tests.api.world import World, random_id

LISTS = {
    "list_tasks": "/api/v1/projects/{project}/tasks?limit=3&sort=id",
    "list_projects": "/api/v1/projects?limit=1",
}


def _first(world: World, name: str) -> tuple[str, str]:
    """The path of a list, and the cursor after its first page."""
    path = LISTS[name].format(project=world.here.project)
    reply = world.call(world.by_token("owner"), "GET", path)
    return path, str(reply.json()["next_cursor"])


def _tampered(cursor: str) -> Iterator[str]:
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for place in range(len(raw)):
        changed = raw.copy()
        changed[place] ^= 1
        yield base64.urlsafe_b64encode(changed).decode().rstrip("=")
    yield from (
        cursor[:-2],
        cursor * 2,
        "A",
        "AAAA",
        "=",
        "e30",
        "bnVsbA",
        "%00",
        "%C3%A9",
        "a" * 5_000,
        "null",
        "0",
        "-1",
    )
    yield base64.urlsafe_b64encode(b"[0,0]").decode()
    yield base64.urlsafe_b64encode(b"\0" * 12 + b'["1 OR 1=1"]').decode()


@pytest.mark.parametrize("name", LISTS)
def test_a_changed_cursor_is_refused(small_world: World, name: str) -> None:
    path, cursor = _first(small_world, name)
    owner = small_world.by_token("owner")
    assert small_world.call(owner, "GET", f"{path}&cursor={cursor}").status == 200
    for bad in _tampered(cursor):
        reply = small_world.call(owner, "GET", f"{path}&cursor={bad}")
        assert reply.status == 422, f"{bad}: {reply.text[:100]}"
        assert reply.json()["field"] in ("cursor", "query.cursor")
        assert reply.json()["action"]


def test_a_cursor_is_for_its_own_query_project_and_workspace(small_world: World) -> None:
    world = small_world
    path, cursor = _first(world, "list_tasks")
    _, of_projects = _first(world, "list_projects")
    owner = world.by_token("owner")
    others = [
        path.replace("sort=id", "sort=-id"),
        f"{path}&state=waiting",
        f"{path}&q=x",
        f"{path}&disagreeing=true",
        path.replace(world.here.project, world.here.closed_project),
        f"/api/v1/projects/{world.here.project}/flags?",
        "/api/v1/projects?limit=1",
        "/api/v1/people?",
        f"/api/v1/projects/{world.here.project}/jobs/{world.here.import_job}/refused?",
    ]
    for other in others:
        assert world.call(owner, "GET", f"{other}&cursor={cursor}".replace("?&", "?")).status == 422, other
    assert world.call(owner, "GET", f"{path}&cursor={of_projects}").status == 422
    there = world.by_token("owner", side=world.there)
    assert world.call(there, "GET", f"/api/v1/projects?limit=1&cursor={of_projects}").status == 422
    assert world.call(there, "GET", f"{path}&cursor={cursor}").status == 404


def test_a_cursor_of_another_installation_is_refused() -> None:
    cursor = write_cursor(b"one", "tasks", [1, 2])
    assert read_cursor(b"one", "tasks", cursor) == [1, 2]
    for secret, query in ((b"two", "tasks"), (b"one", "people")):
        with pytest.raises(Exception, match="does not belong to this list"):
            read_cursor(secret, query, cursor)


def test_pages_together_are_the_list(small_world: World) -> None:
    world = small_world
    path, cursor = _first(world, "list_tasks")
    owner = world.by_token("owner")
    seen = [row["id"] for row in world.call(owner, "GET", path).json()["items"]]
    while cursor != "None":
        page = world.call(owner, "GET", f"{path}&cursor={cursor}").json()
        seen += [row["id"] for row in page["items"]]
        cursor = str(page["next_cursor"])
    whole = world.call(owner, "GET", path.replace("limit=3", "limit=200")).json()["items"]
    assert seen == [row["id"] for row in whole]


def test_unknown_projects_are_not_found_before_cursors_are_read(small_world: World) -> None:
    """A bad cursor does not tell whether there is such a project."""
    owner = small_world.by_token("owner")
    for project in (small_world.there.project, random_id()):
        reply = small_world.call(owner, "GET", f"/api/v1/projects/{project}/tasks?cursor=AAAA")
        assert reply.status == 422
