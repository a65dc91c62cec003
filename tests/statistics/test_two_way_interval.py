"""The closed interval over tasks and annotators: what it is made of, and how often it holds what others would give."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest

from assay.agreement import LabelTable, bootstrap, krippendorff_alpha, percent_agreement, two_way_interval
from assay.agreement.arrays import Floats
from assay.agreement.two_way_interval import ALL_ALIKE, FEW_ANNOTATORS, METHOD


@dataclass(frozen=True)
class Design:
    """Annotators drawn from a population, with ``overlap`` of them on a task (None: all); a few do most if ``few``."""

    n_tasks: int
    n_annotators: int
    overlap: int | None
    skill: Literal["even", "some guess", "good"]
    n_labels: int
    few: bool = False

    def table(self, rng: np.random.Generator) -> LabelTable:
        """Other annotators and other tasks for every call."""
        truth = rng.integers(0, self.n_labels, self.n_tasks)
        skill = self._skills(rng)
        activity = rng.pareto(1.2, self.n_annotators) + 0.2 if self.few else np.ones(self.n_annotators)
        size = self.overlap or self.n_annotators
        share = activity / activity.sum()
        who = np.concatenate([rng.choice(self.n_annotators, size, replace=False, p=share) for _ in truth])
        task = np.repeat(np.arange(self.n_tasks), size)
        wrong = (truth[task] + rng.integers(1, self.n_labels, len(task))) % self.n_labels
        label = np.where(rng.random(len(task)) < skill[who], truth[task], wrong)
        return LabelTable.from_arrays(task.tolist(), who.tolist(), label.tolist())

    @property
    def true_alpha(self) -> float:
        """Two annotators' skills are independent: they agree with q = p² + (1 - p)² / (K - 1) at the mean skill p."""
        k = self.n_labels
        p = {"even": 0.75, "good": 0.9, "some guess": 0.15 / k + 0.85 * 18 / 21}[self.skill]
        return 1.0 - (1.0 - p**2 - (1.0 - p) ** 2 / (k - 1)) / (1.0 - 1.0 / k)

    def _skills(self, rng: np.random.Generator) -> Floats:
        n = self.n_annotators
        if self.skill == "even":
            return rng.uniform(0.5, 1.0, n)
        if self.skill == "good":
            return rng.beta(36, 4, n)
        return np.where(rng.random(n) < 0.15, 1.0 / self.n_labels, rng.beta(18, 3, n))


DENSE = Design(200, 5, None, "even", 2)
SPARSE = Design(167, 100, 3, "even", 2)
UNBALANCED = Design(200, 40, 3, "even", 3, few=True)
DESIGNS = [DENSE, SPARSE, UNBALANCED, Design(80, 20, None, "even", 2), Design(167, 100, 3, "some guess", 4)]
MORE = [
    *DESIGNS,
    Design(200, 3, None, "even", 2),
    Design(400, 200, 5, "even", 3),
    Design(300, 30, 2, "some guess", 3),
    Design(60, 12, None, "good", 3),
    Design(150, 60, 3, "good", 3),
    Design(400, 100, 3, "some guess", 3, few=True),
]


def coverage(design: Design, n: int) -> float:
    """The share of ``n`` samples whose interval holds the alpha of the population."""
    rng = np.random.default_rng(20264)
    found = [two_way_interval(design.table(rng)) for _ in range(n)]
    assert all(one.low is not None and one.high is not None for one in found)
    true = design.true_alpha
    return sum(one.low is not None and one.high is not None and one.low <= true <= one.high for one in found) / n


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_it_holds_what_other_tasks_and_annotators_would_give(design: Design) -> None:
    assert 0.9 <= coverage(design, 120) <= 0.995  # 92 to 98 %, give or take what 120 samples tell


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("design", MORE, ids=str)
def test_it_holds_in_many_designs(design: Design) -> None:
    assert 0.91 <= coverage(design, 500) <= 0.99


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_annotators_who_are_not_there_cannot_be_known() -> None:
    """One in seven guesses, eight are there: in a quarter of the samples nobody guesses. Stated, not hidden."""
    assert 0.8 <= coverage(Design(60, 8, None, "some guess", 3), 500) <= 0.92


def test_the_bootstrap_over_both_is_too_wide_where_each_labels_few_tasks() -> None:
    rng = np.random.default_rng(5)
    ratios = []
    for seed in range(5):
        table = SPARSE.table(rng)
        closed = two_way_interval(table)
        drawn = bootstrap(table, seed=seed, over="tasks and annotators", replicates=200)
        assert closed.value == drawn.value
        assert closed.low is not None and closed.high is not None and drawn.low is not None and drawn.high is not None
        ratios.append((drawn.high - drawn.low) / (closed.high - closed.low))
    assert np.mean(ratios) > 1.4


