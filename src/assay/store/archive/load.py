"""Putting a whole installation into a database: all of it, checked, or nothing."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from typing import Protocol

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from assay.kernel.errors import BadInput, Conflict, Unavailable
from assay.store.archive.rows import (
    REVISION_TABLE,
    Progress,
    Row,
    Shape,
    check_kinds,
    differ,
    no_progress,
    set_sequences,
    shapes_of,
    sum_of,
    write_batches,
)
from assay.store.engine.postgresql import APPLICATION
from assay.store.schema import migrate, sqlalchemy_url, upgrade
from assay.store.tables import metadata


class Source(Protocol):
    """Where the rows come from."""

    revision: str

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The tables, with their columns by name."""

    def batches(self, table: str) -> Generator[list[Row]]:
        """The rows of a table."""

    def expected(self, table: str) -> tuple[int, str]:
        """How many rows it has and its hash; known at the latest when its rows were read."""


def fill(connection: Connection, source: Source, progress: Progress = no_progress) -> dict[str, tuple[int, str]]:
    """Fill empty tables of the source's revision, read everything back, and compare; returns what is there.

    Raises BadInput for rows that do not fit, Unavailable when what is there afterwards is not what came.
    """
    shapes = shapes_of(connection)
    _check_columns(source, shapes)
    for shape in shapes:
        try:
            with closing(source.batches(shape.name)) as batches:
                write_batches(connection, shape, batches, progress)
        except (connection.dialect.loaded_dbapi.Error, OverflowError) as problem:
            _raise_known(problem)
            raise BadInput(
                f"A row of the table {shape.name} cannot be stored: {str(problem).splitlines()[0]}.",
                field="ARCHIVE",
                action="Use another backup. Nothing was changed.",
            ) from problem
    set_sequences(connection, shapes)
    _check_references(connection)
    for shape in shapes:
        check_kinds(connection, shape)
        differ(shape, source.expected(shape.name), sum_of(connection, shape))
    return {shape.name: source.expected(shape.name) for shape in shapes}


def _raise_known(problem: Exception) -> None:
    full = getattr(problem, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(problem, "sqlstate", "") == "53100"
    if full:
        raise Unavailable(
            "The disk of the database is full; nothing was changed.", code="disk_full", action="Make room, try again."
        ) from problem
    if type(problem).__name__ in ("OperationalError", "AdminShutdown"):
        raise Unavailable(f"The database broke off: {problem}. Nothing was changed.") from problem


def _check_columns(source: Source, shapes: list[Shape]) -> None:
    given = source.columns()
    wanted = {shape.name: shape.columns for shape in shapes}
    for name in sorted({*given, *wanted}):
        if given.get(name) != wanted.get(name):
            raise BadInput(
                f"The table {name[:80]} is not the one of the schema {source.revision}.",
                field="ARCHIVE",
                action="Use a backup that 'assay backup' wrote.",
            )


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise BadInput(
                f"A row of {broken[0]} names a row of {broken[2]} that is not there.",
                field="ARCHIVE",
                action="Use another backup. Nothing was changed.",
            )


@contextmanager
def new_sqlite(path: Path, revision: str) -> Iterator[Connection]:
    """A new database file of a revision, to be filled. At the end it is brought to this version's schema."""
    url = f"sqlite:///{path}"
    upgrade(url, revision)
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None})
    try:
        with engine.connect() as connection:
            # Nobody else knows the file yet: it is flushed once, at its end.
            for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "foreign_keys=OFF", "cache_size=-131072"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()
    upgrade(url)


def fold_journal(path: Path) -> None:
    """Everything into the one file, so that it can be moved alone. Raises Unavailable for a broken one."""
    connection = connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (well,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if well != "ok":
        raise Unavailable(f"The database does not hold together: {well}. Nothing was changed.")


@contextmanager
def new_postgresql(url: str, revision: str, *, replace: bool) -> Iterator[Connection]:
    """The tables of a revision in a PostgreSQL database, in one transaction that ends with this version's schema.

    Raises Conflict when the database is in use by Assay, or has data and ``replace`` is not set.
    """
    engine = create_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "assay-restore"},
    )
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4155415359)")
            refuse_in_use(connection)
            _make_room(connection, replace=replace)
            migrate(connection, revision)
            yield connection
            migrate(connection)
    except OperationalError as problem:
        raise Unavailable(f"PostgreSQL did not answer: {problem.orig}. Nothing was changed.") from problem
    except DBAPIError as problem:
        raise Unavailable(f"PostgreSQL refused: {problem.orig}. Nothing was changed.") from problem
    finally:
        engine.dispose()


def refuse_in_use(connection: Connection) -> None:
    """Raises Conflict when a process of Assay is connected to this PostgreSQL database."""
    others = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
        (APPLICATION,),
    ).scalar_one()
    if others:
        raise Conflict(
            f"Assay is running over this database ({others} connections).",
            action="Stop every 'assay serve' and 'assay worker' over it first.",
        )


def has_data(connection: Connection) -> bool:
    """Whether there is anybody in the database: an installation that was only started once is empty."""
    tables = inspect(connection).get_table_names()
    if "person" not in tables:
        return False
    return connection.exec_driver_sql("SELECT 1 FROM person LIMIT 1").first() is not None


def refuse_data(where: object) -> Conflict:
    """There is an installation already."""
    return Conflict(
        f"There is data of Assay in {where} already; restoring would replace all of it.",
        action="Use another --data or ASSAY_DATABASE. To replace everything there: --replace (back it up first).",
    )


def _make_room(connection: Connection, *, replace: bool) -> None:
    if has_data(connection) and not replace:
        raise refuse_data("the PostgreSQL database")
    ours = [name for name in inspect(connection).get_table_names() if name in {*metadata.tables, REVISION_TABLE}]
    functions = connection.exec_driver_sql(
        "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND relname = ANY(%s)",
        (ours,),
    ).scalars()
    drops = [f'DROP TABLE "{name}" CASCADE' for name in ours] + [f"DROP FUNCTION {name}" for name in functions]
    for drop in drops:
        connection.exec_driver_sql(drop)
