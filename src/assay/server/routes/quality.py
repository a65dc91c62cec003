"""Agreement and progress of a project."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Connection

from assay.flow.policy import Policy
from assay.kernel.clock import DAY, iso
from assay.kernel.errors import BadInput
from assay.labels.label_config import LabelConfig
from assay.report.agreement import agreement_report
from assay.report.answers import label_table
from assay.report.bands import Bands
from assay.server.access.principal import MayRead
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.agreement_body import agreement_view
from assay.server.views.quality import AgreementView, LeftOut, ProgressDay, ProgressView
from assay.store import answers, projects

routes = router("quality")


@routes.get("/projects/{project_id}/progress", operation_id="get_progress")
async def get_progress(project_id: str, who: MayRead, assay: Assay) -> ProgressView:
    """How far the project is."""

    def work(connection: Connection) -> ProgressView:
        project = projects.find_project(connection, who.workspace_id, project_id)
        numbers = answers.progress_numbers(connection, project.id)
        days = [ProgressDay(day=iso(day * DAY)[:10], annotations=count) for day, count in numbers.pop("days")]
        return ProgressView(
            task_count=project.task_count,
            done_count=int(project.done_count or 0),
            annotation_count=int(project.annotation_count or 0),
            days=days,
            **numbers,
        )

    return await assay.store.aread(work)


@routes.get("/projects/{project_id}/agreement", operation_id="get_agreement")
async def get_agreement(
    project_id: str,
    who: MayRead,
    assay: Assay,
    control: Annotated[str | None, Query(max_length=200, description="Default: the first control.")] = None,
) -> AgreementView:
    """Every metric with its interval, what was left out and why; pairs, labels, annotators."""

    def read(connection: Connection) -> tuple[Any, LabelConfig, Policy, answers.AnswerColumns]:
        project = projects.find_project(connection, who.workspace_id, project_id)
        config = assay.versions.label_config(connection, project.id, project.label_config_version)
        policy = assay.versions.policy(connection, project.id, project.policy_version)
        return project, config, policy, answers.read_answers(connection, project.id)

    project, config, policy, columns = await assay.store.aread(read)
    if not config.controls:
        raise BadInput("The label config has nothing to answer.", field="control", action="Add a control to it.")
    chosen = config.control(control) if control else config.controls[0]

    def compute() -> AgreementView:
        table = label_table(chosen, columns.tasks, columns.annotators, columns.answers)
        strong = max(Bands().strong, policy.agreement_target)
        bands = Bands(strong=strong, target=policy.agreement_target, warning=policy.agreement_warning)
        return agreement_view(
            agreement_report(table, scale=chosen.scale, bands=bands),
            control=chosen.name,
            controls=[one.name for one in config.controls],
            computed_at=iso(assay.clock()),
            annotators=columns.names,
            left_out=_left_out(columns),
            label_config_version=project.label_config_version,
            guideline_versions=columns.guideline_versions,
        )

    return await asyncio.to_thread(compute)


def _left_out(columns: answers.AnswerColumns) -> list[LeftOut]:
    reasons = {
        "superseded by a correction of the same person": columns.superseded,
        "came after the task had gone to somebody else": columns.late,
    }
    return [LeftOut(reason=reason, n_annotations=count) for reason, count in reasons.items() if count]
