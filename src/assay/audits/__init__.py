"""How many errors are left: acceptance plans, bounds, and what may go unchecked. Needs NumPy and SciPy only.

>>> from assay.audits import error_bound, single_plan
>>> print(error_bound(n_errors=3, n_audited=300))
at most 2.56 % wrong at 95 % confidence (3 of 300 audited)
>>> single_plan(aql=0.01, ltpd=0.05)
SinglePlan(n=132, c=3, lot_size=None)

Adding a kind of plan is one file with a ``PLAN`` (its card, and the function that designs one) and one line in
``PLANS``.
"""

from assay.audits.anchoring import Anchoring, ArmEffect, anchoring, arm_effect
from assay.audits.auto_accept import AutoAccept, auto_accept
from assay.audits.double_plan import PLAN as _DOUBLE_PLAN
from assay.audits.double_plan import DoublePlan, double_plan
from assay.audits.error_bound import ErrorBound, audit_size, error_bound
from assay.audits.plan import AuditPlan, PlanCard, PlanKind, PlanOutcome, Risks
from assay.audits.sequential_plan import PLAN as _SEQUENTIAL_PLAN
from assay.audits.sequential_plan import SequentialPlan, sequential_plan
from assay.audits.single_plan import PLAN as _SINGLE_PLAN
from assay.audits.single_plan import SinglePlan, single_plan
from assay.audits.stratified_bound import Stratum, stratified_bound
from assay.audits.weighted_bound import weighted_bound

PLANS: tuple[PlanKind, ...] = (_SINGLE_PLAN, _DOUBLE_PLAN, _SEQUENTIAL_PLAN)

__all__ = [
    "PLANS",
    "Anchoring",
    "ArmEffect",
    "AuditPlan",
    "AutoAccept",
    "DoublePlan",
    "ErrorBound",
    "PlanCard",
    "PlanKind",
    "PlanOutcome",
    "Risks",
    "SequentialPlan",
    "SinglePlan",
    "Stratum",
    "anchoring",
    "arm_effect",
    "audit_size",
    "auto_accept",
    "double_plan",
    "error_bound",
    "sequential_plan",
    "single_plan",
    "stratified_bound",
    "weighted_bound",
]
