"""Values, biases and noise of one model of numbers, fitted by EM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.aggregation.arrays import Codes, Floats

_PRIOR_ANSWERS = 4.0
_MOST_STEPS = 500
_TOLERANCE = 1e-7
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class NumericFit:
    """Values and their variance, shape (tasks,); biases and noise, shape (annotators,)."""

    value: Floats
    variance: Floats
    bias: Floats
    noise: Floats
    n_iterations: int


def fit_numbers(
    y: Floats,
    task: Codes,
    annotator: Codes,
    sizes: tuple[int, int],
    degrees_of_freedom: float,
    own_noise: bool,
    *,
    tolerance: float = _TOLERANCE,
    most_steps: int = _MOST_STEPS,
) -> NumericFit:
    """EM: the values and biases have a joint normal posterior given the rest, which is computed as it is.

    ``y``, ``task`` and ``annotator`` have shape (answers,), ``sizes`` are the numbers of tasks and annotators. Steps
    end when no value moves by ``tolerance`` of the answers' spread.
    """
    n_tasks, n_annotators = sizes
    if not len(y):
        return NumericFit(np.zeros(n_tasks), np.zeros(n_tasks), np.zeros(n_annotators), np.ones(n_annotators), 0)
    n_by_annotator = np.bincount(annotator, minlength=n_annotators)
    centre, scale = float(y.mean()), max(float(y.std()), 1e-9 * max(1.0, float(np.abs(y).max())))
    # In units of the spread of the answers the tolerance means the same for all data.
    x = (y - centre) / scale
    answered, active = np.unique(task), np.unique(annotator)
    noise2: Floats = np.full(n_annotators, 0.5)
    weight, prior = np.ones(len(x)), _Prior(0.0, 1.0, 0.25)
    pairs = _pairs_of_answers(task)
    n_iterations, moved = 0, np.inf
    before = np.full(n_tasks, np.inf)
    while moved >= tolerance and n_iterations < most_steps:
        n_iterations += 1
        precision = weight / noise2[annotator]
        found = _posterior(x, task, annotator, pairs, precision, sizes, prior)
        squared = (x - found.value[task] - found.bias[annotator]) ** 2 + found.spread
        if np.isfinite(degrees_of_freedom):
            weight = (degrees_of_freedom + 1.0) / (degrees_of_freedom + squared / noise2[annotator])
        crowd = max(float((weight * squared).mean()), _FLOOR)
        sums = np.bincount(annotator, weight * squared, n_annotators) + _PRIOR_ANSWERS * crowd
        each = sums / (n_by_annotator + _PRIOR_ANSWERS) if own_noise else np.full(n_annotators, crowd)
        noise2 = np.asarray(np.maximum(each, _FLOOR), dtype=np.float64)
        mean = float(found.value[answered].mean())
        between = float(((found.value - mean) ** 2 + found.value_variance)[answered].mean())
        biases = float((found.bias**2 + found.bias_variance)[active].mean())
        prior = _Prior(mean, max(between, _FLOOR), max(biases, _FLOOR))
        moved, before = float(np.abs(found.value - before).max()), found.value
    return NumericFit(
        value=found.value * scale + centre,
        variance=found.value_variance * scale**2,
        bias=found.bias * scale,
        noise=np.sqrt(noise2) * scale,
        n_iterations=n_iterations,
    )


@dataclass(frozen=True, slots=True)
class _Prior:
    """Mean and variance of the values, variance of the biases."""

    mean: float
    value: float
    bias: float


@dataclass(frozen=True, slots=True)
class _Posterior:
    """Means and variances; ``spread``, of shape (answers,), is the variance of value + bias behind each answer."""

    value: Floats
    value_variance: Floats
    bias: Floats
    bias_variance: Floats
    spread: Floats


def _posterior(
    x: Floats, task: Codes, annotator: Codes, pairs: _Pairs, precision: Floats, sizes: tuple[int, int], prior: _Prior
) -> _Posterior:
    """Values given biases are independent, so only a matrix over the annotators is inverted (Henderson's equations)."""
    n_tasks, n_annotators = sizes
    first, second, own = pairs
    of_task = np.bincount(task, precision, n_tasks) + 1.0 / prior.value
    of_annotator = np.bincount(annotator, precision, n_annotators) + 1.0 / prior.bias
    pull_task = np.bincount(task, precision * (x - prior.mean), n_tasks)
    pull_annotator = np.bincount(annotator, precision * (x - prior.mean - (pull_task / of_task)[task]), n_annotators)
    through = precision[first] * precision[second] / of_task[task[first]]
    cells = annotator[first] * n_annotators + annotator[second]
    shared = np.bincount(cells, through, n_annotators**2).reshape(n_annotators, n_annotators)
    covariance = np.linalg.inv(np.diag(of_annotator) - shared)
    bias = np.asarray(covariance @ pull_annotator, dtype=np.float64)
    value: Floats = (pull_task - np.bincount(task, precision * bias[annotator], n_tasks)) / of_task
    # For each answer, the covariance of its annotator's bias with (minus) its task's value.
    along = np.bincount(first, covariance.ravel()[cells] * precision[second], own) / of_task[task]
    value_variance = np.asarray(1.0 / of_task + np.bincount(task, precision * along, n_tasks) / of_task, dtype=float)
    bias_variance = np.diag(covariance).copy()
    spread = value_variance[task] + bias_variance[annotator] - 2.0 * along
    return _Posterior(value + prior.mean, value_variance, bias, bias_variance, spread)


_Pairs = tuple[Codes, Codes, int]


def _pairs_of_answers(task: Codes) -> _Pairs:
    """Every ordered pair of answers to one task (each with itself too), as two arrays; and the number of answers."""
    order = np.argsort(task, kind="stable")
    _, start, length = np.unique(task[order], return_index=True, return_counts=True)
    size = np.repeat(length, length)
    first = np.repeat(np.arange(len(task)), size)
    begin = np.repeat(np.repeat(start, length), size)
    within = np.arange(len(first)) - np.repeat(np.cumsum(size) - size, size)
    return order[first], order[begin + within], len(task)
