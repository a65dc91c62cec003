"""Tasks, as the people who run a project see them."""

from __future__ import annotations

from collections import defaultdict
from secrets import token_hex
from types import SimpleNamespace
from typing import Annotated, Any

from fastapi import Path, Query
from sqlalchemy import Connection

from assay.flow.assignment import State
from assay.flow.intake import Intake, Refused
from assay.flow.measuring import disagreement, label_counts, majority
from assay.flow.planned import PlannedTask
from assay.kernel import limits
from assay.kernel.clock import iso
from assay.kernel.errors import BadInput, NotFound
from assay.kernel.json_text import check_json
from assay.labels.label_config import LabelConfig
from assay.server.access.cursor import read_cursor, write_cursor
from assay.server.access.principal import MayChange, MayRead, Principal
from assay.server.routing import AsOf, past_moment, router
from assay.server.services import Assay, Services
from assay.server.views.people import PersonView
from assay.server.views.projects import (
    AddedTasks,
    AddTasks,
    AnnotationView,
    Majority,
    TaskFlag,
    TaskFlagList,
    TaskPage,
    TaskRow,
    TaskSkip,
    TaskView,
    ValueCount,
)
from assay.store import intake, projects, tasks
from assay.store.documents import from_json
from assay.store.queue.retarget import active_people
from assay.store.records import as_of as records
from assay.store.tasks import TaskQuery

routes = router("tasks")

_FLAG_PAGE = 50
LARGEST_ID = 2**63 - 1


@routes.post("/projects/{project_id}/tasks", operation_id="add_tasks", status_code=201)
async def add_tasks(project_id: str, body: AddTasks, who: MayChange, assay: Assay) -> AddedTasks:
    """Add up to a thousand tasks. Each is flat (``{"text": ...}``) or wrapped (``{"data": {...}, "id": "my-7"}``).

    With any of them refused, nothing is added.
    """
    now = assay.clock()

    def work(connection: Connection) -> list[int]:
        project = projects.find_project(connection, who.workspace_id, project_id)
        plan = Intake(
            label_config=assay.versions.label_config(connection, project.id, project.label_config_version),
            policy=assay.versions.policy(connection, project.id, project.policy_version),
            seed=token_hex(16),
            people=active_people(connection, project.id),
        )
        planned = [_plan(plan, position, given) for position, given in enumerate(body.tasks)]
        keys = [task.key for task in planned if task.key is not None]
        repeated = {key for key in keys if keys.count(key) > 1} if len(set(keys)) < len(keys) else set()
        for key in sorted(repeated | intake.existing_keys(connection, project.id, keys)):
            raise BadInput(
                f"A task with the id {key!r} is there already.",
                field="tasks",
                action="Leave it out, or give another id.",
            )
        return intake.write_tasks(connection, project, planned, job_id=None, now=now)

    return AddedTasks(task_ids=await assay.store.awrite(work))


def _plan(plan: Intake, position: int, given: dict[str, Any]) -> PlannedTask:
    wrapped = isinstance(given.get("data"), dict)
    data = given["data"] if wrapped else given
    key = given.get("id")
    if key is not None and (isinstance(key, bool) or not isinstance(key, str | int) or len(str(key)) > 500):
        raise BadInput("An id is a text or a whole number.", field=f"tasks[{position}].id")
    check_json(key, f"tasks[{position}].id", allow_nul=False)
    unknown = set(given) - {"data", "id"} if wrapped else set()
    if unknown:
        name = sorted(unknown)[0]
        raise BadInput(
            f"tasks[{position}] has {name!r} beside data; this route takes data and id.",
            field=f"tasks[{position}].{name}",
            action="Annotated tasks go through an import.",
        )
    planned = plan.plan(position + 1, None if key is None else str(key), data)
    if isinstance(planned, Refused):
        raise BadInput(planned.reason, field=f"tasks[{position}].{planned.field}")
    return planned


