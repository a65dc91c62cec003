"""One-coin Dawid-Skene: every annotator has one accuracy; a wrong answer is any other label alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from assay.aggregation.accuracy import annotator_table, seen_in_population
from assay.aggregation.annotators import LEVEL
from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import Crowd, clamp, gold_codes, softmax
from assay.aggregation.dawid_skene import (
    FLOOR,
    MAX_ITERATIONS,
    SMOOTHING,
    TOLERANCE,
    Solution,
    check_smoothing,
)
from assay.aggregation.decide import check_tie_rule, decide
from assay.aggregation.result import Aggregation, Fit, TieRule

CARD = AggregatorCard(
    id="one_coin",
    title="One-coin Dawid-Skene",
    summary="Each annotator has one accuracy, whatever the truth is; good when answers are few.",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="iterative",
    reference="Demartini, Difallah, Cudré-Mauroux 2012 (ZenCrowd); Zhang, Chen, Zhou, Jordan 2014",
    accepts_gold=True,
    gives_probabilities=True,
)
VERSION = 1


def one_coin(
    table: CodedLabels,
    *,
    tie_rule: TieRule = "report",
    gold: Mapping[Any, Any] | None = None,
    smoothing: float = SMOOTHING,
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
    level: float = LEVEL,
) -> Aggregation:
    """Truth and one accuracy for each annotator together, by EM.

    P(annotator w gives c | truth k) = a_w if c = k, else (1 - a_w) / (labels - 1). From the shares of the votes,
    repeat: a_w = (right_w + smoothing) / (n_w + 2 · smoothing) with right_w the sum of the posterior of the labels
    given; posterior of a task ∝ p[k] · product of these probabilities. Everything else as in :func:`dawid_skene`:
    gold, ties, the end, errors; accuracies are kept 1e-10 away from 0 and 1.

    >>> from assay.agreement import LabelTable
    >>> table = LabelTable.from_columns({"ann": list("xyxyx"), "ben": list("xyxyy"), "cem": list("yxxyx")})
    >>> [decision.label for decision in one_coin(table)]
    ['x', 'y', 'x', 'y', 'x']
    """
    check_tie_rule(tie_rule)
    check_smoothing(smoothing)
    crowd = Crowd.of(table)
    truth = gold_codes(gold, table)
    em = expectation_maximization(crowd, truth, smoothing, max_iterations, tolerance)

    def is_right() -> Floats:
        return seen_in_population(crowd, "accuracy", truth, em.posterior)

    annotators = annotator_table(table.annotators, crowd, is_right, level)
    return decide(
        CARD, VERSION, table, crowd, em.posterior, annotators, tie_rule, truth, fit=em.fit, label_prior=em.prior
    )


def expectation_maximization(
    crowd: Crowd, gold: Codes | None, smoothing: float, max_iterations: int, tolerance: float
) -> Solution:
    """EM from the shares of the votes; ``confusion`` of the solution has one column, the accuracy of the annotator."""
    posterior = clamp(crowd.vote_shares(), gold)
    objective, converged, iteration = -np.inf, False, 0
    prior, accuracy = maximize(crowd, count_right(crowd, posterior), np.einsum("tk->k", posterior), smoothing)
    while iteration < max_iterations and not converged:
        iteration += 1
        posterior, total = expect(crowd, gold, accuracy, prior)
        prior, accuracy = maximize(crowd, count_right(crowd, posterior), np.einsum("tk->k", posterior), smoothing)
        before, objective = objective, total / max(crowd.n_annotations, 1)
        converged = objective - before < tolerance
    return Solution(posterior, prior, accuracy[:, None], Fit(iteration, converged, objective if iteration else None))


class Answers(Protocol):
    """Annotations of some tasks: ``task``, ``annotator`` and ``cell`` (of tasks x labels) have shape (annotations,)."""

    @property
    def n_tasks(self) -> int: ...
    @property
    def n_labels(self) -> int: ...
    @property
    def n_annotators(self) -> int: ...
    @property
    def task(self) -> Codes: ...
    @property
    def annotator(self) -> Codes: ...
    @property
    def cell(self) -> Codes: ...


class Sizes(Protocol):
    """How many tasks, labels and annotators there are in all, and annotations of each annotator."""

    @property
    def n_tasks(self) -> int: ...
    @property
    def n_labels(self) -> int: ...
    @property
    def n_annotators(self) -> int: ...
    @property
    def n_of_annotator(self) -> Floats: ...


def expect(answers: Answers, gold: Codes | None, accuracy: Floats, prior: Floats) -> tuple[Floats, float]:
    """The E step: the posterior (tasks, labels), certain on gold, and the log-likelihood."""
    right, wrong = _logs(accuracy, answers.n_labels)
    scores = sum_by(answers.cell, (right - wrong)[answers.annotator], answers.n_tasks * answers.n_labels)
    scores = scores.reshape(answers.n_tasks, answers.n_labels) + np.log(np.maximum(prior, FLOOR))
    scores += sum_by(answers.task, wrong[answers.annotator], answers.n_tasks)[:, None]
    given = None if gold is None else scores[gold >= 0, gold[gold >= 0]].sum()
    posterior, evidence = softmax(scores)
    total = evidence.sum() if gold is None else evidence[gold < 0].sum() + given
    return clamp(posterior, gold), float(total)


def count_right(answers: Answers, posterior: Floats) -> Floats:
    """The expected number of right answers of each annotator; shape (annotators,)."""
    if not posterior.size:
        return np.zeros(answers.n_annotators)
    return sum_by(answers.annotator, posterior.ravel()[answers.cell], answers.n_annotators)


def maximize(sizes: Sizes, right: Floats, shares: Floats, smoothing: float) -> tuple[Floats, Floats]:
    """The M step: label shares (labels,) and accuracies (annotators,)."""
    if not sizes.n_tasks or not sizes.n_labels:
        return np.zeros(sizes.n_labels), np.full(sizes.n_annotators, 0.5)
    accuracy = (right + smoothing) / np.maximum(sizes.n_of_annotator + 2.0 * smoothing, FLOOR)
    return shares / sizes.n_tasks, np.clip(accuracy, FLOOR, 1.0 - FLOOR)


def _logs(accuracy: Floats, n_labels: int) -> tuple[Floats, Floats]:
    """The log-probabilities of the true label and of each other one."""
    return np.log(accuracy), np.log((1.0 - accuracy) / max(n_labels - 1, 1))


AGGREGATOR = Aggregator(CARD, one_coin)
