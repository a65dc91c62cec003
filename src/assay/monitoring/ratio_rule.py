"""What a threshold on a raw ratio ("below 75 % of the last 10") does to people: exact chances of being hit."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

from assay.monitoring.arguments import Floats, check_count, check_open_share, check_share

_WIDEST_WINDOW = 20
_ROUNDING = 1e-9


def hit_by_ratio(accuracy: float, bar: float, looks: Sequence[int]) -> float:
    """The chance that the share right so far is below ``bar`` at one of the ``looks``.

    ``looks`` are numbers of checks at which the rule is applied. Exact, by carrying along the chance of each number of
    right answers among people not hit yet. A share equal to the bar is not below it. Raises ValueError for an accuracy
    outside 0 to 1, a bar outside, or no looks.

    >>> round(hit_by_ratio(0.95, bar=0.95, looks=[20]), 3)
    0.264
    >>> round(hit_by_ratio(0.97, bar=0.95, looks=range(20, 201)), 2)
    0.45
    """
    check_open_share(bar, "bar", "0.95")
    at = {check_count(n, "looks", at_least=1) for n in looks}
    return hit_by_counts(accuracy, {n: ceil(bar * n - _ROUNDING) for n in at})


def hit_by_counts(accuracy: float, fewest_right: dict[int, int]) -> float:
    """The chance to have fewer than ``fewest_right[n]`` right answers after n checks, for one of these n. Exact.

    >>> hit_by_counts(0.5, {1: 1, 2: 2})  # hit unless both are right
    0.75
    """
    check_share(accuracy, "accuracy")
    if not fewest_right:
        raise ValueError("looks is empty; give at least one number of checks.")
    chance, first = np.ones(1), 0  # chance[i]: not hit yet, first + i right answers
    for n in range(1, max(fewest_right) + 1):
        chance = np.append(chance * (1.0 - accuracy), 0.0) + np.append(0.0, chance * accuracy)
        cut = min(max(0, fewest_right.get(n, 0) - first), len(chance))
        chance, first = chance[cut:], first + cut
        if not len(chance):
            return 1.0
    return 1.0 - float(chance.sum())


def hit_by_window(accuracy: float, bar: float, window: int, first_look: int, n_checks: int) -> Floats:
    """The chance to have been hit after 1, ..., ``n_checks`` checks by "below ``bar`` of the last ``window``".

    The rule is applied after each check from the ``first_look``-th on, to as many as there are up to ``window``.
    Returns shape (n_checks,). Exact, by a Markov chain over all answers in the window (at most 20). Raises ValueError
    for a window or an accuracy out of range.

    >>> hit_by_window(0.9, bar=0.75, window=10, first_look=7, n_checks=100)[[9, 49, 99]].round(2).tolist()
    [0.16, 0.53, 0.77]
    """
    check_share(accuracy, "accuracy")
    check_open_share(bar, "bar", "0.75")
    check_count(first_look, "first_look", at_least=1)
    if not 1 <= check_count(window, "window") <= _WIDEST_WINDOW:
        raise ValueError(f"window is {window!r}; give a whole number from 1 to {_WIDEST_WINDOW}.")
    answers = np.arange(1 << window)  # bit i: whether the answer i checks ago was wrong
    n_wrong = _bits(answers)
    chance = np.zeros(1 << window)
    chance[0] = 1.0
    hit = np.zeros(check_count(n_checks, "n_checks", at_least=1))
    half = 1 << (window - 1)
    for n in range(1, n_checks + 1):
        kept = chance[:half] + chance[half:]  # the oldest answer leaves
        chance = np.empty_like(chance)
        chance[0::2], chance[1::2] = kept * accuracy, kept * (1.0 - accuracy)
        if n >= first_look:
            seen = min(n, window)
            chance[(seen - n_wrong) < ceil(bar * seen - _ROUNDING)] = 0.0
        hit[n - 1] = 1.0 - chance.sum()
    return hit


def _bits(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.bitwise_count(numbers), dtype=np.int64)
