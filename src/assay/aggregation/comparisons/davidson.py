"""Davidson's model of comparisons with ties, as a function of two numbers a comparison; the sums that Newton needs.

For a comparison with d = score of left - score of right + position, and κ = log ν:
P(left wins), P(right wins), P(tie) are proportional to exp(d/2), exp(-d/2), exp(κ). Without ties this is
Bradley-Terry, P(left wins) = 1 / (1 + exp(-d)). The log-likelihood is concave in all parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.aggregation.arrays import Codes, Floats

_TIE = 2
# e^20 is odds of 5 · 10^8: no data show that, so a parameter that gets there is on its way to infinity.
MOST = 20.0


@dataclass(frozen=True, slots=True)
class Design:
    """Comparisons of items 0..n_items-1. Parameters are the scores, then position, then κ, as far as they are asked."""

    left: Codes
    right: Codes
    outcome: Codes
    n_items: int
    position: bool
    ties: bool

    @property
    def n_parameters(self) -> int:
        """Length of a parameter vector."""
        return self.n_items + self.position + self.ties

    def probabilities(self, parameters: Floats) -> Floats:
        """Of left wins, right wins, tie; shape (comparisons, 3)."""
        d = parameters[self.left] - parameters[self.right]
        if self.position:
            d = d + parameters[self.n_items]
        kappa = np.full(len(d), parameters[-1]) if self.ties else np.full(len(d), -np.inf)
        logs = np.stack([d / 2.0, -d / 2.0, kappa], axis=1)
        logs -= logs.max(axis=1, keepdims=True)
        weights = np.exp(logs)
        found: Floats = weights / weights.sum(axis=1, keepdims=True)
        return found

    def slopes(self, p: Floats) -> tuple[Floats, Floats]:
        """Derivatives of log P(outcome) by d and by κ; each of shape (comparisons,)."""
        by_d = np.choose(self.outcome, [0.5, -0.5, 0.0]) - 0.5 * (p[:, 0] - p[:, 1])
        by_kappa = (self.outcome == _TIE) - p[:, 2]
        return by_d, by_kappa

    def curvatures(self, p: Floats) -> tuple[Floats, Floats, Floats]:
        """Minus the second derivatives by (d, d), (d, κ), (κ, κ)."""
        half = 0.5 * (p[:, 0] - p[:, 1])
        return 0.25 * (p[:, 0] + p[:, 1]) - half**2, -half * p[:, 2], p[:, 2] * (1.0 - p[:, 2])

    def gather(self, by_d: Floats, by_kappa: Floats) -> Floats:
        """Sums over comparisons for each parameter."""
        total = np.zeros(self.n_parameters)
        np.add.at(total, self.left, by_d)
        np.add.at(total, self.right, -by_d)
        if self.position:
            total[self.n_items] = by_d.sum()
        if self.ties:
            total[-1] = by_kappa.sum()
        return total

    def gather_matrix(self, dd: Floats, dk: Floats, kk: Floats) -> Floats:
        """The same for a matrix over pairs of parameters."""
        n = self.n_items
        total = np.zeros((self.n_parameters, self.n_parameters))
        scores = total[:n, :n]
        np.add.at(scores, (self.left, self.left), dd)
        np.add.at(scores, (self.right, self.right), dd)
        np.add.at(scores, (self.left, self.right), -dd)
        np.add.at(scores, (self.right, self.left), -dd)
        if self.position:
            column = np.bincount(self.left, dd, n) - np.bincount(self.right, dd, n)
            total[n, :n] = total[:n, n] = column
            total[n, n] = dd.sum()
        if self.ties:
            column = np.bincount(self.left, dk, n) - np.bincount(self.right, dk, n)
            total[-1, :n] = total[:n, -1] = column
            total[-1, -1] = kk.sum()
            if self.position:
                total[-1, n] = total[n, -1] = dk.sum()
        return total


def centred_covariance(information: Floats, n_items: int) -> Floats | None:
    """The covariance of all parameters when the scores have mean 0; None when the information is singular."""
    lifted = information.copy()
    lifted[:n_items, :n_items] += 1.0
    try:
        inverse = np.linalg.inv(lifted)
    except np.linalg.LinAlgError:
        return None
    centre = np.eye(len(information))
    centre[:n_items, :n_items] -= 1.0 / n_items
    covariance: Floats = centre @ inverse @ centre
    return covariance if (np.diag(covariance) >= -1e-9).all() and np.isfinite(covariance).all() else None


def newton_step(gradient: Floats, information: Floats, n_items: int) -> Floats:
    """The step that keeps the mean of the scores, never longer than 2 in any parameter."""
    lifted = information.copy()
    lifted[:n_items, :n_items] += 1.0
    step = np.asarray(np.linalg.lstsq(lifted, gradient, rcond=None)[0], dtype=np.float64)
    longest = float(np.abs(step).max(initial=0.0))
    return step * min(1.0, 2.0 / longest) if longest > 0.0 else step
