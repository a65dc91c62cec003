"""The check-up of a database: its triggers, its chains, what must hold between its tables, and its derived numbers.

The whole of it is read at one moment, so it can be done while people label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from assay.kernel.clock import iso
from assay.store import tables as t
from assay.store.documents import VersionCache
from assay.store.engine import Store
from assay.store.records import chain, rebuild, verify
from assay.store.records.chain import NO_PROJECT
from assay.store.records.verify import Chain, Fault

# Step, project title, how many rows of it so far.
Progress = Callable[[str, str, int], None]


@dataclass(slots=True)
class Examined:
    """One project (or what belongs to none)."""

    uid: str | None
    title: str
    chain: Chain
    tasks: int = 0
    annotations: int = 0
    in_force: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What was found."""

    database: str
    rebuilt: bool
    projects: list[Examined] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)  # of no one project

    @property
    def all_faults(self) -> list[Fault]:
        """Everything that is wrong."""
        return [*self.faults, *(fault for one in self.projects for fault in one.faults)]

    def as_document(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "ok": not self.all_faults,
            "database": self.database,
            "rebuilt": self.rebuilt,
            "faults": [_fault(one) for one in self.faults],
            "projects": [
                {
                    "id": one.uid,
                    "title": one.title,
                    "tasks": one.tasks,
                    "annotations": one.annotations,
                    "annotations_in_force": one.in_force,
                    "chain": {
                        "links": one.chain.links,
                        "records": one.chain.records,
                        "unsealed": one.chain.unsealed,
                        "head": one.chain.head or None,
                        "head_at": None if one.chain.head_at is None else iso(one.chain.head_at),
                    },
                    "faults": [_fault(fault) for fault in one.faults],
                }
                for one in self.projects
            ],
        }


def _fault(fault: Fault) -> dict[str, Any]:
    return {"code": fault.code, "message": fault.message, "action": fault.action, "rows": list(fault.rows)}


def examine(
    connection: Connection,
    versions: VersionCache,
    *,
    project_id: int | None = None,
    rebuilding: bool = False,
    progress: Progress = lambda _step, _title, _rows: None,
) -> Report:
    """Examine one project, or all of them and what belongs to none."""
    report = Report(connection.dialect.name, rebuilding)
    report.faults = verify.check_triggers(connection)
    if project_id is None:
        report.faults += rebuild.check_everywhere(connection)
        found = verify.verify_chain(connection, NO_PROJECT)
        report.projects.append(Examined(None, "People and workspaces", found, faults=found.faults))
    for project in _projects(connection, project_id):
        found = verify.verify_chain(connection, project.id, partial(progress, "records", project.title))
        numbers = rebuild.rebuild(
            connection,
            versions,
            project,
            measures=rebuilding,
            say=partial(progress, "tasks", project.title),
        )
        report.projects.append(
            Examined(
                project.uid,
                project.title,
                found,
                numbers.tasks,
                numbers.annotations,
                numbers.in_force,
                [*found.faults, *numbers.faults],
            )
        )
    return report


def _projects(connection: Connection, project_id: int | None) -> list[Any]:
    statement = select(t.project).order_by(t.project.c.id)
    if project_id is not None:
        statement = statement.where(t.project.c.id == project_id)
    return list(connection.execute(statement))


def repair(store: Store, versions: VersionCache, project_id: int | None = None) -> tuple[int, int]:
    """Write every derived number that the records contradict: (tasks, counters) changed. Never a record."""
    tasks = counters = 0
    for project in store.read(lambda c: _projects(c, project_id)):
        after = 0
        while True:
            done = store.write(
                lambda c, project=project, after=after: rebuild.repair_tasks(c, versions, project, after)  # type: ignore[misc]
            )
            if done is None:
                break
            after, changed = done
            tasks += changed
        counters += store.write(lambda c, project=project: rebuild.repair_counters(c, project))  # type: ignore[misc]
    return tasks, counters


def seal_strays(store: Store, now: int) -> int:
    """Cover rows that lie among sealed ones without being covered; returns how many. See ``verify.uncovered``."""
    ids = [NO_PROJECT, *store.read(lambda c: [project.id for project in _projects(c, None)])]
    return sum(store.write(lambda c, one=one: _seal_strays(c, one, now)) for one in ids)  # type: ignore[misc]


def _seal_strays(connection: Connection, project_id: int, now: int) -> int:
    strays = verify.uncovered(connection, project_id)
    if not strays:
        return 0
    ranges = {name: [[row_id, row_id] for row_id in ids] for name, ids in strays.items()}
    count = sum(len(ids) for ids in strays.values())
    last, lines = chain.head(connection, project_id), _lines(connection, project_id, ranges)
    chain.write_links(connection, [chain.make_link(project_id, last, now, ranges, lines, rows=count)])
    return count


def _lines(connection: Connection, project_id: int, ranges: dict[str, list[list[int]]]) -> Iterator[chain.Line]:
    for name in sorted(ranges):
        for low, high in ranges[name]:
            yield from verify.lines_between(connection, project_id, name, low, high)
