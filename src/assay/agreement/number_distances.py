"""How far apart numbers are, for Krippendorff's alpha: by rank, difference, ratio, or angle.

All but the ratio are worked out from sums over the annotations of a task, never pair by pair.
"""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.distances import Distance
from assay.agreement.patterns import LabelCounts

_BLOCK = 2_000_000
_MOST_PAIRWISE = 2_000  # more labels than that on a circle are opposite to each other nearly enough


class IntervalDistance(Distance):
    """The squared difference, (c - c')²."""

    def __init__(self, values: Floats) -> None:
        # Differences stay the same, and sums of squares keep their digits where all values are large.
        self.centered = values - values.mean() if len(values) else values
        self.largest = float(np.ptp(values)) ** 2 if len(values) else 1.0
        self.largest = self.largest or 1.0

    def between(self, first: Codes, second: Codes) -> Floats:
        apart: Floats = (self.centered[first] - self.centered[second]) ** 2
        return apart

    def to_all(self, totals: Codes | Floats) -> Floats:
        x = self.centered
        apart: Floats = totals.sum() * x * x - 2.0 * x * float(totals @ x) + float(totals @ (x * x))
        found: Floats = np.maximum(apart, 0.0)
        return found

    def within_rows(self, counts: LabelCounts) -> Floats:
        x = self.centered[counts.label]
        # Around the mean of each row, so that a row of equal labels is exactly 0.
        mean = counts.sum_by_row(counts.count * x) / counts.n_annotations
        squares = counts.sum_by_row(counts.count * (x - mean[counts.row]) ** 2)
        within: Floats = 2.0 * counts.n_annotations * squares
        # One label alone on a row is at its mean but for rounding.
        within[np.bincount(counts.row, minlength=counts.n_rows) == 1] = 0.0
        return within


class RatioDistance(Distance):
    """((c - c') / (c + c'))²; two zeros are equal. Numbers are at least 0."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        if len(values):
            self.largest = float(self._apart(values.max(keepdims=True), values.min(keepdims=True))[0]) or 1.0

    def between(self, first: Codes, second: Codes) -> Floats:
        return self._apart(self._values[first], self._values[second])

    def to_all(self, totals: Codes | Floats) -> Floats:
        used = np.flatnonzero(totals)
        sums = np.zeros(len(totals))
        step = max(1, _BLOCK // max(len(used), 1))
        for start in range(0, len(used), step):
            rows = used[start : start + step]
            sums[rows] = self._apart(self._values[rows][:, None], self._values[used][None, :]) @ totals[used]
        return sums

    @staticmethod
    def _apart(a: Floats, b: Floats) -> Floats:
        total = a + b
        share: Floats = np.divide(a - b, total, out=np.zeros_like(total), where=total > 0.0)
        return share**2


class CircularDistance(Distance):
    """sin²(π (c - c') / U) for numbers on a circle of length U: 0 for equal ones, 1 for opposite ones."""

    def __init__(self, values: Floats, period: float) -> None:
        angle = 2.0 * np.pi * (values / period)
        self._cos, self._sin = np.cos(angle), np.sin(angle)
        if 0 < len(values) <= _MOST_PAIRWISE:
            along = np.outer(self._cos, self._cos) + np.outer(self._sin, self._sin)
            self.largest = float((1.0 - along.min()) / 2.0) or 1.0

    def between(self, first: Codes, second: Codes) -> Floats:
        apart: Floats = (1.0 - self._cos[first] * self._cos[second] - self._sin[first] * self._sin[second]) / 2.0
        found: Floats = np.where(first == second, 0.0, np.maximum(apart, 0.0))
        return found

    def to_all(self, totals: Codes | Floats) -> Floats:
        along = self._cos * float(totals @ self._cos) + self._sin * float(totals @ self._sin)
        found: Floats = np.maximum((totals.sum() - along) / 2.0, 0.0)
        return found

    def within_rows(self, counts: LabelCounts) -> Floats:
        m = counts.n_annotations
        cos = counts.sum_by_row(counts.count * self._cos[counts.label])
        sin = counts.sum_by_row(counts.count * self._sin[counts.label])
        within = np.maximum((m * m - cos * cos - sin * sin) / 2.0, 0.0)
        within[np.bincount(counts.row, minlength=counts.n_rows) == 1] = 0.0
        return within


def mid_ranks(totals: Codes | Floats) -> Floats:
    """The mean rank of the annotations with each label, from their numbers in order; shape of ``totals``.

    With them Krippendorff's ordinal distance, (Σ_{g=c..c'} n_g - (n_c + n_c') / 2)², is (rank - rank')².

    >>> mid_ranks(np.array([2, 1, 4]))
    array([1. , 2.5, 5. ])
    """
    counts = totals.astype(np.float64)
    ranks: Floats = np.cumsum(counts, axis=-1) - counts / 2.0
    return ranks


def coincidences(counts: LabelCounts, share: Floats) -> Floats:
    """The symmetric matrix Σ_row share_row · n_c · n_c', of shape (labels, labels); its diagonal is not used."""
    length = np.bincount(counts.row, minlength=counts.n_rows)
    start = np.concatenate(([0], np.cumsum(length)[:-1]))
    k = counts.n_labels
    cells = np.zeros(k * k)
    for offset in range(1, int(length.max(initial=0))):
        rows = np.flatnonzero(length > offset)
        n_first = length[rows] - offset
        row = np.repeat(rows, n_first)
        place = np.arange(len(row)) - np.repeat(np.cumsum(n_first) - n_first, n_first)
        first = start[row] + place
        second = first + offset
        both = share[row] * counts.count[first] * counts.count[second]
        cells += sum_by(counts.label[first] * k + counts.label[second], both, k * k)
    half = cells.reshape(k, k)
    return half + half.T
