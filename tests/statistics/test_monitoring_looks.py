"""Tests that may be looked at after every answer: false alarms over 5,000 looks, coverage, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.monitoring import (
    AccuracySequence,
    AccuracyTest,
    LabelShift,
    SprtPlan,
    accuracy_confidence_sequence,
    accuracy_e_process,
    e_bh,
    sprt,
)
from assay.monitoring.confidence_sequence import mixture_bounds
from assay.monitoring.e_process import _log_e
from assay.monitoring.label_shift import divergence_radius, log_evidence
from tests.statistics.streams import ever_outside

SEED = 20262
LOOKS = 5000
PRIOR = (0.5, 0.5)
shares = st.one_of(st.booleans(), st.floats(0, 1))


def first_right(enough: Callable[[np.ndarray, np.ndarray], np.ndarray], n_looks: int) -> np.ndarray:
    """For each n the smallest number of right answers for which ``enough(right, n)`` holds (monotone), or n + 1."""
    n = np.arange(1, n_looks + 1)
    low, high = np.full(n_looks, -1), n + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        holds = enough(np.clip(middle, 0, n), n)
        wider = high - low > 1
        low, high = np.where(wider & ~holds, middle, low), np.where(wider & holds, middle, high)
    return high


@pytest.mark.parametrize("alpha", [0.05, 0.01])
@pytest.mark.parametrize("bar", [0.7, 0.9, 0.98])
def test_honest_people_are_rarely_hit_in_5000_looks(bar: float, alpha: float) -> None:
    """Exact, for somebody exactly at the bar (the worst case), looked at after each of 5,000 answers."""
    needed = -np.log(alpha)
    fewest = first_right(lambda right, n: _log_e(right, n - right, bar, "below", PRIOR) < needed, LOOKS)
    nobody = np.arange(1, LOOKS + 1)
    at_bar = ever_outside(bar, fewest, nobody)
    above = ever_outside(bar + (1 - bar) / 2, fewest, nobody)
    assert 0.1 * alpha < at_bar <= alpha
    assert above < at_bar / 2
    most = first_right(lambda right, n: _log_e(right, n - right, bar, "above", PRIOR) >= needed, LOOKS) - 1
    assert 0.1 * alpha < ever_outside(bar, np.zeros(LOOKS, dtype=np.int64), most) <= alpha


@pytest.mark.parametrize("accuracy", [0.5, 0.8, 0.95, 0.995])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_holds_at_all_5000_looks_at_once(accuracy: float, level: float) -> None:
    """Exact: the chance that the interval of any of 5,000 moments misses the accuracy is at most 1 - level."""
    needed = -np.log1p(-level)
    log_e: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda right, n: _log_e(  # noqa: E731
        right, n - right, accuracy, "both", PRIOR
    )
    n = np.arange(1, LOOKS + 1)
    center = np.floor(n * accuracy).astype(np.int64)
    fewest = first_right(lambda right, n: (log_e(right, n) < needed) | (right > center), LOOKS)
    most = first_right(lambda right, n: (log_e(right, n) >= needed) & (right > center), LOOKS) - 1
    missed = ever_outside(accuracy, fewest, most)
    assert 0.1 * (1 - level) < missed <= 1 - level
    # The boundary of these streams is the edge of the interval: inside the accuracy is covered, one further it is not.
    for place in (9, 99, 999, 4999):
        if fewest[place] > 0:
            low, high = mixture_bounds(np.array([fewest[place], fewest[place] - 1]), n[place], level, PRIOR)
            inside, outside = (
                mixture_bounds(count, n[place] - count, level, PRIOR) for count in (fewest[place], fewest[place] - 1)
            )
            assert inside[0] <= accuracy <= inside[1]
            assert outside[1] < accuracy
            assert low.shape == high.shape == (2,)


def test_a_low_accuracy_is_noticed_soon() -> None:
    """From 80 % against a bar of 90 %, the hardest ten points there are, with one chance in twenty of a false alarm."""
    rng = np.random.default_rng(SEED)
    delays = [
        accuracy_e_process(rng.random(2000) < accuracy, bar).alarm_at or 2001
        for accuracy, bar in [(0.8, 0.9)] * 300 + [(0.88, 0.98)] * 300
    ]
    assert np.median(delays[:300]) < 110
    assert np.median(delays[300:]) < 40


def test_partial_and_weighted_answers_keep_the_promise() -> None:
    """Answers uniform on a narrow range of mean 0.9, and weights at random: fewer alarms than alpha, at every look."""
    rng = np.random.default_rng([SEED, 1])
    alarms = 0
    for _ in range(300):
        correct = np.where(rng.random(1000) < 0.5, 1.0, rng.uniform(0.6, 1.0, 1000))
        weights = rng.choice([0.25, 1.0], 1000)
        alarms += accuracy_e_process(correct, 0.9, weights=weights).alarm_at is not None
    assert alarms <= 0.05 * 300


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(shares, st.floats(0, 1)), min_size=1, max_size=60), bar=st.floats(0.05, 0.95))
def test_stream_and_column_agree(rows: list[tuple[float, float]], bar: float) -> None:
    correct, weights = [row[0] for row in rows], [row[1] for row in rows]
    for side in ("below", "above", "both"):
        test = AccuracyTest(bar, side=side)
        for answer, weight in rows:
            test.update(answer, weight)
        column = accuracy_e_process(correct, bar, side=side, weights=weights)
        assert test.log_e == pytest.approx(float(column.log_e[-1]), abs=1e-9)
        assert test.alarm_at == column.alarm_at
        assert test.p_value == pytest.approx(column.p_value, rel=1e-9)
    sequence = AccuracySequence()
    for answer, weight in rows:
        sequence.update(answer, weight)
    bounds = accuracy_confidence_sequence(correct, weights=weights)
    assert [sequence.lowest, sequence.highest] == pytest.approx([bounds.low[-1], bounds.high[-1]], abs=1e-12)
    assert sequence.alarm_at == bounds.changed_at


@settings(max_examples=40, deadline=None)
@given(answers=st.lists(st.booleans(), min_size=1, max_size=80), seed=st.integers(0, 2**32))
def test_evidence_knows_no_order_and_right_and_wrong_mirror(answers: list[bool], seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(answers)
    before, after = (accuracy_e_process(column, 0.8).log_e[-1] for column in (answers, shuffled))
    assert after == pytest.approx(before, abs=1e-12)
    mirrored = accuracy_e_process([not answer for answer in answers], 0.2, side="above")
    assert mirrored.log_e == pytest.approx(accuracy_e_process(answers, 0.8).log_e, abs=1e-9)
    counted = AccuracyTest(0.8)
    counted.update_counts(sum(answers), len(answers) - sum(answers))
    assert counted.log_e == pytest.approx(before, abs=1e-12)


def test_an_interval_that_is_left_says_that_the_accuracy_changed() -> None:
    sequence = AccuracySequence()
    assert (sequence.low, sequence.high) == (0.0, 1.0)
    sequence.update_counts(300, 0)
    assert sequence.low is not None and sequence.low > 0.95
    sequence.update_counts(0, 300)
    assert [sequence.low, sequence.high] == [None, None]
    assert sequence.reason == "no single accuracy fits all answers: it must have changed"


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.1])
@pytest.mark.parametrize(("good", "bad"), [(0.9, 0.8), (0.95, 0.9), (0.98, 0.9), (0.8, 0.6)])
def test_the_error_rates_of_a_qualification_are_held(good: float, bad: float, alpha: float) -> None:
    """Exact. Wald: their sum is never exceeded, and each by at most a factor 1 / (1 - the other)."""
    plan = SprtPlan(good, bad, alpha, alpha)
    assert plan.exact_alpha + plan.exact_beta <= 2 * alpha
    assert plan.exact_alpha <= alpha / (1 - alpha) and plan.exact_beta <= alpha / (1 - alpha)
    cap = plan.shortest_cap(3000)
    if plan.exact_alpha < alpha and plan.exact_beta < alpha and cap:
        capped = SprtPlan(good, bad, alpha, alpha, max_questions=cap)
        assert capped.exact_alpha <= alpha and capped.exact_beta <= alpha
        assert capped.outcome((good + bad) / 2).expected_questions < cap
    curve = [plan.outcome(accuracy).passes for accuracy in np.linspace(0.5, 1.0, 21)]
    assert curve == sorted(curve)


def test_simulated_people_pass_as_often_and_after_as_many_questions_as_computed() -> None:
    rng = np.random.default_rng([SEED, 2])
    plan = SprtPlan(good=0.9, bad=0.75, max_questions=60)
    found = plan.outcome(0.85)
    tests = [sprt((rng.random(60) < 0.85).tolist(), plan) for _ in range(2000)]
    passed = np.mean([test.decision == "pass" for test in tests])
    asked = [test.n for test in tests]
    assert passed == pytest.approx(found.passes, abs=4 * np.sqrt(0.25 / 2000))
    assert np.mean(asked) == pytest.approx(found.expected_questions, abs=4 * np.std(asked) / np.sqrt(2000))
    assert all(test.decision != "go on" for test in tests)


@pytest.mark.parametrize("n_reference", [30, 1000])
def test_labels_in_the_shares_of_their_reference_rarely_ring(n_reference: int) -> None:
    """Looked at after each of 1,500 labels; the reference is drawn anew each time."""
    rng = np.random.default_rng([SEED, n_reference])
    truth = np.array([0.6, 0.3, 0.08, 0.02])
    radius, alarms, runs = divergence_radius(4, 0.025), 0, 60
    for _ in range(runs):
        reference = rng.multinomial(n_reference, truth).astype(np.float64)
        seen = np.cumsum(np.eye(4)[rng.choice(4, 1500, p=truth)], axis=0)
        alarms += bool((log_evidence(seen, reference, radius) >= np.log(40)).any())
    assert alarms <= 0.05 * runs + 2 * np.sqrt(0.05 * 0.95 * runs)


@pytest.mark.soak
@pytest.mark.parametrize("n_reference", [20, 200, 5000])
@pytest.mark.parametrize("truth", [(0.5, 0.5), (0.6, 0.3, 0.08, 0.02), (0.9, 0.05, 0.02, 0.01, 0.01, 0.01)], ids=str)
def test_labels_rarely_ring_in_5000_looks(truth: tuple[float, ...], n_reference: int) -> None:
    rng = np.random.default_rng([SEED, n_reference, len(truth)])
    k = len(truth)
    radius, alarms, runs = divergence_radius(k, 0.025), 0, 400
    for _ in range(runs):
        reference = rng.multinomial(n_reference, truth).astype(np.float64)
        seen = np.cumsum(np.eye(k)[rng.choice(k, 5000, p=truth)], axis=0)
        alarms += bool((log_evidence(seen, reference, radius) >= np.log(40)).any())
    assert alarms <= 0.05 * runs + 2 * np.sqrt(0.05 * 0.95 * runs)


def test_a_reference_taken_for_the_truth_is_wrong_when_it_is_small() -> None:
    """Why the reference's own uncertainty is counted: without it a small one rings for nothing."""
    rng = np.random.default_rng([SEED, 3])
    truth = [0.5, 0.3, 0.2]
    naive = honest = 0
    for _ in range(60):
        reference = rng.multinomial(60, truth).astype(np.float64)
        seen = rng.multinomial(3000, truth).astype(np.float64)
        naive += bool(log_evidence(seen, reference, None) >= np.log(20))
        honest += bool(log_evidence(seen, reference, divergence_radius(3, 0.025)) >= np.log(40))
    assert naive > 30 and honest <= 3


