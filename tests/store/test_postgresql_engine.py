"""PostgreSQL: races run again by themselves, and a server that goes away comes back without a restart of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, text

from assay.kernel.errors import Unavailable
from assay.store.engine import Store, open_store
from assay.store.engine.statement import Statement
from tests.support.cluster import Cluster
from tests.support.databases import Databases

pytestmark = pytest.mark.postgresql
WAIT_SECONDS = 20


def prepare(store: Store) -> None:
    """A table with two rows."""

    def work(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY, value INTEGER)"))
        connection.execute(text("INSERT INTO number VALUES (1, 0), (2, 0)"))

    store.write(work)


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """A store with such a table."""
    with open_store(databases.fresh("postgresql"), connections=4) as opened:
        prepare(opened)
        yield opened


def add(connection: Connection, n: int) -> None:
    """Count a row up, and hold its lock."""
    connection.execute(text("UPDATE number SET value = value + 1 WHERE n = :n"), {"n": n})


def values(store: Store) -> list[int]:
    """What is committed."""
    return list(store.read(lambda c: c.execute(text("SELECT value FROM number ORDER BY n")).scalars().all()))


def test_two_pieces_that_lock_each_other_out_both_end_well(store: Store) -> None:
    meeting = threading.Barrier(2)
    runs: list[int] = []

    def work(first: int, second: int) -> Store:
        def crossing(connection: Connection) -> Store:
            runs.append(first)
            add(connection, first)
            if len(runs) <= 2:
                meeting.wait(WAIT_SECONDS)
            add(connection, second)
            return store

        return store.write(crossing)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(work, (1, 2), (2, 1))) == [store, store]
    assert len(runs) == 3  # one of them began again
    assert values(store) == [2, 2]


def test_who_comes_second_to_a_unique_key_looks_again(store: Store) -> None:
    meeting = threading.Barrier(2)

    def take(connection: Connection) -> str:
        if connection.execute(text("SELECT 1 FROM number WHERE n = 3")).first() is not None:
            return "there already"
        meeting.wait(WAIT_SECONDS)
        connection.execute(text("INSERT INTO number VALUES (3, 0)"))
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(lambda _: store.write(take), range(2)))
    assert sorted(ends) == ["taken", "there already"]


def kill_connections(store: Store, cluster_url: str) -> None:
    """End every other connection to the database, as a restart or a firewall does."""
    with open_store(cluster_url, connections=2) as other:
        other.write(
            lambda c: c.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            ).all()
        )


def test_a_read_over_a_connection_that_died_is_run_again(store: Store) -> None:
    assert values(store) == [0, 0]
    kill_connections(store, store.url)
    assert values(store) == [0, 0]


def test_a_statement_on_the_drivers_cursor_is_run_again_too(store: Store) -> None:
    one = Statement("SELECT 1")
    assert store.read(lambda c: one.scalar(c, {})) == 1
    kill_connections(store, store.url)
    assert store.read(lambda c: one.scalar(c, {})) == 1


def test_a_write_over_a_connection_that_died_is_left_to_its_sender(store: Store) -> None:
    store.write(lambda c: add(c, 1))
    kill_connections(store, store.url)
    with pytest.raises(Unavailable) as caught:
        store.write(lambda c: add(c, 1))
    assert caught.value.retry_after_seconds
    store.write(lambda c: add(c, 1))
    assert values(store) == [2, 0]


def test_the_server_crashes_and_what_was_acknowledged_is_there_afterwards(durable_postgres: Cluster) -> None:
    with open_store(durable_postgres.create("crashing"), connections=4) as store:
        prepare(store)
        store.write(lambda c: add(c, 1))
        durable_postgres.crash()
        for ask in (lambda: store.write(lambda c: add(c, 2)), lambda: values(store)):
            with pytest.raises(Unavailable):
                ask()
        with pytest.raises(Unavailable, match="cannot be reached"):
            open_store(store.url)
        durable_postgres.start()
        for _ in range(3):  # the pool may hold dead connections; nobody has to restart Assay for that
            try:
                store.write(lambda c: add(c, 2))
                break
            except Unavailable:
                continue
        assert values(store) == [1, 1]
