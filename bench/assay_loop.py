"""The labeling loop against Assay: prepare a project, let the annotators work, audit, and say what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay import __version__
from bench.assay_annotator import AssayAnnotator
from bench.assay_server import Server, make_project, running_server
from bench.audit import Audit, audit
from bench.figures import percentile, rounded
from bench.load import Measured, drive
from bench.machine import moment, say

OVERLAP = 3
_LOOPS_PER_SECOND_MAX = 2_500  # faster than any server here; so many slots must be free for a run


@dataclass(frozen=True, slots=True)
class Plan:
    """One measurement."""

    database: str  # sqlite, postgresql, or the URL of an empty database
    tasks: int
    annotators: int
    seconds: float

    @property
    def warm_up_seconds(self) -> float:
        """Work before the measured span: connections are opened, caches are filled."""
        return min(3.0, self.seconds / 4)

    @property
    def slots(self) -> int:
        """Slots that a run may use up."""
        return round((self.seconds + self.warm_up_seconds) * _LOOPS_PER_SECOND_MAX)


def measure(plan: Plan) -> dict[str, Any]:
    """Run one plan on a new server over a new database."""
    return measure_all([plan])[0]


def measure_all(plans: list[Plan]) -> list[dict[str, Any]]:
    """Run plans that differ in the annotators only on one server, over one project while it has free slots."""
    first = plans[0]
    found = []
    with running_server(first.database, max(plan.annotators for plan in plans)) as server, server.client() as client:
        project_id, free = "", 0
        acknowledged: list[str] = []  # of this project, over all its runs
        for plan in plans:
            if free < plan.slots:
                say(f"Importing {plan.tasks:,} tasks ({_kind(plan.database)}) ...")
                project_id = make_project(server, client, plan.tasks, OVERLAP).id
                free, acknowledged = plan.tasks * OVERLAP, []
            say(f"{plan.annotators} annotators at {plan.tasks:,} tasks for {plan.seconds:g} s ...")
            measured = _drive(server, project_id, plan)
            free -= len(measured.acknowledged)
            acknowledged += measured.acknowledged
            checked = audit(server.database_url, project_id, acknowledged)
            found.append(_figures(plan, measured, checked))
    return found


def _drive(server: Server, project_id: str, plan: Plan) -> Measured:
    people = server.annotators[: plan.annotators]
    annotators = [AssayAnnotator(project_id, one.token, number) for number, one in enumerate(people)]
    watched = server.watched()
    return drive(
        annotators,
        server.port,
        seconds=plan.seconds,
        warm_up_seconds=plan.warm_up_seconds,
        look=lambda: moment(*watched),
    )


def _kind(database: str) -> str:
    return database if database in ("sqlite", "postgresql") else database.split(":", 1)[0]


def _figures(plan: Plan, measured: Measured, checked: Audit) -> dict[str, Any]:
    return {
        "system": "assay",
        "version": __version__,
        "database": _kind(plan.database),
        "tasks": plan.tasks,
        "overlap": OVERLAP,
        "annotators": plan.annotators,
        **loop_figures(measured),
        "collisions": checked.collisions,
        "lost": checked.lost,
        "audit": checked.as_json(),
    }


def loop_figures(measured: Measured) -> dict[str, Any]:
    """Speed, latencies, CPU and errors of a run against any server."""
    span = measured.span
    assert span is not None
    loops = measured.loops

    def per_loop_ms(seconds: float | None) -> float | None:
        return None if seconds is None or not loops else rounded(seconds * 1000 / loops, 3)

    latencies = {
        f"{name}_p{round(share * 100)}_ms": rounded(percentile(samples, share), 1)
        for name, samples in (("next", measured.next_ms), ("submit", measured.submit_ms))
        for share in (0.5, 0.95, 0.99)
    }
    return {
        "seconds": rounded(span.seconds),
        "loops": loops,
        "loops_per_s": rounded(loops / span.seconds),
        **latencies,
        "cpu_ms_per_loop": per_loop_ms(span.trees[0]),
        "database_cpu_ms_per_loop": per_loop_ms(span.trees[1]) if len(span.trees) > 1 else None,
        "generator_cpu_ms_per_loop": per_loop_ms(span.own),
        "other_cores_busy": rounded(span.other_cores),
        "errors": sum(measured.errors.values()),
        "error_kinds": dict(measured.errors),
        "error_examples": measured.examples,
        "annotators_without_work": measured.ran_out,
    }
