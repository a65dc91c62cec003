"""Figures about the queue and the jobs, for who watches the server: counted now and then, never while they are asked.

Counting open slots reads every task that is open. So the pause after a look grows with how long the look took: it
costs the database a fiftieth of its time at most, whatever the number of tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Connection, text

from assay.kernel.clock import SECOND
from assay.store.engine import Store

PAUSE_SECONDS = 15.0
_SHARE = 50
_PROJECTS = 50  # named one by one; the others are one figure together

_OPEN = text(
    "SELECT p.uid, sum(t.need) AS slots FROM task t JOIN project p ON p.id = t.project_id "
    "WHERE t.need > 0 GROUP BY p.uid ORDER BY 2 DESC, 1"
)
_LEASES = text(
    "SELECT count(*) AS open, min(leased_at) AS oldest, min(lease_until) AS ends FROM assignment WHERE state = 0"
)
_JOBS = text("SELECT state, count(*) AS jobs FROM job GROUP BY state")
_WAITING = text("SELECT min(created_at) FROM job WHERE state = 0")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted last. Ages are of the moment of counting."""

    at: int
    open_slots: Mapping[str, int]  # by the id of the project; "other" is all beyond the fifty largest
    open_leases: int
    oldest_lease_seconds: float
    longest_overdue_seconds: float  # since a lease ended that the sweep has not closed yet
    jobs: Mapping[int, int]  # by state
    oldest_waiting_job_seconds: float


def count_figures(connection: Connection, now: int) -> Figures:
    """Count now."""
    slots = {str(row.uid): int(row.slots) for row in connection.execute(_OPEN)}
    shown = dict(list(slots.items())[:_PROJECTS])
    if len(slots) > _PROJECTS:
        shown["other"] = sum(slots.values()) - sum(shown.values())
    leases = connection.execute(_LEASES).one()
    waiting = connection.execute(_WAITING).scalar()
    return Figures(
        at=now,
        open_slots=shown,
        open_leases=int(leases.open),
        oldest_lease_seconds=_age(now, leases.oldest),
        longest_overdue_seconds=_age(now, leases.ends),
        jobs={int(row.state): int(row.jobs) for row in connection.execute(_JOBS)},
        oldest_waiting_job_seconds=_age(now, waiting),
    )


def _age(now: int, since: int | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since) / SECOND)


class Watch:
    """The figures as they were counted last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.latest: Figures | None = None

    def look(self, now: int) -> float:
        """Count; returns for how many seconds to let the database be. Raises Unavailable when it is away."""
        began = monotonic()
        self.latest = self._store.read(lambda c: count_figures(c, now))
        return max(PAUSE_SECONDS, _SHARE * (monotonic() - began))
