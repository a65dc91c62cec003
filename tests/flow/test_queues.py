"""Queues, skills, strata, stages, caps and sessions: who gets which task, on either database."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection

from assay.flow.intake import TaskFields
from assay.flow.planned import PlannedTask
from assay.flow.policy import Policy
from assay.flow.policy_rules import AdaptiveOverlap, Queue, TaskRule
from assay.flow.policy_stages import Condition, Stage, Step
from assay.kernel.clock import DAY, MINUTE
from assay.store.queue.assign import assign, set_skills
from assay.store.queue.retarget import release_leases
from assay.worker.accuracy_sweep import AccuracySweep
from tests.flow.audit import assert_sound
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground

FRENCH = Policy(queues=[Queue("french", ["French"])], rules=[TaskRule({"text": "bonjour"}, queue="french")])


def add(crowd: Ground, *rows: tuple[str, TaskFields]) -> list[int]:
    """Tasks with these texts and fields."""
    plan = crowd.store.read(lambda c: crowd.intake(c, "rows"))
    planned = [plan.plan(line, None, {"text": text}, fields=fields) for line, (text, fields) in enumerate(rows, 1)]
    assert all(isinstance(task, PlannedTask) for task in planned), planned
    return crowd.write(planned)


def give_skills(crowd: Ground, person: int, **skills: int | None) -> None:
    """Let somebody have these skills, until a moment."""
    crowd.store.write(lambda c: set_skills(c, crowd.project.id, person, skills))


def empty(crowd: Ground, person: int) -> str:
    """Why there is nothing for this person."""
    offered = crowd.next(person)
    assert offered.empty is not None, offered
    return offered.empty.code


def texts(crowd: Ground, person: int, count: int = 10) -> list[str]:
    """What a person is shown."""
    return [lease.data["text"] for lease in crowd.next(person, count).leases]


def test_work_for_a_skill_goes_to_those_who_have_it_before_work_for_all(ground: MakeGround) -> None:
    crowd = ground(annotators=3, policy=FRENCH)
    ann, ben, cem = crowd.people
    add(crowd, ("hello", TaskFields()), ("bonjour", TaskFields()))
    give_skills(crowd, ben, French=None)
    give_skills(crowd, cem, French=crowd.clock())  # ran out
    assert texts(crowd, ann) == ["hello"]
    assert texts(crowd, ben, 1) == ["bonjour"]
    assert empty(crowd, cem) == "all_out"
    crowd.skip(ben, crowd.take(ben), "other")
    offered = crowd.next(cem)
    assert offered.empty is not None
    assert (offered.empty.code, "French" in offered.empty.message) == ("skills", True)
    give_skills(crowd, cem, French=crowd.clock() + DAY)
    assert texts(crowd, cem) == ["bonjour"]
    assert_sound(crowd.store)


def test_urgent_tasks_come_first(ground: MakeGround) -> None:
    crowd = ground(annotators=1)
    add(crowd, *((f"p{priority}", TaskFields(priority=priority)) for priority in (0, -5, 7, 1)))
    assert texts(crowd, crowd.people[0]) == ["p7", "p1", "p0", "p-5"]


@pytest.mark.parametrize(("order", "expected"), [("newest", "dcba"), ("sequential", "abcd"), ("uncertain", "cadb")])
def test_tasks_go_out_in_the_order_of_the_policy(ground: MakeGround, order: Any, expected: str) -> None:
    crowd = ground(annotators=1, policy=Policy(order=order))
    scores = {"a": 0.8, "b": 0.1, "c": 0.9, "d": 0.5}
    add(crowd, *((text, TaskFields(score=score)) for text, score in scores.items()))
    assert "".join(texts(crowd, crowd.people[0])) == expected


def test_everybody_gets_as_much_of_each_stratum(ground: MakeGround) -> None:
    crowd = ground(annotators=3, policy=Policy(order="stratified"))
    strata = ["law"] * 60 + ["tax"] * 20 + ["art"] * 20
    add(crowd, *((stratum, TaskFields(stratum=stratum)) for stratum in strata))
    for person in crowd.people:
        seen = Counter[str]()
        for _ in range(6):
            for lease in crowd.next(person, 3).leases:
                seen[lease.data["text"]] += 1
                crowd.submit(person, lease.uid)
        assert max(seen.values()) - min(seen.values()) <= 1, seen
    # When one stratum is over, the others go on.
    while leases := crowd.next(crowd.people[0], 10).leases:
        for lease in leases:
            crowd.submit(crowd.people[0], lease.uid)
    assert empty(crowd, crowd.people[1]) == "all_out"
    assert_sound(crowd.store)


def test_tasks_given_to_people_by_name_are_for_nobody_else(ground: MakeGround) -> None:
    crowd = ground(annotators=2)
    ann, ben = crowd.people
    first, second = add(crowd, ("one", TaskFields()), ("two", TaskFields()))

    def give(connection: Connection, tasks: list[int], people: list[int]) -> int:
        policy = crowd.versions.policy(connection, crowd.project.id, crowd.project.policy_version)
        return assign(
            connection, crowd.project, policy, tasks, people, actor_id=crowd.owner.person_id, now=crowd.clock()
        )

    assert crowd.store.write(lambda c: give(c, [first, second], [ben])) == 2
    assert crowd.store.write(lambda c: give(c, [first], [ben])) == 0
    assert empty(crowd, ann) == "assigned"
    # A change of the policy leaves it with them.
    crowd.change_policy(Policy(annotations_per_task=2))
    assert empty(crowd, ann) == "assigned"
    assert sorted(texts(crowd, ben)) == ["one", "two"]
    assert crowd.store.write(lambda c: give(c, [first, second], [])) == 2
    assert sorted(texts(crowd, ann)) == ["one", "two"]
    assert_sound(crowd.store)


STAGES = Policy(
    queues=[Queue("experts", ["expert"])],
    stages=[
        Stage("screen", next=[Step("detail", Condition(label=["Bad"]))]),
        Stage("detail", 2, "experts", [Step("again", Condition(agreement_below=1.0))]),
        Stage("again", 1, "experts"),
    ],
)


def test_a_cheap_screen_lets_some_tasks_through_to_experts(ground: MakeGround) -> None:
    crowd = ground(annotators=4, policy=STAGES)
    screener, *experts = crowd.people
    for expert in experts:
        give_skills(crowd, expert, expert=None)
    good, bad = add(crowd, ("good", TaskFields()), ("bad", TaskFields()))
    for lease in crowd.next(screener, 2).leases:
        crowd.submit(screener, lease.uid, "Bad" if lease.data["text"] == "bad" else "Good")
    assert empty(crowd, screener) in ("skills", "none_for_you")
    for expert, label in zip(experts[:2], ("Bad", "Good"), strict=True):
        (lease,) = crowd.next(expert, 5).leases
        assert lease.data["text"] == "bad"
        crowd.submit(expert, lease.uid, label)
    assert empty(crowd, experts[0]) == "none_for_you"
    (lease,) = crowd.next(experts[2], 5).leases
    crowd.submit(experts[2], lease.uid, "Good")
    rows = {row.id: row for row in crowd.rows("SELECT * FROM task WHERE project_id = :project")}
    assert (rows[good].target, rows[good].done, rows[good].stage) == (1, 1, 0)
    assert (rows[bad].target, rows[bad].done, rows[bad].stage) == (4, 4, 2)
    kinds = [row.kind for row in crowd.rows("SELECT kind FROM decision WHERE project_id = :project ORDER BY id")]
    assert kinds == ["stage", "stage"]
    stages = [row.stage for row in crowd.rows("SELECT stage FROM assignment WHERE task_id = :id ORDER BY id", id=bad)]
    assert stages == [0, 1, 1, 2]
    assert_sound(crowd.store)


def test_adaptive_overlap_asks_where_it_is_not_sure(ground: MakeGround) -> None:
    policy = Policy(annotations_per_task=2, adaptive=AdaptiveOverlap(confidence=0.85, most=4, audit_share=0))
    crowd = ground(annotators=5, tasks=2, policy=policy)
    for person in crowd.people:
        for lease in crowd.next(person, 5).leases:
            sure = crowd.task_of(lease.uid) % 2
            crowd.submit(person, lease.uid, "Good" if sure or person % 2 else "Bad")
    rows = crowd.rows("SELECT id, target, done, need FROM task WHERE project_id = :project")
    by_sure = {row.id % 2: (row.target, row.done, row.need) for row in rows}
    assert by_sure == {1: (2, 2, 0), 0: (4, 4, 0)}
    assert_sound(crowd.store)


def test_who_is_often_right_is_believed_more(ground: MakeGround) -> None:
    policy = Policy(annotations_per_task=3, adaptive=AdaptiveOverlap(confidence=0.85, most=4, audit_share=0))
    crowd = ground(annotators=4, tasks=40, policy=policy)
    sweep = AccuracySweep(crowd.store, crowd.versions)
    assert sweep.run() == 0
    *careful, careless, late = crowd.people
    for person in (*careful, careless):
        answered = 0
        while leases := crowd.next(person).leases:
            right, wrong = ("Good", "Bad") if crowd.task_of(leases[0].uid) % 2 else ("Bad", "Good")
            crowd.submit(person, leases[0].uid, wrong if person == careless and answered % 2 else right)
            answered += 1
    assert sweep.run() == 1
    assert sweep.run() == 0  # nothing new
    found = {row.person_id: row.accuracy for row in crowd.rows("SELECT * FROM seat WHERE project_id = :project")}
    assert min(found[person] for person in careful) > 0.85 > 0.7 > found[careless]
    assert found[late] is None
    assert_sound(crowd.store)


def test_a_correction_can_make_a_finished_task_unsure(ground: MakeGround) -> None:
    policy = Policy(annotations_per_task=2, adaptive=AdaptiveOverlap(confidence=0.85, most=4, audit_share=0))
    crowd = ground(annotators=3, tasks=1, policy=policy)
    receipts = {}
    for person in crowd.people[:2]:
        receipts[person] = (crowd.take(person), crowd.submission("Good"))
        crowd.send(person, *receipts[person])
    assert empty(crowd, crowd.people[2]) == "all_out"
    person = crowd.people[0]
    lease, first = receipts[person]
    crowd.submit(person, lease, "Bad", supersedes=first.submission_id)
    assert len(crowd.next(crowd.people[2]).leases) == 1
    assert_sound(crowd.store)


@pytest.mark.parametrize("cap", ["most_per_person", "most_per_person_per_day", "most_in_project"])
def test_a_cap_is_never_passed_by_tasks_in_hand(ground: MakeGround, cap: str) -> None:
    crowd = ground(annotators=4, tasks=60, policy=Policy.from_document({cap: 5}))
    with ThreadPoolExecutor(4) as pool:
        offers = list(pool.map(lambda person: crowd.next(person, 4), crowd.people * 3))
    held = crowd.one("SELECT count(*) AS held FROM assignment WHERE project_id = :project AND state = 0").held
    assert held == (5 if cap == "most_in_project" else 16)
    for person in crowd.people:
        for lease in crowd.next(person, 10).leases:
            crowd.submit(person, lease.uid)
        for lease in crowd.next(person, 10).leases:
            crowd.submit(person, lease.uid)
    done = crowd.one("SELECT count(*) AS n FROM annotation WHERE project_id = :project").n
    assert done == (5 if cap == "most_in_project" else 20)
    code = {"most_per_person": "person_full", "most_per_person_per_day": "day_full", "most_in_project": "project_full"}
    assert empty(crowd, crowd.people[0]) == code[cap]
    crowd.clock.advance(86_400)
    assert bool(crowd.next(crowd.people[0]).leases) == (cap == "most_per_person_per_day")
    assert offers
    assert_sound(crowd.store)


def test_a_break_is_asked_for_and_where_required_waited_for(ground: MakeGround) -> None:
    for required in (False, True):
        policy = Policy(session_minutes=60, break_minutes=10, break_required=required)
        crowd = ground(annotators=1, tasks=40, policy=policy)
        (person,) = crowd.people
        for _ in range(19):  # 57 minutes
            crowd.submit(person, crowd.take(person))
            crowd.clock.advance(3 * 60)
        lease = crowd.take(person)
        crowd.clock.advance(3 * 60)
        assert crowd.next(person).break_due
        crowd.submit(person, lease)
        offered = crowd.next(person)
        assert offered.break_due
        assert bool(offered.leases) != required
        crowd.clock.advance(10 * 60)
        rested = crowd.next(person)
        assert (rested.break_due, bool(rested.leases)) == (False, True)


def test_people_who_stand_by_get_work_when_they_are_called(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=4)
    give_skills(crowd, crowd.people[1], backup=None)
    assert len(crowd.next(crowd.people[0]).leases) == 1
    assert empty(crowd, crowd.people[1]) == "not_called"
    crowd.change_policy(Policy(backup_called=True))
    assert len(crowd.next(crowd.people[1]).leases) == 1


def test_what_slow_people_hold_goes_to_others_and_their_answers_still_arrive(ground: MakeGround) -> None:
    crowd = ground(annotators=3, tasks=2, policy=Policy(lease_seconds=86_400))
    slow, quick, other = crowd.people
    leases = [lease.uid for lease in crowd.next(slow, 2).leases]
    assert empty(crowd, quick) == "all_out"
    crowd.clock.advance(3_600)
    now = crowd.clock()

    def release(idle_minutes: int) -> int:
        before = now - idle_minutes * MINUTE
        return crowd.store.write(
            lambda c: release_leases(c, crowd.project.id, [slow, other], idle_before=before, now=now)
        )

    assert (release(61), release(59), release(0)) == (0, 2, 0)
    mine = crowd.take(quick)
    taken = next(lease for lease in leases if crowd.task_of(lease) == crowd.task_of(mine))
    (free,) = (lease for lease in leases if lease != taken)
    crowd.submit(quick, mine)
    assert crowd.submit(slow, free).counted
    assert not crowd.submit(slow, taken).counted
    assert_sound(crowd.store)


def test_full_coverage_follows_who_is_there(ground: MakeGround) -> None:
    crowd = ground(annotators=2, policy=Policy(full_coverage=True))
    add(crowd, ("one", TaskFields()), ("two", TaskFields()))
    crowd.change_policy(Policy(full_coverage=True))  # with the owner, three have a seat
    assert {row.target for row in crowd.rows("SELECT target FROM task WHERE project_id = :project")} == {3}
    crowd.add_person(f"late{crowd.project.id}")
    crowd.change_policy(Policy(full_coverage=True, order="sequential"))
    assert {row.target for row in crowd.rows("SELECT target FROM task WHERE project_id = :project")} == {4}
    for person in [*crowd.people, crowd.owner.person_id]:
        for lease in crowd.next(person, 4).leases:
            crowd.submit(person, lease.uid)
    assert {row.done for row in crowd.rows("SELECT done FROM task WHERE project_id = :project")} == {4}
    assert_sound(crowd.store)


def test_bringing_tasks_under_a_policy_twice_changes_nothing_more(ground: MakeGround) -> None:
    crowd = ground(annotators=3, tasks=50, policy=Policy(annotations_per_task=3, overlap_share=0.3))
    for person in crowd.people:
        for lease in crowd.next(person, 5).leases:
            crowd.submit(person, lease.uid)
    policy = Policy(annotations_per_task=2, overlap_share=0.6, order="sequential")
    crowd.change_policy(policy, chunk=7)
    before = crowd.rows("SELECT * FROM task WHERE project_id = :project ORDER BY id")
    assert crowd.retarget(policy, 0) == before[-1].id
    assert crowd.rows("SELECT * FROM task WHERE project_id = :project ORDER BY id") == before
    share = sum(row.target == 2 for row in before) / len(before)
    assert 0.4 < share < 0.8
    assert_sound(crowd.store)
