"""What is shown as of a moment is what was there at that moment, over random histories."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest

from assay.flow.policy import Policy
from assay.kernel.errors import AssayError, BadInput
from assay.store.records import rebuild
from assay.store.records.as_of import in_force_at, read_moment
from assay.store.records.history import Happened, people_of, task_history
from tests.flow.audit import assert_sound
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground, stop_flushing
from tests.records import reverting
from tests.records.test_reverts import answer_all


def captured(crowd: Ground) -> set[int]:
    """The annotations in force, by the derived state."""
    rows = crowd.rows("SELECT annotation_id FROM assignment WHERE project_id = :project AND state = 1")
    return {row.annotation_id for row in rows}


def shown(crowd: Ground, moment: int) -> set[int]:
    """The same as of a moment, from the records."""
    tasks = [row.id for row in crowd.rows("SELECT id FROM task WHERE project_id = :project")]
    return crowd.store.read(lambda c: in_force_at(c, crowd.project.id, tasks, moment))


class Chance:
    """Steps at random in a small project."""

    def __init__(self, crowd: Ground, seed: int) -> None:
        self.crowd = crowd
        self.random = random.Random(seed)
        self.held: list[tuple[int, str]] = []
        self.sent: list[tuple[int, str, str]] = []
        self.reverts: list[str] = []

    def step(self) -> None:
        self.crowd.clock.advance(self.random.choice([1, 1, 1, 60, 1200]))
        kinds = [self.take, self.answer, self.answer, self.correct, self.sweep, self.revert, self.restore]
        with suppress(AssayError):  # a step that cannot be done now: nothing has happened
            self.random.choice(kinds)()

    def take(self) -> None:
        person = self.random.choice(self.crowd.people)
        self.held += [(person, lease.uid) for lease in self.crowd.next(person, 2).leases]

    def answer(self) -> None:
        self.take()
        if not self.held:
            return
        person, uid = self.random.choice(self.held)
        receipt = self.crowd.submit(person, uid, self.random.choice(["Good", "Bad", "Neither"]))
        self.sent.append((person, uid, receipt.submission_id))

    def correct(self) -> None:
        if not self.sent:
            return
        person, uid, before = self.random.choice(self.sent)
        receipt = self.crowd.submit(person, uid, self.random.choice(["Good", "Bad"]), supersedes=before)
        self.sent.append((person, uid, receipt.submission_id))

    def sweep(self) -> None:
        self.crowd.sweep()

    def revert(self) -> None:
        whose = reverting.of(self.crowd, self.random.choice(self.crowd.people))
        again = self.random.choice(["others", "anybody", "nobody"])
        self.reverts.append(reverting.set_aside(self.crowd, whose, again)[0])

    def restore(self) -> None:
        if self.reverts:
            asked = reverting.ask_restore(self.crowd, self.random.choice(self.reverts))
            state = self.crowd.one("SELECT state FROM job WHERE uid = :uid", uid=asked.job_uid).state
            if state == 0:
                reverting.do(self.crowd, asked)


@pytest.mark.parametrize("seed", range(2))
def test_as_of_is_what_was_there(ground: MakeGround, seed: int) -> None:
    walk(ground(annotators=4, tasks=5, policy=Policy(annotations_per_task=2)), seed, steps=35)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 60))
def test_as_of_is_what_was_there_over_long_histories(ground: MakeGround, seed: int) -> None:
    walk(ground(annotators=6, tasks=8, policy=Policy(annotations_per_task=3)), seed, steps=150)


def walk(crowd: Ground, seed: int, *, steps: int) -> None:
    """Some steps; then every moment between them is looked at again."""
    stop_flushing(crowd.store)
    chance = Chance(crowd, seed)
    moments: list[tuple[int, set[int]]] = []
    for _ in range(steps):
        chance.step()
        moments.append((crowd.clock(), captured(crowd)))
    for moment, then in moments:
        assert shown(crowd, moment) == then
    assert shown(crowd, 0) == set()
    assert_sound(crowd.store)
    assert faults(crowd) == []


def faults(crowd: Ground) -> list[Any]:
    """What the doctor says of the project's numbers."""

    def work(connection: Any) -> list[Any]:
        project = reverting.project_row(crowd, connection)
        return rebuild.rebuild(connection, crowd.versions, project, measures=True).faults

    return crowd.store.read(work)


