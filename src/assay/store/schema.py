"""Bring a database to the schema of this version."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 60  # for another process that is just migrating


def sqlalchemy_url(url: str) -> str:
    """The URL with its driver.

    >>> sqlalchemy_url("postgresql://me@host/assay")
    'postgresql+psycopg://me@host/assay'
    """
    return url if url.startswith("sqlite") else "postgresql+psycopg://" + url.split("://", 1)[1]


def alembic_config(url: str) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = sqlalchemy_url(url)
    return config


def revisions() -> list[str]:
    """The revisions that this version knows, newest first."""
    script = ScriptDirectory.from_config(alembic_config("sqlite://"))
    return [one.revision for one in script.walk_revisions()]


def migrate(connection: Connection, revision: str = "head") -> None:
    """Apply the migrations that are missing, in the transaction of the caller."""
    config = alembic_config(connection.engine.url.render_as_string(hide_password=False))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations that are missing: all of them or, when that fails, none.

    One process does it, others that start at the same time wait; done already is no work.
    """
    engine = _one_transaction(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two servers that start together must not migrate together. The number is ours alone.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4155415359)")
            migrate(connection, revision)
    finally:
        engine.dispose()


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the journal. Beside another process that does so too, SQLite says "locked" without waiting."""
    give_up = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def _one_transaction(url: str) -> Engine:
    """An engine whose transactions hold changes of the schema, and keep other writers out."""
    if not url.startswith("sqlite"):
        return create_engine(sqlalchemy_url(url))
    # Left to itself, Python's driver begins no transaction before CREATE TABLE.
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def newest_revision() -> str:
    """The name of the schema that this version of Assay works with."""
    return str(ScriptDirectory.from_config(alembic_config("sqlite://")).get_current_head())
