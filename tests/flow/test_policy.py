"""The policy, and what roles and tokens may do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from assay.flow.access import ALLOWED, SCOPES, Permission, Role, permissions
from assay.flow.policy import Policy
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
