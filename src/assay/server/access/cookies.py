"""The session cookie, and the body that tells a page who is signed in."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from assay import __version__
from assay.kernel.clock import DAY, SECOND
from assay.kernel.errors import Forbidden, NotSignedIn
from assay.kernel.ids import digest
from assay.server.access.principal import csrf_token
from assay.server.services import Services
from assay.server.views.people import PersonView, SessionView, WorkspaceRoleView, WorkspaceView
from assay.store import credentials, people
from assay.store.people import Member


def refuse_cross_site(request: Request) -> None:
    """Requests that start a session must come from our own pages (or from a program). Raises Forbidden."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("This request comes from another site.", code="cross_site", action="Open Assay itself.")


async def start_session(services: Services, response: Response, person_id: int) -> SessionView:
    """Sign somebody in: a new session, its cookie, and what the page needs. Raises NotSignedIn when shut out."""
    now = services.clock()

    def work(connection: Connection) -> tuple[str, Member, list[Member]]:
        memberships = people.memberships(connection, person_id)
        if not memberships:
            raise NotSignedIn("Your access has ended.", code="deactivated", action="Ask an owner of the workspace.")
        secret = credentials.start_session(
            connection, person_id, memberships[0].workspace_id, now=now, days=services.settings.session_days
        )
        return secret, memberships[0], memberships

    secret, member, memberships = await services.store.awrite(work)
    set_cookie(services, response, secret)
    return session_view(services, member, memberships, digest(secret))


def set_cookie(services: Services, response: Response, secret: str) -> None:
    """Hand the session's secret to the browser, out of reach of scripts."""
    response.set_cookie(
        services.cookie_name,
        secret,
        max_age=services.settings.session_days * DAY // SECOND,
        path="/",
        secure=services.settings.behind_tls,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(services: Services, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(
        services.cookie_name, path="/", secure=services.settings.behind_tls, httponly=True, samesite="lax"
    )


def session_view(services: Services, member: Member, memberships: list[Member], credential: str) -> SessionView:
    """What a page needs to know of its session."""
    return SessionView(
        person=PersonView(id=member.uid, email=member.email, name=member.name),
        workspace=WorkspaceView(id=member.workspace_uid, name=member.workspace_name),
        role=member.role.value,
        workspaces=[
            WorkspaceRoleView(id=one.workspace_uid, name=one.workspace_name, role=one.role.value) for one in memberships
        ],
        csrf_token=csrf_token(services, credential),
        has_password=member.has_password,
        version=__version__,
    )
