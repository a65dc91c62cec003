"""Rao and Kupper's model of comparisons with ties: a difference too small to be felt is a tie.

For a comparison with d = score of left - score of right + position, and a threshold τ = exp(κ) > 0:
P(left wins) = 1 / (1 + exp(τ - d)), P(right wins) = 1 / (1 + exp(τ + d)), and the rest is a tie. In their paper's words
θ = exp(τ). Steps and errors use the expected information, which is never negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.aggregation.arrays import Floats
from assay.aggregation.comparisons.davidson import Design

_LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class RaoKupperDesign(Design):
    """As :class:`Design`; the last parameter is κ = log τ."""

    def probabilities(self, parameters: Floats) -> Floats:
        """Of left wins, right wins, tie; shape (comparisons, 3)."""
        d = parameters[self.left] - parameters[self.right]
        if self.position:
            d = d + parameters[self.n_items]
        threshold = float(np.exp(parameters[-1])) if self.ties else 0.0
        left, right = (0.5 * (1.0 + np.tanh(0.5 * (side - threshold))) for side in (d, -d))
        found: Floats = np.maximum(np.stack([left, right, 1.0 - left - right], axis=1), 0.0)
        return found

    def slopes(self, p: Floats) -> tuple[Floats, Floats]:
        """Derivatives of log P(outcome) by d and by κ; each of shape (comparisons,)."""
        left, right, tie, both, threshold = _parts(p)
        by_d = np.choose(self.outcome, [1.0 - left, right - 1.0, right - left])
        by_kappa = threshold * np.choose(self.outcome, [left - 1.0, right - 1.0, both / tie])
        return by_d, by_kappa

    def curvatures(self, p: Floats) -> tuple[Floats, Floats, Floats]:
        """The expected information of (d, d), (d, κ), (κ, κ)."""
        left, right, tie, both, threshold = _parts(p)
        of_left, of_right = left * (1.0 - left) ** 2, right * (1.0 - right) ** 2
        dd = of_left + of_right + tie * (right - left) ** 2
        dk = threshold * (of_right - of_left + (right - left) * both)
        return dd, dk, threshold**2 * (of_left + of_right + both**2 / tie)


def _parts(p: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    left, right, tie = (np.maximum(p[:, k], _LEAST) for k in range(3))
    threshold = 0.5 * (np.log((right + tie) / left) + np.log((left + tie) / right))
    return left, right, tie, left * (1.0 - left) + right * (1.0 - right), threshold
