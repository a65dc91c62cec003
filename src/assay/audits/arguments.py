"""What the arguments of this package must be; each refusal names the argument and what to give instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def check_level(level: float) -> float:
    """A confidence level between 0 and 1, both excluded. Raises ValueError otherwise."""
    return check_open_share(level, "level", "0.95")


def check_open_share(value: float, argument: str, such_as: str) -> float:
    """A number between 0 and 1, both excluded. Raises ValueError otherwise (NaN too)."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{argument} is {value!r}; give a number between 0 and 1, such as {such_as}.")
    return float(value)


def check_count(value: int, argument: str, at_least: int = 0) -> int:
    """A whole number of at least ``at_least``. Raises ValueError otherwise."""
    if isinstance(value, bool) or not value >= at_least or int(value) != value:
        raise ValueError(f"{argument} is {value!r}; give a whole number of at least {at_least}.")
    return int(value)


def check_errors(n_errors: int, n_audited: int) -> None:
    """0 <= n_errors <= n_audited. Raises ValueError otherwise."""
    check_count(n_errors, "n_errors")
    check_count(n_audited, "n_audited")
    if n_errors > n_audited:
        raise ValueError(f"n_errors is {n_errors} and n_audited {n_audited}; give no more errors than audited tasks.")


def truth_column(column: Any, argument: str) -> Mask:
    """A column of True and False (or 1 and 0) of shape (n,). Raises ValueError otherwise."""
    values = np.asarray(column)
    if values.ndim != 1 or not bool(np.isin(values, (0, 1)).all()):
        raise ValueError(f"{argument} has something else than True and False; give one column of them.")
    return np.asarray(values, dtype=np.bool_)


def number_column(column: npt.ArrayLike, argument: str) -> Floats:
    """A column of finite numbers of shape (n,). Raises ValueError otherwise."""
    try:
        values = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{argument} has something that is not a number; give one column of numbers.") from None
    if values.ndim != 1 or not bool(np.isfinite(values).all()):
        raise ValueError(f"{argument} has something that is not a finite number; give one column of numbers.")
    return values


def same_length(n: int, **columns: Any) -> None:
    """Raises ValueError, naming the column, unless every column has ``n`` entries."""
    for argument, column in columns.items():
        if len(column) != n:
            raise ValueError(f"{argument} has {len(column)} entries and not {n}; give one for each row.")
