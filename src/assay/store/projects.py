"""Projects, their versioned documents and their seats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from assay.flow.policy import Policy
from assay.kernel.errors import NotFound
from assay.kernel.ids import new_id
from assay.store import tables as t
from assay.store.documents import as_json
from assay.store.events import record
from assay.store.people import escape_like
from assay.store.queue.lanes import lane_ids
from assay.store.queue.retarget import sync_queues

_COUNTS = (
    select(
        t.seat.c.project_id,
        func.coalesce(func.sum(t.seat.c.finished), 0).label("done_count"),
        func.coalesce(func.sum(t.seat.c.submitted), 0).label("annotation_count"),
        func.coalesce(func.sum(t.seat.c.active), 0).label("annotator_count"),
    )
    .group_by(t.seat.c.project_id)
    .subquery()
)
_WITH_COUNTS = select(
    t.project, _COUNTS.c.done_count, _COUNTS.c.annotation_count, _COUNTS.c.annotator_count
).select_from(t.project.outerjoin(_COUNTS, _COUNTS.c.project_id == t.project.c.id))


def make_project(
    connection: Connection,
    *,
    workspace_id: int,
    actor_id: int,
    title: str,
    description: str,
    notice: str | None,
    label_config: str,
    guideline: dict[str, Any],
    policy: Policy,
    now: int,
) -> str:
    """A new project with version 1 of its three documents; returns its public id."""
    uid = new_id()
    values = {
        "uid": uid,
        "workspace_id": workspace_id,
        "title": title,
        "description": description,
        "notice": notice,
        "state": "open",
        "label_config_version": 1,
        "guideline_version": 1,
        "policy_version": 1,
        "created_by": actor_id,
        "created_at": now,
    }
    project_id = connection.execute(insert(t.project).values(values).returning(t.project.c.id)).scalar_one()
    common = {"project_id": project_id, "version": 1, "created_by": actor_id, "created_at": now}
    connection.execute(insert(t.label_config).values(xml=label_config, **common))
    connection.execute(insert(t.guideline).values(document=as_json(guideline), **common))
    connection.execute(insert(t.policy).values(document=as_json(policy.as_document()), **common))
    connection.execute(insert(t.queue).values(project_id=project_id, name="", created_at=now))
    sync_queues(connection, project_id, policy, now)
    lane_ids(connection, project_id, [("", "", 0)])
    add_seat(connection, project_id, actor_id, now)
    record(
        connection,
        "project_created",
        at=now,
        actor_id=actor_id,
        workspace_id=workspace_id,
        project_id=project_id,
        ref=uid,
        title=title,
    )
    return uid


def find_project(connection: Connection, workspace_id: int, uid: str) -> Any:
    """The project row with its counts. Raises NotFound, also for a project of another workspace."""
    row = connection.execute(
        _WITH_COUNTS.where(t.project.c.workspace_id == workspace_id, t.project.c.uid == uid)
    ).first()
    if row is None:
        raise NotFound("There is no such project.")
    return row


def find_by_name(connection: Connection, name: str) -> Any:
    """A project by public id or by its exact title, over all workspaces. Raises NotFound with what exists."""
    row = connection.execute(select(t.project).where(t.project.c.uid == name)).first()
    if row is not None:
        return row
    rows = connection.execute(select(t.project).where(t.project.c.title == name)).all()
    if len(rows) == 1:
        return rows[0]
    if rows:
        ids = ", ".join(row.uid for row in rows)
        raise NotFound(f"Several projects are called {name!r}.", action=f"Name one by its id: {ids}.")
    titles = connection.execute(select(t.project.c.title).limit(10)).scalars().all()
    listed = "; ".join(titles) or "none yet"
    raise NotFound(f"There is no project {name!r}.", action=f"Use its id or exact title. Projects: {listed}.")


def list_projects(
    connection: Connection, workspace_id: int, *, search: str, state: str | None, before: int | None, limit: int
) -> Sequence[Any]:
    """Projects of a workspace, newest first. Archived ones only when asked for."""
    statement = _WITH_COUNTS.where(t.project.c.workspace_id == workspace_id)
    statement = statement.where(t.project.c.state == state if state else t.project.c.state != "archived")
    if before is not None:
        statement = statement.where(t.project.c.id < before)
    if search:
        pattern = f"%{escape_like(search.lower())}%"
        statement = statement.where(func.lower(t.project.c.title).like(pattern, escape="\\"))
    return connection.execute(statement.order_by(t.project.c.id.desc()).limit(limit)).all()


def change_project(connection: Connection, project: Any, *, actor_id: int, now: int, **changes: Any) -> None:
    """Change title, description or state, and log it."""
    if changes:
        connection.execute(update(t.project).where(t.project.c.id == project.id).values(**changes))
        record(
            connection,
            "project_changed",
            at=now,
            actor_id=actor_id,
            workspace_id=project.workspace_id,
            project_id=project.id,
            ref=project.uid,
            **changes,
        )


def add_version(
    connection: Connection, table: Table, project: Any, body: str, *, note: str, actor_id: int, now: int
) -> int:
    """Append a version of a document (label config, guideline or policy) and put it in force."""
    pointer = t.project.c[f"{table.name}_version"]
    # Bumping first locks the project row, so that two changes at once get two versions.
    version = connection.execute(
        update(t.project).where(t.project.c.id == project.id).values({pointer: pointer + 1}).returning(pointer)
    ).scalar_one()
    column = "xml" if table is t.label_config else "document"
    connection.execute(
        insert(table).values(
            {
                "project_id": project.id,
                "version": version,
                column: body,
                "note": note,
                "created_by": actor_id,
                "created_at": now,
            }
        )
    )
    record(
        connection,
        f"{table.name}_changed",
        at=now,
        actor_id=actor_id,
        workspace_id=project.workspace_id,
        project_id=project.id,
        ref=str(version),
        note=note,
    )
    return int(version)


def find_version(connection: Connection, table: Table, project_id: int, version: int) -> Any:
    """One version of a document, with the name of who made it. Raises NotFound."""
    row = connection.execute(
        select(table, t.person.c.name.label("author"))
        .outerjoin(t.person, t.person.c.id == table.c.created_by)
        .where(table.c.project_id == project_id, table.c.version == version)
    ).first()
    if row is None:
        raise NotFound("There is no such version.")
    return row


def list_versions(connection: Connection, table: Table, project_id: int) -> Sequence[Any]:
    """All versions without their bodies, newest first."""
    return connection.execute(
        select(table.c.version, table.c.note, table.c.created_at, t.person.c.name.label("author"))
        .outerjoin(t.person, t.person.c.id == table.c.created_by)
        .where(table.c.project_id == project_id)
        .order_by(table.c.version.desc())
    ).all()


def add_seat(connection: Connection, project_id: int, person_id: int, now: int, *, active: bool = True) -> None:
    """Let a person label in a project (or end that); the person's counters stay."""
    where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == person_id)
    if not connection.execute(update(t.seat).where(where).values(active=int(active))).rowcount:
        values = {"project_id": project_id, "person_id": person_id, "active": int(active), "created_at": now}
        connection.execute(insert(t.seat).values(values))


