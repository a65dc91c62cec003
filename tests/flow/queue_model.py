"""What the queue should do, in the simplest words: plain lists, no index, no cursor, nothing clever.

The test drives this and the real thing with the same steps and compares after each one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, count

from assay.flow.assignment import State
from assay.flow.policy import Policy
from assay.flow.submission import Submission
from assay.kernel.clock import DAY, SECOND
from assay.kernel.limits import HELD_ASSIGNMENTS

HOLDS = (State.LEASED, State.SUBMITTED, State.SKIPPED)  # keeps its person from getting the task again


@dataclass
class Answer:
    """An annotation."""

    submission: Submission
    label: str
    created_at: int
    counted: bool
    number: int  # in the order of their arrival


@dataclass
class Given:
    """An assignment."""

    uid: str
    task: int
    person: int
    leased_at: int
    lease_until: int
    reason: str
    state: State = State.LEASED
    answers: list[Answer] = field(default_factory=list)
    skipped_once: bool = False
    put_off: bool = False
    version: int = 1

    @property
    def in_force(self) -> Answer | None:
        return self.answers[-1] if self.answers else None


@dataclass
class Task:
    """A task."""

    target: int
    inclusion: float
    draw: float = 0.0
    fresh: bool = True
    out: bool = False


@dataclass
class Seat:
    """A person's counters."""

    active: bool = True
    submitted: int = 0
    finished: int = 0
    skipped: int = 0
    day: int = 0
    today: int = 0


