"""Queue → assignment: who gets which task now.

An assignment is a lease of one slot of a task to one annotator. It has a random id, which is all
that the annotator's client ever sees of the task. Open leases are offered again first, so that a
refresh never burns a task. Started tasks are finished before fresh ones are begun.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Protocol

from assay.flow.policy import BACKUP, SKIP_REASONS, Policy
from assay.kernel.clock import MINUTE, SECOND
from assay.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from assay.kernel.limits import FLAGS_PER_ASSIGNMENT, HELD_ASSIGNMENTS


class State(IntEnum):
    """What became of a lease. LEASED, SUBMITTED, SKIPPED and REVERTED keep the person from getting the task again."""

    LEASED = 0
    SUBMITTED = 1
    SKIPPED = 2
    EXPIRED = 3
    LATE = 4  # submitted after the slot had gone to somebody else: kept, not counted
    REVERTED = 5  # its annotation was set aside; others answer instead, or nobody
    REOPENED = 6  # its annotation was set aside; the task may come to the same person again


@dataclass(frozen=True, slots=True)
class Lease:
    """An open assignment with what it shows."""

    uid: str
    data: dict[str, Any]
    lease_until: int
    label_config_version: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in a project, locked for this transaction, and what assigning needs to know."""

    project_id: int
    annotator_id: int
    active: bool
    project_state: str
    policy: Policy
    policy_version: int
    guideline_version: int
    label_config_version: int
    submitted: int
    today: int
    open_leases: tuple[Lease, ...]
    skills: frozenset[str] = frozenset()
    session_at: int = 0  # when the present session of work began
    active_at: int = 0  # the last answer, or request for work that began a session


@dataclass(frozen=True, slots=True)
class NewLease:
    """What is written of a new assignment, but the task, which the claim picks."""

    uid: str
    seat: Seat
    now: int
    lease_until: int


class AssignmentRecords(Protocol):
    """What this stage needs of the records."""

    def seat_for_update(self, project_uid: str, annotator_id: int, now: int) -> Seat | None:
        """The seat, locked so that two tabs of one person take turns; leases that lapsed are closed first."""

    def claim(self, lease: NewLease) -> Lease | None:
        """Take one slot: the longest-started task open to this person, else a fresh one; None when there is none."""

    def renew(self, seat: Seat, lease_until: int) -> None:
        """Move the end of this person's open leases in this project."""

    def tasks_exist(self, project_id: int) -> bool:
        """Whether the project has any task."""

    def open_slots(self, seat: Seat) -> OpenSlots:
        """Where anybody could still get work."""

    def project_load(self, seat: Seat) -> int:
        """Annotations and open leases of the whole project; nobody else adds to them until this transaction ends."""

    def begin_session(self, seat: Seat, now: int) -> None:
        """Note that a session of work begins."""

    def bring_back_put_off(self, seat: Seat, now: int) -> bool:
        """Offer this person again what was put off for later; False when there is nothing of the kind."""

    def give_back(self, assignment_uid: str, annotator_id: int, reason: str, note: str, now: int) -> State | None:
        """Skip a leased assignment; the state it had before, None when it is not this person's.

        Its slot is open again: for others, for others and later this person, or for nobody while the task is
        out of the queue, as the policy says of the reason.
        """

    def raise_flag(
        self, assignment_uid: str, annotator_id: int, note: str, rule: str | None, uid: str, now: int, most: int
    ) -> bool | None:
        """Record a question about the guideline, unless it is there already.

        False when the assignment has ``most`` of them; None when it is not this person's.
        """


@dataclass(frozen=True, slots=True)
class Empty:
    """Why there is nothing to do, and whom to ask."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class OpenSlots:
    """Where there is work: in queues of this person, or only in others, which need these skills."""

    mine: bool
    elsewhere: bool
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """The open assignments, or the reason for none."""

    leases: tuple[Lease, ...]
    empty: Empty | None
    break_due: bool = False


_PAUSED = Empty("paused", "This project is paused. What you have sent is safe. The lead can say when it goes on.")
_ARCHIVED = Empty("archived", "This project is closed. Thank you for your work. The lead can tell you what is next.")
_NO_TASKS = Empty("no_tasks", "This project has no tasks yet. The lead adds them; come back a little later.")
_ALL_OUT = Empty(
    "all_out",
    "Everything is done or with somebody right now. A task may come back; look in again later, or ask the lead.",
)
_NONE_FOR_YOU = Empty(
    "none_for_you",
    "You have answered or skipped every task that is still open; the rest needs other people. Ask the lead for more.",
)
_ASSIGNED = Empty(
    "assigned", "What is open now is meant for other people. Ask the lead of the project for work of your own."
)
_DAY_FULL = Empty("day_full", "You have done as much as one person may do here in a day. Come back tomorrow.")
_PERSON_FULL = Empty(
    "person_full", "You have done as much as one person may do in this project. Thank you; the lead can raise it."
)
_PROJECT_FULL = Empty(
    "project_full", "This project has all the annotations that it may have. The lead can raise the number."
)
_NOT_CALLED = Empty("not_called", "You stand by for this project. There is work as soon as the lead calls you in.")
_HANDS_FULL = Empty(
    "hands_full",
    f"You hold {HELD_ASSIGNMENTS} tasks whose answers have not arrived yet. More come as soon as they are saved.",
)


def next_assignments(
    records: AssignmentRecords,
    project_uid: str,
    annotator_id: int,
    *,
    count: int,
    leave_out: Collection[str],
    now: int,
    new_id: Callable[[], str],
) -> Offered:
    """Up to ``count`` open assignments of this annotator, claiming new ones as needed.

    ``leave_out`` names assignments whose answer is already on its way: they are neither offered nor
    counted, but for the most that anybody may hold. Asking again is harmless. Raises Forbidden without a
    seat in the project.
    """
    seat = records.seat_for_update(project_uid, annotator_id, now)
    if seat is None or not seat.active:
        raise Forbidden("You don't label in this project.", action="Ask the lead of the project to add you.")
    lease_until = now + seat.policy.lease_seconds * SECOND
    leases = [lease for lease in seat.open_leases if lease.uid not in leave_out]
    if leases:
        records.renew(seat, lease_until)
        leases = [replace(lease, lease_until=max(lease.lease_until, lease_until)) for lease in leases]
    if seat.project_state != "open":
        return Offered(tuple(leases[:count]), None if leases else _closed(seat.project_state))
    rest = _rest(seat, now)
    held = len(seat.open_leases)
    room, full = _room(records, seat, rest)
    if room > 0 and rest.over:
        records.begin_session(seat, now)

    def fill() -> None:
        while len(leases) < count and len(leases) - own + held < HELD_ASSIGNMENTS and len(leases) - own < room:
            lease = records.claim(NewLease(new_id(), seat, now, lease_until))
            if lease is None:
                break
            leases.append(lease)

    own = len(leases)
    fill()
    if not leases and room > 0 and records.bring_back_put_off(seat, now):
        fill()
    if leases:
        return Offered(tuple(leases[:count]), None, rest.due)
    if held >= HELD_ASSIGNMENTS:
        return Offered((), _HANDS_FULL, rest.due)
    return Offered((), full or _why_empty(records, seat), rest.due)


@dataclass(frozen=True, slots=True)
class _Rest:
    """A person's session: a break is due, or there was one, so that a new session begins."""

    due: bool
    over: bool


