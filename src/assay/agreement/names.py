"""Turn any hashable names (tasks, annotators, labels) into codes, in an order that never depends on the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes

_LONGEST_QUOTE = 60


def values_of(column: Iterable[Any], argument: str) -> list[Any]:
    """A column (list, NumPy array, pandas or Polars series) as a list of Python values."""
    if isinstance(column, (str, bytes)):
        raise ValueError(f"{argument} is one string; give a sequence with one entry for each annotation.")
    if getattr(column, "ndim", 1) != 1:
        raise ValueError(f"{argument} has {column.ndim} dimensions; give one column.")  # type: ignore[attr-defined]
    as_list: Callable[[], list[Any]] | None = getattr(column, "tolist", None) or getattr(column, "to_list", None)
    return as_list() if as_list is not None else list(column)


def is_missing(value: object) -> bool:
    """Whether a value means "nothing was given": None, NaN, pandas' NA and NaT, or the empty string."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, str):
        return not value
    return isinstance(value, (float, np.floating)) and bool(value != value)


def encode(values: list[Any], argument: str) -> tuple[tuple[Hashable, ...], Codes]:
    """The distinct values in stable order, and each value's place among them; -1 for a missing one.

    Sets are taken as frozensets. Raises ValueError for a value without a hash (a list, a mapping).
    """
    try:
        seen, first_seen = _number(values)
    except TypeError:
        frozen = [frozenset(value) if isinstance(value, set) else value for value in values]
        try:
            seen, first_seen = _number(frozen)
        except TypeError:
            raise ValueError(_unhashable(frozen, argument)) from None
    if set(map(type, seen)) <= {str}:
        order = sorted(range(len(seen)), key=seen.__getitem__)
        order = order[1:] if seen and not seen[order[0]] else order
    else:
        keys = list(map(_order, seen))
        order = sorted((place for place, name in enumerate(seen) if not is_missing(name)), key=keys.__getitem__)
    code = np.full(len(seen) + 1, -1, dtype=np.int64)
    code[order] = np.arange(len(order))
    return tuple(seen[place] for place in order), code[first_seen]


def _number(values: list[Any]) -> tuple[list[Any], Codes]:
    """The distinct values in the order they come, and for each value its number in that order."""
    number: defaultdict[Any, int] = defaultdict()
    number.default_factory = number.__len__
    codes = np.fromiter(map(number.__getitem__, values), dtype=np.int64, count=len(values))
    return list(number), codes


def _unhashable(values: list[Any], argument: str) -> str:
    position = next(place for place, value in enumerate(values) if not _has_hash(value))
    return (
        f"{argument}[{position}] is a {type(values[position]).__name__}, and whether its order counts is not said. "
        "Give a frozenset where order does not count, or a tuple where it does."
    )


def _has_hash(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def in_stable_order(names: Iterable[Any]) -> list[Any]:
    """Distinct names, numbers first by size, then text by code point, then everything else by its text."""
    listed = list(names)
    return sorted(listed, key=None if set(map(type, listed)) <= {str} else _order)


def _order(name: object) -> tuple[int, Any, str]:
    if isinstance(name, (int, float, np.integer, np.floating)):
        return 0, name, ""
    return (1, 0, name) if isinstance(name, str) else (2, 0, _text(name))


def _text(name: object) -> str:
    """``repr``, but for sets, which print in the order of their hashes: that changes from run to run."""
    if isinstance(name, (frozenset, set)):
        return f"{{{', '.join(sorted(map(_text, name)))}}}"
    return repr(name)


def quoted(name: object) -> str:
    """A name as it is shown in a sentence: the same in every run, and at most 60 letters of it.

    >>> quoted("cat"), quoted(frozenset({"dog", "cat"})), quoted(frozenset())
    ("'cat'", "{'cat', 'dog'}", 'the empty set')
    """
    if isinstance(name, (frozenset, set)) and not name:
        return "the empty set"
    text = _text(name)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
