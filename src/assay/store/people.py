"""Workspaces, people and memberships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from assay.flow.access import Role
from assay.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from assay.kernel.ids import new_id
from assay.store import tables as t
from assay.store.events import record


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace."""

    person_id: int
    uid: str
    email: str | None
    name: str
    workspace_id: int
    workspace_uid: str
    workspace_name: str
    role: Role
    active: bool
    has_password: bool


_MEMBER = (
    select(
        t.person.c.id.label("person_id"),
        t.person.c.uid,
        t.person.c.email,
        t.person.c.name,
        t.workspace.c.id.label("workspace_id"),
        t.workspace.c.uid.label("workspace_uid"),
        t.workspace.c.name.label("workspace_name"),
        t.membership.c.role,
        t.membership.c.active,
        t.person.c.password_hash.is_not(None).label("has_password"),
    )
    .join(t.membership, t.membership.c.person_id == t.person.c.id)
    .join(t.workspace, t.workspace.c.id == t.membership.c.workspace_id)
)


def _member(row: Any) -> Member:
    values = row._asdict()
    values["role"] = Role(values["role"])
    values["active"] = bool(values["active"])
    values["has_password"] = bool(values["has_password"])
    return Member(**values)


def first_workspace(connection: Connection, now: int, name: str = "Workspace") -> int:
    """The id of the first workspace; it is made when there is none."""
    found = connection.execute(select(t.workspace.c.id).order_by(t.workspace.c.id).limit(1)).scalar()
    if found is not None:
        return int(found)
    return make_workspace(connection, name, now)


def make_workspace(connection: Connection, name: str, now: int) -> int:
    """A new, empty workspace; returns its id."""
    made = connection.execute(
        insert(t.workspace).values(uid=new_id(), name=name, created_at=now).returning(t.workspace.c.id)
    )
    return int(made.scalar_one())


def find_member(connection: Connection, workspace_id: int, person_uid: str) -> Member:
    """A person of the workspace by public id. Raises NotFound."""
    row = connection.execute(
        _MEMBER.where(t.membership.c.workspace_id == workspace_id, t.person.c.uid == person_uid)
    ).first()
    if row is None:
        raise NotFound("There is no such person in this workspace.")
    return _member(row)


def member(connection: Connection, workspace_id: int, person_id: int) -> Member | None:
    """A person of the workspace by internal id."""
    row = connection.execute(
        _MEMBER.where(t.membership.c.workspace_id == workspace_id, t.person.c.id == person_id)
    ).first()
    return None if row is None else _member(row)


def memberships(connection: Connection, person_id: int) -> list[Member]:
    """Every active membership of a person, oldest workspace first."""
    statement = _MEMBER.where(t.person.c.id == person_id, t.membership.c.active).order_by(t.workspace.c.id)
    return [_member(row) for row in connection.execute(statement)]


def person_by_email(connection: Connection, email: str) -> Any:
    """The person row (id, uid, password_hash), or None."""
    columns = (t.person.c.id, t.person.c.uid, t.person.c.password_hash)
    return connection.execute(select(*columns).where(t.person.c.email == email.strip().lower())).first()


def add_person(
    connection: Connection,
    workspace_id: int,
    *,
    email: str | None,
    name: str,
    role: Role,
    now: int,
    imported_as: str | None = None,
    actor_id: int | None = None,
) -> Member:
    """Add somebody to a workspace, as a new person or one that exists elsewhere.

    Raises Conflict when the address is a member already.
    """
    email = email.strip().lower() if email else None
    known = person_by_email(connection, email) if email else None
    if known is None:
        person_id = new_person(connection, email=email, name=name, now=now)
    else:
        person_id = int(known.id)
        if member(connection, workspace_id, person_id) is not None:
            raise Conflict(f"{email} is in this workspace already.", code="already_member", field="email")
    return join(connection, workspace_id, person_id, role=role, now=now, imported_as=imported_as, actor_id=actor_id)


def new_person(
    connection: Connection, *, email: str | None, name: str, now: int, password_hash: str | None = None
) -> int:
    """The id of a person who did not exist. The key on the address refuses one that does, also in a race."""
    values = {"uid": new_id(), "email": email, "name": name, "password_hash": password_hash, "created_at": now}
    return int(connection.execute(insert(t.person).values(values).returning(t.person.c.id)).scalar_one())


def join(
    connection: Connection,
    workspace_id: int,
    person_id: int,
    *,
    role: Role,
    now: int,
    imported_as: str | None = None,
    actor_id: int | None = None,
) -> Member:
    """Give a person, who is not a member yet, a role in the workspace."""
    connection.execute(
        insert(t.membership).values(
            workspace_id=workspace_id,
            person_id=person_id,
            role=role.value,
            active=True,
            imported_as=imported_as,
            created_at=now,
        )
    )
    added = member(connection, workspace_id, person_id)
    assert added is not None  # noqa: S101 - just written
    record(
        connection,
        "person_added",
        at=now,
        actor_id=actor_id,
        workspace_id=workspace_id,
        ref=added.uid,
        role=role.value,
    )
    return added