@routes.get("/projects/{project_id}/tasks", operation_id="list_tasks")
async def list_tasks(
    project_id: str,
    who: MayRead,
    assay: Assay,
    state: Annotated[str | None, Query(description="waiting, started, done or out")] = None,
    disagreeing: Annotated[bool, Query(description="Only tasks whose annotations differ.")] = False,
    label: Annotated[str | None, Query(max_length=limits.LABEL_CHARACTERS)] = None,
    annotator: Annotated[str | None, Query(max_length=64)] = None,
    q: Annotated[
        str | None, Query(max_length=500, description="Text in the data, or the exact id of the file.")
    ] = None,
    stratum: Annotated[str | None, Query(max_length=200)] = None,
    sort: Annotated[str, Query(description="id, -id, -disagreement, annotations or -annotations")] = "id",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=limits.PAGE_ROWS)] = 50,
) -> TaskPage:
    """A page of tasks with their labels so far.

    With a filter, the tasks are looked at in order for a bounded time: a page can have fewer rows than asked for, or
    none, and still a next one. ``searched`` says how many tasks were looked at so far.
    """
    name = f"tasks:{project_id}:{state}:{disagreeing}:{label}:{annotator}:{q}:{stratum}:{sort}"
    position = read_cursor(assay.secret, name, cursor)
    query = TaskQuery(
        sort=sort,
        state=state,
        disagreeing=disagreeing,
        label=label,
        annotator=annotator,
        search=q,
        stratum=stratum,
        after=(float(position[0]), int(position[1])) if position else None,
        limit=limit,
    )

    def work(connection: Connection) -> TaskPage:
        project = projects.find_project(connection, who.workspace_id, project_id)
        config = assay.versions.label_config(connection, project.id, project.label_config_version)
        page = tasks.list_tasks(connection, project.id, query)
        shown = page.rows
        searched = page.searched
        if searched is not None and position:
            searched += int(position[2])
        said: dict[int, list[str]] = defaultdict(list)
        for task_id, answers in tasks.answers_in_force(connection, [row.id for row in shown]):
            said[task_id].append(answers)
        more = write_cursor(assay.secret, name, [*page.after, searched or 0]) if page.after is not None else None
        items = [TaskRow(**_row(row, config, said[row.id])) for row in shown]
        return TaskPage(items=items, next_cursor=more, total=project.task_count, searched=searched)

    return await assay.store.aread(work)


def _row(row: Any, config: LabelConfig, answers: list[str]) -> dict[str, Any]:
    counts, majorities = [], []
    for control in config.controls:
        for label, count in label_counts(control, answers).items():
            counts.append(ValueCount(control=control.name, label=label, count=count))
        found = majority(control, answers)
        majorities.append(
            Majority(
                control=control.name,
                label=", ".join(found.labels) or None,
                share=found.share,
                tied=list(found.tied),
            )
        )
    state = "waiting" if row.done == 0 else "done" if row.done >= row.target else "started"
    if row.phase == tasks.OUT and state != "done":
        state = "out"
    return {
        "id": row.id,
        "key": row.key,
        "data": from_json(row.data),
        "state": state,
        "target": row.target,
        "annotation_count": row.done,
        "disagreement": row.disagreement,
        "majority": majorities,
        "counts": counts,
    }


@routes.get("/projects/{project_id}/tasks/{task_id}", operation_id="get_task")
async def get_task(
    project_id: str,
    task_id: Annotated[int, Path(ge=0, le=LARGEST_ID)],
    who: MayRead,
    assay: Assay,
    as_of: AsOf = None,
) -> TaskView:
    """One task with everything that was said of it, superseded and late answers too; now, or as of a moment.

    As of a moment, its data and how many annotations it wants are still those of now.
    """
    moment = None if as_of is None else past_moment(as_of, assay.clock())
    return await assay.store.aread(lambda c: _task(c, assay, who, project_id, task_id, moment))


