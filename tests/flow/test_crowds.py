"""Many people at the same moment: exactly enough, once, and everybody is told the truth."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection

from assay.flow.assignment import Offered
from assay.flow.policy import Policy
from assay.flow.policy_rules import AdaptiveOverlap
from assay.flow.policy_stages import Condition, Stage, Step
from assay.flow.submission import Receipt
from assay.kernel.errors import AssayError, Conflict
from assay.store.engine import Store, open_store
from assay.store.queue.retarget import release_leases
from tests.flow.audit import assert_sound
from tests.flow.crowd import together
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground, stop_flushing


def everybody_asks(crowd: Ground, people: list[int], count: int = 1) -> list[Offered]:
    """What each of these people is offered, all asking at the same moment."""
    with open_store(crowd.store.url, connections=32) as store:
        offered = together([partial(crowd.next, person, count, store=store) for person in people])
    return [one for one in offered if isinstance(one, Offered)]


def uids_of(offered: list[Offered]) -> list[str]:
    """Every assignment in these offers."""
    return [lease.uid for one in offered for lease in one.leases]


def test_a_hundred_people_ask_at_once_for_ten_tasks_that_want_three(ground: MakeGround) -> None:
    crowd = ground(annotators=100, tasks=10, policy=Policy(annotations_per_task=3))

    offered = everybody_asks(crowd, crowd.people)

    assert len(offered) == 100
    assert len(uids_of(offered)) == len(set(uids_of(offered))) == 30
    assert (
        crowd.rows("SELECT count(*) AS n FROM assignment WHERE state = 0 AND project_id = :project GROUP BY task_id")
        == [(3,)] * 10
    )
    assert_sound(crowd.store)


def test_nobody_goes_away_empty_while_there_is_a_slot_for_everybody(ground: MakeGround) -> None:
    crowd = ground(annotators=30, tasks=1, policy=Policy(annotations_per_task=30))

    offered = everybody_asks(crowd, crowd.people)

    assert [one.empty for one in offered] == [None] * 30
    assert_sound(crowd.store)


def test_one_person_in_many_tabs_gets_the_same_task_in_each(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=5)

    offered = everybody_asks(crowd, crowd.people * 20)

    assert len(set(uids_of(offered))) == 1
    assert len(uids_of(offered)) == 20
    assert_sound(crowd.store)


def test_fifty_sendings_of_one_submission_are_one_annotation(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)
    submission = crowd.submission("Bad", confidence=0.25)

    receipts = together([partial(crowd.send, person, assignment, submission)] * 50)

    assert len(receipts) == 50
    assert set(receipts) == {Receipt(submission.submission_id, True, receipts[0].undo_until, None)}  # type: ignore[union-attr]
    assert crowd.one("SELECT count(*) AS n FROM annotation WHERE project_id = :project").n == 1
    assert_sound(crowd.store)


def test_of_two_tabs_with_different_answers_one_is_told_that_the_other_was_first(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)

    ends = together([partial(crowd.submit, person, assignment, label) for label in ("Good", "Bad") * 5])

    receipts = [end for end in ends if isinstance(end, Receipt)]
    refusals = [end for end in ends if isinstance(end, Conflict)]
    assert (len(receipts), len(refusals)) == (1, 9)
    assert {refusal.code for refusal in refusals} == {"already_submitted"}
    assert {refusal.details["submission_id"] for refusal in refusals} == {receipts[0].submission_id}
    assert_sound(crowd.store)


def test_one_submission_id_for_two_assignments_at_once_is_a_conflict_for_one(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=8)
    (person,) = crowd.people
    uids = uids_of([crowd.next(person, 8)])
    submission = crowd.submission()

    ends = together([partial(crowd.send, person, uid, submission) for uid in uids])

    assert sum(isinstance(end, Receipt) for end in ends) == 1
    assert [end.code for end in ends if isinstance(end, AssayError)] == ["submission_differs"] * 7
    assert_sound(crowd.store)


def test_of_two_corrections_at_once_one_is_told_that_the_other_was_first(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (person,) = crowd.people
    assignment = crowd.take(person)
    first = crowd.submit(person, assignment)

    ends = together(
        [partial(crowd.submit, person, assignment, "Bad", supersedes=first.submission_id) for _ in range(10)]
    )

    assert sum(isinstance(end, Receipt) for end in ends) == 1
    assert [end.code for end in ends if isinstance(end, AssayError)] == ["superseded_elsewhere"] * 9
    assert_sound(crowd.store)


def test_a_skip_of_a_lapsed_task_while_the_same_person_asks_for_work(ground: MakeGround) -> None:
    """Whoever is first: the person either gets the task again or has skipped it, never both, never an error."""
    for _ in range(4):
        crowd = ground(annotators=1, tasks=1)
        (person,) = crowd.people
        assignment = crowd.take(person)
        crowd.clock.advance(3600)
        crowd.sweep()

        both: list[Callable[[], object]] = [partial(crowd.skip, person, assignment), partial(crowd.next, person)]
        ends = together(both)

        assert not [end for end in ends if isinstance(end, AssayError)]
        assert_sound(crowd.store)


def test_people_ask_answer_skip_and_go_away_all_at_once(ground: MakeGround) -> None:
    crowd = ground(annotators=12, tasks=60, policy=Policy(annotations_per_task=3, lease_seconds=60))
    stop_flushing(crowd.store)
    live(crowd, crowd.store, steps=60, seed=7)
    assert_sound(crowd.store)
    finish(crowd)
    assert_sound(crowd.store)


CHANGES = (
    Policy(annotations_per_task=3, lease_seconds=60),
    Policy(annotations_per_task=2, lease_seconds=60, order="sequential"),
    Policy(annotations_per_task=2, lease_seconds=60, adaptive=AdaptiveOverlap(confidence=0.9, most=4)),
    Policy(annotations_per_task=5, overlap_share=0.5, lease_seconds=60, skips={"unclear": "later"}),
    Policy(
        annotations_per_task=1,
        lease_seconds=60,
        stages=[Stage("screen", next=[Step("again", Condition(label=["Bad"], share=0.5))]), Stage("again", 2)],
    ),
    Policy(annotations_per_task=3, lease_seconds=60, adaptive=AdaptiveOverlap(confidence=0.85, most=5)),
)


def release(project_id: int, people: list[int], now: int, connection: Connection) -> int:
    """Take back what these people hold."""
    return release_leases(connection, project_id, people, idle_before=None, now=now)


def under_changing_policies(crowd: Ground, *, steps: int, changes: int, threads: int) -> None:
    """Everybody at once, while leases lapse, are taken back, and the policy changes chunk by chunk."""
    over = threading.Event()
    rng = random.Random(3)

    def lead() -> None:
        for number in range(changes):
            crowd.change_policy(CHANGES[(number + 1) % len(CHANGES)], chunk=17)
            now = crowd.clock()
            people = rng.sample(crowd.people, 20)
            crowd.store.write(partial(release, crowd.project.id, people, now))

    def tick() -> None:
        while not over.wait(0.02):
            crowd.clock.advance(5)
            crowd.sweep()

    def one_life(number: int, person: int) -> None:
        own, known = random.Random(f"life-{person}"), list[str]()
        for step in range(steps):
            act(crowd, person, own, known, f"change-{number}-{step}")

    helpers = [threading.Thread(target=lead), threading.Thread(target=tick)]
    for helper in helpers:
        helper.start()
    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one_life, range(len(crowd.people)), crowd.people))
    finally:
        helpers[0].join()
        over.set()
        helpers[1].join()
    assert_sound(crowd.store)


def test_five_hundred_people_while_the_policy_changes(ground: MakeGround) -> None:
    crowd = ground(annotators=500, tasks=300, policy=CHANGES[0])
    stop_flushing(crowd.store)
    under_changing_policies(crowd, steps=4, changes=4, threads=12)
    crowd.change_policy(Policy(annotations_per_task=2, lease_seconds=60))
    crowd.people[:] = crowd.people[:30]
    finish(crowd)
    assert_sound(crowd.store)
    assert crowd.one("SELECT count(*) AS n FROM task WHERE project_id = :project AND done < target").n == 0


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_five_hundred_people_while_the_policy_changes_for_long(ground: MakeGround) -> None:
    crowd = ground(annotators=500, tasks=3000, policy=CHANGES[0])
    under_changing_policies(crowd, steps=60, changes=60, threads=24)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_thousand_tasks_under_a_crowd_for_long(ground: MakeGround) -> None:
    crowd = ground(annotators=40, tasks=1000, policy=Policy(annotations_per_task=3, lease_seconds=60))
    for seed in range(20):
        live(crowd, crowd.store, steps=400, seed=seed)
        assert_sound(crowd.store)
    finish(crowd)
    assert_sound(crowd.store)


def live(crowd: Ground, store: Store, *, steps: int, seed: int) -> None:
    """Each person does random things in a thread of their own while time passes and leases are swept."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(0.01):
            crowd.clock.advance(5)
            crowd.sweep()

    def one_life(number: int, person: int) -> None:
        rng = random.Random(f"{seed}-{person}")
        known: list[str] = []
        for step in range(steps):
            act(crowd, person, rng, known, f"{seed}-{number}-{step}")

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        together([partial(one_life, number, person) for number, person in enumerate(crowd.people)])
    finally:
        over.set()
        ticker.join()


