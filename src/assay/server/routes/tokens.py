"""API tokens: stored as digests, scoped, expiring, shown once."""

from __future__ import annotations

from typing import Any

from assay.kernel.clock import iso
from assay.kernel.errors import Forbidden
from assay.server.access.principal import MayOwnTokens, Principal
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.annotator import Done
from assay.server.views.people import CreatedToken, NewToken, TokenList, TokenView
from assay.store import credentials
from assay.store.documents import from_json

routes = router("tokens")


def _view(row: Any, now: int) -> TokenView:
    state = "open"
    if row.revoked_at is not None:
        state = "revoked"
    elif row.expires_at is not None and row.expires_at <= now:
        state = "expired"
    return TokenView.model_validate(
        {
            "id": row.uid,
            "name": row.name,
            "scopes": from_json(row.scopes),
            "created_at": iso(row.created_at),
            "expires_at": iso(row.expires_at) if row.expires_at is not None else None,
            "last_used_at": iso(row.last_used_at) if row.last_used_at is not None else None,
            "state": state,
        }
    )


@routes.get("/tokens", operation_id="list_tokens")
async def list_tokens(who: MayOwnTokens, assay: Assay) -> TokenList:
    """One's own tokens, newest first."""
    rows = await assay.store.aread(lambda c: credentials.list_tokens(c, who.member))
    return TokenList(items=[_view(row, assay.clock()) for row in rows])


@routes.post("/tokens", operation_id="make_token", status_code=201)
async def make_token(body: NewToken, who: MayOwnTokens, assay: Assay) -> CreatedToken:
    """Make a token; its secret is shown once. It may do what its scopes and one's role both allow."""
    _refuse_more_than_own(who, body)
    now = assay.clock()
    row, secret = await assay.store.awrite(
        lambda c: credentials.make_token(
            c, who.member, name=body.name, scopes=list(body.scopes), days=body.expires_in_days, now=now
        )
    )
    return CreatedToken(token=_view(row, now), secret=secret)


def _refuse_more_than_own(who: Principal, body: NewToken) -> None:
    own = who.signed_in.scopes
    beyond = [] if own is None else [scope for scope in body.scopes if scope not in own]
    if beyond:
        raise Forbidden(
            f"This token does not have the scope {beyond[0]!r}, so it cannot give it on.",
            code="scope_missing",
            field="scopes",
            action="Make the token in the browser, under Account.",
        )


@routes.delete("/tokens/{token_id}", operation_id="revoke_token")
async def revoke_token(token_id: str, who: MayOwnTokens, assay: Assay) -> Done:
    """End one of one's own tokens, at once."""
    now = assay.clock()
    await assay.store.awrite(lambda c: credentials.revoke_token(c, who.member, token_id, now))
    assay.sign_ins.forget()
    return Done()
