"""What every kind of job is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assay.kernel.clock import Clock
from assay.storage import LocalStorage
from assay.store import jobs
from assay.store.documents import VersionCache
from assay.store.engine import Store
from assay.store.jobs import Job


class JobRefused(Exception):
    """The work cannot be done as asked: the job ends as failed with this problem. Trying again would not help."""

    def __init__(self, problem: dict[str, Any], outcome: dict[str, Any] | None = None) -> None:
        super().__init__(problem.get("detail"))
        self.problem = problem
        self.outcome = outcome


class JobStopped(Exception):
    """The process is told to end: the job is put back as it stands, for whoever comes next."""


@dataclass(frozen=True, slots=True)
class JobContext:
    """The open database, the files, the clock, and the job in hand."""

    store: Store
    storage: LocalStorage
    versions: VersionCache
    clock: Clock
    job: Job
    stopping: Callable[[], bool]

    def checkpoint(self, state: dict[str, Any], *, step: str, progress: int, total: int | None) -> None:
        """Write progress alone, in a transaction of its own. Raises LeaseLost."""
        now = self.clock()
        self.store.write(
            lambda connection: jobs.checkpoint(
                connection, self.job, state, step=step, progress=progress, total=total, now=now
            )
        )
