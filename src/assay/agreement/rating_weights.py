"""How much two different labels count as disagreement: linear, quadratic, or as the caller says."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from assay.agreement.arrays import Codes, Floats
from assay.agreement.card import Scale
from assay.agreement.distances import Distance, MatrixDistance, NominalDistance
from assay.agreement.label_table import LabelTable
from assay.agreement.number_distances import IntervalDistance
from assay.agreement.scales import label_numbers

WeightName = Literal["nominal", "linear", "quadratic"]
RatingWeights = WeightName | npt.ArrayLike

MOST_LABELS = 2_000


class LinearDistance(Distance):
    """The difference, |c - c'|."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self.largest = (float(np.ptp(values)) if len(values) else 1.0) or 1.0

    def between(self, first: Codes, second: Codes) -> Floats:
        apart: Floats = np.abs(self._values[first] - self._values[second])
        return apart

    def to_all(self, totals: Codes | Floats) -> Floats:
        order = np.argsort(self._values, kind="stable")
        x, n = self._values[order], totals[order].astype(np.float64)
        below, sum_below = np.cumsum(n), np.cumsum(n * x)
        sums = np.empty(len(x))
        sums[order] = x * below - sum_below + (sum_below[-1:] - sum_below) - x * (below[-1:] - below)
        return sums


def rating_distance(table: LabelTable, weights: RatingWeights, scale: Scale) -> Distance:
    """The disagreement between the labels of a table.

    "linear" and "quadratic" take the places of the labels in their order (scale "ordinal", stated by ``levels``
    or by size where labels are numbers) or the numbers themselves ("interval"); the most distant labels of the
    table disagree by 1. A matrix holds *disagreement*: 0 on the diagonal, rows and columns in the order of
    ``levels``. Raises ValueError for weights or labels that do not fit.
    """
    if not isinstance(weights, str):
        if not table.ordered:
            raise ValueError("weights is a matrix, and levels does not say which label a row is; give levels=[...].")
        return MatrixDistance.checked(weights, len(table.labels), "weights")
    if weights == "nominal":
        return NominalDistance()
    if weights in ("linear", "quadratic"):
        places = label_numbers(table, "interval" if scale == "interval" else "ordinal")
        return LinearDistance(places) if weights == "linear" else IntervalDistance(places)
    raise ValueError(f"There are no weights {weights!r}; use 'nominal', 'linear', 'quadratic' or a matrix.")


def as_matrix(distance: Distance, n_labels: int) -> Floats:
    """The disagreement of every two labels as a share of the largest; shape (labels, labels)."""
    first, second = np.divmod(np.arange(n_labels * n_labels, dtype=np.int64), max(n_labels, 1))
    matrix: Floats = (distance.between(first, second) / distance.largest).reshape(n_labels, n_labels)
    return matrix
