"""The people of a workspace."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from assay.flow.access import Role
from assay.kernel.clock import iso
from assay.server.access.cursor import read_cursor, write_cursor
from assay.server.access.principal import MayAdminister, MaySeePeople
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.people import ChangeMember, MemberList, MemberView, OneTimeLink
from assay.store import credentials, people
from assay.store.events import record

routes = router("people")

_PAGE = 100


@routes.get("/people", operation_id="list_people")
async def list_people(
    who: MaySeePeople, assay: Assay, q: Annotated[str, Query(max_length=200)] = "", cursor: str | None = None
) -> MemberList:
    """People of the workspace with what they did."""
    query = f"people:{who.workspace_id}:{q}"
    position = read_cursor(assay.secret, query, cursor)
    after = int(position[0]) if position else 0
    rows = await assay.store.aread(
        lambda c: people.list_members(c, who.workspace_id, search=q, after=after, limit=_PAGE + 1)
    )
    more = write_cursor(assay.secret, query, [rows[_PAGE - 1].person_id]) if len(rows) > _PAGE else None
    return MemberList(items=[_member(row) for row in rows[:_PAGE]], next_cursor=more)


def _member(row: Any) -> MemberView:
    return MemberView(
        id=row.uid,
        email=row.email,
        name=row.name,
        role=row.role,
        active=bool(row.active),
        can_sign_in=row.email is not None and bool(row.active),
        project_count=row.project_count,
        annotation_count=row.annotation_count,
        created_at=iso(row.created_at),
    )


@routes.patch("/people/{person_id}", operation_id="change_person")
async def change_person(person_id: str, body: ChangeMember, who: MayAdminister, assay: Assay) -> MemberView:
    """Change role, access or name. The person's work stays in every case."""
    now = assay.clock()

    def work(connection):  # type: ignore[no-untyped-def]
        member = people.find_member(connection, who.workspace_id, person_id)
        role = Role(body.role) if body.role is not None else None
        changed = people.change_member(
            connection, member, role=role, active=body.active, name=body.name, actor=who.member, now=now
        )
        rows = people.list_members(connection, who.workspace_id, search="", after=changed.person_id - 1, limit=1)
        return rows[0]

    row = await assay.store.awrite(work)
    assay.sign_ins.forget()
    return _member(row)


@routes.post("/people/{person_id}/sign-in-link", operation_id="make_sign_in_link")
async def make_sign_in_link(person_id: str, who: MayAdminister, assay: Assay) -> OneTimeLink:
    """A link that signs this person in once; hand it over yourself."""
    now, minutes = assay.clock(), assay.settings.sign_in_link_minutes

    def work(connection):  # type: ignore[no-untyped-def]
        member = people.find_member(connection, who.workspace_id, person_id)
        people.refuse_foreign_link(connection, member, who.member)
        record(
            connection,
            "sign_in_link_made",
            at=now,
            actor_id=who.person_id,
            workspace_id=who.workspace_id,
            ref=member.uid,
        )
        return credentials.make_link(connection, member.person_id, now=now, minutes=minutes)

    secret, expires_at = await assay.store.awrite(work)
    return OneTimeLink(url=f"{assay.public_url}/sign-in#link={secret}", expires_at=iso(expires_at))
