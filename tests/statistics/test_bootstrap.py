"""Bootstrap intervals: the quick way is the slow way, seeds decide, and the true value is held as often as is said."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from assay.agreement import METRICS, LabelTable, Metric, Scale, bootstrap
from assay.agreement.pattern_sums import pattern_statistic
from assay.agreement.two_way import TWO_WAY
from tests.statistics.crowds import Crowd

PATTERNED: list[tuple[Metric, Scale]] = [
    (metric, scale)
    for metric in METRICS
    for scale in metric.card.scales
    if scale != "set" and metric.card.averages_pairs is False and not metric.card.complete
    if metric.id != "lin_concordance"
]


def crowd(seed: int, n_tasks: int = 60, missing: float = 0.3) -> list[tuple[int, str, int]]:
    rng = np.random.default_rng(seed)
    rows = []
    for task in range(n_tasks):
        truth = int(rng.integers(1, 6))
        given = np.where(rng.random(4) < 0.7, truth, rng.integers(1, 6, 4)).tolist()
        there = np.flatnonzero(rng.random(4) >= missing)
        rows += [(task, f"a{annotator}", given[annotator]) for annotator in there]
    return rows


@pytest.mark.parametrize(("metric", "scale"), PATTERNED, ids=lambda each: getattr(each, "id", each))
@pytest.mark.parametrize("seed", range(3))
def test_a_draw_of_patterns_is_the_metric_on_the_drawn_tasks(metric: Metric, scale: Scale, seed: int) -> None:
    """One multinomial draw, once by sums over patterns and once by a table with the tasks repeated."""
    levels = range(1, 6)
    table = LabelTable.from_rows(crowd(seed)).in_order(levels).on_circle(7)
    statistic = pattern_statistic(metric.id, table, scale)
    assert statistic is not None
    n_tasks = int(statistic.weight.sum())
    drawn = np.random.default_rng(seed).multinomial(n_tasks, statistic.weight / n_tasks)
    value = statistic.replicates(1, np.random.default_rng(seed))[0]
    fewest = 1 if metric.card.uses_single_annotations else 2
    counts = table.task_counts
    kept = counts.patterns.n_annotations >= fewest
    pattern_of_task = (np.cumsum(kept) - 1)[counts.pattern_of_row]
    rows: list[tuple[str, str, object]] = []
    for pattern, times in enumerate(drawn):
        usable = np.flatnonzero((pattern_of_task == pattern) & kept[counts.pattern_of_row])
        code = counts.task[usable[0]]
        for copy in range(times):
            for place in np.flatnonzero(table.task_codes == code):
                label = table.labels[table.label_codes[place]]
                rows += [(f"{code} {copy}", str(table.annotator_codes[place]), label)]
    again = metric(LabelTable.from_rows(rows).in_order(levels).on_circle(7), scale=scale)
    assert value == pytest.approx(again.value, abs=1e-12)


@pytest.mark.parametrize(("metric", "scale"), PATTERNED, ids=lambda each: getattr(each, "id", each))
def test_leaving_out_one_task_by_sums_has_the_error_of_the_jackknife(metric: Metric, scale: Scale) -> None:
    table = LabelTable.from_rows(crowd(5)).in_order(range(1, 6)).on_circle(7)
    statistic = pattern_statistic(metric.id, table, scale)
    assert statistic is not None
    n = float(statistic.weight.sum())
    gap = statistic.without() - np.dot(statistic.weight, statistic.without()) / n
    error = np.sqrt((n - 1) / n * np.dot(statistic.weight, gap**2))
    assert error == pytest.approx(metric(table, scale=scale).standard_error, abs=1e-12)


def test_sets_are_resampled_by_patterns_too() -> None:
    sets = {1: frozenset(), 2: frozenset("a"), 3: frozenset("ab"), 4: frozenset("b"), 5: frozenset("abc")}
    table = LabelTable.from_rows([(task, who, sets[label]) for task, who, label in crowd(6, n_tasks=200)])
    found = bootstrap(table, seed=1, scale="set")
    jackknife = next(each for each in METRICS if each.id == "krippendorff_alpha")(table, scale="set")
    assert pattern_statistic("krippendorff_alpha", table, "set") is not None
    assert found.standard_error == pytest.approx(jackknife.standard_error, rel=0.1)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_only_seed_and_data_decide(metric: Metric) -> None:
    rows = crowd(2, n_tasks=30, missing=0.0)
    table, shuffled = LabelTable.from_rows(rows), LabelTable.from_rows(random.Random(1).sample(rows, len(rows)))
    first = bootstrap(table, metric, seed=4, replicates=100)
    assert bootstrap(shuffled, metric.id, seed=4, replicates=100) == first
    other = bootstrap(table, metric, seed=5, replicates=100)
    assert other.value == first.value == metric(table).value
    assert (other.low, other.high) != (first.low, first.high)
    assert first.low is not None and first.high is not None and first.value is not None
    assert first.low < first.value < first.high
    assert "100 replicates, seed 4" in (first.interval_method or "")


@pytest.mark.parametrize("metric", ["krippendorff_alpha", "fleiss_kappa", "cohen_kappa"])
def test_the_error_is_that_of_the_jackknife(metric: str) -> None:
    table = LabelTable.from_rows(crowd(1, n_tasks=300))
    found = bootstrap(table, metric, seed=1, replicates=1000 if metric != "cohen_kappa" else 200)
    jackknife = next(each for each in METRICS if each.id == metric)(table)
    assert found.standard_error == pytest.approx(jackknife.standard_error, rel=0.1)
    assert [found.low, found.high] == pytest.approx([jackknife.low, jackknife.high], abs=0.02)


@pytest.mark.parametrize("metric", TWO_WAY)
def test_annotators_add_to_the_uncertainty(metric: str) -> None:
    """Six good annotators and two who guess: which of them come again matters more than which tasks."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 300)
    skill = [0.95] * 6 + [0.1] * 2
    labels = {place: np.where(rng.random(300) < s, truth, rng.integers(0, 3, 300)) for place, s in enumerate(skill)}
    table = LabelTable.from_columns(labels)
    tasks = bootstrap(table, metric, seed=1)
    both = bootstrap(table, metric, seed=1, over="tasks and annotators", replicates=300)
    assert both.value == tasks.value
    assert tasks.standard_error is not None and both.standard_error is not None
    assert both.standard_error > 3 * tasks.standard_error
    assert both == bootstrap(table, metric, seed=1, over="tasks and annotators", replicates=300)


