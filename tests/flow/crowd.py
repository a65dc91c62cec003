"""Many callers at once, and transactions that are held open at a chosen point."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from assay.kernel.errors import AssayError
from assay.store.engine import Store

Result = TypeVar("Result")
WAIT_SECONDS = 30


def together(calls: Sequence[Callable[[], Result]]) -> list[Result | AssayError]:
    """What each call returned or refused, all started at the same moment, a thread each."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result | AssayError:
        gate.wait(WAIT_SECONDS)
        try:
            return call()
        except AssayError as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


class HeldOpen:
    """A transaction in which some work is done, and which commits only when told to.

    ``store`` must be one of its own: on SQLite an open transaction holds its store's only writer.
    """

    def __init__(self, store: Store, work: Callable[[Connection], Result]) -> None:
        self._worked = threading.Event()
        self._go = threading.Event()

        def hold(connection: Connection) -> Result:
            result = work(connection)
            self._worked.set()
            assert self._go.wait(WAIT_SECONDS)
            return result

        self._future: Future[object] = store.submit_write(hold)
        assert self._worked.wait(WAIT_SECONDS) or self._future.exception()

    def commit(self) -> object:
        """Let it end; returns what the work returned."""
        self._go.set()
        return self._future.result(WAIT_SECONDS)
