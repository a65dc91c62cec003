"""Whether what exists fits a new label config, and what a mapping makes of it. Nothing is migrated silently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select

from assay.flow.assignment import State
from assay.flow.label_mapping import LabelMapping, Mapped, read_mapping, suggest
from assay.flow.measuring import label_counts
from assay.kernel.errors import BadInput, BadLabelConfig
from assay.labels.label_config import LabelConfig
from assay.labels.task_data import check_task_data
from assay.store import jobs, projects
from assay.store import tables as t
from assay.store.documents import VersionCache, as_json, from_json
from assay.store.label_migration import Migration

_TASKS_CHECKED = 200
_SAMPLE = 10
_REASONS = 20


def preview(
    connection: Connection, versions: VersionCache, project: Any, config: LabelConfig, mapping: Any = None
) -> dict[str, Any]:
    """What the change would do to the annotations in force. Raises BadInput for a mapping that names what is not there.

    Without a mapping the one that names suggest is used, and given back.
    """
    current = versions.label_config(connection, project.id, project.label_config_version)
    document = read_mapping(suggest(current, config) if mapping is None else mapping, current, config)
    step = LabelMapping(document, current, config)
    earlier = Migration(connection, versions, project.id, project.label_config_version)
    found = _Found(current, config)
    for row in _answers(connection, project.id):
        mapped = earlier.map(row.answers, row.label_config_version)
        found.add(row, step.map(mapped.answers) if mapped.answers is not None else mapped)
    open_leases = connection.execute(
        select(func.count())
        .select_from(t.assignment)
        .where(t.assignment.c.project_id == project.id, t.assignment.c.state == State.LEASED)
    ).scalar_one()
    return {
        "mapping": document,
        **found.report(),
        "tasks_again": _tasks_with(connection, project.id, found.unmapped_answers),
        "open_leases": open_leases,
        "misfit": _tasks_misfit(connection, project.id, config),
        "sample": found.sample(connection, project.id),
    }


def _answers(connection: Connection, project_id: int) -> Any:
    """Each answer in force once, with how many annotations give it."""
    return connection.execute(
        select(t.annotation.c.answers, t.annotation.c.label_config_version, func.count().label("n"))
        .join(t.assignment, t.assignment.c.annotation_id == t.annotation.c.id)
        .where(t.annotation.c.project_id == project_id, t.assignment.c.state == State.SUBMITTED)
        .group_by(t.annotation.c.answers, t.annotation.c.label_config_version)
        .order_by(func.count().desc(), t.annotation.c.answers)
    )


class _Found:
    """Sums up what becomes of the answers."""

    def __init__(self, old: LabelConfig, new: LabelConfig) -> None:
        self._old, self._new = old, new
        self._before: dict[str, dict[str, int]] = {control.name: {} for control in old.controls}
        self._after: dict[str, dict[str, int]] = {control.name: {} for control in new.controls}
        self._total = self._changed = self._unmapped = 0
        self._reasons: dict[str, int] = {}
        self._samples: list[tuple[str, str | None]] = []
        self.unmapped_answers: list[str] = []

    def add(self, row: Any, mapped: Mapped) -> None:
        self._total += row.n
        _add(self._before, self._old, row.answers, row.n)
        if mapped.answers is None:
            self._unmapped += row.n
            self.unmapped_answers.append(row.answers)
            reason = mapped.reason or ""
            self._reasons[reason] = self._reasons.get(reason, 0) + row.n
        else:
            _add(self._after, self._new, mapped.answers, row.n)
        if mapped.answers != row.answers:
            self._changed += row.n if mapped.answers is not None else 0
            self._samples.append((row.answers, mapped.answers))

    def report(self) -> dict[str, Any]:
        reasons = sorted(self._reasons.items(), key=lambda pair: -pair[1])[:_REASONS]
        return {
            "annotations": self._total,
            "changed": self._changed,
            "unmapped": self._unmapped,
            "reasons": [{"reason": reason, "count": n} for reason, n in reasons],
            "before": _listed(self._before, self._old),
            "after": _listed(self._after, self._new),
        }

    def sample(self, connection: Connection, project_id: int) -> list[dict[str, Any]]:
        """One annotation for each of the most frequent changes."""
        shown = []
        for before, after in self._samples[:_SAMPLE]:
            where = (t.annotation.c.project_id == project_id) & (t.annotation.c.answers == before)
            task_id = connection.execute(select(t.annotation.c.task_id).where(where).limit(1)).scalar()
            shown.append(
                {"task_id": task_id, "before": from_json(before), "after": from_json(after) if after else None}
            )
        return shown


def _add(counts: dict[str, dict[str, int]], config: LabelConfig, answers: str, n: int) -> None:
    for control in config.controls:
        for label, times in label_counts(control, [answers]).items():
            counts[control.name][label] = counts[control.name].get(label, 0) + times * n


def _listed(counts: Mapping[str, Mapping[str, int]], config: LabelConfig) -> list[dict[str, Any]]:
    """Every label of the config with its count, and what was counted besides."""
    return [
        {"control": control.name, "label": label, "count": counts[control.name].get(label, 0)}
        for control in config.controls
        for label in dict.fromkeys([*control.labels, *counts[control.name]])
    ]


def _tasks_with(connection: Connection, project_id: int, answers: list[str]) -> int:
    tasks: set[int] = set()
    for start in range(0, len(answers), 500):
        statement = (
            select(t.annotation.c.task_id)
            .join(t.assignment, t.assignment.c.annotation_id == t.annotation.c.id)
            .where(
                t.annotation.c.project_id == project_id,
                t.assignment.c.state == State.SUBMITTED,
                t.annotation.c.answers.in_(answers[start : start + 500]),
            )
            .distinct()
        )
        tasks.update(connection.execute(statement).scalars())
    return len(tasks)


def _tasks_misfit(connection: Connection, project_id: int, config: LabelConfig) -> str | None:
    """Why one of the first tasks cannot be shown, or None."""
    tasks = select(t.task_data.c.data).where(t.task_data.c.project_id == project_id).limit(_TASKS_CHECKED)
    for data in connection.execute(tasks).scalars():
        try:
            check_task_data(config, from_json(data))
        except BadInput as problem:
            return problem.message
    return None


def change(
    connection: Connection, versions: VersionCache, project: Any, xml: str, config: LabelConfig, *, mapping: Any,
    note: str, actor_id: int, now: int,
) -> str | None:  # fmt: skip
    """Put a label config in force; returns the id of the job that migrates annotations, when there is something to do.

    Without a mapping every annotation has to fit as it is. Raises BadLabelConfig for what does not.
    """
    # The row first: two changes at once would each migrate from the same version.
    connection.execute(select(t.project.c.id).where(t.project.c.id == project.id).with_for_update(key_share=True))
    found = preview(connection, versions, project, config, {} if mapping is None else mapping)
    _refuse_misfit(found, mapped=mapping is not None)
    version = projects.add_version(connection, t.label_config, project, xml, note=note, actor_id=actor_id, now=now)
    # Also where nothing changes: an answer that is still to come may name what is gone.
    connection.execute(
        insert(t.label_mapping).values(
            project_id=project.id, version=version, from_version=project.label_config_version,
            mapping=as_json(found["mapping"]), created_at=now,
        )
    )  # fmt: skip
    if not found["changed"] and not found["unmapped"]:
        return None
    return jobs.enqueue(
        connection,
        "migration",
        workspace_id=project.workspace_id,
        project_id=project.id,
        arguments={"version": version},
        created_by=actor_id,
        now=now,
    )


def _refuse_misfit(found: dict[str, Any], *, mapped: bool) -> None:
    if found["misfit"] is not None:
        raise BadLabelConfig(
            f"Tasks that exist do not fit: {found['misfit']}",
            field="label_config",
            action="Show only data that the tasks have.",
        )
    if found["unmapped"] and found["mapping"]["unmapped"] == "refuse":
        raise BadLabelConfig(
            f"Annotations that exist do not fit: {found['reasons'][0]['reason']} ({found['unmapped']:,} annotations).",
            field="mapping" if mapped else "label_config",
            action="Say what becomes of these labels, or that their tasks are asked again (see the preview).",
            details={"unmapped": found["unmapped"], "tasks_again": found["tasks_again"]},
        )
