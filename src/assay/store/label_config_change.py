"""Whether what exists fits a new label config. What does not fit is named; nothing is migrated silently."""

from __future__ import annotations

from sqlalchemy import Connection, select

from assay.kernel.errors import BadInput, BadLabelConfig
from assay.labels.label_config import LabelConfig
from assay.labels.result import build_result, read_result
from assay.labels.task_data import check_task_data
from assay.store import tables as t
from assay.store.documents import from_json

_TASKS_CHECKED = 200


def refuse_misfit(connection: Connection, project_id: int, config: LabelConfig) -> None:
    """Raises BadLabelConfig when an existing answer, or one of the first tasks, does not fit."""
    where = t.annotation.c.project_id == project_id
    for answers in connection.execute(select(t.annotation.c.answers).where(where).distinct()).scalars():
        try:
            read_result(config, build_result(config, from_json(answers)))
        except BadInput as problem:
            raise BadLabelConfig(
                f"Annotations that exist do not fit: {problem.message}",
                field="label_config",
                action="Keep the names and labels that were used; you can add new ones and change what is shown.",
            ) from problem
    tasks = select(t.task_data.c.data).where(t.task_data.c.project_id == project_id).limit(_TASKS_CHECKED)
    for data in connection.execute(tasks).scalars():
        try:
            check_task_data(config, from_json(data))
        except BadInput as problem:
            raise BadLabelConfig(
                f"Tasks that exist do not fit: {problem.message}",
                field="label_config",
                action="Show only data that the tasks have.",
            ) from problem
