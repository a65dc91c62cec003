"""Another site's page cannot act with a signed-in person's cookie."""

from __future__ import annotations

import pytest

from assay.kernel.ids import digest
from assay.server.access.principal import csrf_token
from tests.api.operations import OPERATIONS, Operation, body_for
from tests.api.world import Caller, World, add_session

UNSAFE = tuple(one for one in OPERATIONS if not one.is_safe and one.permission is not None)
FORM_TYPES = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", None)


def _tokens_that_do_not_fit(world: World, who: Caller) -> list[str | None]:
    other = add_session(world, "owner")
    return [None, "", "0" * 64, str(other.csrf), str(who.csrf)[:-1], str(who.csrf).upper(), str(who.session), "ÿ" * 64]


def test_every_unsafe_operation_needs_the_token_of_this_very_session(world: World) -> None:
    who = world.by_browser("owner")
    tokens = _tokens_that_do_not_fit(world, who)
    before = world.contents()
    wrong = []
    for operation in UNSAFE:
        body, media_type = body_for(operation, world.here)
        headers = {} if media_type is None else {"content_type": media_type}
        for token in tokens:
            forged = Caller("forged", session=who.session, csrf=token)
            path = operation.url(world.here.path_values())
            reply = world.call(forged, operation.method.upper(), path, body, **headers)
            if (reply.status, reply.code) != (403, "csrf"):
                wrong.append(f"{operation.id} with {token!r} answered {reply.status} {reply.text[:80]}")
    assert not wrong, "\n".join(wrong)
    assert world.contents() == before


def test_the_token_is_bound_to_the_session_and_to_this_installation(small_world: World) -> None:
    world = small_world
    one, two = add_session(world, "owner"), add_session(world, "owner")
    assert one.csrf != two.csrf
    assert len(str(one.csrf)) == 64
    world.services.secret = b"the secret of another installation"
    assert csrf_token(world.services, digest(str(one.session))) != one.csrf


def test_the_cookie_does_not_help_a_request_with_a_bad_token(small_world: World) -> None:
    """What the Authorization header says counts; a cookie beside it is not read."""
    who = small_world.by_browser("owner")
    for given in ("Bearer nonsense", "Basic b3duZXI6cGFzcw==", "Bearer", "Bearer ", "nonsense", ""):
        assert small_world.call(who, "GET", "/api/v1/session", authorization=given).status == 401


def test_a_token_in_the_address_is_not_read(small_world: World) -> None:
    token = small_world.here.people["owner"].tokens["all"]
    for name in ("token", "access_token", "api_key", "authorization"):
        assert small_world.call(Caller("x"), "GET", f"/api/v1/session?{name}={token}").status == 401


@pytest.mark.parametrize("media_type", FORM_TYPES)
def test_what_a_form_of_another_site_can_send_is_no_body_of_ours(world: World, media_type: str | None) -> None:
    """Bodies that need no preflight are refused by their type, with the right token as well."""
    who = world.by_browser("owner")
    before = world.contents()
    wrong = []
    for operation in (one for one in OPERATIONS if one.media_type is not None):
        reply = _send_as(world, who, operation, media_type)
        if (reply[0], reply[1]) != (415, "unsupported_format"):
            wrong.append(f"{operation.id} answered {reply}")
    assert not wrong, "\n".join(wrong)
    assert world.contents() == before


def _send_as(world: World, who: Caller, operation: Operation, media_type: str | None) -> tuple[int, str | None, str]:
    headers = dict(who.headers()) if media_type is None else {**who.headers(), "content-type": media_type}
    path = operation.url(world.here.path_values())
    reply = world.web.call(operation.method.upper(), path, headers=headers, body=b'{"role": "owner"}')
    return reply.status, reply.code, reply.text[:90]


def test_reading_changes_nothing(world: World) -> None:
    """No GET writes, whoever asks for what, so that a link or an image in a page does nothing."""
    callers = [world.by_browser(name) for name in ("owner", "annotator")] + [world.by_token("lead")]
    before = world.contents()
    for who in callers:
        for operation in (one for one in OPERATIONS if one.is_safe):
            for values in (world.here.path_values(), {**world.here.path_values(), "job_id": world.here.import_job}):
                world.call(who, "GET", operation.url(values))
                world.call(who, "GET", operation.url(values) + "?action=delete&_method=DELETE")
        assert world.contents() == before, who.name
