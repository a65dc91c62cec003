"""Ordered, numeric and circular labels: published examples and the packages that people use today, to 1e-9."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from itertools import combinations, permutations

import krippendorff
import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa as statsmodels_cohen

from assay.agreement import (
    Agreement,
    LabelTable,
    brennan_prediger,
    cohen_kappa,
    gwet_ac1,
    gwet_ac2,
    icc,
    icc_forms,
    kendall_tau_b,
    kendall_w,
    krippendorff_alpha,
    lin_concordance,
    percent_agreement,
    weighted_kappa,
)
from tests.golden.test_agreement_published import FOUR_OBSERVERS, by_cell, by_observer
from tests.support.public_crowds import CROWD, needs_public_crowds

SEEDS = range(5)
OBSERVERS = by_observer(FOUR_OBSERVERS).as_numbers()

# Shrout and Fleiss (1979), table 2: 6 targets, 4 judges.
JUDGES = {"1": [9, 6, 8, 7, 10, 6], "2": [2, 1, 4, 1, 5, 2], "3": [5, 3, 6, 2, 6, 4], "4": [8, 2, 8, 6, 9, 7]}


@pytest.mark.parametrize(
    ("distance", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_four_observers(distance: str, alpha: float) -> None:
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C, all four levels."""
    found = krippendorff_alpha(OBSERVERS, distance=distance)
    assert found.value == pytest.approx(alpha, abs=0.0005)
    assert (found.n_tasks, found.n_annotations) == (11, 40)


def test_the_six_forms_of_shrout_and_fleiss_1979() -> None:
    """Table 4 of the paper, to the two digits that it prints."""
    found = [form.value for form in icc_forms(LabelTable.from_columns(JUDGES)).values()]
    assert found == [pytest.approx(value, abs=0.005) for value in (0.17, 0.29, 0.71, 0.44, 0.62, 0.91)]


