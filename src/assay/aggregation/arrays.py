"""The array types of this package."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def sum_by(group: Codes, values: Floats, n_groups: int) -> Floats:
    """Sum ``values`` within each group 0..n_groups-1; the result has shape (n_groups,).

    >>> sum_by(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3)
    array([1., 0., 5.])
    """
    return np.asarray(np.bincount(group, weights=values, minlength=n_groups), dtype=np.float64)
