"""What one process of several over a database has: its clock, and its presence. On SQLite there is one process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from assay.kernel.clock import SECOND, Clock, SteadyClock
from assay.store.database_clock import DatabaseClock
from assay.store.engine import Store
from assay.store.presence import Presence

_ODD_SECONDS = 30
_log = structlog.get_logger("assay.store")


@dataclass(frozen=True, slots=True)
class Process:
    """``upkeep`` is called every quarter of a minute or so, ``leave`` at the end."""

    clock: Clock
    upkeep: Callable[[], None]
    leave: Callable[[], None]


def join(store: Store, data: Path, secret: bytes) -> Process:
    """Become one of the processes over this database. Raises Conflict when the others have another data folder."""
    if store.dialect == "sqlite":
        steady = SteadyClock()
        return Process(steady, lambda: _tell(steady), lambda: None)
    presence = Presence(store.url, data, secret)
    wall = DatabaseClock(store)
    steady = SteadyClock(wall)

    def upkeep() -> None:
        presence.renew()
        wall.read()
        _tell(steady)

    return Process(steady, upkeep, presence.leave)


def _tell(clock: SteadyClock) -> None:
    behind = clock.behind_us / SECOND
    if abs(behind) > _ODD_SECONDS:
        _log.warning("clock_was_set", behind_seconds=round(behind, 1))
