"""Levenshtein's distance, on code points or on words."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np


def edit_distance(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """The smallest number of insertions, deletions and replacements that turn a into b; texts by code point.

    A letter with a combining accent is two code points, and some emoji are several: normalise where that matters.

    >>> edit_distance("kitten", "sitting"), edit_distance("a b".split(), "b".split())
    (3, 1)

    Sources: Levenshtein (1966); Wagner, Fischer (1974), row by row.
    """
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if not a or not b:
        return max(len(a), len(b))
    codes: dict[Hashable, int] = {}
    first, second = (np.array([codes.setdefault(x, len(codes)) for x in text]) for text in (a, b))
    if len(first) > len(second):
        first, second = second, first
    steps = np.arange(len(second) + 1)
    row = steps.copy()
    for place, letter in enumerate(first.tolist(), start=1):
        best = np.empty_like(row)
        best[0] = place
        np.minimum(row[1:] + 1, row[:-1] + (second != letter), out=best[1:])
        # Insertions: row[j] = min over i <= j of best[i] + (j - i).
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])


def edit_similarity(a: str, b: str) -> float:
    """1 - distance / length of the longer text, in [0, 1]; two empty texts are equal, so 1.

    >>> edit_similarity("kitten", "sitting"), edit_similarity("", "")
    (0.5714285714285714, 1.0)
    """
    longer = max(len(a), len(b))
    return 1.0 - edit_distance(a, b) / longer if longer else 1.0


def word_error_rate(a: str, b: str) -> float:
    """Word edits between two texts / mean number of words, at least 0: symmetric, for neither is the reference.

    Words are what is between white space. Two texts without words: 0. It may pass 1.

    >>> word_error_rate("the cat sat", "the cat")
    0.4
    """
    ours, theirs = a.split(), b.split()
    words = 0.5 * (len(ours) + len(theirs))
    return edit_distance(ours, theirs) / words if words else 0.0
