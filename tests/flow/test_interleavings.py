"""Orders of events that have gone wrong somewhere, each by its name."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from assay.flow.assignment import Offered, State, next_assignments
from assay.flow.policy import Policy
from assay.flow.submission import Receipt, submit
from assay.kernel.clock import SECOND
from assay.kernel.errors import Conflict, Forbidden
from assay.kernel.ids import new_id
from assay.store.assignments import SqlAssignments
from assay.store.engine import Store, open_store
from assay.store.submissions import SqlSubmissions
from tests.flow.audit import assert_sound
from tests.flow.crowd import HeldOpen
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground

LEASE_SECONDS = 600
UNDO_SECONDS = 300
POLICY = Policy(lease_seconds=LEASE_SECONDS, undo_seconds=UNDO_SECONDS)


@pytest.fixture
def elsewhere(shared_store: Store) -> Iterator[Store]:
    """The same database, opened once more, as another process would."""
    with open_store(shared_store.url) as other:
        yield other


def state_of(crowd: Ground, assignment: str) -> State:
    """What became of an assignment."""
    return State(crowd.one("SELECT state FROM assignment WHERE uid = :uid", uid=assignment).state)


def only_task(crowd: Ground) -> tuple[int, int]:
    """(need, done) of the one task."""
    row = crowd.one("SELECT need, done FROM task WHERE project_id = :project")
    return row.need, row.done


def expire(crowd: Ground) -> None:
    """The leases that are out now end, and the sweep sees it."""
    crowd.clock.advance(LEASE_SECONDS + 1)
    assert crowd.sweep() > 0


# Two connections.


def asking(crowd: Ground, person: int, connection: Connection) -> Offered:
    """Ask for work in an open transaction."""
    records = SqlAssignments(connection, crowd.versions, crowd.workspace_id)
    return next_assignments(records, crowd.project.uid, person, count=1, leave_out=(), now=crowd.clock(), new_id=new_id)


def test_two_connections_claim_the_last_slot(ground: MakeGround, elsewhere: Store) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    first, second = crowd.people
    held = HeldOpen(elsewhere, lambda c: asking(crowd, first, c))

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(crowd.next, second)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)  # it neither takes the slot twice nor says yet that there is none
        mine = held.commit()
        other = waiting.result()

    assert isinstance(mine, Offered)
    assert len(mine.leases) == 1
    assert other.leases == ()
    assert other.empty is not None
    assert other.empty.code == "all_out"
    assert only_task(crowd) == (0, 0)
    assert_sound(crowd.store)


def test_a_claim_that_is_rolled_back_leaves_its_slot_to_the_next(ground: MakeGround, elsewhere: Store) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    first, second = crowd.people

    class Changed(Exception):
        pass

    def break_off(connection: Connection) -> None:
        assert asking(crowd, first, connection).leases
        raise Changed

    with pytest.raises(Changed):
        elsewhere.write(break_off)
    assert crowd.take(second)
    assert_sound(crowd.store)


def test_an_answer_arrives_while_the_sweep_closes_its_lease(ground: MakeGround, elsewhere: Store) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    crowd.clock.advance(LEASE_SECONDS + 1)
    now = crowd.clock()
    held = HeldOpen(elsewhere, lambda c: SqlAssignments(c, crowd.versions).expire_lapsed(now))

    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(crowd.submit, person, assignment)
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        assert held.commit() == 1
        assert waiting.result().counted

    assert only_task(crowd) == (0, 1)
    assert_sound(crowd.store)


def test_the_sweep_comes_while_an_answer_is_being_saved(ground: MakeGround, elsewhere: Store) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    crowd.clock.advance(LEASE_SECONDS + 1)
    now, submission = crowd.clock(), crowd.submission()

    def answering(connection: Connection) -> Receipt:
        records = SqlSubmissions(connection, crowd.versions, crowd.workspace_id)
        return submit(records, assignment, person, submission, now=now, new_id=new_id)

    held = HeldOpen(elsewhere, answering)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(crowd.sweep)
        receipt = held.commit()
        waiting.result()

    assert isinstance(receipt, Receipt)
    assert receipt.counted
    assert state_of(crowd, assignment) == State.SUBMITTED
    assert only_task(crowd) == (0, 1)
    assert_sound(crowd.store)


def test_one_person_sends_an_answer_and_asks_for_work_at_once(ground: MakeGround, elsewhere: Store) -> None:
    """The two lock the same rows in opposite order; whichever has to begin again does so by itself."""
    crowd = ground(annotators=1, tasks=2, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    crowd.clock.advance(LEASE_SECONDS + 1)  # asking closes the lapsed lease, sending answers it
    held = HeldOpen(elsewhere, lambda c: asking(crowd, person, c))

    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(crowd.submit, person, assignment)
        held.commit()
        assert sending.result().counted

    assert state_of(crowd, assignment) == State.SUBMITTED
    assert_sound(crowd.store)


# A lease ends too early.


def test_lease_expires_and_goes_to_b_then_a_submits_then_b(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    a, b = crowd.people
    first = crowd.take(a)
    expire(crowd)
    second = crowd.take(b)

    late = crowd.submit(a, first, "Good")
    counted = crowd.submit(b, second, "Bad")

    assert not late.counted
    assert late.message is not None
    assert "does not count" in late.message
    assert counted.counted
    assert counted.message is None
    assert (state_of(crowd, first), state_of(crowd, second)) == (State.LATE, State.SUBMITTED)
    assert only_task(crowd) == (0, 1)
    assert [
        row.counted for row in crowd.rows("SELECT counted FROM annotation WHERE project_id = :project ORDER BY id")
    ] == [False, True]
    assert_sound(crowd.store)


def test_lease_expires_and_nobody_takes_it_then_a_submits(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    a, b = crowd.people
    first = crowd.take(a)
    expire(crowd)

    assert crowd.submit(a, first).counted
    assert crowd.next(b).leases == ()
    assert only_task(crowd) == (0, 1)
    assert_sound(crowd.store)


def test_lease_lapsed_but_the_sweep_has_not_come_yet(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    a, b = crowd.people
    first = crowd.take(a)
    crowd.clock.advance(LEASE_SECONDS * 10)

    assert crowd.next(b).leases == ()
    assert crowd.submit(a, first).counted
    assert_sound(crowd.store)


def test_a_lease_runs_to_its_last_microsecond(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    crowd.take(person)
    crowd.clock.advance(LEASE_SECONDS)
    assert crowd.sweep() == 0
    crowd.clock.advance(1e-6)
    assert crowd.sweep() == 1
    assert crowd.sweep() == 0


def test_b_skips_after_a_was_late_and_a_stays_late(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    a, b = crowd.people
    first = crowd.take(a)
    expire(crowd)
    second = crowd.take(b)
    receipt = crowd.submit(a, first)
    crowd.skip(b, second)

    correction = crowd.submit(a, first, "Bad", supersedes=receipt.submission_id)

    assert not correction.counted
    assert only_task(crowd) == (1, 0)
    assert_sound(crowd.store)


def test_a_late_answer_when_the_task_came_to_the_same_person_again(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    old = crowd.take(person)
    expire(crowd)
    new = crowd.take(person)
    assert new != old

    first = crowd.submit(person, old, "Good")
    second = crowd.submit(person, new, "Bad")

    assert first.counted
    assert not second.counted
    assert (state_of(crowd, old), state_of(crowd, new)) == (State.SUBMITTED, State.LATE)
    assert only_task(crowd) == (0, 1)
    assert_sound(crowd.store)


def test_a_late_answer_after_the_same_person_answered_the_task_that_came_again(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=Policy(annotations_per_task=2, lease_seconds=LEASE_SECONDS))
    (person,) = crowd.people
    old = crowd.take(person)
    expire(crowd)
    new = crowd.take(person)

    assert crowd.submit(person, new).counted
    assert not crowd.submit(person, old, "Bad").counted

    assert only_task(crowd) == (1, 1)  # one person never gives two of the wanted answers
    assert_sound(crowd.store)


def test_skip_after_expiry_keeps_the_task_away_from_who_skipped_it(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=POLICY)
    a, b = crowd.people
    first = crowd.take(a)
    expire(crowd)

    crowd.skip(a, first)

    offered = crowd.next(a)
    assert offered.empty is not None
    assert offered.empty.code == "none_for_you"
    assert only_task(crowd) == (1, 0)
    assert crowd.take(b)
    assert_sound(crowd.store)


def test_skip_of_an_expired_assignment_when_the_task_came_again(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    old = crowd.take(person)
    expire(crowd)
    new = crowd.take(person)

    for _ in range(3):  # also when the request is sent again
        crowd.skip(person, old)

    assert crowd.one("SELECT skipped FROM seat WHERE person_id = :me", me=person).skipped == 1
    assert (state_of(crowd, old), state_of(crowd, new)) == (State.EXPIRED, State.LEASED)
    assert crowd.submit(person, new).counted
    assert_sound(crowd.store)


def test_an_answer_after_a_skip_counts_while_the_slot_is_free(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=2, policy=POLICY)
    a, b = crowd.people
    kept, given = (lease.uid for lease in crowd.next(a, 2).leases)
    crowd.skip(a, kept)
    crowd.skip(a, given)
    taken = crowd.next(b).leases[0].uid
    free, lost = (kept, given) if crowd.task_of(taken) == crowd.task_of(given) else (given, kept)

    assert crowd.submit(a, free).counted
    assert not crowd.submit(a, lost).counted
    assert_sound(crowd.store)


def test_skipping_twice_is_one_skip(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    for _ in range(3):
        crowd.skip(person, assignment)
    assert crowd.one("SELECT count(*) AS n FROM skip WHERE project_id = :project").n == 1
    assert only_task(crowd) == (1, 0)
    assert_sound(crowd.store)


# Undo.


def test_undo_at_the_border_of_its_time(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    first = crowd.submit(person, assignment, "Good")
    assert first.undo_until == crowd.clock() + UNDO_SECONDS * SECOND

    crowd.clock.advance(UNDO_SECONDS)
    second = crowd.submit(person, assignment, "Bad", supersedes=first.submission_id)
    crowd.clock.advance(UNDO_SECONDS + 1e-6)
    with pytest.raises(Conflict) as caught:
        crowd.submit(person, assignment, "Good", supersedes=second.submission_id)

    assert second.counted
    assert caught.value.code == "undo_is_over"
    assert only_task(crowd) == (0, 1)
    assert_sound(crowd.store)


def test_undo_of_what_was_corrected_already(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    first = crowd.submit(person, assignment, "Good")
    second = crowd.submit(person, assignment, "Bad", supersedes=first.submission_id)

    with pytest.raises(Conflict) as caught:
        crowd.submit(person, assignment, "Neither", supersedes=first.submission_id)

    assert caught.value.code == "superseded_elsewhere"
    assert caught.value.details == {"submission_id": second.submission_id}
    rows = crowd.rows("SELECT id, supersedes, counted FROM annotation WHERE project_id = :project ORDER BY id")
    assert [(row.supersedes, bool(row.counted)) for row in rows] == [(None, True), (rows[0].id, True)]
    assert_sound(crowd.store)


def test_undo_of_nothing(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    with pytest.raises(Conflict) as caught:
        crowd.submit(person, assignment, supersedes="submission-000000")
    assert caught.value.code == "nothing_to_supersede"
    assert state_of(crowd, assignment) == State.LEASED


def test_a_correction_measures_the_task_again(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=Policy(annotations_per_task=2))
    a, b = crowd.people
    first, second = crowd.take(a), crowd.take(b)
    receipt = crowd.submit(a, first, "Good")
    assert crowd.one("SELECT disagreement FROM task WHERE project_id = :project").disagreement is None
    crowd.submit(b, second, "Bad")
    assert crowd.one("SELECT disagreement FROM task WHERE project_id = :project").disagreement == 1.0

    crowd.submit(a, first, "Bad", supersedes=receipt.submission_id)

    assert crowd.one("SELECT disagreement FROM task WHERE project_id = :project").disagreement == 0.0
    finished = [
        row.finished for row in crowd.rows("SELECT finished FROM seat WHERE project_id = :project ORDER BY person_id")
    ]
    assert finished == [0, 0, 1]
    assert_sound(crowd.store)


# The same id again.


def test_the_same_id_with_another_body(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    sent = crowd.submission("Good")
    receipt = crowd.send(person, assignment, sent)

    with pytest.raises(Conflict) as caught:
        crowd.submit(person, assignment, "Bad", submission_id=sent.submission_id)

    assert caught.value.code == "submission_differs"
    assert len(set(caught.value.details.values())) == 2
    crowd.clock.advance(UNDO_SECONDS * 2)
    assert crowd.send(person, assignment, sent) == receipt  # however late it comes again
    assert crowd.one("SELECT answers FROM annotation WHERE project_id = :project").answers == '{"mood":["Good"]}'
    assert_sound(crowd.store)


def test_another_id_for_an_answered_task(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    receipt = crowd.submit(person, assignment)
    with pytest.raises(Conflict) as caught:
        crowd.submit(person, assignment)
    assert caught.value.code == "already_submitted"
    assert caught.value.details == {"submission_id": receipt.submission_id}


def test_two_people_may_use_the_same_submission_id(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=Policy(annotations_per_task=2))
    assert all(
        crowd.submit(person, crowd.take(person), submission_id="first-answer").counted for person in crowd.people
    )
    assert_sound(crowd.store)


# The project changes meanwhile.


@pytest.mark.parametrize("state", ["paused", "archived"])
def test_pause_stops_new_leases_but_not_what_is_in_hand(ground: MakeGround, state: str) -> None:
    crowd = ground(annotators=2, tasks=2, policy=POLICY)
    a, b = crowd.people
    assignment = crowd.take(a)
    crowd.set_state(state)

    again, nothing = crowd.next(a, 2), crowd.next(b)

    assert [lease.uid for lease in again.leases] == [assignment]
    assert nothing.empty is not None
    assert nothing.empty.code == state
    assert crowd.submit(a, assignment).counted
    assert_sound(crowd.store)


def test_who_loses_the_seat_may_still_send_what_is_in_hand(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=2, policy=POLICY)
    (person,) = crowd.people
    assignment, other = (lease.uid for lease in crowd.next(person, 2).leases)
    crowd.set_seat(person, active=False)

    with pytest.raises(Forbidden):
        crowd.next(person)
    assert crowd.submit(person, assignment).counted
    crowd.clock.advance(LEASE_SECONDS + 1)
    assert crowd.sweep() == 1  # and what is not sent comes back for others
    assert state_of(crowd, other) == State.EXPIRED
    assert_sound(crowd.store)


def test_who_has_no_seat_gets_nothing(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    stranger = crowd.add_person("stranger", seat=False)
    with pytest.raises(Forbidden):
        crowd.next(stranger)


def test_an_answer_is_checked_and_stamped_as_it_was_leased(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=2, policy=POLICY)
    (person,) = crowd.people
    assignment = crowd.take(person)
    without_good = (
        "SELECT project_id, 2, replace(xml, '\"Good\"', '\"Great\"'), '', NULL, created_at "
        "FROM label_config WHERE project_id = :project"
    )
    crowd.execute("INSERT INTO label_config (project_id, version, xml, note, created_by, created_at) " + without_good)
    for name in ("guideline", "policy"):
        crowd.execute(
            f"INSERT INTO {name} (project_id, version, document, note, created_by, created_at)"
            f" SELECT project_id, 2, document, '', NULL, created_at FROM {name} WHERE project_id = :project"
        )
    crowd.execute(
        "UPDATE project SET label_config_version = 2, guideline_version = 2, policy_version = 2 WHERE id = :project"
    )

    assert crowd.submit(person, assignment, "Good").counted

    row = crowd.one(
        "SELECT label_config_version, guideline_version, policy_version FROM annotation WHERE project_id = :project"
    )
    assert tuple(row) == (1, 1, 1)
    later = crowd.take(person)
    stamped = crowd.one("SELECT * FROM assignment WHERE uid = :uid", uid=later)
    assert (stamped.label_config_version, stamped.guideline_version, stamped.policy_version) == (2, 2, 2)
    assert_sound(crowd.store)


# The clock.


def test_the_clock_jumps_forward_an_hour_and_what_was_in_hand_still_counts(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=2, policy=POLICY)
    a, b = crowd.people
    first, second = crowd.take(a), crowd.take(b)
    crowd.clock.advance(3600)
    crowd.sweep()
    assert crowd.submit(a, first).counted
    assert crowd.submit(b, second).counted
    assert_sound(crowd.store)


@pytest.mark.parametrize("reopening", ["skip", "expiry", "fresh"])
def test_the_clock_is_set_back_and_no_task_is_lost_behind_a_cursor(ground: MakeGround, reopening: str) -> None:
    crowd = ground(annotators=2, tasks=2, policy=Policy(annotations_per_task=2, lease_seconds=LEASE_SECONDS))
    a, b = crowd.people
    if reopening != "fresh":
        assignments = [lease.uid for lease in crowd.next(a, 2).leases]
    crowd.clock.advance(3600)
    for lease in crowd.next(b, 2).leases:  # moves b's cursor to an hour from the start
        crowd.submit(b, lease.uid)
    crowd.add_tasks(1, seed="more")
    crowd.clock.advance(-3500)

    if reopening == "skip":
        crowd.skip(b, crowd.take(b))
        crowd.skip(a, assignments[0])
    elif reopening == "expiry":
        crowd.clock.advance(3000)
        crowd.sweep()

    for person in crowd.people:
        while leases := crowd.next(person, 3).leases:
            for lease in leases:
                crowd.submit(person, lease.uid)
    decided = crowd.rows(
        "SELECT task_id, count(DISTINCT annotator_id) AS n FROM assignment"
        " WHERE state IN (1, 2) AND project_id = :project GROUP BY task_id"
    )
    assert [row.n for row in decided] == [2, 2, 2]
    assert crowd.one("SELECT min(wall_seconds) AS least FROM annotation WHERE project_id = :project").least >= 0
    assert_sound(crowd.store)
