"""How long an integer-scored CUSUM runs before it rings: exact, as a finite Markov chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.monitoring.arguments import Floats


@dataclass(frozen=True, slots=True)
class CusumChain:
    """S = max(0, S - down) after a right answer, S + up after a wrong one; it rings when S >= limit.

    All are whole numbers, so the states 0 ... limit-1 are the whole chain (Brook, Evans 1972; Reynolds, Stoumbos
    1999) and nothing is discretized. It starts at 0, which is also the worst moment for a change.
    """

    up: int
    down: int
    limit: int

    def average_run_length(self, accuracy: float) -> float:
        """The mean number of answers until it rings, at that accuracy (1: it never does, infinite).

        Solves (I - Q) m = 1 with the banded matrix Q of moves among the silent states.

        >>> CusumChain(up=1, down=1, limit=2).average_run_length(0.5)  # two in a row, with a step back
        6.0
        """
        from scipy.linalg import solve_banded

        if accuracy >= 1.0:
            return float("inf")
        n, wrong = self.limit, 1.0 - accuracy
        above, below = min(self.up, n - 1), min(self.down, n - 1)
        band = np.zeros((above + below + 1, n))
        band[above] = 1.0
        if self.up < n:
            band[0, self.up :] -= wrong
        for state in range(n):
            to = max(0, state - self.down)
            band[above + state - to, to] -= accuracy
        return float(solve_banded((below, above), band, np.ones(n))[0])

    def silent(self, accuracy: float, n: int) -> Floats:
        """The chance that it has not rung after 0, 1, ..., n answers: shape (n + 1,)."""
        chance = np.zeros(self.limit)
        chance[0] = 1.0
        found = np.empty(n + 1)
        found[0] = 1.0
        for step in range(1, n + 1):
            chance = self._move(chance, accuracy)
            found[step] = chance.sum()
        return found

    def silent_until(self, accuracy: float, rest: float = 1e-9, longest: int = 200_000) -> Floats:
        """Like :meth:`silent`, for as many answers as it takes until at most ``rest`` is silent."""
        chance = np.zeros(self.limit)
        chance[0] = 1.0
        found = [1.0]
        while found[-1] > rest and len(found) <= longest:
            chance = self._move(chance, accuracy)
            found.append(float(chance.sum()))
        return np.array(found)

    def _move(self, chance: Floats, accuracy: float) -> Floats:
        moved = np.zeros_like(chance)
        down = min(self.down, self.limit)
        moved[0] = accuracy * chance[:down].sum()
        moved[: self.limit - down] += accuracy * chance[down:]
        if self.up < self.limit:
            moved[self.up :] += (1.0 - accuracy) * chance[: -self.up]
        return moved


def quantile(silent: Floats, share: float) -> int | None:
    """The first number of answers by which it has rung with at least this chance; None when not within ``silent``."""
    rung = np.flatnonzero(1.0 - silent >= share - 1e-12)
    return int(rung[0]) if len(rung) else None
