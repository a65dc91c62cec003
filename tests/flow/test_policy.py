"""The policy, and what roles and tokens may do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from assay.flow.access import ALLOWED, SCOPES, Permission, Role, permissions
from assay.flow.policy import Policy
from assay.flow.policy_rules import Queue, TaskRule
from assay.flow.presets import PRESETS
from assay.kernel.errors import BadInput


def test_a_policy_comes_back_from_its_document() -> None:
    policy = Policy(annotations_per_task=4, overlap_share=0.25, order="sequential", ask_confidence=True)
    assert Policy.from_document(policy.as_document()) == policy


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"overlap": 3}, "policy.overlap"),
        ({"order": "best first"}, "policy.order"),
        ({"annotations_per_task": 0}, "policy.annotations_per_task"),
        ({"annotations_per_task": 101}, "policy.annotations_per_task"),
        ({"agreement_warning": 0.9, "agreement_target": 0.5}, "policy.agreement_warning"),
        ({"annotations_per_task": "3"}, "policy.annotations_per_task"),
        ({"annotations_per_task": True}, "policy.annotations_per_task"),
        ({"overlap_share": float("nan")}, "policy.overlap_share"),
        ({"most_per_person": -1}, "policy.most_per_person"),
        ({"most_in_project": 0}, "policy.most_in_project"),
        ({"session_minutes": -5}, "policy.session_minutes"),
        ({"price_per_annotation": float("inf")}, "policy.price_per_annotation"),
        ({"full_coverage": True, "adaptive": {"most": 5}}, "policy.adaptive"),
        ({"annotations_per_task": 5, "adaptive": {"most": 5}}, "policy.adaptive.most"),
        ({"adaptive": {"confidence": 0.4}}, "policy.adaptive.confidence"),
        ({"adaptive": {"certainty": 0.9}}, "policy.adaptive.certainty"),
        ({"rules": [{"where": {}}]}, "policy.rules[0].where"),
        ({"rules": [{"where": {"a": {"b": 1}}}]}, "policy.rules[0].where.a"),
        ({"rules": [{"where": {"a": 1}, "queue": "law"}]}, "policy.rules[0].queue"),
        ({"queues": [{"name": "law"}, {"name": "law"}]}, "policy.queues[1].name"),
        ({"queues": [{"name": "@law"}]}, "policy.queues[0].name"),
        ({"stages": [{"name": "a", "annotations": 1}]}, "policy.stages[0].annotations"),
        ({"stages": [{"name": "a"}, {"name": "b"}]}, "policy.stages[1].annotations"),
        ({"stages": [{"name": "a", "next": [{"to": "b"}]}]}, "policy.stages[0].next"),
        ({"stages": [{"name": "a"}, {"name": "b", "annotations": 1}]}, "policy.stages[1]"),
        ({"stages": [{"name": "a", "next": [{"to": "a"}]}]}, "policy.stages"),
        (
            {
                "stages": [
                    {"name": "a", "next": [{"to": "b"}]},
                    {"name": "b", "annotations": 1, "next": [{"to": "c"}]},
                    {"name": "c", "annotations": 1, "next": [{"to": "b"}]},
                ]
            },
            "policy.stages",
        ),
        ({"skips": {"bored": "out"}}, "policy.skips.bored"),
        ({"skips": {"broken": "nowhere"}}, "policy.skips.broken"),
    ],
)
def test_an_impossible_policy_is_refused_with_its_field(document: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        Policy.from_document(document)
    assert caught.value.field == field


@pytest.mark.parametrize(("share", "draw"), [(0.0, 0.0), (0.0, 0.99), (1.0, 0.99), (0.3, 0.29), (0.3, 0.3)])
def test_the_probabilities_of_the_two_targets_add_up(share: float, draw: float) -> None:
    target, probability = Policy(annotations_per_task=3, overlap_share=share).target(draw)
    assert target == (3 if draw < share else 1)
    assert probability == (share if target == 3 else 1 - share)
    assert 0 < probability <= 1


def test_a_circle_of_stages_is_shown() -> None:
    stages = [
        {"name": "a", "next": [{"to": "b"}]},
        {"name": "b", "annotations": 1, "next": [{"to": "c"}]},
        {"name": "c", "annotations": 1, "next": [{"to": "b"}]},
    ]
    with pytest.raises(BadInput, match="b → c → b"):
        Policy.from_document({"stages": stages})


def test_presets_can_be_put_in_force_as_they_are() -> None:
    for preset in PRESETS:
        assert Policy.from_document(preset.policy.as_document()) == preset.policy


def test_the_first_rule_that_fits_decides() -> None:
    policy = Policy(
        annotations_per_task=2,
        overlap_share=0.1,
        queues=[Queue("law", ["lawyer"])],
        rules=[
            TaskRule({"topic": "law", "risk": 3}, annotations_per_task=5, priority=2, queue="law"),
            TaskRule({"topic": ["law", "tax"]}, overlap_share=1.0),
            TaskRule({"stratum": "late"}, priority=-1),
        ],
    )

    def wanted(data: dict[str, Any], stratum: str = "") -> tuple[int, float, str, int]:
        found = policy.wanted(data, stratum, 0.5, priority=1)
        return found.target, found.inclusion, found.queue, found.priority

    assert wanted({"topic": "law", "risk": 3}) == (5, 1.0, "law", 3)
    assert wanted({"topic": "law", "risk": True}) == (2, 1.0, "", 1)
    assert wanted({"topic": "tax"}, "late") == (2, 1.0, "", 1)
    assert wanted({"topic": ["law"]}, "late") == (1, 0.9, "", 0)
    assert wanted({}) == (1, 0.9, "", 1)


def test_each_role_may_do_all_that_the_one_below_may() -> None:
    rising = (Role.ANNOTATOR, Role.REVIEWER, Role.LEAD, Role.OWNER)
    for lower, higher in pairwise(rising):
        assert ALLOWED[lower] < ALLOWED[higher]
    assert ALLOWED[Role.OWNER] == frozenset(Permission)
    assert set(ALLOWED) == set(Role)


def test_an_annotator_sees_nobody_elses_work() -> None:
    forbidden = set(Permission) - {Permission.SIGNED_IN, Permission.ANNOTATE, Permission.OWN_TOKENS}
    assert not forbidden & ALLOWED[Role.ANNOTATOR]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", [*SCOPES, "unknown"])
def test_a_token_never_allows_more_than_its_person(role: Role, scope: str) -> None:
    assert permissions(role, (scope,)) <= permissions(role)
    assert permissions(role, ()) == frozenset()
    assert permissions(role, ("unknown",)) == frozenset()
    assert permissions(role, tuple(SCOPES)) == permissions(role)
