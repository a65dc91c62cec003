"""Invitations by link."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from assay.flow.access import Role
from assay.kernel.clock import iso
from assay.server.access.cookies import refuse_cross_site, start_session
from assay.server.access.principal import MayAdminister
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.annotator import Done
from assay.server.views.people import (
    AcceptInvitation,
    CreatedInvitation,
    InvitationList,
    InvitationPreview,
    InvitationToken,
    InvitationView,
    NewInvitation,
    OneTimeLink,
    SessionView,
)
from assay.store import credentials, joining
from assay.store.documents import from_json

routes = router("invitations")


def _view(row: Any, now: int) -> InvitationView:
    state = "open"
    if row.used_at is not None:
        state = "used"
    elif row.revoked_at is not None:
        state = "revoked"
    elif row.expires_at <= now:
        state = "expired"
    return InvitationView.model_validate(
        {
            "id": row.uid,
            "role": row.role,
            "email": row.email,
            "project_ids": from_json(row.project_uids),
            "created_at": iso(row.created_at),
            "expires_at": iso(row.expires_at),
            "state": state,
        }
    )


@routes.get("/invitations", operation_id="list_invitations")
async def list_invitations(who: MayAdminister, assay: Assay) -> InvitationList:
    """Invitations of the workspace, newest first."""
    rows = await assay.store.aread(lambda c: credentials.list_invitations(c, who.workspace_id))
    return InvitationList(items=[_view(row, assay.clock()) for row in rows])


@routes.post("/invitations", operation_id="invite", status_code=201)
async def invite(body: NewInvitation, who: MayAdminister, assay: Assay) -> CreatedInvitation:
    """Invite somebody: the link is shown once."""
    now = assay.clock()
    row, secret = await assay.store.awrite(
        lambda c: credentials.make_invitation(
            c,
            who.member,
            who.workspace_id,
            role=Role(body.role),
            email=body.email,
            project_uids=body.project_ids,
            days=body.expires_in_days,
            now=now,
        )
    )
    url = f"{assay.public_url}/invitation#token={secret}"
    link = OneTimeLink(url=url, expires_at=iso(row.expires_at))
    return CreatedInvitation(invitation=_view(row, now), link=link)


@routes.delete("/invitations/{invitation_id}", operation_id="revoke_invitation")
async def revoke_invitation(invitation_id: str, who: MayAdminister, assay: Assay) -> Done:
    """Take an invitation back."""
    now = assay.clock()
    await assay.store.awrite(lambda c: credentials.revoke_invitation(c, who.workspace_id, invitation_id, now))
    return Done()


@routes.post("/invitations/preview", operation_id="preview_invitation")
async def preview_invitation(body: InvitationToken, assay: Assay) -> InvitationPreview:
    """What an invitation is for. Public: the token is the key."""
    now = assay.clock()
    return await assay.store.aread(lambda c: InvitationPreview(**joining.preview(c, body.token, now)))


@routes.post("/invitations/accept", operation_id="accept_invitation")
async def accept_invitation(body: AcceptInvitation, request: Request, response: Response, assay: Assay) -> SessionView:
    """Accept an invitation and be signed in. Public: the token is the key."""
    refuse_cross_site(request)
    now = assay.clock()
    # Hashing is slow by design, so it is done for those only who hold an invitation.
    await assay.store.aread(lambda c: credentials.open_invitation(c, body.token, now))
    hashed = await assay.passwords.hash(body.password) if body.password else None
    person_id = await assay.store.awrite(
        lambda c: joining.accept(c, body.token, name=body.name, email=body.email, password_hash=hashed, now=now)
    )
    return await start_session(assay, response, person_id)
