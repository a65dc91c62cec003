"""Signing in and out, and what people change of themselves."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from assay.kernel.errors import BadInput, NotFound, NotSignedIn
from assay.server.access.addresses import client_address
from assay.server.access.cookies import clear_cookie, refuse_cross_site, session_view, start_session
from assay.server.access.principal import MaySignedIn, Principal
from assay.server.routing import router
from assay.server.services import Assay, Services
from assay.server.views.annotator import Done
from assay.server.views.people import ChangeMe, LinkSignIn, PasswordSignIn, SessionView, SwitchWorkspace
from assay.store import credentials, people

routes = router("session")


@routes.get("/session", operation_id="get_session")
async def get_session(who: MaySignedIn, assay: Assay) -> SessionView:
    """Who is signed in."""
    return await _view(assay, who)


async def _view(assay: Services, who: Principal) -> SessionView:
    def work(connection):  # type: ignore[no-untyped-def]
        member = people.member(connection, who.workspace_id, who.person_id)
        return member or who.member, people.memberships(connection, who.person_id)

    member, memberships = await assay.store.aread(work)
    return session_view(assay, member, memberships, who.signed_in.credential)


@routes.post("/session", operation_id="sign_in")
async def sign_in(body: PasswordSignIn, request: Request, response: Response, assay: Assay) -> SessionView:
    """Sign in by password. Public. The answer is the same, and takes as long, when there is no such person."""
    refuse_cross_site(request)
    with assay.passwords.attempt(body.email, client_address(request, assay)) as wrong:
        person = await assay.store.aread(lambda c: people.person_by_email(c, body.email))
        if not await assay.passwords.fits(body.password, person.password_hash if person else None):
            wrong()
            raise NotSignedIn(
                "E-mail address or password do not fit.",
                code="wrong_password",
                action="Try again, or ask an owner for a sign-in link.",
            )
    return await start_session(assay, response, person.id)


@routes.post("/session/link", operation_id="sign_in_by_link")
async def sign_in_by_link(body: LinkSignIn, request: Request, response: Response, assay: Assay) -> SessionView:
    """Sign in by a one-time link. Public."""
    refuse_cross_site(request)
    now = assay.clock()
    person_id = await assay.store.awrite(lambda c: credentials.use_link(c, body.token, now))
    return await start_session(assay, response, person_id)


@routes.patch("/session", operation_id="switch_workspace")
async def switch_workspace(body: SwitchWorkspace, who: MaySignedIn, assay: Assay) -> SessionView:
    """Go over to another workspace of one's own."""
    if not who.by_browser:
        raise BadInput("An API token belongs to one workspace.", action="Make a token in the other workspace.")
    memberships = await assay.store.aread(lambda c: people.memberships(c, who.person_id))
    chosen = next((one for one in memberships if one.workspace_uid == body.workspace_id), None)
    if chosen is None:
        raise NotFound("There is no such workspace of yours.")
    credential = who.signed_in.credential
    await assay.store.awrite(lambda c: credentials.switch_workspace(c, credential, chosen.workspace_id))
    assay.sign_ins.forget()
    return session_view(assay, chosen, memberships, credential)


@routes.delete("/session", operation_id="sign_out")
async def sign_out(who: MaySignedIn, response: Response, assay: Assay) -> Done:
    """End this browser session, at once. A token is not touched: it is ended under tokens."""
    if who.by_browser:
        await assay.store.awrite(lambda c: credentials.end_session(c, who.signed_in.credential))
        assay.sign_ins.forget()
        clear_cookie(assay, response)
    return Done()


@routes.patch("/me", operation_id="change_me")
async def change_me(body: ChangeMe, who: MaySignedIn, request: Request, assay: Assay) -> SessionView:
    """Change one's name or password. A new password signs out every other session."""
    hashed = await _new_hash(body, who, request, assay) if body.new_password is not None else None

    def work(connection: Connection) -> None:
        if body.name is not None:
            people.set_name(connection, who.person_id, body.name)
        if hashed is not None:
            people.set_password(connection, who.person_id, hashed)
            people.end_sessions(connection, who.person_id, keep=who.signed_in.credential)
            people.end_links(connection, who.person_id)

    await assay.store.awrite(work)
    assay.sign_ins.forget()
    return await _view(assay, who)


async def _new_hash(body: ChangeMe, who: Principal, request: Request, assay: Services) -> str:
    """The hash of the new password, once it is sure who asks. Raises BadInput or TooMany."""
    if not who.by_browser:
        raise BadInput("A password is changed in the browser.", field="new_password", action="Sign in there.")
    email = who.member.email or ""
    person = await assay.store.aread(lambda c: people.person_by_email(c, email))
    if person is not None and person.password_hash is not None:
        with assay.passwords.attempt(email, client_address(request, assay)) as wrong:
            if not await assay.passwords.fits(body.current_password or "", person.password_hash):
                wrong()
                raise BadInput(
                    "The current password does not fit.",
                    field="current_password",
                    action="Type the one you sign in with.",
                )
    return await assay.passwords.hash(body.new_password or "")
