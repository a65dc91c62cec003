"""The same numbers as the packages that people use today, to 1e-9, on random and on real annotations."""

from __future__ import annotations

import csv
import json
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from nltk.metrics import masi_distance
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import cohens_kappa as statsmodels_cohen
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss
from statsmodels.stats.proportion import proportion_confint

from assay.agreement import (
    LabelTable,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    pairwise,
    percent_agreement,
    scott_pi,
)
from tests.support.public_crowds import CROWD, needs_public_crowds

SEEDS = range(6)


def crowd(seed: int, missing: float, n_tasks: int = 60, n_annotators: int = 5) -> LabelTable:
    """Annotators of different skill on 4 labels, some labels missing."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(4, size=n_tasks, p=[0.5, 0.25, 0.15, 0.1])
    rows = []
    for annotator, skill in enumerate(rng.uniform(0.4, 0.95, n_annotators)):
        guess = rng.integers(0, 4, n_tasks)
        given = np.where(rng.random(n_tasks) < skill, truth, guess)
        gone = rng.random(n_tasks) < missing
        rows += [(task, f"a{annotator}", None if gone[task] else f"l{given[task]}") for task in range(n_tasks)]
    return LabelTable.from_rows(rows)


def triples(table: LabelTable) -> list[tuple[str, str, object]]:
    """(annotator, task, label), as nltk wants them."""
    codes = zip(table.annotator_codes, table.task_codes, table.label_codes, strict=True)
    return [(str(table.annotators[a]), str(table.tasks[t]), table.labels[label]) for a, t, label in codes]


def matrix(table: LabelTable) -> np.ndarray:
    """Annotators by tasks, NaN where there is no label."""
    filled = np.full((len(table.annotators), len(table.tasks)), np.nan)
    filled[table.annotator_codes, table.task_codes] = table.label_codes
    return filled


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_is_that_of_krippendorff_and_nltk(seed: int, missing: float) -> None:
    table = crowd(seed, missing)
    found = krippendorff_alpha(table).value
    assert found == pytest.approx(krippendorff.alpha(matrix(table), level_of_measurement="nominal"), abs=1e-9)
    task = AnnotationTask(data=triples(table))
    assert found == pytest.approx(task.alpha(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_fleiss_is_that_of_statsmodels_where_all_tasks_have_equal_numbers(seed: int) -> None:
    table = crowd(seed, missing=0.0)
    counts, _ = aggregate_raters(matrix(table).T.astype(int))
    assert fleiss_kappa(table).value == pytest.approx(statsmodels_fleiss(counts, method="fleiss"), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_fleiss_with_unequal_numbers_is_gwets(seed: int) -> None:
    """Gwet (2014), equations 2.9 to 2.12, written out task by task."""
    table = crowd(seed, missing=0.5)
    labels = {task: [] for task in table.tasks}  # type: dict[object, list[object]]
    for _, task, label in triples(table):
        labels[int(task)].append(label)
    given = [found for found in labels.values() if found]
    assert any(len(found) == 1 for found in given)
    compared = [found for found in given if len(found) > 1]
    agree = [sum(a == b for a, b in combinations(found, 2)) / (len(found) * (len(found) - 1) / 2) for found in compared]
    observed = sum(agree) / len(compared)
    shares = [sum(found.count(label) / len(found) for found in given) / len(given) for label in table.labels]
    expected = sum(share**2 for share in shares)
    assert fleiss_kappa(table).value == pytest.approx((observed - expected) / (1 - expected), abs=1e-9)


@pytest.mark.parametrize("missing", [0.0, 0.4])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_pair_is_that_of_scikit_learn(seed: int, missing: float) -> None:
    table = crowd(seed, missing)
    filled = matrix(table)
    kappas = []
    for pair in pairwise(table):
        a, b = (filled[table.annotators.index(name)] for name in (pair.a, pair.b))
        shared = np.isfinite(a) & np.isfinite(b)
        assert pair.n_tasks == shared.sum()
        assert pair.value == pytest.approx(cohen_kappa_score(a[shared], b[shared]), abs=1e-9)
        kappas.append(pair.value or 0.0)
    assert cohen_kappa(table).value == pytest.approx(np.mean(kappas), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mean_over_pairs_and_pi_are_those_of_nltk(seed: int) -> None:
    table = crowd(seed, missing=0.0)
    task = AnnotationTask(data=triples(table))
    assert percent_agreement(table).value == pytest.approx(task.avg_Ao(), abs=1e-9)
    assert cohen_kappa(table).value == pytest.approx(task.kappa(), abs=1e-9)
    assert scott_pi(table).value == pytest.approx(task.pi(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_is_pi_corrected_for_a_small_sample(seed: int) -> None:
    table = crowd(seed, missing=0.0, n_annotators=2)
    pi = scott_pi(table).value
    assert pi is not None
    assert krippendorff_alpha(table).value == pytest.approx(pi + (1 - pi) / (2 * 60), abs=1e-9)
    assert fleiss_kappa(table).value == pytest.approx(pi, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_standard_error_of_kappa_is_near_the_large_sample_formula(seed: int) -> None:
    """Fleiss, Cohen and Everitt (1969), as in statsmodels. The two differ by terms of order 1/n."""
    table = crowd(seed, missing=0.0, n_tasks=2000, n_annotators=2)
    first, second = matrix(table).astype(int)
    confusion = np.zeros((4, 4))
    np.add.at(confusion, (first, second), 1)
    peer = statsmodels_cohen(confusion)
    found = cohen_kappa(table)
    assert found.value == pytest.approx(peer.kappa, abs=1e-9)
    assert found.standard_error == pytest.approx(peer.std_kappa, rel=0.01)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("agreeing", "n_tasks"), [(0, 7), (3, 7), (12, 12), (57, 80), (80, 80)])
def test_percent_agreement_of_two_annotators_has_wilsons_interval(agreeing: int, n_tasks: int, level: float) -> None:
    second = ["same"] * agreeing + ["different"] * (n_tasks - agreeing)
    found = percent_agreement(LabelTable.from_columns({"ann": ["same"] * n_tasks, "ben": second}), level=level)
    low, high = proportion_confint(agreeing, n_tasks, alpha=1 - level, method="wilson")
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-9)


def sets(seed: int) -> LabelTable:
    """Three annotators mark any of four members, none of them too."""
    rng = np.random.default_rng(seed)
    truth = rng.random((40, 4)) < 0.35
    rows = []
    for annotator in range(3):
        marked = truth ^ (rng.random((40, 4)) < 0.15)
        rows += [(task, annotator, frozenset(np.flatnonzero(marked[task]).tolist())) for task in range(40)]
    return LabelTable.from_rows(rows[:100])


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_with_jaccard_is_that_of_nltk(seed: int) -> None:
    table = sets(seed)

    def jaccard(a: frozenset[int], b: frozenset[int]) -> float:
        return 1 - len(a & b) / len(a | b) if a | b else 0.0  # nltk divides by zero for two empty sets

    task = AnnotationTask(data=triples(table), distance=jaccard)
    assert krippendorff_alpha(table, distance="jaccard").value == pytest.approx(task.alpha(), abs=1e-9)
    assert krippendorff_alpha(table, distance=jaccard).value == pytest.approx(task.alpha(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_with_masi_is_that_of_nltk(seed: int) -> None:
    table = sets(seed)
    assert frozenset() in table.labels

    def masi(a: frozenset[int], b: frozenset[int]) -> float:
        return float(masi_distance(a, b)) if a | b else 0.0  # nltk divides by zero for two empty sets

    task = AnnotationTask(data=triples(table), distance=masi)
    assert krippendorff_alpha(table, distance="masi").value == pytest.approx(task.alpha(), abs=1e-9)


@needs_public_crowds
def test_alpha_of_public_crowds() -> None:
    """Agreed beforehand by two or three independent implementations to better than 1e-12."""
    reference = json.loads((CROWD / "reference_alpha.json").read_text(encoding="utf-8"))
    nominal = {key.split(":")[0]: alpha for key, alpha in reference.items() if key.endswith(":nominal")}
    assert len(nominal) >= 7
    for name, alpha in nominal.items():
        with (CROWD / name / "labels.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        # Numeric labels were compared as numbers, so that "0" and "-0" are one.
        label = (lambda row: float(row["value"])) if "value" in rows[0] else (lambda row: row["label"])
        table = LabelTable.from_rows([(row["task"], row["worker"], label(row)) for row in rows])
        assert krippendorff_alpha(table).value == pytest.approx(alpha, abs=1e-12), name
