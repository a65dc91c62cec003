"""Numbers that others published, and numbers that can be worked out in another way."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb, log

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import rel_entr
from scipy.stats import beta, binom, chi2, multinomial
from statsmodels.stats.multitest import multipletests

from assay.monitoring import (
    AccuracySequence,
    AccuracyTest,
    SprtPlan,
    benjamini_hochberg,
    cusum_plan,
    hit_by_counts,
    hit_by_ratio,
    hit_by_window,
)
from assay.monitoring.label_shift import divergence_radius
from assay.monitoring.log_beta import log_lower_beta
from assay.monitoring.poisson_binomial import upper_tail
from assay.monitoring.run_length import CusumChain


def test_the_sequential_plan_of_the_engineering_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.2.6: p1 = 0.01, p2 = 0.10, alpha 0.05, beta 0.10.

    Acceptance line -0.939 + 0.0397 n, rejection line 1.205 + 0.0397 n; acceptance is possible from the 24th on.
    """
    plan = SprtPlan(good=0.99, bad=0.90, alpha=0.05, beta=0.10)
    low, high = plan._limits
    assert [low, high, plan._slope] == pytest.approx([-0.9389, 1.2054, 0.0397], abs=5e-5)
    assert [plan.pass_at(n) for n in (23, 24, 48, 49)] == [None, 0, 0, 1]
    assert [plan.fail_at(n) for n in (1, 2, 19, 21)] == [None, 2, 2, 3]


def test_walds_own_example() -> None:
    """Sequential Analysis (1947), 5.3: p0 = 0.1, p1 = 0.3, alpha 0.02, beta 0.03.

    The averages of his approximation leave out by how much the sum overshoots its limit: the exact ones lie above.
    """
    plan = SprtPlan(good=0.9, bad=0.7, alpha=0.02, beta=0.03)
    up, down = log(0.3 / 0.1), log(0.9 / 0.7)
    low, high = log(0.03 / 0.98), log(0.97 / 0.02)
    at_good = (0.98 * low + 0.02 * high) / (0.1 * up - 0.9 * down)
    at_bad = (0.03 * low + 0.97 * high) / (0.3 * up - 0.7 * down)
    assert [at_good, at_bad] == pytest.approx([28.7, 23.8], abs=0.5)
    assert at_good < plan.outcome(0.9).expected_questions < at_good * 1.25
    assert at_bad < plan.outcome(0.7).expected_questions < at_bad * 1.25


@pytest.mark.parametrize("accuracy", [0.6, 0.8, 0.9])
def test_a_capped_test_is_what_all_answer_sequences_give(accuracy: float) -> None:
    plan = SprtPlan(good=0.9, bad=0.6, alpha=0.1, beta=0.1, max_questions=12)
    passes = expected = 0.0
    for answers in product([True, False], repeat=12):
        n = next(n for n in range(1, 13) if plan.decide(n, answers[:n].count(False)) != "go on")
        chance = accuracy ** answers.count(True) * (1 - accuracy) ** answers.count(False)
        expected += chance * n
        passes += chance * (plan.decide(n, answers[:n].count(False)) == "pass")
    found = plan.outcome(accuracy)
    assert [found.passes, found.fails, found.expected_questions] == pytest.approx([passes, 1 - passes, expected])


def test_the_cap_that_holds_both_error_rates_is_the_shortest() -> None:
    plan = SprtPlan(good=0.9, bad=0.7, alpha=0.05, beta=0.1)
    cap = plan.shortest_cap()
    assert cap is not None
    held = [
        (capped.exact_alpha <= 0.05 and capped.exact_beta <= 0.1)
        for capped in (SprtPlan(0.9, 0.7, 0.05, 0.1, max_questions=n) for n in range(1, cap + 1))
    ]
    assert held == [False] * (cap - 1) + [True]
    assert SprtPlan(good=0.95, bad=0.8, alpha=0.1, beta=0.1).shortest_cap() is None, "Wald's limits alone miss beta"


