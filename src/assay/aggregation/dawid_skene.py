"""Dawid-Skene: every annotator has a confusion matrix of their own; EM finds it and the truth together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.aggregation.accuracy import annotator_table, seen_in_population
from assay.aggregation.annotators import LEVEL
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import Crowd, clamp, gold_codes, softmax
from assay.aggregation.decide import check_tie_rule, decide
from assay.aggregation.result import Aggregation, Fit, TieRule

CARD = AggregatorCard(
    id="dawid_skene",
    title="Dawid-Skene",
    summary="Each annotator has a confusion matrix; EM weighs every answer by it.",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="iterative",
    reference="Dawid, Skene 1979, Applied Statistics 28(1), 20-28",
    accepts_gold=True,
    gives_probabilities=True,
    models_confusion=True,
)
VERSION = 1
SMOOTHING = 0.01
MAX_ITERATIONS = 100
TOLERANCE = 1e-7
FLOOR = 1e-10  # of a probability that was never seen, without smoothing


def dawid_skene(
    table: CodedLabels,
    *,
    tie_rule: TieRule = "report",
    gold: Mapping[Any, Any] | None = None,
    smoothing: float = SMOOTHING,
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
    level: float = LEVEL,
) -> Aggregation:
    """Truth and confusion matrices together, by EM (Dawid, Skene 1979).

    P(annotator w gives label c | truth k) = pi_w[k, c], P(truth = k) = p[k]. From the shares of the votes,
    repeat: p[k] = mean of the posterior; pi_w[k, c] = (n_w[k, c] + smoothing) / (n_w[k] + labels · smoothing)
    with n_w[k, c] the expected number of answers; posterior of a task ∝ p[k] · product of pi_w[k, label given].

    ``smoothing`` is the count added to every cell. Without it (0) this is the maximum likelihood of the paper:
    what was never seen is impossible (probability 1e-10, over the labels that the annotator used), and an annotator
    with few answers is taken at their word. It ends when the mean log-likelihood of an annotation rises by less
    than ``tolerance``, at the latest after ``max_iterations``; ``fit`` tells. The start is the same for every call:
    nothing is random. ``gold`` (task -> label) fixes the truth of those tasks throughout. Ties as in
    :func:`majority`, of the posterior and within 1e-9.

    Raises ValueError for a tie rule, smoothing or level that does not exist, a gold label that no annotation has, and
    tables whose tasks x labels do not fit into memory.

    >>> from assay.agreement import LabelTable
    >>> good = {name: list("xxyyxyxyxy") for name in ("ann", "ben", "cem")}
    >>> table = LabelTable.from_columns(good | {"dan": list("yyxxyxyxyx"), "eve": list("yyxxyxyxyx")})
    >>> found = dawid_skene(table)
    >>> found[1].label, round(found[1].confidence, 2), round(found.annotator("dan").accuracy, 2)
    ('x', 1.0, 0.07)
    """
    check_tie_rule(tie_rule)
    check_smoothing(smoothing)
    crowd = Crowd.of(table)
    truth = gold_codes(gold, table)
    em = expectation_maximization(crowd, truth, smoothing, max_iterations, tolerance)

    def is_right() -> Floats:
        return seen_in_population(crowd, "confusion", truth, em.posterior)

    annotators = annotator_table(table.annotators, crowd, is_right, level, confusion_matrices(crowd, em.confusion))
    return decide(
        CARD, VERSION, table, crowd, em.posterior, annotators, tie_rule, truth, fit=em.fit, label_prior=em.prior
    )


@dataclass(frozen=True)
class Solution:
    """Where EM ended. Shapes: ``posterior`` (tasks, labels), ``prior`` (labels,), ``confusion`` (pairs, labels)."""

    posterior: Floats
    prior: Floats
    confusion: Floats
    fit: Fit


def expectation_maximization(
    crowd: Crowd, gold: Codes | None, smoothing: float, max_iterations: int, tolerance: float
) -> Solution:
    """EM from the shares of the votes; ``confusion[pair, k]`` = P(label of the pair | annotator, truth k)."""
    posterior = clamp(crowd.vote_shares(), gold)
    objective, converged, iteration = -np.inf, crowd.n_labels == 0, 0
    counts, shares = np.zeros((crowd.n_pairs, crowd.n_labels)), np.zeros(crowd.n_labels)
    for rows, block in crowd.blocks:
        counts += block.T @ posterior[rows]
        shares += np.einsum("tk->k", posterior[rows])
    prior, confusion = maximize(crowd, counts, shares, smoothing)
    while iteration < max_iterations and not converged:
        iteration += 1
        total = expect_and_count(crowd, gold, confusion, prior, posterior, counts, shares)
        prior, confusion = maximize(crowd, counts, shares, smoothing)
        before, objective = objective, total / max(crowd.n_annotations, 1)
        converged = objective - before < tolerance
    return Solution(posterior, prior, confusion, Fit(iteration, converged, objective if iteration else None))


def expect_and_count(
    crowd: Crowd,
    gold: Codes | None,
    confusion: Floats,
    prior: Floats,
    posterior: Floats,
    counts: Floats,
    shares: Floats,
) -> float:
    """The E step, block by block, and the counting of the M step while a block is at hand.

    Overwrites ``posterior`` (tasks, labels), ``counts`` (pairs, labels) and ``shares`` (labels,); gives the
    log-likelihood. Blocks are summed in the order of tasks.
    """
    log_confusion, log_prior = np.log(confusion), np.log(np.maximum(prior, FLOOR))
    counts[:], shares[:], total = 0.0, 0.0, 0.0
    for rows, block in crowd.blocks:
        scores = block @ log_confusion
        scores += log_prior
        truth = None if gold is None else gold[rows]
        known = None if truth is None else np.flatnonzero(truth >= 0)
        said = 0.0 if known is None or truth is None else float(scores[known, truth[known]].sum())
        found, evidence = softmax(scores)
        total += said + float(evidence.sum() if known is None else np.delete(evidence, known).sum())
        posterior[rows] = clamp(found, truth)
        counts += block.T @ found
        shares += np.einsum("tk->k", found)
    return total


def maximize(crowd: Crowd, counts: Floats, shares: Floats, smoothing: float) -> tuple[Floats, Floats]:
    """The M step: label shares, and P(label of the pair | annotator, truth) from expected counts."""
    if not crowd.n_tasks or not crowd.n_labels:
        return np.zeros(crowd.n_labels), np.zeros((crowd.n_pairs, crowd.n_labels))
    cells = counts + smoothing if smoothing > 0.0 else np.maximum(counts, FLOOR)
    totals = crowd.by_annotator(cells)
    if smoothing > 0.0:  # what an annotator never gave has its imaginary answers too
        given = np.bincount(crowd.pair_annotator, minlength=crowd.n_annotators)
        totals += smoothing * (crowd.n_labels - given)[:, None]
    return shares / crowd.n_tasks, cells / totals[crowd.pair_annotator]


def confusion_matrices(crowd: Crowd, confusion: Floats) -> Callable[[int], Floats]:
    """The square matrix of one annotator, (truth, label given), made when it is asked for."""
    first = np.searchsorted(crowd.pair_annotator, np.arange(crowd.n_annotators + 1))

    def confusion_of(row: int) -> Floats:
        mine = slice(first[row], first[row + 1])
        square = np.zeros((crowd.n_labels, crowd.n_labels))
        square[:, crowd.pair_label[mine]] = confusion[mine].T
        unseen = np.ones(crowd.n_labels, dtype=bool)
        unseen[crowd.pair_label[mine]] = False
        # What a label never given keeps: the rest of the row, in equal parts.
        rest = np.clip(1.0 - square.sum(axis=1), 0.0, 1.0) / max(int(unseen.sum()), 1)
        square[:, unseen] = rest[:, None]
        return square

    return confusion_of


def check_smoothing(smoothing: float) -> None:
    """Raises ValueError unless it is 0 or more."""
    if not 0.0 <= smoothing < np.inf:
        raise ValueError(f"smoothing is {smoothing!r}; give a count of 0 or more, such as {SMOOTHING}.")


AGGREGATOR = Aggregator(CARD, dawid_skene)
