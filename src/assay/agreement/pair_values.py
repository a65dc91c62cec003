"""The coefficient of every pair of annotators, with and without one shared task, for all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import Codes, Floats, Mask, sum_by
from assay.agreement.disagreement import NONE
from assay.agreement.interval import Shape, score_bounds
from assay.agreement.pairs import PairCells

_INSIDE = 1.0 - 1e-12


@dataclass(frozen=True)
class PairValues:
    """One coefficient for each pair (shape (pairs,)) and without one task of each cell (shape (cells,)).

    ``value`` is 0 where ``defined`` is False, ``without`` is NaN where it is undefined.
    """

    cells: PairCells
    seen: Floats
    by_chance: Floats
    defined: Mask
    value: Floats
    without: Floats
    shape: Shape = "score"

    def variance(self) -> Floats:
        """The delete-one-task jackknife variance of each pair's coefficient; shape (pairs,)."""
        cells = self.cells
        return self._variance(np.where(np.isfinite(self.without), self.without, self.value[cells.pair]))

    def _variance(self, replicate: Floats) -> Floats:
        cells = self.cells
        n = cells.n_tasks
        mean = cells.by_pair(cells.count * replicate) / n
        return (n - 1.0) / n * cells.by_pair(cells.count * (replicate - mean[cells.pair]) ** 2)

    def bounds(self, level: float) -> tuple[Floats, Floats]:
        """The interval of each pair; meaningless where the coefficient is undefined or one task is shared."""
        expected = np.where(self.defined, 1.0 - self.by_chance, 0.0)
        n = self.cells.n_tasks
        low, high = score_bounds(self.value, self.variance(), expected, n, n, level)
        return (low, high) if self.shape == "score" else self._spread_bounds(low, high, level)

    def _spread_bounds(self, low: Floats, high: Floats, level: float) -> tuple[Floats, Floats]:
        """Fisher's z with Student's t, as in ``spread_bounds``; the score bounds where all agree exactly."""
        from scipy.special import stdtrit

        pair = self.cells.pair
        z = np.arctanh(np.clip(self.value, -_INSIDE, _INSIDE))
        replicate = np.where(np.isfinite(self.without), self.without, self.value[pair])
        variance = self._variance(np.arctanh(np.clip(replicate, -_INSIDE, _INSIDE)))
        half = stdtrit(np.maximum(self.cells.n_tasks - 1.0, 1.0), 0.5 + level / 2.0) * np.sqrt(variance)
        usable = (self.value < 1.0 - NONE) & (variance > NONE**2)
        lower, upper = np.tanh(z - half), np.tanh(z + half)
        return (
            np.where(usable, np.minimum(lower, self.value), low),
            np.where(usable, np.maximum(upper, self.value), high),
        )


def percent_of_pairs(cells: PairCells) -> PairValues:
    """Percent agreement of each pair: the share of shared tasks with equal labels."""
    seen, without = _seen(cells)
    ones = np.ones_like(seen)
    return PairValues(cells, seen, ones, ones > 0.0, 1.0 - seen, 1.0 - without)


def cohen_of_pairs(cells: PairCells) -> PairValues:
    """Cohen's kappa of each pair: chance from each annotator's label shares on the tasks the pair shares."""
    seen, seen_without = _seen(cells)
    by_chance, by_chance_without = _chance(cells)
    defined = by_chance > NONE
    still = by_chance_without > NONE
    return PairValues(
        cells=cells,
        seen=seen,
        by_chance=by_chance,
        defined=defined,
        value=np.where(defined, 1.0 - seen / np.where(defined, by_chance, 1.0), 0.0),
        without=np.where(still, 1.0 - seen_without / np.where(still, by_chance_without, 1.0), np.nan),
    )


def weighted_of_pairs(cells: PairCells, apart: Floats) -> PairValues:
    """Cohen's weighted kappa of each pair; ``apart`` (labels, labels) is how much each two labels disagree, 0 to 1."""
    k = len(apart)
    n, left = cells.n_tasks, cells.n_tasks[cells.pair] - 1.0
    own = apart[cells.first, cells.second]
    total = cells.by_pair(cells.count * own)
    seen_without = np.divide(total[cells.pair] - own, left, out=np.full_like(left, np.nan), where=left > 0.0)
    of_first = sum_by(cells.pair * k + cells.first, cells.count, cells.n_pairs * k).reshape(-1, k)
    of_second = sum_by(cells.pair * k + cells.second, cells.count, cells.n_pairs * k).reshape(-1, k)
    to_second, to_first = of_second @ apart.T, of_first @ apart
    product = np.einsum("ij,ij->i", of_first, to_second)
    # Sum over labels c, d of (r_c - [c]) (s_d - [d]) apart_cd, multiplied out.
    rest = product[cells.pair] - to_second[cells.pair, cells.first] - to_first[cells.pair, cells.second] + own
    by_chance = product / (n * n)
    without = np.divide(np.maximum(rest, 0.0), left * left, out=np.zeros_like(left), where=left > 0.0)
    defined, still = by_chance > NONE, without > NONE
    return PairValues(
        cells=cells,
        seen=total / n,
        by_chance=by_chance,
        defined=defined,
        value=np.where(defined, 1.0 - total / n / np.where(defined, by_chance, 1.0), 0.0),
        without=np.where(still, 1.0 - seen_without / np.where(still, without, 1.0), np.nan),
        shape="spread",
    )


def _seen(cells: PairCells) -> tuple[Floats, Floats]:
    """The share of shared tasks on which a pair differs, and the same without one task of each cell."""
    differing = cells.n_tasks - cells.n_same
    left = cells.n_tasks[cells.pair] - 1.0
    fewer = differing[cells.pair] - (1 - cells.same)
    without = np.divide(fewer, left, out=np.full_like(left, np.nan), where=left > 0.0)
    return differing / cells.n_tasks, without


def _chance(cells: PairCells) -> tuple[Floats, Floats]:
    """Cohen's chance disagreement of each pair, and without one task of each cell (0 when none is left)."""
    n_labels = int(max(cells.first.max(initial=-1), cells.second.max(initial=-1))) + 1
    of_first = _Marginal(cells.pair * n_labels + cells.first, cells.count)
    of_second = _Marginal(cells.pair * n_labels + cells.second, cells.count)
    both = of_first.count * of_second.at(of_first.key)
    product = sum_by(of_first.key // max(n_labels, 1), both, cells.n_pairs)
    # Sum over labels k of (r_k - [k = c]) (s_k - [k = d]), multiplied out.
    product_without = (
        product[cells.pair]
        - of_first.at(cells.pair * n_labels + cells.second)
        - of_second.at(cells.pair * n_labels + cells.first)
        + cells.same
    )
    n, left = cells.n_tasks, cells.n_tasks[cells.pair] - 1.0
    room = left * left
    without = np.divide(room - product_without, room, out=np.zeros_like(left), where=left > 0.0)
    return (n * n - product) / (n * n), without


class _Marginal:
    """How often an annotator of a pair gave each label, by key (pair, label)."""

    def __init__(self, key: Codes, count: Codes) -> None:
        self.key, place = np.unique(key, return_inverse=True)
        self.count = sum_by(place, count, len(self.key))

    def at(self, key: Codes) -> Floats:
        """The count of each key, 0 where there is none."""
        if not len(self.key):
            return np.zeros(len(key))
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, self.count[place], 0.0)
