"""How many of many unlike coins come up heads: the exact upper tail."""

from __future__ import annotations

import numpy as np

from assay.monitoring.arguments import Floats


def upper_tail(chances: Floats, at_least: int) -> float:
    """P(X >= ``at_least``) for X the number of successes in independent trials with these chances (shape (n,)).

    Exact, by carrying along the chances of 0 ... at_least-1 successes; what reaches ``at_least`` is summed up as it
    happens, so that tiny tails keep their digits.

    >>> upper_tail(np.array([0.5, 0.5, 0.1]), 2)
    0.3
    """
    if at_least <= 0:
        return 1.0
    if at_least > len(chances):
        return 0.0
    below = np.zeros(at_least)
    below[0] = 1.0
    reached = 0.0
    for chance in chances.tolist():
        reached += float(below[-1]) * chance
        moved = below * chance
        below -= moved
        below[1:] += moved[:-1]
    return min(reached, 1.0)
