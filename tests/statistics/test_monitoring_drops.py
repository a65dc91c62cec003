"""A drop in accuracy: how soon it is noticed, and how rarely there is a false alarm."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.monitoring import (
    Cusum,
    CusumPlan,
    EDetector,
    cusum_plan,
    cusum_scores,
    detection_table,
    e_detector,
    hit_by_counts,
    hit_by_ratio,
    hit_by_window,
)
from assay.monitoring.cusum import whole_scores
from assay.monitoring.e_detector import log_factors

SEED = 20263


def rings(correct: np.ndarray, bar: float, arl: float) -> np.ndarray:
    """When the e-detector with its usual targets rings, for streams of shape (streams, answers); answers + 1: never."""
    targets = EDetector(bar).targets
    log_r = np.full((len(correct), len(targets)), -np.inf)
    first = np.full(len(correct), correct.shape[1] + 1)
    for n, answers in enumerate(correct.T, start=1):
        log_r = np.logaddexp(log_r, 0.0) + log_factors(answers + 0.0, np.ones(len(answers)), bar, targets)
        now = np.logaddexp.reduce(log_r, axis=1) - log(len(targets)) >= log(arl)
        first[now] = np.minimum(first[now], n)
    return first


def test_ten_points_are_noticed_within_sixty_checks() -> None:
    """The median number of checks, exact, from the worst moment; with what it costs in false alarms.

    Where people are very good, sixty checks go with hardly any false alarm in 5,000 checks. From 90 % to 80 % one
    answer says little, and sixty go with one false alarm in 1,000 checks (10,000 labels at a check share of 10 %).
    """
    rare = cusum_plan(0.98, 0.88, alpha=0.05, horizon=5000)
    assert rare.false_alarm_chance(5000) <= 0.05
    assert (rare.delay() or 999) <= 60
    middle = cusum_plan(0.95, 0.85, arl=5000)
    assert middle.average_run_length(0.95) >= 5000
    assert (middle.delay() or 999) <= 60
    hard = cusum_plan(0.9, 0.8, arl=1000)
    assert hard.average_run_length(0.9) >= 1000
    assert (hard.delay() or 999) <= 60
    assert (cusum_plan(0.9, 0.8, alpha=0.05, horizon=5000).delay() or 999) > 120, "no test can do both there"


@pytest.mark.parametrize(("good", "bad"), [(0.9, 0.8), (0.98, 0.88)])
def test_simulated_streams_ring_as_computed(good: float, bad: float) -> None:
    rng = np.random.default_rng(SEED)
    plan = cusum_plan(good, bad, arl=200)
    for accuracy in (good, bad):
        lengths = []
        for _ in range(400):
            scores = cusum_scores(rng.random(3000) < accuracy, plan)
            lengths.append(int(np.argmax(scores >= plan.limit)) + 1)
        error = np.std(lengths) / np.sqrt(400)
        assert np.mean(lengths) == pytest.approx(plan.average_run_length(accuracy), abs=4 * error)
        at_most = plan.delay(0.5, accuracy)
        assert at_most is not None
        assert np.mean(np.array(lengths) <= at_most) == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / 400) + 0.02)


@pytest.mark.parametrize("arl", [1, 50, 1000, 20_000])
@pytest.mark.parametrize(("good", "bad"), [(0.9, 0.8), (0.99, 0.9), (0.6, 0.3), (0.5, 0.05), (0.95, 0.93)])
def test_false_alarms_are_as_rare_as_asked_and_not_rarer_than_needed(good: float, bad: float, arl: float) -> None:
    plan = cusum_plan(good, bad, arl=arl)
    assert plan.average_run_length(good) >= arl
    if plan.limit > 1:
        lower = CusumPlan(good, bad, plan.up, plan.down, plan.limit - 1)
        assert lower.average_run_length(good) < arl
    assert plan.average_run_length((good + 1) / 2) >= plan.average_run_length(good)
    assert plan.average_run_length(bad) < plan.average_run_length(good)


@pytest.mark.parametrize(("good", "bad"), [(0.9, 0.8), (0.98, 0.88), (0.7, 0.5), (0.4, 0.1), (0.95, 0.93)])
def test_whole_scores_are_near_the_likelihood_ratio_and_drift_away_from_the_alarm(good: float, bad: float) -> None:
    up, down = whole_scores(good, bad)
    ratio = log((1 - bad) / (1 - good)) / log(good / bad)
    assert up / down == pytest.approx(ratio, rel=0.08)
    assert up * (1 - good) < down * good


def test_whole_scores_cost_hardly_any_delay() -> None:
    """Beside scores that are finer by far, at the same mean time to a false alarm."""
    plan = cusum_plan(0.9, 0.8, arl=1000)
    exact = log(2.0) / log(0.9 / 0.8)
    fine = CusumPlan(0.9, 0.8, up=round(100 * exact), down=100, limit=1)
    limits = range(plan.limit * 90, plan.limit * 106, 20)
    same = next(
        found
        for limit in limits
        if (found := CusumPlan(0.9, 0.8, fine.up, fine.down, limit)).average_run_length(0.9) >= 1000
    )
    assert plan.average_run_length(0.8) < 1.05 * same.average_run_length(0.8)


@settings(max_examples=40, deadline=None)
@given(answers=st.lists(st.booleans(), max_size=200))
def test_cusum_stream_and_column_agree(answers: list[bool]) -> None:
    plan = cusum_plan(0.9, 0.75, arl=100)
    stream = Cusum(plan)
    by_answer = []
    for answer in answers:
        stream.update(answer)
        by_answer.append(stream.score)
    scores = cusum_scores(answers, plan)
    assert scores.tolist() == by_answer
    over = np.flatnonzero(scores >= plan.limit)
    assert stream.alarm_at == (int(over[0]) + 1 if len(over) else None)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=60))
def test_e_detector_is_the_sum_of_the_evidence_since_every_moment(rows: list[tuple[float, float]]) -> None:
    detector = e_detector([row[0] for row in rows], 0.9, targets=[0.7], weights=[row[1] for row in rows])
    factors = [1 + weight * (correct - 0.9) * (0.7 - 0.9) / 0.09 for correct, weight in rows]
    total = sum(float(np.prod(factors[start:])) for start in range(len(factors)))
    assert detector.e_value == pytest.approx(total, rel=1e-9)
    assert detector.n == len(rows)


def test_the_e_detector_rings_no_more_often_than_it_says() -> None:
    """Somebody exactly at the bar, looked at after each of 5,000 checks: at most 5 % when arl = 5,000 / 0.05."""
    rng = np.random.default_rng([SEED, 1])
    first = rings(rng.random((500, 5000)) < 0.9, 0.9, arl=100_000)
    assert np.mean(first <= 5000) <= 0.05


@pytest.mark.soak
@pytest.mark.parametrize("bar", [0.8, 0.9, 0.95, 0.98])
def test_thousands_of_honest_people_are_rarely_hit(bar: float) -> None:
    """4,000 people exactly at the bar, 5,000 answers each, looked at after each, at 5 %."""
    rng = np.random.default_rng([SEED, 6, int(100 * bar)])
    hit = [rings(rng.random((500, 5000)) < bar, bar, arl=100_000) <= 5000 for _ in range(8)]
    assert np.mean(hit) <= 0.05


def test_the_mean_time_to_a_false_alarm_is_at_least_arl() -> None:
    rng = np.random.default_rng([SEED, 2])
    for bar in (0.7, 0.95):
        first = rings(rng.random((300, 3000)) < bar, bar, arl=150)
        assert (first <= 3000).mean() > 0.99
        assert first.mean() >= 150
        for n in (50, 100):
            assert (first <= n).mean() <= n / 150


def test_the_e_detector_is_nearly_as_quick_as_a_cusum_made_for_that_drop() -> None:
    """Both with a mean time to a false alarm of at least 1,000; the e-detector is told neither accuracy."""
    rng = np.random.default_rng([SEED, 3])
    for good, bad, most in ((0.98, 0.88, 60), (0.95, 0.85, 60), (0.9, 0.8, 75)):
        cusum = cusum_plan(good, bad, arl=1000).delay()
        delay = np.median(rings(rng.random((400, 1500)) < bad, good, arl=1000))
        assert cusum is not None
        assert delay <= min(most, 1.9 * cusum)


def test_an_e_detector_takes_accuracies_that_wander_above_the_bar() -> None:
    """No CUSUM promise covers an accuracy that depends on the past; here it falls to the bar after each error."""
    rng = np.random.default_rng([SEED, 4])
    luck = rng.random((400, 2000))
    correct = np.empty(luck.shape, dtype=bool)
    accuracy = np.full(400, 0.99)
    for n in range(2000):
        correct[:, n] = luck[:, n] < accuracy
        accuracy = np.where(correct[:, n], np.minimum(accuracy + 0.02, 0.99), 0.9)
    assert np.mean(rings(correct, 0.9, arl=40_000) <= 2000) <= 0.05


def test_the_table_says_what_its_plans_do() -> None:
    rows = detection_table(0.95, drops=[0.1, 0.2], check_shares=[0.02, 0.1], false_alarms=[0.1, 0.5])
    assert len(rows) == 8
    for row in rows:
        arl = row.plan.average_run_length(0.95)
        assert row.false_alarms == pytest.approx(5000 * row.check_share / arl)
        assert row.any_false_alarm <= row.false_alarms <= (0.1 if row in rows[::2] else 0.5)
        assert row.median_labels < row.p90_labels
        # About as many labels as the checks need at that share.
        assert row.median_labels == pytest.approx(row.median_checks / row.check_share, rel=0.1)
    by_share = {row.check_share: row.median_labels for row in rows if row.bad == 0.85 and row.false_alarms <= 0.1}
    assert by_share[0.1] < by_share[0.02]
    assert rows[0].median_labels > rows[1].median_labels, "rarer false alarms, later alarms"
    assert rows[0].median_labels > rows[2].median_labels, "larger drops are seen sooner"


def test_labels_until_the_alarm_are_those_of_a_simulation() -> None:
    rng = np.random.default_rng([SEED, 5])
    row = detection_table(0.9, drops=[0.2], check_shares=[0.05], false_alarms=[0.5])[0]
    delays = []
    for _ in range(1000):
        checks = rng.random(3000) < 0.05
        scores = cusum_scores(rng.random(int(checks.sum())) < 0.7, row.plan)
        delays.append(int(np.flatnonzero(checks)[np.argmax(scores >= row.plan.limit)]) + 1)
    assert np.mean(np.array(delays) <= row.median_labels) == pytest.approx(0.5, abs=0.05)
    assert np.mean(np.array(delays) <= row.p90_labels) == pytest.approx(0.9, abs=0.03)


def test_every_label_a_check_needs_no_thinning() -> None:
    row = detection_table(0.9, drops=[0.1], check_shares=[1.0], false_alarms=[5.0])[0]
    assert row.median_labels == row.median_checks == row.plan.delay()
    assert row.any_false_alarm == pytest.approx(row.plan.false_alarm_chance(5000))


BAD_ARGUMENTS: list[tuple[Callable[[], object], str]] = [
    (lambda: cusum_plan(0.8, 0.9, arl=100), "give a bad accuracy below the good one"),
    (lambda: cusum_plan(0.9, 0.8), "Give either arl, or alpha and horizon"),
    (lambda: cusum_plan(0.9, 0.8, arl=100, alpha=0.05), "Give either arl, or alpha and horizon"),
    (lambda: cusum_plan(0.9, 0.8, arl=0.5), "arl is 0.5; give a mean number of checks"),
    (lambda: cusum_plan(0.9, 0.8, arl=float("nan")), "arl is nan"),
    (lambda: cusum_plan(0.9, 0.8, arl=1e300), "asks for rarer false alarms than this CUSUM can count"),
    (lambda: cusum_plan(0.9, 0.8, alpha=0.05, horizon=0), "horizon is 0"),
    (lambda: CusumPlan(0.9, 0.8, 6, 1, limit=0), "limit is 0; give a whole number of at least 1"),
    (lambda: cusum_plan(0.9, 0.8, arl=10).delay(accuracy=1.0), "accuracy is 1.0"),
    (lambda: Cusum(cusum_plan(0.9, 0.8, arl=10)).update(0.5), "correct is 0.5; give True or False"),  # type: ignore[arg-type]
    (lambda: cusum_scores([0.5], cusum_plan(0.9, 0.8, arl=10)), "neither true nor false"),
    (lambda: EDetector(bar=0.9, targets=(0.95,)), "targets has 0.95; give accuracies above 0 and below the bar"),
    (lambda: EDetector(bar=0.9, arl=float("inf")), "arl is inf"),
    (lambda: e_detector([True], 0.9, weights=[True, True]), "weights has 2 entries and not 1"),
    (lambda: detection_table(check_shares=[0.0]), "check_shares has 0.0"),
    (lambda: detection_table(drops=[0.95]), "drops has 0.95"),
    (lambda: detection_table(check_shares=[0.01], false_alarms=[51]), "false_alarms has 51"),
    (lambda: hit_by_ratio(0.9, 0.9, []), "looks is empty"),
    (lambda: hit_by_counts(1.1, {1: 1}), "accuracy is 1.1"),
    (lambda: hit_by_window(0.9, 0.75, window=30, first_look=7, n_checks=9), "window is 30"),
]


@pytest.mark.parametrize(("call", "said"), BAD_ARGUMENTS, ids=[said[:40] for _, said in BAD_ARGUMENTS])
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
