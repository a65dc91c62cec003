"""The closed forms are what leaving out one task after the other gives, computed the slow way."""

from __future__ import annotations

import numpy as np
import pytest

from assay.agreement import METRICS, LabelTable, Metric, by_annotator, by_label, krippendorff_alpha, pairwise
from assay.agreement.distances import DistanceFunction
from assay.agreement.result import Estimate

Rows = list[tuple[int, str, str]]
NOMINAL = [metric for metric in METRICS if metric.card.accepts("nominal")]
metrics = pytest.mark.parametrize("metric", NOMINAL, ids=lambda metric: metric.id)


def crowd(seed: int, n_tasks: int = 18, n_annotators: int = 4, missing: float = 0.4) -> Rows:
    rng = np.random.default_rng(seed)
    rows = []
    for task in range(n_tasks):
        truth = rng.choice(list("xyz"), p=[0.6, 0.3, 0.1])
        for annotator in range(n_annotators):
            if rng.random() >= missing:
                label = truth if rng.random() < 0.75 else rng.choice(list("xyz"))
                rows.append((task, f"a{annotator}", str(label)))
    return rows


def jackknife_error(value: float, without: list[float | None]) -> float:
    """The textbook formula; a replicate that is undefined counts as the value."""
    replicates = np.array([value if one is None else one for one in without])
    n = len(replicates)
    return float(np.sqrt((n - 1) / n * ((replicates - replicates.mean()) ** 2).sum()))


@metrics
@pytest.mark.parametrize("seed", range(5))
def test_standard_error(metric: Metric, seed: int) -> None:
    rows = crowd(seed)
    found = metric(LabelTable.from_rows(rows).in_order(list("xyz")))
    # A task that is not used by a metric does not count; some use those with one annotation too.
    labeled = {task: sum(row[0] == task for row in rows) for task, _, _ in rows}
    used = [task for task, n in labeled.items() if n >= (1 if metric.card.uses_single_annotations else 2)]
    tables = [LabelTable.from_rows([row for row in rows if row[0] != task]).in_order(list("xyz")) for task in used]
    without = [metric(table).value for table in tables]
    assert found.value is not None
    assert found.standard_error == pytest.approx(jackknife_error(found.value, without), abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("distance", ["jaccard", "masi", lambda a, b: abs(len(a) - len(b)) / 3])
def test_standard_error_of_alpha_between_sets(distance: DistanceFunction, seed: int) -> None:
    sets = {"x": frozenset(), "y": frozenset("p"), "z": frozenset("pqr")}
    rows = [(task, annotator, sets[label]) for task, annotator, label in crowd(seed, missing=0.2)]
    found = krippendorff_alpha(LabelTable.from_rows(rows), distance=distance)
    tasks = {task for task, _, _ in rows if sum(row[0] == task for row in rows) >= 2}
    without = [
        krippendorff_alpha(LabelTable.from_rows([row for row in rows if row[0] != task]), distance=distance).value
        for task in tasks
    ]
    assert found.value is not None
    assert found.standard_error == pytest.approx(jackknife_error(found.value, without), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("metric", ["cohen_kappa", "percent_agreement", "weighted_kappa"])
def test_each_pair_is_the_metric_on_these_two_alone(metric: str, seed: int) -> None:
    table = LabelTable.from_rows(crowd(seed)).in_order(list("xyz"))
    compute = next(each for each in METRICS if each.id == metric)
    for pair in pairwise(table, metric):  # type: ignore[arg-type]
        alone = compute(table.only_annotators([pair.a, pair.b]))
        assert pair.n_tasks == (alone.n_tasks if alone.value is not None else pair.n_tasks)
        assert_equal(pair.estimate, Estimate(alone.value, alone.low, alone.high))


@pytest.mark.parametrize("seed", range(5))
def test_each_label_is_alpha_of_this_label_or_not(seed: int) -> None:
    rows = crowd(seed)
    for row in by_label(LabelTable.from_rows(rows)):
        against = [(task, annotator, label == row.label) for task, annotator, label in rows]
        alone = krippendorff_alpha(LabelTable.from_rows(against))
        assert_equal(row.alpha, Estimate(alone.value, alone.low, alone.high))
        assert row.n_annotations <= sum(chosen for _, _, chosen in against)


@pytest.mark.parametrize("seed", range(5))
def test_specific_agreement_is_the_chance_that_another_chose_it_too(seed: int) -> None:
    rows = crowd(seed)
    for row in by_label(LabelTable.from_rows(rows)):
        chosen, agreeing = 0, 0
        for task, annotator, label in rows:
            others = [other for t, a, other in rows if t == task and a != annotator]
            chosen += (label == row.label) * len(others)
            agreeing += (label == row.label) * others.count(label)
        assert row.specific.value == pytest.approx(agreeing / chosen)


@pytest.mark.parametrize("seed", range(5))
def test_members_of_sets_are_alpha_of_in_the_set_or_not(seed: int) -> None:
    sets = {"x": frozenset(), "y": frozenset("p"), "z": frozenset("pqr")}
    rows = [(task, annotator, sets[label]) for task, annotator, label in crowd(seed)]
    found = by_label(LabelTable.from_rows(rows), scale="set")
    assert [row.label for row in found] == ["p", "q", "r"]
    for row in found:
        against = [(task, annotator, row.label in label) for task, annotator, label in rows]
        alone = krippendorff_alpha(LabelTable.from_rows(against))
        assert_equal(row.alpha, Estimate(alone.value, alone.low, alone.high))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n_annotators", [2, 3, 5])
def test_alpha_without_each_annotator(seed: int, n_annotators: int) -> None:
    rows = crowd(seed, n_annotators=n_annotators, missing=0.5)
    table = LabelTable.from_rows(rows)
    for row in by_annotator(table):
        others = krippendorff_alpha(table.only_annotators(set(table.annotators) - {row.annotator}))
        assert row.alpha_without.value == pytest.approx(others.value, abs=1e-12)
        assert (row.alpha_without.reason is None) == (others.value is not None)


@pytest.mark.parametrize("seed", range(5))
def test_agreement_with_the_others(seed: int) -> None:
    rows = crowd(seed)
    for row in by_annotator(LabelTable.from_rows(rows)):
        shares = []
        for task, annotator, label in rows:
            others = [other for t, a, other in rows if t == task and a != annotator]
            if annotator == row.annotator and others:
                shares.append(others.count(label) / len(others))
        assert row.with_others.value == pytest.approx(np.mean(shares))
        assert row.n_tasks == len(shares)
        assert sum(share for _, share in row.label_shares) == pytest.approx(1.0)


def assert_equal(found: Estimate, expected: Estimate) -> None:
    assert found.value == pytest.approx(expected.value, abs=1e-12)
    assert [found.low, found.high] == pytest.approx([expected.low, expected.high], abs=1e-9)
    assert (found.reason is None) == (expected.value is not None)
