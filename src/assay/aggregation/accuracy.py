"""The accuracy of each annotator as a posterior distribution, when the truth itself is not known.

For annotation i of annotator w let r_i be the probability that the label given is the true one *as the others see it*
(the posterior of the task without this annotation; 1 or 0 on gold). Given accuracy a, the label had the probability
r_i · a + (1 - r_i) · (1 - a) / (labels - 1), so the likelihood of a is the product of these: an annotation on a task of
which nothing is known (r = 1 / labels) says nothing, as it should, and nobody is judged by a vote of their own.

The prior of a is Beta(strength · mean, strength · (1 - mean)) with mean and strength from a fixed grid: those that
make the answers of all annotators probable count most (a hierarchical model, summed over the grid), so somebody with
two answers is near the others, and the interval is as wide as the population is varied. Strengths have a log-normal
prior (median 10, one e-fold): few answers each cannot show that all annotators are alike. Everything is a sum over
grids: nothing is sampled.

What the others see must not be surer than it is. Maximum likelihood takes each annotator at the accuracy that it found,
and where answers are few that made intervals too narrow (82 to 84 % of 95); so ``one_coin`` and ``dawid_skene``
take r from the variational fit of the same model, started at their posterior (:func:`seen_in_population`).

Source: Gelman et al. 2013, chapter 5 (hierarchical binomial model), with the truth summed out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from assay.aggregation.annotators import LEVEL, Accuracies, AnnotatorTable, check_level
from assay.aggregation.arrays import Codes, Floats, sum_by
from assay.aggregation.crowd import Crowd, softmax
from assay.aggregation.crowd_model import fit_crowd

# Where a is looked at: dense near 0 and 1, where a percent matters.
_GRID = 0.5 * (1.0 - np.cos(np.linspace(0.0, np.pi, 202)))[1:-1]
_STEP = np.gradient(_GRID)
_BINS = 64  # r is rounded to this many levels; a hundredth of r is nothing beside what a few answers tell
_MEANS = np.linspace(0.1, 0.98, 23)
_STRENGTHS = np.geomspace(1.0, 300.0, 12)
_LOG_PRIOR = np.tile(-0.5 * np.log(_STRENGTHS / 10.0) ** 2, len(_MEANS))
_LARGEST_CONFUSION = 2**26
_ROWS_AT_ONCE = 4096
_ANNOTATIONS_AT_ONCE = 2**18
_LEAST = 1e-300


def accuracy_posterior(
    annotator: Codes, is_right: Floats, n_annotators: int, n_labels: int, level: float
) -> Accuracies:
    """Mean, low and high for each annotator; each has shape (annotators,).

    ``annotator`` and ``is_right`` (r above) have shape (annotations,). Raises ValueError for a level outside (0, 1).

    >>> who = np.repeat([0, 1], [40, 2])
    >>> known = np.array([1.0] * 36 + [0.0] * 4 + [1.0, 0.0])
    >>> mean, low, high = accuracy_posterior(who, known, 2, n_labels=2, level=0.95)
    >>> print(mean.round(2), low.round(2), high.round(2))
    [0.88 0.71] [0.76 0.27] [0.96 0.96]
    """
    check_level(level)
    log_likelihood = _log_likelihood(annotator, is_right, n_annotators, n_labels)
    prior = _priors()
    weights = _hyper_weights(log_likelihood, prior)
    tail = (1.0 - level) / 2.0
    mean, low, high = (np.empty(n_annotators) for _ in range(3))
    for start in range(0, n_annotators, _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        likelihood = np.exp(log_likelihood[rows])
        marginal = np.einsum("ag,hg->ah", likelihood, prior)
        mass = likelihood * np.einsum("ah,hg->ag", weights / marginal, prior)
        mass /= mass.sum(axis=1, keepdims=True)
        mean[rows] = np.einsum("ag,g->a", mass, _GRID)
        cumulative = np.cumsum(mass, axis=1)
        low[rows] = _quantile(cumulative, tail)
        high[rows] = _quantile(cumulative, 1.0 - tail)
    return mean, np.minimum(low, mean), np.maximum(high, mean)


def seen_by_others(crowd: Crowd, posterior: Floats, own: Floats, trust: float = 1.0) -> Floats:
    """The probability that each label given is right, without what its annotator said of that task; (annotations,).

    ``posterior`` has shape (tasks, labels). ``own`` is the log-likelihood that the annotation had in it: of shape
    (pairs, labels) under every truth, or (annotations,) as what it has more where the label given is true. ``trust``
    is the power that the posterior was raised to, and is to be raised to without the annotation.
    """
    scores = np.log(np.maximum(posterior, _LEAST)) / trust
    share = np.empty(crowd.n_annotations)
    for start in range(0, crowd.n_annotations, _ANNOTATIONS_AT_ONCE):
        part = slice(start, start + _ANNOTATIONS_AT_ONCE)
        without = scores[crowd.task[part]]
        rows, label = np.arange(len(without)), crowd.label[part]
        if own.ndim == 2:
            without -= own[crowd.pair[part]]
        else:
            without[rows, label] -= own[part]
        without *= trust
        share[part] = softmax(without)[0][rows, label]
    return share


def seen_in_population(crowd: Crowd, structure: str, gold: Codes | None, posterior: Floats) -> Floats:
    """r above where a maximum likelihood fit ended: from that model with a population prior; (annotations,).

    ``structure`` is one of :data:`assay.aggregation.structures.STRUCTURES`; it falls back to one accuracy each where
    confusion matrices would not fit into memory.
    """
    if crowd.n_pairs * crowd.n_labels > _LARGEST_CONFUSION:
        structure = "accuracy"
    model = fit_crowd(crowd, structure, gold, start=posterior)
    return seen_by_others(crowd, model.posterior, model.log)


def annotator_table(
    names: Sequence[Hashable],
    crowd: Crowd,
    is_right: Callable[[], Floats],
    level: float = LEVEL,
    confusion_of: Callable[[int], Floats] | None = None,
    history: tuple[Codes, Floats] | None = None,
) -> AnnotatorTable:
    """All annotators; ``is_right`` gives r above, and ``history`` has annotator and r of further answers."""
    check_level(level)

    def accuracies() -> Accuracies:
        annotator, seen = crowd.annotator, is_right()
        if history is not None:
            annotator, seen = np.concatenate([annotator, history[0]]), np.concatenate([seen, history[1]])
        return accuracy_posterior(annotator, seen, crowd.n_annotators, crowd.n_labels, level)

    return AnnotatorTable(tuple(names), crowd.n_of_annotator, accuracies, level, confusion_of)


def _log_likelihood(annotator: Codes, is_right: Floats, n_annotators: int, n_labels: int) -> Floats:
    """Log-likelihood on the grid, highest 0; shape (annotators, grid)."""
    level = np.rint(np.clip(is_right, 0.0, 1.0) * _BINS).astype(np.int64)
    counts = sum_by(annotator * (_BINS + 1) + level, np.ones(len(level)), n_annotators * (_BINS + 1))
    share = np.arange(_BINS + 1)[:, None] / _BINS
    if n_labels < 2:
        share = np.ones_like(share)
    said = np.log(share * _GRID + (1.0 - share) * (1.0 - _GRID) / max(n_labels - 1, 1))
    found = np.einsum("ar,rg->ag", counts.reshape(n_annotators, _BINS + 1), said)
    shifted: Floats = found - found.max(axis=1, initial=-np.inf, keepdims=True)
    return shifted


def _priors() -> Floats:
    """Every Beta prior of the grid as a distribution over accuracies; shape (means · strengths, grid)."""
    mean, strength = (each.ravel()[:, None] for each in np.meshgrid(_MEANS, _STRENGTHS, indexing="ij"))
    log = (strength * mean - 1.0) * np.log(_GRID) + (strength * (1.0 - mean) - 1.0) * np.log1p(-_GRID)
    density = np.exp(log - log.max(axis=1, keepdims=True)) * _STEP
    normalized: Floats = density / density.sum(axis=1, keepdims=True)
    return normalized


def _hyper_weights(log_likelihood: Floats, prior: Floats) -> Floats:
    """How probable each prior of the grid is after all answers; sums to 1."""
    total = _LOG_PRIOR.copy()
    for start in range(0, len(log_likelihood), _ROWS_AT_ONCE):
        likelihood = np.exp(log_likelihood[start : start + _ROWS_AT_ONCE])
        total += np.log(np.maximum(np.einsum("ag,hg->ah", likelihood, prior), 1e-300)).sum(axis=0)
    weights = np.exp(total - total.max())
    normalized: Floats = weights / weights.sum()
    return normalized


def _quantile(cumulative: Floats, share: float) -> Floats:
    """Where the distribution of each row passes ``share``, between grid points by straight lines."""
    place = np.clip((cumulative < share).sum(axis=1), 0, len(_GRID) - 1)
    rows = np.arange(len(cumulative))
    above = cumulative[rows, place]
    below = np.where(place > 0, cumulative[rows, np.maximum(place - 1, 0)], 0.0)
    left = np.where(place > 0, _GRID[np.maximum(place - 1, 0)], 0.0)
    part = np.clip((share - below) / np.maximum(above - below, 1e-300), 0.0, 1.0)
    found: Floats = left + part * (_GRID[place] - left)
    return found
