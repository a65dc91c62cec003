"""Setting annotations aside: preview, apply as one event with its reason, restore."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from assay.flow.reverting import Again
from assay.kernel.clock import iso
from assay.kernel.errors import BadInput
from assay.kernel.ids import looks_like_id
from assay.server.access.cursor import read_cursor, write_cursor
from assay.server.access.principal import MayChange, MayRead
from assay.server.routes.jobs import STATES
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.people import PersonView
from assay.server.views.records import (
    ExportWith,
    LabelCount,
    NewRestore,
    NewRevert,
    PersonCount,
    PreviewRevert,
    RevertPage,
    RevertPreview,
    RevertSample,
    RevertSelection,
    RevertView,
)
from assay.store import projects
from assay.store import tables as t
from assay.store.documents import from_json
from assay.store.jobs import JobState
from assay.store.records import preview as previews
from assay.store.records import reverts
from assay.store.records.selection import Selection, resolve

routes = router("reverts")

_PAGE = 50


def _selection(body: RevertSelection) -> Selection:
    return Selection.from_document(body.model_dump())


@routes.post("/projects/{project_id}/reverts/preview", operation_id="preview_revert")
async def preview_revert(project_id: str, body: PreviewRevert, who: MayChange, assay: Assay) -> RevertPreview:
    """What setting this selection aside would do. Nothing is changed."""
    now = assay.clock()

    def work(connection: Connection) -> RevertPreview:
        project = projects.find_project(connection, who.workspace_id, project_id)
        seen = previews.preview(connection, assay.versions, project, _selection(body.selection), Again(body.again))
        ids = {found.annotator_id for found in seen.sample} | {person for person, _ in seen.people}
        people = _people(connection, ids)
        return RevertPreview(
            annotations=seen.annotations,
            tasks=seen.tasks,
            asked_again=seen.asked_again,
            given_up=seen.given_up,
            no_slot=seen.no_slot,
            others_active=seen.others_active,
            first_at=None if seen.first_at is None else iso(seen.first_at),
            last_at=None if seen.last_at is None else iso(seen.last_at),
            until=body.selection.until or iso(max(now, seen.last_at or 0)),
            labels=[LabelCount(control=control, label=label, annotations=n) for control, label, n in seen.labels],
            people=[PersonCount(person=people[person], annotations=n) for person, n in seen.people],
            people_count=seen.people_count,
            sample=[
                RevertSample(
                    task_id=found.task_id,
                    person=people[found.annotator_id],
                    answers=from_json(found.answers),
                    created_at=iso(found.created_at),
                    source=found.source,
                )
                for found in seen.sample
            ],
            exports=[
                ExportWith(
                    job_id=job.uid,
                    filename=previews.export_name(job),
                    created_at=iso(job.created_at),
                    annotations=n,
                )
                for job, n in seen.exports
            ],
        )

    return await assay.store.aread(work)


@routes.post("/projects/{project_id}/reverts", operation_id="set_aside", status_code=202)
async def set_aside(project_id: str, body: NewRevert, who: MayChange, assay: Assay) -> RevertView:
    """Set annotations aside: they stay on record and count no more. A background job does it; ask for the revert."""
    if body.id is not None and not looks_like_id(body.id):
        raise BadInput("This is no id.", field="id", action="Make one of 26 characters, a-z and 2-7, or leave it out.")
    now = assay.clock()

    def work(connection: Connection) -> RevertView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        selection = _selection(body.selection)
        resolve(connection, project, selection)
        asked = reverts.ask_revert(
            connection,
            project,
            selection,
            again=Again(body.again),
            reason=body.reason,
            actor_id=who.person_id,
            now=now,
            uid=body.id,
        )
        return _one(connection, project.id, asked.uid)

    made = await assay.store.awrite(work)
    assay.worker.wake()
    return made


@routes.get("/projects/{project_id}/reverts", operation_id="list_reverts")
async def list_reverts(project_id: str, who: MayRead, assay: Assay, cursor: str | None = None) -> RevertPage:
    """Reverts and restores of a project, newest first."""
    name = f"reverts:{project_id}"
    position = read_cursor(assay.secret, name, cursor)
    before = int(position[0]) if position else None

    def work(connection: Connection) -> RevertPage:
        project = projects.find_project(connection, who.workspace_id, project_id)
        rows = reverts.list_reverts(connection, project.id, before=before, limit=_PAGE + 1)
        more = write_cursor(assay.secret, name, [rows[_PAGE - 1].id]) if len(rows) > _PAGE else None
        return RevertPage(items=_views(connection, project.id, rows[:_PAGE]), next_cursor=more)

    return await assay.store.aread(work)


@routes.get("/projects/{project_id}/reverts/{revert_id}", operation_id="get_revert")
async def get_revert(project_id: str, revert_id: str, who: MayRead, assay: Assay) -> RevertView:
    """One revert or restore, with how far it is."""

    def work(connection: Connection) -> RevertView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        return _one(connection, project.id, revert_id)

    return await assay.store.aread(work)


@routes.post("/projects/{project_id}/reverts/{revert_id}/restore", operation_id="restore_revert", status_code=202)
async def restore_revert(project_id: str, revert_id: str, body: NewRestore, who: MayChange, assay: Assay) -> RevertView:
    """Take a revert back: each annotation counts again where its slot is still free. A background job does it."""
    now = assay.clock()

    def work(connection: Connection) -> RevertView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        asked = reverts.ask_restore(connection, project, revert_id, reason=body.reason, actor_id=who.person_id, now=now)
        return _one(connection, project.id, asked.uid)

    made = await assay.store.awrite(work)
    assay.worker.wake()
    return made


def _one(connection: Connection, project_id: int, uid: str) -> RevertView:
    row = reverts.find_revert(connection, project_id, uid)
    rows = reverts.list_reverts(connection, project_id, before=row.id + 1, limit=1)
    return _views(connection, project_id, rows)[0]


def _views(connection: Connection, project_id: int, rows: list[Any]) -> list[RevertView]:
    effects = reverts.effects_of(connection, [row.id for row in rows])
    jobs_of = reverts.jobs_of(connection, project_id, rows)
    restored = {row.restores for row in rows if row.restores is not None}
    uid_rows = connection.execute(select(t.revert.c.id, t.revert.c.uid).where(t.revert.c.id.in_(restored)))
    uids = {row.id: row.uid for row in uid_rows}
    named = {uid for row in rows for uid in from_json(row.selection).get("annotators", [])}
    people = {person.id: person for person in _people_by_uid(connection, named)}
    views = []
    for row in rows:
        job, selection = jobs_of.get(row.id), from_json(row.selection)
        is_over = job is None or job.state >= JobState.DONE
        views.append(
            RevertView(
                id=row.uid,
                kind="revert" if row.restores is None else "restore",
                restores=None if row.restores is None else uids[row.restores],
                at=iso(row.at),
                by=PersonView(id=row.person_uid, email=row.email, name=row.person_name),
                reason=row.reason,
                selection=selection,
                people=[people[uid] for uid in selection.get("annotators", [])],
                again=row.again,
                annotations=sum(effects[row.id].values()),
                effects={effect.value: count for effect, count in effects[row.id].items()},
                job_id=None if job is None else job.uid,
                state="done" if job is None else STATES[JobState(job.state)],
                progress=0 if job is None else job.progress,
                total=None if job is None else job.total,
                can_restore=row.restores is None and is_over and reverts.still_aside(connection, row.id),
            )
        )
    return views


def _people(connection: Connection, ids: Iterable[int]) -> dict[int, PersonView]:
    rows = connection.execute(select(t.person).where(t.person.c.id.in_(list(ids))))
    return {row.id: PersonView(id=row.uid, email=row.email, name=row.name) for row in rows}


def _people_by_uid(connection: Connection, uids: Iterable[str]) -> list[PersonView]:
    rows = connection.execute(select(t.person).where(t.person.c.uid.in_(list(uids))))
    return [PersonView(id=row.uid, email=row.email, name=row.name) for row in rows]
