"""Bring a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

MIGRATIONS = Path(__file__).parent / "migrations"


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


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations that are missing. One process does it, others wait; done already is no work."""
    config = alembic_config(url)
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Two servers that start together must not migrate together. The number is ours alone.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4155415359)")
            else:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()
