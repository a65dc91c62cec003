"""Annotations are set aside, asked again and restored; slots and counters stay exact."""

from __future__ import annotations

import pytest

from assay.flow.policy import Policy
from assay.flow.reverting import Effect
from assay.kernel.errors import BadInput, Conflict
from assay.store.records.selection import Selection
from tests.flow.audit import assert_sound
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground
from tests.records import reverting
from tests.records.reverting import in_force, of, restore, set_aside

TWICE = Policy(annotations_per_task=2)


def answer_all(crowd: Ground, *people: int, label: str = "Good") -> None:
    """These people answer whatever they get."""
    for person in people:
        while (offered := crowd.next(person)).leases:
            crowd.clock.advance(1)
            crowd.submit(person, offered.leases[0].uid, label)


def numbers(crowd: Ground) -> list[tuple[int, int, int]]:
    """(target, need, done) of each task."""
    rows = crowd.rows("SELECT target, need, done FROM task WHERE project_id = :project ORDER BY id")
    return [tuple(row) for row in rows]


def test_others_answer_instead_and_its_author_does_not_get_it_again(ground: MakeGround) -> None:
    crowd = ground(annotators=3, tasks=4, policy=TWICE)
    ada, ben, cleo = crowd.people
    answer_all(crowd, ada, ben)

    _, effects = set_aside(crowd, of(crowd, ada))

    assert effects == {Effect.OPENED: 4}
    assert numbers(crowd) == [(2, 1, 1)] * 4
    assert {person for _, person in in_force(crowd)} == {ben}
    assert_sound(crowd.store)
    assert not crowd.next(ada).leases
    answer_all(crowd, cleo)
    assert numbers(crowd) == [(2, 0, 2)] * 4
    assert_sound(crowd.store)


def test_anybody_can_be_its_author(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=3, policy=TWICE)
    ada, ben = crowd.people
    answer_all(crowd, ada, ben)
    set_aside(crowd, of(crowd, ada), "anybody")
    answer_all(crowd, ada, label="Bad")
    assert numbers(crowd) == [(2, 0, 2)] * 3
    assert_sound(crowd.store)


def test_nobody_gives_the_slot_up(ground: MakeGround) -> None:
    crowd = ground(annotators=3, tasks=3, policy=TWICE)
    ada, ben, cleo = crowd.people
    answer_all(crowd, ada)
    assert set_aside(crowd, of(crowd, ada), "nobody")[1] == {Effect.LOWERED: 3}
    assert numbers(crowd) == [(1, 1, 0)] * 3
    answer_all(crowd, ben)
    assert_sound(crowd.store)
    assert set_aside(crowd, of(crowd, ben), "nobody")[1] == {Effect.OUT: 3}
    assert numbers(crowd) == [(1, 1, 0)] * 3
    assert not crowd.next(cleo).leases
    assert_sound(crowd.store)


@pytest.mark.parametrize("again", ["others", "anybody", "nobody"])
def test_a_restore_right_after_changes_everything_back(ground: MakeGround, again: str) -> None:
    crowd = ground(annotators=3, tasks=4, policy=TWICE)
    ada, ben, cleo = crowd.people
    answer_all(crowd, ada, ben)
    answer_all(crowd, cleo)
    seats = "SELECT person_id, submitted, finished, today FROM seat WHERE project_id = :project ORDER BY person_id"
    before = numbers(crowd), in_force(crowd), crowd.rows(seats)
    uid, _ = set_aside(crowd, of(crowd, ada), again)
    assert in_force(crowd) != before[1]
    effects = restore(crowd, uid)
    assert sum(effects.values()) == 4 and Effect.KEPT not in effects
    assert (numbers(crowd), in_force(crowd), crowd.rows(seats)) == before
    assert_sound(crowd.store)


def test_a_restored_annotation_leaves_a_slot_that_somebody_took_to_the_newcomer(ground: MakeGround) -> None:
    crowd = ground(annotators=4, tasks=4, policy=TWICE)
    ada, ben, cleo, dora = crowd.people
    answer_all(crowd, ada, ben)
    uid, _ = set_aside(crowd, of(crowd, ada))
    crowd.clock.advance(1)
    for _ in range(2):
        crowd.submit(cleo, crowd.take(cleo))
    crowd.take(dora)

    assert restore(crowd, uid) == {Effect.KEPT: 3, Effect.TAKEN: 1}

    assert sorted(numbers(crowd)) == [(2, 0, 1), *[(2, 0, 2)] * 3]
    assert_sound(crowd.store)
    # Dora's lease lapses: what was kept can be restored once more.
    crowd.clock.advance(100_000)
    crowd.sweep()
    assert restore(crowd, uid) == {Effect.KEPT: 2, Effect.TAKEN: 1}
    assert numbers(crowd) == [(2, 0, 2)] * 4
    assert_sound(crowd.store)


