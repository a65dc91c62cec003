"""The one door to either database: each caller gets its own result, whole, after it is durable."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from assay.kernel.errors import BadInput, Unavailable
from assay.store.engine import Store, open_store
from tests.support.databases import Databases

WAIT_SECONDS = 20


@pytest.fixture
def numbers(databases: Databases, database_kind: str) -> Iterator[Store]:
    """A store with one table of unique numbers."""
    with open_store(databases.fresh(database_kind), connections=4) as store:
        store.write(lambda c: c.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY)")) and None)
        yield store


def put(n: int) -> Callable[[Connection], int]:
    """Work that inserts a number and returns it."""

    def work(connection: Connection) -> int:
        return int(connection.execute(text("INSERT INTO number VALUES (:n) RETURNING n"), {"n": n}).scalar_one())

    return work


def all_numbers(store: Store) -> list[int]:
    """What is committed."""
    return list(store.read(lambda c: c.execute(text("SELECT n FROM number ORDER BY n")).scalars().all()))


class Busy:
    """Keeps every writer busy, so that what is handed in meanwhile waits and is taken together."""

    def __init__(self, store: Store) -> None:
        self._go = threading.Event()
        self._held = [
            store.submit_write(lambda _: self._go.wait(WAIT_SECONDS))
            for _ in range(1 if store.dialect == "sqlite" else 4)
        ]

    def end(self) -> None:
        """Let the writers go on."""
        self._go.set()
        for held in self._held:
            assert held.result(WAIT_SECONDS)


def test_each_caller_gets_its_own_result(numbers: Store) -> None:
    busy = Busy(numbers)
    futures = [numbers.submit_write(put(n)) for n in range(300)]
    busy.end()
    assert [future.result(WAIT_SECONDS) for future in futures] == list(range(300))
    assert all_numbers(numbers) == list(range(300))


def test_a_piece_that_fails_is_rolled_back_alone(numbers: Store) -> None:
    def half(n: int) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            put(n)(connection)
            raise BadInput(f"no {n}", field="n")

        return work

    busy = Busy(numbers)
    futures: list[Future[Any]] = [numbers.submit_write(half(n) if n % 3 == 0 else put(n)) for n in range(60)]
    futures.append(numbers.submit_write(put(1)))  # the database itself refuses this one
    busy.end()

    for n, future in enumerate(futures[:-1]):
        if n % 3 == 0:
            with pytest.raises(BadInput, match=f"no {n}$"):
                future.result(WAIT_SECONDS)
        else:
            assert future.result(WAIT_SECONDS) == n
    with pytest.raises(IntegrityError):
        futures[-1].result(WAIT_SECONDS)
    assert all_numbers(numbers) == [n for n in range(60) if n % 3]


@pytest.mark.parametrize("problem", [KeyError("x"), ZeroDivisionError(), SystemExit(3), KeyboardInterrupt()])
def test_whatever_a_piece_raises_reaches_its_caller_and_nobody_else(numbers: Store, problem: BaseException) -> None:
    def work(connection: Connection) -> None:
        put(1)(connection)
        raise problem

    with pytest.raises(type(problem)):
        numbers.write(work)
    assert numbers.write(put(2)) == 2
    assert all_numbers(numbers) == [2]


def test_close_finishes_what_was_handed_in(numbers: Store) -> None:
    busy = Busy(numbers)
    futures = [numbers.submit_write(put(n)) for n in range(100)]
    closing = threading.Thread(target=numbers.close)
    closing.start()
    busy.end()
    closing.join(WAIT_SECONDS)
    assert [future.result(0) for future in futures] == list(range(100))
    with open_store(numbers.url) as again:
        assert all_numbers(again) == list(range(100))


def test_after_close_everybody_is_told_and_nobody_waits(numbers: Store) -> None:
    numbers.close()
    numbers.close()
    with pytest.raises(Unavailable, match="shutting down"):
        numbers.write(put(1))
    with pytest.raises(Unavailable, match="shutting down"):
        all_numbers(numbers)


def test_nobody_who_hands_in_while_it_closes_waits_for_ever(databases: Databases, database_kind: str) -> None:
    for _ in range(5):
        store = open_store(databases.fresh(database_kind))
        store.write(lambda c: c.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY)")) and None)
        futures: list[Future[int]] = []

        def hand_in(store: Store = store, futures: list[Future[int]] = futures) -> None:
            for n in range(400):
                futures.append(store.submit_write(put(n)))  # noqa: PERF401 - seen while it grows

        handing_in = threading.Thread(target=hand_in)
        handing_in.start()
        while len(futures) < 50:
            pass
        store.close()
        handing_in.join(WAIT_SECONDS)
        ends = [future.exception(WAIT_SECONDS) for future in futures]
        assert all(end is None or isinstance(end, Unavailable) for end in ends)


def test_a_canceled_piece_does_not_run(numbers: Store) -> None:
    busy = Busy(numbers)
    first, canceled, last = (numbers.submit_write(put(n)) for n in (1, 2, 3))
    assert canceled.cancel()
    busy.end()
    assert (first.result(WAIT_SECONDS), last.result(WAIT_SECONDS)) == (1, 3)
    with pytest.raises(CancelledError):
        canceled.result(WAIT_SECONDS)
    assert all_numbers(numbers) == [1, 3]


def test_from_an_event_loop(numbers: Store) -> None:
    async def main() -> None:
        assert await asyncio.gather(*(numbers.awrite(put(n)) for n in range(50))) == list(range(50))
        with pytest.raises(IntegrityError):
            await numbers.awrite(put(1))
        gone_away = asyncio.create_task(numbers.awrite(put(99)))
        await asyncio.sleep(0)
        gone_away.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone_away
        assert await numbers.awrite(put(100)) == 100
        assert len(await numbers.aread(lambda c: c.execute(text("SELECT n FROM number")).all())) >= 51

    asyncio.run(main())


def test_a_read_sees_only_what_is_committed(numbers: Store) -> None:
    wrote, go = threading.Event(), threading.Event()

    def work(connection: Connection) -> None:
        put(1)(connection)
        wrote.set()
        assert go.wait(WAIT_SECONDS)

    future = numbers.submit_write(work)
    assert wrote.wait(WAIT_SECONDS)
    before = all_numbers(numbers)
    go.set()
    future.result(WAIT_SECONDS)
    assert (before, all_numbers(numbers)) == ([], [1])


def test_a_read_is_one_moment(numbers: Store) -> None:
    def work(connection: Connection) -> list[int]:
        counts = []
        for n in range(3):
            counts.append(int(connection.execute(text("SELECT count(*) FROM number")).scalar_one()))
            numbers.write(put(n))
        return counts

    assert numbers.read(work) == [0, 0, 0]
    assert all_numbers(numbers) == [0, 1, 2]


def test_a_read_changes_nothing(numbers: Store) -> None:
    with pytest.raises(Exception, match="read"):
        numbers.read(put(1))
    assert all_numbers(numbers) == []
    assert numbers.write(put(1)) == 1


def test_a_database_that_cannot_be_opened(databases: Databases, database_kind: str) -> None:
    url = databases.fresh(database_kind)
    nowhere = "sqlite:////nowhere/at/all.db" if database_kind == "sqlite" else url.replace("host=/", "host=/nowhere/")
    with pytest.raises(Unavailable) as caught:
        open_store(nowhere)
    assert caught.value.action
