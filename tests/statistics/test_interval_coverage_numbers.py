"""The 95 % intervals of metrics for ordered labels and numbers hold the true value in 93 to 97 % of projects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from assay.agreement import METRICS, LabelTable, Scale, icc, metric_named
from assay.agreement.arrays import Floats

SEED = 20269
PROJECTS = 150


@dataclass(frozen=True)
class Raters:
    """A normal quality of each task, seen by each rater with an own bias and error; in steps, or as it is."""

    n_tasks: int
    biases: tuple[float, ...]
    error: float
    steps: tuple[float, ...] = ()
    missing: float = 0.0

    def table(self, rng: np.random.Generator, n_tasks: int | None = None) -> LabelTable:
        """One data set."""
        n = n_tasks or self.n_tasks
        quality = rng.normal(0.0, 1.0, n)
        seen = quality + np.array(self.biases)[:, None] + rng.normal(0.0, self.error, (len(self.biases), n))
        given: Floats = np.digitize(seen, self.steps).astype(float) if self.steps else seen
        given[rng.random(given.shape) < self.missing] = np.nan
        table = LabelTable.from_columns(dict(enumerate(given)))
        return table.in_order(map(float, range(len(self.steps) + 1))) if self.steps else table


FIVE, SKEWED = (-1.2, -0.4, 0.4, 1.2), (0.5, 1.2, 2.0)
ORDINAL = [
    Raters(40, (0.0, 0.3), 0.6, FIVE),
    Raters(80, (0.0, 0.2, -0.2), 0.4, FIVE),
    Raters(150, (0.0, 0.1, 0.3), 0.8, SKEWED),
    Raters(60, (0.0, 0.0, 0.2, 0.4), 1.0, FIVE, missing=0.2),
]
INTERVAL = [
    Raters(30, (0.0, 0.4), 0.4),
    Raters(80, (0.0, 0.2, -0.2), 0.7),
    Raters(50, (0.0, 0.0, 0.0, 0.3), 1.0, missing=0.2),
]
CASES: list[tuple[str, Scale, list[Raters]]] = [
    (metric.id, scale, ORDINAL if scale == "ordinal" else INTERVAL)
    for metric in METRICS
    for scale in metric.card.scales
    if scale in ("ordinal", "interval") and metric.id not in ("percent_agreement", "icc")
]


cases = pytest.mark.parametrize(
    ("metric", "scale", "designs"), CASES, ids=lambda each: each if isinstance(each, str) else ""
)


@cases
def test_intervals_hold_the_true_value(metric: str, scale: Scale, designs: list[Raters]) -> None:
    check(metric, scale, designs, PROJECTS)


@pytest.mark.soak
@pytest.mark.timeout(900)
@cases
def test_intervals_hold_the_true_value_in_many_projects(metric: str, scale: Scale, designs: list[Raters]) -> None:
    check(metric, scale, designs, 10 * PROJECTS)


def check(metric: str, scale: Scale, designs: list[Raters], projects: int) -> None:
    """All designs together 93-97 % (and 2 sigma); no single one under 88.5 %."""
    rng = np.random.default_rng([SEED, len(metric)])
    held = defined = 0
    compute = metric_named(metric)
    for design in designs:
        if compute.card.complete and design.missing:
            continue
        true = true_value(metric, scale, design)
        found = [compute(design.table(rng), scale=scale) for _ in range(projects)]
        bounded = [each for each in found if each.low is not None and each.high is not None]
        share = np.mean([(each.low or 0.0) - 1e-9 <= true <= (each.high or 0.0) + 1e-9 for each in bounded])
        assert share >= 0.885, f"{metric} {scale} {share:.3f}: {design}, true {true:.3f}"
        held += round(share * len(bounded))
        defined += len(bounded)
    noise = 2 * np.sqrt(0.95 * 0.05 / defined)
    assert 0.93 - noise <= held / defined <= 0.97 + noise, f"{metric} {scale} {held / defined:.3f}"


def true_value(metric: str, scale: Scale, design: Raters) -> float:
    """From one very large project of the same raters, small enough for what compares all tasks with each other."""
    rng = np.random.default_rng(1)
    if scale == "interval" and metric in ("kendall_tau_b", "kendall_w"):
        parts = [metric_named(metric)(design.table(rng, 800), scale=scale).value or 0.0 for _ in range(10)]
        return float(np.mean(parts))
    found = metric_named(metric)(design.table(rng, 20_000), scale=scale).value
    assert found is not None
    return found


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(2,k)"])
def test_intervals_of_the_icc_hold_the_population_value(form: str) -> None:
    """Raters too are a sample in forms 1 and 2: biases are drawn anew in each project."""
    rng = np.random.default_rng([SEED, 1])
    spread, error, k = 0.5, 0.7, 4
    one = {
        "ICC(1,1)": 1 / (1 + spread**2 + error**2),
        "ICC(2,1)": 1 / (1 + spread**2 + error**2),
        "ICC(3,1)": 1 / (1 + error**2),
        "ICC(2,k)": 1 / (1 + (spread**2 + error**2) / k),
    }[form]
    held = 0
    for _ in range(400):
        if form == "ICC(1,1)":
            seen = rng.normal(0, 1, (40, 1)) + rng.normal(0, np.hypot(spread, error), (40, k))
        else:
            seen = rng.normal(0, 1, (40, 1)) + rng.normal(0, spread, (1, k)) + rng.normal(0, error, (40, k))
        found = icc(LabelTable.from_columns(dict(enumerate(seen.T))), form=form)  # type: ignore[arg-type]
        assert found.low is not None and found.high is not None
        held += found.low <= one <= found.high
    assert 0.92 <= held / 400 <= 0.98, held / 400
