"""Audit numbers that others published, and peers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.stats import binom, fisher_exact, hypergeom
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from assay.audits import (
    DoublePlan,
    SinglePlan,
    Stratum,
    arm_effect,
    audit_size,
    double_plan,
    error_bound,
    sequential_plan,
    single_plan,
    stratified_bound,
    weighted_bound,
)
from assay.audits.plan import chance_exactly, chance_up_to


def test_the_operating_characteristic_of_the_engineering_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.2.3.2: n = 52, c = 3, for 1 to 12 % defective."""
    published = [0.998, 0.980, 0.930, 0.845, 0.739, 0.620, 0.502, 0.394, 0.300, 0.223, 0.162, 0.115]
    for plan in (SinglePlan(52, 3), SinglePlan(52, 3, lot_size=10_000)):
        found = [plan.outcome(percent / 100).accepts for percent in range(1, 13)]
        assert found == pytest.approx(published, abs=0.0015)


def test_the_tabulated_values_of_iso_2859_1() -> None:
    """Code letter J, AQL 1.0, normal inspection: n = 80, Ac = 2; percent defective at each chance of acceptance."""
    published = {0.99: 0.550, 0.95: 1.03, 0.90: 1.38, 0.75: 2.16, 0.50: 3.32, 0.25: 4.84, 0.10: 6.52, 0.05: 7.66}
    plan = SinglePlan(80, 2)
    for accepts, percent in published.items():
        assert plan.outcome(percent / 100).accepts == pytest.approx(accepts, abs=0.003)


@pytest.mark.parametrize(("n", "c"), [(52, 3), (80, 2), (68, 2), (13, 0), (200, 10)])
def test_operating_characteristics_are_exact_sums_of_fractions(n: int, c: int) -> None:
    """No table and no rounding: the chance of at most c errors in whole numbers, for streams and for lots."""
    for percent in (1, 3, 8, 20):
        p = Fraction(percent, 100)
        stream = sum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(c + 1))
        assert SinglePlan(n, c).outcome(percent / 100).accepts == pytest.approx(float(stream), abs=1e-12)
        lot, bad = 500, 5 * percent
        drawn = sum(Fraction(comb(bad, x) * comb(lot - bad, n - x), comb(lot, n)) for x in range(c + 1))
        assert SinglePlan(n, c, lot_size=lot).outcome(percent / 100).accepts == pytest.approx(float(drawn), abs=1e-12)


def test_a_plan_with_both_of_its_points_published() -> None:
    """Hilliard, samplingplans forum 2006: n = 68, c = 2 has 95 % at 1.213 % and 5 % at 8.9704 %."""
    plan = SinglePlan(68, 2)
    assert plan.outcome(0.01213).accepts == pytest.approx(0.95, abs=5e-5)
    assert plan.outcome(0.089704).accepts == pytest.approx(0.05, abs=5e-6)


@pytest.mark.parametrize("lot_size", [None, 150])
def test_the_smallest_single_plan_is_the_first_of_all_that_hold(lot_size: int | None) -> None:
    aql, ltpd = 0.02, 0.1
    found = single_plan(aql, ltpd, lot_size=lot_size)
    smaller = [SinglePlan(n, c, lot_size) for n in range(1, found.n + 1) for c in range(min(n, found.c + 4))]
    for plan in smaller:
        holds = plan.outcome(aql).accepts >= 0.95 and plan.outcome(ltpd).accepts <= 0.1
        assert holds == (plan == found)


@pytest.mark.parametrize("lot_size", [None, 60])
def test_a_double_plan_is_what_all_samples_give(lot_size: int | None) -> None:
    plan = DoublePlan(8, 0, 12, 2, lot_size)
    for rate in (0.05, 0.2):
        errors = round(rate * (lot_size or 0))
        accepts = second = 0.0
        for x1, x2 in product(range(9), range(13)):
            if lot_size is None:
                chance = binom.pmf(x1, 8, rate) * binom.pmf(x2, 12, rate)
            else:
                chance = hypergeom.pmf(x1, lot_size, errors, 8)
                chance *= hypergeom.pmf(x2, lot_size - 8, max(errors - x1, 0), 12)
            accepts += chance * (x1 == 0 or (x1 <= 2 and x1 + x2 <= 2))
            second += chance * (1 <= x1 <= 2)
        found = plan.outcome(rate)
        assert [found.accepts, found.average_sample] == pytest.approx([accepts, 8 + 12 * second], abs=1e-10)