def test_who_answered_again_keeps_the_new_answer(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=1, policy=TWICE)
    ada, _ = crowd.people
    answer_all(crowd, ada, label="Good")
    uid, _ = set_aside(crowd, of(crowd, ada), "anybody")
    answer_all(crowd, ada, label="Bad")
    assert restore(crowd, uid) == {Effect.KEPT: 1}
    assert_sound(crowd.store)
    assert crowd.one(
        "SELECT n.answers FROM assignment a JOIN annotation n ON n.id = a.annotation_id "
        "WHERE a.project_id = :project AND a.state = 1"
    ).answers == '{"mood":["Bad"]}'  # fmt: skip


def test_imported_annotations_above_the_target_open_no_slot(ground: MakeGround) -> None:
    crowd = ground(annotators=1)
    said = [
        {"annotator": f"{name}@example.org", "result": crowd.submission(label).result}
        for name, label in (("a", "Good"), ("b", "Bad"), ("c", "Good"))
    ]
    crowd.write(crowd.plan((1, None, {"text": "x"}, said)))
    assert numbers(crowd) == [(1, -2, 3)]
    everything = Selection(sources=("import",))
    assert reverting.preview(crowd, everything).no_slot == 2
    uid, effects = set_aside(crowd, everything)
    assert effects == {Effect.NONE: 2, Effect.OPENED: 1}
    assert numbers(crowd) == [(1, 1, 0)]
    assert_sound(crowd.store)
    assert restore(crowd, uid) == {Effect.TAKEN: 3}
    assert numbers(crowd) == [(1, -2, 3)]
    assert_sound(crowd.store)


def test_the_same_request_twice_is_one_revert(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=2, policy=TWICE)
    ada, ben = crowd.people
    answer_all(crowd, ada, ben)
    uid = "r" * 26
    first = reverting.ask(crowd, of(crowd, ada), uid=uid)
    assert reverting.ask(crowd, of(crowd, ada), uid=uid) == first
    with pytest.raises(Conflict) as caught:
        reverting.ask(crowd, of(crowd, ben))
    assert caught.value.code == "revert_running"
    reverting.do(crowd, first)
    assert reverting.ask(crowd, of(crowd, ada), uid=uid) == first
    with pytest.raises(Conflict) as caught:
        reverting.ask(crowd, of(crowd, ben), uid=uid)
    assert caught.value.code == "revert_differs"
    once = reverting.ask_restore(crowd, uid)
    assert reverting.ask_restore(crowd, uid) == once
    reverting.do(crowd, once)
    assert reverting.ask_restore(crowd, uid) == once, "nothing is left to restore"
    assert_sound(crowd.store)


def test_what_was_set_aside_twice_belongs_to_the_last(ground: MakeGround) -> None:
    crowd = ground(annotators=2, tasks=2, policy=TWICE)
    ada, ben = crowd.people
    answer_all(crowd, ada, ben)
    first, _ = set_aside(crowd, of(crowd, ada))
    again, effects = set_aside(crowd, Selection(everything=True))
    assert effects == {Effect.OPENED: 2}, "only what was still in force"
    assert restore(crowd, first) == {Effect.TAKEN: 2}
    set_aside(crowd, of(crowd, ada))
    assert reverting.ask_restore(crowd, first).job_uid, "the restore that there is: nothing of it is aside now"
    assert {person for _, person in in_force(crowd)} == set()
    assert restore(crowd, again) == {Effect.TAKEN: 2}
    assert {person for _, person in in_force(crowd)} == {ben}
    assert_sound(crowd.store)


