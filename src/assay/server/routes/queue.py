"""The queue of a project: its state, giving work back, giving it to people, taking tasks out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from assay.flow.policy import BACKUP, Policy
from assay.kernel.clock import DAY, MINUTE, from_iso, iso
from assay.kernel.errors import BadInput
from assay.server.access.principal import MayChange, MaySeePeople, Principal
from assay.server.routing import router
from assay.server.services import Assay, Services
from assay.server.views.people import PersonView
from assay.server.views.queue import (
    AssignTasks,
    LaneView,
    Moved,
    MoveTasks,
    QueueHint,
    QueueView,
    Reallocate,
    Reallocated,
    SetSkills,
    WorkerView,
)
from assay.store import people, projects
from assay.store.events import record
from assay.store.queue.assign import assign, move_out, set_skills
from assay.store.queue.retarget import release_leases
from assay.store.queue.state import LaneState, PersonState, lane_states, people_states

routes = router("queue")


def _person(one: PersonState) -> PersonView:
    return PersonView(id=one.uid, email=one.email, name=one.name)


def _moment(moment: int | None) -> str | None:
    return None if moment is None else iso(moment)


def _worker(one: PersonState) -> WorkerView:
    return WorkerView(
        person=_person(one),
        active=one.active,
        skills={skill: _moment(until) for skill, until in one.skills.items()},
        held=one.held,
        oldest_lease=_moment(one.oldest_lease),
        active_at=_moment(one.active_at),
        today=one.today,
        submitted=one.submitted,
        accuracy=one.accuracy,
    )


def _lane(lane: LaneState, names: dict[int, PersonView]) -> LaneView:
    given = None
    if lane.assigned_to is not None:
        given = [names[person] for person in lane.assigned_to if person in names]
    return LaneView(
        queue="" if given is not None else lane.queue,
        stratum=lane.stratum,
        priority=lane.priority,
        skills=list(lane.skills),
        assigned_to=given,
        tasks=lane.tasks,
        fresh=lane.fresh,
        started=lane.started,
        done=lane.done,
        out=lane.out,
        open_slots=lane.open_slots,
        able=lane.able,
        stuck=lane.stuck,
    )


def _hints(lanes: list[LaneState], workers: list[PersonState], policy: Policy, now: int) -> Iterator[QueueHint]:
    active = [one for one in workers if one.active]
    if not active:
        yield QueueHint(code="nobody", message="Nobody labels in this project. Add people on the page People.")
    for lane in lanes:
        where = f"queue {lane.queue!r}" if lane.queue and lane.assigned_to is None else "the open queue"
        where = "work given to people by name" if lane.assigned_to is not None else where
        if active and lane.open_slots and not lane.able:
            needs = f" It needs {', '.join(lane.skills)}." if lane.skills else ""
            yield QueueHint(
                code="nobody_can",
                message=f"{lane.open_slots:,} annotations in {where} can be taken on by nobody who labels now.{needs}",
            )
        elif lane.stuck:
            yield QueueHint(
                code="stuck",
                message=f"{lane.stuck:,} tasks in {where} want more annotations, but each of the {lane.able} people "
                "who may work there has had them. More people, or a lower number in the policy, would finish them.",
            )
    slow = [one for one in active if one.oldest_lease is not None and now - one.oldest_lease > 2 * _lease(policy)]
    if slow:
        yield QueueHint(
            code="slow",
            message=f"{len(slow)} of {len(active)} people have held a task for more than twice the time of a lease.",
        )
    if not policy.backup_called and any(BACKUP in one.skills for one in active):
        waiting = sum(BACKUP in one.skills for one in active)
        yield QueueHint(code="backup", message=f"{waiting} people stand by. The policy can call them in.")


def _lease(policy: Policy) -> int:
    return policy.lease_seconds * 1_000_000


@routes.get("/projects/{project_id}/queue", operation_id="get_queue")
async def get_queue(project_id: str, who: MaySeePeople, assay: Assay) -> QueueView:
    """What waits where, who holds what and since when, and why something is not being done."""
    return await assay.store.aread(lambda c: _state(c, assay, who, project_id))


def _state(connection: Connection, assay: Services, who: Principal, uid: str) -> QueueView:
    project = projects.find_project(connection, who.workspace_id, uid)
    now = assay.clock()
    policy = assay.versions.policy(connection, project.id, project.policy_version)
    workers = people_states(connection, project.id, now // DAY)
    lanes = lane_states(connection, project.id, policy, workers, now)
    names = {one.person_id: _person(one) for one in workers}
    return QueueView(
        lanes=[_lane(lane, names) for lane in lanes],
        people=[_worker(one) for one in workers],
        open_slots=sum(lane.open_slots for lane in lanes),
        leased=sum(one.held for one in workers),
        hints=list(_hints(lanes, workers, policy, now)),
        backup_called=policy.backup_called,
    )


def _people_ids(connection: Connection, who: Principal, uids: list[str]) -> list[int]:
    return [people.find_member(connection, who.workspace_id, uid).person_id for uid in uids]


def _note(connection: Connection, who: Principal, project: Any, kind: str, now: int, **body: Any) -> None:
    record(
        connection,
        kind,
        at=now,
        actor_id=who.person_id,
        workspace_id=project.workspace_id,
        project_id=project.id,
        **body,
    )


@routes.post("/projects/{project_id}/queue/reallocate", operation_id="reallocate")
async def reallocate(project_id: str, body: Reallocate, who: MayChange, assay: Assay) -> Reallocated:
    """Give tasks in hand back for others. An answer that arrives all the same counts while its slot is free."""
    now = assay.clock()

    def work(connection: Connection) -> int:
        project = projects.find_project(connection, who.workspace_id, project_id)
        whose = None if body.person_ids is None else _people_ids(connection, who, body.person_ids)
        before = None if body.idle_minutes is None else now - body.idle_minutes * MINUTE
        count = release_leases(connection, project.id, whose, idle_before=before, now=now)
        _note(connection, who, project, "leases_returned", now, people=whose, assignments=count)
        return count

    return Reallocated(assignments=await assay.store.awrite(work))


@routes.post("/projects/{project_id}/queue/assign", operation_id="assign_tasks")
async def assign_tasks(project_id: str, body: AssignTasks, who: MayChange, assay: Assay) -> Moved:
    """Let only these people get these tasks; with nobody named, whoever the policy means. Leases go on.

    Somebody who does not label in the project yet does from now on.
    """
    now = assay.clock()

    def work(connection: Connection) -> int:
        project = projects.find_project(connection, who.workspace_id, project_id)
        policy = assay.versions.policy(connection, project.id, project.policy_version)
        whom = _people_ids(connection, who, body.person_ids)
        for person in whom:
            if not projects.has_seat(connection, project.id, person):
                projects.add_seat(connection, project.id, person, now)
        return assign(connection, project, policy, body.task_ids, whom, actor_id=who.person_id, now=now)

    return Moved(tasks=await assay.store.awrite(work))


async def _move(project_id: str, body: MoveTasks, who: Principal, assay: Services, *, back: bool) -> Moved:
    now = assay.clock()

    def work(connection: Connection) -> int:
        project = projects.find_project(connection, who.workspace_id, project_id)
        return move_out(
            connection, project, body.task_ids, back=back, actor_id=who.person_id, reason=body.reason, now=now
        )

    return Moved(tasks=await assay.store.awrite(work))


@routes.post("/projects/{project_id}/queue/take-out", operation_id="take_out_tasks")
async def take_out_tasks(project_id: str, body: MoveTasks, who: MayChange, assay: Assay) -> Moved:
    """Hand these tasks out to nobody any more. Their annotations stay; who holds one may finish it."""
    return await _move(project_id, body, who, assay, back=False)


@routes.post("/projects/{project_id}/queue/put-back", operation_id="put_back_tasks")
async def put_back_tasks(project_id: str, body: MoveTasks, who: MayChange, assay: Assay) -> Moved:
    """Hand tasks out again that were taken out, also those that an annotator skipped as broken."""
    return await _move(project_id, body, who, assay, back=True)


def _read_moment(skill: str, until: str) -> int:
    try:
        return from_iso(until)
    except ValueError as problem:
        raise BadInput(
            f"{until!r} is no time.", field=f"skills.{skill}", action="Write it as 2027-01-31T12:00:00Z."
        ) from problem


@routes.put("/projects/{project_id}/seats/{person_id}/skills", operation_id="set_skills")
async def change_skills(project_id: str, person_id: str, body: SetSkills, who: MayChange, assay: Assay) -> WorkerView:
    """Say what somebody can do here. Queues that need a skill go only to people who have it."""
    now = assay.clock()
    skills = {skill: None if until is None else _read_moment(skill, until) for skill, until in body.skills.items()}

    def work(connection: Connection) -> WorkerView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        member = people.find_member(connection, who.workspace_id, person_id)
        set_skills(connection, project.id, member.person_id, skills)
        _note(connection, who, project, "skills_changed", now, person=member.person_id, skills=sorted(skills))
        found = people_states(connection, project.id, now // DAY)
        return next(_worker(one) for one in found if one.person_id == member.person_id)

    return await assay.store.awrite(work)
