"""Simulated annotators of known skill, and the agreement that they would have on infinitely many tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from assay.agreement import LabelTable
from assay.agreement.arrays import Floats


@dataclass(frozen=True)
class Crowd:
    """Annotators that name the true label with their own accuracy, else another one at random (Dawid, Skene 1979)."""

    n_tasks: int
    prevalence: Sequence[float]
    accuracies: Sequence[float]

    def __str__(self) -> str:
        return f"{self.n_tasks} tasks, prevalence {list(self.prevalence)}, accuracies {list(self.accuracies)}"

    def tables(self, n: int, rng: np.random.Generator) -> Iterator[LabelTable]:
        """``n`` independent data sets."""
        n_labels, n_annotators = len(self.prevalence), len(self.accuracies)
        task = np.repeat(np.arange(self.n_tasks), n_annotators)
        annotator = np.tile(np.arange(n_annotators), self.n_tasks)
        names = tuple(range(self.n_tasks)), tuple(range(n_annotators)), tuple(range(n_labels))
        for _ in range(n):
            truth = rng.choice(n_labels, size=self.n_tasks, p=self.prevalence)[:, None]
            right = rng.random((self.n_tasks, n_annotators)) < self.accuracies
            wrong = (truth + rng.integers(1, n_labels, size=right.shape)) % n_labels
            yield LabelTable(*names, task, annotator, np.where(right, truth, wrong).ravel())

    def true_values(self) -> dict[str, float]:
        """Each metric's value for infinitely many tasks and these annotators."""
        truth = np.asarray(self.prevalence)
        confusions = [self._confusion(accuracy) for accuracy in self.accuracies]
        shares = [truth @ confusion for confusion in confusions]
        pairs = list(combinations(range(len(confusions)), 2))
        observed = [float(np.einsum("y,yc,yc->", truth, confusions[i], confusions[j])) for i, j in pairs]
        mean, pooled = float(np.mean(observed)), np.mean(shares, axis=0)
        expected = [float(shares[i] @ shares[j]) for i, j in pairs]
        fleiss = (mean - float(pooled @ pooled)) / (1 - float(pooled @ pooled))
        chance = (1 - float(pooled @ pooled)) / (len(truth) - 1)
        kappas = [(o - e) / (1 - e) for o, e in zip(observed, expected, strict=True)]
        return {
            "percent_agreement": mean,
            "cohen_kappa": float(np.mean(kappas)),
            "fleiss_kappa": fleiss,
            "krippendorff_alpha": fleiss,
            "scott_pi": fleiss,
            "gwet_ac1": (mean - chance) / (1 - chance),
            "brennan_prediger": (mean - 1 / len(truth)) / (1 - 1 / len(truth)),
        }

    def _confusion(self, accuracy: float) -> Floats:
        n_labels = len(self.prevalence)
        confusion = np.full((n_labels, n_labels), (1 - accuracy) / (n_labels - 1))
        np.fill_diagonal(confusion, accuracy)
        return confusion
