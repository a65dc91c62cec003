"""The policy of a project: how often, to whom and in which order tasks go out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from sqlalchemy import Connection

from assay.flow.policy import Policy
from assay.flow.presets import PRESETS
from assay.kernel.clock import iso
from assay.server.access.principal import MayChange, MayRead, MaySignedIn, Principal
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.policy import (
    NewPolicy,
    PolicyPreview,
    PolicyVersion,
    PolicyVersionList,
    PolicyView,
    PresetList,
    PresetView,
    PreviewPolicy,
)
from assay.store import policies, policy_preview, projects
from assay.store import tables as t
from assay.store.documents import from_json

routes = router("policy")

LARGEST_VERSION = 2**31 - 1


def _view(connection: Connection, project: Any, version: int, job: str | None = None) -> PolicyView:
    row = projects.find_version(connection, t.policy, project.id, version)
    return PolicyView(
        version=row.version,
        document=Policy.from_document(from_json(row.document)),
        note=row.note,
        created_at=iso(row.created_at),
        created_by=row.author,
        job=job,
    )


def _project(connection: Connection, who: Principal, uid: str) -> Any:
    return projects.find_project(connection, who.workspace_id, uid)


@routes.get("/policy-presets", operation_id="list_policy_presets")
async def list_policy_presets(_: MaySignedIn) -> PresetList:
    """Policies to begin with."""
    return PresetList(
        items=[
            PresetView(id=preset.id, title=preset.title, description=preset.description, document=preset.policy)
            for preset in PRESETS
        ]
    )


@routes.get("/projects/{project_id}/policy", operation_id="get_policy")
async def get_policy(project_id: str, who: MayRead, assay: Assay) -> PolicyView:
    """The policy in force."""

    def work(connection: Connection) -> PolicyView:
        project = _project(connection, who, project_id)
        return _view(connection, project, project.policy_version)

    return await assay.store.aread(work)


@routes.put("/projects/{project_id}/policy", operation_id="change_policy")
async def change_policy(project_id: str, body: NewPolicy, who: MayChange, assay: Assay) -> PolicyView:
    """Put a new version in force. A job brings the tasks that are there under it; no annotation is lost by it."""
    body.document.check()
    now = assay.clock()

    def work(connection: Connection) -> PolicyView:
        project = _project(connection, who, project_id)
        version, job = policies.activate(
            connection, project, body.document, note=body.note, actor_id=who.person_id, now=now
        )
        return _view(connection, project, version, job)

    view = await assay.store.awrite(work)
    assay.worker.wake()
    return view


@routes.post("/projects/{project_id}/policy/preview", operation_id="preview_policy")
async def preview_policy(project_id: str, body: PreviewPolicy, who: MayRead, assay: Assay) -> PolicyPreview:
    """What a policy would do: annotations to come, people, cost, and what it cannot reach. Nothing is changed."""
    body.document.check()

    def work(connection: Connection) -> PolicyPreview:
        project = _project(connection, who, project_id)
        config = assay.versions.label_config(connection, project.id, project.label_config_version)
        now = assay.versions.policy(connection, project.id, project.policy_version)
        found = policy_preview.preview(connection, project, now, body.document, config, assay.clock())
        return PolicyPreview.model_validate(found)

    return await assay.store.aread(work)


@routes.get("/projects/{project_id}/policy/versions", operation_id="list_policy_versions")
async def list_policy_versions(project_id: str, who: MayRead, assay: Assay) -> PolicyVersionList:
    """The policy's changelog, newest first."""
    rows = await assay.store.aread(lambda c: projects.list_versions(c, t.policy, _project(c, who, project_id).id))
    return PolicyVersionList(
        items=[
            PolicyVersion(version=row.version, note=row.note, created_at=iso(row.created_at), created_by=row.author)
            for row in rows
        ]
    )


@routes.get("/projects/{project_id}/policy/versions/{version}", operation_id="get_policy_version")
async def get_policy_version(
    project_id: str, version: Annotated[int, Path(ge=1, le=LARGEST_VERSION)], who: MayRead, assay: Assay
) -> PolicyView:
    """An earlier version."""
    return await assay.store.aread(lambda c: _view(c, _project(c, who, project_id), version))
