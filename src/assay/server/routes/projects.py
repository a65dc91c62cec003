"""Projects."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Connection

from assay.flow.policy import Policy
from assay.kernel import limits
from assay.kernel.clock import iso
from assay.labels.guideline import empty_guideline, read_guideline
from assay.labels.label_config import LabelConfig, parse_label_config
from assay.server.access.cursor import read_cursor, write_cursor
from assay.server.access.principal import MayChange, MayRead, MaySignedIn, Principal
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.annotator import OwnProgress, OwnProject, OwnProjectList
from assay.server.views.projects import ChangeProject, NewProject, ProjectList, ProjectState, ProjectView
from assay.store import own_work, projects

routes = router("projects")


def _view(row: Any, *, can_annotate: bool) -> ProjectView:
    return ProjectView(
        id=row.uid,
        title=row.title,
        description=row.description,
        notice=row.notice,
        state=row.state,
        label_config_version=row.label_config_version,
        guideline_version=row.guideline_version,
        policy_version=row.policy_version,
        task_count=row.task_count,
        done_count=int(row.done_count or 0),
        annotation_count=int(row.annotation_count or 0),
        annotator_count=int(row.annotator_count or 0),
        can_annotate=can_annotate,
        created_at=iso(row.created_at),
    )


def _read(connection: Connection, who: Principal, project_id: str) -> ProjectView:
    row = projects.find_project(connection, who.workspace_id, project_id)
    return _view(row, can_annotate=projects.has_seat(connection, row.id, who.person_id))


@routes.get("/projects", operation_id="list_projects")
async def list_projects(
    who: MayRead,
    assay: Assay,
    q: Annotated[str, Query(max_length=200)] = "",
    state: ProjectState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=limits.PAGE_ROWS)] = 50,
) -> ProjectList:
    """Projects of the workspace, newest first; archived ones when asked for by state."""
    query = f"projects:{who.workspace_id}:{q}:{state}"
    position = read_cursor(assay.secret, query, cursor)
    before = int(position[0]) if position else None

    def work(connection: Connection) -> tuple[list[ProjectView], str | None]:
        rows = projects.list_projects(
            connection, who.workspace_id, search=q, state=state, before=before, limit=limit + 1
        )
        shown = rows[:limit]
        views = [_view(row, can_annotate=projects.has_seat(connection, row.id, who.person_id)) for row in shown]
        more = write_cursor(assay.secret, query, [shown[-1].id]) if len(rows) > limit else None
        return views, more

    items, more = await assay.store.aread(work)
    return ProjectList(items=items, next_cursor=more)


@routes.post("/projects", operation_id="create_project", status_code=201)
async def create_project(body: NewProject, who: MayChange, assay: Assay) -> ProjectView:
    """Create a project. Without a guideline it starts with an empty one that has a place for each label."""
    config = parse_label_config(body.label_config)
    guideline = _guideline(body, config)
    policy = body.policy or Policy()
    policy.check()
    now = assay.clock()

    def work(connection: Connection) -> ProjectView:
        uid = projects.make_project(
            connection,
            workspace_id=who.workspace_id,
            actor_id=who.person_id,
            title=body.title,
            description=body.description,
            notice=body.notice,
            label_config=body.label_config,
            guideline=guideline,
            policy=policy,
            now=now,
        )
        return _read(connection, who, uid)

    return await assay.store.awrite(work)


def _guideline(body: NewProject, config: LabelConfig) -> dict[str, Any]:
    if body.guideline is None:
        return dict(empty_guideline(config))
    return dict(read_guideline(body.guideline.model_dump(), config))


@routes.get("/projects/{project_id}", operation_id="get_project")
async def get_project(project_id: str, who: MayRead, assay: Assay) -> ProjectView:
    """One project with its progress."""
    return await assay.store.aread(lambda c: _read(c, who, project_id))


@routes.patch("/projects/{project_id}", operation_id="change_project")
async def change_project(project_id: str, body: ChangeProject, who: MayChange, assay: Assay) -> ProjectView:
    """Change title, description or state. Pausing stops new assignments; what is on its way is still taken."""
    now = assay.clock()
    changes = body.model_dump(exclude_none=True)

    def work(connection: Connection) -> ProjectView:
        row = projects.find_project(connection, who.workspace_id, project_id)
        projects.change_project(connection, row, actor_id=who.person_id, now=now, **changes)
        return _read(connection, who, project_id)

    return await assay.store.awrite(work)


@routes.get("/my/projects", operation_id="list_own_projects")
async def list_own_projects(who: MaySignedIn, assay: Assay) -> OwnProjectList:
    """The projects in which one labels, with one's own numbers only."""
    now = assay.clock()

    def work(connection: Connection) -> list[OwnProject]:
        items = []
        for row in projects.own_projects(connection, who.workspace_id, who.person_id):
            today, total = own_work.progress(connection, row.id, who.person_id, now)
            items.append(
                OwnProject(
                    id=row.uid,
                    title=row.title,
                    description=row.description,
                    state=row.state,
                    notice=row.notice,
                    progress=OwnProgress(today=today, total=total),
                )
            )
        return items

    return OwnProjectList(items=await assay.store.aread(work))
