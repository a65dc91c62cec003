"""What Prometheus reads: request counts and times of this process, and the queue's figures as the worker counted them.

Reading costs the same at any number of tasks: nothing is asked of the database. A project is named by its random id,
the fifty with the most open slots only, so that the number of series is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from assay import __version__
from assay.kernel.clock import SECOND, SteadyClock
from assay.store.jobs import JobState

if TYPE_CHECKING:
    from assay.server.services import Services

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TIMED = {"submit": "submit", "next_assignments": "next"}


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(self, services: Services) -> None:
        # Otherwise there is one more series for each, with the moment when this process began.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "assay_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        seconds = Histogram(
            "assay_request_seconds",
            "Time to answer, of the two requests that annotators wait for.",
            ["operation"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._seconds = {operation: seconds.labels(name) for operation, name in _TIMED.items()}
        self._registry.register(_Figures(services))
        ProcessCollector(registry=self._registry)

    def observe(self, method: str, route: str, operation: str | None, status: int, seconds: float) -> None:
        """Count one request. ``route`` is the template, never the address that was asked for."""
        self._requests.labels(method, route, str(status)).inc()
        timed = self._seconds.get(operation or "")
        if timed is not None:
            timed.observe(seconds)

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)


class _Figures(Collector):
    """Read from memory when Prometheus asks."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        services = self._services
        info = InfoMetricFamily("assay", "The version, and the kind of database.")
        info.add_metric([], {"version": __version__, "database": services.store.dialect})
        yield info
        yield _gauge("assay_database_waiting", "Pieces of work waiting for the database.", services.store.waiting())
        yield _gauge("assay_worker_alive", "1 when background jobs are done here.", int(services.worker.alive))
        yield _gauge(
            "assay_sweep_lag_seconds", "Seconds since ended leases were closed.", services.worker.sweep_lag_seconds
        )
        if isinstance(services.clock, SteadyClock):
            behind = services.clock.behind_us / SECOND
            yield _gauge("assay_clock_behind_seconds", "The clock that was set, less the one that counts.", behind)
        figures = services.worker.watch.latest
        if figures is None:
            return
        age = max(0.0, (services.clock() - figures.at) / SECOND)
        yield _gauge("assay_figures_age_seconds", "Seconds since the figures below were counted.", age)
        slots = GaugeMetricFamily(
            "assay_open_slots", "Annotations that the queue still hands out, by project.", labels=["project"]
        )
        for project, count in figures.open_slots.items():
            slots.add_metric([project], count)
        yield slots
        yield _gauge("assay_open_leases", "Assignments in people's hands.", figures.open_leases)
        yield _gauge("assay_oldest_lease_seconds", "Age of the oldest of them.", figures.oldest_lease_seconds)
        yield _gauge(
            "assay_longest_overdue_seconds", "Since a lease ended that is still open.", figures.longest_overdue_seconds
        )
        jobs = GaugeMetricFamily("assay_jobs", "Background jobs, by state.", labels=["state"])
        for state in JobState:
            jobs.add_metric([state.name.lower()], figures.jobs.get(state, 0))
        yield jobs
        yield _gauge(
            "assay_oldest_waiting_job_seconds", "Age of the oldest job waiting.", figures.oldest_waiting_job_seconds
        )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
