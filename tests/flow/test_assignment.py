"""Queue → assignment: order, prefetching, what is recorded, and what a person is told."""

from __future__ import annotations

import pytest

from assay.flow.policy import SKIP_REASONS, Policy
from assay.kernel.errors import BadInput, Conflict, NotFound
from assay.kernel.limits import FLAGS_PER_ASSIGNMENT, HELD_ASSIGNMENTS
from assay.store.queue.lanes import start_of
from tests.flow.audit import assert_sound
from tests.flow.fixtures import MakeGround


def test_asking_again_offers_the_same_and_never_burns_a_task(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=5)
    (person,) = crowd.people
    first = [lease.uid for lease in crowd.next(person, 2).leases]

    assert [lease.uid for lease in crowd.next(person, 1).leases] == first[:1]
    assert [lease.uid for lease in crowd.next(person, 2).leases] == first
    assert [lease.uid for lease in crowd.next(person, 3).leases][:2] == first
    assert_sound(crowd.store)


def test_what_is_on_its_way_is_neither_offered_nor_counted(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=5)
    (person,) = crowd.people
    first = crowd.take(person)

    other = crowd.next(person, 1, leave_out=[first])

    assert [lease.uid for lease in other.leases] != [first]
    assert len(other.leases) == 1


def test_nobody_holds_more_than_the_limit(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=3 * HELD_ASSIGNMENTS)
    person, other = crowd.people
    held: list[str] = []
    for _ in range(4):
        held += [lease.uid for lease in crowd.next(person, HELD_ASSIGNMENTS, leave_out=held).leases]
    last = crowd.next(person, 1, leave_out=held)

    assert len(held) == HELD_ASSIGNMENTS
    assert last.empty is not None
    assert last.empty.code == "hands_full"
    assert len(crowd.next(other, HELD_ASSIGNMENTS).leases) == HELD_ASSIGNMENTS
    crowd.submit(person, held[0])
    assert len(crowd.next(person, 1, leave_out=held[1:]).leases) == 1


def test_asking_moves_the_end_of_what_one_holds(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=2, policy=Policy(lease_seconds=600))
    (person,) = crowd.people
    first = crowd.take(person)
    for _ in range(5):  # somebody who works on, slowly, loses nothing
        crowd.clock.advance(599)
        (lease,) = crowd.next(person).leases
        assert lease.uid == first
        assert lease.lease_until == crowd.clock() + 600_000_000
    assert crowd.sweep() == 0


def test_an_own_lapsed_lease_is_closed_before_a_new_one_is_given(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1, policy=Policy(lease_seconds=600))
    (person,) = crowd.people
    first = crowd.take(person)
    crowd.clock.advance(601)
    second = crowd.take(person)  # no sweep has come between
    assert second != first
    assert crowd.task_of(second) == crowd.task_of(first)
    assert_sound(crowd.store)


def test_started_tasks_are_finished_before_fresh_ones_are_begun(ground: MakeGround) -> None:
    crowd = ground(annotators=3, tasks=4, policy=Policy(annotations_per_task=3))
    a, b, c = crowd.people
    started = crowd.task_of(crowd.take(a))
    crowd.clock.advance(1)
    also_started = crowd.task_of(crowd.next(a, 2).leases[1].uid)

    assert [crowd.task_of(lease.uid) for lease in crowd.next(b, 2).leases] == [started, also_started]
    assert crowd.task_of(crowd.take(c)) == started
    reasons = crowd.rows("SELECT reason FROM assignment WHERE project_id = :project ORDER BY id")
    assert [row.reason for row in reasons] == ["fresh", "fresh", "started", "started", "started"]


def test_sequential_order_is_the_order_of_the_file(ground: MakeGround) -> None:
    crowd = ground(annotators=1, policy=Policy(order="sequential"))
    ids = crowd.add_tasks(6)
    offered = crowd.next(crowd.people[0], 6).leases
    assert [crowd.task_of(lease.uid) for lease in offered] == ids
    assert [lease.data for lease in offered] == [{"text": f"text {number}"} for number in range(1, 7)]


def test_random_order_is_another_one_and_the_same_for_the_same_seed(ground: MakeGround) -> None:
    orders = []
    for seed in ("one", "one", "two"):
        crowd = ground(annotators=1)
        first, *_ = crowd.add_tasks(10, seed=seed)
        offered = crowd.next(crowd.people[0], 10).leases
        orders.append([crowd.task_of(lease.uid) - first for lease in offered])
    assert turned(orders[0]) == turned(orders[1]) != turned(orders[2])
    assert turned(orders[0]) != sorted(orders[0])


def turned(order: list[int]) -> list[int]:
    """One random order, wherever somebody begins in it."""
    return order[order.index(0) :] + order[: order.index(0)]


