"""How far apart two labels are, for Krippendorff's alpha.

A distance is prepared for the distinct labels of a table and then asked two things, both of them for
whole arrays: how far single pairs of labels are apart, and how far each label is from all annotations.
A new kind of distance is one class here and one line in ``named_distance``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, Protocol

import numpy as np

from assay.agreement.arrays import Codes, Floats
from assay.agreement.names import quoted

DistanceName = Literal["nominal", "jaccard", "masi"]
DistanceFunction = Callable[[Any, Any], float]

_BLOCK = 2_000_000
_MOST_LABELS_FOR_A_FUNCTION = 2_000


class Distance(Protocol):
    """What alpha asks of a distance, prepared for labels 0..K-1."""

    def between(self, first: Codes, second: Codes) -> Floats:
        """The distance of each pair of labels; same shape as the arguments."""
        ...

    def to_all(self, totals: Codes) -> Floats:
        """For each label, the sum of its distances to all annotations; ``totals`` and result of shape (K,)."""
        ...


class NominalDistance:
    """0 for equal labels, 1 for different ones."""

    def between(self, first: Codes, second: Codes) -> Floats:
        differ: Floats = (first != second).astype(np.float64)
        return differ

    def to_all(self, totals: Codes) -> Floats:
        others: Floats = (totals.sum() - totals).astype(np.float64)
        return others


class SetDistance:
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

    def to_all(self, totals: Codes) -> Floats:
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


class FunctionDistance:
    """A distance given as a Python function: symmetric, 0 for equal labels, never negative.

    It is called once for each pair of distinct labels, so at most 2,000 distinct labels are accepted.
    """

    def __init__(self, labels: Sequence[Hashable], function: DistanceFunction) -> None:
        if len(labels) > _MOST_LABELS_FOR_A_FUNCTION:
            raise ValueError(
                f"A distance function is called for each pair of distinct labels, and there are {len(labels)}; "
                f"the most is {_MOST_LABELS_FOR_A_FUNCTION}. Use a named distance, or group the labels first."
            )
        self._matrix = np.zeros((len(labels), len(labels)))
        for i, first in enumerate(labels):
            for j in range(i):
                apart = float(function(first, labels[j]))
                if not 0.0 <= apart < np.inf:
                    raise ValueError(
                        f"distance({quoted(first)}, {quoted(labels[j])}) is {apart}; give a number of at least 0."
                    )
                self._matrix[i, j] = self._matrix[j, i] = apart

    def between(self, first: Codes, second: Codes) -> Floats:
        found: Floats = self._matrix[first, second]
        return found

    def to_all(self, totals: Codes) -> Floats:
        found: Floats = self._matrix @ totals.astype(np.float64)
        return found


def prepare_distance(distance: DistanceName | DistanceFunction, labels: Sequence[Hashable]) -> Distance:
    """The distance of that name (or function) for these labels. Raises ValueError for an unknown name."""
    if callable(distance):
        return FunctionDistance(labels, distance)
    if distance == "nominal":
        return NominalDistance()
    if distance in ("jaccard", "masi"):
        return SetDistance(labels, masi=distance == "masi")
    raise ValueError(
        f"There is no distance {distance!r}; use 'nominal', 'jaccard', 'masi' or a function of two labels."
    )


def _as_set(label: Hashable) -> frozenset[Hashable]:
    if isinstance(label, frozenset):
        return label
    if isinstance(label, tuple):
        return frozenset(label)
    raise ValueError(
        f"A distance between sets needs every label to be a set, and {quoted(label)} is not; "
        f"give frozenset({[label]!r}) for a single choice and frozenset() for none."
    )
