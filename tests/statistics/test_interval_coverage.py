"""The 95 % intervals hold the true value in 93 to 97 % of simulated projects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from assay.agreement import METRICS
from tests.statistics.crowds import Crowd

NOMINAL = [metric for metric in METRICS if metric.card.accepts("nominal")]

SEED = 20261
PROJECTS = 400
BALANCED, THREE, SKEWED = (0.5, 0.5), (0.4, 0.35, 0.25), (0.9, 0.1)
TWO_GOOD, TWO_EXCELLENT = (0.9, 0.9), (0.98, 0.97)
THREE_GOOD, THREE_EXCELLENT, FIVE_MIXED = (0.9, 0.85, 0.8), (0.98, 0.98, 0.98), (0.97, 0.95, 0.9, 0.85, 0.8)

DESIGNS = {
    20: [
        Crowd(20, BALANCED, TWO_GOOD),
        Crowd(20, THREE, TWO_EXCELLENT),
        Crowd(20, THREE, THREE_GOOD),
        Crowd(20, BALANCED, FIVE_MIXED),
    ],
    50: [
        Crowd(50, BALANCED, TWO_EXCELLENT),
        Crowd(50, SKEWED, TWO_EXCELLENT),
        Crowd(50, BALANCED, THREE_GOOD),
        Crowd(50, SKEWED, FIVE_MIXED),
    ],
    200: [
        Crowd(200, SKEWED, TWO_GOOD),
        Crowd(200, THREE, TWO_EXCELLENT),
        Crowd(200, SKEWED, THREE_EXCELLENT),
        Crowd(200, BALANCED, FIVE_MIXED),
    ],
}


@dataclass
class Coverage:
    """How often an interval held the true value, and how often there was one."""

    held: int = 0
    defined: int = 0

    @property
    def share(self) -> float:
        return self.held / self.defined

    def noise(self, sigmas: float) -> float:
        """How far the share may be off by the chance of the simulation itself."""
        return sigmas * float(np.sqrt(0.95 * 0.05 / self.defined))


def coverage(crowd: Crowd, projects: int, rng: np.random.Generator, level: float = 0.95) -> dict[str, Coverage]:
    """The coverage of every metric on simulated projects of one design."""
    true = crowd.true_values()
    found = {metric.id: Coverage() for metric in NOMINAL}
    for table in crowd.tables(projects, rng):
        for metric in NOMINAL:
            result = metric(table, level=level)
            if result.low is not None and result.high is not None:
                found[metric.id].defined += 1
                found[metric.id].held += result.low - 1e-9 <= true[metric.id] <= result.high + 1e-9
    return found


@pytest.mark.parametrize("n_tasks", DESIGNS)
def test_intervals_hold_the_true_value_as_often_as_they_say(n_tasks: int) -> None:
    """The designs of one size together 93-97 % (and 2 sigma); no single one under 92 % (and 3 sigma)."""
    rng = np.random.default_rng([SEED, n_tasks])
    together = {metric.id: Coverage() for metric in NOMINAL}
    for crowd in DESIGNS[n_tasks]:
        for metric, found in coverage(crowd, PROJECTS, rng).items():
            together[metric].held += found.held
            together[metric].defined += found.defined
            assert found.share >= 0.92 - found.noise(3), f"{metric} {found.share:.3f}: {crowd}, seed {SEED}"
    for metric, found in together.items():
        said = f"{metric} {found.share:.3f} with {n_tasks} tasks, seed {SEED}"
        assert 0.93 - found.noise(2) <= found.share <= 0.97 + found.noise(2), said


@pytest.mark.parametrize("accuracies", [TWO_EXCELLENT, THREE_EXCELLENT, FIVE_MIXED])
def test_rare_labels_on_few_tasks_are_never_badly_missed(accuracies: tuple[float, ...]) -> None:
    """One task in ten has the other label and there are 20: in four projects of ten at most one such task."""
    rng = np.random.default_rng([SEED, len(accuracies)])
    for metric, found in coverage(Crowd(20, SKEWED, accuracies), 300, rng).items():
        assert found.share >= 0.90 - found.noise(2), f"{metric} {found.share:.3f}, seed {SEED}"


def test_other_levels_hold_too() -> None:
    rng = np.random.default_rng([SEED, 8])
    for metric, found in coverage(Crowd(60, THREE, THREE_GOOD), 500, rng, level=0.8).items():
        assert 0.76 <= found.share <= 0.85, f"{metric} {found.share:.3f}, seed {SEED}"
