"""Gwet's and Brennan and Prediger's coefficients: weighted agreement seen, chance from label shares or from none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from assay.agreement.arrays import Floats, sum_by
from assay.agreement.card import MetricCard
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.distances import Distance, NominalDistance
from assay.agreement.interval import Shape
from assay.agreement.label_table import LabelTable
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import Agreement
from assay.agreement.usable import one_label_reason, usable_part

Chance = Callable[[Floats | float, int, float], Floats | float]
"""Disagreement by chance from Σ p_k² of the label shares, how many labels there are, and their mean disagreement."""


def gwet_chance(squares: Floats | float, n_labels: int, mean_apart: float) -> Floats | float:
    """1 - T (1 - Σ p_k²) / (K (K - 1)), with T the sum of the agreement weights."""
    return 1.0 - (1.0 - mean_apart) * n_labels * (1.0 - squares) / (n_labels - 1.0)


def uniform_chance(squares: Floats | float, n_labels: int, mean_apart: float) -> Floats | float:
    """1 - T / K²: each label as likely as any other."""
    return mean_apart + 0.0 * squares


def shared_chance(card: MetricCard, table: LabelTable, distance: Distance, chance: Chance, level: float) -> Agreement:
    """(observed - expected) / (1 - expected), observed as the mean over tasks with at least two annotations.

    K is the number of distinct labels in the table, or of the stated levels; label shares are the mean over all
    tasks, those with a single annotation too (Gwet 2014, chapter 2).
    """
    part = usable_part(table)
    if part.reason is not None:
        return measure(card, part, level, None, undefined="")
    n_labels = len(table.labels)
    if n_labels < 2:
        why = one_label_reason(table, int(table.label_codes[0]), part.n_annotations, card.title)
        return measure(card, part, level, Disagreement(0.0, 0.0, *_nothing()), why)
    mean_apart = float(distance.to_all(np.ones(n_labels)).sum()) / distance.largest / n_labels**2
    found = _disagreement(table.patterns, part.n_tasks, distance, lambda squares: chance(squares, n_labels, mean_apart))
    shape: Shape = "score" if isinstance(distance, NominalDistance) else "spread"
    return measure(card, part, level, found, "All labels are at distance 0 from each other (0/0).", shape)


def _nothing() -> tuple[Floats, Floats, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)


def _disagreement(
    counts: LabelCounts, n_compared: int, distance: Distance, chance: Callable[[Floats | float], Floats | float]
) -> Disagreement:
    m = counts.n_annotations
    compared = m >= 2
    by_task = np.where(compared, distance.within_rows(counts) / distance.largest / np.maximum(m * (m - 1.0), 1.0), 0.0)
    total = float(np.dot(counts.weight, by_task))
    n_tasks = int(counts.weight.sum())
    share = counts.count / m[counts.row]
    totals = sum_by(counts.label, counts.weight[counts.row] * share, counts.n_labels)
    squares = float(np.dot(totals, totals))
    squares_without = squares - 2.0 * counts.sum_by_row(share * totals[counts.label]) + counts.sum_by_row(share**2)
    left = n_compared - compared.astype(np.float64)
    chance_without = np.asarray(chance(squares_without / max(n_tasks - 1, 1) ** 2), dtype=np.float64)
    return Disagreement(
        seen=total / n_compared,
        by_chance=float(chance(squares / n_tasks**2)),
        seen_without=np.divide(total - by_task, left, out=np.full_like(left, np.nan), where=left > 0.0),
        by_chance_without=np.broadcast_to(chance_without, left.shape),
        weight=counts.weight,
    )
