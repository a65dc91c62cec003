"""Bounds on what is left: how often they are below the truth (at most 5 %), exactly where it can be computed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from assay.audits import (
    DoublePlan,
    SequentialPlan,
    SinglePlan,
    Stratum,
    audit_size,
    error_bound,
    single_plan,
    stratified_bound,
    weighted_bound,
)
from assay.monitoring import SprtPlan

SEED = 20265


@pytest.mark.parametrize("n", [10, 60, 300])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_bound_of_a_stream_is_below_the_truth_as_rarely_as_it_says(n: int, level: float) -> None:
    """Exact: for any rate the chance of a sample whose bound is below it."""
    bounds = np.array([error_bound(errors, n, level=level).upper for errors in range(n + 1)])
    for rate in np.linspace(0.001, 0.999, 60):
        missed = float(binom.pmf(np.arange(n + 1), n, rate)[bounds < rate].sum())
        assert missed <= 1 - level + 1e-12
    assert (np.diff(bounds) > 0).all()


@pytest.mark.parametrize(("n", "population"), [(10, 40), (60, 200), (199, 200)])
def test_the_bound_of_a_population_is_below_the_truth_as_rarely_as_it_says(n: int, population: int) -> None:
    bounds = np.array([error_bound(errors, n, population=population).upper for errors in range(n + 1)])
    for total in range(population + 1):
        missed = float(hypergeom.pmf(np.arange(n + 1), population, total, n)[bounds < total / population - 1e-12].sum())
        assert missed <= 0.05 + 1e-12
    streams = np.array([error_bound(errors, n).upper for errors in range(n + 1)])
    assert (bounds <= streams + 1e-12).all(), "knowing the population only helps"


DESIGNS = [
    # (tasks, audited, error rate) of each stratum
    [(5000, 100, 0.01), (5000, 100, 0.01)],
    [(5000, 100, 0.0), (5000, 100, 0.03)],
    [(9000, 200, 0.002), (1000, 200, 0.08)],
    [(9000, 60, 0.03), (1000, 300, 0.0)],
    [(100, 50, 0.04), (300, 150, 0.01)],
    [(2000, 40, 0.05), (2000, 80, 0.02), (4000, 90, 0.0), (500, 100, 0.1)],
]


@pytest.mark.parametrize("method", ["auto", "pooled", "fisher"])
@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_stratified_bounds_cover(design: list[tuple[int, int, float]], method: str) -> None:
    """Samples without replacement, errors spread as unevenly over strata as one likes."""
    rng = np.random.default_rng([SEED, DESIGNS.index(design)])
    errors = [round(n * rate) for n, _, rate in design]
    truth = sum(errors) / sum(n for n, _, _ in design)
    known: dict[tuple[int, ...], float] = {}
    missed = 0
    for _ in range(500):
        seen = tuple(
            int(rng.hypergeometric(wrong, n - wrong, audited))
            for wrong, (n, audited, _) in zip(errors, design, strict=True)
        )
        if seen not in known:
            strata = [Stratum(n, audited, found) for (n, audited, _), found in zip(design, seen, strict=True)]
            known[seen] = stratified_bound(strata, method=method).upper  # type: ignore[arg-type]
        missed += known[seen] < truth
    assert missed / 500 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 500)


def test_the_pooled_sample_alone_would_be_wrong_where_strata_were_audited_unevenly() -> None:
    """Why strata matter: the plain bound misses nearly always when the bad stratum was audited little."""
    rng = np.random.default_rng([SEED, 99])
    truth = 0.5 * 0.08
    plain, stratified = [], []
    for _ in range(80):
        few, many = int(rng.binomial(30, 0.08)), int(rng.binomial(300, 0.0))
        plain.append(error_bound(few + many, 330).upper < truth)
        stratified.append(stratified_bound([Stratum(5000, 30, few), Stratum(5000, 300, many)]).upper < truth)
    assert np.mean(plain) > 0.9
    assert np.mean(stratified) <= 0.1


def test_strata_audited_more_where_errors_are_pay_off() -> None:
    """300 tasks at random against 300 of which two thirds come from the tenth of tasks with nearly all errors."""
    even = error_bound(3, 300).upper
    uneven = stratified_bound([Stratum(9000, 200, 0), Stratum(1000, 100, 8)])
    assert uneven.estimate == pytest.approx(0.008)
    assert uneven.upper < 1.4 * even


@settings(max_examples=25, deadline=None)
@given(
    strata=st.lists(
        st.tuples(st.integers(1, 400), st.integers(0, 60), st.integers(0, 60)).map(
            lambda raw: Stratum(max(raw), min(raw[1], max(raw)), min(raw[2], raw[1], max(raw)))
        ),
        min_size=1,
        max_size=5,
    ),
    seed=st.integers(0, 2**32),
)
def test_strata_have_no_order_and_more_errors_never_lower_the_bound(strata: list[Stratum], seed: int) -> None:
    found = stratified_bound(strata)
    assert 0.0 <= (found.estimate or 0.0) <= found.upper <= 1.0
    shuffled = [strata[i] for i in np.random.default_rng(seed).permutation(len(strata))]
    assert stratified_bound(shuffled) == found
    worse = [Stratum(s.n_tasks, s.n_audited, min(s.n_errors + 1, s.n_audited)) for s in strata]
    for method in ("pooled", "fisher"):
        before, after = (stratified_bound(each, method=method).upper for each in (strata, worse))
        assert after >= before - 1e-9


def population_of(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Which tasks are wrong, and a model's doubt, which points at most of them."""
    wrong = rng.random(n) < 0.03
    doubt = np.where(wrong, rng.beta(3, 2, n), rng.beta(1, 8, n))
    return wrong, doubt


