"""The ground that the database tests stand on."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, text

from tests.support.cluster import Cluster
from tests.support.databases import Databases

_calls: list[str] = []


def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def _prepare(url: str) -> None:
    _calls.append(url)
    engine = _engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE fruit (name TEXT)"))
        connection.execute(text("INSERT INTO fruit VALUES ('pear')"))
    engine.dispose()


def _names(url: str) -> list[str]:
    engine = _engine(url)
    with engine.begin() as connection:
        found = [str(name) for name in connection.execute(text("SELECT name FROM fruit")).scalars()]
        connection.execute(text("INSERT INTO fruit VALUES ('plum')"))
    engine.dispose()
    return found


def test_an_address_is_of_an_empty_database(database_url: str) -> None:
    engine = _engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_copies_of_a_prepared_database_do_not_see_each_other(databases: Databases, database_kind: str) -> None:
    _calls.clear()
    urls = [databases.fresh(database_kind, _prepare) for _ in range(3)]

    assert [_names(url) for url in urls] == [["pear"], ["pear"], ["pear"]]
    assert len(set(urls)) == 3
    assert len(_calls) <= 1


def test_a_durable_cluster_brings_back_what_was_committed_before_a_crash(durable_postgres: Cluster) -> None:
    url = durable_postgres.create("crash")
    _prepare(url)

    durable_postgres.crash()
    durable_postgres.start()

    assert _names(url) == ["pear"]


def test_postgresql_sorts_unlike_sqlite(postgres: Cluster, databases: Databases) -> None:
    engine = _engine(databases.fresh("postgresql"))
    with engine.connect() as connection:
        ordered = connection.execute(text("SELECT x FROM (VALUES ('b'), ('A'), ('a'), ('B')) v(x) ORDER BY x"))
        assert list(ordered.scalars()) == ["a", "A", "b", "B"]
    engine.dispose()


def test_the_cluster_listens_on_no_address(postgres: Cluster) -> None:
    assert [path.name for path in Path(postgres.folder).glob(".s.PGSQL.*[0-9]")] == [".s.PGSQL.5432"]
    assert Path(postgres.folder).stat().st_mode & 0o077 == 0