def test_weighted_kappa_of_cohen_1968() -> None:
    """200 patients, 3 diagnoses; confusing psychosis with neurosis weighs 6, with personality disorder 3."""
    table = by_cell([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    disagreement = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    found = weighted_kappa(table, weights=disagreement, levels=[0, 1, 2])
    assert found.value == pytest.approx(0.348, abs=0.0005)
    # The paper's disagreements are 0.90 observed and 1.38 by chance, here as shares of the largest weight.
    assert [found.observed, found.expected] == pytest.approx([1 - 0.90 / 6, 1 - 1.38 / 6])


def test_ac1_of_gwet_2002() -> None:
    """Kappa is under 0 at 94 % agreement because one label is common; AC1 is not."""
    table = by_cell([[118, 5], [2, 0]])
    assert percent_agreement(table).value == pytest.approx(0.944)
    assert cohen_kappa(table).value == pytest.approx(-0.0234, abs=0.0001)
    assert gwet_ac1(table).value == pytest.approx(0.9408, abs=0.0001)
    assert brennan_prediger(table).value == pytest.approx(2 * 0.944 - 1)


def test_w_of_siegel_1956() -> None:
    """Three interviewers rank six applicants."""
    ranks = {"X": [1, 6, 3, 2, 5, 4], "Y": [1, 5, 6, 4, 2, 3], "Z": [6, 3, 2, 5, 4, 1]}
    assert kendall_w(LabelTable.from_columns(ranks)).value == pytest.approx(25.5 / 157.5)


# Computed once with irrCAC 0.4.4 on the four observers: CAC(frame, weights=...).gwet() and .bp(), digits=12.
IRRCAC = [
    (lambda table: gwet_ac1(table), 0.775444068127),
    (lambda table: gwet_ac2(table, weights="quadratic"), 0.914000723552),
    (lambda table: gwet_ac2(table, weights="linear"), 0.858739136433),
    (lambda table: gwet_ac2(table, weights="nominal"), 0.775444068127),
    (lambda table: brennan_prediger(table), 0.772727272727),
    (lambda table: brennan_prediger(table, weights="quadratic"), 0.901515151515),
    (lambda table: brennan_prediger(table, weights="linear"), 0.848484848485),
    (lambda table: krippendorff_alpha(table, distance="interval"), 0.849107142857),
    (lambda table: krippendorff_alpha(table, distance="ratio"), 0.797402774712),
]


@pytest.mark.parametrize(("metric", "value"), IRRCAC)
def test_values_of_irrcac(metric: Callable[[LabelTable], Agreement], value: float) -> None:
    assert metric(OBSERVERS).value == pytest.approx(value, abs=1e-11)


# Computed once with pingouin 0.6.1: intraclass_corr(frame, targets, raters, ratings), "ICC" and the rounded "CI95".
PINGOUIN = {
    "ICC(1,1)": (0.165741768405, -0.13, 0.72),
    "ICC(2,1)": (0.289763779528, 0.02, 0.76),
    "ICC(3,1)": (0.714840714841, 0.34, 0.95),
    "ICC(1,k)": (0.442797133679, -0.88, 0.91),
    "ICC(2,k)": (0.620050547599, 0.07, 0.93),
    "ICC(3,k)": (0.909315542377, 0.68, 0.99),
}


def test_icc_and_its_intervals_are_those_of_pingouin() -> None:
    for form, found in icc_forms(LabelTable.from_columns(JUDGES)).items():
        value, low, high = PINGOUIN[form]
        assert found.value == pytest.approx(value, abs=1e-11)
        assert [found.low, found.high] == [pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005)]


def crowd(seed: int, missing: float = 0.0, n_tasks: int = 50, n_annotators: int = 4) -> tuple[LabelTable, np.ndarray]:
    """Annotators who give 1 to 6, near the truth; as a table and as a matrix, annotators by tasks."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(3.5, 1.5, n_tasks)
    values = np.clip(np.round(truth + rng.normal(0, 1, (n_annotators, n_tasks))), 1, 6)
    values[rng.random(values.shape) < missing] = np.nan
    return LabelTable.from_columns({f"a{place}": row for place, row in enumerate(values)}), values


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("distance", ["ordinal", "interval", "ratio"])
@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_is_that_of_krippendorff(seed: int, distance: str, missing: float) -> None:
    table, values = crowd(seed, missing)
    expected = krippendorff.alpha(values, level_of_measurement=distance)  # type: ignore[arg-type]
    assert krippendorff_alpha(table, distance=distance).value == pytest.approx(expected, abs=1e-9)


def by_the_definition(table: LabelTable, distance: Callable[[float, float], float]) -> float:
    """Alpha written out pair by pair."""
    tasks: dict[int, list[float]] = {}
    for task, label in zip(table.task_codes.tolist(), table.label_codes.tolist(), strict=True):
        tasks.setdefault(task, []).append(table.labels[label])
    units = [labels for labels in tasks.values() if len(labels) > 1]
    given = [label for labels in units for label in labels]
    seen = sum(sum(distance(a, b) for a, b in permutations(u, 2)) / (len(u) - 1) for u in units) / len(given)
    expected = sum(distance(a, b) for a, b in permutations(given, 2)) / (len(given) * (len(given) - 1))
    return 1 - seen / expected


@pytest.mark.parametrize("seed", SEEDS)
def test_circular_alpha_is_the_definition(seed: int) -> None:
    """No package has it: sin²(π (c - c') / U), on hours of the day around midnight."""
    _, values = crowd(seed, missing=0.2, n_tasks=20)
    hours = np.where(np.isnan(values), np.nan, (values * 2 - 5) % 24)
    table = LabelTable.from_columns({f"a{place}": row for place, row in enumerate(hours)})
    expected = by_the_definition(table, lambda a, b: math.sin(math.pi * (a - b) / 24) ** 2)
    found = krippendorff_alpha(table, distance="circular", period=24)
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.value != pytest.approx(krippendorff_alpha(table, distance="interval").value, abs=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_distance_by_function_or_matrix_is_the_definition(seed: int) -> None:
    table, _ = crowd(seed, missing=0.3, n_tasks=25)
    expected = by_the_definition(table, lambda a, b: abs(a - b) ** 0.5)
    levels = [1, 2, 3, 4, 5, 6]
    matrix = np.abs(np.subtract.outer(levels, levels)) ** 0.5
    assert krippendorff_alpha(table, distance=lambda a, b: abs(a - b) ** 0.5).value == pytest.approx(expected, abs=1e-9)
    assert krippendorff_alpha(table, distance=matrix, levels=levels).value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_kappa_is_that_of_scikit_learn_and_statsmodels(seed: int, weights: str) -> None:
    table, values = crowd(seed)
    expected = [cohen_kappa_score(a, b, weights=weights) for a, b in combinations(values, 2)]
    assert weighted_kappa(table, weights=weights).value == pytest.approx(np.mean(expected), abs=1e-9)
    two = table.only_annotators(["a0", "a1"])
    confusion = np.zeros((6, 6))
    np.add.at(confusion, tuple(values[:2].astype(int) - 1), 1)
    peer = statsmodels_cohen(confusion, wt="linear" if weights == "linear" else "quadratic")
    assert weighted_kappa(two, weights=weights, levels=range(1, 7)).value == pytest.approx(peer.kappa, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_standard_error_of_weighted_kappa_is_near_the_large_sample_formula(seed: int) -> None:
    """Fleiss, Cohen and Everitt (1969), as in statsmodels."""
    table, values = crowd(seed, n_tasks=3000, n_annotators=2)
    confusion = np.zeros((6, 6))
    np.add.at(confusion, tuple(values.astype(int) - 1), 1)
    peer = statsmodels_cohen(confusion, wt="quadratic")
    assert weighted_kappa(table).standard_error == pytest.approx(peer.std_kappa, rel=0.02)


@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize("seed", SEEDS)
def test_tau_b_is_that_of_scipy(seed: int, missing: float) -> None:
    table, values = crowd(seed, missing)
    expected = []
    for a, b in combinations(values, 2):
        both = np.isfinite(a) & np.isfinite(b)
        expected.append(stats.kendalltau(a[both], b[both]).statistic)
    assert kendall_tau_b(table).value == pytest.approx(np.mean(expected), abs=1e-9)


def test_tau_b_is_the_same_by_cells_and_by_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.agreement import kendall_tau_b as function

    module = __import__(function.__module__, fromlist=["_MOST_CELLS"])
    table, _ = crowd(1)
    expected = kendall_tau_b(table)
    monkeypatch.setattr(module, "_MOST_CELLS", 0)
    assert kendall_tau_b(table) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_w_is_the_mean_of_spearmans_correlations_and_friedmans_statistic(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, 30) + rng.normal(0, 1, (4, 30))
    found = kendall_w(LabelTable.from_columns(dict(enumerate(values)))).value
    spearman = np.mean([stats.spearmanr(a, b).statistic for a, b in combinations(values, 2)])
    assert found == pytest.approx((3 * spearman + 1) / 4, abs=1e-9)
    _, tied = crowd(seed)
    friedman = stats.friedmanchisquare(*tied.T).statistic
    found = kendall_w(LabelTable.from_columns(dict(enumerate(tied)))).value
    assert found == pytest.approx(friedman / (4 * 49), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_lins_concordance_is_the_formula_and_quadratic_kappa(seed: int) -> None:
    """Lin (1989), equation 1 with divisor n; equal to quadratic kappa of the numbers (Fleiss and Cohen 1973)."""
    table, values = crowd(seed, missing=0.2, n_annotators=2)
    a, b = values[:, np.isfinite(values).all(axis=0)]
    expected = 2 * np.cov(a, b, bias=True)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    assert lin_concordance(table).value == pytest.approx(expected, abs=1e-9)
    assert weighted_kappa(table, scale="interval").value == pytest.approx(expected, abs=1e-9)
    assert lin_concordance(table).standard_error == pytest.approx(weighted_kappa(table).standard_error, abs=1e-9)


def test_interval_alpha_is_the_one_way_icc_in_large_samples() -> None:
    """Krippendorff (1970): alpha of interval data is an intraclass correlation, but for a term of order 1/n."""
    table, _ = crowd(3, n_tasks=5000)
    one_way = icc(table, form="ICC(1,1)").value
    assert krippendorff_alpha(table, distance="interval").value == pytest.approx(one_way, abs=1e-3)


@needs_public_crowds
@pytest.mark.parametrize("distance", ["nominal", "ordinal", "interval"])
def test_alpha_of_public_ratings(distance: str) -> None:
    """Headlines rated from -100 to 100; agreed beforehand by two or three implementations to better than 1e-12."""
    reference = json.loads((CROWD / "reference_alpha.json").read_text(encoding="utf-8"))
    with (CROWD / "valence" / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = LabelTable.from_rows([(row["task"], row["worker"], float(row["value"])) for row in rows])
    expected = reference[f"valence:{distance}"]
    assert krippendorff_alpha(table, distance=distance).value == pytest.approx(expected, abs=1e-12)
