"""How each method that can be streamed is fitted to blocks of tasks, by the formulas of the methods themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.card import AggregatorCard
from assay.aggregation.crowd import clamp
from assay.aggregation.dawid_skene import AGGREGATOR as DAWID_SKENE
from assay.aggregation.dawid_skene import (
    MAX_ITERATIONS,
    SMOOTHING,
    TOLERANCE,
    check_smoothing,
    confusion_matrices,
    maximum_likelihood,
)
from assay.aggregation.dawid_skene import VERSION as DAWID_SKENE_VERSION
from assay.aggregation.decide import EQUAL
from assay.aggregation.majority import AGGREGATOR as MAJORITY
from assay.aggregation.majority import VERSION as MAJORITY_VERSION
from assay.aggregation.one_coin import AGGREGATOR as ONE_COIN
from assay.aggregation.one_coin import VERSION as ONE_COIN_VERSION
from assay.aggregation.one_coin import count_right, expect, maximize
from assay.aggregation.result import Fit
from assay.aggregation.streaming.crowd import Block, StreamedCrowd
from assay.aggregation.weighted_majority import AGGREGATOR as WEIGHTED_MAJORITY
from assay.aggregation.weighted_majority import VERSION as WEIGHTED_MAJORITY_VERSION
from assay.aggregation.weighted_majority import agreement, weighted_shares


@dataclass(frozen=True)
class Judge:
    """A method that knows its annotators: ``posterior`` gives (tasks, labels) of a block."""

    posterior: Callable[[Block], Floats]
    fit: Fit | None = None
    label_prior: Floats | None = None
    confusion_of: Callable[[int], Floats] | None = None
    accuracy: Floats | None = None


def _majority(crowd: StreamedCrowd) -> Judge:
    return Judge(Block.vote_shares)


def _weighted_majority(crowd: StreamedCrowd, rounds: int = 1) -> Judge:
    if rounds < 1:
        raise ValueError(f"rounds is {rounds!r}; give 1 or more.")
    weights, done, settled = np.ones(crowd.n_annotators), 0, False
    while done < rounds and not settled:
        right = np.zeros(crowd.n_annotators)
        for block in crowd.blocks():
            shares = block.vote_shares() if not done else weighted_shares(block, weights)
            right += agreement(block, shares)
        done += 1
        before, weights = weights, right / np.maximum(crowd.n_of_annotator, 1.0)
        settled = bool((np.abs(weights - before) < EQUAL).all())
    return Judge(
        lambda block: weighted_shares(block, weights),
        Fit(iterations=done, converged=settled or rounds == 1),
        accuracy=weights,
    )


def _one_coin(
    crowd: StreamedCrowd,
    smoothing: float = SMOOTHING,
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Judge:
    check_smoothing(smoothing)
    judge: Callable[[Block], Floats] = _vote_shares
    objective, converged, iteration = -np.inf, False, 0
    prior, accuracy, _ = _count(crowd, lambda block: (_vote_shares(block), 0.0), smoothing)
    while iteration < max_iterations and not converged:
        iteration += 1
        judge = partial(_judge_by_accuracy, accuracy=accuracy, prior=prior)
        look = partial(_expect_by_accuracy, accuracy=accuracy, prior=prior)
        prior, accuracy, total = _count(crowd, look, smoothing)
        before, objective = objective, total / max(crowd.n_annotations, 1)
        converged = objective - before < tolerance
    return Judge(
        judge, Fit(iteration, converged, objective if iteration else None), label_prior=prior, accuracy=accuracy
    )


def _vote_shares(block: Block) -> Floats:
    return clamp(block.vote_shares(), block.gold)


def _expect_by_accuracy(block: Block, accuracy: Floats, prior: Floats) -> tuple[Floats, float]:
    return expect(block, block.gold, accuracy, prior)


def _judge_by_accuracy(block: Block, accuracy: Floats, prior: Floats) -> Floats:
    return expect(block, block.gold, accuracy, prior)[0]


def _count(
    crowd: StreamedCrowd, look: Callable[[Block], tuple[Floats, float]], smoothing: float
) -> tuple[Floats, Floats, float]:
    """One reading: label shares and accuracies after it, and the log-likelihood before."""
    right, shares, total = np.zeros(crowd.n_annotators), np.zeros(crowd.n_labels), 0.0
    for block in crowd.blocks():
        posterior, evidence = look(block)
        right += count_right(block, posterior)
        shares += np.einsum("tk->k", posterior)
        total += evidence
    prior, accuracy = maximize(crowd, right, shares, smoothing)
    return prior, accuracy, total


def _dawid_skene(
    crowd: StreamedCrowd,
    smoothing: float = SMOOTHING,
    max_iterations: int = MAX_ITERATIONS,
    tolerance: float = TOLERANCE,
) -> Judge:
    check_smoothing(smoothing)
    starts = ((block.matrix, _vote_shares(block)) for block in crowd.blocks())

    def blocks() -> Iterator[tuple[Any, Codes | None]]:
        return ((block.matrix, block.gold) for block in crowd.blocks())

    model = maximum_likelihood(crowd, starts, blocks, smoothing, max_iterations, tolerance)
    confusion_of = confusion_matrices(crowd, model.confusion)
    is_right = np.equal(crowd.pair_label[:, None], np.arange(crowd.n_labels)[None, :])
    right = np.where(is_right, model.confusion * model.prior, 0.0).sum(axis=1)
    return Judge(
        _vote_shares if not model.fit.iterations else lambda block: model.posterior(block.matrix, block.gold),
        model.fit,
        model.prior,
        confusion_of,
        sum_by(crowd.pair_annotator, right, crowd.n_annotators),
    )


@dataclass(frozen=True)
class StreamedMethod:
    """The identity card of a method, its version, and how it is fitted to a crowd on disk."""

    card: AggregatorCard
    version: int
    fit: Callable[..., Judge]


METHODS: Mapping[str, StreamedMethod] = {
    found.card.id: found
    for found in (
        StreamedMethod(MAJORITY.card, MAJORITY_VERSION, _majority),
        StreamedMethod(WEIGHTED_MAJORITY.card, WEIGHTED_MAJORITY_VERSION, _weighted_majority),
        StreamedMethod(ONE_COIN.card, ONE_COIN_VERSION, _one_coin),
        StreamedMethod(DAWID_SKENE.card, DAWID_SKENE_VERSION, _dawid_skene),
    )
}
