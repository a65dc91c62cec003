"""Sessions, one-time links, invitations and API tokens. Only digests of secrets are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from assay.flow.access import Role
from assay.kernel.clock import DAY, MINUTE
from assay.kernel.errors import NotFound, NotSignedIn
from assay.kernel.ids import digest, new_id, new_secret
from assay.store import people
from assay.store import tables as t
from assay.store.documents import as_json, from_json
from assay.store.people import Member

_LAST_USED_STEP = 5 * MINUTE  # how exact "last used" is kept


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody whose credentials were accepted. ``scopes`` is None in a browser session."""

    member: Member
    scopes: tuple[str, ...] | None
    credential: str  # digest of the session or token


def start_session(connection: Connection, person_id: int, workspace_id: int, *, now: int, days: int) -> str:
    """A new session; returns its secret, for the cookie."""
    secret = new_secret()
    values = {
        "digest": digest(secret),
        "person_id": person_id,
        "workspace_id": workspace_id,
        "created_at": now,
        "expires_at": now + days * DAY,
    }
    connection.execute(insert(t.session).values(values))
    connection.execute(t.session.delete().where(t.session.c.expires_at < now))
    return secret


def by_session(connection: Connection, credential: str, now: int) -> SignedIn | None:
    """Who a session digest belongs to; None when it is unknown, over, or the person is shut out."""
    row = connection.execute(
        select(t.session.c.person_id, t.session.c.workspace_id).where(
            t.session.c.digest == credential, t.session.c.expires_at > now
        )
    ).first()
    if row is None:
        return None
    who = people.member(connection, row.workspace_id, row.person_id)
    return SignedIn(who, None, credential) if who is not None and who.active else None


def by_token(connection: Connection, credential: str, now: int) -> SignedIn | None:
    """Who an API token digest belongs to; None when it is unknown, expired, revoked, or the person is shut out."""
    row = connection.execute(
        select(
            t.api_token.c.person_id,
            t.api_token.c.workspace_id,
            t.api_token.c.scopes,
            t.api_token.c.expires_at,
        ).where(t.api_token.c.digest == credential, t.api_token.c.revoked_at.is_(None))
    ).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    who = people.member(connection, row.workspace_id, row.person_id)
    return SignedIn(who, tuple(from_json(row.scopes)), credential) if who is not None and who.active else None


def touch_token(connection: Connection, credential: str, now: int) -> None:
    """Note that a token was used, to the nearest few minutes."""
    where = (t.api_token.c.digest == credential) & (
        t.api_token.c.last_used_at.is_(None) | (t.api_token.c.last_used_at < now - _LAST_USED_STEP)
    )
    connection.execute(update(t.api_token).where(where).values(last_used_at=now))


def switch_workspace(connection: Connection, credential: str, workspace_id: int) -> None:
    """Let a session act in another workspace."""
    connection.execute(update(t.session).where(t.session.c.digest == credential).values(workspace_id=workspace_id))


def end_session(connection: Connection, credential: str) -> None:
    """Sign out."""
    connection.execute(t.session.delete().where(t.session.c.digest == credential))


def make_link(connection: Connection, person_id: int, *, now: int, minutes: int) -> tuple[str, int]:
    """A one-time sign-in link: its secret, and when it ends."""
    secret = new_secret()
    expires_at = now + minutes * MINUTE
    values = {"digest": digest(secret), "person_id": person_id, "created_at": now, "expires_at": expires_at}
    connection.execute(insert(t.sign_in_link).values(values))
    return secret, expires_at


