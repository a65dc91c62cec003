"""Dawid-Skene: every annotator has a confusion matrix of their own; EM finds it and the truth together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from assay.aggregation.accuracy import annotator_table, seen_in_population
from assay.aggregation.annotators import LEVEL
from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import TASKS_OF_BLOCK, Crowd, clamp, column_sums, gold_codes, share_out, softmax
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
    start = clamp(crowd.vote_shares(), gold)
    blocks = [(block, None if gold is None else gold[rows]) for rows, block in crowd.blocks]
    starts = ((block, start[rows]) for rows, block in crowd.blocks)
    found = maximum_likelihood(crowd, starts, lambda: blocks, smoothing, max_iterations, tolerance)
    if not found.fit.iterations:
        return Solution(start, found.prior, found.confusion, found.fit)
    posterior = np.empty((crowd.n_tasks, crowd.n_labels))
    for rows, block in crowd.blocks:
        posterior[rows] = found.posterior(block, None if gold is None else gold[rows])
    return Solution(posterior, found.prior, found.confusion, found.fit)


class Known(Protocol):
    """What EM has to know of a crowd besides its blocks of tasks; a pair is an annotator and a label given."""

    @property
    def n_tasks(self) -> int: ...
    @property
    def n_annotations(self) -> int: ...
    @property
    def n_annotators(self) -> int: ...
    @property
    def n_labels(self) -> int: ...
    @property
    def n_pairs(self) -> int: ...
    @property
    def n_of_pair(self) -> Floats: ...
    @property
    def pair_annotator(self) -> Codes: ...
    @property
    def pair_label(self) -> Codes: ...
    def by_annotator(self, of_pair: Floats) -> Floats: ...


@dataclass(frozen=True)
class Model:
    """Where EM ended: ``prior`` and ``confusion`` after the last M step, and those that judged the last E step."""

    prior: Floats
    confusion: Floats
    judging_prior: Floats
    judging_confusion: Floats
    fit: Fit

    @cached_property
    def _logs(self) -> tuple[Floats, Floats]:
        return np.log(self.judging_confusion), np.log(np.maximum(self.judging_prior, FLOOR))

    def posterior(self, block: Any, truth: Codes | None) -> Floats:
        """The posterior of the tasks of a block, certain where their ``truth`` is known (-1 where it is not)."""
        log_confusion, log_prior = self._logs
        scores = block @ log_confusion
        scores += log_prior
        return clamp(softmax(scores)[0], truth)


def maximum_likelihood(
    known: Known,
    starts: Iterable[tuple[Any, Floats]],
    blocks: Callable[[], Iterable[tuple[Any, Codes | None]]],
    smoothing: float,
    max_iterations: int,
    tolerance: float,
) -> Model:
    """EM over blocks of tasks, of which nothing is kept but sums.

    A block is a matrix (tasks of the block, pairs). ``starts`` has each with its first posterior; ``blocks`` gives all
    of them again in each round, in the same order, with the known truth of their tasks.
    """
    counts, shares = np.zeros((known.n_pairs, known.n_labels)), np.zeros(known.n_labels)
    for block, posterior in starts:
        counts += block.T @ posterior
        shares += np.einsum("tk->k", posterior)
    prior, confusion = maximize(known, counts, shares, smoothing)
    before = (prior, confusion)
    objective, converged, iteration = -np.inf, known.n_labels == 0, 0
    while iteration < max_iterations and not converged:
        iteration += 1
        before = (prior, confusion)
        total = expect_and_count(known, blocks(), confusion, prior, counts, shares)
        prior, confusion = maximize(known, counts, shares, smoothing)
        last, objective = objective, total / max(known.n_annotations, 1)
        converged = objective - last < tolerance
    return Model(prior, confusion, *before, Fit(iteration, converged, objective if iteration else None))


def expect_and_count(
    known: Known,
    blocks: Iterable[tuple[Any, Codes | None]],
    confusion: Floats,
    prior: Floats,
    counts: Floats,
    shares: Floats,
) -> float:
    """The E step and the counting of the M step, block by block, while a block is in the fast cache.

    Overwrites ``counts`` (pairs, labels) and ``shares`` (labels,); gives the log-likelihood. A posterior is worked out
    relative to the first label, so that one label less is multiplied: what the others do not have is the first one's.
    """
    log_confusion, log_prior = np.log(confusion), np.log(np.maximum(prior, FLOOR))
    beyond_first = np.ascontiguousarray(log_confusion[:, 1:] - log_confusion[:, :1])
    prior_beyond = np.tile(
        log_prior[1:] - log_prior[:1], (TASKS_OF_BLOCK, 1)
    )  # adding a short row is many times slower
    others, shares_of_others = np.zeros(beyond_first.shape), np.zeros(known.n_labels - 1)
    # Of the first label alone; the order of the sum is that of pairs.
    total = float(np.einsum("p,p->", known.n_of_pair, log_confusion[:, 0])) + known.n_tasks * float(log_prior[0])
    for block, truth in blocks:
        scores = block @ beyond_first
        scores += prior_beyond[: len(scores)]
        rows = None if truth is None else np.flatnonzero(truth >= 0)
        if truth is not None and rows is not None:
            beyond = np.flatnonzero(truth > 0)
            total += float(scores[beyond, truth[beyond] - 1].sum())
        sums, shift = share_out(scores)
        evidence = np.log(sums) + shift
        total += float(evidence.sum() if rows is None else np.delete(evidence, rows).sum())
        if truth is not None and rows is not None:
            scores[rows] = 0.0
            scores[beyond, truth[beyond] - 1] = 1.0
        others += block.T @ scores
        shares_of_others += column_sums(scores)
    counts[:, 1:], shares[1:] = others, shares_of_others
    counts[:, 0] = np.maximum(known.n_of_pair - others.sum(axis=1), 0.0)
    shares[0] = max(known.n_tasks - float(shares_of_others.sum()), 0.0)
    return total


def maximize(known: Known, counts: Floats, shares: Floats, smoothing: float) -> tuple[Floats, Floats]:
    """The M step: label shares, and P(label of the pair | annotator, truth) from expected counts."""
    if not known.n_tasks or not known.n_labels:
        return np.zeros(known.n_labels), np.zeros((known.n_pairs, known.n_labels))
    cells = counts + smoothing if smoothing > 0.0 else np.maximum(counts, FLOOR)
    totals = known.by_annotator(cells)
    if smoothing > 0.0:  # what an annotator never gave has its imaginary answers too
        given = np.bincount(known.pair_annotator, minlength=known.n_annotators)
        totals += smoothing * (known.n_labels - given)[:, None]
    return shares / known.n_tasks, cells / totals[known.pair_annotator]


def confusion_matrices(crowd: Known, confusion: Floats) -> Callable[[int], Floats]:
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