def test_moments_as_people_write_them() -> None:
    assert read_moment("1970-01-01T00:00:01Z") == read_moment(" 1970-01-01T01:00:01+01:00 ") == 1_000_000
    for text in ("", "now", "2026-13-01", "12"):
        with pytest.raises(BadInput):
            read_moment(text)


def history(crowd: Ground, task: int) -> list[Happened]:
    return crowd.store.read(lambda c: task_history(c, crowd.project.id, task))


def test_the_history_tells_everything_in_order(ground: MakeGround) -> None:
    crowd = ground(annotators=3, tasks=1)
    ada, ben, cleo = crowd.people
    (task,) = [row.id for row in crowd.rows("SELECT id FROM task WHERE project_id = :project")]
    crowd.clock.advance(1)
    crowd.take(ada)
    crowd.clock.advance(10_000)
    crowd.sweep()
    crowd.clock.advance(1)
    asked = crowd.take(ben)
    crowd.clock.advance(1)
    crowd.flag(ben, asked, "Which one?")
    crowd.skip(ben, asked, "broken")
    crowd.clock.advance(1)
    given = crowd.take(cleo)
    crowd.clock.advance(1)
    first = crowd.submit(cleo, given, "Good")
    crowd.clock.advance(1)
    crowd.submit(cleo, given, "Bad", supersedes=first.submission_id)
    crowd.clock.advance(1)
    uid, _ = reverting.set_aside(crowd, reverting.of(crowd, cleo))
    crowd.clock.advance(1)
    reverting.restore(crowd, uid)
    crowd.execute(
        "INSERT INTO decision (project_id, task_id, kind, at, policy_version, body) "
        "VALUES (:project, :task, 'asked', :at, 1, '{\"entropy\": 0.5}')",
        task=task,
        at=crowd.clock() + 1,
    )

    entries = history(crowd, task)

    assert [(entry.kind, entry.person_id) for entry in entries] == [
        ("imported", None),
        ("handed_out", ada),
        ("expired", ada),
        ("handed_out", ben),
        ("flagged", ben),
        ("skipped", ben),
        ("handed_out", cleo),
        ("annotated", cleo),
        ("corrected", cleo),
        ("set_aside", crowd.owner.person_id),
        ("restored", crowd.owner.person_id),
        ("decided", None),
    ]
    good, bad = {"mood": ["Good"]}, {"mood": ["Bad"]}
    by_kind = {entry.kind: entry for entry in entries}
    assert (by_kind["annotated"].old, by_kind["annotated"].new) == (None, good)
    assert (by_kind["corrected"].old, by_kind["corrected"].new) == (good, bad)
    assert (by_kind["set_aside"].old, by_kind["set_aside"].new) == (bad, None)
    assert (by_kind["restored"].old, by_kind["restored"].new) == (None, bad)
    assert by_kind["skipped"].details["reason"] == "broken"
    assert by_kind["set_aside"].details["reason"] == reverting.REASON
    assert by_kind["decided"].details == {"kind": "asked", "entropy": 0.5}
    assert by_kind["handed_out"].versions == {"label_config": 1, "guideline": 1, "policy": 1}
    people = crowd.store.read(lambda c: people_of(c, entries))
    assert set(people) == {ada, ben, cleo, crowd.owner.person_id}


def test_what_a_file_brought_was_handed_to_nobody(ground: MakeGround) -> None:
    crowd = ground(annotators=1)
    said = [{"annotator": "a@example.org", "result": crowd.submission("Good").result}]
    (task,) = crowd.write(crowd.plan((1, None, {"text": "x"}, said)))
    assert [entry.kind for entry in history(crowd, task)] == ["imported", "annotated"]


def test_nothing_of_another_project_is_told(ground: MakeGround) -> None:
    crowd, other = ground(annotators=1, tasks=1), ground(annotators=1, tasks=1)
    answer_all(other, *other.people)
    (task,) = [row.id for row in other.rows("SELECT id FROM task WHERE project_id = :project")]
    assert crowd.store.read(lambda c: in_force_at(c, crowd.project.id, [task], other.clock())) == set()
