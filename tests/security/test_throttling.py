"""Guessing passwords: throttled per account and address, and per address; nobody learns who has an account."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assay.server.access.addresses import source_of
from assay.server.access.passwords import Passwords
from assay.store import people
from tests.api.asgi import Reply
from tests.api.world import PASSWORD, QUICK, World, opened_world, prepare
from tests.support.databases import Databases

ATTEMPTS = 4
WRONG = "not the password at all"
MINUTE = 60.0


@pytest.fixture
def world(databases: Databases, tmp_path: Path) -> Iterator[World]:
    """A world with few attempts, in which the annotator has a password. No database has a say in this."""
    with opened_world(tmp_path / "data", databases.fresh("sqlite", prepare)) as opened:
        opened.services.passwords = _passwords(ATTEMPTS)
        hashed = opened.web.runner.run(opened.services.passwords.hash(PASSWORD))
        person = opened.here.people["annotator"].internal_id
        opened.services.store.write(lambda c: people.set_password(c, person, hashed))
        yield opened


def _passwords(attempts: int) -> Passwords:
    passwords = Passwords(attempts)
    passwords._hash = QUICK
    return passwords


async def _atry(world: World, email: str, password: str, peer: str, forwarded: str | None = None) -> Reply:
    headers = {"content-type": "application/json"}
    if forwarded is not None:
        headers |= {"x-forwarded-for": forwarded, "forwarded": f"for={forwarded}", "x-real-ip": forwarded}
    body = f'{{"email":"{email}","password":"{password}"}}'.encode()
    return await world.web.acall("POST", "/api/v1/session", headers=headers, body=body, peer=peer)


def _try(
    world: World, email: str, password: str = WRONG, peer: str = "192.0.2.1", forwarded: str | None = None
) -> Reply:
    return world.web.runner.run(_atry(world, email, password, peer, forwarded))


def _email(world: World, name: str = "annotator") -> str:
    return world.here.people[name].email


def test_after_so_many_wrong_tries_the_right_password_waits_too(world: World) -> None:
    for _ in range(ATTEMPTS):
        assert _try(world, _email(world)).status == 401
    reply = _try(world, _email(world), PASSWORD)
    assert (reply.status, reply.code, reply.header("retry-after")) == (429, "too_many", "900")


def test_a_stranger_elsewhere_does_not_lock_the_account(world: World) -> None:
    for _ in range(ATTEMPTS + 1):
        _try(world, _email(world), peer="198.51.100.1")
    assert _try(world, _email(world), PASSWORD, peer="192.0.2.1").status == 200


def test_right_passwords_are_not_counted(world: World) -> None:
    for _ in range(2 * ATTEMPTS):
        assert _try(world, _email(world), PASSWORD).status == 200


def test_one_password_over_many_accounts_is_throttled_by_address(world: World) -> None:
    replies = [_try(world, f"person{number}@here.example").status for number in range(10 * ATTEMPTS + 3)]
    assert replies == [401] * (10 * ATTEMPTS) + [429] * 3
    assert _try(world, "person@here.example", peer="198.51.100.9").status == 401


def test_many_at_once_do_not_slip_by(world: World) -> None:
    async def flood() -> list[Reply]:
        return await asyncio.gather(*(_atry(world, _email(world), WRONG, "192.0.2.1") for _ in range(6 * ATTEMPTS)))

    statuses = [reply.status for reply in world.web.runner.run(flood())]
    assert statuses.count(401) == ATTEMPTS
    assert statuses.count(429) == 5 * ATTEMPTS
    assert world.services.passwords._under_way == {}


def test_the_window_passes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(ATTEMPTS + 1):
        _try(world, _email(world))
    now = time.time()
    monkeypatch.setattr("limits.storage.memory.time.time", lambda: now + 16 * MINUTE)
    assert _try(world, _email(world), PASSWORD).status == 200


def test_the_current_password_is_throttled_as_well(world: World) -> None:
    who = world.by_browser("annotator")
    change = {"current_password": WRONG, "new_password": "another good sentence"}
    statuses = [world.call(who, "PATCH", "/api/v1/me", change).status for _ in range(ATTEMPTS + 1)]
    assert statuses == [422] * ATTEMPTS + [429]


def test_forwarding_headers_of_anybody_are_not_believed(world: World) -> None:
    for number in range(ATTEMPTS):
        assert _try(world, _email(world), forwarded=f"203.0.113.{number}").status == 401
    assert _try(world, _email(world), forwarded="203.0.113.99").status == 429


def test_forwarding_headers_of_a_configured_proxy_are(world: World) -> None:
    world.services.settings = world.services.settings.model_copy(update={"trusted_proxies": "192.0.2.0/24, ::1"})
    for number in range(ATTEMPTS + 2):
        # What the client wrote in front is not believed; the proxy's own entry at the end is.
        assert _try(world, _email(world), forwarded=f"10.0.0.{number}, 203.0.113.{number}").status == 401
    for _ in range(ATTEMPTS):
        _try(world, _email(world), forwarded="203.0.113.50, 192.0.2.2")
    assert _try(world, _email(world), forwarded="203.0.113.50, 192.0.2.2").status == 429
    assert _try(world, _email(world), forwarded="203.0.113.51").status == 401


def test_all_of_an_ipv6_network_is_one_source(world: World) -> None:
    for number in range(ATTEMPTS):
        assert _try(world, _email(world), peer=f"2001:db8::{number:x}").status == 401
    assert _try(world, _email(world), peer="2001:db8::ffff:1").status == 429
    assert _try(world, _email(world), peer="2001:db8:0:1::1").status == 401
    assert source_of("unknown") == "unknown"


def test_an_address_in_another_case_is_the_same_account(world: World) -> None:
    for _ in range(ATTEMPTS):
        _try(world, _email(world).upper())
    assert _try(world, f" {_email(world)} ").status == 429


def _said(reply: Reply) -> tuple[int, dict[str, str]]:
    return reply.status, {name: value for name, value in reply.json().items() if name != "request_id"}


def test_nobody_learns_whether_there_is_an_account(world: World) -> None:
    """With a password, without one, shut out, or never heard of: the same answer, also when throttled."""
    emails = [_email(world), _email(world, "lead"), _email(world, "gone"), "nobody@nowhere.example"]
    for number in range(ATTEMPTS + 1):
        said = [_said(_try(world, email, peer=f"192.0.2.{place}")) for place, email in enumerate(emails)]
        assert said == [said[0]] * len(said), f"try {number + 1}"


def test_an_unknown_account_takes_as_long(world: World) -> None:
    """Medians of alternating tries: an argon2 hash takes about the same for both, and nothing else takes long."""
    world.services.passwords = Passwords(1000)  # with hashes as they are in use
    hashed = world.web.runner.run(world.services.passwords.hash(PASSWORD))
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    world.services.store.write(lambda c: people.set_password(c, world.here.people["annotator"].internal_id, hashed))
    times: dict[str, list[float]] = {_email(world): [], "nobody@nowhere.example": []}
    for email in times:
        _try(world, email)  # the first ever makes the hash of nobody's password
    for _ in range(5):
        for email, taken in times.items():
            began = time.perf_counter()
            assert _try(world, email).status == 401
            taken.append(time.perf_counter() - began)
    known, unknown = (statistics.median(taken) for taken in times.values())
    assert 0.5 < unknown / known < 2
