"""A worker dies, loses its lease, is told to stop, or meets trouble: the job ends with exactly the right rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from assay.kernel.clock import SECOND
from assay.kernel.errors import NotFound, Unavailable
from assay.storage import LocalStorage
from assay.store import jobs
from assay.store.engine import Store, open_store
from assay.store.jobs import LEASE_SECONDS, JobState
from assay.worker import import_job, run
from assay.worker.context import JobContext
from assay.worker.run import Worker, run_one
from tests.flow.audit import assert_sound
from tests.flow.ground import result_of
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, jsonl

CHUNK = 10
ROWS = 28


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a file of some rows has many steps."""
    monkeypatch.setattr(import_job, "_CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(import_job, "_REPORT_SECONDS", 0)


def rows(count: int = ROWS) -> bytes:
    """Rows with ids, some of them bad, some of them annotated."""
    written: list[dict[str, Any]] = []
    for n in range(count):
        row: dict[str, Any] = {"id": f"key-{n}", "data": {"text": f"text {n}"} if n % 9 else {"body": "bad"}}
        if n % 7 == 0:
            row["annotations"] = [{"annotator": f"person {n % 3}", "result": result_of("Good")}]
        written.append(row)
    return jsonl(written)


EXPECTED_KEYS = [f"key-{n}" for n in range(ROWS) if n % 9]
EXPECTED = {"rows": ROWS, "tasks": 24, "annotations": 3, "refused": 4}


def assert_right(desk: Desk, uid: str, *, files: int = 0) -> None:
    """Every good row once, every bad row in the report once, nothing else."""
    seen = desk.job(uid)
    assert seen.state == JobState.DONE, seen.problem
    assert seen.outcome == EXPECTED
    assert desk.keys() == EXPECTED_KEYS
    assert [line for line, _, _ in desk.report(seen)] == [n + 1 for n in range(ROWS) if n % 9 == 0]
    assert len(desk.files()) == files
    assert_sound(desk.store)


class Died(BaseException):
    """kill -9, as far as one process can play it."""


class DyingStore(Store):
    """Passes everything on until the N-th write: that one never comes back, before or after its commit."""

    def __init__(self, inner: Store, writes: int, *, committed: bool) -> None:
        self.dialect, self.url = inner.dialect, inner.url
        self._inner = inner
        self.left = writes
        self._committed = committed

    def submit_write(self, work: Callable[[Connection], Any]) -> Future[Any]:
        self.left -= 1
        if self.left > 0:
            return self._inner.submit_write(work)
        if self.left == 0 and self._committed:
            self._inner.submit_write(work).result()
        raise Died

    def submit_read(self, work: Callable[[Connection], Any]) -> Future[Any]:
        if self.left <= 0:
            raise Died
        return self._inner.submit_read(work)

    def waiting(self) -> int:
        return 0

    def close(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("committed", [False, True], ids=["before its commit", "after its commit"])
def test_death_at_each_write_of_an_import(make_desk: MakeDesk, committed: bool) -> None:
    """For N = 1, 2, 3 ...: the worker dies at its N-th write, another one takes over. Until it needs no other."""
    for number in range(1, 60):
        desk = make_desk(annotators=0)
        uid = desk.send(rows(), mode="good_rows")
        dying = DyingStore(desk.store, number, committed=committed)
        try:
            run_one(desk.context(store=dying), only=uid)
        except Died:
            assert not run_one(desk.context(), only=uid) or number == 1  # the lease of the dead one still runs
        else:
            assert dying.left > 0
            break
        over = number > 1 and desk.job(uid).state == JobState.DONE
        desk.clock.advance(LEASE_SECONDS + 1)
        run_one(desk.context(), only=uid)
        assert_right(desk, uid, files=int(over))  # who dies right after the end leaves the file behind
    assert number > 10  # so it really died at many places
    assert_right(desk, uid)


def test_death_again_and_again(desk: Desk) -> None:
    uid = desk.send(rows(), mode="good_rows")
    for writes in (2, 4, 6, 3, 9, 4, 3):
        with pytest.raises(Died):
            run_one(desk.context(store=DyingStore(desk.store, writes, committed=writes % 2 == 0)), only=uid)
        desk.clock.advance(LEASE_SECONDS + 1)
        if desk.job(uid).state == JobState.DONE:
            break
    desk.clock.advance(LEASE_SECONDS + 1)
    run_one(desk.context(), only=uid)
    assert_right(desk, uid)


def test_a_job_that_ends_its_process_each_time_is_given_up(desk: Desk) -> None:
    uid = desk.send(rows(), mode="good_rows")
    for _ in range(run._BEGINNINGS):
        with pytest.raises(Died):
            run_one(desk.context(store=DyingStore(desk.store, 2, committed=False)), only=uid)
        desk.clock.advance(LEASE_SECONDS + 1)
    seen = desk.run(uid)
    assert seen.state == JobState.FAILED
    assert seen.problem["code"] == "job_never_ends"
    assert "log" in seen.problem["action"]
    assert desk.files() == []


@contextmanager
def paused_in_a_chunk(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> Iterator[tuple[threading.Event, threading.Event]]:
    """The first worker stops before its N-th chunk until told to go on."""
    stopped, go = threading.Event(), threading.Event()
    write_chunk = import_job.Plan._write_chunk
    seen: list[int] = []

    def pausing(plan: import_job.Plan, *arguments: Any) -> Any:
        seen.append(1)
        if len(seen) == number:
            stopped.set()
            assert go.wait(20)
        return write_chunk(plan, *arguments)

    monkeypatch.setattr(import_job.Plan, "_write_chunk", pausing)
    yield stopped, go
    go.set()


def test_a_worker_that_was_asleep_writes_nothing_over_its_heir(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = desk.send(rows(), mode="good_rows")
    with paused_in_a_chunk(monkeypatch, 3) as (stopped, go):
        sleeper = threading.Thread(target=lambda: run_one(desk.context(owner="sleeper"), only=uid))
        sleeper.start()
        assert stopped.wait(20)
        desk.clock.advance(LEASE_SECONDS + 1)
        assert run_one(desk.context(owner="heir"), only=uid)
        assert_right(desk, uid)
        go.set()
        sleeper.join(20)
    assert_right(desk, uid)


def test_a_worker_that_wakes_up_while_its_heir_works(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = desk.send(rows(), mode="good_rows")
    with paused_in_a_chunk(monkeypatch, 2) as (stopped, go):
        sleeper = threading.Thread(target=lambda: run_one(desk.context(owner="sleeper"), only=uid))
        sleeper.start()
        assert stopped.wait(20)
        desk.clock.advance(LEASE_SECONDS + 1)
        heir = threading.Thread(target=lambda: run_one(desk.context(owner="heir"), only=uid))
        go.set()
        heir.start()
        sleeper.join(20)
        heir.join(20)
    assert_right(desk, uid)


def test_cancel_stops_at_the_next_chunk_and_says_what_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = desk.send(rows(), mode="good_rows")
    with paused_in_a_chunk(monkeypatch, 3) as (stopped, go):
        worker = threading.Thread(target=lambda: run_one(desk.context(), only=uid))
        worker.start()
        assert stopped.wait(20)
        desk.store.write(lambda c: jobs.cancel(c, desk.crowd.project.id, uid, desk.clock()))
        go.set()
        worker.join(20)
    seen = desk.job(uid)
    assert seen.state == JobState.CANCELED
    assert seen.progress == seen.checkpoint["read"] == 2 * CHUNK
    assert desk.keys() == EXPECTED_KEYS[: seen.checkpoint["tasks"]]
    assert desk.files() == []
    assert_sound(desk.store)


def test_told_to_stop_it_puts_the_job_back_and_it_goes_on_from_there(desk: Desk) -> None:
    uid = desk.send(rows(), mode="good_rows")
    for round_number in range(1, 30):  # noqa: B007 - used after the loop
        calls = iter(range(100))
        seen = desk.run(uid, stopping=lambda calls=calls: next(calls) >= 4)
        if seen.state == JobState.DONE:
            break
        assert (seen.state, seen.attempt) == (JobState.WAITING, 0)  # a stop is no failed attempt
    assert round_number > 1
    assert_right(desk, uid)


# Trouble.


def test_a_database_that_is_away_for_a_moment_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = desk.send(rows(), mode="good_rows")
    broken = iter([True, True])
    write_chunk = import_job.Plan._write_chunk

    def failing(plan: import_job.Plan, *arguments: Any) -> Any:
        if next(broken, False):
            raise Unavailable("The database did not answer.")
        return write_chunk(plan, *arguments)

    monkeypatch.setattr(import_job.Plan, "_write_chunk", failing)
    waits = []
    for _ in range(3):
        before = desk.clock()
        seen = desk.run(uid)
        if seen.state == JobState.WAITING:
            assert not run_one(desk.context(), only=uid)
            waits.append((seen.run_at - before) / SECOND)
            desk.clock.advance(waits[-1])
    assert waits == [2, 4]
    assert_right(desk, uid)


def test_what_nobody_foresaw_is_tried_again_and_then_given_up_in_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(context: JobContext) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(run.KINDS, "import", broken)
    uid = desk.send(rows())
    for attempt in range(1, run._ATTEMPTS):
        seen = desk.run(uid)
        assert (seen.state, seen.attempt) == (JobState.WAITING, attempt)
        desk.clock.advance(60)
    seen = desk.run(uid)
    assert seen.state == JobState.FAILED
    assert "secret" not in str(seen.problem)
    assert seen.problem["status"] == 500
    assert seen.problem["job"] == uid
    assert desk.files() == []


def test_what_trying_again_would_not_help_is_told_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(context: JobContext) -> None:
        raise NotFound("The file is not there any more.")

    monkeypatch.setitem(run.KINDS, "import", gone)
    seen = desk.run(desk.send(rows()))
    assert seen.state == JobState.FAILED
    assert seen.problem["code"] == "not_found"
    assert seen.attempt == 1


def test_an_upload_that_vanished(desk: Desk) -> None:
    uid = desk.send(rows())
    for path in desk.folder.iterdir():
        path.unlink()
    seen = desk.run(uid)
    assert seen.state == JobState.FAILED
    assert "not there any more" in seen.problem["detail"]


def test_a_job_that_is_canceled_while_it_fails_stays_canceled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def canceled_meanwhile(context: JobContext) -> None:
        desk.store.write(lambda c: jobs.cancel(c, desk.crowd.project.id, context.job.uid, desk.clock()))
        raise NotFound("Gone.")

    monkeypatch.setitem(run.KINDS, "import", canceled_meanwhile)
    seen = desk.run(desk.send(rows()))
    assert seen.state == JobState.CANCELED
    assert desk.files() == []


def test_the_heartbeat_goes_on_after_a_failed_beat(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE_SECONDS", 0.2)
    beats = threading.Semaphore(0)
    renew, broken = jobs.renew, iter([True, True])

    def renewing(*arguments: Any) -> None:
        beats.release()
        if next(broken, False):
            raise Unavailable("Away.")
        renew(*arguments)

    monkeypatch.setattr(jobs, "renew", renewing)

    def slow(context: JobContext) -> None:
        for _ in range(5):
            assert beats.acquire(timeout=10)
        context.checkpoint({"step": "slow"}, step="slow", progress=1, total=1)
        now = context.clock()
        context.store.write(lambda c: jobs.finish(c, context.job, {}, now))

    monkeypatch.setitem(run.KINDS, "slow", slow)
    assert desk.run(desk.enqueue("slow", {})).state == JobState.DONE


# The worker itself.


def test_a_worker_does_what_waits_sweeps_leases_and_ends_when_told(desk: Desk) -> None:
    with open_store(desk.store.url) as store:
        worker = Worker(store, LocalStorage(desk.folder), clock=desk.clock)
        worker.start()
        uids = [desk.send(rows(), mode="good_rows"), desk.ask_export()]
        worker.wake()
        deadline = threading.Event()
        for _ in range(400):
            if all(desk.job(uid).state == JobState.DONE for uid in uids):
                break
            deadline.wait(0.05)
        worker.stop()
    seen = desk.job(uids[0])
    assert seen.outcome == EXPECTED
    assert desk.job(uids[1]).outcome["tasks"] == len(EXPECTED_KEYS)


def test_two_workers_share_the_jobs_and_do_each_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    lock = threading.Lock()

    def note(context: JobContext) -> None:
        with lock:
            done.append(context.job.uid)
        now = context.clock()
        context.store.write(lambda c: jobs.finish(c, context.job, {}, now))

    monkeypatch.setitem(run.KINDS, "note", note)
    uids = [desk.enqueue("note", {}) for _ in range(15)]

    def work(owner: str) -> None:
        for uid in uids:
            run_one(desk.context(owner=owner), only=uid)

    workers = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(30)
    assert sorted(done) == sorted(uids)