def test_everybody_begins_elsewhere_in_the_random_order_and_always_at_the_same_place(ground: MakeGround) -> None:
    crowd = ground(annotators=8, tasks=400)
    first = {person: crowd.task_of(crowd.take(person)) for person in crowd.people}
    places = {row.id: rank for rank, row in enumerate(crowd.rows(
        "SELECT id, draw FROM task WHERE project_id = :project ORDER BY id"
    ))}  # fmt: skip
    assert len(set(first.values())) == 8
    assert max(places[task] for task in first.values()) - min(places[task] for task in first.values()) > 100
    assert start_of(crowd.project.uid, crowd.people[0]) == start_of(crowd.project.uid, crowd.people[0]) < 2**62


def test_a_lead_client_sees_only_what_the_label_config_shows(ground: MakeGround) -> None:
    crowd = ground(annotators=1)
    crowd.write(crowd.plan((1, "key-1", {"text": "Fine.", "gold": "Good", "source": "secret"}, [])))
    (lease,) = crowd.next(crowd.people[0]).leases
    assert lease.data == {"text": "Fine."}
    assert not {"key-1", "Good", "secret"} & {str(part) for part in (lease.uid, *lease.data.values())}


def test_the_probability_of_a_task_is_recorded_with_each_assignment(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=60, policy=Policy(annotations_per_task=3, overlap_share=0.25))
    (person,) = crowd.people
    for _ in range(60):
        crowd.submit(person, crowd.take(person))
    rows = crowd.rows(
        "SELECT a.probability, t.target, t.inclusion FROM assignment a JOIN task t ON t.id = a.task_id"
        " WHERE a.project_id = :project"
    )
    assert {(row.target, row.probability) for row in rows} == {(3, 0.25), (1, 0.75)}
    assert all(row.probability == row.inclusion for row in rows)


def test_why_there_is_nothing_to_do(ground: MakeGround) -> None:
    crowd = ground(annotators=2)
    a, b = crowd.people

    def why(person: int) -> str:
        empty = crowd.next(person).empty
        assert empty is not None
        assert empty.message.endswith(".")
        return empty.code

    assert why(a) == "no_tasks"
    crowd.add_tasks(1, target=2)
    assignment = crowd.take(a)
    other = crowd.take(b)
    crowd.submit(a, assignment)
    assert why(a) == "all_out"
    crowd.skip(b, other)
    assert why(a) == "none_for_you"
    crowd.set_state("paused")
    assert why(a) == "paused"
    crowd.set_state("archived")
    assert why(a) == "archived"


@pytest.mark.parametrize("reason", [reason for reason, _ in SKIP_REASONS])
def test_a_skip_keeps_its_reason(ground: MakeGround, reason: str) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    crowd.skip(person, crowd.take(person), reason)
    row = crowd.one("SELECT * FROM skip WHERE project_id = :project")
    assert (row.reason, row.annotator_id, row.created_at) == (reason, person, crowd.clock())


def test_refused_skips(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=2)
    a, b = crowd.people
    mine, other = crowd.take(a), crowd.take(b)
    with pytest.raises(BadInput, match="no skip reason") as caught:
        crowd.skip(a, mine, "bored")
    assert caught.value.field == "reason"
    with pytest.raises(NotFound):
        crowd.skip(a, other)
    with pytest.raises(NotFound):
        crowd.skip(a, "nothing")
    crowd.submit(a, mine)
    with pytest.raises(Conflict) as conflict:
        crowd.skip(a, mine)
    assert conflict.value.code == "already_submitted"
    assert crowd.rows("SELECT 1 FROM skip WHERE project_id = :project") == []


def test_a_flag_names_the_guideline_that_was_in_force(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1)
    a, b = crowd.people
    assignment = crowd.take(a)
    crowd.flag(a, assignment, "Irony?")
    with pytest.raises(NotFound):
        crowd.flag(b, assignment)
    row = crowd.one("SELECT * FROM flag WHERE project_id = :project")
    assert (row.note, row.annotator_id, row.guideline_version, row.task_id) == (
        "Irony?", a, 1, crowd.task_of(assignment)
    )  # fmt: skip
    assert crowd.submit(a, assignment).counted  # a question is no answer


def test_the_wall_between_workspaces(ground: MakeGround) -> None:
    ours, theirs = ground(annotators=1, tasks=1), ground(annotators=1, tasks=1)
    assignment = ours.take(ours.people[0])
    for person in (theirs.people[0], ours.people[0]):
        with pytest.raises(NotFound):
            theirs.submit(person, assignment)
        with pytest.raises(NotFound):
            theirs.skip(person, assignment)
    assert ours.submit(ours.people[0], assignment).counted


def test_nobody_drowns_the_lead_in_questions(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=2)
    (person,) = crowd.people
    assignment = crowd.take(person)
    for number in range(FLAGS_PER_ASSIGNMENT):
        crowd.flag(person, assignment, f"Question {number}")
    with pytest.raises(Conflict) as caught:
        crowd.flag(person, assignment, "One more")
    assert caught.value.code == "too_many_flags"
    assert len(crowd.rows("SELECT 1 FROM flag WHERE project_id = :project")) == FLAGS_PER_ASSIGNMENT
    crowd.submit(person, assignment)
    crowd.flag(person, crowd.take(person))
