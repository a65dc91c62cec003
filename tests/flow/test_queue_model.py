"""Random lives of a project, compared step by step with a plain reference (``queue_model.py``).

Promises held here: exactly enough (need, done and target always fit), once (no person twice on a task),
nothing is overwritten, nobody is starved, and every counter can be rebuilt from the records.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from assay.flow.assignment import State
from assay.flow.policy import Policy
from assay.kernel.clock import SECOND, ManualClock
from assay.kernel.errors import Conflict, Forbidden
from assay.store.engine import Store
from assay.store.queue.lanes import start_of
from tests.flow.ground import make_ground, stop_flushing
from tests.flow.queue_model import HOLDS, Given, Model, Seat, Task

LABELS = st.sampled_from(["Good", "Bad"])
PICK = st.integers(min_value=0, max_value=10_000)
STEPS = (1, 59, 61, 301, 599, 601, 4_000, 40_000, -30, -3_600)  # seconds; the clock of a machine also goes back
POLICIES = st.builds(
    Policy,
    annotations_per_task=st.integers(1, 3),
    overlap_share=st.sampled_from([0.5, 1.0]),
    order=st.sampled_from(["random", "sequential"]),
    lease_seconds=st.just(600),
    undo_seconds=st.just(300),
    most_per_person=st.sampled_from([None, None, 4]),
    most_in_project=st.sampled_from([None, None, 7]),
    skips=st.just({"unclear": "later", "broken": "out"}),
)
RECORDS = tuple(
    text(statement)
    for statement in (
        "SELECT * FROM task WHERE project_id = :project",
        "SELECT * FROM assignment WHERE project_id = :project",
        """
        SELECT n.*, e.submission_id AS superseded, a.annotation_id = n.id AS in_force
        FROM annotation n JOIN assignment a ON a.id = n.assignment_id LEFT JOIN annotation e ON e.id = n.supersedes
        WHERE n.project_id = :project
        """,
        "SELECT * FROM seat WHERE project_id = :project",
    )
)
Rows = Sequence[Any]


class QueueMachine(RuleBasedStateMachine):
    """The real queue beside the reference."""

    store: Store
    lives = 0

    @initialize(policy=POLICIES, people=st.integers(1, 4), tasks=st.integers(0, 6))
    def begin(self, policy: Policy, people: int, tasks: int) -> None:
        # Every life begins after the one before it, in a project of its own.
        type(self).lives += 1
        clock = ManualClock((1_700_000_000 + 1_000_000 * self.lives) * SECOND)
        self.ground = make_ground(self.store, annotators=people, policy=policy, clock=clock)
        self.ground.sweep()
        self.model = Model(policy, self.ground.people)
        if tasks:
            self.import_more(tasks)

    def person(self, pick: int) -> int:
        return self.ground.people[pick % len(self.ground.people)]

    def given(self, pick: int) -> Given:
        return self.model.given[pick % len(self.model.given)]

    # Steps.

    @rule(count=st.integers(1, 3))
    def import_more(self, count: int) -> None:
        ids = self.ground.add_tasks(count, seed=str(len(self.model.tasks)))
        for row in self.ground.rows("SELECT id, target, inclusion, draw FROM task WHERE project_id = :project"):
            if row.id in ids:
                self.model.tasks[row.id] = Task(row.target, row.inclusion, row.draw)
        assert all(self.model.policy.annotations_per_task >= self.model.tasks[task].target >= 1 for task in ids)

    @rule(seconds=st.sampled_from(STEPS))
    def time_passes(self, seconds: int) -> None:
        self.ground.clock.advance(seconds)

    @rule(pick=PICK, count=st.integers(1, 4), leave_out=st.booleans())
    def ask(self, pick: int, count: int, leave_out: bool) -> None:
        person, model, now = self.person(pick), self.model, self.ground.clock()
        left_out = [one.uid for one in model.open_leases(person)][:1] if leave_out else []
        if not model.seats[person].active:
            with pytest.raises(Forbidden):
                self.ground.next(person, count)
            return
        moved = model.expire(now, person)
        held = [one for one in model.open_leases(person) if one.uid not in left_out]
        left_out_count = len(model.open_leases(person)) - len(held)
        if held:
            model.renew(person, now)
        wanted = model.may_take(person, count, left_out_count) if model.state == "open" else 0
        if model.state == "open" and not held and not wanted and model.room(person)[0] > 0:
            moved += model.bring_back(person)
            wanted = model.may_take(person, count, left_out_count)
        places = {row.id: row.ord for row in self.ground.rows("SELECT id, ord FROM task WHERE project_id = :project")}
        # What comes back stands behind everything, in this order.
        places.update({task: 2**62 + place for place, task in enumerate(moved)})

        offered = self.ground.next(person, count, leave_out=left_out)

        uids = [lease.uid for lease in offered.leases]
        old = [one.uid for one in held][:count]
        assert uids[: len(old)] == old
        assert len(uids) == len(old) + wanted
        for uid in uids[len(old) :]:
            self._taken(uid, person, now, places)
        for lease in offered.leases:
            one = next(one for one in model.given if one.uid == lease.uid)
            assert lease.lease_until == one.lease_until
            assert set(lease.data) == {"text"}
        assert (offered.empty is None) == bool(uids)
        if offered.empty is not None:
            assert offered.empty.code == model.empty_code(person)

    def _taken(self, uid: str, person: int, now: int, places: dict[int, int]) -> None:
        """A new lease is of the task that has waited longest among those open to the person."""
        started, fresh = self.model.open_to(person)
        row = self.ground.one("SELECT * FROM assignment WHERE uid = :uid", uid=uid)
        candidates = started or fresh
        assert row.task_id in candidates
        start = 0
        if not started and self.model.policy.order == "random":
            start = start_of(self.ground.project.uid, person)  # everybody begins elsewhere in the one random order
        first = min(candidates, key=lambda task: (places[task] < start, places[task]))
        assert places[row.task_id] == places[first]
        assert row.reason == ("started" if started else "fresh")
        assert row.probability == self.model.tasks[row.task_id].inclusion
        assert (row.label_config_version, row.guideline_version, row.policy_version) == (1, 1, self.model.version)
        assert (row.leased_at, row.lease_until) == (now, now + self.model.policy.lease_seconds * SECOND)
        self.model.given.append(
            Given(uid, row.task_id, person, now, row.lease_until, row.reason, version=self.model.version)
        )
        self.model.tasks[row.task_id].fresh = False
        places.update(
            {r.id: r.ord for r in self.ground.rows("SELECT id, ord FROM task WHERE id = :id", id=row.task_id)}
        )

    @precondition(lambda self: self.model.given)
    @rule(pick=PICK, label=LABELS, confidence=st.sampled_from([None, 0.5]))
    def answer(self, pick: int, label: str, confidence: float | None) -> None:
        self._send(self.given(pick), label, self.ground.submission(label, confidence=confidence))

    @precondition(lambda self: any(one.answers for one in self.model.given))
    @rule(pick=PICK, label=LABELS, which=st.sampled_from([0, -1]))
    def undo(self, pick: int, label: str, which: int) -> None:
        answered = [one for one in self.model.given if one.answers]
        one = answered[pick % len(answered)]
        earlier = one.answers[which].submission.submission_id
        self._send(one, label, self.ground.submission(label, supersedes=earlier))

    @precondition(lambda self: any(one.answers for one in self.model.given))
    @rule(pick=PICK, change=st.sampled_from(["nothing", "label", "assignment"]))
    def send_again(self, pick: int, change: str) -> None:
        answered = [one for one in self.model.given if one.answers]
        one = answered[pick % len(answered)]
        answer = one.answers[pick % len(one.answers)]
        submission, label = answer.submission, answer.label
        if change == "label":
            label = "Neither"
            submission = self.ground.submission(label, submission_id=submission.submission_id)
        if change == "assignment":
            mine = [other for other in self.model.given if other.person == one.person]
            one = mine[pick % len(mine)]
        self._send(one, label, submission)

    def _send(self, one: Given, label: str, submission: Any) -> None:
        expected, undo_until = self.model.submit(one, submission, label, self.ground.clock())
        if isinstance(expected, str):
            with pytest.raises(Conflict) as caught:
                self.ground.send(one.person, one.uid, submission)
            assert caught.value.code == expected
            return
        receipt = self.ground.send(one.person, one.uid, submission)
        assert (receipt.submission_id, receipt.counted) == (submission.submission_id, expected)
        assert receipt.undo_until == undo_until
        assert (receipt.message is None) == receipt.counted

    @precondition(lambda self: self.model.given)
    @rule(pick=PICK, reason=st.sampled_from(["unclear", "broken", "other", "other"]))
    def give_back(self, pick: int, reason: str) -> None:
        one = self.given(pick)
        conflict = self.model.skip(one, reason)
        if conflict is None:
            self.ground.skip(one.person, one.uid, reason)
            return
        with pytest.raises(Conflict) as caught:
            self.ground.skip(one.person, one.uid, reason)
        assert caught.value.code == conflict

    @precondition(lambda self: any(task.out for task in self.model.tasks.values()))
    @rule()
    def put_back(self) -> None:
        out = [number for number, task in self.model.tasks.items() if task.out]
        assert self.ground.put_back(out) == len(out)
        for number in out:
            self.model.tasks[number].out = False
            self.model.tasks[number].fresh = False

    @rule(policy=POLICIES)
    def change_policy(self, policy: Policy) -> None:
        self.model.change_policy(policy)
        self.ground.change_policy(policy)

    @rule()
    def sweep(self) -> None:
        assert self.ground.sweep() == len(self.model.expire(self.ground.clock()))

    @rule(state=st.sampled_from(["open", "paused", "archived"]))
    def set_state(self, state: str) -> None:
        self.model.state = state
        self.ground.set_state(state)

    @rule(pick=PICK)
    def change_seat(self, pick: int) -> None:
        seat = self.model.seats[self.person(pick)]
        seat.active = not seat.active
        self.ground.set_seat(self.person(pick), active=seat.active)

    # What always holds.

    @invariant()
    def records_are_as_in_the_reference(self) -> None:
        if not hasattr(self, "model"):
            return
        project = {"project": self.ground.project.id}
        found = self.store.read(lambda c: [c.execute(statement, project).all() for statement in RECORDS])
        for rows, fits in zip(
            found, (self._tasks_fit, self._assignments_fit, self._annotations_fit, self._counters_fit), strict=True
        ):
            fits(rows)

    def _tasks_fit(self, rows: Rows) -> None:
        model = self.model
        assert {row.id for row in rows} == set(model.tasks)
        for row in rows:
            task = model.tasks[row.id]
            assert (row.need, row.done, row.target) == (model.need(row.id), model.done(row.id), task.target)
            assert row.phase == (2 if task.out else 0 if task.fresh else 1)
            assert row.disagreement == pytest.approx(model.disagreement(row.id))

    def _assignments_fit(self, rows: Rows) -> None:
        model = self.model
        states = {row.uid: (row.task_id, row.annotator_id, State(row.state)) for row in rows}
        assert states == {one.uid: (one.task, one.person, one.state) for one in model.given}
        held = [(one.task, one.person) for one in model.given if one.state in HOLDS]
        assert len(held) == len(set(held)), "somebody has a task twice"

    def _annotations_fit(self, rows: Rows) -> None:
        expected = {}
        for one in self.model.given:
            for place, answer in enumerate(one.answers):
                earlier = one.answers[place - 1].submission.submission_id if place else None
                expected[one.person, answer.submission.submission_id] = (
                    one.task, answer.counted, answer.created_at, earlier, answer is one.in_force
                )  # fmt: skip
        found = {
            (row.annotator_id, row.submission_id):
            (row.task_id, bool(row.counted), row.created_at, row.superseded, bool(row.in_force))
            for row in rows
        }  # fmt: skip
        assert len(found) == len(rows)
        assert found == expected
        assert all(row.guideline_version == 1 and row.wall_seconds >= 0 for row in rows)

    def _counters_fit(self, rows: Rows) -> None:
        found = {
            row.person_id: Seat(bool(row.active), row.submitted, row.finished, row.skipped, row.day, row.today)
            for row in rows
        }
        found.pop(self.ground.owner.person_id)
        assert found == self.model.seats

    def teardown(self) -> None:
        """With enough asking, every slot is served: what stays open has been refused by everybody."""
        if not hasattr(self, "model") or not self.model.seats:
            return
        self.set_state("open")
        if any(task.out for task in self.model.tasks.values()):
            self.put_back()
        self.change_policy(replace(self.model.policy, most_per_person=None, most_in_project=None))
        for person, seat in self.model.seats.items():
            if not seat.active:
                self.change_seat(self.ground.people.index(person))
        self.ground.clock.advance(self.model.policy.lease_seconds + 1)
        self.sweep()
        for place in range(len(self.ground.people)):
            for _ in range(len(self.model.tasks) + 1):
                self.ask(place, 4, leave_out=False)
                for one in self.model.open_leases(self.ground.people[place]):
                    self._send(one, "Good", self.ground.submission("Good"))
        self.records_are_as_in_the_reference()
        for task in self.model.tasks:
            decided = {one.person for one in self.model.of_task(task) if one.state in HOLDS}
            assert self.model.need(task) <= 0 or decided == set(self.ground.people)


def _run(store: Store, *, examples: int, steps: int, derandomize: bool) -> None:
    stop_flushing(store)
    machine = type("Machine", (QueueMachine,), {"store": store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=derandomize,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_queue_does_what_the_reference_does(store: Store) -> None:
    _run(store, examples=30 if store.dialect == "sqlite" else 10, steps=40, derandomize=True)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_the_queue_does_what_the_reference_does_for_long(store: Store) -> None:
    _run(store, examples=int(os.environ.get("SOAK_SECONDS", "300")), steps=100, derandomize=False)
