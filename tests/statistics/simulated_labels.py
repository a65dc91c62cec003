"""Simulated crowds whose truth and confusion matrices are known, for the aggregators."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from assay.aggregation import Aggregation
from assay.aggregation.arrays import Codes, Floats
from assay.agreement import LabelTable


@dataclass(frozen=True)
class Simulated:
    """A label table (names are numbers), the true label of each task, and each annotator's P(answer | truth)."""

    table: LabelTable
    truth: Codes
    confusions: Floats
    prevalence: Floats

    def accuracy_of(self, found: Aggregation) -> float:
        """The share of right decisions; a reported tie counts as a random choice among its labels."""
        right = 0.0
        for row in found:
            truth = int(self.truth[int(str(row.task))])
            right += row.label == truth if row.label is not None else (truth in row.tied) / max(len(row.tied), 1)
        return right / len(found)

    def gold(self, n: int, seed: int) -> dict[Hashable, Hashable]:
        """The truth of some tasks, drawn at random among those whose label somebody gave."""
        tasks = [task for task in self.table.tasks if int(self.truth[int(str(task))]) in self.table.labels]
        drawn = np.random.default_rng(seed).choice(len(tasks), n, replace=False)
        return {tasks[place]: int(self.truth[int(str(tasks[place]))]) for place in drawn}

    def true_accuracy(self, annotator: Hashable) -> float:
        """The probability that this annotator gives the true label."""
        return float(self.prevalence @ np.diag(self.confusions[int(str(annotator))]))


def even(accuracies: Floats, n_labels: int) -> Floats:
    """Confusion matrices, mistakes spread evenly; ``accuracies`` (annotators,), or (annotators, labels) by truth."""
    of_label = np.broadcast_to(accuracies.reshape(len(accuracies), -1), (len(accuracies), n_labels))
    square = np.repeat(((1.0 - of_label) / (n_labels - 1))[:, :, None], n_labels, axis=2)
    square[:, np.arange(n_labels), np.arange(n_labels)] = of_label
    return square


def simulate(
    confusions: Floats,
    n_tasks: int,
    overlap: int,
    rng: np.random.Generator,
    prevalence: list[float] | None = None,
    activity: Floats | None = None,
) -> Simulated:
    """Every task goes to ``overlap`` annotators, drawn with ``activity`` (annotators,) as weights."""
    n_annotators, n_labels = confusions.shape[:2]
    shares = np.full(n_labels, 1.0 / n_labels) if prevalence is None else np.asarray(prevalence)
    truth = rng.choice(n_labels, n_tasks, p=shares)
    weights = None if activity is None else activity / activity.sum()
    who = np.concatenate([rng.choice(n_annotators, overlap, replace=False, p=weights) for _ in range(n_tasks)])
    task = np.repeat(np.arange(n_tasks), overlap)
    below = confusions[who, truth[task]].cumsum(axis=1) < rng.random(len(task))[:, None]
    label = np.minimum(below.sum(axis=1), n_labels - 1)
    table = LabelTable.from_arrays(task.tolist(), who.tolist(), label.tolist())
    return Simulated(table, truth, confusions, shares)
