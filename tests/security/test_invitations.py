"""Joining by link: once, in time, with the role that the server kept, and never as somebody who exists."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from assay.kernel.clock import DAY
from tests.api.asgi import Reply
from tests.api.world import NOBODY, Caller, World, random_id, random_secret

ACCEPT = "/api/v1/invitations/accept"
PREVIEW = "/api/v1/invitations/preview"


def _invite(world: World, **body: Any) -> tuple[str, str]:
    """The id of a new invitation and its secret."""
    reply = world.call(world.by_token("owner"), "POST", "/api/v1/invitations", {"role": "annotator", **body})
    assert reply.status == 201, reply.text
    return reply.json()["invitation"]["id"], reply.json()["link"]["url"].partition("#token=")[2]


def _accept(world: World, secret: str, **body: Any) -> Reply:
    return world.call(NOBODY, "POST", ACCEPT, {"token": secret, "name": "New", **body})


def test_it_gives_the_role_and_the_projects_that_were_meant(world: World) -> None:
    _, secret = _invite(world, role="reviewer", project_ids=[world.here.project])
    seen = world.call(NOBODY, "POST", PREVIEW, {"token": secret}).json()
    assert seen == {
        "workspace_name": "Workspace here",
        "role": "reviewer",
        "email": None,
        "needs_email": True,
        "project_titles": ["Project here"],
    }
    reply = _accept(world, secret, email="New@Here.example", password="a sentence of one's own")
    assert (reply.json()["role"], reply.json()["person"]["email"]) == ("reviewer", "new@here.example")
    who = Caller("new", session=reply.cookies["assay_session"].value, csrf=reply.json()["csrf_token"])
    projects = world.call(who, "GET", "/api/v1/my/projects").json()["items"]
    assert [project["id"] for project in projects] == [world.here.project]


def test_it_works_once(world: World) -> None:
    _, secret = _invite(world)
    assert _accept(world, secret, email="one@here.example").status == 200
    before = world.contents()
    for path, body in (
        (ACCEPT, {"token": secret, "name": "N", "email": "two@here.example"}),
        (PREVIEW, {"token": secret}),
    ):
        assert world.call(NOBODY, "POST", path, body).status == 404
    assert world.contents() == before


def test_it_works_once_when_many_try_at_once(world: World) -> None:
    _, secret = _invite(world)
    replies = _all_at_once(world, [(secret, f"n{number}@here.example") for number in range(6)])
    assert sorted(reply.status for reply in replies) == [200, *[404] * 5]


def test_one_address_with_two_invitations_at_once_is_one_person(world: World) -> None:
    pairs = [(_invite(world)[1], "same@here.example") for _ in range(4)]
    replies = _all_at_once(world, pairs)
    assert sorted(reply.status for reply in replies) == [200, 403, 403, 403], [reply.text for reply in replies]
    found = world.call(world.by_token("owner"), "GET", "/api/v1/people?q=same@here").json()["items"]
    assert len(found) == 1


def _all_at_once(world: World, pairs: list[tuple[str, str]]) -> list[Reply]:
    async def flood() -> list[Reply]:
        headers = {"content-type": "application/json"}
        bodies = [json.dumps({"token": secret, "name": "New", "email": email}).encode() for secret, email in pairs]
        return await asyncio.gather(*(world.web.acall("POST", ACCEPT, headers=headers, body=body) for body in bodies))

    return world.web.runner.run(flood())


def test_it_ends_by_time_and_when_it_is_taken_back(world: World) -> None:
    uid, secret = _invite(world)
    _, short = _invite(world, expires_in_days=1)
    assert world.call(world.by_token("owner"), "DELETE", f"/api/v1/invitations/{uid}").status == 200
    world.clock.advance(DAY / 1_000_000)
    before = world.contents()
    for gone in (secret, short, random_secret()):
        reply = _accept(world, gone, email="late@here.example")
        assert (reply.status, reply.json()["detail"]) == (404, "This invitation was used, taken back or is over.")
    assert world.contents() == before
    states = {
        one["id"]: one["state"]
        for one in world.call(world.by_token("owner"), "GET", "/api/v1/invitations").json()["items"]
    }
    assert states[uid] == "revoked"
    assert "expired" in states.values()


def test_it_is_bound_to_its_address(world: World) -> None:
    _, secret = _invite(world, email="Meant@here.example")
    before = world.contents()
    reply = _accept(world, secret, email="other@here.example")
    assert (reply.status, reply.json()["field"]) == (422, "email")
    assert world.contents() == before
    assert _accept(world, secret).json()["person"]["email"] == "meant@here.example"


def test_its_role_cannot_be_sent_along(world: World) -> None:
    _, secret = _invite(world)
    before = world.contents()
    for extra in ({"role": "owner"}, {"project_ids": [world.here.project]}, {"workspace_id": world.here.workspace_uid}):
        reply = _accept(world, secret, email="n@here.example", **extra)
        assert (reply.status, reply.json()["field"]) == (422, next(iter(extra)))
    assert world.contents() == before


@pytest.mark.parametrize("name", ["owner", "annotator", "gone"])
def test_nobody_who_exists_is_taken_over(world: World, name: str) -> None:
    """Neither with an open invitation, nor with one made out to that very address, here or elsewhere."""
    for victim in (world.here.people[name], world.there.people[name]):
        for given in ({}, {"email": victim.email}):
            _, secret = _invite(world, **given)
            before = world.contents()
            reply = _accept(world, secret, email=victim.email, password="mine from now on")
            assert (reply.status, reply.code) == (403, "account_exists")
            assert reply.cookies == {}
            assert world.contents() == before


def test_a_weak_password_does_not_use_it_up(world: World) -> None:
    _, secret = _invite(world)
    before = world.contents()
    for weak in ("short", "password123"):
        reply = _accept(world, secret, email="n@here.example", password=weak)
        assert (reply.status, reply.json()["field"]) == (422, "password")
    assert world.contents() == before
    assert _accept(world, secret, email="n@here.example").status == 200


def test_a_made_up_invitation_costs_no_hash(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow by design; a stranger must not be able to ask for it."""

    async def hash_it(_: str) -> str:
        raise AssertionError("hashed for a stranger")

    monkeypatch.setattr(small_world.services.passwords, "hash", hash_it)
    assert _accept(small_world, random_secret(), email="n@n.example", password="long enough").status == 404


def test_only_owners_invite_and_only_into_projects_of_theirs(world: World) -> None:
    before = world.contents()
    for name in ("lead", "reviewer", "annotator"):
        assert world.call(world.by_token(name), "POST", "/api/v1/invitations", {"role": "owner"}).status == 403
    for project in (world.there.project, random_id()):
        body = {"role": "annotator", "project_ids": [project]}
        assert world.call(world.by_token("owner"), "POST", "/api/v1/invitations", body).status == 404
    assert world.contents() == before


def test_there_is_no_open_sign_up(small_world: World) -> None:
    """An account needs an invitation; an empty or a made-up one is none."""
    before = small_world.contents()
    for token in ("", " ", "null", "0", random_secret()):
        assert _accept(small_world, token, email="n@n.example").status in (404, 422)
    for path in ("/api/v1/people", "/api/v1/sign-up", "/api/v1/register", "/api/v1/users"):
        assert small_world.call(NOBODY, "POST", path, {"email": "n@n.example"}).status in (401, 404, 405)
    assert small_world.contents() == before
