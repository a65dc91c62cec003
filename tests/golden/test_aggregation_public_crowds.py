"""Real annotators: the default beside crowd-kit's methods on public data sets, none of which it was tuned to."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping

import numpy as np
import pytest

from assay.aggregation import Aggregation, auto, dawid_skene, majority
from assay.agreement import LabelTable
from tests.support.public_crowds import CROWD, needs_public_crowds

SETS = ("bluebird", "rte", "dog", "face", "product", "music")

pytestmark = needs_public_crowds


def truth_of(name: str) -> dict[str, str]:
    with (CROWD / name / "truth.csv").open(encoding="utf-8", newline="") as source:
        return {row["task"]: row["truth"] for row in csv.DictReader(source)}


def accuracy(found: Aggregation, truth: Mapping[str, str]) -> float:
    """The share of tasks with known truth that got it; a reported tie counts as a random choice."""
    right = []
    for row in found:
        if str(row.task) in truth:
            said = truth[str(row.task)]
            right.append(float(row.label == said) if row.label is not None else (said in row.tied) / len(row.tied))
    return float(np.mean(right))


@pytest.fixture(scope="module")
def reached() -> dict[str, dict[str, float]]:
    """Data set -> method -> accuracy."""
    found: dict[str, dict[str, float]] = {}
    for name in SETS:
        table, truth = LabelTable.from_csv(CROWD / name / "labels.csv"), truth_of(name)
        found[name] = {method.__name__: accuracy(method(table), truth) for method in (auto, majority, dawid_skene)}
    return found


@pytest.fixture(scope="module")
def peer() -> dict[str, dict[str, float]]:
    """The same of crowd-kit, as it was measured when the data were collected."""
    document = json.loads((CROWD / "reference_accuracy.json").read_text(encoding="utf-8"))
    return {name: {method: row["acc"] for method, row in document[name]["methods"].items()} for name in SETS}


def test_on_average_the_default_is_above_every_single_method(
    reached: dict[str, dict[str, float]], peer: dict[str, dict[str, float]]
) -> None:
    everywhere = set.intersection(*(set(methods) for methods in peer.values()))
    means = {method: np.mean([peer[name][method] for name in SETS]) for method in everywhere}
    assert len(means) >= 4
    assert np.mean([reached[name]["auto"] for name in SETS]) > max(means.values())


@pytest.mark.parametrize("name", SETS)
def test_the_default_is_never_more_than_a_point_under_majority(
    name: str, reached: dict[str, dict[str, float]], peer: dict[str, dict[str, float]]
) -> None:
    assert reached[name]["auto"] >= reached[name]["majority"] - 0.01
    assert reached[name]["auto"] >= peer[name]["MajorityVote"] - 0.01


@pytest.mark.parametrize("name", SETS)
def test_the_default_is_within_a_point_of_the_best_method(
    name: str, reached: dict[str, dict[str, float]], peer: dict[str, dict[str, float]]
) -> None:
    assert reached[name]["auto"] >= max(peer[name].values()) - 0.01


def log_loss(found: Aggregation, truth: Mapping[str, str]) -> float:
    """The mean of -log of the probability that the truth was given."""
    assert found.posterior is not None
    place = {label: code for code, label in enumerate(found.labels)}
    rows = [row for row, task in enumerate(found.tasks) if truth.get(str(task)) in place]
    columns = [place[truth[str(found.tasks[row])]] for row in rows]
    return float(-np.log(np.maximum(found.posterior[rows, columns], 1e-6)).mean())


def test_the_posterior_is_better_calibrated_than_that_of_dawid_skene() -> None:
    """People make the same mistakes, and a product of their votes is far too sure; on product both are alike."""
    losses = []
    for name in SETS:
        table, truth = LabelTable.from_csv(CROWD / name / "labels.csv"), truth_of(name)
        losses.append((log_loss(auto(table), truth), log_loss(dawid_skene(table), truth)))
    ours, theirs = np.array(losses).T
    assert ours.mean() < 0.7 * theirs.mean()
    assert (ours < theirs + 0.02).all()
