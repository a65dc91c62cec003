"""An export as of a moment is the export that was made at that moment, whatever happened since."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from assay.flow.policy import Policy
from assay.kernel.clock import iso
from assay.kernel.errors import AssayError, BadInput
from assay.store import exports
from assay.store.jobs import JobState
from assay.store.records import chain
from assay.store.records.sealer import Sealer
from tests.flow.ground import LABEL_CONFIG, result_of, stop_flushing
from tests.records import reverting
from tests.records.test_as_of import Chance
from tests.worker.conftest import MakeDesk
from tests.worker.desk import Desk, JobSeen, jsonl
from tests.worker.test_migration import LABELS, RENAMED, change


def asked(desk: Desk, as_of: int | None = None, *, only: str = "all", **filters: Any) -> tuple[JobSeen, bytes]:
    """An export and its file."""
    arguments = {
        "format": "jsonl", "only": only, "raw": False, "filename": "x", "filters": filters, "as_of": as_of,
    }  # fmt: skip
    seen = desk.run(desk.enqueue("export", arguments))
    assert seen.state == JobState.DONE, seen.problem
    assert seen.total is None or seen.total == seen.outcome["tasks"]
    with desk.storage.open(seen.outcome["file"]) as stream:
        return seen, stream.read()


def without_target(content: bytes) -> list[dict[str, Any]]:
    """The rows without what is no record and may have changed."""
    return [
        {name: value for name, value in json.loads(line).items() if name != "target"} for line in content.splitlines()
    ]


VIEWS: list[dict[str, Any]] = [{}, {"only": "annotated"}, {"label": "Good"}, {"label": "Bad", "stratum": "north"}]


class History(Chance):
    """Steps at random, with later imports among them."""

    def __init__(self, desk: Desk, seed: int) -> None:
        super().__init__(desk.crowd, seed)
        self.desk, self.files = desk, 0

    def bring(self) -> None:
        self.files += 1
        self.desk.imported(
            jsonl(
                {
                    "id": f"{self.files}-{n}",
                    "data": {"text": f"file {self.files} row {n}"},
                    "stratum": self.random.choice(["north", "south"]),
                    "annotations": [{"annotator": f"p{n}@example.org", "result": result_of("Bad")}][: n % 2],
                }
                for n in range(3)
            )
        )

    def skip(self) -> None:
        self.take()
        if self.held:
            self.crowd.skip(*self.random.choice(self.held), "unclear")

    def step(self) -> None:
        drawn = self.random.random()
        if drawn < 0.2:
            self.crowd.clock.advance(1)
            with suppress(AssayError):
                self.bring() if drawn < 0.1 else self.skip()
        else:
            super().step()


@pytest.mark.parametrize("seed", range(2))
def test_it_is_what_was_exported_then(make_desk: MakeDesk, seed: int) -> None:
    walk(make_desk(annotators=3, policy=Policy(annotations_per_task=2)), seed, steps=24)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 30))
def test_it_is_what_was_exported_then_over_long_histories(make_desk: MakeDesk, seed: int) -> None:
    walk(make_desk(annotators=5, policy=Policy(annotations_per_task=3)), seed, steps=100)


def walk(desk: Desk, seed: int, *, steps: int) -> None:
    """Some steps with an export after each; then each is made again as of its moment."""
    stop_flushing(desk.store)
    history = History(desk, seed)
    history.bring()
    made: list[tuple[int, dict[str, Any], bytes]] = []
    for number in range(steps):
        history.step()
        view = VIEWS[number % len(VIEWS)]
        made.append((desk.clock(), view, asked(desk, **view)[1]))
    desk.clock.advance(1)
    history.bring()
    assert any(b'"counted":true' in content for _, _, content in made)
    for moment, view, content in made:
        assert without_target(asked(desk, moment, **view)[1]) == without_target(content)


def test_it_is_byte_for_byte_the_same(desk: Desk) -> None:
    crowd = desk.crowd
    ada, ben = crowd.people
    desk.imported(jsonl({"id": f"k{n}", "data": {"text": f"text {n}"}} for n in range(3)))
    crowd.clock.advance(1)
    given = crowd.take(ada)
    crowd.clock.advance(1)
    first = crowd.submit(ada, given, "Good", confidence=0.5)
    crowd.skip(ben, crowd.take(ben))
    _, before = asked(desk)
    moment = desk.clock()
    crowd.clock.advance(1)
    crowd.submit(ada, given, "Neither", supersedes=first.submission_id)
    _, corrected = asked(desk)
    then = desk.clock()
    crowd.clock.advance(1)
    uid, _ = reverting.set_aside(crowd, reverting.of(crowd, ada))
    crowd.clock.advance(1)
    reverting.restore(crowd, uid)
    crowd.clock.advance(1)
    job = change(desk, RENAMED, {"labels": LABELS})
    assert job is not None and desk.run(job).state == JobState.DONE
    desk.imported(jsonl([{"id": "later", "data": {"text": "later"}}]))

    seen, again = asked(desk, moment)

    assert again == before != corrected
    assert asked(desk, then)[1] == corrected
    assert seen.outcome["as_of"] == iso(moment)
    assert "as_of" not in asked(desk)[0].outcome
    assert asked(desk, 0)[1] == b""


def test_the_label_config_is_that_of_the_moment(desk: Desk) -> None:
    desk.imported(
        jsonl(
            {"id": f"k{n}", "data": {"text": str(n)}, "annotations": [{"annotator": "p", "result": result_of(label)}]}
            for n, label in enumerate(["Good", "Bad"])
        )
    )
    moment = desk.clock()
    desk.clock.advance(1)
    job = change(desk, RENAMED, {"labels": LABELS})
    assert job is not None and desk.run(job).state == JobState.DONE
    assert LABEL_CONFIG != RENAMED

    def majorities(content: bytes) -> list[list[str]]:
        return [json.loads(line)["majority"]["mood"]["labels"] for line in content.splitlines()]

    assert majorities(asked(desk)[1]) == [["Fine"], ["Bad"]]
    assert majorities(asked(desk, moment)[1]) == [["Good"], ["Bad"]]
    assert len(asked(desk, moment, label="Good")[1].splitlines()) == 1
    assert asked(desk, label="Good")[1] == b""


def test_the_annotator_is_looked_for_at_the_moment(desk: Desk) -> None:
    crowd = desk.crowd
    ada, ben = crowd.people
    desk.imported(jsonl([{"id": "k", "data": {"text": "x"}}]))
    before = desk.clock()
    crowd.clock.advance(1)
    crowd.submit(ada, crowd.take(ada), "Good")
    moment = desk.clock()
    crowd.clock.advance(1)
    reverting.set_aside(crowd, reverting.of(crowd, ada))

    def found(as_of: int | None, person: int) -> int:
        return int(asked(desk, as_of, annotator=reverting.person_uid(crowd, person))[0].outcome["tasks"])

    assert [found(when, ada) for when in (before, moment, None)] == [0, 1, 0]
    assert found(moment, ben) == 0


@pytest.mark.parametrize("name", ["state", "disagreeing"])
def test_what_is_known_for_now_only_does_not_choose(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        exports.View.asked({"only": "all", "filters": {name: "done"}, "as_of": 1})
    assert refused.value.field == name
    assert exports.View.asked({"only": "all", "filters": {name: "done"}}).as_of is None


def test_the_outcome_has_the_head_of_the_chain(desk: Desk) -> None:
    assert asked(desk)[0].outcome["chain"] is None
    desk.imported(
        jsonl([{"id": "k", "data": {"text": "x"}, "annotations": [{"annotator": "p", "result": result_of("Bad")}]}])
    )
    Sealer(desk.store, clock=desk.clock).seal_all()
    head = desk.store.read(lambda c: chain.head(c, desk.crowd.project.id))
    assert head is not None
    assert asked(desk)[0].outcome["chain"] == {"number": head.number, "hash": head.hash, "at": iso(head.at)}
