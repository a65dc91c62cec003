"""PostgreSQL: a pool of psycopg connections, used from threads; one piece of work is one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from secrets import randbelow
from time import sleep

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assay.kernel.errors import Unavailable
from assay.store.engine.store import Result, Store, Work, shutting_down

APPLICATION = "assay"  # by this name a restore sees whether somebody still works with the database
_ATTEMPTS = 5
# Serialization failure and deadlock; and a unique key that somebody else took first: run again, the work
# sees the other's row and says what follows from it. All of them rolled everything back.
_RETRY_STATES = frozenset({"40001", "40P01", "23505"})


class PostgresqlStore(Store):
    """A database server. Work that lost a race with other work is run again by itself."""

    dialect = "postgresql"

    def __init__(self, url: str, *, connections: int = 8) -> None:
        self.url = url
        self._engine = create_engine(
            "postgresql+psycopg://" + url.split("://", 1)[1],
            pool_size=connections,
            max_overflow=2,
            pool_timeout=15,
            pool_pre_ping=False,
            hide_parameters=True,  # an error in a log shows the statement, not what people wrote
            pool_use_lifo=True,
            connect_args={
                "connect_timeout": 5,
                "application_name": APPLICATION,
                "options": "-c statement_timeout=120000 -c lock_timeout=15000",
            },
        )
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._closed = False
        self._door = threading.Lock()
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="assay-db")
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as problem:
            raise Unavailable(
                f"PostgreSQL cannot be reached: {problem.orig}.", action="Check ASSAY_DATABASE and the server."
            ) from problem

    def submit_write(self, work: Work[Result]) -> Future[Result]:
        return self._submit(lambda: self._write(work), again=False)

    def submit_read(self, work: Work[Result]) -> Future[Result]:
        return self._submit(lambda: self._read(work), again=True)

    def _submit(self, run: Callable[[], Result], *, again: bool) -> Future[Result]:
        with self._door:
            return shutting_down() if self._closed else self._threads.submit(self._attempt, run, again=again)

    def _write(self, work: Work[Result]) -> Result:
        with self._engine.begin() as connection:
            return work(connection)

    def _read(self, work: Work[Result]) -> Result:
        with self._reading.connect() as connection:
            return work(connection)

    def _attempt(self, run: Callable[[], Result], *, again: bool) -> Result:
        for attempt in range(_ATTEMPTS):
            try:
                return run()
            except PoolTimeout as problem:
                raise Unavailable("Every database connection is busy.", retry_after_seconds=2) from problem
            except DBAPIError as problem:
                state = getattr(problem.orig, "sqlstate", None)
                last = attempt == _ATTEMPTS - 1
                if problem.connection_invalidated and again and attempt == 0:
                    # A pooled connection had died while idle. A write is not run again: its commit
                    # may have arrived, and only its sender can tell whether twice is harmless.
                    continue
                if state in _RETRY_STATES and not last:
                    sleep(randbelow(1 + 20 * 2**attempt) / 1000)
                    continue
                if isinstance(problem, OperationalError):
                    raise _away(problem, state) from problem
                raise
        raise Unavailable("The database is too busy.", retry_after_seconds=2)

    def waiting(self) -> int:
        return self._threads._work_queue.qsize()

    def close(self) -> None:
        with self._door:
            self._closed = True
        self._threads.shutdown()
        self._engine.dispose()


def _away(problem: OperationalError, state: str | None) -> Unavailable:
    if state == "53100":
        return Unavailable(
            "The disk of the database is full; nothing of this request was saved.",
            code="disk_full",
            action="Your work is kept in the browser. Tell the owner to make room on the disk.",
        )
    return Unavailable("The database did not answer.", retry_after_seconds=2, details={"state": state} if state else {})
