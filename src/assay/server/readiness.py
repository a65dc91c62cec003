"""Whether this process can do its work now: asked by whoever sends people to it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from assay.kernel.errors import AssayError
from assay.kernel.limits import MEGABYTE
from assay.store.archive.rows import REVISION_TABLE
from assay.store.schema import revisions

if TYPE_CHECKING:
    from assay.server.services import Services

KEPT_SECONDS = 1.0  # however often it is asked, the database is asked once a second
FREE_BYTES = 100 * MEGABYTE
SWEEP_LAG_SECONDS = 120.0
_log = structlog.get_logger("assay.server")


@dataclass(frozen=True, slots=True)
class Check:
    """One condition; ``reason`` says what is wrong, and is empty when nothing is."""

    name: str
    reason: str


class Readiness:
    """The conditions, looked at again after a second."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._head = revisions()[0]
        self._until = 0.0
        self._latest: list[Check] = []
        self._was_ready: bool | None = None

    async def checks(self) -> list[Check]:
        """Each condition as it is now."""
        if time.monotonic() >= self._until:
            looks: tuple[Callable[[], Awaitable[list[Check]]], ...] = (self._database, self._disk, self._worker)
            self._latest = [check for look in looks for check in await look()]
            self._until = time.monotonic() + KEPT_SECONDS
            ready = not any(check.reason for check in self._latest)
            if ready != self._was_ready and self._was_ready is not None:
                _log.warning("readiness", ready=ready, reasons=[check.reason for check in self._latest if check.reason])
            self._was_ready = ready
        return self._latest

    async def _database(self) -> list[Check]:
        try:
            found = await self._services.store.aread(_revision)
        except AssayError as problem:
            return [Check("database", problem.message), Check("schema", "The database does not answer.")]
        wrong = "" if found == self._head else f"The database has the schema {found}; this Assay needs {self._head}."
        return [Check("database", ""), Check("schema", wrong)]

    async def _disk(self) -> list[Check]:
        free = shutil.disk_usage(self._services.settings.data).free
        low = f"{free // MEGABYTE} MB are free on the disk of the data folder." if free < FREE_BYTES else ""
        return [Check("disk", low)]

    async def _worker(self) -> list[Check]:
        worker = self._services.worker
        reason = ""
        if not worker.alive:
            reason = "The background worker has ended; restart this process."
        elif worker.sweep_lag_seconds > SWEEP_LAG_SECONDS:
            reason = f"Ended leases were closed {worker.sweep_lag_seconds:.0f} seconds ago."
        return [Check("worker", reason)]


def _revision(connection: Connection) -> str:
    row = connection.exec_driver_sql(f"SELECT version_num FROM {REVISION_TABLE}").first()  # noqa: S608 - a constant
    return "" if row is None else str(row[0])
