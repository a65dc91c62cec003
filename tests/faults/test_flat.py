"""For as long as one likes, answers come as fast at the end as at the beginning, and memory does not grow."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.assay_annotator import AssayAnnotator
from bench.assay_server import Server, make_project, running_server
from bench.audit import audit
from bench.figures import percentile
from bench.load import drive
from bench.machine import moment

OVERLAP = 10
ALLOWED_MEGABYTES = 40  # caches that fill up once
SQLITE_CACHE_MEGABYTES = 5 * 67  # of pages, one for each connection: they fill as the database is touched
ALLOWED_SLOWER = 1.6  # a machine of two cores is not alone


@dataclass(frozen=True)
class Part:
    """What was measured in one part of the time."""

    next_ms: float
    submit_ms: float
    loops: int
    own_megabytes: float  # memory of the process itself, without the database file that SQLite maps
    resident_megabytes: float


def work_on(database: str, tasks: int, people: int, seconds: float, parts: int) -> list[Part]:
    """Let people work without pause over a new project; the first part fills caches and is not among the result."""
    found = []
    acknowledged: list[str] = []
    with running_server(database, people) as server, server.client() as client:
        project = make_project(server, client, tasks, OVERLAP).id
        for _ in range(parts + 1):
            annotators = [AssayAnnotator(project, one.token, number) for number, one in enumerate(server.annotators)]
            measured = drive(
                annotators,
                server.port,
                seconds=seconds / (parts + 1),
                warm_up_seconds=1.0,
                look=lambda: moment(*server.watched()),
            )
            assert not measured.errors, measured.examples
            acknowledged += measured.acknowledged
            found.append(
                Part(
                    percentile(measured.next_ms, 0.95) or 0,
                    percentile(measured.submit_ms, 0.95) or 0,
                    measured.loops,
                    _megabytes(server, "RssAnon"),
                    _megabytes(server, "VmRSS"),
                )
            )
            print(database, tasks, found[-1])  # noqa: T201 - the figures are what a soak is for
        checked = audit(server.database_url, project, acknowledged)
        assert (checked.collisions, checked.lost) == (0, 0)
    return found[1:]


def _megabytes(server: Server, name: str) -> float:
    lines = Path(f"/proc/{server.process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(name))


def assert_flat(parts: list[Part], allowed_megabytes: float) -> None:
    """The last two parts are like the first two."""
    first, last = parts[:2], parts[-2:]
    assert min(part.own_megabytes for part in last) < max(part.own_megabytes for part in first) + allowed_megabytes
    for name in ("next_ms", "submit_ms"):
        before, after = (min(getattr(part, name) for part in some) for some in (first, last))
        assert after < before * ALLOWED_SLOWER + 5, (name, before, after)


def test_memory_is_flat_for_some_seconds() -> None:
    parts = work_on("sqlite", 1_500, 5, 4.0, 2)
    assert parts[-1].own_megabytes < parts[0].own_megabytes + ALLOWED_MEGABYTES
    assert all(part.loops > 10 for part in parts)


@pytest.mark.soak
@pytest.mark.timeout(86_400)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_latency_and_memory_are_flat_for_long(database: str, soak_seconds: float) -> None:
    """A million tasks and 300 people; SOAK_TASKS and SOAK_PEOPLE for other numbers."""
    tasks, people = int(os.environ.get("SOAK_TASKS", "1000000")), int(os.environ.get("SOAK_PEOPLE", "300"))
    allowed = ALLOWED_MEGABYTES + (SQLITE_CACHE_MEGABYTES if database == "sqlite" else 0)
    assert_flat(work_on(database, tasks, people, soak_seconds, 8), allowed)
