"""The schema: from nothing to this version, once, whoever starts it and whatever interrupts it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from assay.store.engine import open_store
from assay.store.schema import alembic_config, sqlalchemy_url, upgrade
from assay.store.tables import metadata

UPGRADE = (
    "import sys; from assay.store.schema import upgrade; print('ready', flush=True); input(); upgrade(sys.argv[1])"
)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A plain connection."""
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def shape(url: str) -> dict[str, Any]:
    """Tables with columns, indexes and foreign keys, and the triggers, as the database tells them."""
    with connected(url) as connection:
        inspector = inspect(connection)
        found: dict[str, Any] = {}
        for table in inspector.get_table_names():
            found[table] = [
                [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
                sorted((str(index["name"]), index["column_names"]) for index in inspector.get_indexes(table)),
                inspector.get_pk_constraint(table)["constrained_columns"],
                sorted(str(unique["name"]) for unique in inspector.get_unique_constraints(table)),
                sorted(str(key["name"]) for key in inspector.get_foreign_keys(table)),
            ]
        triggers = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
            if connection.dialect.name == "sqlite"
            else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
        )
        found["triggers"] = list(connection.execute(text(triggers)).scalars())
        return found


def revision(url: str) -> str | None:
    """Where the database stands."""
    with connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision."""
    return ScriptDirectory.from_config(alembic_config("sqlite://")).get_current_head()


def test_from_nothing_to_head_and_again(database_url: str) -> None:
    upgrade(database_url)
    first = shape(database_url)
    assert revision(database_url) == head()
    assert set(first) == {*metadata.tables, "alembic_version", "triggers"}
    upgrade(database_url)
    assert shape(database_url) == first


def test_the_model_says_exactly_what_the_migrations_make(database_url: str) -> None:
    upgrade(database_url)
    with connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_have_one_head() -> None:
    script = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def start_upgrade(url: str) -> subprocess.Popen[str]:
    """A process that waits for a line, then brings the database to head."""
    process = subprocess.Popen(
        [sys.executable, "-c", UPGRADE, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let it begin."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_processes_start_at_once(database_url: str) -> None:
    processes = [start_upgrade(database_url) for _ in range(2)]
    for process in processes:
        go(process)
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert ends == [("", 0), ("", 0)]
    assert revision(database_url) == head()
    with open_store(database_url) as store:
        assert store.read(lambda c: c.execute(text("SELECT count(*) FROM project")).scalar()) == 0


def test_a_migration_that_is_killed_leaves_nothing_half_done(database_url: str) -> None:
    for pause in (0.04, 0.12):
        process = start_upgrade(database_url)
        go(process)
        time.sleep(pause)
        process.kill()
        process.communicate()
        with connected(database_url) as connection:
            tables = set(inspect(connection).get_table_names())
        assert not tables or tables == {*metadata.tables, "alembic_version"}, pause
    upgrade(database_url)
    assert revision(database_url) == head()


@pytest.mark.parametrize("stop_after", [1, 7, 20, 40])
def test_a_migration_that_fails_leaves_nothing_half_done(
    database_url: str, stop_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    create, seen = op.create_table, []

    class DiskFull(Exception):
        pass

    def failing(*arguments: Any, **options: Any) -> Any:
        seen.append(arguments[0])
        if len(seen) == min(stop_after, len(metadata.tables)):
            raise DiskFull
        return create(*arguments, **options)

    monkeypatch.setattr(op, "create_table", failing)
    with pytest.raises(DiskFull):
        upgrade(database_url)
    monkeypatch.undo()
    with connected(database_url) as connection:
        assert inspect(connection).get_table_names() == []
    upgrade(database_url)
    assert revision(database_url) == head()


def test_what_is_there_survives_an_upgrade(database_url: str) -> None:
    upgrade(database_url)
    with open_store(database_url) as store:
        store.write(
            lambda c: c.execute(text("INSERT INTO workspace (uid, name, created_at) VALUES ('w', 'W', 1)")) and None
        )
    upgrade(database_url)
    with open_store(database_url) as store:
        assert store.read(lambda c: c.execute(text("SELECT name FROM workspace")).scalars().all()) == ["W"]
