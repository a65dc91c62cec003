"""API tokens: shown once, scoped, expiring, one's own, and never more than who made them."""

from __future__ import annotations

from itertools import product

import pytest

from assay.flow.access import SCOPES
from assay.kernel.clock import DAY
from tests.api.world import Caller, World

TOKENS = "/api/v1/tokens"


def _made(world: World, who: Caller, **body: object) -> Caller:
    reply = world.call(who, "POST", TOKENS, {"name": "n", "scopes": ["read"], **body})
    assert reply.status == 201, reply.text
    return Caller("made", token=reply.json()["secret"])


def test_a_secret_is_shown_once_and_has_256_bits(world: World) -> None:
    made = _made(world, world.by_browser("lead"))
    assert str(made.token).startswith("assay_")
    assert len(str(made.token)) >= 49
    listed = world.call(world.by_browser("lead"), "GET", TOKENS)
    assert str(made.token) not in listed.text
    assert "digest" not in listed.text


def test_it_ends_by_time_and_when_it_is_revoked(world: World) -> None:
    browser = world.by_browser("lead")
    one, two = _made(world, browser, expires_in_days=2), _made(world, browser)
    newest = world.call(browser, "GET", TOKENS).json()["items"][0]["id"]
    assert world.call(two, "GET", "/api/v1/projects").status == 200
    assert world.call(browser, "DELETE", f"{TOKENS}/{newest}").status == 200
    assert world.call(two, "GET", "/api/v1/projects").code == "bad_token"
    world.clock.advance(2 * DAY / 1_000_000)
    assert world.call(one, "GET", "/api/v1/projects").code == "bad_token"
    states = [each["state"] for each in world.call(browser, "GET", TOKENS).json()["items"]]
    assert states[:2] == ["revoked", "expired"]


def test_nobody_sees_or_ends_the_token_of_somebody_else(world: World) -> None:
    before = world.contents()
    for name in ("owner", "lead", "second"):
        who = world.by_token(name)
        assert world.call(who, "DELETE", f"{TOKENS}/{world.here.token}").status == 404
        assert world.here.token not in world.call(who, "GET", TOKENS).text
    assert world.contents() == before


@pytest.mark.parametrize("wanted", SCOPES)
def test_a_token_makes_no_token_that_may_do_more_than_itself(world: World, wanted: str) -> None:
    """Otherwise a token for one purpose is a token for all of them."""
    admin = world.by_token("owner", "admin")
    before = world.contents()
    reply = world.call(admin, "POST", TOKENS, {"name": "n", "scopes": [wanted]})
    if wanted == "admin":
        assert reply.status == 201
        return
    assert (reply.status, reply.code, reply.json()["field"]) == (403, "scope_missing", "scopes")
    assert world.contents() == before
    assert world.call(world.by_browser("owner"), "POST", TOKENS, {"name": "n", "scopes": [wanted]}).status == 201


def test_no_scope_gives_an_annotator_what_the_role_does_not(world: World) -> None:
    token = _made(world, world.by_browser("annotator"), scopes=["annotate", "read", "write", "admin"])
    for method, path in (("GET", "/api/v1/projects"), ("GET", "/api/v1/people"), ("GET", "/api/v1/invitations")):
        assert world.call(token, method, path).code == "forbidden"


def test_unknown_scopes_and_times_are_refused(world: World) -> None:
    before = world.contents()
    bad: list[tuple[str, object]] = [("scopes", []), ("scopes", ["all"]), ("scopes", ["read", "*"]), ("scopes", "read")]
    bad += [("expires_in_days", days) for days in (0, -1, 3651, 1.5, "90", True)]
    for field, value in bad:
        reply = world.call(world.by_browser("owner"), "POST", TOKENS, {"name": "n", "scopes": ["read"], field: value})
        assert reply.status == 422
        assert reply.json()["field"].startswith(field)
    assert world.contents() == before


def test_the_way_of_writing_the_header_is_known(small_world: World) -> None:
    secret = small_world.here.people["owner"].tokens["all"]
    for kind, blank in product(("Bearer", "bearer", "Token"), (" ", "  ")):
        reply = small_world.call(Caller("x"), "GET", "/api/v1/session", authorization=f"{kind}{blank}{secret}")
        assert reply.status == 200
    for bad in (f"Basic {secret}", secret, f"Bearer {secret} x", f"Bearer {secret[:-1]}", f"Bearer {secret.upper()}"):
        assert small_world.call(Caller("x"), "GET", "/api/v1/session", authorization=bad).status == 401


def test_when_it_was_last_used_is_noted(world: World) -> None:
    who = world.by_token("annotator")
    world.call(who, "GET", "/api/v1/session")
    world.services.store.write(lambda _: None)  # the note is behind in the same queue on SQLite
    for _ in range(50):
        used = [one["last_used_at"] for one in world.call(who, "GET", TOKENS).json()["items"] if one["name"] == "all"]
        if used[0] is not None:
            break
    assert used[0] is not None
