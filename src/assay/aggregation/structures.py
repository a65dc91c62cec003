"""What annotators may differ in: five structures for P(label given | annotator, truth), each a Bayesian model.

============================  =========================================================================
``shared_accuracy``           everybody has the same accuracy; close to a majority vote
``shared_confusion``          everybody has the same confusion matrix
``accuracy``                  each annotator has an accuracy, from a Beta population (Bayesian one-coin)
``confusion``                 each has a confusion matrix, from a Dirichlet population around the common one
``accuracy_and_confusion``    as before, around a matrix of the annotator's own accuracy and common mistakes
============================  =========================================================================

A structure is re-estimated from expected counts in each round of variational Bayes. It then says the
posterior mean of the probability (to predict an answer) and the expected log (to weigh one: smaller
where the annotator is little known).

Sources: Kim, Ghahramani 2012 (IBCC, variational); Venanzi et al. 2014; Paun et al. 2018 (hierarchical Dawid-Skene).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.crowd import Crowd
from assay.aggregation.population import fit_beta, fit_dirichlet

_MOST_ACCURATE = 1.0 - 1e-4
# Imaginary answers, so that a small crowd is not taken for one that knows nothing: in all, and for each truth.
_ANSWERS = 30.0
_ANSWERS_OF_TRUTH = 10.0
_CELL = 0.5  # of each mistake
_REFIT_EVERY = 3


class Structure(Protocol):
    """One model of annotators. Every array it gives has shape (pairs or annotations, labels): one column a truth."""

    def estimate(self, crowd: Crowd, counts: Floats, round_: int) -> tuple[Floats, Floats]:
        """Take in expected counts (pairs, labels); give P(label of the pair | truth) and its expected log."""
        ...

    def unseen(self, annotator: Codes, label: Codes) -> Floats:
        """P(label | truth) for labels that these annotators have not given yet."""
        ...


class SharedAccuracy:
    """One accuracy for everybody."""

    def __init__(self) -> None:
        self.accuracy, self.n_labels = 0.5, 1

    def estimate(self, crowd: Crowd, counts: Floats, round_: int) -> tuple[Floats, Floats]:
        self.n_labels = crowd.n_labels
        right, total = float(counts[crowd.pair_is_right].sum()), float(counts.sum())
        self.accuracy = common_accuracy(right, total, crowd.n_labels)
        mean = self.unseen(crowd.pair_annotator, crowd.pair_label)
        return mean, np.log(mean)

    def unseen(self, annotator: Codes, label: Codes) -> Floats:
        return _spread(np.full(len(annotator), self.accuracy), label, self.n_labels)


class SharedConfusion:
    """One confusion matrix for everybody."""

    def __init__(self) -> None:
        self.common = np.ones((1, 1))

    def estimate(self, crowd: Crowd, counts: Floats, round_: int) -> tuple[Floats, Floats]:
        self.common = common_confusion(crowd, counts)
        mean = self.unseen(crowd.pair_annotator, crowd.pair_label)
        return mean, np.log(mean)

    def unseen(self, annotator: Codes, label: Codes) -> Floats:
        common: Floats = self.common.T[label]
        return common


class Accuracy:
    """An accuracy for each, from Beta(strength · mean, strength · (1 - mean)); any mistake is as likely as another."""

    def __init__(self) -> None:
        self.strength, self.n_labels = 10.0, 1
        self.right: Floats = np.zeros(0)
        self.wrong: Floats = np.zeros(0)

    def estimate(self, crowd: Crowd, counts: Floats, round_: int) -> tuple[Floats, Floats]:
        from scipy.special import digamma

        self.fit(crowd, counts, round_)
        total = digamma(self.right + self.wrong)
        is_right = digamma(self.right) - total
        is_other = digamma(self.wrong) - total - np.log(max(crowd.n_labels - 1, 1))
        who = crowd.pair_annotator
        log = np.where(crowd.pair_is_right, is_right[who][:, None], is_other[who][:, None])
        return self.unseen(who, crowd.pair_label), log

    def fit(self, crowd: Crowd, counts: Floats, round_: int) -> None:
        """Each annotator's Beta posterior: ``right`` and ``wrong`` with the prior's share in them."""
        self.n_labels = crowd.n_labels
        right = sum_by(crowd.pair_annotator, counts[crowd.pair_is_right], crowd.n_annotators)
        total = sum_by(crowd.pair_annotator, counts.sum(axis=1), crowd.n_annotators)
        wrong = np.maximum(total - right, 0.0)
        mean = common_accuracy(float(right.sum()), float(total.sum()), crowd.n_labels)
        if round_ % _REFIT_EVERY == 0:
            self.strength = fit_beta(right, wrong, mean)
        self.right, self.wrong = right + self.strength * mean, wrong + self.strength * (1.0 - mean)

    @property
    def accuracy(self) -> Floats:
        """The posterior mean of each; shape (annotators,)."""
        return self.right / (self.right + self.wrong)

    def unseen(self, annotator: Codes, label: Codes) -> Floats:
        return _spread(self.accuracy[annotator], label, self.n_labels)


class Confusion:
    """A confusion matrix for each, every row of it from a Dirichlet population around the common one."""

    def __init__(self) -> None:
        self.strength = 10.0
        self.common = np.ones((1, 1))
        self.totals = np.zeros((0, 1))

    def estimate(self, crowd: Crowd, counts: Floats, round_: int) -> tuple[Floats, Floats]:
        from scipy.special import digamma

        self.look(crowd, counts, round_)
        self.totals = crowd.by_annotator(counts)
        expected = self.expected(crowd.pair_annotator, crowd.pair_label)
        if round_ % _REFIT_EVERY == 0:
            self.strength = fit_dirichlet(counts, self.totals, expected)
        cells = counts + self.strength * expected
        total = self.totals + self.strength
        who = crowd.pair_annotator
        return cells / total[who], digamma(cells) - digamma(total)[who]

    def look(self, crowd: Crowd, counts: Floats, round_: int) -> None:
        """Learn what the population does."""
        self.common = common_confusion(crowd, counts)

    def expected(self, annotator: Codes, label: Codes) -> Floats:
        """The mean of the prior: P(label | truth) of somebody like these annotators."""
        mean: Floats = self.common.T[label]
        return mean

    def unseen(self, annotator: Codes, label: Codes) -> Floats:
        return self.strength * self.expected(annotator, label) / (self.totals[annotator] + self.strength)


class AccuracyAndConfusion(Confusion):
    """A confusion matrix for each, around one with the annotator's own accuracy and the mistakes of everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.own = Accuracy()
        self.mistakes = np.ones((1, 1))

    def look(self, crowd: Crowd, counts: Floats, round_: int) -> None:
        self.own.fit(crowd, counts, round_)
        other = 1.0 - np.eye(crowd.n_labels)
        mistakes = (crowd.by_label(counts) + _CELL) * other
        self.mistakes = mistakes / np.maximum(mistakes.sum(axis=1, keepdims=True), 1e-12)

    def expected(self, annotator: Codes, label: Codes) -> Floats:
        accuracy = self.own.accuracy[annotator][:, None]
        is_truth = np.equal(label[:, None], np.arange(len(self.mistakes)))
        mean: Floats = np.where(is_truth, accuracy, (1.0 - accuracy) * self.mistakes.T[label])
        # One label only: nothing can be mistaken for anything.
        return np.maximum(mean, 1e-12)