class Model:
    """The reference."""

    def __init__(self, policy: Policy, people: list[int]) -> None:
        self.policy = policy
        self.version = 1
        self.tasks: dict[int, Task] = {}
        self.seats = {person: Seat() for person in people}
        self.given: list[Given] = []
        self.numbers = count()
        self.state = "open"

    # What follows from the list of assignments.

    def of_task(self, task: int) -> Iterator[Given]:
        return (one for one in self.given if one.task == task)

    def need(self, task: int) -> int:
        taken = sum(one.state in (State.LEASED, State.SUBMITTED) for one in self.of_task(task))
        return self.tasks[task].target - taken

    def done(self, task: int) -> int:
        return sum(one.state == State.SUBMITTED for one in self.of_task(task))

    def disagreement(self, task: int) -> float | None:
        labels = [
            one.in_force.label
            for one in self.of_task(task)
            if one.state == State.SUBMITTED and one.in_force is not None
        ]
        pairs = list(combinations(labels, 2))
        return sum(a != b for a, b in pairs) / len(pairs) if pairs else None

    def open_leases(self, person: int) -> list[Given]:
        return [one for one in self.given if one.person == person and one.state == State.LEASED]

    def open_to(self, person: int) -> tuple[set[int], set[int]]:
        """(started, fresh) tasks that this person could get now."""
        mine = {one.task for one in self.given if one.person == person and one.state in HOLDS}
        free = {task for task in self.tasks if self.need(task) > 0 and not self.tasks[task].out} - mine
        fresh = {task for task in free if self.tasks[task].fresh}
        return free - fresh, fresh

    # What people and time do.

    def expire(self, now: int, person: int | None = None) -> list[int]:
        """The tasks that come back, in the order in which they were given."""
        lapsed = [
            one
            for one in self.given
            if one.state == State.LEASED and one.lease_until < now and person in (None, one.person)
        ]
        for one in lapsed:
            one.state = State.EXPIRED
        return [one.task for one in lapsed]

    def renew(self, person: int, now: int) -> None:
        for one in self.open_leases(person):
            one.lease_until = max(one.lease_until, now + self.policy.lease_seconds * SECOND)

    def may_take(self, person: int, wanted: int, left_out: int) -> int:
        """How many new leases a person gets who asks to be filled up to ``wanted``."""
        held = len(self.open_leases(person))
        started, fresh = self.open_to(person)
        room = min(HELD_ASSIGNMENTS - held, self.room(person)[0])
        return max(0, min(wanted - (held - left_out), room, len(started) + len(fresh)))

    def room(self, person: int) -> tuple[int, str | None]:
        """How many more the caps allow this person, and which of them it is that allows none."""
        own = self.seats[person].submitted + len(self.open_leases(person))
        everybody = sum(seat.submitted for seat in self.seats.values()) + sum(
            one.state == State.LEASED for one in self.given
        )
        left = HELD_ASSIGNMENTS
        for most, load, code in (
            (self.policy.most_per_person, own, "person_full"),
            (self.policy.most_in_project, everybody, "project_full"),
        ):
            if most is not None:
                if load >= most:
                    return 0, code
                left = min(left, most - load)
        return left, None

    def bring_back(self, person: int) -> list[int]:
        """What a person put off for later is offered to that person again: these tasks."""
        back = [one for one in self.given if one.person == person and one.state == State.SKIPPED and one.put_off]
        for one in back:
            one.state = State.EXPIRED
        return sorted(one.task for one in back)

    def empty_code(self, person: int) -> str:
        if self.state != "open":
            return self.state
        if len(self.open_leases(person)) >= HELD_ASSIGNMENTS:
            return "hands_full"
        full = self.room(person)[1]
        if full is not None:
            return full
        if not self.tasks:
            return "no_tasks"
        wanted = any(self.need(number) > 0 and not task.out for number, task in self.tasks.items())
        return "none_for_you" if wanted else "all_out"

    def change_policy(self, policy: Policy) -> None:
        """Each task gets the target that it would have got under that policy."""
        self.policy = policy
        self.version += 1
        for number, task in self.tasks.items():
            before = self.finisher(number)
            task.target, task.inclusion = policy.target(task.draw)
            after = self.finisher(number)
            if before is not None:
                self.seats[before].finished -= 1
            if after is not None:
                self.seats[after].finished += 1

    def finisher(self, task: int) -> int | None:
        """Whose answer completed a task: that of the target-th person, in the order of their first answers."""
        answered = [one for one in self.of_task(task) if one.state == State.SUBMITTED]
        answered.sort(key=lambda one: one.answers[0].number)
        target = self.tasks[task].target
        return answered[target - 1].person if 0 < target <= len(answered) else None

    def submit(self, one: Given, submission: Submission, label: str, now: int) -> tuple[str | bool, int]:
        """(the code of the conflict, or whether it counts; until when it can be undone)."""
        undo = self.policy.undo_seconds * SECOND
        for other in self.given:
            for answer in other.answers:
                if other.person == one.person and answer.submission.submission_id == submission.submission_id:
                    same = other is one and answer.submission == submission
                    return (answer.counted if same else "submission_differs"), answer.created_at + undo
        conflict = self._conflict(one, submission, now)
        if conflict is not None:
            return conflict, 0
        counted = self._slot(one)
        first = one.in_force is None
        one.answers.append(Answer(submission, label, now, counted, next(self.numbers)))
        one.state = State.SUBMITTED if counted else State.LATE
        if counted and first:
            seat = self.seats[one.person]
            seat.submitted += 1
            seat.today = seat.today + 1 if seat.day == now // DAY else 1
            seat.day = now // DAY
            seat.finished += self.done(one.task) == self.tasks[one.task].target
        return counted, now + undo

    def _conflict(self, one: Given, submission: Submission, now: int) -> str | None:
        if one.in_force is None:
            return None if submission.supersedes is None else "nothing_to_supersede"
        if submission.supersedes is None:
            return "already_submitted"
        if submission.supersedes != one.in_force.submission.submission_id:
            return "superseded_elsewhere"
        return "undo_is_over" if now > one.in_force.created_at + self.policy.undo_seconds * SECOND else None

    def _slot(self, one: Given) -> bool:
        if one.state in (State.LEASED, State.SUBMITTED):
            return True
        if one.state == State.LATE:
            return False
        others = [other for other in self.of_task(one.task) if other.person == one.person and other is not one]
        if any(other.state in (State.SUBMITTED, State.SKIPPED) for other in others):
            return False
        for other in others:
            if other.state == State.LEASED:
                other.state = State.EXPIRED
                return True
        return self.need(one.task) > 0

    def skip(self, one: Given, reason: str) -> str | None:
        """The code of the conflict, if any."""
        if one.state in (State.SUBMITTED, State.LATE):
            return "already_submitted"
        if one.state == State.SKIPPED:
            return None
        if not one.skipped_once:
            self.seats[one.person].skipped += 1
            one.put_off = self.policy.skips.get(reason) == "later"
        if self.policy.skips.get(reason) == "out":
            self.tasks[one.task].out = True
        one.skipped_once = True
        others = [other for other in self.of_task(one.task) if other.person == one.person and other is not one]
        if one.state == State.LEASED or not any(other.state in HOLDS for other in others):
            one.state = State.SKIPPED
        return None
