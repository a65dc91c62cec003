"""Double sampling plan: a first sample decides when it is clear, else a second one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.audits.arguments import check_count
from assay.audits.plan import (
    PlanCard,
    PlanKind,
    PlanOutcome,
    Risks,
    chance_exactly,
    chance_up_to,
    errors_in,
    rate_of,
    smallest,
)
from assay.audits.single_plan import single_plan

CARD = PlanCard(
    id="double_plan",
    title="Double sampling plan",
    summary="A small sample first; a second one only when the first is unclear.",
    promise="Work with an error rate of aql or better is accepted with a chance of at least 1 - alpha, of ltpd or "
    "worse with at most beta; exactly. Good work needs fewer tasks on average than with a single plan.",
    reference="Dodge, Romig 1929",
)
_RATIOS = (1, 2)


@dataclass(frozen=True, slots=True)
class DoublePlan:
    """Audit ``n1`` tasks: accept with at most ``c1`` errors, reject with more than ``c2``. In between audit ``n2`` more
    and accept with at most ``c2`` errors in both samples together.

    >>> plan = DoublePlan(n1=50, c1=0, n2=50, c2=2)
    >>> found = plan.outcome(0.01)
    >>> round(found.accepts, 3), round(found.average_sample, 1)
    (0.929, 69.1)
    """

    n1: int
    c1: int
    n2: int
    c2: int
    lot_size: int | None = None

    def __post_init__(self) -> None:
        check_count(self.n1, "n1", at_least=1)
        check_count(self.n2, "n2", at_least=1)
        check_count(self.c1, "c1")
        if self.c2 <= self.c1:
            raise ValueError(f"c2 is {self.c2} and c1 {self.c1}; give a c2 above c1.")
        if self.lot_size is not None and self.n1 + self.n2 > check_count(self.lot_size, "lot_size", at_least=1):
            raise ValueError(f"lot_size is {self.lot_size}; audit no more than that (n1 + n2 is {self.n1 + self.n2}).")

    def outcome(self, error_rate: float) -> PlanOutcome:
        """The exact chance of acceptance and mean number of tasks (a second sample is always audited whole)."""
        errors = errors_in(error_rate, self.lot_size)
        accepts, second = _chances(self, errors)
        return PlanOutcome(rate_of(errors, self.lot_size), accepts, self.n1 + second * self.n2)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"plan": CARD.id} | {name: getattr(self, name) for name in self.__dataclass_fields__}


def double_plan(
    aql: float, ltpd: float, *, alpha: float = 0.05, beta: float = 0.1, lot_size: int | None = None
) -> DoublePlan:
    """The double plan with a second sample as large as the first, or twice, that holds both risks and audits the
    fewest tasks on average at an error rate of ``aql``. Ties: the first in order of c2, c1 and ratio.

    Raises ValueError for risks that contradict each other, or when a lot is too small for two samples.

    >>> plan = double_plan(aql=0.01, ltpd=0.05)
    >>> plan
    DoublePlan(n1=69, c1=0, n2=69, c2=3, lot_size=None)
    >>> round(plan.outcome(0.01).average_sample, 1)
    103.2
    """
    risks = Risks(aql, ltpd, alpha, beta, lot_size)
    single = single_plan(aql, ltpd, alpha=alpha, beta=beta, lot_size=lot_size)
    best: DoublePlan | None = None
    least = np.inf
    first: dict[tuple[int, int], int] = {}  # a larger c2 needs at least as large a first sample
    for c2 in range(1, 2 * single.c + 4):
        for c1 in range(c2):
            for ratio in _RATIOS:
                at_least = first.get((c1, ratio), 1)
                if at_least >= least:
                    continue
                plan = _smallest_with(risks, c1, c2, ratio, at_least)
                if plan is None:
                    first[c1, ratio] = lot_size or 0
                    continue
                first[c1, ratio] = plan.n1
                accepts, second = _chances(plan, risks.good_errors)
                average = plan.n1 + second * plan.n2
                if accepts >= 1.0 - alpha and average < least - 1e-9:
                    best, least = plan, average
    if best is None:
        raise ValueError(f"lot_size is {lot_size}; too small for two samples: use a single plan.")
    return best


def _smallest_with(risks: Risks, c1: int, c2: int, ratio: int, at_least: int) -> DoublePlan | None:
    """The smallest plan with these numbers, and a first sample of ``at_least``, that keeps bad work out."""
    lot = risks.lot_size

    def keeps_out(n1: int) -> bool:
        return _chances(DoublePlan(n1, c1, ratio * n1, c2, lot), risks.bad_errors)[0] <= risks.beta

    most = None if lot is None else lot // (1 + ratio)
    n1 = None if most is not None and most < at_least else smallest(keeps_out, at_least, most)
    return None if n1 is None else DoublePlan(n1, c1, ratio * n1, c2, lot)


def _chances(plan: DoublePlan, errors: float) -> tuple[float, float]:
    """The chance of acceptance, and that a second sample is needed."""
    unclear = np.arange(plan.c1 + 1, plan.c2 + 1)
    chance = chance_exactly(unclear, plan.n1, errors, plan.lot_size)
    accepts = chance_up_to(plan.c1, plan.n1, errors, plan.lot_size)
    for seen, seen_chance in zip(unclear.tolist(), chance.tolist(), strict=True):
        left = errors if plan.lot_size is None else max(errors - seen, 0)
        rest = None if plan.lot_size is None else plan.lot_size - plan.n1
        if seen_chance > 0.0:
            accepts += seen_chance * chance_up_to(plan.c2 - seen, plan.n2, left, rest)
    return accepts, float(chance.sum())


PLAN = PlanKind(CARD, double_plan)