@pytest.mark.parametrize("floor", [0.1, 0.3, 1.0])
def test_weighted_bounds_cover_at_every_look_at_once(floor: float) -> None:
    """An audit drawn by a model's doubt, looked at after every 20th task up to 400; ``floor`` 1 is a plain draw."""
    rng = np.random.default_rng([SEED, int(10 * floor)])
    wrong, doubt = population_of(rng, 4000)
    chance = floor / 4000 + (1 - floor) * doubt / doubt.sum()
    weight = 1 / 4000 / chance
    most, truth = 1 / floor, float(wrong.mean())
    missed = 0
    for _ in range(60):
        drawn = rng.choice(4000, 400, p=chance)
        missed += any(
            weighted_bound(wrong[drawn[:n]], weight[drawn[:n]], most).upper < truth for n in range(20, 401, 20)
        )
    assert missed / 60 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 60)


def test_drawing_by_doubt_needs_fewer_tasks() -> None:
    """The mean bound after 400 tasks beside that of a plain draw. A floor keeps weights, and so the price, low."""
    rng = np.random.default_rng([SEED, 7])
    wrong, doubt = population_of(rng, 4000)
    chance = 0.5 / 4000 + 0.5 * doubt / doubt.sum()
    weight = 1 / 4000 / chance
    plain, doubtful = [], []
    for _ in range(60):
        drawn, evenly = rng.choice(4000, 400, p=chance), rng.integers(0, 4000, 400)
        doubtful.append(weighted_bound(wrong[drawn], weight[drawn], 2.0))
        plain.append(weighted_bound(wrong[evenly], np.ones(400), 1.0))
    assert np.mean([found.upper for found in doubtful]) < 0.95 * np.mean([found.upper for found in plain])
    estimates = [found.estimate or 0.0 for found in doubtful]
    assert np.mean(estimates) == pytest.approx(wrong.mean(), abs=4 * np.std(estimates) / np.sqrt(60))


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.tuples(st.booleans(), st.floats(0, 3)), min_size=1, max_size=60), seed=st.integers(0, 2**32))
def test_weighted_tasks_have_no_order(rows: list[tuple[bool, float]], seed: int) -> None:
    wrong, weights = [row[0] for row in rows], [row[1] for row in rows]
    found = weighted_bound(wrong, weights, 3.0)
    order = np.random.default_rng(seed).permutation(len(rows))
    assert weighted_bound(np.array(wrong)[order], np.array(weights)[order], 3.0) == found
    assert found.upper <= 1.0
    assert weighted_bound([*wrong, True], [*weights, 3.0], 3.0).upper >= found.upper - 1e-9


