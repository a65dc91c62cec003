"""What the labels of a table mean as numbers: places in an order, or the numbers themselves."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.label_table import LabelTable
from assay.agreement.names import quoted

NumberScale = Literal["ordinal", "interval", "ratio", "circular"]

_LARGEST = 1e150


def label_numbers(table: LabelTable, scale: NumberScale) -> Floats:
    """One number for each label, of shape (labels,).

    "ordinal": its place from 0 on, in the stated order or by size where labels are numbers. "interval", "ratio"
    and "circular": the label itself. Raises ValueError, naming a label and the fix, for text without an order
    (words are never ranked by the alphabet), for text where numbers are needed, and for negative numbers on a
    ratio scale.

    >>> table = LabelTable.from_columns({"ann": ["low", "high"], "ben": ["mid", "high"]})
    >>> label_numbers(table.in_order(["low", "mid", "high"]), "ordinal")
    array([0., 1., 2.])
    """
    if scale == "ordinal":
        if not table.ordered:
            for label in table.labels:
                _finite(label, "ordinal", "state their order by levels=[lowest, ..., highest], or give numbers")
        return np.arange(len(table.labels), dtype=np.float64)
    fix = "give numbers (LabelTable.as_numbers reads them from text)"
    values = np.array([_finite(label, scale, fix) for label in table.labels], dtype=np.float64)
    if len(values) and np.abs(values).max() > _LARGEST:
        raise ValueError(f"The label {values[np.abs(values).argmax()]:g} is too large to square; give smaller units.")
    if scale == "ratio" and len(values) and values.min() < 0.0:
        raise ValueError(
            f"The label {values.min():g} is negative, and a ratio scale starts at 0; use the interval scale instead."
        )
    return values


def circle_of(table: LabelTable) -> float:
    """The period of the circle that labels lie on. Raises ValueError when it is not stated."""
    if table.period is None:
        raise ValueError("period is missing; a circular scale needs it: 24 for hours, 360 for degrees.")
    return table.period


def _finite(label: Hashable, scale: str, fix: str) -> float:
    if not isinstance(label, (int, float, np.integer, np.floating)):
        raise ValueError(f"The label {quoted(label)} is not a number; for the scale {scale!r} {fix}.")
    if not np.isfinite(label):
        raise ValueError(f"The label {label} is not finite; for the scale {scale!r} give finite numbers.")
    return float(label)