def _rest(seat: Seat, now: int) -> _Rest:
    policy = seat.policy
    if policy.session_minutes is None:
        return _Rest(due=False, over=False)
    pause = policy.break_minutes * MINUTE
    last = max(seat.active_at, seat.session_at)
    over = now - last >= pause or now < seat.session_at  # a clock that was set back must not keep anybody waiting
    due = not over and now - seat.session_at >= policy.session_minutes * MINUTE
    return _Rest(due, over)


def _room(records: AssignmentRecords, seat: Seat, rest: _Rest) -> tuple[int, Empty | None]:
    """How many more assignments this person may get by the caps of the policy, and the reason when it is none."""
    policy, held = seat.policy, len(seat.open_leases)
    if BACKUP in seat.skills and not policy.backup_called:
        return 0, _NOT_CALLED
    if rest.due and policy.break_required:
        return 0, Empty(
            "break",
            f"Time for a break of {policy.break_minutes} minutes. What you have sent is safe; work goes on after it.",
        )
    room = HELD_ASSIGNMENTS
    caps = [
        (policy.most_per_person_per_day, seat.today + held, _DAY_FULL),
        (policy.most_per_person, seat.submitted + held, _PERSON_FULL),
    ]
    if policy.most_in_project is not None:
        caps.append((policy.most_in_project, records.project_load(seat), _PROJECT_FULL))
    for most, load, full in caps:
        if most is not None:
            if most <= load:
                return 0, full
            room = min(room, most - load)
    return room, None


def _closed(state: str) -> Empty:
    return _PAUSED if state == "paused" else _ARCHIVED


def _why_empty(records: AssignmentRecords, seat: Seat) -> Empty:
    if not records.tasks_exist(seat.project_id):
        return _NO_TASKS
    slots = records.open_slots(seat)
    if slots.mine:
        return _NONE_FOR_YOU
    if slots.skills:
        return Empty(
            "skills",
            f"What is open now needs: {', '.join(slots.skills)}. Ask the lead if you have this skill.",
        )
    return _ASSIGNED if slots.elsewhere else _ALL_OUT


def skip(
    records: AssignmentRecords, assignment_uid: str, annotator_id: int, *, reason: str, note: str, now: int
) -> None:
    """Give a task back for others, with a reason. Skipping twice is harmless.

    Raises BadInput for an unknown reason, Conflict when the task was already answered.
    """
    known = [reason_id for reason_id, _ in SKIP_REASONS]
    if reason not in known:
        raise BadInput(
            f"There is no skip reason {reason!r}.", field="reason", action=f"Use one of: {', '.join(known)}."
        )
    before = records.give_back(assignment_uid, annotator_id, reason, note, now)
    if before is None:
        raise NotFound("There is no such assignment.")
    if before in (State.SUBMITTED, State.LATE):
        raise Conflict(
            "This task is already answered.",
            code="already_submitted",
            action="Undo brings the answer back for correction; a skip is for tasks without an answer.",
        )


def raise_flag(
    records: AssignmentRecords,
    assignment_uid: str,
    annotator_id: int,
    *,
    note: str,
    rule: str | None,
    now: int,
    uid: str,
) -> None:
    """Record that the guideline does not settle this task. The task can still be answered or skipped.

    ``uid`` names the flag: recording one that is there already is harmless. Raises NotFound, or Conflict above
    the limit for one assignment.
    """
    recorded = records.raise_flag(assignment_uid, annotator_id, note, rule, uid, now, FLAGS_PER_ASSIGNMENT)
    if recorded is None:
        raise NotFound("There is no such assignment.")
    if not recorded:
        raise Conflict(
            f"You have asked {FLAGS_PER_ASSIGNMENT} questions about this task already.",
            code="too_many_flags",
            action="Answer or skip it; the lead has your questions.",
        )