def act(crowd: Ground, person: int, rng: random.Random, known: list[str], step: str) -> None:
    """One random thing that a person may do; what is refused is refused in words."""
    choices: list[tuple[int, Callable[[], object]]] = [
        (3, lambda: known.extend(uids_of([crowd.next(person, rng.randint(1, 3))])))
    ]
    if known:
        uid, label = rng.choice(known), rng.choice(["Good", "Bad"])
        choices += [
            (5, lambda: crowd.submit(person, known[-1], label, submission_id=f"{person}-{step}")),
            (1, lambda: crowd.submit(person, uid, label, submission_id=f"{person}-{step}")),
            (1, lambda: crowd.skip(person, uid)),
        ]
    (chosen,) = rng.choices([choice for _, choice in choices], [weight for weight, _ in choices])
    try:
        chosen()
    except Conflict as refusal:
        assert refusal.code in {"already_submitted", "submission_differs"}


def finish(crowd: Ground) -> None:
    """Everybody works on, one after the other, until nobody is offered anything: then every task has enough."""
    crowd.clock.advance(3600)
    crowd.sweep()
    for person in crowd.people:
        while offered := crowd.next(person, 10).leases:
            for lease in offered:
                crowd.submit(person, lease.uid, submission_id=f"last-{lease.uid}")
    left = crowd.rows(
        """
        SELECT t.id FROM task t WHERE t.project_id = :project AND t.need > 0 AND :people > (
            SELECT count(DISTINCT a.annotator_id) FROM assignment a WHERE a.task_id = t.id AND a.state IN (0, 1, 2, 5))
        """,
        people=len(crowd.people),
    )
    assert left == []
