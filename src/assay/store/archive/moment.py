"""One moment of a database, read while others go on writing, without any program beside the driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from assay.kernel.clock import now_us
from assay.kernel.errors import BadInput, Unavailable
from assay.store.archive.rows import Shape, revision_of, shapes_of
from assay.store.schema import revisions, sqlalchemy_url


@dataclass(frozen=True, slots=True)
class Moment:
    """A database as it was at one moment. It stays so while the connection is in its transaction."""

    connection: Connection
    at: int
    revision: str
    shapes: list[Shape]


@contextmanager
def one_moment(url: str) -> Iterator[Moment]:
    """Hold one moment of the database. It is not migrated: a backup comes before an update.

    Raises BadInput when there is no database of Assay, or one of a newer Assay; Unavailable when it is away.
    """
    sqlite = url.startswith("sqlite")
    if sqlite and not Path(url.removeprefix("sqlite:///")).exists():
        raise _nothing_there(url)
    options = {"isolation_level": None, "timeout": 60} if sqlite else {"connect_timeout": 5}
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool, hide_parameters=True, connect_args=options)
    try:
        with engine.connect() as connection:
            if sqlite:
                connection.exec_driver_sql("PRAGMA query_only=ON")
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            revision = revision_of(connection)  # the first look is what fixes the moment
            at = now_us()
            if revision is None:
                raise _nothing_there(url)
            if revision not in revisions():
                raise BadInput(
                    f"The database has the schema {revision}, which this Assay does not know.",
                    action="Use the Assay that runs over it, or a newer one.",
                )
            yield Moment(connection, at, revision, shapes_of(connection))
    except DBAPIError as problem:
        raise Unavailable(f"The database did not answer: {problem.orig}.") from problem
    finally:
        engine.dispose()


def _nothing_there(url: str) -> BadInput:
    place = url.removeprefix("sqlite:///") if url.startswith("sqlite") else "the PostgreSQL database"
    return BadInput(
        f"There is no database of Assay in {place}.",
        field="--data",
        action="Check --data (or ASSAY_DATA) and ASSAY_DATABASE.",
    )
