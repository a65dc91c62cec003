"""Who labels in a project."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from assay.server.access.principal import MayChange, MaySeePeople, Principal
from assay.server.routing import router
from assay.server.services import Assay, Services
from assay.server.views.people import PersonView
from assay.server.views.projects import AddSeats, SeatList, SeatView, SetSeat
from assay.store import own_work, people, policies, projects
from assay.store.queue.retarget import release_leases

routes = router("seats")


def _view(row: Any, median_seconds: float | None) -> SeatView:
    return SeatView(
        person=PersonView(id=row.uid, email=row.email, name=row.name),
        role=row.role,
        active=bool(row.active),
        submitted=row.submitted,
        skipped=row.skipped,
        flags=row.flags,
        median_seconds=median_seconds,
    )


def _as_many_as_people(connection: Connection, assay: Services, project: Any, who: Principal, now: int) -> None:
    """Under full coverage each task goes to everybody, so the targets follow who labels."""
    if assay.versions.policy(connection, project.id, project.policy_version).full_coverage:
        policies.enqueue_retarget(connection, project, created_by=who.person_id, now=now)


def _seats(connection: Connection, who: Principal, project_id: str) -> list[SeatView]:
    project = projects.find_project(connection, who.workspace_id, project_id)
    return [
        _view(row, own_work.median_seconds(connection, project.id, row.person_id))
        for row in projects.list_seats(connection, project.id)
    ]


@routes.get("/projects/{project_id}/seats", operation_id="list_seats")
async def list_seats(project_id: str, who: MaySeePeople, assay: Assay) -> SeatList:
    """The people of a project with their counters."""
    return SeatList(items=await assay.store.aread(lambda c: _seats(c, who, project_id)))


@routes.post("/projects/{project_id}/seats", operation_id="add_seats")
async def add_seats(project_id: str, body: AddSeats, who: MayChange, assay: Assay) -> SeatList:
    """Let people of the workspace label in the project."""
    now = assay.clock()

    def work(connection: Connection) -> list[SeatView]:
        project = projects.find_project(connection, who.workspace_id, project_id)
        for uid in body.person_ids:
            member = people.find_member(connection, who.workspace_id, uid)
            projects.add_seat(connection, project.id, member.person_id, now)
        _as_many_as_people(connection, assay, project, who, now)
        return _seats(connection, who, project_id)

    return SeatList(items=await assay.store.awrite(work))


@routes.put("/projects/{project_id}/seats/{person_id}", operation_id="set_seat")
async def set_seat(project_id: str, person_id: str, body: SetSeat, who: MayChange, assay: Assay) -> SeatView:
    """Let a person label, or end that. Work that was sent stays; what is in hand goes to others."""
    now = assay.clock()

    def work(connection: Connection) -> SeatView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        member = people.find_member(connection, who.workspace_id, person_id)
        projects.add_seat(connection, project.id, member.person_id, now, active=body.active)
        if not body.active:
            # What is in hand goes to others at once; an answer on its way still counts while the slot is free.
            release_leases(connection, project.id, [member.person_id], idle_before=None, now=now)
        _as_many_as_people(connection, assay, project, who, now)
        return next(seat for seat in _seats(connection, who, project_id) if seat.person.id == person_id)

    return await assay.store.awrite(work)
