"""Exact chances that a stream of answers ever crosses a boundary, for tests that look after every answer."""

from __future__ import annotations

import numpy as np

from assay.monitoring.arguments import Counts


def ever_outside(accuracy: float, fewest: Counts, most: Counts) -> float:
    """The chance that after some n = 1, 2, ... fewer than ``fewest[n-1]`` or more than ``most[n-1]`` answers are right.

    Exact: the chance of each number of right answers among streams that have stayed inside is carried along.
    """
    chance, first = np.ones(1), 0
    for low, high in zip(fewest.tolist(), most.tolist(), strict=True):
        chance = np.append(chance * (1.0 - accuracy), 0.0) + np.append(0.0, chance * accuracy)
        cut = max(0, low - first)
        chance = chance[cut : max(cut, high + 1 - first)]
        first += cut
        if not len(chance):
            return 1.0
    return 1.0 - float(chance.sum())
