"""Sequential sampling plan: audit one task after the other until it is clear; the fewest tasks on average."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from assay.audits.arguments import Floats, check_count
from assay.audits.plan import PlanCard, PlanKind, PlanOutcome, Risks, errors_in, rate_of
from assay.audits.single_plan import single_plan
from assay.monitoring.sprt import Decision, SprtPlan, errors_by_cap, walk

CARD = PlanCard(
    id="sequential_plan",
    title="Sequential sampling plan",
    summary="One task after the other, until the number of errors is clearly low or high.",
    promise="Work with an error rate of aql or better is accepted with a chance of at least 1 - alpha, of ltpd or "
    "worse with at most beta; exactly, with the cap on the number of tasks.",
    reference="Wald 1945, 1947; exact numbers by dynamic programming",
)
_TIGHTER = 0.95
_ATTEMPTS = 40


@dataclass(frozen=True)
class SequentialPlan:
    """A sequential probability ratio test of error rates, with a cap of ``most`` tasks, where it has to decide.

    >>> plan = sequential_plan(aql=0.01, ltpd=0.05)
    >>> plan.decide(40, 0), plan.decide(60, 0), plan.decide(60, 5)
    ('go on', 'pass', 'fail')
    """

    limits: SprtPlan
    lot_size: int | None = None

    def __post_init__(self) -> None:
        if self.lot_size is not None:
            check_count(self.lot_size, "lot_size", at_least=1)
            if self.limits.max_questions is None or self.limits.max_questions > self.lot_size:
                raise ValueError(f"limits needs max_questions of at most lot_size ({self.lot_size}).")

    @property
    def most(self) -> int | None:
        """The cap on the number of tasks."""
        return self.limits.max_questions

    def decide(self, n: int, n_errors: int) -> Decision:
        """What to do after n audited tasks with that many errors: "pass", "fail" or "go on"."""
        return self.limits.decide(n, n_errors)

    def outcome(self, error_rate: float) -> PlanOutcome:
        """The exact chance of acceptance and mean number of tasks."""
        errors = errors_in(error_rate, self.lot_size)
        accepts, average = self._at(errors)
        return PlanOutcome(rate_of(errors, self.lot_size), accepts, average)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: with the numbers of errors at which to decide after each number of tasks up to 500."""
        n = min(self.most or 500, 500)
        decide = [[i, self.limits.pass_at(i), self.limits.fail_at(i)] for i in range(1, n + 1)]
        return {"plan": CARD.id, "most": self.most, "lot_size": self.lot_size, "decide": decide}

    @cached_property
    def _found(self) -> dict[float, tuple[float, float]]:
        return {}

    def _at(self, errors: float) -> tuple[float, float]:
        if errors not in self._found:

            def error_chance(n: int, seen: Floats) -> Floats:
                if self.lot_size is None:
                    return np.full_like(seen, errors)
                return np.clip((errors - seen) / (self.lot_size - n), 0.0, 1.0)

            passes, fails = walk(self.limits, error_chance)
            average = float(np.dot(np.arange(1, len(passes) + 1), passes + fails))
            self._found[errors] = (float(passes.sum()), average)
        return self._found[errors]


def sequential_plan(
    aql: float, ltpd: float, *, alpha: float = 0.05, beta: float = 0.1, lot_size: int | None = None
) -> SequentialPlan:
    """Wald's plan with the shortest cap that holds both risks exactly, at most twice the single plan's sample.

    Where Wald's limits with such a cap miss a risk (alone they hold only the sum of both), they are tightened in steps
    of 5 % until it holds. In a lot the cap is at most the lot, and the limits are those for a stream; that both risks
    hold in the lot is checked exactly. Raises ValueError for risks that contradict each other or are too near.

    >>> plan = sequential_plan(aql=0.01, ltpd=0.05)
    >>> plan.most, [round(plan.outcome(rate).average_sample) for rate in (0.005, 0.01, 0.05)]
    (192, [69, 84, 70])
    """
    risks = Risks(aql, ltpd, alpha, beta, lot_size)
    longest = 2 * single_plan(aql, ltpd, alpha=alpha, beta=beta, lot_size=lot_size).n
    longest = longest if lot_size is None else min(longest, lot_size)
    for attempt in range(_ATTEMPTS):
        tighter = _TIGHTER**attempt
        free = SprtPlan(1.0 - aql, 1.0 - ltpd, alpha * tighter, beta * tighter)
        fails, passes = errors_by_cap(free, longest)
        held = np.flatnonzero((fails <= alpha) & (passes <= beta))
        if not len(held) and lot_size is None:
            continue
        cap = int(held[0]) + 1 if len(held) else longest
        plan = SequentialPlan(SprtPlan(free.good, free.bad, free.alpha, free.beta, cap), lot_size)
        if plan._at(risks.good_errors)[0] >= 1.0 - alpha and plan._at(risks.bad_errors)[0] <= beta:
            return plan
    raise ValueError(f"ltpd is {ltpd!r} and aql {aql!r}; no sequential plan holds both risks: use a single plan.")


PLAN = PlanKind(CARD, sequential_plan)
