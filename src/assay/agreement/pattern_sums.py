"""Coefficients as functions of sums over tasks, so that many resamples are worked out with one product.

A resample of tasks is a vector of how often each pattern was drawn. Every coefficient of label counts is a
function of a few sums over the tasks, and all sums of all resamples are draws @ features, a (resamples, patterns)
by (patterns, sums) product. Leaving out one task is the sums minus one row of the features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats
from assay.agreement.card import Scale
from assay.agreement.disagreement import NONE
from assay.agreement.distances import Distance, NominalDistance
from assay.agreement.label_table import LabelTable
from assay.agreement.number_distances import IntervalDistance, mid_ranks
from assay.agreement.patterns import LabelCounts
from assay.agreement.prepare_distance import distance_of_scale, prepare_distance
from assay.agreement.rating_weights import as_matrix, rating_distance
from assay.agreement.shared_chance import Chance, gwet_chance, uniform_chance

MOST_LABELS = 1_000
MOST_LABELS_WITH_RANKS = 60
_BLOCK = 4_000_000

Value = Callable[[Floats], Floats]


@dataclass(frozen=True)
class PatternStatistic:
    """``features`` (patterns, sums), sparse; ``weight`` (patterns,) tasks of each; ``value`` of sums (any, sums)."""

    features: Any
    weight: Codes
    value: Value

    def replicates(self, n: int, rng: np.random.Generator) -> Floats:
        """The values of ``n`` resamples of tasks with replacement; NaN where undefined. One draw for each pattern."""
        n_tasks = int(self.weight.sum())
        share = self.weight / n_tasks
        values = np.empty(n)
        step = max(1, _BLOCK // max(len(share), self.features.shape[1], 1))
        for start in range(0, n, step):
            end = min(start + step, n)
            draws = rng.multinomial(n_tasks, share, size=end - start)
            values[start:end] = self.value(np.asarray(draws @ self.features, dtype=np.float64))
        return values

    def without(self) -> Floats:
        """The value without one task of each pattern; shape (patterns,)."""
        sums = np.asarray(self.weight @ self.features, dtype=np.float64)
        n, values = len(self.weight), np.empty(len(self.weight))
        step = max(1, _BLOCK // max(self.features.shape[1], 1))
        for start in range(0, n, step):
            values[start : start + step] = self.value(sums - self.features[start : start + step].toarray())
        return values


def pattern_statistic(metric: str, table: LabelTable, scale: Scale) -> PatternStatistic | None:
    """The metric as a function of sums over tasks; None when it is not one (or has too many labels for it)."""
    build = _BUILDERS.get(metric)
    n_labels = len(table.labels)
    if build is None or table.weights is not None or n_labels > MOST_LABELS:
        return None
    if scale == "ordinal" and metric == "krippendorff_alpha" and n_labels > MOST_LABELS_WITH_RANKS:
        return None
    return build(table, scale)


def _percent(table: LabelTable, scale: Scale) -> PatternStatistic:
    counts = table.patterns.with_at_least(2)

    def value(sums: Floats) -> Floats:
        return _ratio(sums[:, 0], sums[:, 1])

    return _statistic(counts, [counts.agreement, np.ones(counts.n_rows)], None, value)


def _alpha(table: LabelTable, scale: Scale) -> PatternStatistic:
    counts = table.patterns.with_at_least(2)
    if scale == "ordinal":
        return _ordinal_alpha(table, counts)
    distance = prepare_distance(distance_of_scale(scale), table, counts.label_totals)
    m = counts.n_annotations
    apart = distance.within_rows(counts) / distance.largest / (m - 1.0)
    everything = _everything(distance, len(table.labels))

    def value(sums: Floats) -> Floats:
        n, seen, totals = sums[:, 0], sums[:, 1], sums[:, 2:]
        return _one_minus(_ratio(seen, n), _ratio(everything(totals), n * (n - 1.0)))

    return _statistic(counts, [m, apart], counts.count, value)


def _ordinal_alpha(table: LabelTable, counts: LabelCounts) -> PatternStatistic:
    """The ranks change with each resample, so the features are the coincidences of every two labels."""
    from scipy import sparse

    prepare_distance("ordinal", table, counts.label_totals)  # refuses words without an order
    k, m = len(table.labels), counts.n_annotations.astype(np.float64)
    dense = np.zeros((counts.n_rows, k))
    dense[counts.row, counts.label] = counts.count
    both = (dense[:, :, None] * dense[:, None, :] / (m - 1.0)[:, None, None]).reshape(counts.n_rows, k * k)
    features = sparse.csr_array(np.hstack([dense, both]))

    def value(sums: Floats) -> Floats:
        totals, pairs = sums[:, :k], sums[:, k:].reshape(-1, k, k)
        n = totals.sum(axis=1)
        ranks = mid_ranks(totals) / np.maximum(n, 1.0)[:, None]
        apart = (ranks[:, :, None] - ranks[:, None, :]) ** 2
        seen = np.einsum("bij,bij->b", pairs, apart)
        chance = np.einsum("bi,bij,bj->b", totals, apart, totals)
        return _one_minus(_ratio(seen, n), _ratio(chance, n * (n - 1.0)))

    return PatternStatistic(features, counts.weight, value)


def _scott(table: LabelTable, scale: Scale) -> PatternStatistic:
    counts = table.patterns.with_at_least(2)

    def value(sums: Floats) -> Floats:
        n, totals = sums[:, 2], sums[:, 3:]
        chance = 1.0 - _ratio(np.einsum("ij,ij->i", totals, totals), n * n)
        return _one_minus(_ratio(sums[:, 1], sums[:, 0]), chance)

    first = [np.ones(counts.n_rows), 1.0 - counts.agreement, counts.n_annotations]
    return _statistic(counts, first, counts.count, value)


def _of_shares(chance_of: Callable[[LabelTable, Distance], Callable[[Floats], Floats]], weights: str | None) -> Any:
    """Fleiss' kappa and its kin: chance from the mean label shares of all tasks."""

    def build(table: LabelTable, scale: Scale) -> PatternStatistic:
        counts = table.patterns
        plain = weights == "nominal" or (weights is None and scale == "nominal")
        distance = NominalDistance() if plain else rating_distance(table, "quadratic", scale)
        m = counts.n_annotations
        compared = m >= 2
        apart = distance.within_rows(counts) / distance.largest / np.maximum(m * (m - 1.0), 1.0)
        chance = chance_of(table, distance)

        def value(sums: Floats) -> Floats:
            shares = sums[:, 3:] / np.maximum(sums[:, 2], 1.0)[:, None]
            return _one_minus(_ratio(sums[:, 1], sums[:, 0]), chance(np.einsum("ij,ij->i", shares, shares)))

        first = [compared, np.where(compared, apart, 0.0), np.ones(counts.n_rows)]
        return _statistic(counts, first, counts.count / m[counts.row], value)

    return build


