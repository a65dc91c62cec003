"""The job table: one owner at a time, and nothing written by who is not the owner any more."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text

from assay.kernel.clock import SECOND
from assay.kernel.errors import AssayError, Conflict, NotFound, TooMany
from assay.store import jobs
from assay.store.jobs import LEASE_SECONDS, Job, JobState, LeaseLost
from tests.flow.crowd import together
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground


class Yard:
    """The jobs of one project."""

    def __init__(self, crowd: Ground) -> None:
        self.crowd = crowd
        self.store, self.clock = crowd.store, crowd.clock
        self.project_id = int(crowd.project.id)

    def enqueue(self, kind: str = "import", **arguments: Any) -> str:
        now = self.clock()
        return self.store.write(
            lambda c: jobs.enqueue(
                c,
                kind,
                workspace_id=self.crowd.workspace_id,
                project_id=self.project_id,
                arguments=arguments,
                created_by=None,
                now=now,
            )
        )

    def claim(self, owner: str, only: str | None = None) -> Job | None:
        now = self.clock()
        return self.store.write(lambda c: jobs.claim_next_for_update(c, owner, now, only))

    def take(self, owner: str, only: str | None = None) -> Job:
        job = self.claim(owner, only)
        assert job is not None
        return job

    def checkpoint(self, job: Job, state: dict[str, Any], progress: int = 0) -> None:
        now = self.clock()
        self.store.write(
            lambda c: jobs.checkpoint(c, job, state, step="working", progress=progress, total=None, now=now)
        )

    def row(self, uid: str) -> Any:
        return self.store.read(lambda c: jobs.find(c, self.project_id, uid))


@pytest.fixture
def yard(ground: MakeGround) -> Yard:
    """A project without jobs; jobs that other tests left behind are over."""
    made = Yard(ground(annotators=0))
    made.crowd.execute("UPDATE job SET state = 4 WHERE state < 2")
    return made


def test_a_job_is_taken_once_and_carries_what_it_was_given(yard: Yard) -> None:
    uid = yard.enqueue(file="abc", rows=3)
    job = yard.take("worker-a")
    assert (job.uid, job.kind, job.attempt, job.owner) == (uid, "import", 1, "worker-a")
    assert (job.arguments, job.checkpoint, job.project_id) == ({"file": "abc", "rows": 3}, {}, yard.project_id)
    assert yard.claim("worker-b") is None
    assert yard.row(uid).state == JobState.RUNNING


def test_who_waits_longest_comes_first(yard: Yard) -> None:
    uids = []
    for _ in range(3):
        uids.append(yard.enqueue())
        yard.clock.advance(1)
    assert [yard.take("a").uid for _ in range(3)] == uids


def test_only_the_job_that_is_asked_for(yard: Yard) -> None:
    _, second = yard.enqueue(), yard.enqueue()
    assert yard.take("a", only=second).uid == second
    assert yard.claim("a", only=second) is None


def test_ten_workers_at_once_never_take_one_job_twice(yard: Yard) -> None:
    uids = {yard.enqueue() for _ in range(6)}
    taken = together([partial(yard.claim, f"worker-{n}") for n in range(20)])
    found = [job.uid for job in taken if isinstance(job, Job)]
    assert sorted(found) == sorted(uids)


def test_a_dead_workers_job_goes_on_from_its_checkpoint(yard: Yard) -> None:
    uid = yard.enqueue()
    dead = yard.take("dead")
    yard.checkpoint(dead, {"read": 500}, progress=500)
    yard.clock.advance(LEASE_SECONDS)
    assert yard.claim("next") is None
    yard.clock.advance(1)

    heir = yard.take("next")

    assert (heir.uid, heir.checkpoint, heir.attempt) == (uid, {"read": 500}, 2)
    for write in (
        lambda c: jobs.renew(c, dead, yard.clock()),
        lambda c: jobs.finish(c, dead, {}, yard.clock()),
        lambda c: jobs.fail(c, dead, {}, None, yard.clock()),
        lambda c: jobs.release(c, dead, yard.clock(), attempts=1),
        lambda c: jobs.add_refused(c, dead, [(1, "text", "why")]),
        lambda c: jobs.clear_refused(c, dead),
        lambda c: jobs.checkpoint(c, dead, {}, step="", progress=0, total=None, now=yard.clock()),
    ):
        with pytest.raises(LeaseLost):
            yard.store.write(write)
    assert yard.row(uid).owner == "next"
    assert yard.store.read(lambda c: jobs.count_refused(c, heir.id)) == 0


def test_a_heartbeat_keeps_a_job_for_as_long_as_it_takes(yard: Yard) -> None:
    yard.enqueue()
    job = yard.take("slow")
    for _ in range(10):
        yard.clock.advance(LEASE_SECONDS - 1)
        yard.store.write(lambda c: jobs.renew(c, job, yard.clock()))
        assert yard.claim("greedy") is None


def test_work_and_checkpoint_are_one_transaction(yard: Yard) -> None:
    yard.enqueue()
    job = yard.take("dead")
    yard.clock.advance(LEASE_SECONDS + 1)
    yard.take("next")

    def chunk(connection: Connection) -> None:
        connection.execute(text("UPDATE project SET description = 'written' WHERE id = :id"), {"id": yard.project_id})
        jobs.checkpoint(connection, job, {"read": 1}, step="", progress=1, total=None, now=yard.clock())

    with pytest.raises(LeaseLost):
        yard.store.write(chunk)
    assert yard.crowd.one("SELECT description FROM project WHERE id = :project").description == ""


def test_a_job_put_back_waits_for_its_time(yard: Yard) -> None:
    uid = yard.enqueue()
    job = yard.take("a")
    yard.checkpoint(job, {"read": 7})
    yard.store.write(lambda c: jobs.release(c, job, yard.clock() + 60 * SECOND, attempts=job.attempt))
    assert yard.claim("b") is None
    yard.clock.advance(60)
    again = yard.take("b")
    assert (again.uid, again.checkpoint, again.attempt) == (uid, {"read": 7}, 2)


@pytest.mark.parametrize("running", [False, True])
def test_cancel(yard: Yard, running: bool) -> None:
    uid = yard.enqueue()
    job = yard.take("a") if running else None
    yard.store.write(lambda c: jobs.cancel(c, yard.project_id, uid, yard.clock()))
    if job is not None:
        with pytest.raises(LeaseLost):
            yard.checkpoint(job, {"read": 1})
    yard.clock.advance(10 * LEASE_SECONDS)
    assert yard.claim("b") is None
    row = yard.row(uid)
    assert (row.state, row.finished_at is not None) == (JobState.CANCELED, True)
    with pytest.raises(Conflict) as caught:
        yard.store.write(lambda c: jobs.cancel(c, yard.project_id, uid, yard.clock()))
    assert caught.value.code == "job_over"


def test_cancel_and_finish_at_once_have_one_end(yard: Yard) -> None:
    for _ in range(5):
        uid = yard.enqueue()
        job = yard.take("a")

        def finish(job: Job = job) -> str:
            try:
                yard.store.write(lambda c: jobs.finish(c, job, {"n": 1}, yard.clock()))
            except LeaseLost:
                return "lost"
            return "done"

        def cancel(uid: str = uid) -> str:
            yard.store.write(lambda c: jobs.cancel(c, yard.project_id, uid, yard.clock()))
            return "canceled"

        ends = {end if isinstance(end, str) else end.code for end in together([partial(finish), partial(cancel)])}
        state = yard.row(uid).state
        assert ends == ({"done", "job_over"} if state == JobState.DONE else {"lost", "canceled"})


def test_a_project_has_so_many_open_jobs_and_no_more(yard: Yard, ground: MakeGround) -> None:
    for _ in range(20):
        yard.enqueue()
    with pytest.raises(TooMany) as caught:
        yard.enqueue()
    assert caught.value.retry_after_seconds
    assert Yard(ground(annotators=0)).enqueue()  # another project is not held up
    job = yard.take("a")
    yard.store.write(lambda c: jobs.finish(c, job, {}, yard.clock()))
    assert yard.enqueue()


def test_a_job_of_another_project_does_not_exist(yard: Yard, ground: MakeGround) -> None:
    uid = yard.enqueue()
    other = Yard(ground(annotators=0))
    with pytest.raises(NotFound):
        other.row(uid)
    with pytest.raises(NotFound):
        other.store.write(lambda c: jobs.cancel(c, other.project_id, uid, other.clock()))
    assert yard.row(uid).state == JobState.WAITING


def test_the_end_of_a_job_is_on_its_row(yard: Yard) -> None:
    good, bad = yard.enqueue(), yard.enqueue()
    first = yard.take("a")
    yard.store.write(lambda c: jobs.finish(c, first, {"tasks": 3}, yard.clock()))
    second = yard.take("a")
    problem = AssayError("It broke.").as_problem()
    yard.store.write(lambda c: jobs.fail(c, second, problem, {"rows": 2}, yard.clock()))
    done, failed = yard.row(good), yard.row(bad)
    assert (done.state, done.outcome, done.problem) == (JobState.DONE, '{"tasks":3}', None)
    assert (failed.state, failed.outcome) == (JobState.FAILED, '{"rows":2}')
    assert "It broke." in failed.problem
    listed = yard.store.read(lambda c: jobs.list_jobs(c, yard.project_id))
    assert [row.uid for row in listed] == [bad, good]


def test_refused_rows_come_back_by_line_and_whatever_they_hold(yard: Yard) -> None:
    yard.enqueue()
    job = yard.take("a")
    rows = [(9, "text", "last"), (2, "a\0b", "half \ud83d of one"), (5, "x" * 5_000, "مرحبا 👩‍👩‍👧")]
    yard.store.write(lambda c: jobs.add_refused(c, job, rows))
    found = yard.store.read(lambda c: jobs.list_refused(c, job.id, after=-1, limit=10))
    assert [(row.line, row.field[:3], row.reason) for row in found] == [
        (2, "a\ufffdb", "half ? of one"),
        (5, "xxx", "مرحبا 👩‍👩‍👧"),
        (9, "tex", "last"),
    ]
    assert yard.store.read(lambda c: jobs.count_refused(c, job.id)) == 3
    yard.store.write(lambda c: jobs.clear_refused(c, job))
    assert yard.store.read(lambda c: jobs.count_refused(c, job.id)) == 0
