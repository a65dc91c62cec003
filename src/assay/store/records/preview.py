"""What a revert would do, in numbers, before anybody decides: read at one moment, nothing is written."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from assay.flow.reverting import Again
from assay.store import tables as t
from assay.store.documents import VersionCache, from_json
from assay.store.jobs import JobState
from assay.store.records.selection import Found, Selection, labels_in, resolve, selected

SAMPLE = 10
_LABELS = 50
_PEOPLE = 200
_EXPORTS = 20


@dataclass(slots=True)
class Preview:
    """The numbers. ``labels`` is (control, label, annotations); ``people`` is (person id, annotations)."""

    annotations: int = 0
    tasks: int = 0
    asked_again: int = 0  # slots that open for somebody
    given_up: int = 0  # slots that nobody fills
    no_slot: int = 0  # of tasks that have more than they want
    labels: list[tuple[str, str, int]] = field(default_factory=list)
    people: list[tuple[int, int]] = field(default_factory=list)
    people_count: int = 0
    others_active: int = 0  # people who label here and are not among those selected
    sample: list[Found] = field(default_factory=list)
    exports: list[tuple[Any, int]] = field(default_factory=list)  # (job, selected annotations in its file)
    first_at: int | None = None
    last_at: int | None = None


def preview(
    connection: Connection, versions: VersionCache, project: Any, selection: Selection, again: Again
) -> Preview:
    """What setting this selection aside now would do. Raises BadInput for a selection that cannot be."""
    meant = resolve(connection, project, selection)
    exports = _exports(connection, project.id)
    seen = Preview()
    labels: Counter[tuple[str, str]] = Counter()
    people: Counter[int] = Counter()
    moments = [moment for _, moment in exports]
    within = [0] * (len(exports) + 1)
    batch: list[Found] = []
    for found in selected(connection, versions, meant):
        seen.annotations += 1
        people[found.annotator_id] += 1
        config = versions.label_config(connection, project.id, found.label_config_version)
        for control, named in labels_in(config, found.answers):
            labels.update((control, label) for label in named)
        within[bisect_left(moments, found.created_at)] += 1
        seen.first_at = found.created_at if seen.first_at is None else min(seen.first_at, found.created_at)
        seen.last_at = found.created_at if seen.last_at is None else max(seen.last_at, found.created_at)
        _keep(seen.sample, found, seen.annotations)
        if len(batch) >= 2_000 and batch[-1].task_id != found.task_id:
            _slots(connection, batch, again, seen)
            batch = []
        batch.append(found)
    _slots(connection, batch, again, seen)
    seen.labels = [(control, label, count) for (control, label), count in labels.most_common(_LABELS)]
    seen.people, seen.people_count = people.most_common(_PEOPLE), len(people)
    seen.others_active = _others(connection, project.id, list(people))
    for place, (job, _) in enumerate(exports):
        seen.exports.append((job, sum(within[: place + 1])))
    seen.exports = [(job, count) for job, count in reversed(seen.exports) if count][:_EXPORTS]
    return seen


def _keep(sample: list[Found], found: Found, number: int) -> None:
    """An even spread over all that is selected, the same each time: each power of two thins what was kept."""
    step = max(1, 1 << max(0, (number // SAMPLE).bit_length() - 1))
    if number % step == 0:
        sample.append(found)
        if len(sample) > SAMPLE:
            del sample[1::2]


def _slots(connection: Connection, batch: Sequence[Found], again: Again, seen: Preview) -> None:
    """Count what becomes of the slots of these annotations, which are all that are selected of their tasks."""
    chosen = Counter(found.task_id for found in batch)
    seen.tasks += len(chosen)
    if not chosen:
        return
    holding = (
        select(func.count())
        .where(t.assignment.c.task_id == t.task.c.id, t.assignment.c.state.in_((0, 1)))
        .scalar_subquery()
    )
    rows = connection.execute(
        select(t.task.c.id, t.task.c.target, holding.label("taken")).where(t.task.c.id.in_(chosen))
    )
    for row in rows:
        over = max(0, min(chosen[row.id], row.taken - row.target))
        seen.no_slot += over
        freed = chosen[row.id] - over
        if again is Again.NOBODY:
            seen.given_up += freed
        else:
            seen.asked_again += freed


def _exports(connection: Connection, project_id: int) -> list[tuple[Any, int]]:
    """Exports that are done, each with the moment that its file is of, by this moment."""
    rows = connection.execute(
        select(t.job)
        .where(t.job.c.project_id == project_id, t.job.c.kind == "export", t.job.c.state == JobState.DONE)
        .order_by(t.job.c.created_at, t.job.c.id)
    )
    found = [(row, from_json(row.arguments).get("as_of")) for row in rows]
    return sorted(
        ((row, row.created_at if as_of is None else as_of) for row, as_of in found), key=lambda found: found[1]
    )


def _others(connection: Connection, project_id: int, people: Sequence[int]) -> int:
    active = set(
        connection.execute(
            select(t.seat.c.person_id).where(t.seat.c.project_id == project_id, t.seat.c.active == 1)
        ).scalars()
    )
    return len(active - set(people))


def export_name(job: Any) -> str:
    """The file name of an export."""
    return str(from_json(job.arguments).get("filename", ""))
