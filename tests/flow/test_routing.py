"""What becomes of a task that has all its annotations: asked once more, into another stage, or done."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import numpy as np
import pytest

from assay.aggregation.stopping import AnnotatorModels, posterior_of
from assay.aggregation.stopping_rule import StoppingRule
from assay.flow.confidence import NEWCOMER_ACCURACY, confidence
from assay.flow.policy import Policy
from assay.flow.policy_rules import AdaptiveOverlap, Queue
from assay.flow.policy_stages import Condition, Stage, Step
from assay.flow.routing import ASK_MORE, STAGE, Answer, Complete, is_audited, route
from assay.flow.stopping_audit import stopping_threshold
from assay.labels.label_config import parse_label_config
from tests.flow.ground import LABEL_CONFIG

CONFIG = parse_label_config(LABEL_CONFIG)
LABELS = ("Good", "Bad", "Neither")


def said(*labels: str, accuracy: float | None = None) -> list[Answer]:
    """Answers, in canonical form."""
    return [Answer(f'{{"mood":["{label}"]}}', accuracy) for label in labels]


def complete(*labels: str, stage: int = 0, draw: float = 0.5, accuracy: float | None = None) -> Complete:
    """A task with these answers."""
    return Complete(1, stage, draw, said(*labels, accuracy=accuracy))


def one_coin(accuracies: list[float]) -> AnnotatorModels:
    """The same model, as the statistics library knows it."""
    k = len(LABELS)
    confusions = np.array(
        [np.full((k, k), (1 - a) / (k - 1)) + np.eye(k) * (a - (1 - a) / (k - 1)) for a in accuracies]
    )
    names = tuple(range(len(accuracies)))
    return AnnotatorModels(LABELS, names, np.full(k, 1 / k), confusions, confusions[0])


@pytest.mark.parametrize("labels", list(product(LABELS, repeat=3)))
def test_the_confidence_is_the_posterior_of_the_statistics_library(labels: tuple[str, ...]) -> None:
    accuracies = [0.9, 0.6, 0.8]
    answers = [Answer(f'{{"mood":["{label}"]}}', a) for label, a in zip(labels, accuracies, strict=True)]
    expected = posterior_of(one_coin(accuracies), [0, 1, 2], list(labels)).max()
    assert confidence(CONFIG, answers) == pytest.approx(expected, abs=1e-12)


def test_nobody_is_trusted_without_end_and_a_newcomer_little() -> None:
    assert confidence(CONFIG, said("Good", accuracy=1.0)) == pytest.approx(0.99)
    assert confidence(CONFIG, said("Good")) == pytest.approx(NEWCOMER_ACCURACY)
    assert confidence(CONFIG, said("Good", accuracy=0.0)) == pytest.approx(1 / 3)  # as good as chance, not worse
    assert confidence(CONFIG, []) is None


def test_it_asks_until_it_is_sure_and_no_further_than_it_may() -> None:
    policy = Policy(annotations_per_task=2, adaptive=AdaptiveOverlap(confidence=0.9, most=4, audit_share=0))
    assert route(policy, CONFIG, complete("Good", "Good")) is None
    asked = route(policy, CONFIG, complete("Good", "Bad"))
    assert asked is not None
    assert (asked.kind, asked.annotations) == (ASK_MORE, 1)
    assert asked.body == {"confidence": pytest.approx(0.4615, abs=1e-4), "wanted": 0.9}
    assert route(policy, CONFIG, complete("Good", "Bad", "Bad", "Good")) is None


def test_it_is_as_strict_as_its_audit_says() -> None:
    policy = Policy(annotations_per_task=2, adaptive=AdaptiveOverlap(confidence=0.9, most=4, audit_share=0))
    answers = said("Good", "Good")
    sure = confidence(CONFIG, answers)
    assert sure is not None
    for stop_below, asks in ((None, False), (1.0, False), (1 - sure, False), ((1 - sure) / 2, True), (0.0, True)):
        assert (route(policy, CONFIG, Complete(1, 0, 0.5, answers, stop_below)) is not None) == asks


def test_a_random_share_goes_on_to_the_cap_to_check_the_rule() -> None:
    policy = Policy(annotations_per_task=2, adaptive=AdaptiveOverlap(confidence=0.6, most=4, audit_share=0.25))
    rng = random.Random(5)
    draws = [rng.random() for _ in range(2_000)]
    ways = [route(policy, CONFIG, complete("Good", "Good", draw=draw)) for draw in draws]
    assert sum(way is not None for way in ways) / len(ways) == pytest.approx(0.25, abs=0.03)
    assert all(way.body["audit"] for way in ways if way is not None)
    assert [way is not None for way in ways] == [is_audited(draw, 0.25) for draw in draws]
    full = [route(policy, CONFIG, complete(*["Good"] * 4, draw=draw)) for draw in draws]
    assert set(full) == {None}


@pytest.mark.parametrize(("shared", "strict"), [(0.0, False), (0.3, True)])
def test_shared_mistakes_make_it_stricter(shared: float, strict: bool) -> None:
    """On hard tasks the first who come are wrong together; no model of accuracies sees it."""
    rng = random.Random(13)
    rule = StoppingRule(0.1, 2, 6)
    audited = []
    for _ in range(200):
        truth, mistake = rng.sample(LABELS, 2)
        hard = rng.random() < shared
        early = [mistake if hard else truth for _ in range(2)]
        late = [truth if rng.random() < 0.9 else mistake for _ in range(4)]
        people = rng.sample(range(20), 6)
        labels = zip(people, (*early, *late), strict=True)
        audited.append([(str(person), f'{{"mood":["{label}"]}}') for person, label in labels])
    known = {str(person): 0.9 for person in range(20)}
    threshold = stopping_threshold(CONFIG, rule, known, audited)
    assert threshold is not None
    assert (threshold < 0.01) == strict
    assert stopping_threshold(CONFIG, rule, known, audited[:5]) is None


@pytest.mark.parametrize(
    ("when", "labels", "taken"),
    [
        (Condition(), ("Good",), True),
        (Condition(label=["Bad", "Neither"]), ("Bad", "Bad", "Good"), True),
        (Condition(label=["Bad"]), ("Good", "Bad"), False),  # a tie has no majority
        (Condition(agreement_below=1.0), ("Good", "Bad"), True),
        (Condition(agreement_below=1.0), ("Good", "Good"), False),
        (Condition(agreement_below=0.5), ("Good",), False),
        (Condition(confidence_below=0.8), ("Good",), True),
        (Condition(confidence_below=0.8), ("Good", "Good"), False),
        (Condition(label=["Good"], agreement_below=0.9), ("Good", "Good"), False),  # all of them must hold
    ],
)
def test_a_step_is_taken_when_its_condition_holds(when: Condition, labels: tuple[str, ...], taken: bool) -> None:
    policy = Policy(
        queues=[Queue("experts", ["expert"])],
        stages=[Stage("screen", next=[Step("detail", when)]), Stage("detail", 2, "experts")],
    )
    decision = route(policy, CONFIG, complete(*labels))
    assert (decision is not None) == taken
    if decision is not None:
        assert (decision.kind, decision.annotations, decision.stage, decision.queue) == (STAGE, 2, 1, "experts")
    assert route(policy, CONFIG, complete(*labels, stage=1)) is None


def test_the_first_step_that_holds_is_taken() -> None:
    steps = [Step("a", Condition(label=["Bad"])), Step("b", Condition(label=["Good"])), Step("a")]
    policy = Policy(stages=[Stage("screen", next=steps), Stage("a", 1), Stage("b", 1)])
    ways = [route(policy, CONFIG, complete(label)) for label in LABELS]
    assert [way.body["to"] for way in ways if way is not None] == ["b", "a", "a"]


def test_a_random_share_is_a_share_and_belongs_to_the_task() -> None:
    policy = Policy(stages=[Stage("screen", next=[Step("audit", Condition(share=0.2))]), Stage("audit", 1)])
    rng = random.Random(7)
    draws = [rng.random() for _ in range(4_000)]
    taken = [route(policy, CONFIG, complete("Good", draw=draw)) is not None for draw in draws]
    assert sum(taken) / len(taken) == pytest.approx(0.2, abs=0.02)
    assert taken == [route(policy, CONFIG, complete("Bad", draw=draw)) is not None for draw in draws]
    # It has nothing to do with the draw's size, which decides on the overlap.
    low = [was for was, draw in zip(taken, draws, strict=True) if draw < 0.2]
    assert sum(low) / len(low) == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize(("accuracy", "least"), [(0.7, 0.90), (0.85, 0.94)])
def test_adaptive_overlap_keeps_what_it_promises_where_its_model_holds(accuracy: float, least: float) -> None:
    """Simulated people of one known accuracy: the labels it stops at are right as often as it says."""
    policy = Policy(annotations_per_task=2, adaptive=AdaptiveOverlap(confidence=0.95, most=15, audit_share=0))
    rng = random.Random(11)
    right = answers = 0
    tasks = 1_500
    for _ in range(tasks):
        truth = rng.choice(LABELS)
        others = [label for label in LABELS if label != truth]
        given: list[Answer] = []
        while True:
            label = truth if rng.random() < accuracy else rng.choice(others)
            given += said(label, accuracy=accuracy)
            if len(given) >= 2 and route(policy, CONFIG, Complete(1, 0, 0.5, given)) is None:
                break
        answers += len(given)
        counts = {label: sum(label in answer.answers for answer in given) for label in LABELS}
        right += max(counts, key=lambda label: counts[label]) == truth
    assert right / tasks >= least
    assert answers / tasks < 9  # where fifteen are allowed


def test_documents_with_stages_come_back_as_they_were() -> None:
    document: dict[str, Any] = {
        "annotations_per_task": 1,
        "queues": [{"name": "experts", "skills": ["expert", "French"]}],
        "rules": [{"where": {"risk": ["high", 3, True]}, "annotations_per_task": 5, "queue": "experts"}],
        "stages": [
            {"name": "screen", "next": [{"to": "detail", "when": {"label": ["Bad"], "share": 0.5}}]},
            {"name": "detail", "annotations": 2, "queue": "experts"},
        ],
        "adaptive": {"confidence": 0.9, "most": 4},
        "skips": {"broken": "out"},
    }
    policy = Policy.from_document(document)
    assert Policy.from_document(policy.as_document()) == policy
    assert policy.as_document()["rules"][0]["where"] == {"risk": ["high", 3, True]}