def _task(
    connection: Connection, assay: Services, who: Principal, project_uid: str, task_id: int, moment: int | None
) -> TaskView:
    project = projects.find_project(connection, who.workspace_id, project_uid)
    if moment is not None:
        return _task_then(connection, assay, project, task_id, moment)
    config = assay.versions.label_config(connection, project.id, project.label_config_version)
    row = tasks.find_task(connection, project.id, task_id)
    said = tasks.task_annotations(connection, project.id, task_id)
    in_force = [one.answers for one in said if one.in_force and one.state == State.SUBMITTED]
    return TaskView(
        **_row(row, config, in_force),
        created_at=iso(row.created_at),
        line=row.line,
        annotations=[_annotation(one) for one in said],
        flags=[_flag(one) for one in tasks.list_flags(connection, project.id, task_id=task_id, limit=200)],
        skips=[
            TaskSkip(person=_person(one), reason=one.reason, note=one.note, created_at=iso(one.created_at))
            for one in tasks.task_skips(connection, task_id)
        ],
        being_labeled_by=[_person(one) for one in tasks.task_holders(connection, task_id)],
    )


def _task_then(connection: Connection, assay: Services, project: Any, task_id: int, moment: int) -> TaskView:
    row = tasks.find_task(connection, project.id, task_id)
    if row.created_at > moment:
        raise NotFound("There was no such task at that moment.", field="as_of")
    version = records.version_at(connection, project.id, moment)
    config = assay.versions.label_config(connection, project.id, version)
    forced = records.in_force_at(connection, project.id, [task_id], moment)
    said = [one for one in tasks.task_annotations(connection, project.id, task_id) if one.created_at <= moment]
    answers = [one.answers for one in said if one.id in forced]
    then = SimpleNamespace(**{**row._asdict(), "done": len(forced), "disagreement": disagreement(config, answers)})
    flags = tasks.list_flags(connection, project.id, task_id=task_id, limit=200)
    return TaskView(
        **_row(then, config, answers),
        created_at=iso(row.created_at),
        line=row.line,
        annotations=[_annotation(one).model_copy(update={"in_force": one.id in forced}) for one in said],
        flags=[_flag(one) for one in flags if one.created_at <= moment],
        skips=[
            TaskSkip(person=_person(one), reason=one.reason, note=one.note, created_at=iso(one.created_at))
            for one in tasks.task_skips(connection, task_id)
            if one.created_at <= moment
        ],
        being_labeled_by=[_person(one) for one in records.holders_at(connection, project.id, task_id, moment)],
    )


def _person(row: Any) -> PersonView:
    return PersonView(id=row.person_uid, email=row.email, name=row.person_name)


def _annotation(row: Any) -> AnnotationView:
    return AnnotationView(
        id=row.uid,
        annotator=_person(row),
        result=from_json(row.result),
        answers=from_json(row.answers),
        confidence=row.confidence,
        seconds=row.seconds,
        created_at=iso(row.created_at),
        made_at=iso(row.made_at) if row.made_at is not None else None,
        source=row.source,
        counted=bool(row.counted),
        in_force=bool(row.in_force) and row.state == State.SUBMITTED,
        supersedes=row.supersedes_uid,
        label_config_version=row.label_config_version,
        guideline_version=row.guideline_version,
        policy_version=row.policy_version,
    )


def _flag(row: Any) -> TaskFlag:
    return TaskFlag(
        id=row.uid,
        task_id=row.task_id,
        person=_person(row),
        note=row.note,
        rule=row.rule,
        guideline_version=row.guideline_version,
        created_at=iso(row.created_at),
    )


@routes.get("/projects/{project_id}/flags", operation_id="list_flags")
async def list_flags(project_id: str, who: MayRead, assay: Assay, cursor: str | None = None) -> TaskFlagList:
    """Questions about the guideline that annotators raised, newest first."""
    name = f"flags:{project_id}"
    position = read_cursor(assay.secret, name, cursor)
    before = int(position[0]) if position else None

    def work(connection: Connection) -> TaskFlagList:
        project = projects.find_project(connection, who.workspace_id, project_id)
        rows = tasks.list_flags(connection, project.id, before=before, limit=_FLAG_PAGE + 1)
        more = write_cursor(assay.secret, name, [rows[_FLAG_PAGE - 1].id]) if len(rows) > _FLAG_PAGE else None
        return TaskFlagList(items=[_flag(row) for row in rows[:_FLAG_PAGE]], next_cursor=more)

    return await assay.store.aread(work)