@pytest.mark.parametrize("metric", ["percent_agreement", "krippendorff_alpha"])
def test_with_few_annotators_it_is_the_jackknife_over_tasks_and_over_annotators(metric: str) -> None:
    """Leaving out each task, and each annotator, for real; percent agreement exactly, alpha up to its curvature."""
    of = percent_agreement if metric == "percent_agreement" else krippendorff_alpha
    rng = np.random.default_rng(8)
    truth = rng.integers(0, 3, 400)
    right = rng.random((5, 400)) < np.array([0.95, 0.9, 0.8, 0.7, 0.5])[:, None]
    labels = np.where(right, truth, rng.integers(0, 3, (5, 400)))
    found = two_way_interval(LabelTable.from_columns(dict(enumerate(labels))), metric)

    def variance(values: list[float | None]) -> float:
        known = np.array([value for value in values if value is not None])
        return float((len(known) - 1) / len(known) * ((known - known.mean()) ** 2).sum())

    def value(columns: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float | None:
        return of(LabelTable.from_columns(dict(enumerate(columns)))).value

    tasks = variance([value(np.delete(labels, task, axis=1)) for task in range(400)])
    people = variance([value(np.delete(labels, who, axis=0)) for who in range(5)])
    assert found.standard_error == pytest.approx(np.sqrt(tasks + people), rel=1e-9 if of is percent_agreement else 0.02)


def test_the_order_of_rows_and_names_change_nothing() -> None:
    table = UNBALANCED.table(np.random.default_rng(4))
    rows = [
        (int(t), int(a), int(y))
        for t, a, y in zip(table.task_codes, table.annotator_codes, table.label_codes, strict=True)
    ]
    first = two_way_interval(LabelTable.from_rows(rows))
    assert two_way_interval(LabelTable.from_rows(random.Random(1).sample(rows, len(rows)))) == first
    other = two_way_interval(LabelTable.from_rows([(-t, f"z{99 - a}", "cab"[y]) for t, a, y in rows]))
    assert [other.low, other.high, other.value] == pytest.approx([first.low, first.high, first.value], abs=1e-9)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio", "circular"])
def test_every_scale_has_one(scale: str) -> None:
    rng = np.random.default_rng(6)
    truth = rng.integers(2, 6, 120)
    columns = {who: (truth + rng.integers(-1, 2, 120)).tolist() for who in range(6)}
    table = LabelTable.from_columns(columns).in_order(range(1, 8)).on_circle(9)
    found = two_way_interval(table, scale=scale)  # type: ignore[arg-type]
    assert found.low is not None and found.high is not None and found.value is not None
    assert -1 <= found.low < found.value < found.high <= 1 and found.interval_method == METHOD
    tasks = krippendorff_alpha(table, distance=scale)
    assert found.value == tasks.value and found.standard_error is not None and tasks.standard_error is not None
    assert found.standard_error > 0.7 * tasks.standard_error


def test_no_interval_has_a_reason_and_wrong_use_is_refused() -> None:
    two = LabelTable.from_columns({"a": list("xyxyz"), "b": list("xyxyx")})
    assert (two_way_interval(two).low, two_way_interval(two).interval_reason) == (None, FEW_ANNOTATORS)
    same = LabelTable.from_columns({name: list("xyxyz") for name in "abc"})
    assert (two_way_interval(same).value, two_way_interval(same).interval_reason) == (1.0, ALL_ALIKE)
    # "c" is there, but one of two annotators is in every pair: without that one nothing is left.
    always = LabelTable.from_columns({"a": list("xyxyxy"), "b": [*"xyy", None, None, None], "c": [None] * 3 + [*"yxy"]})
    assert two_way_interval(always).interval_reason == FEW_ANNOTATORS
    one = LabelTable.from_rows([("t", name, label) for name, label in zip("abc", "xxy", strict=True)])
    assert two_way_interval(one).interval_reason == "one task cannot show how much tasks differ"
    assert two_way_interval(LabelTable.from_columns({"a": list("xx"), "b": list("xx"), "c": list("xx")})).value is None
    with pytest.raises(ValueError, match="metric is 'fleiss_kappa'; the interval over both is for krippendorff_alpha"):
        two_way_interval(two, "fleiss_kappa")
    with pytest.raises(ValueError, match="level is 2"):
        two_way_interval(two, level=2)
    weighted = LabelTable.from_arrays(["t"] * 3, list("abc"), list("xxy"), weights=[1.0, 2.0, 1.0])
    with pytest.raises(ValueError, match="sampling weights"):
        two_way_interval(weighted)


def test_it_is_quick() -> None:
    rng = np.random.default_rng(1)
    table = Design(30_000, 300, 3, "good", 4).table(rng)
    two_way_interval(table)
    begin = time.process_time()
    two_way_interval(table)
    assert time.process_time() - begin < 2.0