def change_member(
    connection: Connection,
    who: Member,
    *,
    role: Role | None,
    active: bool | None,
    name: str | None,
    actor: Member,
    now: int,
) -> Member:
    """Change role, access or name. The last owner cannot be demoted or shut out; nobody changes own role."""
    if (role is not None or active is not None) and who.person_id == actor.person_id:
        raise Forbidden("Nobody changes their own role or access.", action="Ask another owner.")
    if name is not None and who.person_id != actor.person_id:
        _refuse_elsewhere(connection, who, actor, "the name would change there too")
    loses_owner = who.role == Role.OWNER and ((role is not None and role != Role.OWNER) or active is False)
    if loses_owner and _active_owners(connection, who.workspace_id) <= 1:
        raise Conflict("This is the last owner.", code="last_owner", action="Make somebody else an owner first.")
    changes: dict[str, Any] = {}
    if role is not None:
        changes["role"] = role.value
    if active is not None:
        changes["active"] = active
    if changes:
        where = (t.membership.c.workspace_id == who.workspace_id) & (t.membership.c.person_id == who.person_id)
        connection.execute(update(t.membership).where(where).values(**changes))
        # A changed role starts with a new session: what was signed in before is signed out.
        end_sessions(connection, who.person_id)
        if active is False:
            end_links(connection, who.person_id)
    if name is not None:
        connection.execute(update(t.person).where(t.person.c.id == who.person_id).values(name=name))
        changes["name"] = True
    record(
        connection,
        "person_changed",
        at=now,
        actor_id=actor.person_id,
        workspace_id=who.workspace_id,
        ref=who.uid,
        **changes,
    )
    changed = member(connection, who.workspace_id, who.person_id)
    assert changed is not None  # noqa: S101 - memberships are never removed
    return changed


def _active_owners(connection: Connection, workspace_id: int) -> int:
    # Two owners who demote each other take turns here, and the second one is told.
    connection.execute(select(t.workspace.c.id).where(t.workspace.c.id == workspace_id).with_for_update())
    where = (
        (t.membership.c.workspace_id == workspace_id)
        & (t.membership.c.role == Role.OWNER.value)
        & t.membership.c.active
    )
    return int(connection.execute(select(func.count()).select_from(t.membership).where(where)).scalar_one())


def end_sessions(connection: Connection, person_id: int, keep: str | None = None) -> None:
    """Sign a person out everywhere, but for the session of the digest ``keep``."""
    where = t.session.c.person_id == person_id
    if keep is not None:
        where &= t.session.c.digest != keep
    connection.execute(t.session.delete().where(where))


def end_links(connection: Connection, person_id: int) -> None:
    """Let no sign-in link that is still open sign this person in."""
    where = (t.sign_in_link.c.person_id == person_id) & t.sign_in_link.c.used_at.is_(None)
    connection.execute(t.sign_in_link.delete().where(where))


def list_members(connection: Connection, workspace_id: int, *, search: str, after: int, limit: int) -> Sequence[Any]:
    """Members with project and annotation counts, by internal id."""
    seats = (
        select(
            t.seat.c.person_id,
            func.count().label("projects"),
            func.coalesce(func.sum(t.seat.c.submitted), 0).label("annotations"),
        )
        .join(t.project, t.project.c.id == t.seat.c.project_id)
        .where(t.project.c.workspace_id == workspace_id)
        .group_by(t.seat.c.person_id)
        .subquery()
    )
    statement = (
        _MEMBER.add_columns(
            t.membership.c.created_at,
            func.coalesce(seats.c.projects, 0).label("project_count"),
            func.coalesce(seats.c.annotations, 0).label("annotation_count"),
        )
        .outerjoin(seats, seats.c.person_id == t.person.c.id)
        .where(t.membership.c.workspace_id == workspace_id, t.person.c.id > after)
        .order_by(t.person.c.id)
        .limit(limit)
    )
    if search:
        pattern = f"%{escape_like(search.lower())}%"
        statement = statement.where(
            func.lower(t.person.c.name).like(pattern, escape="\\") | t.person.c.email.like(pattern, escape="\\")
        )
    return connection.execute(statement).all()


def escape_like(text: str) -> str:
    """Text with the wildcards of LIKE taken literally (escape character: backslash)."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def set_password(connection: Connection, person_id: int, password_hash: str) -> None:
    """Store a new password hash."""
    connection.execute(update(t.person).where(t.person.c.id == person_id).values(password_hash=password_hash))


def set_name(connection: Connection, person_id: int, name: str) -> None:
    """Store a new name."""
    connection.execute(update(t.person).where(t.person.c.id == person_id).values(name=name))


def member_by_email(connection: Connection, email: str, workspace_id: int | None = None) -> Member:
    """A person by address, in the given or the person's first workspace. Raises BadInput naming the address."""
    statement = _MEMBER.where(t.person.c.email == email.strip().lower()).order_by(t.workspace.c.id).limit(1)
    if workspace_id is not None:
        statement = statement.where(t.workspace.c.id == workspace_id)
    row = connection.execute(statement).first()
    if row is None:
        raise BadInput(
            f"There is nobody with the address {email}.", field="email", action="Add them: assay user add EMAIL."
        )
    return _member(row)


def refuse_foreign_link(connection: Connection, who: Member, actor: Member) -> None:
    """A sign-in link opens everything of a person, so an owner makes one only for people whom no wall protects.

    Raises Forbidden for somebody who is also in another workspace, is shut out, or only came with a file.
    """
    if who.person_id != actor.person_id:
        _refuse_elsewhere(connection, who, actor, "this link would open it")
    if not who.active or who.email is None:
        raise Forbidden(f"{who.name} cannot sign in.", action="Restore the person's access, or invite them.")


def _refuse_elsewhere(connection: Connection, who: Member, actor: Member, why: str) -> None:
    """Raises Forbidden for somebody who is also in another workspace: what an owner does here must not reach there."""
    if any(one.workspace_id != actor.workspace_id for one in memberships(connection, who.person_id)):
        raise Forbidden(
            f"{who.name} also belongs to another workspace: {why}.",
            code="belongs_elsewhere",
            action="Ask the person to do it: everybody can sign in by password and change their own name.",
        )
