"""Exports of a part of the tasks, and what a file will lack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assay.formats import FORMATS
from assay.store import loss_report
from assay.store.jobs import JobState
from tests.flow.ground import result_of
from tests.worker.desk import Desk, jsonl


def filled(desk: Desk) -> None:
    """Six tasks: none, one, two annotations that agree or not; three people; one skip and a late answer's like."""
    said = [[], ["Good"], ["Good", "Good"], ["Good", "Bad"], ["Bad", "Bad"], []]
    desk.imported(
        jsonl(
            {
                "id": f"k{n}",
                "data": {"text": f"text {n}"},
                "annotations": [
                    {"annotator": f"p{k}@example.org", "result": result_of(label), "confidence": 0.5}
                    for k, label in enumerate(labels)
                ],
            }
            for n, labels in enumerate(said)
        )
    )
    person = desk.crowd.people[0]
    desk.crowd.skip(person, desk.crowd.take(person))


def exported(desk: Desk, format_id: str = "jsonl", **filters: Any) -> list[str]:
    arguments = {"format": format_id, "only": "all", "raw": False, "filename": "x", "filters": filters}
    seen = desk.run(desk.enqueue("export", arguments))
    assert seen.state == JobState.DONE, seen.problem
    with desk.storage.open(seen.outcome["file"]) as stream:
        rows = [json.loads(line) for line in stream.read().splitlines()]
    assert seen.outcome["tasks"] == len(rows)
    assert seen.outcome["annotations"] == sum(len(row["annotations"]) for row in rows)
    return [row["key"] for row in rows]


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, ["k0", "k1", "k2", "k3", "k4", "k5"]),
        ({"state": "waiting"}, ["k0", "k5"]),
        ({"disagreeing": True}, ["k3"]),
        ({"label": "Bad"}, ["k3", "k4"]),
        ({"search": "text 4"}, ["k4"]),
        ({"search": "k2"}, ["k2"]),
        ({"stratum": "north"}, []),
        ({"label": "Bad", "disagreeing": True}, ["k3"]),
    ],
)
def test_the_filters_of_the_task_table_choose(desk: Desk, filters: dict[str, Any], keys: list[str]) -> None:
    filled(desk)
    assert exported(desk, **filters) == keys


def test_skips_and_fields_are_in_the_native_format(desk: Desk) -> None:
    filled(desk)
    rows = desk.lines()
    (skip,) = [skip for row in rows for skip in row["skips"]]
    assert (skip["reason"], skip["destination"]) == ("unclear", "others") and skip["annotator"]
    assert {(row["priority"], row["stratum"], row["score"]) for row in rows} == {(0, None, None)}


def test_the_loss_report_counts_what_is_there(desk: Desk) -> None:
    def lost(format_id: str) -> dict[str, int]:
        card = FORMATS.get(format_id).card
        found = desk.store.read(lambda c: loss_report.losses(c, desk.crowd.project.id, card))
        assert all(f"{loss.count:,}" in loss.text for loss in found)
        return {loss.kind: loss.count for loss in found}

    assert lost("csv") == {}
    filled(desk)
    assert lost("jsonl") == lost("parquet") == {}
    assert lost("csv") == {"targets": 6, "times": 7, "skips": 1}
    assert lost("label_studio") == {"times": 7, "confidence": 7, "annotators": 2, "skips": 1}
    person = desk.crowd.people[0]
    desk.crowd.flag(person, desk.crowd.take(person))
    assert lost("jsonl") == {"flags": 1}


def test_every_kind_that_a_card_names_can_be_counted() -> None:
    for one in FORMATS:
        assert set(one.card.loses) <= set(loss_report.KINDS)
        assert bool(one.card.loses) == (one.card.writes and not one.card.lossless)