def test_what_does_not_go_together_is_refused_by_name() -> None:
    table = LabelTable.from_rows(crowd(1))
    for message, options in {
        "over is 'rows'": {"over": "rows"},
        "shape is 'normal'": {"shape": "normal"},
        "shape='bca' is for over='tasks'": {"shape": "bca", "over": "tasks and annotators"},
        "use over='tasks' for fleiss_kappa": {"metric": "fleiss_kappa", "over": "tasks and annotators"},
        "replicates is 99": {"replicates": 99},
        "There is no metric 'kappa'": {"metric": "kappa"},
    }.items():
        with pytest.raises(ValueError, match=message):
            bootstrap(table, seed=1, **options)  # type: ignore[arg-type]
    for seed in (-1, 1.5, None, True):
        with pytest.raises(ValueError, match="give a whole number from 0 on"):
            bootstrap(table, seed=seed)  # type: ignore[arg-type]


def test_no_interval_has_a_reason() -> None:
    one = bootstrap(LabelTable.from_rows([("t", "a", "x"), ("t", "b", "y")]), seed=1)
    assert (one.low, one.interval_reason) == (None, "one task cannot show how much tasks differ")
    same = bootstrap(LabelTable.from_columns({"a": list("xyxyz"), "b": list("xyxyz")}), seed=1)
    assert (same.value, same.low) == (1.0, None)
    assert same.interval_reason is not None and "the same value" in same.interval_reason
    rare = bootstrap(LabelTable.from_columns({"a": list("xxxxy"), "b": list("xxxxx")}), seed=1)
    assert rare.low is None and rare.interval_reason is not None and "is undefined in" in rare.interval_reason
    nothing = bootstrap(LabelTable.from_rows([]), seed=1)
    assert (nothing.value, nothing.reason) == (None, "There are no annotations.")


def test_a_thousand_resamples_of_100_000_annotations_take_no_time() -> None:
    rng = np.random.default_rng(1)
    truth = np.repeat(rng.integers(0, 5, 33_334), 3)
    given = np.where(rng.random(len(truth)) < 0.7, truth, rng.integers(0, 5, len(truth)))
    table = LabelTable.from_arrays(np.repeat(np.arange(33_334), 3), np.tile(np.arange(3), 33_334), given)
    assert bootstrap(table, seed=1, replicates=100).low is not None
    started = time.process_time()
    assert bootstrap(table, seed=1).low is not None
    assert time.process_time() - started < 0.8


DESIGNS = [
    Crowd(60, (0.4, 0.35, 0.25), (0.9, 0.85, 0.8)),
    Crowd(150, (0.8, 0.2), (0.9, 0.9)),
    Crowd(100, (0.5, 0.5), (0.8,) * 5),
]


@pytest.mark.parametrize("shape", ["percentile", "bca"])
def test_intervals_over_tasks_hold_the_true_value(shape: str) -> None:
    held = defined = 0
    rng = np.random.default_rng(20262)
    for design in DESIGNS:
        true = design.true_values()["krippendorff_alpha"]
        for seed, table in enumerate(design.tables(200, rng)):
            found = bootstrap(table, seed=seed, shape=shape, replicates=400)  # type: ignore[arg-type]
            if found.low is not None and found.high is not None:
                defined += 1
                held += found.low <= true <= found.high
    assert defined > 590
    assert 0.915 <= held / defined <= 0.975, held / defined


def population(n_tasks: int, n_annotators: int, rng: np.random.Generator) -> LabelTable:
    """Annotators drawn from a population: skill from 0.5 to 1, everybody labels every task."""
    truth = rng.integers(0, 2, n_tasks)
    skill = rng.uniform(0.5, 1.0, n_annotators)
    right = rng.random((n_annotators, n_tasks)) < skill[:, None]
    return LabelTable.from_columns(dict(enumerate(np.where(right, truth, 1 - truth))))


TRUE_ALPHA = 2 * (0.75**2 + 0.25**2) - 1
"""Two annotators agree with p² + q² at their mean skill, for their skills are independent; chance is one half."""


@pytest.mark.parametrize("n_annotators", [5, 20])
def test_intervals_over_both_hold_what_other_annotators_would_give(n_annotators: int) -> None:
    """Over tasks alone the interval is far too narrow for that."""
    rng = np.random.default_rng([20263, n_annotators])
    both = tasks = 0
    for seed in range(100):
        table = population(80, n_annotators, rng)
        found = bootstrap(table, seed=seed, over="tasks and annotators", replicates=200)
        alone = bootstrap(table, seed=seed, replicates=200)
        assert found.low is not None and found.high is not None and alone.low is not None and alone.high is not None
        both += found.low <= TRUE_ALPHA <= found.high
        tasks += alone.low <= TRUE_ALPHA <= alone.high
    assert 0.9 <= both / 100 <= 0.99, both / 100
    assert tasks / 100 <= 0.8, tasks / 100
