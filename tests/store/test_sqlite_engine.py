"""SQLite: one writer, group commit, and disks that fill up in the middle of it."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from assay.kernel.errors import BadInput, Unavailable
from assay.store.engine import open_store
from assay.store.engine.sqlite import SqliteStore

WAIT_SECONDS = 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store with one table of unique numbers that take about a page each."""
    opened = open_store(f"sqlite:///{tmp_path / 'assay.db'}")
    assert isinstance(opened, SqliteStore)
    with opened:
        opened.write(lambda c: c.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY, wide BLOB)")) and None)
        yield opened


def put(n: int, size: int = 3_000) -> Callable[[Connection], int]:
    """Work that inserts a number and returns it."""

    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO number VALUES (:n, zeroblob(:size))"), {"n": n, "size": size})
        return n

    return work


def all_numbers(store: SqliteStore) -> list[int]:
    """What is committed."""
    return list(store.read(lambda c: c.execute(text("SELECT n FROM number ORDER BY n")).scalars().all()))


def as_one_group(store: SqliteStore, works: list[Callable[[Connection], Any]]) -> list[Future[Any]]:
    """Hand in pieces while the writer is busy, so that it takes them together."""
    go = threading.Event()
    held = store.submit_write(lambda _: go.wait(WAIT_SECONDS))
    futures = [store.submit_write(work) for work in works]
    go.set()
    held.exception(WAIT_SECONDS)
    return futures


def ends(futures: list[Future[Any]]) -> list[Any]:
    """The result of each, or what it raised."""
    return [future.exception(WAIT_SECONDS) or future.result() for future in futures]


def check(store: SqliteStore) -> None:
    """SQLite finds nothing wrong with the file."""
    assert store.read(lambda c: c.execute(text("PRAGMA integrity_check")).scalars().all()) == ["ok"]


def test_what_waits_is_committed_together_and_in_order(store: SqliteStore) -> None:
    commits: list[int] = []
    order: list[int] = []
    event.listen(store._engine, "commit", lambda _: commits.append(len(order)))

    def work(n: int) -> Callable[[Connection], int]:
        return lambda connection: order.append(n) or put(n, 1)(connection)  # type: ignore[func-returns-value]

    assert ends(as_one_group(store, [work(n) for n in range(200)])) == list(range(200))
    assert order == list(range(200))
    assert len(commits) < 20  # one flush each would be 201


def test_a_result_is_given_out_only_after_the_commit(store: SqliteStore) -> None:
    futures: list[Future[int]] = []
    done: list[bool] = []
    event.listen(store._engine, "commit", lambda _: done.extend(future.done() for future in futures))
    go = threading.Event()
    store.submit_write(lambda _: go.wait(WAIT_SECONDS))
    futures += [store.submit_write(put(n)) for n in range(5)]
    go.set()
    assert ends(futures) == list(range(5))
    assert done[:5] == [False] * 5


def test_every_connection_is_durable(store: SqliteStore) -> None:
    def settings(connection: Connection) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert store.write(settings) == store.read(settings) == ["wal", 2, 1]


def test_a_database_that_may_not_grow_says_that_the_disk_is_full(store: SqliteStore) -> None:
    pages = store.write(lambda c: int(c.exec_driver_sql("PRAGMA page_count").scalar_one()))
    store._writing.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
    store._writing.rollback()

    found = ends(as_one_group(store, [put(n) for n in range(20)]))

    saved = [end for end in found if isinstance(end, int)]
    refused = [end for end in found if isinstance(end, Unavailable)]
    assert len(saved) + len(refused) == 20
    assert refused
    assert {(end.code, end.status) for end in refused} == {("disk_full", 503)}
    assert all_numbers(store) == saved

    store._writing.exec_driver_sql("PRAGMA max_page_count=100000")
    store._writing.rollback()
    assert store.write(put(1000)) == 1000
    check(store)


@contextmanager
def no_file_may_grow_beyond(size: int) -> Iterator[None]:
    """A disk without room, as far as one process can make one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_commit_that_fails_is_told_to_everybody_in_the_group(store: SqliteStore, tmp_path: Path) -> None:
    store.write(put(1))
    log = (tmp_path / "assay.db-wal").stat().st_size

    def refuse(_: Connection) -> None:
        raise BadInput("no", field="n")

    with no_file_may_grow_beyond(log + 10_000):
        found = ends(as_one_group(store, [*(put(n) for n in range(10, 40)), refuse]))
        assert all(isinstance(end, Unavailable) for end in found)  # also the one that judged by what is lost now
        assert all_numbers(store) == [1]

    assert store.write(put(2)) == 2
    assert all_numbers(store) == [1, 2]
    check(store)


def test_a_full_disk_at_the_commit_says_so(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"
    commit = store._writing.commit

    def fail() -> None:
        from sqlalchemy.exc import OperationalError

        monkeypatch.setattr(store._writing, "commit", commit)
        raise OperationalError("COMMIT", {}, full)

    monkeypatch.setattr(store._writing, "commit", fail)
    with pytest.raises(Unavailable) as caught:
        store.write(put(1))
    assert caught.value.code == "disk_full"
    assert store.write(put(2)) == 2
    assert all_numbers(store) == [2]


def give_up(connection: Connection) -> None:
    """As SQLite does it by itself at some errors: the whole transaction is rolled back, not the statement."""
    put(1)(connection)
    connection.exec_driver_sql("INSERT OR ROLLBACK INTO number VALUES (1, NULL)")


def test_nobody_is_told_saved_when_sqlite_gives_up_the_whole_transaction(store: SqliteStore) -> None:
    found = ends(as_one_group(store, [put(10), put(11), give_up, put(12), put(13)]))

    saved = [end for end in found if isinstance(end, int)]
    assert all_numbers(store) == saved == [12, 13]
    assert [type(end) for end in found[:2]] == [Unavailable, Unavailable]
    assert "IntegrityError" in type(found[2]).__name__
    check(store)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda c: c.exec_driver_sql("ROLLBACK"),
        lambda c: c.exec_driver_sql("COMMIT"),
        lambda c: c.exec_driver_sql("RELEASE piece"),
        lambda c: c.commit(),
        lambda c: c.rollback(),
        lambda c: c.exec_driver_sql("PRAGMA nonsense") and 1 / 0,
        lambda c: c.exec_driver_sql("SELECT * FROM nowhere"),
    ],
)
def test_the_writer_outlives_work_that_breaks_the_rules(
    store: SqliteStore, misuse: Callable[[Connection], object]
) -> None:
    *_, broken, last = as_one_group(store, [put(1), misuse, put(2)])
    assert broken.exception(WAIT_SECONDS) is not None
    assert last.result(WAIT_SECONDS) == 2
    assert store.write(put(3)) == 3
    assert {2, 3} <= set(all_numbers(store))


OTHER_PROCESS = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO number VALUES (1000, NULL)")
print("holding", flush=True)
time.sleep(0.5)
connection.execute("COMMIT")
for n in range(1001, 1050):
    connection.execute("INSERT INTO number VALUES (?, NULL)", (n,))
"""


def test_another_process_writes_at_the_same_time(store: SqliteStore, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path / "assay.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "holding\n"
        assert [store.write(put(n, 10)) for n in range(50)] == list(range(50))
        assert other.wait(WAIT_SECONDS) == 0
    assert all_numbers(store) == [*range(50), *range(1000, 1050)]
    check(store)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "assay.db").write_bytes(b"this is a text, and a long one at that. " * 200)
    with pytest.raises(Unavailable) as caught:
        open_store(f"sqlite:///{tmp_path / 'assay.db'}")
    assert "not a database" in caught.value.message
