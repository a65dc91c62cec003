"""Exact upper bound on the error rate after an audit: "with 95 % confidence at most x % are wrong"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay.audits.arguments import check_count, check_errors, check_level, check_open_share
from assay.audits.plan import chance_up_to, smallest

BINOMIAL = "Clopper-Pearson, one-sided"
HYPERGEOMETRIC = "hypergeometric, one-sided"
NOTHING = "Nothing was audited."


@dataclass(frozen=True, slots=True)
class ErrorBound:
    """``upper`` bounds the error rate with confidence ``level``: of all audits, it is below the truth in at most
    1 - level.

    ``estimate`` is the rate seen; None exactly when ``reason`` says why there is none (with nothing audited ``upper``
    is 1, which is all that is known). ``left`` bounds the number of errors among the tasks *not* audited, for an audit
    of a finite population (else None).
    """

    upper: float
    level: float
    n_audited: int
    n_errors: int
    method: str
    estimate: float | None
    left: int | None = None
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def __str__(self) -> str:
        seen = f"{self.n_errors} of {self.n_audited} audited"
        return f"at most {100.0 * self.upper:.2f} % wrong at {100.0 * self.level:.4g} % confidence ({seen})"


def error_bound(n_errors: int, n_audited: int, *, level: float = 0.95, population: int | None = None) -> ErrorBound:
    """The largest error rate with which so few errors are still likely enough: P(X <= n_errors) > 1 - level.

    Tasks have to be audited at random. For an endless stream (or tasks drawn again and again) X is binomial: the
    one-sided Clopper-Pearson bound, and 1 when everything audited was wrong. For a sample without replacement out of
    ``population`` tasks X is hypergeometric; the bound is smaller, and at a full audit it is the rate itself.

    Raises ValueError for more errors than audited tasks, more audited than there are, or an impossible level.

    >>> print(error_bound(0, 150))
    at most 1.98 % wrong at 95 % confidence (0 of 150 audited)
    >>> round(error_bound(3, 300).upper, 4), error_bound(3, 300, population=1000).left
    (0.0256, 20)

    Sources: Clopper, Pearson (1934), Biometrika 26:404; Wright (1991), Exact confidence bounds when sampling from
    small finite universes.
    """
    check_level(level)
    check_errors(n_errors, n_audited)
    if population is None:
        return _binomial(n_errors, n_audited, level)
    if n_audited > check_count(population, "population", at_least=1):
        raise ValueError(f"n_audited is {n_audited} and population {population}; audit no more than there are.")
    return _hypergeometric(n_errors, n_audited, level, population)


def audit_size(max_rate: float, *, level: float = 0.95, n_errors: int = 0, population: int | None = None) -> int:
    """The smallest audit that, with at most ``n_errors`` errors in it, shows an error rate of at most ``max_rate``.

    Raises ValueError for a rate or level out of range; in a small population the answer may be all of it.

    >>> audit_size(0.02), audit_size(0.01), audit_size(0.01, n_errors=1), audit_size(0.01, population=500)
    (149, 299, 473, 196)
    """
    check_open_share(max_rate, "max_rate", "0.02")
    check_count(n_errors, "n_errors")

    def shows(n: int) -> bool:
        return error_bound(n_errors, n, level=level, population=population).upper <= max_rate

    if population is not None and check_count(population, "population", at_least=1) <= n_errors:
        return population
    found = smallest(shows, n_errors + 1, population)
    if found is None and population is not None:
        return population
    if found is None:
        raise ValueError(f"max_rate is {max_rate!r}; too small to be shown: give a larger one.")
    return found


def _binomial(n_errors: int, n_audited: int, level: float) -> ErrorBound:
    from scipy.special import betaincinv

    if n_audited == 0:
        return ErrorBound(1.0, level, 0, 0, BINOMIAL, None, reason=NOTHING)
    upper = 1.0 if n_errors == n_audited else float(betaincinv(n_errors + 1.0, n_audited - n_errors, level))
    return ErrorBound(upper, level, n_audited, n_errors, BINOMIAL, n_errors / n_audited)


def _hypergeometric(n_errors: int, n_audited: int, level: float, population: int) -> ErrorBound:
    """One error fewer than the smallest number that would make so few errors in the sample unlikely."""

    def unlikely(errors: int) -> bool:
        return chance_up_to(n_errors, n_audited, errors, population) <= 1.0 - level

    most = population - (n_audited - n_errors)
    too_many = smallest(unlikely, n_errors + 1, most) if most > n_errors else None
    errors = most if too_many is None else too_many - 1
    left = errors - n_errors
    if n_audited == 0:
        return ErrorBound(1.0, level, 0, 0, HYPERGEOMETRIC, None, left=left, reason=NOTHING)
    return ErrorBound(errors / population, level, n_audited, n_errors, HYPERGEOMETRIC, n_errors / n_audited, left=left)
