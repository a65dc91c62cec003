"""Label shift: do the labels still come in the shares of a reference that is itself a sample."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

import numpy as np

from assay.monitoring.arguments import Floats, check_open_share, state_of
from assay.monitoring.card import Monitor, MonitorCard

CARD = MonitorCard(
    id="label_shift",
    title="Shift in the mix of labels",
    summary="Evidence that labels come in other shares than in a reference sample, from the first label on.",
    evidence="labels",
    looks="every",
    false_alarms="While labels come in the shares that the reference was drawn from, the chance of ever an alarm is at "
    "most alpha, over the luck of the reference too.",
    assumes="Labels of the reference and of the stream are independent draws; tasks come in random order.",
    reference="Robbins 1970; Agrawal 2020 for the reference's uncertainty",
)
_PSEUDOCOUNT = 0.5
_HALVINGS = 48
_LARGEST_EXPONENT = 700.0


@dataclass(slots=True)
class LabelShift:
    """A multinomial e-process against the most favorable shares that the reference allows:

        E = ∫ ∏ q_k^(m_k) dDirichlet(q; 1/2, ...) / max over θ in C of ∏ θ_k^(m_k),

    with m_k the labels seen and C all shares θ with N · KL(θ̂ ‖ θ) <= c around the shares θ̂ of a reference of N labels.
    C misses the true shares with a chance of at most alpha/2 (c solves e^(-c) (e·c/(K-1))^(K-1) = alpha/2, for two
    labels 2·e^(-c) = alpha/2: finite-sample bounds, not a chi-square limit), and E reaches 2/alpha with at most
    alpha/2 otherwise. So the chance of ever a false alarm is at most ``alpha``, however small the reference; a small
    one only makes shifts harder to see. With ``exact=True`` the reference is taken for the truth, and all of alpha
    is spent on E.

    ``reference`` maps every label to its count, 0 for one that never came; at least two labels. Raises ValueError for
    fewer, for negative counts, for an exact reference with a count of 0, and on update for a label it does not have.

    >>> shift = LabelShift({"cat": 700, "dog": 250, "cow": 50})
    >>> stream = ["cat", "dog", "cow", "dog", "cow"] * 30
    >>> [shift.update(label) for label in stream][-1], shift.alarm_at
    (True, 13)
    >>> {label: round(change, 2) for label, change in shift.changes.items()}
    {'cat': -0.5, 'dog': 0.15, 'cow': 0.35}

    Sources: Robbins (1970), Annals of Mathematical Statistics 41:1397; Agrawal (2020), IEEE Transactions on
    Information Theory 66:6297 (the bound on KL).
    """

    reference: dict[Hashable, float]
    alpha: float = 0.05
    exact: bool = False
    counts: dict[Hashable, int] = field(default_factory=dict)
    n: int = 0
    alarm_at: int | None = None

    def __post_init__(self) -> None:
        check_open_share(self.alpha, "alpha", "0.05")
        values = list(self.reference.values())
        if len(values) < 2 or not all(0.0 <= value < float("inf") for value in values) or not sum(values) > 0.0:
            raise ValueError("reference has to map two labels or more to counts of at least 0, not all of them 0.")
        if self.exact and min(values) <= 0.0:
            raise ValueError("reference has a count of 0; an exact reference needs a share above 0 for every label.")

    def update(self, label: Hashable) -> bool:
        """Take one label; whether there is (or was) an alarm. Raises ValueError for one that the reference lacks."""
        if not isinstance(label, Hashable) or label not in self.reference:
            raise ValueError(f"label is {label!r}; the reference has only {list(self.reference)!r} (0 is a count too).")
        self.counts[label] = self.counts.get(label, 0) + 1
        self.n += 1
        # Taking the reference for the truth can only give more evidence, and is quick to compute.
        if self.alarm_at is None and self._log_e(None) >= self._needed and self.log_e >= self._needed:
            self.alarm_at = self.n
        return self.alarm_at is not None

    @property
    def log_e(self) -> float:
        """The natural logarithm of the evidence now."""
        return self._log_e(self._radius)

    @property
    def e_value(self) -> float:
        """The evidence now; it rings at 2 / alpha (1 / alpha for an exact reference). Cut at e^700."""
        return exp(min(self.log_e, _LARGEST_EXPONENT))

    @property
    def changes(self) -> dict[Hashable, float]:
        """Each label's share in the stream less its share in the reference; empty before the first label."""
        if not self.n:
            return {}
        total = sum(self.reference.values())
        return {label: self.counts.get(label, 0) / self.n - count / total for label, count in self.reference.items()}

    def state(self) -> dict[str, Any]:
        """JSON-ready when the labels are; :meth:`from_state` continues from it."""
        return {
            "monitor": CARD.id,
            "reference": [[label, count] for label, count in self.reference.items()],
            "alpha": self.alpha,
            "exact": self.exact,
            "counts": [[label, count] for label, count in self.counts.items()],
            "n": self.n,
            "alarm_at": self.alarm_at,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> LabelShift:
        """The test as it was. Raises ValueError for the state of another one."""
        saved = state_of(state, CARD.id)
        pairs = {name: dict(saved[name]) for name in ("reference", "counts")}
        return cls(**saved | pairs)

    def _log_e(self, radius: float | None) -> float:
        seen = np.array([self.counts.get(label, 0) for label in self.reference], dtype=np.float64)
        return float(log_evidence(seen, np.array(list(self.reference.values()), dtype=np.float64), radius))

    @property
    def _needed(self) -> float:
        return log((1.0 if self.exact else 2.0) / self.alpha)

    @property
    def _radius(self) -> float | None:
        return None if self.exact else divergence_radius(len(self.reference), self.alpha / 2.0)


def divergence_radius(n_labels: int, alpha: float) -> float:
    """c with P(N · KL(θ̂ ‖ θ) > c) <= alpha for any θ over ``n_labels`` labels and any number N of draws.

    >>> round(divergence_radius(2, 0.05), 3), round(divergence_radius(5, 0.05), 2)
    (3.689, 11.07)
    """
    if n_labels == 2:
        return log(2.0 / alpha)
    free = n_labels - 1.0
    low, high = free, 2.0 * free + 10.0 * log(1.0 / alpha) + 10.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        too_likely = -middle + free * (1.0 + log(middle / free)) > log(alpha)
        low, high = (middle, high) if too_likely else (low, middle)
    return high


def log_evidence(seen: Floats, reference: Floats, radius: float | None) -> Floats:
    """log E for counts ``seen`` of shape (..., labels); the reference is exact when ``radius`` is None."""
    from scipy.special import gammaln, xlogy

    n = seen.sum(axis=-1)
    prior = _PSEUDOCOUNT * seen.shape[-1]
    mixed = gammaln(prior) - gammaln(prior + n) + (gammaln(_PSEUDOCOUNT + seen) - gammaln(_PSEUDOCOUNT)).sum(axis=-1)
    best = reference / reference.sum() if radius is None else _most_favorable(seen, reference, radius)
    return np.asarray(mixed - xlogy(seen, best).sum(axis=-1), dtype=np.float64)


def _most_favorable(seen: Floats, reference: Floats, radius: float) -> Floats:
    """The shares in the reference's region under which ``seen`` is likeliest: (m + λ·r) / (M + λ·N).

    λ is the smallest that stays in the region; it is found by halving and rounded towards a larger region.
    """
    low, high = np.full(seen.shape[:-1], -40.0), np.full(seen.shape[:-1], 40.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        outside = _divergence(reference, _blend(seen, reference, middle)) > radius
        low, high = np.where(outside, middle, low), np.where(outside, high, middle)
    return _blend(seen, reference, low)


def _blend(seen: Floats, reference: Floats, log_weight: Floats) -> Floats:
    blended = seen + np.exp(log_weight)[..., None] * reference
    return np.asarray(blended / blended.sum(axis=-1, keepdims=True), dtype=np.float64)


def _divergence(reference: Floats, shares: Floats) -> Floats:
    """N · KL(θ̂ ‖ shares)."""
    from scipy.special import rel_entr

    total = reference.sum()
    return np.asarray(total * rel_entr(reference / total, shares).sum(axis=-1), dtype=np.float64)


MONITOR = Monitor(CARD, start=lambda: LabelShift({"cat": 600, "dog": 300, "cow": 100}), resume=LabelShift.from_state)
