"""Two windows, two guideline versions: the interval of the difference, and many of them at once."""

from __future__ import annotations

import json

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from assay.agreement import (
    METRICS,
    Estimate,
    LabelTable,
    adjust_for_many,
    adjusted_p_values,
    compare,
    difference,
    krippendorff_alpha,
)
from tests.statistics.crowds import Crowd

BEFORE, AFTER = Crowd(120, (0.4, 0.35, 0.25), (0.9, 0.8, 0.8)), Crowd(80, (0.4, 0.35, 0.25), (0.95, 0.9, 0.9))


def renamed(table: LabelTable, prefix: str) -> LabelTable:
    rows = zip(table.task_codes.tolist(), table.annotator_codes.tolist(), table.label_codes.tolist(), strict=True)
    return LabelTable.from_rows([(f"{prefix}{task}", annotator, label) for task, annotator, label in rows])


def test_the_interval_of_two_windows_holds_the_true_difference() -> None:
    rng = np.random.default_rng(20264)
    true = AFTER.true_values()["krippendorff_alpha"] - BEFORE.true_values()["krippendorff_alpha"]
    held = 0
    for before, after in zip(BEFORE.tables(400, rng), AFTER.tables(400, rng), strict=True):
        found = compare(renamed(before, "old "), renamed(after, "new "))
        assert found.low is not None and found.high is not None
        assert (found.correlation, found.n_shared_tasks) == (0.0, 0)
        held += found.low <= true <= found.high
    assert 0.915 <= held / 400 <= 0.985, held / 400


def twice(n_tasks: int, rng: np.random.Generator) -> tuple[LabelTable, LabelTable]:
    """The same tasks under two guidelines: some are hard for everybody in both, so the two numbers go together."""
    truth = rng.integers(0, 2, n_tasks)
    skill = np.where(rng.random(n_tasks) < 0.5, 0.99, 0.6)
    tables = []
    for gain in (0.0, 0.0):
        right = rng.random((3, n_tasks)) < skill + gain
        tables.append(LabelTable.from_columns(dict(enumerate(np.where(right, truth, 1 - truth)))))
    return tables[0], tables[1]


@pytest.mark.parametrize("metric", ["krippendorff_alpha", "cohen_kappa"])
def test_the_same_tasks_twice_are_compared_as_such(metric: str) -> None:
    """The correlation is seen, the interval is narrower for it, and it still holds no difference when there is none."""
    rng = np.random.default_rng(20265)
    held, n = 0, 250 if metric == "krippendorff_alpha" else 15
    correlations = []
    for _ in range(n):
        before, after = twice(80, rng)
        found = compare(before, after, metric)
        apart = difference(found.before, found.after)
        assert found.low is not None and found.high is not None and apart.low is not None and apart.high is not None
        assert found.n_shared_tasks == 80
        assert (found.high - found.low < apart.high - apart.low) == (found.correlation > 0)
        correlations.append(found.correlation)
        held += found.low <= 0.0 <= found.high
    assert np.mean(correlations) > 0.1
    assert held / n >= (0.91 if n > 100 else 0.8), held / n


def test_a_table_against_itself_does_not_differ() -> None:
    table = next(iter(BEFORE.tables(1, np.random.default_rng(1))))
    found = compare(table, table)
    assert found.value == 0.0 and found.p_value == 1.0
    assert found.correlation == pytest.approx(1.0)
    assert found.low == pytest.approx(0.0, abs=0.08) and found.high == pytest.approx(0.0, abs=0.08)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_every_metric_can_be_compared(metric: object) -> None:
    rng = np.random.default_rng(3)
    old, new = (
        LabelTable.from_columns({who: np.clip(np.arange(30) % 5 + rng.integers(0, wide, 30), 0, 5) for who in "abc"})
        for wide in (3, 2)
    )
    found = compare(old, new, metric)  # type: ignore[arg-type]
    assert found.value is not None and found.low is not None and found.high is not None and found.p_value is not None
    assert found.low < found.value < found.high
    assert (found.p_value < 0.05) == (found.low > 0.0 or found.high < 0.0)
    assert compare(new, old, metric).value == pytest.approx(-found.value)  # type: ignore[arg-type]
    json.dumps(found.as_dict(), allow_nan=False)
    assert str(found).startswith("Difference ")


def test_undefined_differences_say_which_side_and_why() -> None:
    good = krippendorff_alpha(LabelTable.from_columns({"a": list("xyxyy"), "b": list("xyxyx")}))
    none = krippendorff_alpha(LabelTable.from_rows([]))
    found = difference(good, none)
    assert (found.value, found.reason) == (None, "There is none for after: There are no annotations.")
    assert str(found) == "Difference undefined. There is none for after: There are no annotations."
    one_task = krippendorff_alpha(["t", "t"], ["a", "b"], ["x", "y"])
    assert "one task cannot show" in (difference(one_task, good).reason or "")
    assert [each.adjusted_p for each in adjust_for_many({"none": found}).values()] == [None]


@pytest.mark.parametrize(("method", "peer"), [("holm", "holm"), ("bh", "fdr_bh")])
def test_adjusted_p_values_are_those_of_statsmodels(method: str, peer: str) -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 7, 50):
        p = (rng.random(n) ** 3).tolist()
        expected = multipletests(p, method=peer)[1]
        assert adjusted_p_values(p, method) == pytest.approx(expected, abs=1e-12)  # type: ignore[arg-type]
    assert len(adjusted_p_values([], method)) == 0  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="method is 'none'"):
        adjusted_p_values([0.1], "none")  # type: ignore[arg-type]


def test_many_comparisons_without_a_difference_give_few_false_claims() -> None:
    """20 labels compared at once, none changed: Holm claims anything in at most about 5 % of projects."""
    rng = np.random.default_rng(20266)
    claims = 0
    for _ in range(400):
        noise = rng.normal(0.0, 0.05, (20, 2))
        many = {
            place: difference(*(Estimate(0.6 + x, 0.6 + x - 0.098, 0.6 + x + 0.098) for x in row))
            for place, row in enumerate(noise)
        }
        adjusted = adjust_for_many(many)
        claims += any((each.adjusted_p or 1.0) < 0.05 for each in adjusted.values())
    assert claims / 400 <= 0.08