def _fleiss_chance(table: LabelTable, distance: Distance) -> Callable[[Floats], Floats]:
    return lambda squares: 1.0 - squares


def _shared(chance: Chance) -> Callable[[LabelTable, Distance], Callable[[Floats], Floats]]:
    def of(table: LabelTable, distance: Distance) -> Callable[[Floats], Floats]:
        n_labels = max(len(table.labels), 2)
        apart = float(distance.to_all(np.ones(len(table.labels))).sum()) / distance.largest / n_labels**2
        return lambda squares: np.asarray(chance(squares, n_labels, apart), dtype=np.float64)

    return of


def _everything(distance: Distance, n_labels: int) -> Value:
    """Σ_cc' n_c n_c' d(c, c') for each row of totals."""
    if isinstance(distance, NominalDistance):
        return lambda totals: totals.sum(axis=1) ** 2 - np.einsum("ij,ij->i", totals, totals)
    if isinstance(distance, IntervalDistance):
        x = distance.centered
        return lambda totals: 2.0 * (totals.sum(axis=1) * (totals @ (x * x)) - (totals @ x) ** 2) / distance.largest
    matrix = as_matrix(distance, n_labels)
    return lambda totals: np.einsum("ij,ij->i", totals @ matrix, totals)


def _statistic(counts: LabelCounts, first: list[Any], of_triple: Any, value: Value) -> PatternStatistic:
    """Features: the ``first`` columns, then one column a label with ``of_triple`` (or none)."""
    from scipy import sparse

    features = sparse.csr_array(np.stack([np.asarray(column, dtype=np.float64) for column in first], axis=1))
    if of_triple is not None:
        shape = (counts.n_rows, counts.n_labels)
        labels = sparse.csr_array((np.asarray(of_triple, dtype=np.float64), (counts.row, counts.label)), shape=shape)
        features = sparse.csr_array(sparse.hstack([features, labels]))
    return PatternStatistic(features, counts.weight, value)


def _ratio(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0.0)
    return found


def _one_minus(seen: Floats, chance: Floats) -> Floats:
    defined = np.isfinite(chance) & (chance > NONE)
    found: Floats = np.where(defined, 1.0 - seen / np.where(defined, chance, 1.0), np.nan)
    return found


_BUILDERS: dict[str, Callable[[LabelTable, Scale], PatternStatistic]] = {
    "percent_agreement": _percent,
    "krippendorff_alpha": _alpha,
    "scott_pi": _scott,
    "fleiss_kappa": _of_shares(_fleiss_chance, "nominal"),
    "gwet_ac1": _of_shares(_shared(gwet_chance), "nominal"),
    "gwet_ac2": _of_shares(_shared(gwet_chance), None),
    "brennan_prediger": _of_shares(_shared(uniform_chance), None),
}
