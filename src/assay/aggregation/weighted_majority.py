"""Weighted majority: votes count as much as their annotator agrees with the majority."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from assay.aggregation.annotators import AnnotatorTable, accuracy_interval
from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.crowd import Crowd
from assay.aggregation.decide import EQUAL, check_tie_rule, decide
from assay.aggregation.result import Aggregation, Fit, TieRule

CARD = AggregatorCard(
    id="weighted_majority",
    title="Weighted majority",
    summary="Votes weighted by the annotator's agreement with the majority (Wawa).",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="one pass",
    reference="Wawa ('worker agreement with aggregate') of Ustalov, Pavlichenko, Tseitlin 2024 (crowd-kit)",
)
VERSION = 1


def weighted_majority(table: CodedLabels, *, tie_rule: TieRule = "report", rounds: int = 1) -> Aggregation:
    """The label with the largest sum of weights; an annotator's weight is the agreement with the majority.

    weight_w = mean over the annotator's annotations of [label given is the leading label of its task]. Where several
    labels lead, each counts 1 / (number of them): the expected value under a random choice, so that nothing depends
    on how a tie would fall. One round (the default) is Wawa; with more, the leading labels are those of the
    weighted vote of the round before, as in a zero-based-skill loop, until nothing changes any more.

    The posterior has the shares of the weights, not calibrated probabilities. Ties as in :func:`majority`, of the sums
    and within 1e-9. Raises ValueError for ``rounds`` under 1 or an unknown tie rule.

    >>> from assay.agreement import LabelTable
    >>> table = LabelTable.from_columns({"ann": list("xyxyx"), "ben": list("xyxyy"), "cem": list("yyxx") + [None]})
    >>> for quality in weighted_majority(table).annotators:
    ...     print(quality.annotator, round(quality.accuracy, 2), quality.n_annotations)
    ann 0.83 5
    ben 0.83 5
    cem 0.5 4
    """
    check_tie_rule(tie_rule)
    if rounds < 1:
        raise ValueError(f"rounds is {rounds!r}; give 1 or more.")
    crowd = Crowd.of(table)
    weights = np.ones(crowd.n_annotators)
    shares, right, done, settled = crowd.vote_shares(), np.zeros(crowd.n_annotators), 0, False
    while done < rounds and not settled:
        done += 1
        right = agreement(crowd, shares)
        before, weights = weights, right / np.maximum(crowd.n_of_annotator, 1.0)
        shares = weighted_shares(crowd, weights)
        settled = bool((np.abs(weights - before) < EQUAL).all())
    n = crowd.n_of_annotator
    annotators = AnnotatorTable(tuple(table.annotators), n, lambda: accuracy_interval(right, n))
    fit = Fit(iterations=done, converged=settled or rounds == 1)
    return decide(CARD, VERSION, table, crowd, shares, annotators, tie_rule, fit=fit)


class Votes(Protocol):
    """Annotations of some tasks: ``annotator`` and ``cell`` (of tasks x labels) have shape (annotations,)."""

    @property
    def n_tasks(self) -> int: ...
    @property
    def n_labels(self) -> int: ...
    @property
    def n_annotators(self) -> int: ...
    @property
    def annotator(self) -> Codes: ...
    @property
    def cell(self) -> Codes: ...
    def vote_shares(self) -> Floats: ...


def agreement(votes: Votes, shares: Floats) -> Floats:
    """How often each annotator gave a leading label of ``shares`` (tasks, labels); shape (annotators,)."""
    leading = (shares >= shares.max(axis=1, initial=0.0, keepdims=True) - EQUAL).astype(np.float64)
    leading /= np.maximum(leading.sum(axis=1, keepdims=True), 1.0)
    credit = leading.ravel()[votes.cell] if len(votes.cell) else np.zeros(0)
    return sum_by(votes.annotator, credit, votes.n_annotators)


def weighted_shares(votes: Votes, weights: Floats) -> Floats:
    """The share of each label in the sum of the weights; where nobody has any weight, of the votes."""
    sums = sum_by(votes.cell, weights[votes.annotator], votes.n_tasks * votes.n_labels)
    sums = sums.reshape(votes.n_tasks, votes.n_labels)
    total = sums.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, sums / np.where(total > 0.0, total, 1.0), votes.vote_shares())


AGGREGATOR = Aggregator(CARD, weighted_majority)
