"""Reverts and restores beside people who label: nothing is lost, nothing is counted twice, nobody waits in a ring."""

from __future__ import annotations

import random
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from assay.flow.policy import Policy
from assay.flow.reverting import Effect
from assay.kernel.errors import AssayError
from assay.storage import LocalStorage
from assay.store import jobs
from assay.store.engine import Store, open_store
from assay.store.jobs import JobState
from assay.store.records import reverts, verify
from assay.store.records.sealer import Sealer
from assay.store.records.selection import Selection
from assay.worker import revert_job
from assay.worker.run import RunContext, run_one
from tests.flow.audit import assert_sound
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground, stop_flushing
from tests.records import reverting
from tests.records.test_as_of import captured, faults, shown
from tests.records.test_reverts import answer_all, numbers

TWICE = Policy(annotations_per_task=2)


class Labelers:
    """People who take, answer and correct until they are told to stop. What broke for one of them is raised then."""

    def __init__(self, crowd: Ground, store: Store) -> None:
        self.crowd, self.store = crowd, store
        self.over = threading.Event()

    def __enter__(self) -> None:
        self.pool = ThreadPoolExecutor(len(self.crowd.people))
        self.work = [self.pool.submit(self._label, person) for person in self.crowd.people]

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with self.pool:
            for work in self.work:
                work.result(60)

    def _label(self, person: int) -> None:
        chance = random.Random(person)
        while not self.over.is_set():
            with suppress(AssayError):  # told no, as people sometimes are
                self._once(person, chance)

    def _once(self, person: int, chance: random.Random) -> None:
        offered = self.crowd.next(person, 2, store=self.store)
        for lease in offered.leases:
            sent = self.crowd.submission(
                chance.choice(["Good", "Bad"]), submission_id=f"{person}-{chance.getrandbits(64):x}"
            )
            self.crowd.send(person, lease.uid, sent, store=self.store)
            if chance.random() < 0.3:
                again = self.crowd.submission(
                    "Neither",
                    submission_id=f"{person}-{chance.getrandbits(64):x}",
                    supersedes=sent.submission_id,
                )
                self.crowd.send(person, lease.uid, again, store=self.store)


@pytest.mark.parametrize("again", ["others", "anybody", "nobody"])
def test_reverts_beside_labeling(ground: MakeGround, again: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reverts, "STEP", 7)  # many small steps, many meetings
    crowd = ground(annotators=6, tasks=40, policy=Policy(annotations_per_task=3))
    stop_flushing(crowd.store)
    with open_store(crowd.store.url, connections=8) as beside:
        stop_flushing(beside)
        with Labelers(crowd, beside):
            made = []
            for turn in range(3):
                made.append(reverting.set_aside(crowd, reverting.of(crowd, crowd.people[turn]), again)[0])
                Sealer(crowd.store, clock=crowd.clock).seal_some()
            for uid in reversed(made):
                reverting.restore(crowd, uid)
    assert_sound(crowd.store)
    assert faults(crowd) == []
    crowd.clock.advance(1)
    assert shown(crowd, crowd.clock()) == captured(crowd)
    Sealer(crowd.store, clock=crowd.clock).seal_all()
    seen = crowd.store.read(lambda c: verify.verify_chain(c, crowd.project.id))
    assert (seen.unsealed, seen.faults) == (0, [])


def test_a_worker_that_dies_is_gone_on_from(ground: MakeGround, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reverts, "STEP", 3)
    crowd = ground(annotators=3, tasks=10, policy=TWICE)
    ada, ben, cleo = crowd.people
    answer_all(crowd, ada, ben)
    asked = reverting.ask(crowd, reverting.of(crowd, ada))
    steps = 0

    def stopping() -> bool:
        nonlocal steps
        steps += 1
        return steps > 2

    with tempfile.TemporaryDirectory() as folder:
        storage = LocalStorage(Path(folder))
        run_one(RunContext(crowd.store, storage, crowd.versions, crowd.clock, stopping=stopping), only=asked.job_uid)
        row = crowd.store.read(lambda c: jobs.find(c, crowd.project.id, asked.job_uid))
        assert row.state == JobState.WAITING and row.progress == 6
        assert_sound(crowd.store)
        assert sum(done for _, _, done in numbers(crowd)) == 20 - 6
    assert reverting.do(crowd, asked) == {Effect.OPENED: 10}
    answer_all(crowd, cleo)
    assert numbers(crowd) == [(2, 0, 2)] * 10
    assert_sound(crowd.store)


def test_a_canceled_revert_stays_part_of_the_way_and_can_be_restored(
    ground: MakeGround, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reverts, "STEP", 3)
    crowd = ground(annotators=2, tasks=8, policy=TWICE)
    ada, ben = crowd.people
    answer_all(crowd, ada, ben)
    asked = reverting.ask(crowd, reverting.of(crowd, ada))
    done = revert_job._step
    now = crowd.clock()

    def cancel_after_the_first(*given: object) -> object:
        state = done(*given)  # type: ignore[arg-type]
        crowd.store.write(lambda c: jobs.cancel(c, crowd.project.id, asked.job_uid, now))
        return state

    with monkeypatch.context() as patched, tempfile.TemporaryDirectory() as folder:
        patched.setattr(revert_job, "_step", cancel_after_the_first)
        run_one(RunContext(crowd.store, LocalStorage(Path(folder)), crowd.versions, crowd.clock), only=asked.job_uid)
    assert sum(done for _, _, done in numbers(crowd)) == 16 - 3
    assert_sound(crowd.store)
    assert reverting.restore(crowd, asked.uid) == {Effect.TAKEN: 3}
    assert numbers(crowd) == [(2, 0, 2)] * 8
    assert_sound(crowd.store)


def test_what_arrives_after_it_was_asked_for_is_not_meant(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=4, policy=TWICE)
    ada, ben = crowd.people
    answer_all(crowd, ada)
    asked = reverting.ask(crowd, Selection(everything=True))
    answer_all(crowd, ben)
    assert reverting.do(crowd, asked) == {Effect.OPENED: 4}
    assert {person for _, person in reverting.in_force(crowd)} == {ben}
    assert_sound(crowd.store)