@settings(max_examples=30, deadline=None)
@given(max_rate=st.floats(0.01, 0.5), n_errors=st.integers(0, 4), population=st.sampled_from([None, 30, 400]))
def test_the_size_of_an_audit_is_the_smallest_that_shows_it(
    max_rate: float, n_errors: int, population: int | None
) -> None:
    n = audit_size(max_rate, n_errors=n_errors, population=population)
    if population is None or n < population:
        assert error_bound(n_errors, n, population=population).upper <= max_rate
    if n > n_errors + 1:
        assert error_bound(n_errors, n - 1, population=population).upper > max_rate


def test_what_was_not_audited_is_not_known() -> None:
    assert error_bound(0, 0).upper == 1.0
    assert error_bound(0, 0).estimate is None and error_bound(0, 0).reason == "Nothing was audited."
    assert error_bound(0, 0, population=50).left == 50
    assert stratified_bound([Stratum(50, 0, 0)]).reason == "Nothing was audited."
    half = stratified_bound([Stratum(50, 0, 0), Stratum(50, 50, 0)])
    assert half.upper > 0.5 and half.reason == "1 strata were not audited."
    assert weighted_bound([], [], 2.0).reason == "Nothing was audited."
    assert "at most 100.00 % wrong" in str(error_bound(0, 0))


BAD_ARGUMENTS: list[tuple[Callable[[], object], str]] = [
    (lambda: error_bound(3, 2), "give no more errors than audited tasks"),
    (lambda: error_bound(-1, 2), "n_errors is -1; give a whole number of at least 0"),
    (lambda: error_bound(1, 2.5), "n_audited is 2.5"),  # type: ignore[arg-type]
    (lambda: error_bound(1, 20, population=10), "n_audited is 20 and population 10"),
    (lambda: error_bound(1, 20, level=95), "level is 95; give a number between 0 and 1, such as 0.95"),
    (lambda: audit_size(0.0), "max_rate is 0.0"),
    (lambda: stratified_bound([]), "strata is empty"),
    (lambda: stratified_bound([Stratum(5, 1, 0)], method="best"), "There is no method 'best'"),  # type: ignore[arg-type]
    (lambda: Stratum(5, 6, 0), "n_audited is 6 and n_tasks 5"),
    (lambda: weighted_bound([True], [1.0, 1.0], 1.0), "weights has 2 entries and not 1"),
    (lambda: weighted_bound([True], [3.0], 2.0), "weights has one below 0 or above max_weight"),
    (lambda: weighted_bound([True], [0.2], 0.5), "max_weight is 0.5; weights are 1 on average"),
    (lambda: weighted_bound(["no"], [1.0], 1.0), "wrong has something else than True and False"),
    (lambda: weighted_bound([True], [float("nan")], 1.0), "weights has something that is not a finite number"),
    (lambda: SinglePlan(3, 3), "c is 3 and n 3; give fewer errors than tasks"),
    (lambda: SinglePlan(30, 3, lot_size=20), "n is 30 and lot_size 20"),
    (lambda: DoublePlan(5, 2, 5, 2), "give a c2 above c1"),
    (lambda: DoublePlan(5, 0, 5, 2, lot_size=9), "n1 \\+ n2 is 10"),
    (lambda: SequentialPlan(SprtPlan(), lot_size=9), "limits needs max_questions of at most lot_size"),
    (lambda: single_plan(0.1, 0.10001), "too near for an audit"),
]


@pytest.mark.parametrize(("call", "said"), BAD_ARGUMENTS, ids=[said[:40] for _, said in BAD_ARGUMENTS])
def test_bad_arguments_are_refused_by_name(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
