"""The logarithm of beta integrals, also where the integral itself is too small for a float."""

from __future__ import annotations

import numpy as np

from assay.monitoring.arguments import Floats

_TOO_SMALL = 1e-250
_TINY = 1e-300
_STEPS = 300


def log_beta(a: Floats | float, b: Floats | float) -> Floats:
    """log ∫₀¹ p^(a-1) (1-p)^(b-1) dp, elementwise."""
    from scipy.special import betaln

    return np.asarray(betaln(a, b), dtype=np.float64)


def log_lower_beta(a: Floats | float, b: Floats | float, x: float) -> Floats:
    """log ∫₀ˣ p^(a-1) (1-p)^(b-1) dp for 0 < x < 1, elementwise.

    >>> float(log_lower_beta(1.0, 1.0, 0.25)) == float(np.log(0.25))
    True
    >>> round(float(log_lower_beta(9000.0, 1.0, 0.5)), 6)  # log(0.5 ** 9000 / 9000)
    -6247.429605
    """
    from scipy.special import betainc, betaln

    a, b = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
    share = np.asarray(betainc(a, b, x), dtype=np.float64)
    small = share < _TOO_SMALL
    found = np.asarray(np.log(np.where(small, 1.0, share)) + betaln(a, b), dtype=np.float64)
    if np.any(small):
        # Far in the tail, where the continued fraction needs few steps.
        tail = a[small] * np.log(x) + b[small] * np.log1p(-x) - np.log(a[small])
        found[small] = tail + np.log(_continued_fraction(a[small], b[small], x))
    return found


def _continued_fraction(a: Floats, b: Floats, x: float) -> Floats:
    """Lentz' method for the continued fraction of the incomplete beta function."""
    c = np.ones_like(a)
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    found = d.copy()
    for step in range(1, _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1.0) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1.0))
        change = np.ones_like(a)
        for term in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + term * d)
            c = _away_from_zero(1.0 + term / c)
            change = c * d
            found *= change
        if float(np.max(np.abs(change - 1.0))) < 1e-15:
            break
    return found


def _away_from_zero(value: Floats) -> Floats:
    return np.where(np.abs(value) < _TINY, _TINY, value)
