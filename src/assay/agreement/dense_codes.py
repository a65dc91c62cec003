"""Coding, sorting and counting by looking up in one array instead of sorting, where the range of keys is small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.agreement.arrays import Codes

# An array of so many entries for each key is still quicker to fill and walk than a million keys to sort.
_ENTRIES_A_KEY = 32
_DIGIT, _LARGEST_DIGIT = 16, 0xFFFF


def fits(top: int, n: int) -> bool:
    """Whether an array with one entry for each number under ``top`` is small beside ``n`` keys."""
    return 0 < top <= max(_ENTRIES_A_KEY * n, 1024)


def integers_of(column: Iterable[Any]) -> npt.NDArray[np.int64] | None:
    """The column as integers when it is a NumPy array or data-frame column of integers, else None."""
    array = column.to_numpy() if hasattr(column, "to_numpy") else column
    if not isinstance(array, np.ndarray) or array.ndim != 1 or array.dtype.kind not in "iu":
        return None
    if array.dtype == np.uint64:
        return None
    return array.astype(np.int64, copy=False)


def encode_integers(values: npt.NDArray[np.int64]) -> tuple[tuple[int, ...], Codes]:
    """The distinct integers by size, and each value's place among them.

    >>> encode_integers(np.array([7, 3, 7]))
    ((3, 7), array([1, 0, 1]))
    """
    names, codes = code_integers(values)
    return tuple(names.tolist() if isinstance(names, np.ndarray) else names), codes


def code_integers(values: npt.NDArray[np.int64]) -> tuple[range | Codes, Codes]:
    """As :func:`encode_integers`, with the distinct integers as a range or an array: a tuple of many takes its time."""
    if not len(values):
        return range(0), np.zeros(0, dtype=np.int64)
    low, high = int(values.min()), int(values.max())
    if not fits(high - low + 1, len(values)):
        names, codes = np.unique(values, return_inverse=True)
        return names, codes.astype(np.int64)
    shifted = values - low if low else values
    there = np.zeros(high - low + 1, dtype=bool)
    there[shifted] = True
    if there.all():
        return range(low, high + 1), shifted
    place = np.cumsum(there, dtype=np.int64) - 1
    return np.flatnonzero(there) + low, place[shifted]


def code_numbers(values: npt.NDArray[Any]) -> tuple[tuple[float, ...], Codes]:
    """The distinct numbers by size, as Python has them, and each one's place among them.

    >>> code_numbers(np.array([2.5, -1.0, 2.5]))
    ((-1.0, 2.5), array([1, 0, 1]))
    """
    whole = values.astype(np.int64) if values.dtype.kind == "f" and _are_small(values) else values
    if whole.dtype.kind == "f" or whole.dtype == np.uint64 or (whole is not values and bool((whole != values).any())):
        distinct, place = np.unique(values, return_inverse=True)
        return tuple((distinct + 0.0 if values.dtype.kind == "f" else distinct).tolist()), place.astype(np.int64)
    names, codes = code_integers(whole.astype(np.int64, copy=False))
    listed = names.tolist() if isinstance(names, np.ndarray) else list(names)
    return tuple(map(float, listed)) if values.dtype.kind == "f" else tuple(listed), codes


def _are_small(values: npt.NDArray[Any]) -> bool:
    """Whether every number fits an integer of 64 bits."""
    return not len(values) or max(float(values.max()), -float(values.min())) < 2.0**62


def sorted_places(key: Codes, top: int) -> tuple[Codes, Codes]:
    """The places of keys 0..top-1 in the order of the keys (equal ones as they came), and the keys in that order.

    >>> sorted_places(np.array([4, 1, 3]), 5)
    (array([1, 2, 0]), array([1, 3, 4]))
    """
    if bool((key[1:] >= key[:-1]).all()):
        return np.arange(len(key)), key
    # Sixteen bits at a time, lowest first: NumPy sorts such short numbers by counting them.
    order = np.argsort((key & _LARGEST_DIGIT).astype(np.uint16), kind="stable")
    for shift in range(_DIGIT, top.bit_length(), _DIGIT):
        digit = ((key >> shift) & _LARGEST_DIGIT).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order, key[order]


def count_keys(key: Codes, top: int) -> tuple[Codes, Codes, Codes]:
    """The distinct keys, sorted, which of them each key is, and how often each is there: ``np.unique``, quicker.

    >>> count_keys(np.array([4, 1, 4]), 5)
    (array([1, 4]), array([1, 0, 1]), array([1, 2]))
    """
    if not fits(top, len(key)):
        distinct, place, count = np.unique(key, return_inverse=True, return_counts=True)
        return distinct, place.astype(np.int64), count.astype(np.int64)
    number = np.bincount(key, minlength=top)
    there = number > 0
    distinct = np.flatnonzero(there)
    place_of = np.cumsum(there, dtype=np.int64)
    place_of -= 1
    return distinct, place_of[key], number[distinct]
