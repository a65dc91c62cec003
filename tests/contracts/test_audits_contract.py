"""What every kind of acceptance plan promises. The suite walks PLANS: a new one is tested by being in the list."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import assay.audits
from assay.audits import PLANS, PlanCard, PlanKind

kinds = pytest.mark.parametrize("kind", PLANS, ids=lambda kind: kind.id)


@kinds
def test_the_card_says_what_a_page_needs(kind: PlanKind) -> None:
    assert kind.card.id == kind.id
    assert kind.id in assay.audits.__all__
    assert all(getattr(kind.card, field.name) for field in fields(PlanCard))
    assert kind.card.promise.endswith(".") and ">>>" in (kind.design.__doc__ or "")
    json.dumps(kind.card.as_dict())


def test_ids_are_unique() -> None:
    assert len({kind.id for kind in PLANS}) == len(PLANS)


@kinds
def test_the_plan_is_in_the_document(kind: PlanKind) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "audits.md"
    assert f"| `{kind.id}` |" in page.read_text(encoding="utf-8")


@kinds
@settings(max_examples=12, deadline=None)
@given(
    aql=st.sampled_from([0.005, 0.01, 0.05, 0.1]),
    ratio=st.sampled_from([3.0, 4.0, 8.0]),
    alpha=st.sampled_from([0.01, 0.05, 0.1]),
    beta=st.sampled_from([0.05, 0.1, 0.2]),
)
def test_both_risks_are_held_exactly(kind: PlanKind, aql: float, ratio: float, alpha: float, beta: float) -> None:
    plan = kind.design(aql, aql * ratio, alpha=alpha, beta=beta)
    assert plan.outcome(aql).accepts >= 1 - alpha - 1e-12
    assert plan.outcome(aql * ratio).accepts <= beta + 1e-12
    json.dumps(plan.as_dict(), allow_nan=False)


@kinds
@pytest.mark.parametrize("lot_size", [120, 400, 3000])
def test_both_risks_are_held_in_a_finite_lot(kind: PlanKind, lot_size: int) -> None:
    plan = kind.design(0.01, 0.08, lot_size=lot_size)
    assert plan.outcome(0.01).accepts >= 0.95
    assert plan.outcome(0.08).accepts <= 0.1
    assert plan.outcome(0.08).average_sample <= lot_size
    assert plan.as_dict()["lot_size"] == lot_size


@kinds
def test_work_without_errors_is_accepted_and_worse_work_less_often(kind: PlanKind) -> None:
    for plan in (kind.design(0.01, 0.06), kind.design(0.01, 0.06, lot_size=700)):
        curve = [plan.outcome(rate) for rate in (0.0, 0.01, 0.02, 0.04, 0.06, 0.1, 0.5, 1.0)]
        chances = [found.accepts for found in curve]
        assert chances[0] == pytest.approx(1.0) and chances[-1] == pytest.approx(0.0, abs=1e-12)
        assert chances == sorted(chances, reverse=True)
        assert all(found.average_sample >= 1 for found in curve)


@kinds
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"aql": 0.0, "ltpd": 0.1}, "aql is 0.0; give a number between 0 and 1"),
        ({"aql": 0.01, "ltpd": float("nan")}, "ltpd is nan"),
        ({"aql": 0.1, "ltpd": 0.1}, "give an ltpd above the aql"),
        ({"aql": 0.01, "ltpd": 0.1, "alpha": 1.0}, "alpha is 1.0"),
        ({"aql": 0.01, "ltpd": 0.1, "alpha": 0.6, "beta": 0.6}, r"alpha \+ beta is 1.2"),
        ({"aql": 0.01, "ltpd": 0.1, "lot_size": 0}, "lot_size is 0; give a whole number of at least 1"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_risks_are_refused_by_name(kind: PlanKind, arguments: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        kind.design(**arguments)


@kinds
def test_an_impossible_error_rate_is_refused(kind: PlanKind) -> None:
    with pytest.raises(ValueError, match=r"error_rate is 1\.5; give a number from 0 to 1"):
        kind.design(0.01, 0.1).outcome(1.5)


def test_the_package_stands_on_monitoring_and_loads_scipy_late() -> None:
    program = "import sys; import assay.audits; print(*sorted(sys.modules)); print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    modules, has_scipy = done.stdout.splitlines()
    ours = {name.split(".")[1] for name in modules.split() if name.startswith("assay.")}
    assert ours == {"audits", "monitoring"}
    assert has_scipy == "False"
