"""One door to either database.

Work is a plain function that takes a SQLAlchemy ``Connection``. It never commits: a whole function
is one transaction, and raising rolls it back.

>>> import tempfile
>>> from sqlalchemy import text
>>> with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/a.db") as store:
...     store.write(lambda connection: connection.execute(text("CREATE TABLE seen (n INTEGER)")) and None)
...     store.read(lambda connection: connection.execute(text("SELECT count(*) FROM seen")).scalar())
0
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from sqlalchemy import Connection

from assay.kernel.errors import Unavailable

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

Work = Callable[[Connection], Result]


class Store(ABC):
    """A database that is open. Close it, or use it as a context manager."""

    dialect: str
    url: str

    @abstractmethod
    def submit_write(self, work: Work[Result]) -> Future[Result]:
        """Run ``work`` in a transaction of its own; the future ends when it is durable."""

    @abstractmethod
    def submit_read(self, work: Work[Result]) -> Future[Result]:
        """Run ``work`` on a connection that only reads and sees one moment."""

    def waiting(self) -> int:
        """Pieces of work that nobody has begun yet: far from 0 for long, and the database is the bottleneck."""
        return 0

    @abstractmethod
    def close(self) -> None:
        """Finish what was handed in, then let go of every connection."""

    def write(self, work: Work[Result]) -> Result:
        """As :meth:`submit_write`, waiting for the result. Not for use inside an event loop."""
        return self.submit_write(work).result()

    def read(self, work: Work[Result]) -> Result:
        """As :meth:`submit_read`, waiting for the result. Not for use inside an event loop."""
        return self.submit_read(work).result()

    async def awrite(self, work: Work[Result]) -> Result:
        """As :meth:`submit_write`, for an event loop."""
        return await asyncio.wrap_future(self.submit_write(work))

    async def aread(self, work: Work[Result]) -> Result:
        """As :meth:`submit_read`, for an event loop."""
        return await asyncio.wrap_future(self.submit_read(work))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def shutting_down() -> Future[Any]:
    """What is handed in to a closed store."""
    future: Future[Any] = Future()
    future.set_exception(Unavailable("Assay is shutting down."))
    return future


def open_store(url: str, *, connections: int = 8) -> Store:
    """Open the database of a URL: ``sqlite:////path/to/file.db`` or ``postgresql://...``.

    ``connections`` is the size of the pool on PostgreSQL; on SQLite it bounds the readers.
    Raises Unavailable when the database cannot be reached.
    """
    if url.startswith("sqlite:"):
        from assay.store.engine.sqlite import SqliteStore

        return SqliteStore(url, readers=min(connections, 4))
    from assay.store.engine.postgresql import PostgresqlStore

    return PostgresqlStore(url, connections=connections)