STRUCTURES: dict[str, Callable[[], Structure]] = {
    "shared_accuracy": SharedAccuracy,
    "shared_confusion": SharedConfusion,
    "accuracy": Accuracy,
    "confusion": Confusion,
    "accuracy_and_confusion": AccuracyAndConfusion,
}


def expected_accuracy(n_labels: int) -> float:
    """What a crowd is taken to be like before it is seen: halfway between chance and always right."""
    return 0.5 * (1.0 + 1.0 / max(n_labels, 2))


def common_accuracy(right: float, total: float, n_labels: int) -> float:
    """The share of right answers with imaginary ones, never under chance: a crowd as a whole means well."""
    share = (right + _ANSWERS * expected_accuracy(n_labels)) / (total + _ANSWERS)
    return float(np.clip(share, 1.0 / max(n_labels, 2), _MOST_ACCURATE))


def common_confusion(crowd: Crowd, counts: Floats) -> Floats:
    """How the crowd as a whole answers, (truth, label given), with imaginary answers like those of a fair crowd."""
    n_labels, accuracy = crowd.n_labels, expected_accuracy(crowd.n_labels)
    fair = np.full((n_labels, n_labels), (1.0 - accuracy) / max(n_labels - 1, 1))
    np.fill_diagonal(fair, accuracy)
    cells = crowd.by_label(counts) + _ANSWERS_OF_TRUTH * fair
    common: Floats = cells / cells.sum(axis=1, keepdims=True)
    return common


def _spread(accuracy: Floats, label: Codes, n_labels: int) -> Floats:
    is_truth = np.equal(label[:, None], np.arange(n_labels))
    spread: Floats = np.where(is_truth, accuracy[:, None], (1.0 - accuracy[:, None]) / max(n_labels - 1, 1))
    return spread
