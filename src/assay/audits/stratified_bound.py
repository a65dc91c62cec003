"""Upper bound on an error rate from an audit by strata (annotators, labels, days) with different shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from assay.audits.arguments import Floats, check_count, check_errors, check_level
from assay.audits.error_bound import NOTHING, ErrorBound

POOLED = "Clopper-Pearson on all strata (Hoeffding 1956)"
FISHER = "Fisher's combination of exact binomial tests, worst case over strata"
Method = Literal["auto", "pooled", "fisher"]
_NEARLY_EVEN = 1.25
_FEW = 4
_HALVINGS = 45
_GRID, _ROUNDS = 33, 7


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the work: how many tasks it has, and what the audit of a random sample of them found."""

    n_tasks: int
    n_audited: int
    n_errors: int

    def __post_init__(self) -> None:
        check_count(self.n_tasks, "n_tasks", at_least=1)
        check_errors(self.n_errors, self.n_audited)
        if self.n_audited > self.n_tasks:
            raise ValueError(f"n_audited is {self.n_audited} and n_tasks {self.n_tasks}; audit no more than there are.")


def stratified_bound(strata: Sequence[Stratum], *, level: float = 0.95, method: Method = "auto") -> ErrorBound:
    """An upper bound on the error rate over all strata, Σ_h W_h·p_h with W_h the share of tasks in stratum h.

    Adding up bounds of single strata would be far too careful, and the bound of the pooled sample is wrong when
    a stratum with many errors was audited little. Two ways are valid whatever the rates of the strata:

    - *pooled*: the number of errors in all samples is at least as spread out for equal rates as for unequal ones
      (Hoeffding), so Clopper-Pearson bounds Σ (n_h/n)·p_h; times the largest W_h / (n_h/n) it bounds Σ W_h·p_h. With
      samples in proportion to the strata it is the plain bound.
    - *Fisher*: the largest Σ W_h·p_h with Σ log P(X_h <= errors_h; p_h) above what chi-square with two degrees of
      freedom for each stratum allows. A concave problem, solved to 1e-9.

    ``method`` has to be chosen before the errors are known. "auto" goes by sizes alone: pooled where no stratum is
    audited at less than 4/5 of its share (or there are more than four strata), else Fisher, which is the better one
    where doubtful strata were audited more and have most of the errors. Chances are binomial: exact for draws with
    replacement, careful for samples that are a large part of a stratum. A stratum that was not audited counts as all
    wrong. Raises ValueError for no strata, another method or an impossible level.

    >>> even = [Stratum(5000, 100, 1), Stratum(10000, 200, 2)]
    >>> print(stratified_bound(even).method, "|", stratified_bound(even))
    Clopper-Pearson on all strata (Hoeffding 1956) | at most 2.56 % wrong at 95 % confidence (3 of 300 audited)
    >>> print(stratified_bound([Stratum(9000, 200, 0), Stratum(1000, 200, 12)]))
    at most 2.51 % wrong at 95 % confidence (12 of 400 audited)

    Sources: Hoeffding (1956), Annals of Mathematical Statistics 27:713; Fisher (1925), Statistical Methods for
    Research Workers, 21.1; Ottoboni, Stark, Lindeman, McBurnett (2018) for the worst case over strata.
    """
    check_level(level)
    if method not in get_args(Method):
        raise ValueError(f"There is no method {method!r}; use 'auto', 'pooled' or 'fisher'.")
    if not strata:
        raise ValueError("strata is empty; give at least one stratum.")
    total = sum(stratum.n_tasks for stratum in strata)
    # In a fixed order, so that the last digits do not depend on how the strata came.
    ordered = sorted(strata, key=lambda stratum: (stratum.n_tasks, stratum.n_audited, stratum.n_errors))
    audited = [stratum for stratum in ordered if stratum.n_audited]
    n_audited, n_errors = (sum(getattr(stratum, name) for stratum in strata) for name in ("n_audited", "n_errors"))
    if not audited:
        return ErrorBound(1.0, level, 0, 0, POOLED, None, reason=NOTHING)
    share, n, errors = (
        np.array(column, dtype=np.float64)
        for column in zip(*((s.n_tasks / total, s.n_audited, s.n_errors) for s in audited), strict=True)
    )
    unknown = 1.0 - sum(stratum.n_tasks for stratum in audited) / total
    even = float((share * n.sum() / n).max()) <= _NEARLY_EVEN
    pooled = method == "pooled" or (method == "auto" and (even or len(audited) > _FEW))
    upper = (_pooled if pooled else _fisher)(share, n, errors, level) + unknown
    reason = f"{len(strata) - len(audited)} strata were not audited." if unknown > 0.0 else None
    estimate = None if reason else float(np.dot(share, errors / n))
    name = POOLED if pooled else FISHER
    return ErrorBound(min(upper, 1.0), level, n_audited, n_errors, name, estimate, reason=reason)


def _pooled(share: Floats, n: Floats, errors: Floats, level: float) -> float:
    from scipy.special import betaincinv

    total, wrong = float(n.sum()), float(errors.sum())
    bound = 1.0 if wrong == total else float(betaincinv(wrong + 1.0, total - wrong, level))
    # Hoeffding's comparison needs a mean of at least one error more than was seen.
    bound = max(bound, min((wrong + 1.0) / total, 1.0))
    return min(bound * float((share * total / n).max()), float(share.sum()))


def _fisher(share: Floats, n: Floats, errors: Floats, level: float) -> float:
    """The largest Σ share·p with Σ log P(X_h <= errors_h; p_h) >= least, by its Lagrange multiplier."""
    from scipy.special import betainc, betaincinv, chdtri

    least = -float(chdtri(2.0 * len(n), 1.0 - level)) / 2.0
    all_wrong = errors == n  # such a stratum stays at 1, and costs nothing
    open_share, errors, right = share[~all_wrong], errors[~all_wrong], (n - errors)[~all_wrong]
    if not len(right):
        return float(share.sum())
    most = betaincinv(errors + 1.0, right, -np.expm1(least))
    low, high = -40.0, 40.0
    for _ in range(_ROUNDS):
        prices = np.linspace(low, high, _GRID)
        p = _at_price(open_share * np.exp(-prices)[:, None], errors, right, most)
        enough = int(np.argmax(np.log(betainc(right, errors + 1.0, 1.0 - p)).sum(axis=1) >= least))
        low, high = float(prices[max(enough - 1, 0)]), float(prices[enough])
    # The side on which slightly too much is allowed: the bound is then rounded up.
    p = _at_price(open_share * np.exp(-low), errors, right, most)
    return float(np.dot(open_share, p) + share[all_wrong].sum())


def _at_price(slope: Floats, errors: Floats, right: Floats, most: Floats) -> Floats:
    """Where -d/dp log P(X <= errors; p), growing from 0, reaches ``slope``; at most ``most``. Shape of ``slope``."""
    from scipy.special import betainc, betaln

    low, high = np.zeros_like(slope), np.broadcast_to(most, slope.shape)
    for _ in range(_HALVINGS):
        p = (low + high) / 2.0
        log_density = errors * np.log(p) + (right - 1.0) * np.log1p(-p) - betaln(errors + 1.0, right)
        hazard = np.exp(log_density) / betainc(right, errors + 1.0, 1.0 - p)
        low, high = np.where(hazard < slope, p, low), np.where(hazard < slope, high, p)
    return high
