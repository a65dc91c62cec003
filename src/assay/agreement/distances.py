"""How far apart two labels are, for Krippendorff's alpha.

A distance is prepared for the distinct labels of a table and then asked three things, all of them for
whole arrays: how far single pairs of labels are apart, how far each label is from all annotations, and how
far the annotations of each task are from each other. A new kind of distance is one class here (or, for
numbers, in ``number_distances``) and one line in ``prepare_distance``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.names import quoted
from assay.agreement.patterns import LabelCounts

DistanceFunction = Callable[[Any, Any], float]

_BLOCK = 2_000_000
_MOST_LABELS_FOR_A_FUNCTION = 2_000


class Distance(ABC):
    """What alpha asks of a distance, prepared for labels 0..K-1. No two labels are further apart than ``largest``."""

    largest: float = 1.0

    @abstractmethod
    def between(self, first: Codes, second: Codes) -> Floats:
        """The distance of each pair of labels; same shape as the arguments."""

    @abstractmethod
    def to_all(self, totals: Codes | Floats) -> Floats:
        """For each label, the sum of its distances to all annotations; ``totals`` and result of shape (K,)."""

    def within_rows(self, counts: LabelCounts) -> Floats:
        """For each row the sum over ordered pairs of its annotations of their distance; shape (rows,)."""
        length = np.bincount(counts.row, minlength=counts.n_rows)
        start = np.concatenate(([0], np.cumsum(length)[:-1]))
        within = np.zeros(counts.n_rows)
        # Pairs of distinct labels on the same row, one offset between them at a time.
        for offset in range(1, int(length.max(initial=0))):
            rows = np.flatnonzero(length > offset)
            n_first = length[rows] - offset
            row = np.repeat(rows, n_first)
            place = np.arange(len(row)) - np.repeat(np.cumsum(n_first) - n_first, n_first)
            first = start[row] + place
            second = first + offset
            apart = self.between(counts.label[first], counts.label[second])
            within += sum_by(row, 2.0 * counts.count[first] * counts.count[second] * apart, counts.n_rows)
        return within


class NominalDistance(Distance):
    """0 for equal labels, 1 for different ones."""

    def between(self, first: Codes, second: Codes) -> Floats:
        differ: Floats = (first != second).astype(np.float64)
        return differ

    def to_all(self, totals: Codes | Floats) -> Floats:
        others: Floats = (totals.sum() - totals).astype(np.float64)
        return others

    def within_rows(self, counts: LabelCounts) -> Floats:
        m = counts.n_annotations
        differing: Floats = (m * m - counts.squares).astype(np.float64)
        return differing


class SetDistance(Distance):
    """1 - Jaccard, or MASI (Passonneau 2006), between sets; two empty sets are equal, so 0 apart.

    MASI = 1 - Jaccard · M with M = 1 for equal sets, 2/3 when one contains the other, 1/3 when they
    overlap, 0 when they are disjoint.
    """

    def __init__(self, labels: Sequence[Hashable], masi: bool) -> None:
        sets = [_as_set(label) for label in labels]
        members = {member: place for place, member in enumerate(dict.fromkeys(m for s in sets for m in s))}
        self._has = np.zeros((len(sets), len(members)), dtype=np.float32)
        for place, members_here in enumerate(sets):
            self._has[place, [members[member] for member in members_here]] = 1.0
        self._size = self._has.sum(axis=1)
        self._masi = masi

    def between(self, first: Codes, second: Codes) -> Floats:
        distance = np.empty(len(first))
        step = max(1, _BLOCK // max(self._has.shape[1], 1))
        for start in range(0, len(first), step):
            a, b = first[start : start + step], second[start : start + step]
            both = np.einsum("ij,ij->i", self._has[a], self._has[b])
            distance[start : start + step] = self._distance(both, self._size[a], self._size[b])
        return distance

    def to_all(self, totals: Codes | Floats) -> Floats:
        used = np.flatnonzero(totals)
        weights = totals[used].astype(np.float64)
        sums = np.zeros(len(totals))
        step = max(1, _BLOCK // max(len(used), 1))
        for start in range(0, len(used), step):
            rows = used[start : start + step]
            both = self._has[rows] @ self._has[used].T
            sums[rows] = self._distance(both, self._size[rows][:, None], self._size[used][None, :]) @ weights
        return sums

    def _distance(self, both: np.ndarray[Any, Any], a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> Floats:
        either = (a + b - both).astype(np.float64)
        jaccard = np.divide(both, either, out=np.ones_like(either), where=either > 0)
        if self._masi:
            equal = either == both
            nested = both == np.minimum(a, b)
            jaccard *= np.where(equal, 1.0, np.where(both == 0, 0.0, np.where(nested, 2.0 / 3.0, 1.0 / 3.0)))
        distance: Floats = 1.0 - jaccard
        return distance


class MatrixDistance(Distance):
    """A distance given as a symmetric matrix of shape (K, K), 0 for equal labels, never negative."""

    def __init__(self, matrix: Floats) -> None:
        self._matrix = matrix
        self.largest = float(matrix.max(initial=0.0)) or 1.0

    def between(self, first: Codes, second: Codes) -> Floats:
        found: Floats = self._matrix[first, second]
        return found

    def to_all(self, totals: Codes | Floats) -> Floats:
        found: Floats = self._matrix @ totals.astype(np.float64)
        return found

    @classmethod
    def checked(cls, given: Any, n_labels: int, argument: str = "distance") -> MatrixDistance:
        """Raises ValueError, saying what is wrong, for a matrix that is no distance between that many labels."""
        matrix = np.asarray(given, dtype=np.float64)
        if matrix.shape != (n_labels, n_labels):
            raise ValueError(f"{argument} has the shape {matrix.shape}; give ({n_labels}, {n_labels}): a row a label.")
        if not bool(np.isfinite(matrix).all()) or (n_labels and matrix.min() < 0.0):
            raise ValueError(f"{argument} has a number that is negative or not finite; give numbers of at least 0.")
        if not np.array_equal(matrix, matrix.T) or bool(np.diagonal(matrix).any()):
            raise ValueError(f"{argument} must be symmetric, with 0 on the diagonal.")
        return cls(matrix)

    @classmethod
    def of_function(cls, labels: Sequence[Hashable], function: DistanceFunction) -> MatrixDistance:
        """From a Python function: symmetric, 0 for equal labels, never negative.

        It is called once for each pair of distinct labels, so at most 2,000 distinct labels are accepted.
        """
        if len(labels) > _MOST_LABELS_FOR_A_FUNCTION:
            raise ValueError(
                f"A distance function is called for each pair of distinct labels, and there are {len(labels)}; "
                f"the most is {_MOST_LABELS_FOR_A_FUNCTION}. Use a named distance, or group the labels first."
            )
        matrix = np.zeros((len(labels), len(labels)))
        for i, first in enumerate(labels):
            for j in range(i):
                apart = float(function(first, labels[j]))
                if not 0.0 <= apart < np.inf:
                    raise ValueError(
                        f"distance({quoted(first)}, {quoted(labels[j])}) is {apart}; give a number of at least 0."
                    )
                matrix[i, j] = matrix[j, i] = apart
        return cls(matrix)


def _as_set(label: Hashable) -> frozenset[Hashable]:
    if isinstance(label, frozenset):
        return label
    if isinstance(label, tuple):
        return frozenset(label)
    raise ValueError(
        f"A distance between sets needs every label to be a set, and {quoted(label)} is not; "
        f"give frozenset({[label]!r}) for a single choice and frozenset() for none."
    )
