"""Who may do what: every operation of the OpenAPI document, as everybody, against the table in flow/access.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assay.flow.access import SCOPES, permissions
from assay.kernel.clock import DAY
from tests.api.asgi import Reply
from tests.api.operations import BY_ID, OPERATIONS, Operation, body_for
from tests.api.world import NOBODY, NOW, Caller, Side, World, add_session, random_id, random_secret

ROLES = ("owner", "lead", "reviewer", "annotator", "outsider")
GUARDED = tuple(operation for operation in OPERATIONS if operation.permission is not None)
BROKEN = b'{"broken": '


def _try(world: World, who: Caller, operation: Operation, values: dict[str, str], body: Any = None) -> Reply:
    """Call an operation; without a ``body`` it is one that the operation takes, with ids of the first workspace."""
    sent, media_type = body_for(operation, world.here)
    if body is not None and operation.media_type is not None:
        sent = body
    headers = {} if media_type is None else {"content_type": media_type}
    return world.call(who, operation.method.upper(), operation.url(values), sent, **headers)


def _said(reply: Reply) -> tuple[Any, ...]:
    """Everything that a caller can see of a reply, but the random id of the request."""
    headers = [(name, value) for name, value in reply.headers if name != "x-request-id"]
    content: Any = reply.content
    if reply.header("content-type") == "application/problem+json":
        content = {name: value for name, value in reply.json().items() if name != "request_id"}
    return reply.status, headers, content


def _strangers(world: World) -> Iterator[tuple[Caller, str]]:
    """Everybody who must not come in, with the code of the answer."""
    owner = world.here.people["owner"]
    gone = world.here.people["gone"]
    yield NOBODY, "not_signed_in"
    yield Caller("a made-up token", token=random_secret()), "bad_token"
    yield Caller("an expired token", token=owner.tokens["expired"]), "bad_token"
    yield Caller("a revoked token", token=owner.tokens["revoked"]), "bad_token"
    yield Caller("the token of somebody shut out", token=gone.tokens["all"]), "bad_token"
    yield Caller("a made-up session", session=random_secret(), csrf="0" * 64), "session_over"
    yield add_session(world, "owner", started_at=NOW - 20 * DAY, days=14), "session_over"
    yield add_session(world, "gone"), "session_over"
    yield Caller("a session as a token", token=owner.session), "bad_token"
    yield Caller("a token as a session", session=owner.tokens["all"], csrf="0" * 64), "session_over"


def _people(world: World) -> Iterator[Caller]:
    """Everybody who may come in, in every way."""
    for name in ROLES:
        yield world.by_browser(name)
        yield world.by_token(name)
        for scope in SCOPES:
            yield world.by_token(name, scope)


def test_a_stranger_gets_401_everywhere_before_a_body_is_read(world: World) -> None:
    before = world.contents()
    wrong = []
    for who, code in _strangers(world):
        before = world.contents()  # with the session that this stranger may have brought
        for operation in GUARDED:
            for body in (None, BROKEN):
                reply = _try(world, who, operation, world.here.path_values(), body)
                if (reply.status, reply.code) != (401, code):
                    wrong.append(f"{who.name}: {operation.id} answered {reply.status} {reply.text[:90]}")
                assert reply.header("www-authenticate") == "Bearer"
        if world.contents() != before:
            wrong.append(f"{who.name} changed something")
    assert not wrong, "\n".join(wrong)


def test_each_role_and_scope_may_do_what_the_table_says_and_nothing_else(world: World) -> None:
    real, unknown = world.here.path_values(), {**_unknown(), "task_id": "987654321"}
    before = world.contents()
    wrong: list[str] = []
    for who in _people(world):
        for operation in GUARDED:
            if operation.allows(who):
                wrong += _shut_out(world, who, operation, unknown)
                continue
            reply = _try(world, who, operation, real)
            assert who.role is not None
            by_role = who.scopes is not None and operation.permission in permissions(who.role)
            if (reply.status, reply.code) != (403, "scope_missing" if by_role else "forbidden"):
                wrong.append(f"{who.name}: {operation.id} answered {reply.status} {reply.text[:90]}")
        if world.contents() != before:
            wrong.append(f"{who.name} changed something")
            before = world.contents()
    assert not wrong, "\n".join(wrong)


def _shut_out(world: World, who: Caller, operation: Operation, unknown: dict[str, str]) -> Iterator[str]:
    """What is wrong when somebody who has the permission is refused, without letting anything change."""
    if operation.id == "sign_out" and who.session is not None:
        return  # it would work
    reply = _try(world, who, operation, unknown, BROKEN)
    if reply.status in (401, 403) or reply.status >= 500:
        yield f"{who.name} was kept from {operation.id}: {reply.status} {reply.text[:90]}"


def _unknown() -> dict[str, str]:
    names = ("project_id", "job_id", "person_id", "invitation_id", "token_id", "assignment_id", "revert_id")
    return {**{name: random_id() for name in names}, "task_id": "987654321", "version": "1"}


def test_ids_of_another_workspace_are_like_ids_that_nothing_has(world: World) -> None:
    """Not one bit tells an owner there that something here exists."""
    before = world.contents()
    wrong = []
    for who in (world.by_token(name, side=world.there) for name in ("owner", "annotator")):
        for operation in (one for one in GUARDED if one.path_names and one.allows(who)):
            found = [
                _said(_try(world, who, operation, values))
                for values in (world.here.path_values(), _unknown())
                if values is not None
            ]
            # The one that is asked most often does not look for the project of somebody without a seat.
            expected = 403 if operation.id == "next_assignments" else 404
            if found[0] != found[1] or found[0][0] != expected:
                wrong.append(f"{who.name}: {operation.id} tells {found[0]} from {found[1]}")
            if not operation.is_safe and world.contents() != before:
                wrong.append(f"{who.name}: {operation.id} changed something")
                before = world.contents()
    assert not wrong, "\n".join(wrong)


def test_ids_of_another_workspace_below_a_project_of_ones_own(world: World) -> None:
    """A parent that is one's own does not open the door to a child that is not."""
    owner = world.by_token("owner", side=world.there)
    before = world.contents()
    wrong = []
    for operation in (one for one in GUARDED if len(one.path_names) > 1 and "version" not in one.path_names):
        child = next(name for name in operation.path_names if name != "project_id")
        mine = {"project_id": world.there.project}
        found = [
            _said(_try(world, owner, operation, {**mine, child: values[child]}))
            for values in (world.here.path_values(), _unknown())
        ]
        if found[0] != found[1] or found[0][0] != 404:
            wrong.append(f"{operation.id} tells {found[0]} from {found[1]}")
        if world.contents() != before:
            wrong.append(f"{operation.id} changed something")
            before = world.contents()
    assert not wrong, "\n".join(wrong)