def test_a_shift_is_seen_and_the_largest_uncertainty_is_that_of_no_reference() -> None:
    rng = np.random.default_rng([SEED, 4])
    delays = []
    for _ in range(15):
        shift = LabelShift(dict(zip("abc", rng.multinomial(1000, [0.6, 0.3, 0.1]).tolist(), strict=True)))
        for label in rng.choice(list("abc"), 400, p=[0.4, 0.4, 0.2]):
            if shift.update(str(label)):
                break
        delays.append(shift.alarm_at or 401)
    assert np.median(delays) < 250
    seen = np.array([10.0, 200.0, 4.0])
    by_size = [float(log_evidence(seen, size * np.array([0.6, 0.3, 0.1]), 8.0)) for size in (10, 100, 1000, 100_000)]
    assert by_size == sorted(by_size)
    assert by_size[-1] == pytest.approx(float(log_evidence(seen, np.array([0.6, 0.3, 0.1]), None)), rel=0.05)


def test_among_many_people_few_are_named_wrongly() -> None:
    """200 people of which 20 have dropped, evidence at the end of 150 checks; also when all answer the same checks."""
    rng = np.random.default_rng([SEED, 5])
    accuracy = np.where(np.arange(200) < 20, 0.75, 0.92)
    for shared_luck in (False, True):
        shares: list[float] = []
        for _ in range(15):
            luck = np.tile(rng.random(150), (200, 1)) if shared_luck else rng.random((200, 150))
            right = (luck < accuracy[:, None]).sum(axis=1)
            log_e = _log_e(right, 150 - right, 0.92, "below", PRIOR)
            named = e_bh(dict(enumerate(np.exp(log_e).tolist())), alpha=0.1).names
            shares.append(sum(int(str(name)) >= 20 for name in named) / max(len(named), 1))
            assert shared_luck or len(named) >= 5
        assert np.mean(shares) <= 0.1


