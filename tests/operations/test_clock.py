"""The clock of a server: what really passes, whatever somebody does to the machine's clock."""

from __future__ import annotations

import random

import pytest

from assay.kernel.clock import DAY, HOUR, MINUTE, SECOND, SteadyClock, passed_ns
from assay.store.database_clock import DatabaseClock
from assay.store.engine import open_store
from tests.flow.fixtures import MakeGround, ground, shared_store
from tests.support.databases import Databases

__all__ = ["ground", "shared_store"]
START = 1_800_000_000 * SECOND


class Machine:
    """A wall clock that can be set, and the time that really passes."""

    def __init__(self) -> None:
        self.wall_us = START
        self.passed_us = 0
        self.clock = SteadyClock(lambda: self.wall_us, lambda: self.passed_us * 1000)

    def pass_time(self, us: int, *, steps: int = 1) -> None:
        """So much passes, and the clock is looked at in between."""
        for _ in range(steps):
            self.wall_us += us // steps
            self.passed_us += us // steps
            self.clock()


@pytest.fixture
def machine() -> Machine:
    """A machine with its clock."""
    return Machine()


def test_it_shows_the_wall_clock_while_nobody_sets_it(machine: Machine) -> None:
    for _ in range(100):
        machine.pass_time(37 * MINUTE)
        assert abs(machine.clock() - machine.wall_us) <= 1


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 30 * DAY, -30 * DAY, SECOND, -SECOND])
def test_a_jump_makes_no_interval_longer_or_shorter_by_more_than_a_fiftieth(machine: Machine, jump: int) -> None:
    before = machine.clock()
    machine.wall_us += jump
    assert abs(machine.clock() - before) <= 1
    machine.pass_time(30 * MINUTE, steps=60)
    passed = machine.clock() - before
    assert abs(passed - 30 * MINUTE) <= 30 * MINUTE * SteadyClock.SLEW + 60
    assert abs(machine.clock.behind_us - (machine.wall_us - machine.clock())) <= 60


def test_it_comes_back_to_the_wall_clock(machine: Machine) -> None:
    machine.wall_us += HOUR
    machine.pass_time(3 * DAY, steps=100)
    assert abs(machine.clock() - machine.wall_us) <= 100


def test_it_never_goes_back_whatever_happens(machine: Machine) -> None:
    rng, last = random.Random(7), machine.clock()
    for _ in range(2_000):
        machine.wall_us += rng.choice([0, 1, -1, HOUR, -HOUR, rng.randrange(-DAY, DAY)])
        machine.passed_us += rng.choice([0, 0, 1, 1_000, SECOND, HOUR, -5])  # a monotonic clock that is not one
        now = machine.clock()
        assert now >= last
        last = now


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_leases_survive_a_jump(ground: MakeGround, machine: Machine, jump: int) -> None:
    """Nobody loses a task that is on the screen, and a lease whose time is over still ends."""
    crowd = ground(annotators=4, tasks=20)
    machine.wall_us = crowd.clock.moment_us
    machine.clock = SteadyClock(lambda: machine.wall_us, lambda: machine.passed_us * 1000)
    crowd.clock = machine.clock  # type: ignore[assignment]
    held = [crowd.take(person) for person in crowd.people]
    lease = crowd.one("SELECT min(lease_until - leased_at) AS us FROM assignment WHERE state = 0").us
    assert lease < HOUR
    machine.pass_time(lease // 2)
    machine.wall_us += jump
    assert crowd.sweep() == 0
    assert crowd.submit(crowd.people[0], held[0]).counted
    machine.pass_time(lease // 2 + lease // 20, steps=10)
    assert crowd.sweep() == len(held) - 1


@pytest.mark.postgresql
def test_processes_over_one_postgresql_go_by_its_clock(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(databases.fresh("postgresql"), connections=2) as store:
        ours = DatabaseClock(store)
        # A host whose own clock is a day wrong.
        monkeypatch.setattr("assay.store.database_clock.now_us", lambda: START - DAY)
        theirs = DatabaseClock(store)
        assert abs(ours() - theirs()) < SECOND
        before, began = theirs(), passed_ns()
        store.close()
        theirs.read()  # the database is away: the clock goes on
        assert abs((theirs() - before) - (passed_ns() - began) // 1000) < SECOND // 10