def test_raw_ratio_rules_hit_honest_people() -> None:
    """The chances of being hit by rules in use: exact values beside those simulated with 20,000 people."""
    looks = range(20, 201)
    found = {
        "once, 95 %": (hit_by_ratio(0.95, 0.95, [20]), 0.26),
        "20th to 200th, 97 %": (hit_by_ratio(0.97, 0.95, looks), 0.44),
        "20th to 200th, 98 %": (hit_by_ratio(0.98, 0.95, looks), 0.23),
    }
    for accuracy, by_checks in ((0.9, (0.16, 0.52, 0.77)), (0.95, (0.05, 0.14, 0.25))):
        hit = hit_by_window(accuracy, 0.75, window=10, first_look=7, n_checks=100)
        for n, simulated in zip((10, 50, 100), by_checks, strict=True):
            found[f"last 10, {accuracy}, {n} checks"] = (float(hit[n - 1]), simulated)
    for accuracy, passes in ((0.9, 0.68), (0.95, 0.93), (0.8, 0.21)):
        found[f"18 of 20, {accuracy}"] = (1 - hit_by_counts(accuracy, {20: 18}), passes)
    for what, (exact, simulated) in found.items():
        assert exact == pytest.approx(simulated, abs=0.012), what


@pytest.mark.parametrize("bar", [0.85, 0.9, 0.95])
def test_a_five_percent_test_every_ten_checks_hits_13_to_15_percent(bar: float) -> None:
    """Of people exactly at the bar: an exact one-sided binomial test at 5 %, every 10 checks from 20 to 200."""
    fewest = {n: int(binom.ppf(0.05, n, bar)) for n in range(20, 201, 10)}
    assert all(binom.cdf(count - 1, n, bar) <= 0.05 < binom.cdf(count, n, bar) for n, count in fewest.items())
    assert 0.125 < hit_by_counts(bar, fewest) < 0.155


def test_the_sequential_test_needs_as_few_questions_as_said() -> None:
    """Simulated as 39, 75, 65 and 26. Exactly 38.4 for somebody at 95 %."""
    plan = SprtPlan(good=0.9, bad=0.8, alpha=0.05, beta=0.05)
    found = [plan.outcome(accuracy).expected_questions for accuracy in (0.95, 0.9, 0.8, 0.7)]
    assert found == pytest.approx([39, 75, 65, 26], abs=0.6)
    assert plan.exact_alpha <= 0.05 and plan.exact_beta <= 0.05


def test_ratio_rules_are_what_all_answer_sequences_give() -> None:
    by_ratio = by_window = Fraction(0)
    for answers in product([True, False], repeat=9):
        chance = Fraction(7, 10) ** answers.count(True) * Fraction(3, 10) ** answers.count(False)
        by_ratio += chance * any(4 * answers[:n].count(True) < 3 * n for n in (4, 7, 9))
        windows = [answers[max(0, n - 4) : n] for n in range(3, 10)]
        by_window += chance * any(2 * window.count(True) < len(window) for window in windows)
    assert hit_by_ratio(0.7, 0.75, [9, 4, 7]) == pytest.approx(float(by_ratio), abs=1e-12)
    assert hit_by_window(0.7, 0.5, window=4, first_look=3, n_checks=9)[-1] == pytest.approx(float(by_window), abs=1e-12)


def test_cusum_run_lengths_solved_by_hand() -> None:
    """up 1, down 1, limit 2: m0 = 1 + q·m0 + p·m1 and m1 = 1 + q·m0, with p a wrong answer, hence (1 + p) / p²."""
    for wrong in (0.1, 0.25, 0.5):
        assert CusumChain(1, 1, 2).average_run_length(1 - wrong) == pytest.approx((1 + wrong) / wrong**2, rel=1e-12)
    # A limit of one wrong answer is a geometric waiting time; two, with nothing ever taken away, twice that.
    assert CusumChain(3, 1, 3).average_run_length(0.95) == pytest.approx(20.0, rel=1e-12)
    assert CusumChain(9, 1, 2).silent(0.9, 3).tolist() == pytest.approx([1.0, 0.9, 0.81, 0.729])


@pytest.mark.parametrize(("good", "bad"), [(0.9, 0.8), (0.98, 0.88), (0.7, 0.55)])
def test_the_mean_run_length_is_the_sum_of_the_chances_to_be_silent(good: float, bad: float) -> None:
    plan = cusum_plan(good, bad, arl=150)
    for accuracy in (good, bad):
        silent = plan.chain.silent_until(accuracy, rest=1e-14)
        assert plan.average_run_length(accuracy) == pytest.approx(silent.sum(), rel=1e-9)