def test_ids_of_another_project_of_the_same_workspace(world: World) -> None:
    """A task or a job is looked for in its own project only."""
    owner = world.by_token("owner")
    values = {**world.here.path_values(), "project_id": world.here.closed_project}
    for name in ("get_task", "get_job", "cancel_job", "list_refused_rows", "download_file"):
        assert _try(world, owner, BY_ID[name], values).status == 404, name


def test_ids_of_another_workspace_inside_a_body(world: World) -> None:
    owner, here = world.by_token("owner", side=world.there), world.here
    attempts = {
        ("POST", f"/api/v1/projects/{world.there.project}/seats"): ("person_ids", here.people["annotator"].uid),
        ("POST", "/api/v1/invitations"): ("project_ids", here.project),
    }
    before = world.contents()
    for (method, path), (field, foreign) in attempts.items():
        bodies = [{"role": "annotator", field: [each]} for each in (foreign, "q" * 26)]
        if field == "person_ids":
            bodies = [{field: body[field]} for body in bodies]
        replies = [world.call(owner, method, path, body) for body in bodies]
        assert [reply.status for reply in replies] == [404, 404]
        said = [reply.text.replace(replies[number].json()["request_id"], "") for number, reply in enumerate(replies)]
        assert said[0].replace(foreign, "q" * 26) == said[1]
    browser = world.by_browser("owner", side=world.there)
    for workspace in (here.workspace_uid, random_id()):
        reply = world.call(browser, "PATCH", "/api/v1/session", {"workspace_id": workspace})
        assert (reply.status, reply.json()["detail"]) == (404, "There is no such workspace of yours.")
    assert world.contents() == before


def test_somebody_without_a_seat_labels_nothing(world: World) -> None:
    before = world.contents()
    here = world.here
    for who in (world.by_token("outsider"), world.by_browser("outsider"), world.by_token("lead")):
        for path in ("workbench", "recent"):
            assert world.call(who, "GET", f"/api/v1/projects/{here.project}/{path}").status == 403
        assert world.call(who, "POST", f"/api/v1/projects/{here.project}/next", {}).status == 403
        assert world.call(who, "GET", "/api/v1/my/projects").json() == {"items": []} or who.role == "lead"
    assert world.contents() == before


def test_an_assignment_belongs_to_one_person(world: World) -> None:
    """Whoever else tries it, with whatever role, is told that there is none; its holder's work is untouched."""
    before = world.contents()
    for name in ("second", "outsider", "lead", "owner"):
        for operation in (BY_ID["submit"], BY_ID["skip"], BY_ID["raise_flag"]):
            for mine in (world.here.assignment, world.here.answered):
                replies = [
                    _said(_try(world, world.by_token(name), operation, {"assignment_id": each}))
                    for each in (mine, random_id())
                ]
                assert replies[0] == replies[1]
                assert replies[0][0] == 404
    assert world.contents() == before


def test_lists_and_counts_hold_nothing_of_another_workspace(world: World) -> None:
    """Whatever an owner can read here, no id, name or address of there is in it."""
    foreign = _everything_named(world.there)
    for name in ("owner", "lead", "reviewer", "annotator"):
        who = world.by_token(name)
        for operation in (one for one in GUARDED if one.is_safe and one.allows(who)):
            text = _try(world, who, operation, world.here.path_values()).text
            assert [word for word in foreign if word in text] == [], f"{name}: {operation.id}"


def _everything_named(side: Side) -> list[str]:
    words = [side.workspace_uid, side.project, side.assignment, side.answered, side.submission, side.invitation]
    words += [side.token, side.import_job, side.export_job, side.file[0]]
    for person in side.people.values():
        words += [person.uid, person.email]
    return [*words, "of there", "Project there", "Workspace there"]


def test_a_task_of_another_workspace_is_not_found_by_counting(world: World) -> None:
    """Task ids are numbers; knowing one opens nothing."""
    owner = world.by_token("owner", side=world.there)
    for task in range(1, 2 * len(world.here.tasks) + 8):
        reply = world.call(owner, "GET", f"/api/v1/projects/{world.there.project}/tasks/{task}")
        assert reply.status == 404 or reply.json()["data"]["text"].endswith("there.") or task > max(world.there.tasks)
        if reply.status == 200 and task not in world.there.tasks:
            assert reply.json()["data"] == {"text": "imported"}
