"""Agreement and progress of a project."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy import Connection

from assay.agreement import LabelTable
from assay.flow.policy import Policy
from assay.kernel.clock import DAY, iso
from assay.kernel.errors import BadInput
from assay.labels.label_type import Control
from assay.report.agreement import agreement_report
from assay.report.answers import label_table
from assay.report.bands import Bands
from assay.report.consensus import ALL_AGGREGATORS, DEFAULT_METHOD, consensus, consensus_csv
from assay.server.access.principal import MayExport, MayRead, Principal
from assay.server.routing import AsOf, past_moment, router
from assay.server.services import Assay, Services
from assay.server.views.agreement_body import agreement_view
from assay.server.views.consensus_body import consensus_view
from assay.server.views.quality import AgreementView, ConsensusView, LeftOut, ProgressDay, ProgressView
from assay.store import answers, projects, tasks
from assay.store.records.as_of import version_at

routes = router("quality")

ControlName = Annotated[str | None, Query(max_length=200, description="Default: the first control.")]
MethodId = Annotated[str, Query(max_length=60, description="How answers are put together; auto weighs several ways.")]


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
    control: ControlName = None,
    as_of: AsOf = None,
) -> AgreementView:
    """Every metric with its interval, what was left out and why; pairs, labels, annotators."""
    then = None if as_of is None else past_moment(as_of, assay.clock())
    asked = await assay.store.aread(lambda connection: _ask(connection, who, assay, project_id, control, then))

    def compute() -> AgreementView:
        policy = asked.policy
        strong = max(Bands().strong, policy.agreement_target)
        bands = Bands(strong=strong, target=policy.agreement_target, warning=policy.agreement_warning)
        return agreement_view(
            agreement_report(asked.table(), scale=asked.control.scale, bands=bands),
            control=asked.control.name,
            controls=asked.controls,
            computed_at=iso(assay.clock()),
            annotators=asked.columns.names,
            left_out=_left_out(asked.columns),
            label_config_version=asked.label_config_version,
            guideline_versions=asked.columns.guideline_versions,
        )

    return await asyncio.to_thread(compute)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The answers to one control of a project, as read at one moment."""

    project: Any
    control: Control
    controls: list[str]
    policy: Policy
    label_config_version: int
    columns: answers.AnswerColumns

    def table(self) -> LabelTable:
        return label_table(self.control, self.columns.tasks, self.columns.annotators, self.columns.answers)


def _ask(
    connection: Connection,
    who: Principal,
    assay: Services,
    project_id: str,
    control: str | None,
    as_of: int | None = None,
) -> _Asked:
    """Raises NotFound or BadInput."""
    project = projects.find_project(connection, who.workspace_id, project_id)
    version = project.label_config_version if as_of is None else version_at(connection, project.id, as_of)
    config = assay.versions.label_config(connection, project.id, version)
    if not config.controls:
        raise BadInput("The label config has nothing to answer.", field="control", action="Add a control to it.")
    return _Asked(
        project=project,
        control=config.control(control) if control else config.controls[0],
        controls=[one.name for one in config.controls],
        policy=assay.versions.policy(connection, project.id, project.policy_version),
        label_config_version=version,
        columns=answers.read_answers(connection, project.id, as_of=as_of),
    )


@routes.get("/projects/{project_id}/consensus", operation_id="get_consensus")
async def get_consensus(
    project_id: str,
    who: MayRead,
    assay: Assay,
    control: ControlName = None,
    method: MethodId = DEFAULT_METHOD,
    as_of: AsOf = None,
) -> ConsensusView:
    """One answer for each task, how sure it is, and how good each annotator seems to be."""
    ALL_AGGREGATORS.get(method)
    then = None if as_of is None else past_moment(as_of, assay.clock())
    asked = await assay.store.aread(lambda connection: _ask(connection, who, assay, project_id, control, then))
    said = await asyncio.to_thread(lambda: consensus(asked.table(), method=method))
    shown = [int(str(one.task)) for one in said.least_sure]
    data = await assay.store.aread(lambda connection: tasks.data_of(connection, asked.project.id, shown))
    return consensus_view(
        said,
        data,
        control=asked.control.name,
        controls=asked.controls,
        computed_at=iso(assay.clock()),
        annotators=asked.columns.names,
        left_out=_left_out(asked.columns),
        label_config_version=asked.label_config_version,
        guideline_versions=asked.columns.guideline_versions,
    )


@routes.get(
    "/projects/{project_id}/consensus/labels",
    operation_id="download_consensus",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The labels."}},
)
async def download_consensus(
    project_id: str, who: MayExport, assay: Assay, control: ControlName = None, method: MethodId = DEFAULT_METHOD
) -> Response:
    """The proposed labels as CSV: task, key, label, confidence, annotations."""
    ALL_AGGREGATORS.get(method)
    asked = await assay.store.aread(lambda connection: _ask(connection, who, assay, project_id, control))
    keys = await assay.store.aread(lambda connection: tasks.keys_of(connection, asked.project.id))
    text = await asyncio.to_thread(lambda: consensus_csv(consensus(asked.table(), method=method).found, keys))
    headers = {"content-disposition": 'attachment; filename="consensus.csv"', "cache-control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _left_out(columns: answers.AnswerColumns) -> list[LeftOut]:
    reasons = {
        "superseded by a correction of the same person": columns.superseded,
        "came after the task had gone to somebody else": columns.late,
        "set aside by a lead": columns.set_aside,
    }
    return [LeftOut(reason=reason, n_annotations=count) for reason, count in reasons.items() if count]