@pytest.mark.parametrize(("right", "wrong", "bar"), [(0, 1, 0.9), (18, 2, 0.95), (30, 14, 0.8), (5.5, 0.5, 0.7)])
def test_the_evidence_is_the_integral_that_it_says(right: float, wrong: float, bar: float) -> None:
    def ratio(p: float) -> float:
        return float((p / bar) ** right * ((1 - p) / (1 - bar)) ** wrong * beta.pdf(p, 2, 1.5))

    below = quad(ratio, 0, bar)[0] / beta.cdf(bar, 2, 1.5)
    above = quad(ratio, bar, 1)[0] / beta.sf(bar, 2, 1.5)
    whole = quad(ratio, 0, 1, points=[bar])[0]
    for side, expected in (("below", below), ("above", above), ("both", whole)):
        test = AccuracyTest(bar, side=side, prior=(2, 1.5), n_right=right, n_wrong=wrong)  # type: ignore[arg-type]
        assert test.e_value == pytest.approx(expected, rel=1e-7)


def test_the_beta_integral_has_its_digits_where_it_underflows() -> None:
    """Against the exact sum: ∫₀ˣ p^(a-1) (1-p)^(b-1) dp is a tail of the binomial, for whole a and b."""
    for a, b, x in ((900, 30, Fraction(1, 2)), (4000, 3, Fraction(3, 4)), (2500, 400, Fraction(1, 3))):
        n = a + b - 1
        terms = (comb(n, j) * x.numerator**j * (x.denominator - x.numerator) ** (n - j) for j in range(a, n + 1))
        exact = log(sum(terms)) - n * log(x.denominator) - log(comb(n, a)) - log(a)
        assert float(log_lower_beta(float(a), float(b), float(x))) == pytest.approx(exact, rel=1e-12)


def test_all_right_gives_a_bound_known_in_closed_form() -> None:
    """With a uniform prior and n right answers the lower bound solves p^n = 0.05 / (n + 1)."""
    sequence = AccuracySequence(level=0.95, prior=(1, 1))
    sequence.update_counts(59, 0)
    assert sequence.low == pytest.approx((0.05 / 60) ** (1 / 59), abs=1e-12)
    assert sequence.high == 1.0


def test_benjamini_hochberg_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        p = rng.random(30) ** 3
        rejected = multipletests(p, alpha=0.1, method="fdr_bh")[0]
        assert set(benjamini_hochberg(dict(enumerate(p.tolist())), 0.1).names) == set(np.flatnonzero(rejected).tolist())


def test_the_poisson_binomial_tail_is_exact() -> None:
    assert upper_tail(np.full(40, 0.03), 7) == pytest.approx(binom.sf(6, 40, 0.03), rel=1e-11)
    mixed = np.array([0.5, 0.02, 0.9, 1e-6])
    outcomes = product([0, 1], repeat=4)
    exact = sum(np.prod(np.where(hits, mixed, 1 - mixed)) for hits in outcomes if sum(hits) >= 3)
    assert upper_tail(mixed, 3) == pytest.approx(exact, rel=1e-12)
    assert [upper_tail(mixed, 0), upper_tail(mixed, 5)] == [1.0, 0.0]


@pytest.mark.parametrize(
    "shares", [(0.5, 0.5), (0.98, 0.02), (0.6, 0.3, 0.1), (0.9, 0.09, 0.01), (1 / 3, 1 / 3, 1 / 3)]
)
@pytest.mark.parametrize("n", [3, 12, 40])
def test_the_region_of_a_reference_misses_the_truth_as_rarely_as_it_says(shares: tuple[float, ...], n: int) -> None:
    """Exact, over all samples; the region's constant is a bound for every number of draws (Agrawal 2020)."""
    counts = np.array([c for c in product(range(n + 1), repeat=len(shares)) if sum(c) == n])
    chance = multinomial.pmf(counts, n, shares)
    assert chance.sum() == pytest.approx(1.0)
    divergence = n * rel_entr(counts / n, np.array(shares)).sum(axis=1)
    for alpha in (0.1, 0.025):
        assert chance[divergence > divergence_radius(len(shares), alpha)].sum() <= alpha


@pytest.mark.parametrize("n_labels", [2, 3, 6])
def test_the_region_of_a_reference_is_wider_than_the_large_sample_one_but_not_by_much(n_labels: int) -> None:
    """2·N·KL is about chi-square with K - 1 degrees of freedom; the bound holds for every N."""
    limit = chi2.isf(0.025, n_labels - 1) / 2
    assert limit < divergence_radius(n_labels, 0.025) < 2.5 * limit