def test_a_correction_of_what_was_set_aside_is_kept_and_restored_with_it(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (ada,) = crowd.people
    assignment = crowd.take(ada)
    receipt = crowd.submit(ada, assignment, "Good")
    uid, _ = set_aside(crowd, of(crowd, ada))
    again = crowd.submit(ada, assignment, "Bad", supersedes=receipt.submission_id)
    assert not again.counted and again.message and "set this answer aside" in again.message
    assert numbers(crowd) == [(1, 1, 0)]
    assert_sound(crowd.store)
    assert restore(crowd, uid) == {Effect.TAKEN: 1}
    assert crowd.one(
        "SELECT n.answers FROM assignment a JOIN annotation n ON n.id = a.annotation_id WHERE a.uid = :uid",
        uid=assignment,
    ).answers == '{"mood":["Bad"]}'  # fmt: skip
    assert_sound(crowd.store)


def test_a_late_answer_does_not_get_round_a_revert(ground: MakeGround) -> None:
    crowd = ground(annotators=1, tasks=1)
    (ada,) = crowd.people
    lapsed = crowd.take(ada)
    crowd.clock.advance(100_000)
    crowd.sweep()
    crowd.submit(ada, crowd.take(ada))
    set_aside(crowd, of(crowd, ada))
    assert not crowd.submit(ada, lapsed).counted
    assert_sound(crowd.store)


class TestSelections:
    """Whose, when, what."""

    @pytest.fixture
    def crowd(self, ground: MakeGround) -> Ground:
        crowd = ground(annotators=3, tasks=6, policy=TWICE)
        ada, ben, _ = crowd.people
        answer_all(crowd, ada, label="Good")
        crowd.execute("UPDATE project SET guideline_version = 2 WHERE id = :project")
        crowd.clock.advance(1000)
        answer_all(crowd, ben, label="Bad")
        crowd.execute("UPDATE project SET guideline_version = 1 WHERE id = :project")
        return crowd

    @pytest.mark.parametrize(
        ("selection", "count"),
        [
            (Selection(label="Bad"), 6),
            (Selection(label="Bad", control="mood"), 6),
            (Selection(label="Bad", control="tone"), 0),
            (Selection(label="ad"), 0),
            (Selection(label='"'), 0),
            (Selection(guideline_versions=(1,)), 6),
            (Selection(label_config_versions=(1,)), 12),
            (Selection(sources=("web",)), 12),
            (Selection(sources=("import", "api")), 0),
            (Selection(flagged_rule="R1"), 0),
            (Selection(everything=True), 12),
        ],
    )
    def test_conditions(self, crowd: Ground, selection: Selection, count: int) -> None:
        seen = reverting.preview(crowd, selection)
        assert seen.annotations == count == sum(set_aside(crowd, selection)[1].values())
        assert_sound(crowd.store)

    def test_a_window_and_tasks(self, crowd: Ground) -> None:
        times = [row.created_at for row in crowd.rows(
            "SELECT created_at FROM annotation WHERE project_id = :project ORDER BY created_at")]  # fmt: skip
        tasks = [row.id for row in crowd.rows("SELECT id FROM task WHERE project_id = :project ORDER BY id")]
        from assay.kernel.clock import iso

        window = Selection(since=iso(times[2]), until=iso(times[7]))
        assert reverting.preview(crowd, window).annotations == 6
        assert reverting.preview(crowd, Selection(task_ids=tuple(tasks[:2]))).annotations == 4

    def test_a_rule_that_was_asked_about(self, crowd: Ground) -> None:
        row = crowd.one("SELECT * FROM assignment WHERE project_id = :project AND state = 1 ORDER BY id LIMIT 1")
        crowd.execute(
            "INSERT INTO flag (uid, assignment_id, task_id, project_id, annotator_id, guideline_version, rule, note, "
            "created_at) VALUES (:uid, :assignment, :task, :project, :person, 1, 'R4', 'two ways', 1)",
            uid=f"flag-{row.id}-{crowd.project.id}", assignment=row.id, task=row.task_id, person=row.annotator_id,
        )  # fmt: skip
        seen = reverting.preview(crowd, Selection(flagged_rule="R4"))
        assert (seen.annotations, seen.tasks) == (2, 1)

    def test_the_preview_counts(self, crowd: Ground) -> None:
        ada, ben, _ = crowd.people
        seen = reverting.preview(crowd, Selection(everything=True))
        assert (seen.annotations, seen.tasks, seen.asked_again, seen.given_up) == (12, 6, 12, 0)
        assert seen.labels == [("mood", "Good", 6), ("mood", "Bad", 6)]
        assert sorted(seen.people) == sorted([(ada, 6), (ben, 6)])
        assert seen.others_active == 2, "Cleo, and the owner, who has a seat"
        assert 0 < len(seen.sample) <= 10
        assert reverting.preview(crowd, of(crowd, ada), "nobody").given_up == 6

    @pytest.mark.parametrize(
        ("selection", "field"),
        [
            (Selection(), "selection"),
            (Selection(annotators=("nobody",)), "selection.annotators"),
            (Selection(since="yesterday"), "selection.since"),
            (Selection(since="2026-01-02", until="2026-01-01"), "selection.since"),
            (Selection(guideline_versions=(7,)), "selection.guideline_versions"),
            (Selection(label_config_versions=(0,)), "selection.label_config_versions"),
            (Selection(control="mood"), "selection.control"),
            (Selection(sources=("post",)), "selection.sources"),
            (Selection(import_job="x"), "selection.import_job"),
        ],
    )
    def test_what_cannot_be_meant(self, crowd: Ground, selection: Selection, field: str) -> None:
        with pytest.raises(BadInput) as caught:
            reverting.preview(crowd, selection)
        assert caught.value.field == field
