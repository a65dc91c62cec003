"""SQLite: WAL, synchronous=FULL, one writer thread that commits many callers' work at once.

A commit costs a disk flush. Under load the writer takes everything that is waiting into one
transaction, each piece in a savepoint of its own, and flushes once: durable for everybody, and
several times faster than a flush each. A piece that fails is rolled back to its savepoint alone.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool, QueuePool

from assay.kernel.errors import Unavailable
from assay.store.engine.store import Result, Store, Work, shutting_down

_GROUP_PIECES = 256  # callers in one commit
_GROUP_SECONDS = 0.02  # after so long a group is committed even if more is waiting
_BUSY_MILLISECONDS = 30_000  # another process (a command-line verb) may hold the file for a moment

_Piece = tuple[Work[Any], Future[Any]]


class SqliteStore(Store):
    """An embedded database file: one writing thread, a few reading ones."""

    dialect = "sqlite"

    def __init__(self, url: str, *, readers: int = 4) -> None:
        self.url = url
        self._engine = _engine(url, readers)
        self._pieces: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="assay-read")
        self._closed = False
        self._door = threading.Lock()  # so that nothing is handed in behind the sign to stop
        try:
            self._writing = self._engine.connect()
        except DatabaseError as problem:
            raise Unavailable(
                f"The database file cannot be opened: {problem.orig}.",
                action="Check that the folder of --data exists, is writable and has room.",
            ) from problem
        self._writer = threading.Thread(target=self._write_for_ever, name="assay-write", daemon=True)
        self._writer.start()

    def submit_write(self, work: Work[Result]) -> Future[Result]:
        future: Future[Result] = Future()
        with self._door:
            if self._closed:
                return shutting_down()
            self._pieces.put((work, future))
        return future

    def submit_read(self, work: Work[Result]) -> Future[Result]:
        with self._door:
            return shutting_down() if self._closed else self._readers.submit(self._read, work)

    def _read(self, work: Work[Result]) -> Result:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA query_only=ON")
                connection.execute(text("BEGIN"))
                return work(connection)
        except OperationalError as problem:
            raise _away(problem) from problem

    def waiting(self) -> int:
        return self._pieces.qsize() + self._readers._work_queue.qsize()

    def close(self) -> None:
        with self._door:
            if self._closed:
                return
            self._closed = True
            self._pieces.put(None)
        self._writer.join()
        self._readers.shutdown()
        self._writing.close()
        self._engine.dispose()

    def _write_for_ever(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if self._write_group(piece):
                return

    def _write_group(self, piece: _Piece | None) -> bool:
        """Run what is waiting and commit once. True when the last piece was the sign to stop."""
        connection = self._writing
        try:
            connection.execute(text("BEGIN IMMEDIATE"))
        except DatabaseError as problem:
            connection.rollback()
            if piece is not None and piece[1].set_running_or_notify_cancel():
                piece[1].set_exception(_away(problem))
            return False
        outcomes, stop = self._run_group(connection, piece)
        try:
            if not _in_transaction(connection):
                # The last piece met an error at which SQLite gives up the whole transaction.
                *others, culprit = outcomes
                culprit.settle()
                outcomes = others
                raise culprit.failure if isinstance(culprit.failure, Unavailable) else _gave_up()
            connection.commit()
        except (DatabaseError, Unavailable) as problem:
            # Disk full, say: nothing of the group is on disk, so everybody in it is told.
            connection.rollback()
            failure = problem if isinstance(problem, Unavailable) else _away(problem)
            for outcome in outcomes:
                outcome.future.set_exception(failure)
        else:
            for outcome in outcomes:
                outcome.settle()
        return stop

    def _run_group(self, connection: Connection, piece: _Piece | None) -> tuple[list[_Outcome], bool]:
        """Run this piece and what waits behind it, as far as one commit goes; True when the sign to stop came."""
        outcomes: list[_Outcome] = []
        deadline = time.monotonic() + _GROUP_SECONDS
        while piece is not None:
            if piece[1].set_running_or_notify_cancel():
                outcomes.append(_run(connection, *piece))
                if not _in_transaction(connection):
                    break
            if len(outcomes) >= _GROUP_PIECES or time.monotonic() > deadline:
                break
            try:
                piece = self._pieces.get_nowait()
            except queue.Empty:
                break
        return outcomes, piece is None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one piece; its caller is told only after the commit."""

    future: Future[Any]
    result: Any = None
    failure: BaseException | None = None

    def settle(self) -> None:
        if self.failure is not None:
            self.future.set_exception(self.failure)
        else:
            self.future.set_result(self.result)


def _run(connection: Connection, work: Work[Any], future: Future[Any]) -> _Outcome:
    """Run one piece in a savepoint. When even that cannot be taken back, the transaction is over."""
    try:
        connection.exec_driver_sql("SAVEPOINT piece")
        result = work(connection)
        connection.exec_driver_sql("RELEASE piece")
    except BaseException as problem:  # noqa: BLE001 - this is a hand-over: the caller gets it, whole
        _take_back(connection)
        return _Outcome(future, failure=_away(problem) if isinstance(problem, OperationalError) else problem)
    return _Outcome(future, result)


def _take_back(connection: Connection) -> None:
    if _in_transaction(connection):
        try:
            connection.exec_driver_sql("ROLLBACK TO piece")
            connection.exec_driver_sql("RELEASE piece")
        except DatabaseError:
            connection.rollback()


def _in_transaction(connection: Connection) -> bool:
    return bool(connection.connection.driver_connection.in_transaction)  # type: ignore[union-attr]


def _gave_up() -> Unavailable:
    return Unavailable("The database broke off; nothing of this request was saved.", retry_after_seconds=1)


def _away(problem: Exception) -> Unavailable:
    original = getattr(problem, "orig", problem)
    name = getattr(original, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return Unavailable(
            "The disk of the server is full; nothing of this request was saved.",
            code="disk_full",
            action="Your work is kept in the browser. Tell the owner to make room on the disk.",
        )
    return Unavailable(f"The database did not answer: {original}.", retry_after_seconds=2)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _engine(url: str, readers: int) -> Engine:
    memory = url in ("sqlite://", "sqlite:///:memory:")
    engine = create_engine(
        url,
        poolclass=NullPool if memory else QueuePool,
        hide_parameters=True,  # an error in a log shows the statement, not what people wrote
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": _BUSY_MILLISECONDS / 1000},
        **({} if memory else {"pool_size": readers + 1, "max_overflow": 0}),
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # SQLite's own knows ASCII only, and people search for more.
        connection.create_function("lower", 1, _lower, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # so that REPLACE does not get round the triggers of append-only tables
            "cache_size=-65536",
            "temp_store=MEMORY",
            "mmap_size=268435456",
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