def has_seat(connection: Connection, project_id: int, person_id: int) -> bool:
    """Whether a person labels in a project now."""
    where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == person_id) & (t.seat.c.active == 1)
    return connection.execute(select(t.seat.c.person_id).where(where)).first() is not None


def has_any_seat(connection: Connection, project_id: int, person_id: int) -> bool:
    """Whether a person has, or had, a place in a project."""
    where = (t.seat.c.project_id == project_id) & (t.seat.c.person_id == person_id)
    return connection.execute(select(t.seat.c.person_id).where(where)).first() is not None


def list_seats(connection: Connection, project_id: int) -> Sequence[Any]:
    """The people of a project with their counters, most annotations first."""
    flags = (
        select(t.flag.c.annotator_id, func.count().label("flags"))
        .where(t.flag.c.project_id == project_id)
        .group_by(t.flag.c.annotator_id)
        .subquery()
    )
    return connection.execute(
        select(
            t.seat,
            t.person.c.uid,
            t.person.c.name,
            t.person.c.email,
            t.membership.c.role,
            func.coalesce(flags.c.flags, 0).label("flags"),
        )
        .join(t.project, t.project.c.id == t.seat.c.project_id)
        .join(t.person, t.person.c.id == t.seat.c.person_id)
        .join(
            t.membership,
            (t.membership.c.person_id == t.seat.c.person_id)
            & (t.membership.c.workspace_id == t.project.c.workspace_id),
        )
        .outerjoin(flags, flags.c.annotator_id == t.seat.c.person_id)
        .where(t.seat.c.project_id == project_id)
        .order_by(t.seat.c.submitted.desc(), t.person.c.id)
    ).all()


def own_projects(connection: Connection, workspace_id: int, person_id: int) -> Sequence[Any]:
    """Projects in which a person has a seat, newest first."""
    return connection.execute(
        select(t.project, t.seat.c.submitted)
        .join(t.seat, t.seat.c.project_id == t.project.c.id)
        .where(
            t.project.c.workspace_id == workspace_id,
            t.seat.c.person_id == person_id,
            t.seat.c.active == 1,
            t.project.c.state != "archived",
        )
        .order_by(t.project.c.id.desc())
    ).all()
