"""Browser sessions: their cookie, and how they end."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select

from assay.flow.access import Role
from assay.kernel.clock import DAY
from assay.kernel.ids import digest
from assay.server.app import create_app
from assay.store import credentials, people
from assay.store import tables as t
from tests.api.asgi import Asgi, Reply
from tests.api.world import NOBODY, PASSWORD, Caller, World, add_member, add_session, open_services, random_secret

SESSION = "/api/v1/session"


def _give_password(world: World, name: str) -> str:
    """Let somebody sign in by password; returns the address."""
    hashed = world.web.runner.run(world.services.passwords.hash(PASSWORD))
    person = world.here.people[name]
    world.services.store.write(lambda c: people.set_password(c, person.internal_id, hashed))
    return person.email


def _sign_in(world: World, email: str, password: str = PASSWORD, **headers: str) -> Reply:
    return world.call(NOBODY, "POST", SESSION, {"email": email, "password": password}, **headers)


def _session_of(world: World, reply: Reply) -> Caller:
    secret = reply.cookies["assay_session"].value
    return Caller("a new session", session=secret, csrf=reply.json()["csrf_token"])


def _is_in(world: World, who: Caller) -> bool:
    reply = world.call(who, "GET", SESSION)
    assert reply.status in (200, 401)
    return reply.status == 200


def _link(world: World, name: str, minutes: int = 60) -> str:
    person = world.here.people[name].internal_id
    return world.services.store.write(lambda c: credentials.make_link(c, person, now=world.clock(), minutes=minutes))[0]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    reply = _sign_in(world, _give_password(world, "annotator"))
    assert reply.status == 200
    cookie = reply.cookies["assay_session"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert int(cookie["max-age"]) == 14 * 86_400
    assert len(cookie.value) >= 43, "256 bits"
    assert cookie.value not in reply.text


def test_behind_tls_the_cookie_is_bound_to_the_host_and_hsts_is_sent(small_world: World) -> None:
    world = small_world
    email = _give_password(world, "annotator")
    services = open_services(
        world.services.settings.data,
        world.services.store.url,
        world.clock,
        behind_tls=True,
        host="0.0.0.0",  # noqa: S104
    )
    web = Asgi(create_app(services))
    try:
        body = f'{{"email":"{email}","password":"{PASSWORD}"}}'.encode()
        reply = web.call("POST", SESSION, headers={"content-type": "application/json"}, body=body)
        cookie = reply.cookies["__Host-assay"]
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
        assert reply.header("strict-transport-security") == "max-age=31536000"
        plain = web.call("GET", SESSION, headers={"cookie": f"assay_session={cookie.value}"})
        assert plain.status == 401, "the name without __Host- is not read behind TLS"
        assert web.call("GET", SESSION, headers={"cookie": f"__Host-assay={cookie.value}"}).status == 200
        ended = web.call(
            "DELETE",
            SESSION,
            headers={"cookie": f"__Host-assay={cookie.value}", "x-csrf-token": reply.json()["csrf_token"]},
        )
        assert ended.cookies["__Host-assay"]["secure"] is True
    finally:
        web.close()
        services.store.close()


def test_signing_in_gives_a_new_session_whatever_cookie_came_along(world: World) -> None:
    """No fixation: an id that somebody else planted is never taken over."""
    email = _give_password(world, "annotator")
    planted = random_secret()
    reply = _sign_in(world, email, cookie=f"assay_session={planted}")
    again = _sign_in(world, email, cookie=f"assay_session={reply.cookies['assay_session'].value}")
    secrets = {planted, reply.cookies["assay_session"].value, again.cookies["assay_session"].value}
    assert len(secrets) == 3
    assert not _is_in(world, Caller("planted", session=planted))


def test_the_database_holds_no_secret_that_opens_anything(world: World) -> None:
    """Sessions, links, invitations and tokens are there as digests, passwords as argon2."""
    email = _give_password(world, "annotator")
    session = _sign_in(world, email).cookies["assay_session"].value
    link = _link(world, "lead")
    token = world.call(world.by_browser("lead"), "POST", "/api/v1/tokens", {"name": "n", "scopes": ["read"]}).json()
    everybody = [*world.here.people.values(), *world.there.people.values()]
    secrets = [session, link, token["secret"], PASSWORD, world.here.invitation_secret]
    secrets += [person.session for person in everybody] + [each for one in everybody for each in one.tokens.values()]
    kept = world.services.store.read(
        lambda c: "\n".join(repr(tuple(row)) for table in t.metadata.sorted_tables for row in c.execute(select(table)))
    )
    assert [secret for secret in secrets if secret in kept] == []
    assert digest(session) in kept
    hashes = world.services.store.read(lambda c: c.execute(select(t.person.c.password_hash)).scalars().all())
    assert [kept[:10] for kept in hashes if kept] == ["$argon2id$"]


def test_signing_out_ends_the_session_at_once(world: World) -> None:
    one, other = add_session(world, "annotator"), add_session(world, "annotator")
    assert _is_in(world, one)
    reply = world.call(one, "DELETE", SESSION)
    assert reply.status == 200
    assert reply.cookies["assay_session"].value == ""
    assert reply.cookies["assay_session"]["max-age"] == "0"
    assert not _is_in(world, one)
    assert _is_in(world, other)


def test_a_session_ends_by_its_time(world: World) -> None:
    who = add_session(world, "annotator", days=2)
    assert _is_in(world, who)
    world.clock.advance(2 * DAY / 1_000_000)
    assert not _is_in(world, who)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "reviewer"}])
def test_shutting_somebody_out_or_changing_the_role_ends_the_sessions_at_once(
    world: World, change: dict[str, object]
) -> None:
    who, token = add_session(world, "annotator"), world.by_token("annotator")
    assert _is_in(world, who)
    assert _is_in(world, token)
    person = world.here.people["annotator"].uid
    assert world.call(world.by_token("owner"), "PATCH", f"/api/v1/people/{person}", change).status == 200
    assert not _is_in(world, who)
    assert _is_in(world, token) is ("role" in change)
    if "role" in change:
        assert world.call(token, "GET", SESSION).json()["role"] == "reviewer"


def test_a_smaller_role_is_smaller_at_once_for_tokens_too(world: World) -> None:
    lead = world.by_token("lead")
    assert world.call(lead, "GET", "/api/v1/people").status == 200
    change = {"role": "annotator"}
    world.call(world.by_token("owner"), "PATCH", f"/api/v1/people/{world.here.people['lead'].uid}", change)
    assert world.call(lead, "GET", "/api/v1/people").code == "forbidden"


def test_somebody_shut_out_comes_back_by_no_door(world: World) -> None:
    email, link = _give_password(world, "annotator"), _link(world, "annotator")
    person = world.here.people["annotator"].uid
    world.call(world.by_token("owner"), "PATCH", f"/api/v1/people/{person}", {"active": False})
    assert _sign_in(world, email).code == "deactivated"
    assert world.call(NOBODY, "POST", "/api/v1/session/link", {"token": link}).code == "link_used"
    asked = world.call(world.by_token("owner"), "POST", f"/api/v1/people/{person}/sign-in-link")
    assert asked.status == 403
    world.call(world.by_token("owner"), "PATCH", f"/api/v1/people/{person}", {"active": True})
    assert _sign_in(world, email).status == 200


def test_a_new_password_ends_the_other_sessions_and_the_open_links(world: World) -> None:
    email = _give_password(world, "annotator")
    here = _session_of(world, _sign_in(world, email))
    other = _session_of(world, _sign_in(world, email))
    link, link_of_another = _link(world, "annotator"), _link(world, "lead")
    change = {"current_password": PASSWORD, "new_password": "an even longer sentence"}
    assert world.call(here, "PATCH", "/api/v1/me", change).status == 200
    assert _is_in(world, here)
    assert not _is_in(world, other)
    assert _sign_in(world, email).code == "wrong_password"
    assert _sign_in(world, email, "an even longer sentence").status == 200
    assert world.call(NOBODY, "POST", "/api/v1/session/link", {"token": link}).code == "link_used"
    assert world.call(NOBODY, "POST", "/api/v1/session/link", {"token": link_of_another}).status == 200


def test_a_password_is_changed_only_by_who_knows_it_and_in_the_browser(world: World) -> None:
    email = _give_password(world, "annotator")
    who = _session_of(world, _sign_in(world, email))
    before = world.contents()
    for wrong in ({}, {"current_password": "not it at all"}):
        reply = world.call(who, "PATCH", "/api/v1/me", {"name": "Mallory", "new_password": "x" * 12, **wrong})
        assert (reply.status, reply.json()["field"]) == (422, "current_password")
    token = world.call(world.by_token("annotator"), "PATCH", "/api/v1/me", {"name": "M", "new_password": "y" * 12})
    assert (token.status, token.json()["field"]) == (422, "new_password")
    for weak in ("short", "Password123", "a" * 201):
        reply = world.call(
            who, "PATCH", "/api/v1/me", {"name": "M", "new_password": weak, "current_password": PASSWORD}
        )
        assert reply.status == 422
    assert world.contents() == before, "a refused change changes nothing, the name neither"


def test_a_link_signs_in_once(world: World) -> None:
    secret = _link(world, "annotator")
    reply = world.call(NOBODY, "POST", "/api/v1/session/link", {"token": secret})
    assert reply.json()["person"]["email"] == world.here.people["annotator"].email
    assert _is_in(world, _session_of(world, reply))
    again = world.call(NOBODY, "POST", "/api/v1/session/link", {"token": secret})
    assert (again.status, again.code) == (401, "link_used")
    assert again.cookies == {}


def test_who_made_a_link_into_an_account_is_on_record(world: World) -> None:
    person = world.here.people["annotator"].uid
    made = world.call(world.by_token("owner"), "POST", f"/api/v1/people/{person}/sign-in-link")
    secret = made.json()["url"].partition("#link=")[2]
    wanted = select(t.event).where(t.event.c.kind == "sign_in_link_made")
    (event,) = world.services.store.read(lambda c: c.execute(wanted).all())
    assert event.ref == person
    assert event.actor_id is not None
    assert secret not in event.body


def test_a_link_used_many_times_at_once_signs_in_once(world: World) -> None:
    secret = _link(world, "annotator")
    body = f'{{"token":"{secret}"}}'.encode()
    headers = {"content-type": "application/json"}

    async def all_at_once() -> list[Reply]:
        calls = [world.web.acall("POST", "/api/v1/session/link", headers=headers, body=body) for _ in range(8)]
        return await asyncio.gather(*calls)

    assert sorted(reply.status for reply in world.web.runner.run(all_at_once())) == [200, *[401] * 7]


def test_a_link_is_good_for_its_time_only(world: World) -> None:
    secret = _link(world, "annotator", minutes=5)
    world.clock.advance(301)
    assert world.call(NOBODY, "POST", "/api/v1/session/link", {"token": secret}).code == "link_used"
    assert world.call(NOBODY, "POST", "/api/v1/session/link", {"token": random_secret()}).code == "link_used"


def test_a_link_is_in_the_fragment_so_that_no_log_sees_it(world: World) -> None:
    person = world.here.people["annotator"].uid
    url = world.call(world.by_token("owner"), "POST", f"/api/v1/people/{person}/sign-in-link").json()["url"]
    assert url.startswith("http://127.0.0.1:8080/sign-in#link=")
    made = world.call(world.by_token("owner"), "POST", "/api/v1/invitations", {"role": "annotator"}).json()
    assert made["link"]["url"].startswith("http://127.0.0.1:8080/invitation#token=")


def test_the_host_header_gets_into_no_link(world: World) -> None:
    person = world.here.people["annotator"].uid
    reply = world.call(
        world.by_token("owner"),
        "POST",
        f"/api/v1/people/{person}/sign-in-link",
        host="evil.example",
        x_forwarded_host="evil.example",
        forwarded="host=evil.example",
    )
    assert "evil" not in reply.text


def test_no_owner_makes_a_link_into_another_workspace(world: World) -> None:
    add_member(world, world.there, world.here.people["lead"], Role.LEAD)
    path = f"/api/v1/people/{world.here.people['lead'].uid}/sign-in-link"
    for owner in (world.by_token("owner"), world.by_token("owner", side=world.there)):
        assert world.call(owner, "POST", path).code == "belongs_elsewhere"


def test_switching_goes_to_workspaces_of_ones_own_and_changes_what_one_may(world: World) -> None:
    add_member(world, world.there, world.here.people["owner"], Role.ANNOTATOR)
    who = add_session(world, "owner")
    moved = world.call(who, "PATCH", SESSION, {"workspace_id": world.there.workspace_uid})
    assert (moved.json()["role"], moved.json()["workspace"]["id"]) == ("annotator", world.there.workspace_uid)
    assert world.call(who, "GET", "/api/v1/people").status == 403
    assert world.call(who, "GET", f"/api/v1/projects/{world.here.project}/workbench").status == 404
    token = world.call(world.by_token("owner"), "PATCH", SESSION, {"workspace_id": world.there.workspace_uid})
    assert token.status == 422, "a token stays in its workspace"


def test_a_sign_in_that_comes_from_another_site_is_refused(world: World) -> None:
    """Nobody is signed in to somebody else's account without noticing."""
    email, link = _give_password(world, "annotator"), _link(world, "annotator")
    before = world.contents()
    accept = {"token": world.here.invitation_secret, "name": "N", "email": "n@n.example"}
    attempts = {
        SESSION: {"email": email, "password": PASSWORD},
        "/api/v1/session/link": {"token": link},
        "/api/v1/invitations/accept": accept,
    }
    for path, body in attempts.items():
        for site in ("cross-site", "same-site"):
            reply = world.call(NOBODY, "POST", path, body, sec_fetch_site=site, origin="https://evil.example")
            assert (reply.status, reply.code) == (403, "cross_site")
    assert world.contents() == before


def test_forgetting_beats_a_look_that_began_before(world: World) -> None:
    """A session that ends while it is being looked up is not remembered as open."""
    who = add_session(world, "annotator")
    sign_ins = world.services.sign_ins

    async def race() -> int:
        looking = asyncio.create_task(sign_ins.by_session(digest(str(who.session))))
        await asyncio.sleep(0)  # it has begun to read
        sign_ins.forget()
        await looking
        return len(sign_ins._kept)

    assert world.web.runner.run(race()) == 0


def test_expired_sessions_are_cleared_away(world: World) -> None:
    values = {"digest": digest(random_secret()), "person_id": world.here.people["lead"].internal_id}
    values |= {"workspace_id": world.here.workspace_id, "created_at": 1, "expires_at": 2}
    world.services.store.write(lambda c: c.execute(insert(t.session).values(values)))
    add_session(world, "annotator")
    left = world.services.store.read(lambda c: c.execute(select(t.session.c.digest)).scalars().all())
    assert values["digest"] not in left
