"""The proposed answers of a project: what the numbers rest on, every method, and the file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from assay.report.consensus import ALL_AGGREGATORS
from tests.api.world import LABEL_CONFIG, World


def _get(world: World, role: str = "reviewer", query: str = "") -> dict[str, Any]:
    reply = world.call(world.by_token(role), "GET", f"/api/v1/projects/{world.here.project}/consensus{query}")
    assert reply.status == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.mark.parametrize("method", [aggregator.id for aggregator in ALL_AGGREGATORS])
def test_every_method_answers_for_every_annotated_task(world: World, method: str) -> None:
    found = _get(world, query=f"?method={method}")
    assert found["method"] == method
    assert found["control"] == "tone"
    assert found["n_decided"] + found["n_undecided"] == found["n_tasks"] > 0
    card = next(one for one in found["methods"] if one["id"] == method)
    assert (found["expected_wrong"] is not None) == card["gives_probabilities"]
    for one in found["by_annotator"]:
        assert one["low"] <= one["accuracy"] <= one["high"]
        assert found["annotators"][one["annotator"]]
    for row in found["least_sure"]:
        assert row["data"]
        assert bool(row["labels"]) != bool(row["tied"])


def test_it_adds_up_to_what_the_agreement_page_says(world: World) -> None:
    agreement = world.call(world.by_token("lead"), "GET", f"/api/v1/projects/{world.here.project}/agreement").json()
    found = _get(world, "lead")
    assert found["method"] == "auto"
    assert found["n_annotations"] == agreement["n_annotations"]
    assert {one["model"] for one in found["candidates"]}
    assert sum(one["weight"] for one in found["candidates"]) == pytest.approx(1)


def test_the_file_has_a_row_for_each_annotated_task(world: World) -> None:
    path = f"/api/v1/projects/{world.here.project}/consensus/labels?method=majority"
    reply = world.call(world.by_token("lead"), "GET", path)
    assert reply.status == 200
    assert (reply.header("content-type") or "").startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(rows) == _get(world)["n_tasks"]
    assert set(rows[0]) == {"task", "key", "label", "confidence", "annotations"}
    assert all(0 < float(row["confidence"]) <= 1 for row in rows if row["label"])


def test_what_does_not_exist_is_said(world: World) -> None:
    base = f"/api/v1/projects/{world.here.project}/consensus"
    for path in (f"{base}?method=oracle", f"{base}/labels?method=oracle", f"{base}?control=none"):
        reply = world.call(world.by_token("owner"), "GET", path)
        assert reply.status in (404, 422)
        assert reply.json()["action"]


def test_a_project_without_answers_has_none(world: World) -> None:
    made = world.call(
        world.by_token("lead"), "POST", "/api/v1/projects", {"title": "Empty", "label_config": LABEL_CONFIG}
    )
    found = world.call(world.by_token("lead"), "GET", f"/api/v1/projects/{made.json()['id']}/consensus")
    assert found.status == 200, found.text
    assert (found.json()["n_tasks"], found.json()["least_sure"], found.json()["by_annotator"]) == (0, [], [])