BAD_ARGUMENTS: list[tuple[Callable[[], object], str]] = [
    (lambda: AccuracyTest(bar=1.0), "bar is 1.0; give a number between 0 and 1, such as 0.9"),
    (lambda: AccuracyTest(bar=0.9, alpha=0), "alpha is 0"),
    (lambda: AccuracyTest(bar=0.9, side="left"), "There is no side 'left'; use 'below', 'above' or 'both'"),  # type: ignore[arg-type]
    (lambda: AccuracyTest(bar=0.9, prior=(0, 1)), r"prior is \(0, 1\); give two positive numbers"),
    (lambda: AccuracyTest(bar=0.9).update(True, weight=2.0), "weight is 2.0; give a number from 0 to 1"),
    (lambda: AccuracyTest(bar=0.9).update_counts(-1, 0), "n_right is -1"),
    (lambda: AccuracySequence().update_counts(1, 0.5), "n_wrong is 0.5; give a whole number"),  # type: ignore[arg-type]
    (lambda: AccuracyTest(bar=0.9).update("yes"), "correct is 'yes'; give True, False or a number from 0 to 1"),  # type: ignore[arg-type]
    (lambda: AccuracySequence().update(None), "correct is None; give True, False or"),  # type: ignore[arg-type]
    (lambda: accuracy_e_process([0.5, 1.5], 0.9), "correct has a value outside 0 to 1"),
    (lambda: accuracy_e_process(["yes", "no"], 0.9), "correct has something that is not a number"),
    (lambda: accuracy_e_process([[True]], 0.9), "correct has 2 dimensions; give one column"),
    (lambda: accuracy_e_process([True], 0.9, weights=[1, 1]), "weights has 2 entries and not 1"),
    (lambda: AccuracySequence(level=95), "level is 95; give a number between 0 and 1, such as 0.95"),
    (lambda: SprtPlan(good=0.8, bad=0.9), "give a bad accuracy below the good one"),
    (lambda: SprtPlan(alpha=0.6, beta=0.5), "alpha \\+ beta is 1.1"),
    (lambda: SprtPlan(max_questions=0), "max_questions is 0; give a whole number of at least 1"),
    (lambda: LabelShift({"a": 3}), "reference has to map two labels or more"),
    (lambda: LabelShift({"a": 3, "b": 1}).update(["a"]), "label is \\['a'\\]; the reference has only"),  # type: ignore[arg-type]
    (lambda: LabelShift({"a": 3, "b": 0}, exact=True), "an exact reference needs a share above 0"),
    (lambda: e_bh({"ann": -1.0}), "e_values has -1.0 for 'ann'"),
    (lambda: e_bh({"ann": float("nan")}), "e_values has nan for 'ann'"),
]


@pytest.mark.parametrize(("call", "said"), BAD_ARGUMENTS, ids=[said[:40] for _, said in BAD_ARGUMENTS])
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_nothing_seen_is_no_evidence() -> None:
    empty = accuracy_e_process([], 0.9)
    assert (len(empty.log_e), empty.alarm_at, empty.p_value) == (0, None, 1.0)
    assert AccuracyTest(0.9).e_value == pytest.approx(1.0)
    assert LabelShift({"a": 1, "b": 2}).changes == {}
    assert e_bh({}).names == ()
