"""Accepting an invitation: it is used up, and its person gets the role and projects that the server kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from assay.flow.access import Role
from assay.kernel.errors import BadInput, Forbidden
from assay.store import credentials, people, projects
from assay.store import tables as t
from assay.store.documents import from_json


def preview(connection: Connection, secret: str, now: int) -> dict[str, Any]:
    """What an open invitation is for. Raises NotFound."""
    row = credentials.open_invitation(connection, secret, now)
    uids = from_json(row.project_uids)
    workspace = connection.execute(select(t.workspace.c.name).where(t.workspace.c.id == row.workspace_id)).scalar_one()
    titles = connection.execute(select(t.project.c.title).where(t.project.c.uid.in_(uids))).scalars().all()
    return {
        "workspace_name": workspace,
        "role": row.role,
        "email": row.email,
        "needs_email": row.email is None,
        "project_titles": list(titles),
    }


def accept(
    connection: Connection, secret: str, *, name: str, email: str | None, password_hash: str | None, now: int
) -> int:
    """The id of the person who joined.

    Somebody who has an account already cannot be taken over by a link: whoever holds the link proves nothing
    about the address, so an existing account must be added by its owner signing in. Raises NotFound, BadInput
    or Forbidden.
    """
    row = credentials.open_invitation(connection, secret, now, lock=connection.dialect.name == "postgresql")
    address = _address(row, email).strip().lower()
    if people.person_by_email(connection, address) is not None:
        raise Forbidden(
            "There is an account with this address already.",
            code="account_exists",
            action="Use another address, or ask an owner for a sign-in link to that account.",
        )
    person_id = people.new_person(connection, email=address, name=name, now=now, password_hash=password_hash)
    people.join(connection, row.workspace_id, person_id, role=Role(row.role), now=now)
    for uid in from_json(row.project_uids):
        project = projects.find_project(connection, row.workspace_id, uid)
        projects.add_seat(connection, project.id, person_id, now)
    credentials.mark_invitation(connection, row.id, used_at=now)
    return person_id


def _address(row: Any, email: str | None) -> str:
    if row.email is None:
        if not email:
            raise BadInput("The address is missing.", field="email", action="Give your e-mail address.")
        return email
    if email and email != row.email:
        raise BadInput(
            "This invitation is for another address.",
            field="email",
            action="Leave the address out, or ask for a new link.",
        )
    return str(row.email)
