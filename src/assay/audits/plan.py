"""What every acceptance plan is: a card, a way to design it, and the exact chance that it accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor
from typing import Any, Protocol

import numpy as np

from assay.audits.arguments import Counts, Floats, check_count, check_open_share

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What a plan does to work of one error rate: exact.

    ``accepts`` is the chance that it is accepted, ``average_sample`` the mean number of tasks audited. With a lot of
    finite size ``error_rate`` is the nearest one that it can have.
    """

    error_rate: float
    accepts: float
    average_sample: float


class AuditPlan(Protocol):
    """An acceptance plan; ``outcome`` is its operating characteristic and average sample number."""

    def outcome(self, error_rate: float) -> PlanOutcome: ...
    def as_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class PlanCard:
    """Who a plan is. ``promise`` says in a sentence what its design guarantees."""

    id: str
    title: str
    summary: str
    promise: str
    reference: str

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class PlanKind:
    """A member of ``PLANS``: a card, and the function that designs such a plan."""

    card: PlanCard
    design: Callable[..., AuditPlan]

    @property
    def id(self) -> str:
        return self.card.id


@dataclass(frozen=True, slots=True)
class Risks:
    """What a plan has to hold: work with an error rate of at most ``aql`` is accepted with a chance of at least
    1 - ``alpha``, work of at least ``ltpd`` with at most ``beta``; in a lot of ``lot_size`` tasks, or in an endless
    stream when that is None.

    Raises ValueError unless 0 < aql < ltpd < 1, 0 < alpha, beta and alpha + beta < 1.
    """

    aql: float
    ltpd: float
    alpha: float = 0.05
    beta: float = 0.1
    lot_size: int | None = None

    def __post_init__(self) -> None:
        check_open_share(self.aql, "aql", "0.01")
        check_open_share(self.ltpd, "ltpd", "0.05")
        check_open_share(self.alpha, "alpha", "0.05")
        check_open_share(self.beta, "beta", "0.1")
        if self.aql >= self.ltpd:
            raise ValueError(f"ltpd is {self.ltpd!r} and aql {self.aql!r}; give an ltpd above the aql.")
        if self.alpha + self.beta >= 1.0:
            raise ValueError(f"alpha + beta is {self.alpha + self.beta!r}; give two that sum to less than 1.")
        if self.lot_size is not None:
            check_count(self.lot_size, "lot_size", at_least=1)

    @property
    def good_errors(self) -> float:
        """The worst good work: its number of errors in the lot, or its error rate in a stream."""
        return self.aql if self.lot_size is None else floor(self.aql * self.lot_size + _ROUNDING)

    @property
    def bad_errors(self) -> float:
        """The best bad work, likewise."""
        return self.ltpd if self.lot_size is None else ceil(self.ltpd * self.lot_size - _ROUNDING)


def chance_up_to(most: int, n: int, errors: float, lot_size: int | None) -> float:
    """P(at most ``most`` errors among n tasks): hypergeometric for a lot with that many errors, else binomial."""
    if most < 0:
        return 0.0
    if lot_size is None:
        from scipy.special import bdtr

        return float(bdtr(float(min(most, n)), n, errors))
    fewest = max(0, n + int(errors) - lot_size)
    return min(float(chance_exactly(np.arange(fewest, min(most, n) + 1), n, errors, lot_size).sum()), 1.0)


def chance_exactly(counts: Counts, n: int, errors: float, lot_size: int | None) -> Floats:
    """P(exactly so many errors among n tasks) for consecutive ``counts``, as in :func:`chance_up_to`; same shape."""
    if lot_size is None:
        from scipy.special import bdtr

        capped = np.minimum(counts, n).astype(np.float64)
        return np.asarray(bdtr(capped, n, errors) - bdtr(capped - (counts <= n), n, errors), dtype=np.float64)
    from scipy.special import betaln

    bad, good = int(errors), lot_size - int(errors)
    possible = (counts <= min(n, bad)) & (counts >= n - good)
    k = np.where(possible, counts, max(0, n - good)).astype(np.float64)
    # log of C(bad, k) · C(good, n - k) / C(lot, n), with 1 / C(a, b) = (a + 1) · B(b + 1, a - b + 1)
    ways = -betaln(k + 1.0, bad - k + 1.0) - betaln(n - k + 1.0, good - n + k + 1.0)
    logs = ways + betaln(n + 1.0, lot_size - n + 1.0) + np.log((lot_size + 1.0) / ((bad + 1.0) * (good + 1.0)))
    return np.where(possible, np.exp(logs), 0.0)


def errors_in(error_rate: float, lot_size: int | None) -> float:
    """The error rate itself for a stream, the nearest number of errors for a lot. Raises ValueError outside 0 to 1."""
    if not 0.0 <= error_rate <= 1.0:
        raise ValueError(f"error_rate is {error_rate!r}; give a number from 0 to 1.")
    return error_rate if lot_size is None else floor(error_rate * lot_size + 0.5)


def rate_of(errors: float, lot_size: int | None) -> float:
    """Back from :func:`errors_in`."""
    return errors if lot_size is None else errors / lot_size


def smallest(holds: Callable[[int], bool], first: int, last: int | None) -> int | None:
    """The smallest whole number from ``first`` to ``last`` for which ``holds`` (false, then true); None when none."""
    low, step = first - 1, 1
    while True:
        high = low + step if last is None else min(low + step, last)
        if holds(high):
            break
        if high == last or high > 10_000_000:
            return None
        low, step = high, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