def use_link(connection: Connection, secret: str, now: int) -> int:
    """The person id of a one-time link, which is used up by this. Raises NotSignedIn."""
    used = connection.execute(
        update(t.sign_in_link)
        .where(
            t.sign_in_link.c.digest == digest(secret),
            t.sign_in_link.c.used_at.is_(None),
            t.sign_in_link.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(t.sign_in_link.c.person_id)
    ).scalar()
    if used is None:
        raise NotSignedIn(
            "This sign-in link was used already or is over.",
            code="link_used",
            action="Ask for a new one, or sign in by password.",
        )
    return int(used)


def make_invitation(
    connection: Connection,
    actor: Member | None,
    workspace_id: int,
    *,
    role: Role,
    email: str | None,
    project_uids: list[str],
    days: int,
    now: int,
) -> tuple[Any, str]:
    """A new invitation row and the secret of its link."""
    if project_uids:
        found = connection.execute(
            select(t.project.c.uid).where(t.project.c.workspace_id == workspace_id, t.project.c.uid.in_(project_uids))
        ).scalars()
        missing = set(project_uids) - set(found)
        if missing:
            raise NotFound("There is no such project.", field="project_ids", details={"missing": sorted(missing)})
    secret = new_secret()
    values = {
        "uid": new_id(),
        "digest": digest(secret),
        "workspace_id": workspace_id,
        "role": role.value,
        "email": email.strip().lower() if email else None,
        "project_uids": as_json(project_uids),
        "created_by": actor.person_id if actor else None,
        "created_at": now,
        "expires_at": now + days * DAY,
    }
    row = connection.execute(insert(t.invitation).values(values).returning(t.invitation)).one()
    return row, secret


def open_invitation(connection: Connection, secret: str, now: int, *, lock: bool = False) -> Any:
    """The row of an invitation that can still be accepted. Raises NotFound."""
    statement = select(t.invitation).where(
        t.invitation.c.digest == digest(secret),
        t.invitation.c.used_at.is_(None),
        t.invitation.c.revoked_at.is_(None),
        t.invitation.c.expires_at > now,
    )
    row = connection.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound(
            "This invitation was used, taken back or is over.", action="Ask an owner of the workspace for a new one."
        )
    return row


def mark_invitation(connection: Connection, invitation_id: int, *, used_at: int) -> None:
    """Use an invitation up."""
    connection.execute(update(t.invitation).where(t.invitation.c.id == invitation_id).values(used_at=used_at))


def revoke_invitation(connection: Connection, workspace_id: int, uid: str, now: int) -> None:
    """Take an invitation back. Raises NotFound."""
    where = (t.invitation.c.workspace_id == workspace_id) & (t.invitation.c.uid == uid)
    changed = connection.execute(
        update(t.invitation).where(where, t.invitation.c.used_at.is_(None)).values(revoked_at=now)
    )
    if not changed.rowcount:
        raise NotFound("There is no such open invitation.")


def revoke_first_owner_links(connection: Connection, workspace_id: int, now: int) -> None:
    """Take back the invitations that earlier starts of the server printed: only the last one is to open anything."""
    where = (t.invitation.c.workspace_id == workspace_id) & t.invitation.c.created_by.is_(None)
    connection.execute(update(t.invitation).where(where, t.invitation.c.used_at.is_(None)).values(revoked_at=now))


def list_invitations(connection: Connection, workspace_id: int) -> list[Any]:
    """The newest two hundred."""
    statement = (
        select(t.invitation)
        .where(t.invitation.c.workspace_id == workspace_id)
        .order_by(t.invitation.c.id.desc())
        .limit(200)
    )
    return list(connection.execute(statement))


def make_token(
    connection: Connection, owner: Member, *, name: str, scopes: list[str], days: int | None, now: int
) -> tuple[Any, str]:
    """A new API token row and its secret."""
    secret = "assay_" + new_secret()
    values = {
        "uid": new_id(),
        "digest": digest(secret),
        "person_id": owner.person_id,
        "workspace_id": owner.workspace_id,
        "name": name,
        "scopes": as_json(sorted(set(scopes))),
        "created_at": now,
        "expires_at": now + days * DAY if days is not None else None,
    }
    row = connection.execute(insert(t.api_token).values(values).returning(t.api_token)).one()
    return row, secret


def list_tokens(connection: Connection, owner: Member) -> list[Any]:
    """A person's tokens in a workspace, newest first."""
    where = (t.api_token.c.person_id == owner.person_id) & (t.api_token.c.workspace_id == owner.workspace_id)
    return list(connection.execute(select(t.api_token).where(where).order_by(t.api_token.c.id.desc()).limit(200)))


def revoke_token(connection: Connection, owner: Member, uid: str, now: int) -> str:
    """End one of one's own tokens; returns its digest. Raises NotFound."""
    where = (t.api_token.c.person_id == owner.person_id) & (t.api_token.c.uid == uid)
    found = connection.execute(
        update(t.api_token)
        .where(where, t.api_token.c.workspace_id == owner.workspace_id)
        .values(revoked_at=now)
        .returning(t.api_token.c.digest)
    ).scalar()
    if found is None:
        raise NotFound("There is no such token of yours.")
    return str(found)
