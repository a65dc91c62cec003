"""Labeling: the workbench, the next tasks, submitting, skipping, flagging.

These endpoints answer with the allow-list views of ``views/annotator.py`` and nothing else.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Header, Query, Response
from sqlalchemy import Connection

from assay.flow import assignment as assignments
from assay.flow import submission as submissions
from assay.flow.policy import SKIP_REASONS, Policy
from assay.kernel.clock import SECOND, iso
from assay.kernel.errors import Forbidden
from assay.kernel.ids import derived_id, new_id
from assay.labels.label_config import LabelConfig
from assay.labels.task_data import visible_data
from assay.server.access.principal import MayAnnotate, Principal
from assay.server.routing import router
from assay.server.services import Assay, Services
from assay.server.views.annotator import (
    AskNext,
    Done,
    Offer,
    OwnProgress,
    RaiseFlag,
    Receipt,
    RecentList,
    RecentSubmission,
    Skip,
    SkipReason,
    Submit,
    Workbench,
    WorkbenchGuideline,
    WorkbenchLabelConfig,
    WorkbenchProject,
    WorkbenchSettings,
)
from assay.server.views.labels import ControlView, GuidelineDocument, OutlineNode
from assay.store import own_work, projects
from assay.store import tables as t
from assay.store.assignments import SqlAssignments
from assay.store.documents import from_json
from assay.store.submissions import SqlSubmissions

routes = router("labeling")

_HOLD = 3


def _own_project(connection: Connection, who: Principal, uid: str) -> Any:
    """A project in which one labels. Raises NotFound behind the wall, Forbidden without a seat."""
    project = projects.find_project(connection, who.workspace_id, uid)
    if not projects.has_seat(connection, project.id, who.person_id):
        raise Forbidden("You don't label in this project.", action="Ask the lead of the project to add you.")
    return project


@routes.get("/projects/{project_id}/workbench", operation_id="get_workbench")
async def get_workbench(project_id: str, who: MayAnnotate, assay: Assay) -> Workbench:
    """Everything of a project that labeling needs, but the tasks."""
    now = assay.clock()

    def work(connection: Connection) -> Workbench:
        project = _own_project(connection, who, project_id)
        config = assay.versions.label_config(connection, project.id, project.label_config_version)
        policy = assay.versions.policy(connection, project.id, project.policy_version)
        guideline = projects.find_version(connection, t.guideline, project.id, project.guideline_version)
        today, total = own_work.progress(connection, project.id, who.person_id, now)
        return Workbench(
            project=WorkbenchProject(id=project.uid, title=project.title, state=project.state),
            label_config=_label_config(config, project.label_config_version),
            guideline=WorkbenchGuideline(
                version=guideline.version, document=GuidelineDocument.model_validate(from_json(guideline.document))
            ),
            settings=_settings(policy),
            progress=OwnProgress(today=today, total=total),
            notice=project.notice,
        )

    return await assay.store.aread(work)


def _label_config(config: LabelConfig, version: int) -> WorkbenchLabelConfig:
    return WorkbenchLabelConfig(
        version=version,
        outline=OutlineNode.model_validate(config.outline),
        controls=[ControlView.model_validate(control) for control in config.controls_json()],
    )


def _settings(policy: Policy) -> WorkbenchSettings:
    return WorkbenchSettings(
        undo_seconds=policy.undo_seconds,
        ask_confidence=policy.ask_confidence,
        skip_reasons=[SkipReason(id=reason_id, title=title) for reason_id, title in SKIP_REASONS],
        hold=_HOLD,
    )


@routes.post("/projects/{project_id}/next", operation_id="next_assignments", response_model=Offer)
async def next_assignments(project_id: str, body: AskNext, who: MayAnnotate, assay: Assay) -> Response:
    """One's open assignments, filled up to ``count``. Asking again is harmless."""
    now = assay.clock()

    def work(connection: Connection) -> tuple[assignments.Offered, tuple[int, int]]:
        records = SqlAssignments(connection, assay.versions, who.workspace_id)
        offered = assignments.next_assignments(
            records,
            project_id,
            who.person_id,
            count=body.count,
            leave_out=frozenset(body.leave_out),
            now=now,
            new_id=new_id,
        )
        return offered, records.progress()

    offered, (today, total) = await assay.store.awrite(work)
    return _json(
        {
            "assignments": [
                {
                    "id": lease.uid,
                    "data": lease.data,
                    "lease_seconds": max(0, (lease.lease_until - now) // SECOND),
                    "label_config_version": lease.label_config_version,
                }
                for lease in offered.leases
            ],
            "empty": {"code": offered.empty.code, "message": offered.empty.message} if offered.empty else None,
            "progress": {"today": today, "total": total},
            "break_due": offered.break_due,
        }
    )


def _json(body: Any) -> Response:
    # The two calls of every labeled task are answered without a second validation of our own words.
    return Response(orjson.dumps(body), media_type="application/json")


@routes.post("/assignments/{assignment_id}/submit", operation_id="submit", response_model=Receipt)
async def submit(assignment_id: str, body: Submit, who: MayAnnotate, assay: Assay) -> Response:
    """Keep an answer. When this is answered, the answer is on disk. Sending the same again is harmless."""
    now = assay.clock()
    submission = submissions.Submission(
        body.submission_id,
        body.result,
        body.confidence,
        body.seconds,
        body.supersedes,
        source="web" if who.by_browser else "api",
    )

    def work(connection: Connection) -> submissions.Receipt:
        records = SqlSubmissions(connection, assay.versions, who.workspace_id)
        return submissions.submit(records, assignment_id, who.person_id, submission, now=now, new_id=new_id)

    receipt = await assay.store.awrite(work)
    return _json(
        {
            "submission_id": receipt.submission_id,
            "counted": receipt.counted,
            "undo_until": iso(receipt.undo_until) if receipt.undo_until is not None else None,
            "message": receipt.message,
        }
    )


@routes.post("/assignments/{assignment_id}/skip", operation_id="skip")
async def skip(assignment_id: str, body: Skip, who: MayAnnotate, assay: Assay) -> Done:
    """Give a task back, with a reason: for others, for oneself later, or out of the queue, as the policy says."""
    now = assay.clock()

    def work(connection: Connection) -> None:
        records = SqlAssignments(connection, assay.versions, who.workspace_id)
        assignments.skip(records, assignment_id, who.person_id, reason=body.reason, note=body.note, now=now)

    await assay.store.awrite(work)
    return Done()


@routes.post("/assignments/{assignment_id}/flag", operation_id="raise_flag")
async def raise_flag(
    assignment_id: str,
    body: RaiseFlag,
    who: MayAnnotate,
    assay: Assay,
    idempotency_key: Annotated[
        str | None, Header(max_length=100, description="Sent twice with the same key, it is recorded once.")
    ] = None,
) -> Done:
    """Say that the guideline does not settle this task."""
    now = assay.clock()
    # The name of the flag comes from the key, so that a repeated request names the same flag.
    uid = new_id() if idempotency_key is None else derived_id("flag", who.member.uid, assignment_id, idempotency_key)

    def work(connection: Connection) -> None:
        records = SqlAssignments(connection, assay.versions, who.workspace_id)
        assignments.raise_flag(records, assignment_id, who.person_id, note=body.note, rule=body.rule, now=now, uid=uid)

    await assay.store.awrite(work)
    return Done()


@routes.get("/projects/{project_id}/recent", operation_id="list_recent")
async def list_recent(
    project_id: str, who: MayAnnotate, assay: Assay, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> RecentList:
    """One's own last submissions, newest first."""
    return RecentList(items=await assay.store.aread(lambda c: _recent(c, assay, who, project_id, limit)))


def _recent(
    connection: Connection, assay: Services, who: Principal, project_id: str, limit: int
) -> list[RecentSubmission]:
    project = _own_project(connection, who, project_id)
    items = []
    for row in own_work.recent(connection, project.id, who.person_id, limit):
        policy = assay.versions.policy(connection, project.id, row.policy_version)
        config = assay.versions.label_config(connection, project.id, row.label_config_version)
        until = row.created_at + policy.undo_seconds * SECOND
        items.append(
            RecentSubmission(
                assignment_id=row.uid,
                submission_id=row.submission_id,
                data=visible_data(config, from_json(row.data)),
                result=from_json(row.result),
                confidence=row.confidence,
                created_at=iso(row.created_at),
                undo_until=iso(until) if until > assay.clock() else None,
            )
        )
    return items
