"""Annotations asked for with unequal probability: the naive number is wrong, the weighted one is not."""

from __future__ import annotations

import numpy as np
import pytest

from assay.agreement import LabelTable, krippendorff_alpha, percent_agreement

SKILL = 0.8
PREVALENCE = np.array([0.7, 0.3])
AGREE = SKILL**2 + (1 - SKILL) ** 2
SHARES = PREVALENCE * SKILL + PREVALENCE[::-1] * (1 - SKILL)
TRUE_ALPHA = 1 - (1 - AGREE) / (1 - float(SHARES @ SHARES))


def routed(n_tasks: int, rng: np.random.Generator) -> tuple[list[tuple[int, int, int]], list[float]]:
    """Adaptive overlap: 2 annotations; 2 more where they differ, but with probability 0.2 where they agree."""
    truth = (rng.random(n_tasks) < PREVALENCE[1]).astype(int)
    right = rng.random((n_tasks, 4)) < SKILL
    labels = np.where(right, truth[:, None], 1 - truth[:, None])
    rows: list[tuple[int, int, int]] = []
    weights: list[float] = []
    for task in range(n_tasks):
        differ = labels[task, 0] != labels[task, 1]
        more = differ or rng.random() < 0.2
        for who in range(4 if more else 2):
            rows.append((task, who, int(labels[task, who])))
            weights.append(1.0 if who < 2 or differ else 5.0)
    return rows, weights


def table_of(rows: list[tuple[int, int, int]], weights: list[float] | None) -> LabelTable:
    tasks, annotators, labels = zip(*rows, strict=True)
    return LabelTable.from_arrays(tasks, annotators, labels, weights=weights)


def test_more_annotations_where_people_differ_bias_the_naive_number() -> None:
    """The first two differ by chance, the next two less: contested tasks look better than they are (0.40, not 0.32).

    One over the probability of each annotation mends it.
    """
    rows, weights = routed(40_000, np.random.default_rng(1))
    naive, weighted = krippendorff_alpha(table_of(rows, None)), krippendorff_alpha(table_of(rows, weights))
    assert naive.value is not None and weighted.value is not None
    assert naive.value > TRUE_ALPHA + 0.05
    assert weighted.value == pytest.approx(TRUE_ALPHA, abs=0.01)
    assert percent_agreement(table_of(rows, weights)).value == pytest.approx(AGREE, abs=0.01)


@pytest.mark.parametrize("n_tasks", [150, 400])
def test_the_weighted_interval_holds_the_true_value_and_the_naive_one_does_not(n_tasks: int) -> None:
    rng = np.random.default_rng([20267, n_tasks])
    naive = weighted = 0
    for _ in range(300):
        rows, weights = routed(n_tasks, rng)
        plain, fair = krippendorff_alpha(table_of(rows, None)), krippendorff_alpha(table_of(rows, weights))
        assert plain.low is not None and plain.high is not None and fair.low is not None and fair.high is not None
        naive += plain.low <= TRUE_ALPHA <= plain.high
        weighted += fair.low <= TRUE_ALPHA <= fair.high
    assert 0.92 <= weighted / 300 <= 0.985, weighted / 300
    assert naive / 300 <= 0.85, naive / 300


def test_tasks_chosen_for_overlap_with_unequal_probability() -> None:
    """Uncertain tasks get a second annotator always, the others one time in ten."""
    rng = np.random.default_rng(2)
    n = 60_000
    hard = rng.random(n) < 0.3
    truth = rng.integers(0, 2, n)
    skill = np.where(hard, 0.6, 0.95)
    labels = np.where(rng.random((2, n)) < skill, truth, 1 - truth)
    second = hard | (rng.random(n) < 0.1)
    rows = [(task, 0, int(labels[0, task])) for task in range(n)]
    rows += [(task, 1, int(labels[1, task])) for task in np.flatnonzero(second).tolist()]
    weights = [1.0] * n + np.where(hard[second], 1.0, 10.0).tolist()
    everybody = percent_agreement(LabelTable.from_columns({"a": labels[0], "b": labels[1]})).value
    assert percent_agreement(table_of(rows, weights)).value == pytest.approx(everybody, abs=0.01)
    naive = percent_agreement(table_of(rows, None)).value
    assert naive is not None and everybody is not None and naive < everybody - 0.1


def test_weights_only_say_how_much_and_not_in_which_unit() -> None:
    rows, weights = routed(60, np.random.default_rng(3))
    one = krippendorff_alpha(table_of(rows, weights))
    ten = krippendorff_alpha(table_of(rows, [10 * weight for weight in weights]))
    assert [ten.value, ten.low, ten.high] == pytest.approx([one.value, one.low, one.high], abs=1e-12)


@pytest.mark.parametrize("distance", ["nominal", "interval", "ratio"])
def test_the_error_is_what_leaving_out_one_task_after_the_other_gives(distance: str) -> None:
    rows, weights = routed(25, np.random.default_rng(4))
    rows = [(task, who, label + 1) for task, who, label in rows]
    whole = krippendorff_alpha(table_of(rows, weights), distance=distance)
    values = []
    for gone in range(25):
        kept = [place for place, row in enumerate(rows) if row[0] != gone]
        part = table_of([rows[place] for place in kept], [weights[place] for place in kept])
        values.append(krippendorff_alpha(part, distance=distance).value or 0.0)
    gap = np.array(values) - np.mean(values)
    assert whole.standard_error == pytest.approx(np.sqrt(24 / 25 * (gap @ gap)), abs=1e-12)


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf"), None, "1"])
def test_a_weight_is_a_positive_number(bad: object) -> None:
    with pytest.raises(ValueError, match=r"weights\[1\] is .*; give a positive number for each annotation"):
        LabelTable.from_arrays(["t", "t"], ["a", "b"], ["x", "y"], weights=[1.0, bad])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"weights has 1\."):
        LabelTable.from_arrays(["t", "t"], ["a", "b"], ["x", "y"], weights=[1.0])
