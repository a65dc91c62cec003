"""Single sampling plan: audit n tasks, accept with at most c errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assay.audits.arguments import check_count
from assay.audits.plan import (
    PlanCard,
    PlanKind,
    PlanOutcome,
    Risks,
    chance_up_to,
    errors_in,
    rate_of,
    smallest,
)

CARD = PlanCard(
    id="single_plan",
    title="Single sampling plan",
    summary="One sample; accept when it has few errors.",
    promise="Work with an error rate of aql or better is accepted with a chance of at least 1 - alpha, of ltpd or "
    "worse with at most beta; exactly.",
    reference="Dodge, Romig 1929; Guenther 1969",
)
_MOST_ERRORS = 2000


@dataclass(frozen=True, slots=True)
class SinglePlan:
    """Audit ``n`` tasks at random and accept with at most ``c`` errors; out of a lot of ``lot_size``, or of a stream.

    >>> plan = SinglePlan(n=52, c=3)
    >>> [round(plan.outcome(rate).accepts, 3) for rate in (0.02, 0.05, 0.1)]
    [0.98, 0.738, 0.223]
    """

    n: int
    c: int
    lot_size: int | None = None

    def __post_init__(self) -> None:
        check_count(self.n, "n", at_least=1)
        check_count(self.c, "c")
        if self.c >= self.n:
            raise ValueError(f"c is {self.c} and n {self.n}; give fewer errors than tasks.")
        if self.lot_size is not None and self.n > check_count(self.lot_size, "lot_size", at_least=1):
            raise ValueError(f"n is {self.n} and lot_size {self.lot_size}; audit no more tasks than there are.")

    def outcome(self, error_rate: float) -> PlanOutcome:
        """The exact chance of acceptance; all n tasks are audited."""
        errors = errors_in(error_rate, self.lot_size)
        accepts = chance_up_to(self.c, self.n, errors, self.lot_size)
        return PlanOutcome(rate_of(errors, self.lot_size), accepts, float(self.n))

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"plan": CARD.id, "n": self.n, "c": self.c, "lot_size": self.lot_size}


def single_plan(
    aql: float, ltpd: float, *, alpha: float = 0.05, beta: float = 0.1, lot_size: int | None = None
) -> SinglePlan:
    """The smallest single plan that holds both risks (see :class:`assay.audits.Risks`).

    For each c the smallest n that keeps bad work out is found by halving; the first c for which it lets good work
    in is the answer. Raises ValueError for risks that contradict each other, or are too near for 2,000 errors.

    >>> single_plan(aql=0.01, ltpd=0.05)
    SinglePlan(n=132, c=3, lot_size=None)
    >>> single_plan(aql=0.01, ltpd=0.05, lot_size=400)
    SinglePlan(n=97, c=2, lot_size=400)

    Source: Guenther (1969), Journal of Quality Technology 1:105.
    """
    risks = Risks(aql, ltpd, alpha, beta, lot_size)
    first = 1
    for c in range(_MOST_ERRORS):
        first = max(first, c + 1)

        def keeps_out(n: int, c: int = c) -> bool:
            return chance_up_to(c, n, risks.bad_errors, lot_size) <= beta

        n = smallest(keeps_out, first, lot_size)
        if n is None:
            break
        if chance_up_to(c, n, risks.good_errors, lot_size) >= 1.0 - alpha:
            return SinglePlan(n, c, lot_size)
        first = n
    raise ValueError(f"ltpd is {ltpd!r} and aql {aql!r}; too near for an audit: give an ltpd further away.")


PLAN = PlanKind(CARD, single_plan)
