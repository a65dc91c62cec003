"""What a policy would do to the tasks of a project, computed by the very functions that would do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from sqlalchemy import Connection, select

from assay.flow.policy import BACKUP, Policy
from assay.labels.label_config import LabelConfig
from assay.store import tables as t
from assay.store.engine.statement import Statement
from assay.store.queue.lanes import current_skills
from assay.store.queue.retarget import STANDING, Standing, plan_of

LOOKED_AT = 20_000
"""In a larger project so many tasks, evenly spread, stand for all."""

_TASKS = Statement(STANDING + " AND (t.id % :step) = 0 AND t.phase <> 2")


@dataclass
class _Sums:
    """Of the tasks looked at."""

    tasks: int = 0
    open_tasks: int = 0
    least: int = 0
    most: int = 0


@dataclass
class _Seen:
    now: _Sums = field(default_factory=_Sums)
    then: _Sums = field(default_factory=_Sums)
    targets: Counter[tuple[int, str]] = field(default_factory=Counter)
    rules: Counter[int] = field(default_factory=Counter)
    changed: int = 0
    beyond: int = 0


def preview(
    connection: Connection, project: Any, now_in_force: Policy, policy: Policy, config: LabelConfig, now: int
) -> dict[str, Any]:
    """A JSON-ready comparison of the policy in force and another one. Reads only."""
    people = list(_people(connection, project.id, policy, now))
    step = max(1, project.task_count // LOOKED_AT)
    seen = _Seen()
    for row in _TASKS.all(connection, {"project": project.id, "step": step}):
        _look(seen, row, now_in_force, policy, len(people))
    scale = project.task_count / seen.then.tasks if seen.then.tasks else 0.0
    if step == 1:
        scale = 1.0
    return {
        "tasks": project.task_count,
        "people": len(people),
        "now": _effect(seen.now, now_in_force, len(people), scale),
        "then": _effect(seen.then, policy, len(people), scale),
        "targets": [
            {"target": target, "queue": queue, "tasks": round(count * scale)}
            for (target, queue), count in sorted(seen.targets.items())
        ],
        "tasks_changed": round(seen.changed * scale),
        "beyond": round(seen.beyond * scale),
        "based_on": seen.then.tasks,
        "warnings": list(_warnings(policy, config, people, seen, scale, int(project.annotation_count or 0))),
    }


def _people(connection: Connection, project_id: int, policy: Policy, now: int) -> Iterator[frozenset[str]]:
    """The skills of each person who gets work."""
    where = (t.seat.c.project_id == project_id) & (t.seat.c.active == 1)
    for written in connection.execute(select(t.seat.c.skills).where(where)).scalars():
        skills = current_skills(written, now)
        if policy.backup_called or BACKUP not in skills:
            yield skills


def _look(seen: _Seen, row: Any, now_in_force: Policy, policy: Policy, people: int) -> None:
    standing = Standing.read(row)
    plan = plan_of(standing, policy, people)
    _add(seen.now, row.done, row.target, now_in_force, row.stage)
    _add(seen.then, row.done, plan.target, policy, row.stage)
    seen.targets[plan.target, plan.lane[0]] += 1
    seen.changed += (plan.target, plan.lane[0]) != (row.target, row.queue)
    seen.beyond += max(0, row.done - plan.target)
    for place, rule in enumerate(policy.rules):
        if rule.fits(standing.data, row.stratum):
            seen.rules[place] += 1
            break


def _add(sums: _Sums, done: int, target: int, policy: Policy, stage: int) -> None:
    sums.tasks += 1
    least = max(0, target - done)
    sums.open_tasks += least > 0
    sums.least += least
    most = least
    if policy.adaptive is not None and stage == 0 and least > 0:
        most = max(least, policy.adaptive.most - done)
    if least > 0:
        most += _further(policy, stage)
    sums.most += most


def _further(policy: Policy, stage: int) -> int:
    """Annotations on the longest way through the stages that are still before a task."""
    if stage >= len(policy.stages):
        return 0
    places = {one.name: place for place, one in enumerate(policy.stages)}
    ways = [
        (policy.stages[places[step.to]].annotations or 1) + _further(policy, places[step.to])
        for step in policy.stages[stage].next
    ]
    return max(ways, default=0)


def _effect(sums: _Sums, policy: Policy, people: int, scale: float) -> dict[str, Any]:
    least, most = round(sums.least * scale), round(sums.most * scale)
    each = {"least": ceil(least / people), "most": ceil(most / people)} if people else None
    price, cap = policy.price_per_annotation, policy.most_per_person_per_day
    return {
        "annotations": {"least": least, "most": most},
        "open_tasks": round(sums.open_tasks * scale),
        "per_person": each,
        "cost": None if price is None else [round(least * price, 2), round(most * price, 2)],
        "days": None
        if cap is None or each is None
        else {"least": ceil(each["least"] / cap), "most": ceil(each["most"] / cap)},
    }


def _warnings(
    policy: Policy, config: LabelConfig, people: list[frozenset[str]], seen: _Seen, scale: float, there: int
) -> Iterator[dict[str, str]]:
    if not people:
        yield _warning("nobody", "policy", "Nobody labels in this project yet, so nothing will be done.")
    skills = {queue.name: frozenset(queue.skills) for queue in policy.queues}
    most_asked: dict[str, int] = {}
    for target, queue in seen.targets:
        most_asked[queue] = max(target, most_asked.get(queue, 0))
    if policy.adaptive is not None:
        most_asked = {queue: max(target, policy.adaptive.most) for queue, target in most_asked.items()}
    most_asked.setdefault("", policy.annotations_per_task)
    for queue, target in sorted(most_asked.items()):
        able = sum(skills.get(queue, frozenset()) <= has for has in people)
        where = f"queue {queue!r}" if queue else "the open queue"
        if people and able < target and not queue.startswith("@"):
            yield _warning(
                "too_few_people",
                "policy.annotations_per_task",
                f"Tasks in {where} want {target} annotations by different people, but {able} can work there. "
                f"{target - able} more are needed; until then these tasks wait with what they have.",
            )
    for place, wanted in enumerate(policy.queues):
        if people and not any(frozenset(wanted.skills) <= has for has in people):
            yield _warning(
                "skill_nobody_has",
                f"policy.queues[{place}].skills",
                f"Nobody has all of {', '.join(wanted.skills)}, so nobody gets work from queue {wanted.name!r}. "
                "Give these skills to somebody on the page Queue.",
            )
    yield from _stage_warnings(policy, config, people, skills)
    to_come = round(seen.then.least * scale)
    for place, _ in enumerate(policy.rules):
        if seen.then.tasks and not seen.rules[place]:
            yield _warning(
                "rule_fits_nothing",
                f"policy.rules[{place}].where",
                f"Rule {place + 1} fits none of the {seen.then.tasks} tasks that were looked at.",
            )
    if policy.most_per_person is not None and people and policy.most_per_person * len(people) < there + to_come:
        room = policy.most_per_person * len(people)
        yield _warning(
            "cap_too_low",
            "policy.most_per_person",
            f"{len(people)} people may do {room:,} annotations together; {there + to_come:,} are wanted in all.",
        )
    if policy.most_in_project is not None and policy.most_in_project < there + to_come:
        yield _warning(
            "cap_too_low",
            "policy.most_in_project",
            f"The project may have {policy.most_in_project:,} annotations; {there:,} are there and at least "
            f"{to_come:,} more are wanted.",
        )


def _stage_warnings(
    policy: Policy, config: LabelConfig, people: list[frozenset[str]], skills: dict[str, frozenset[str]]
) -> Iterator[dict[str, str]]:
    labels = {label for control in config.controls for label in control.labels}
    for place, stage in enumerate(policy.stages):
        able = sum(skills.get(stage.queue, frozenset()) <= has for has in people)
        if people and stage.annotations is not None and able < stage.annotations:
            yield _warning(
                "too_few_people",
                f"policy.stages[{place}].annotations",
                f"Stage {stage.name!r} wants {stage.annotations} annotations by different people, but {able} can work "
                "there.",
            )
        for number, step in enumerate(stage.next):
            unknown = sorted(set(step.when.label) - labels)
            if unknown:
                yield _warning(
                    "unknown_label",
                    f"policy.stages[{place}].next[{number}].when.label",
                    f"The label config has no label {', '.join(map(repr, unknown))}, so this step is never taken.",
                )


def _warning(code: str, where: str, message: str) -> dict[str, str]:
    return {"code": code, "field": where, "message": message}