@pytest.mark.parametrize("lot_size", [None, 80])
def test_the_double_plan_is_the_cheapest_of_all_that_hold(lot_size: int | None) -> None:
    aql, ltpd, most = 0.1, 0.4, 14
    found = double_plan(aql, ltpd, beta=0.2, lot_size=lot_size)
    assert max(found.n1, found.c2) < most
    costs = []
    for n1, ratio, c2 in product(range(1, most), (1, 2), range(1, 9)):
        for c1 in range(c2):
            plan = DoublePlan(n1, c1, ratio * n1, c2, lot_size)
            if plan.outcome(ltpd).accepts <= 0.2 and plan.outcome(aql).accepts >= 0.95:
                costs.append(plan.outcome(aql).average_sample)
    assert found.outcome(aql).average_sample == pytest.approx(min(costs), abs=1e-9)


@pytest.mark.parametrize(("lot", "bad", "n"), [(60, 7, 20), (10_000, 500, 300), (9, 9, 4), (9, 0, 4), (50, 45, 30)])
def test_chances_in_a_lot_are_those_of_scipy(lot: int, bad: int, n: int) -> None:
    counts = np.arange(n + 2)
    assert chance_exactly(counts, n, bad, lot) == pytest.approx(hypergeom.pmf(counts, lot, bad, n), abs=1e-10)
    for most in (0, n // 3, n):
        assert chance_up_to(most, n, bad, lot) == pytest.approx(float(hypergeom.cdf(most, lot, bad, n)), abs=1e-10)


def test_plans_need_fewer_tasks_in_the_order_single_double_sequential() -> None:
    """On average at the aql, where most work should be."""
    for aql, ltpd in ((0.01, 0.05), (0.02, 0.08), (0.05, 0.15)):
        single, double, sequential = (
            design(aql, ltpd).outcome(aql).average_sample for design in (single_plan, double_plan, sequential_plan)
        )
        assert sequential < double < single


def test_a_sequential_plan_in_a_lot_is_what_all_orders_of_its_tasks_give() -> None:
    plan = sequential_plan(0.1, 0.5, alpha=0.2, beta=0.2, lot_size=10)
    for n_errors in range(11):
        accepts = asked = weight = 0.0
        for lot in product([0, 1], repeat=10):
            if sum(lot) == n_errors:
                n = next(n for n in range(1, 11) if plan.decide(n, sum(lot[:n])) != "go on")
                weight += 1
                asked += n
                accepts += plan.decide(n, sum(lot[:n])) == "pass"
        found = plan.outcome(n_errors / 10)
        assert [found.accepts, found.average_sample] == pytest.approx([accepts / weight, asked / weight], abs=1e-9)


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize(("errors", "n"), [(0, 1), (0, 150), (3, 300), (17, 40), (39, 40)])
def test_the_bound_of_a_stream_is_clopper_and_pearsons(errors: int, n: int, level: float) -> None:
    _, upper = proportion_confint(errors, n, alpha=2 * (1 - level), method="beta")
    assert error_bound(errors, n, level=level).upper == pytest.approx(upper, abs=1e-9)


def test_audit_sizes_that_are_well_known() -> None:
    """0 of 150 proves at most 2.0 %, 0 of 300 at most 1.0 %, 3 of 300 at most 2.6 %; 59 for 5 %, 299 for 1 %."""
    found = [error_bound(errors, n).upper for errors, n in ((0, 150), (0, 300), (3, 300))]
    assert found == pytest.approx([0.0198, 0.00994, 0.0256], abs=5e-5)
    assert [audit_size(rate) for rate in (0.05, 0.02, 0.01)] == [59, 149, 299]
    assert error_bound(20, 20).upper == 1.0


@pytest.mark.parametrize(
    ("errors", "n", "population"), [(0, 20, 100), (2, 30, 90), (5, 5, 9), (3, 100, 100), (0, 1, 2)]
)
def test_the_bound_of_a_population_is_the_largest_that_is_not_refuted(errors: int, n: int, population: int) -> None:
    possible = range(errors, population - (n - errors) + 1)
    largest = max(total for total in possible if hypergeom.cdf(errors, population, total, n) > 0.05)
    found = error_bound(errors, n, population=population)
    assert (found.upper, found.left) == (largest / population, largest - errors)


def test_strata_in_proportion_have_the_plain_bound() -> None:
    found = stratified_bound([Stratum(1000, 50, 0), Stratum(3000, 150, 2), Stratum(2000, 100, 1)])
    assert found.upper == pytest.approx(error_bound(3, 300).upper, abs=1e-12)
    assert found.estimate == pytest.approx(3 / 300)


def test_fishers_combination_is_the_worst_case_over_a_fine_grid() -> None:
    from scipy.stats import chi2

    strata = [Stratum(500, 60, 1), Stratum(500, 20, 2)]
    found = stratified_bound(strata, method="fisher")
    p = np.linspace(0, 1, 4001)
    first, second = (np.asarray(binom.logcdf(errors, n, p)) for errors, n in ((1, 60), (2, 20)))
    logs = first[:, None] + second[None, :]
    possible = -2 * logs <= chi2.ppf(0.95, 4)
    worst = ((p[:, None] + p[None, :]) / 2)[possible].max()
    assert found.upper == pytest.approx(worst, abs=3e-4)


def test_equal_weights_are_only_a_little_worse_than_clopper_and_pearson() -> None:
    """The price for being valid at every look."""
    for errors, n in ((0, 300), (3, 300), (20, 500)):
        wrong = [True] * errors + [False] * (n - errors)
        exact = error_bound(errors, n).upper
        assert exact < weighted_bound(wrong, [1.0] * n, 1.0).upper < 1.6 * exact


@pytest.mark.parametrize(
    ("a", "n_a", "b", "n_b"), [(36, 40, 28, 40), (12, 12, 3, 10), (0, 30, 0, 25), (50, 200, 80, 210)]
)
def test_the_interval_is_newcombes_and_the_test_is_fishers(a: int, n_a: int, b: int, n_b: int) -> None:
    shown = [True] * n_a + [False] * n_b
    outcome = [True] * a + [False] * (n_a - a) + [True] * b + [False] * (n_b - b)
    found = arm_effect(shown, outcome)
    peer = confint_proportions_2indep(a, n_a, b, n_b, method="newcomb", compare="diff")
    assert [found.low, found.high] == pytest.approx(list(peer), abs=1e-9)
    assert found.p_value == pytest.approx(fisher_exact(np.array([[a, n_a - a], [b, n_b - b]])).pvalue, abs=1e-9)


def test_newcombes_own_example() -> None:
    """Newcombe (1998), table II: 56/70 against 48/80 by method 10: 0.0524 to 0.3339."""
    shown = [True] * 70 + [False] * 80
    found = arm_effect(shown, [True] * 56 + [False] * 14 + [True] * 48 + [False] * 32)
    assert [found.value, found.low, found.high] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_chance_within_annotators_is_the_exact_stratified_test() -> None:
    """Near the large-sample test of Mantel and Haenszel, and equal to all ways of assigning, counted."""
    rng = np.random.default_rng(11)
    who = np.repeat(np.arange(12), 40)
    shown = rng.random(480) < 0.5
    agrees = rng.random(480) < 0.5 + 0.03 * who + 0.08 * shown
    tables = [
        [[int((agrees & shown & (who == w)).sum()), int((~agrees & shown & (who == w)).sum())],
         [int((agrees & ~shown & (who == w)).sum()), int((~agrees & ~shown & (who == w)).sum())]]
        for w in range(12)
    ]  # fmt: skip
    large = StratifiedTable(np.array(tables).transpose(1, 2, 0).astype(float)).test_null_odds(correction=True).pvalue
    found = arm_effect(shown, agrees, annotators=who.tolist())
    assert found.p_value == pytest.approx(large, rel=0.1, abs=0.005)
    small = arm_effect(
        [True] * 10 + [False] * 10, [True] * 4 + [False] * 6 + [True] + [False] * 9, annotators=["a"] * 20
    )
    assert small.p_value == pytest.approx(fisher_exact(np.array([[4, 6], [1, 9]])).pvalue, abs=1e-12)
