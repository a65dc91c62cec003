"""Nobody makes themselves more than they are, and a workspace never loses its last owner."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest

from assay.flow.access import Role
from assay.kernel.errors import Conflict
from assay.store import people
from tests.api.asgi import Reply
from tests.api.world import NOW, Caller, World, add_member


def _change(world: World, who: Caller, name: str, body: Mapping[str, object]) -> Reply:
    return world.call(who, "PATCH", f"/api/v1/people/{world.here.people[name].uid}", body)


@pytest.mark.parametrize("body", [{"role": "lead"}, {"role": "owner"}, {"active": False}, {"active": True}])
def test_nobody_changes_their_own_role_or_access(world: World, body: dict[str, object]) -> None:
    before = world.contents()
    for who in (world.by_token("owner"), world.by_browser("owner")):
        reply = _change(world, who, "owner", body)
        assert (reply.status, reply.json()["action"]) == (403, "Ask another owner.")
    for name in ("lead", "reviewer", "annotator"):
        assert _change(world, world.by_token(name), name, body).status == 403
    assert world.contents() == before


def test_the_last_owner_stays(world: World) -> None:
    """Two owners at odds: one of them can always be brought back by the other."""
    assert _change(world, world.by_token("owner"), "lead", {"role": "owner"}).status == 200
    lead = world.by_token("lead")
    assert _change(world, lead, "owner", {"role": "lead"}).status == 200
    before = world.contents()
    for body in ({"role": "lead"}, {"active": False}):
        assert _change(world, world.by_token("owner"), "lead", body).status == 403, "no owner any more"
        assert _change(world, lead, "lead", body).status == 403
    assert world.contents() == before


def test_two_owners_who_demote_each_other_at_once_leave_one(world: World) -> None:
    assert _change(world, world.by_token("owner"), "lead", {"role": "owner"}).status == 200
    victims = {"owner": "lead", "lead": "owner"}

    async def both() -> list[Reply]:
        calls = []
        for actor, victim in victims.items():
            headers = {**world.by_token(actor).headers(), "content-type": "application/json"}
            path = f"/api/v1/people/{world.here.people[victim].uid}"
            calls.append(world.web.acall("PATCH", path, headers=headers, body=json.dumps({"role": "lead"}).encode()))
        return await asyncio.gather(*calls)

    statuses = sorted(reply.status for reply in world.web.runner.run(both()))
    owners = world.services.store.write(lambda c: people._active_owners(c, world.here.workspace_id))
    assert owners == 1, f"{owners} owners are left after {statuses}"


def test_an_owner_without_access_is_no_owner_to_count_on(world: World) -> None:
    add_member(world, world.here, world.there.people["lead"], Role.OWNER)
    path = f"/api/v1/people/{world.there.people['lead'].uid}"
    owner = world.by_token("owner")
    assert world.call(owner, "PATCH", path, {"active": False}).status == 200
    assert _change(world, owner, "lead", {"role": "owner"}).status == 200
    assert _change(world, world.by_token("lead"), "owner", {"active": False}).status == 200
    reply = _change(world, world.by_token("lead"), "lead", {"active": False})
    assert reply.status == 403


def test_the_last_owner_is_told_so_by_the_store(world: World) -> None:
    """The rule is below the route, where no other route can go around it."""

    def demote(connection):  # type: ignore[no-untyped-def]
        owner = people.find_member(connection, world.here.workspace_id, world.here.people["owner"].uid)
        lead = people.find_member(connection, world.here.workspace_id, world.here.people["lead"].uid)
        people.change_member(connection, owner, role=Role.LEAD, active=None, name=None, actor=lead, now=NOW)

    with pytest.raises(Conflict, match="last owner"):
        world.services.store.write(demote)


def test_an_owner_elsewhere_does_not_rename_somebody_who_only_visits(world: World) -> None:
    """A name belongs to the person, so that no owner of one workspace changes what another one shows."""
    add_member(world, world.there, world.here.people["lead"], Role.ANNOTATOR)
    before = world.contents()
    path = f"/api/v1/people/{world.here.people['lead'].uid}"
    reply = world.call(world.by_token("owner", side=world.there), "PATCH", path, {"name": "Renamed by a stranger"})
    assert (reply.status, reply.code) == (403, "belongs_elsewhere")
    assert world.contents() == before


def test_shutting_somebody_out_of_one_workspace_leaves_the_other_open(world: World) -> None:
    add_member(world, world.there, world.here.people["lead"], Role.ANNOTATOR)
    path = f"/api/v1/people/{world.here.people['lead'].uid}"
    world.call(world.by_token("owner", side=world.there), "PATCH", path, {"active": False})
    assert world.call(world.by_token("lead"), "GET", "/api/v1/people").status == 200


def test_who_can_be_seen_depends_on_the_role(world: World) -> None:
    for name in ("annotator", "reviewer"):
        who = world.by_token(name)
        assert world.call(who, "GET", "/api/v1/people").status == 403
        assert world.call(who, "GET", f"/api/v1/projects/{world.here.project}/seats").status == 403
    shown = world.call(world.by_token("lead"), "GET", "/api/v1/people").text
    assert "$argon2" not in shown
    assert "password" not in shown
