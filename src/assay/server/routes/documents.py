"""Two versioned documents of a project: label config and guideline."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from sqlalchemy import Connection

from assay.kernel.clock import iso
from assay.labels.guideline import check_guideline, read_guideline
from assay.labels.label_config import LabelConfig, parse_label_config
from assay.server.access.principal import MayChange, MayRead, Principal
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.label_change import LabelConfigChange, PreviewLabelConfig
from assay.server.views.labels import (
    GuidelineDocument,
    GuidelineVersion,
    GuidelineVersionList,
    GuidelineView,
    LabelConfigView,
    NewGuideline,
    NewLabelConfig,
)
from assay.store import label_config_change, projects
from assay.store import tables as t
from assay.store.documents import as_json, from_json

routes = router("documents")

LARGEST_VERSION = 2**31 - 1


def _project(connection: Connection, who: Principal, uid: str) -> Any:
    return projects.find_project(connection, who.workspace_id, uid)


def _label_config(connection: Connection, who: Principal, uid: str) -> LabelConfigView:
    project = _project(connection, who, uid)
    row = projects.find_version(connection, t.label_config, project.id, project.label_config_version)
    config = parse_label_config(row.xml)
    return LabelConfigView.model_validate(
        {
            "version": row.version,
            "label_config": row.xml,
            "outline": config.outline,
            "controls": config.controls_json(),
            "data_keys": list(config.data_keys),
            "problems": list(config.problems),
            "created_at": iso(row.created_at),
        }
    )


@routes.get("/projects/{project_id}/label-config", operation_id="get_label_config")
async def get_label_config(project_id: str, who: MayRead, assay: Assay) -> LabelConfigView:
    """The label config in force."""
    return await assay.store.aread(lambda c: _label_config(c, who, project_id))


@routes.put("/projects/{project_id}/label-config", operation_id="change_label_config")
async def change_label_config(project_id: str, body: NewLabelConfig, who: MayChange, assay: Assay) -> LabelConfigView:
    """Put a new version in force; a job brings the annotations that exist under it as the mapping says.

    Refused when tasks that exist would not fit it, or annotations that the mapping does not cover.
    """
    config = parse_label_config(body.label_config)
    now = assay.clock()

    def work(connection: Connection) -> LabelConfigView:
        project = _project(connection, who, project_id)
        job = label_config_change.change(
            connection,
            assay.versions,
            project,
            body.label_config,
            config,
            mapping=body.mapping.model_dump(by_alias=True) if body.mapping else None,
            note=body.note,
            actor_id=who.person_id,
            now=now,
        )
        return _label_config(connection, who, project_id).model_copy(update={"migration": job})

    changed = await assay.store.awrite(work)
    assay.worker.wake()
    return changed


@routes.post("/projects/{project_id}/label-config/preview", operation_id="preview_label_config")
async def preview_label_config(
    project_id: str, body: PreviewLabelConfig, who: MayChange, assay: Assay
) -> LabelConfigChange:
    """What a new label config would do to the annotations that exist. Changes nothing.

    Without a mapping, one is suggested: the same name stays, one gone and one new is a rename.
    """
    config = parse_label_config(body.label_config)
    mapping = body.mapping.model_dump(by_alias=True) if body.mapping else None

    def work(connection: Connection) -> LabelConfigChange:
        project = _project(connection, who, project_id)
        found = label_config_change.preview(connection, assay.versions, project, config, mapping)
        return LabelConfigChange.model_validate(found)

    return await assay.store.aread(work)


def _guideline(connection: Connection, who: Principal, uid: str, version: int | None = None) -> GuidelineView:
    project = _project(connection, who, uid)
    row = projects.find_version(connection, t.guideline, project.id, version or project.guideline_version)
    config = _config_of(connection, project)
    document = from_json(row.document)
    return GuidelineView(
        version=row.version,
        document=GuidelineDocument.model_validate(document),
        note=row.note,
        created_at=iso(row.created_at),
        created_by=row.author,
        gaps=[{"field": gap.field, "message": gap.message} for gap in check_guideline(document, config)],  # type: ignore[misc]
    )


def _config_of(connection: Connection, project: Any) -> LabelConfig:
    row = projects.find_version(connection, t.label_config, project.id, project.label_config_version)
    return parse_label_config(row.xml)


@routes.get("/projects/{project_id}/guideline", operation_id="get_guideline")
async def get_guideline(project_id: str, who: MayRead, assay: Assay) -> GuidelineView:
    """The guideline in force, with what it still lacks."""
    return await assay.store.aread(lambda c: _guideline(c, who, project_id))


@routes.put("/projects/{project_id}/guideline", operation_id="change_guideline")
async def change_guideline(project_id: str, body: NewGuideline, who: MayChange, assay: Assay) -> GuidelineView:
    """Put a new version in force. Each annotation keeps the version that it was made under."""
    now = assay.clock()

    def work(connection: Connection) -> GuidelineView:
        project = _project(connection, who, project_id)
        document = read_guideline(body.document.model_dump(), _config_of(connection, project))
        projects.add_version(
            connection, t.guideline, project, as_json(document), note=body.note, actor_id=who.person_id, now=now
        )
        return _guideline(connection, who, project_id)

    return await assay.store.awrite(work)


@routes.get("/projects/{project_id}/guideline/versions", operation_id="list_guideline_versions")
async def list_guideline_versions(project_id: str, who: MayRead, assay: Assay) -> GuidelineVersionList:
    """The guideline's changelog, newest first."""
    rows = await assay.store.aread(lambda c: projects.list_versions(c, t.guideline, _project(c, who, project_id).id))
    return GuidelineVersionList(
        items=[
            GuidelineVersion(version=row.version, note=row.note, created_at=iso(row.created_at), created_by=row.author)
            for row in rows
        ]
    )


@routes.get("/projects/{project_id}/guideline/versions/{version}", operation_id="get_guideline_version")
async def get_guideline_version(
    project_id: str, version: Annotated[int, Path(ge=1, le=LARGEST_VERSION)], who: MayRead, assay: Assay
) -> GuidelineView:
    """An earlier version."""
    return await assay.store.aread(lambda c: _guideline(c, who, project_id, version))
