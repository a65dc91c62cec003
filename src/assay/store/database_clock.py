"""One clock for all processes over one PostgreSQL: the database's, so that hosts need not agree on the time.

Leases are compared, and places in the queue ordered, across processes. On SQLite there is one process, and the
machine's own clock serves.
"""

from __future__ import annotations

import threading

from sqlalchemy import Connection, text

from assay.kernel.clock import now_us, passed_ns
from assay.kernel.errors import Unavailable
from assay.store.engine import Store

_NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


class DatabaseClock:
    """The database's clock as it was read last, carried on by the time that passed since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._offset_us = now_us() - passed_ns() // 1000
        self.read()

    def __call__(self) -> int:
        """Microseconds since 1970 in UTC."""
        with self._lock:
            offset = self._offset_us
        return offset + passed_ns() // 1000

    def read(self) -> None:
        """Ask the database again; when it is away, the clock goes on as it was."""
        try:
            offset = self._store.read(_offset)
        except Unavailable:
            return
        with self._lock:
            self._offset_us = offset


def _offset(connection: Connection) -> int:
    before = passed_ns()
    there = int(connection.execute(_NOW).scalar_one())
    return there - (before + passed_ns()) // 2000
