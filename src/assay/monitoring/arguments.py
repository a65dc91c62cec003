"""What the arguments of this package must be; each refusal names the argument and what to give instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
State = dict[str, Any]


def check_open_share(value: float, argument: str, such_as: str) -> float:
    """A number between 0 and 1, both excluded. Raises ValueError otherwise (NaN too)."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{argument} is {value!r}; give a number between 0 and 1, such as {such_as}.")
    return float(value)


def check_share(value: float, argument: str) -> float:
    """A number from 0 to 1. Raises ValueError otherwise (NaN too)."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{argument} is {value!r}; give a number from 0 to 1.")
    return float(value)


def check_answer(correct: object, weight: object) -> tuple[float, float]:
    """How right an answer is, and its weight: both from 0 to 1. Raises ValueError for anything else."""
    found = []
    for argument, value in (("correct", correct), ("weight", weight)):
        try:
            found.append(check_share(float(value), argument))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            such_as = "True, False or a number from 0 to 1" if argument == "correct" else "a number from 0 to 1"
            raise ValueError(f"{argument} is {value!r}; give {such_as}.") from None
    return found[0], found[1]


def check_count(value: int, argument: str, at_least: int = 0) -> int:
    """A whole number of at least ``at_least``. Raises ValueError otherwise."""
    if isinstance(value, bool) or not value >= at_least or int(value) != value:
        raise ValueError(f"{argument} is {value!r}; give a whole number of at least {at_least}.")
    return int(value)


def check_good_and_bad(good: float, bad: float) -> None:
    """Two accuracies with 0 < bad < good < 1. Raises ValueError otherwise."""
    check_open_share(good, "good", "0.9")
    check_open_share(bad, "bad", "0.8")
    if bad >= good:
        raise ValueError(f"bad is {bad!r} and good is {good!r}; give a bad accuracy below the good one.")


def check_prior(prior: tuple[float, float]) -> tuple[float, float]:
    """The two positive numbers of a beta prior. Raises ValueError otherwise."""
    if len(prior) != 2 or not all(0.0 < part < np.inf for part in prior):
        raise ValueError(f"prior is {prior!r}; give two positive numbers, such as (0.5, 0.5).")
    return float(prior[0]), float(prior[1])


def shares_of(column: npt.ArrayLike, argument: str) -> Floats:
    """A column of numbers from 0 to 1 (booleans too) as floats of shape (n,). Raises ValueError otherwise."""
    values = _numbers(column, argument)
    if not bool(np.all((values >= 0.0) & (values <= 1.0))):
        raise ValueError(f"{argument} has a value outside 0 to 1 (or NaN); give booleans, or shares from 0 to 1.")
    return values


def positive_numbers(column: npt.ArrayLike, argument: str) -> Floats:
    """A column of positive finite numbers as floats of shape (n,). Raises ValueError otherwise."""
    values = _numbers(column, argument)
    if not bool(np.all((values > 0.0) & np.isfinite(values))):
        raise ValueError(f"{argument} has a value that is not a positive number; leave those rows out.")
    return values


def same_length(n: int, **columns: Any) -> None:
    """Raises ValueError, naming the column, unless every column has ``n`` entries."""
    for argument, column in columns.items():
        if len(column) != n:
            raise ValueError(f"{argument} has {len(column)} entries and not {n}; give one for each answer.")


def state_of(state: Mapping[str, Any], monitor: str) -> State:
    """A saved state without its name. Raises ValueError when it is one of another test."""
    if state.get("monitor") != monitor:
        raise ValueError(f"state is one of {state.get('monitor')!r}; give one of {monitor!r}.")
    return {name: value for name, value in state.items() if name != "monitor"}


def _numbers(column: npt.ArrayLike, argument: str) -> Floats:
    try:
        values = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{argument} has something that is not a number; give numbers or booleans.") from None
    if values.ndim != 1:
        raise ValueError(f"{argument} has {values.ndim} dimensions; give one column.")
    return values
