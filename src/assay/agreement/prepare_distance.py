"""From the name of a distance, a function or a matrix to the distance between the labels of one table."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from assay.agreement.arrays import Codes, Floats
from assay.agreement.card import Scale
from assay.agreement.distances import Distance, DistanceFunction, MatrixDistance, NominalDistance, SetDistance
from assay.agreement.label_table import LabelTable
from assay.agreement.number_distances import CircularDistance, IntervalDistance, RatioDistance, mid_ranks
from assay.agreement.scales import circle_of, label_numbers

DistanceName = Literal["nominal", "ordinal", "interval", "ratio", "circular", "jaccard", "masi"]
AnyDistance = DistanceName | DistanceFunction | npt.ArrayLike


def distance_of_scale(scale: Scale) -> DistanceName:
    """The distance that a metric uses for labels of a scale: its own, and MASI between sets."""
    return "masi" if scale == "set" else scale


def prepare_distance(distance: AnyDistance, table: LabelTable, totals: Codes | Floats) -> Distance:
    """The distance of that name (or function, or matrix) for the labels of a table.

    ``totals`` (labels,) are the numbers of compared annotations with each label, which Krippendorff's ordinal
    distance is made of. Raises ValueError for an unknown name and for labels that do not fit the distance.
    """
    if callable(distance):
        return MatrixDistance.of_function(table.labels, distance)
    if not isinstance(distance, str):
        return _matrix(distance, table)
    if distance == "nominal":
        return NominalDistance()
    if distance in ("jaccard", "masi"):
        return SetDistance(table.labels, masi=distance == "masi")
    if distance == "ordinal":
        label_numbers(table, "ordinal")  # refuses words without an order
        return IntervalDistance(mid_ranks(totals) / max(float(totals.sum()), 1e-300))
    if distance == "interval":
        return IntervalDistance(label_numbers(table, "interval"))
    if distance == "ratio":
        return RatioDistance(label_numbers(table, "ratio"))
    if distance == "circular":
        return CircularDistance(label_numbers(table, "circular"), circle_of(table))
    raise ValueError(
        f"There is no distance {distance!r}; use 'nominal', 'ordinal', 'interval', 'ratio', 'circular', 'jaccard', "
        "'masi', a function of two labels, or a matrix."
    )


def _matrix(distance: Any, table: LabelTable) -> Distance:
    if not table.ordered:
        raise ValueError("distance is a matrix, and levels does not say which label its rows are; give levels=[...].")
    return MatrixDistance.checked(np.asarray(distance), len(table.labels))
