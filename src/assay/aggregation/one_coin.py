"""One-coin Dawid-Skene: every annotator has one accuracy; a wrong answer is any other label alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    n_labels, n_cells = crowd.n_labels, crowd.n_tasks * crowd.n_labels
    objective, converged, iteration = -np.inf, False, 0
    prior, accuracy = _maximize(crowd, posterior, smoothing)
    while iteration < max_iterations and not converged:
        iteration += 1
        right, wrong = _logs(accuracy, n_labels)
        scores = sum_by(crowd.cell, (right - wrong)[crowd.annotator], n_cells)
        scores = scores.reshape(crowd.n_tasks, n_labels) + np.log(np.maximum(prior, FLOOR))
        scores += sum_by(crowd.task, wrong[crowd.annotator], crowd.n_tasks)[:, None]
        given = None if gold is None else scores[gold >= 0, gold[gold >= 0]].sum()
        posterior, evidence = softmax(scores)
        total = evidence.sum() if gold is None else evidence[gold < 0].sum() + given
        posterior = clamp(posterior, gold)
        prior, accuracy = _maximize(crowd, posterior, smoothing)
        before, objective = objective, float(total) / max(crowd.n_annotations, 1)
        converged = objective - before < tolerance
    return Solution(posterior, prior, accuracy[:, None], Fit(iteration, converged, objective if iteration else None))


def _logs(accuracy: Floats, n_labels: int) -> tuple[Floats, Floats]:
    """The log-probabilities of the true label and of each other one."""
    return np.log(accuracy), np.log((1.0 - accuracy) / max(n_labels - 1, 1))


def _maximize(crowd: Crowd, posterior: Floats, smoothing: float) -> tuple[Floats, Floats]:
    if not crowd.n_tasks or not crowd.n_labels:
        return np.zeros(crowd.n_labels), np.full(crowd.n_annotators, 0.5)
    right = sum_by(crowd.annotator, posterior.ravel()[crowd.cell], crowd.n_annotators)
    accuracy = (right + smoothing) / np.maximum(crowd.n_of_annotator + 2.0 * smoothing, FLOOR)
    return np.einsum("tk->k", posterior) / crowd.n_tasks, np.clip(accuracy, FLOOR, 1.0 - FLOOR)


AGGREGATOR = Aggregator(CARD, one_coin)
