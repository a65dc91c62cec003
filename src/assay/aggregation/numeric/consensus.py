"""Numbers: the value of each task when annotators have a bias and a noise of their own, and some answers are slips."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from numbers import Real
from statistics import NormalDist
from typing import Literal

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.card import CodedLabels
from assay.aggregation.numeric.annotators_of import annotators_of
from assay.aggregation.result import NO_ANNOTATION

VERSION = 1
INTERVAL = "normal, from the joint posterior of values and biases given the variances"
_PRIOR_ANSWERS = 4.0
_MOST_STEPS = 500
_TOLERANCE = 1e-7
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class NumericDecision:
    """``value`` is None exactly when ``reason`` says why; ``low`` and ``high`` are None with ``interval_reason``.

    ``expected_loss`` is the expected squared error (None without an interval). ``mean`` and ``median`` are those of the
    plain answers, for comparison.
    """

    task: Hashable
    value: float | None
    low: float | None
    high: float | None
    expected_loss: float | None
    mean: float | None
    median: float | None
    annotators: tuple[Hashable, ...]
    reason: str | None = None
    interval_reason: str | None = None


@dataclass(frozen=True, slots=True)
class NumericAnnotator:
    """``bias`` is how much higher the answers are than the value, ``noise`` their standard deviation around it;

    both shrunk towards the crowd, the more the fewer answers. ``weight`` is 1 / noise², over the mean weight.
    """

    annotator: Hashable
    bias: float
    noise: float
    weight: float
    n_annotations: int


@dataclass(frozen=True)
class NumericConsensus:
    """The decisions in the order of the tasks, the annotators in theirs, and how they were made."""

    method: str
    version: int
    level: float
    degrees_of_freedom: float
    decisions: tuple[NumericDecision, ...]
    annotators: tuple[NumericAnnotator, ...]
    n_iterations: int
    interval_method: str | None

    def __iter__(self) -> Iterator[NumericDecision]:
        return iter(self.decisions)

    def __getitem__(self, task: Hashable) -> NumericDecision:
        """The decision on that task. Raises KeyError when it is not among the tasks."""
        return {decision.task: decision for decision in self.decisions}[task]


def numeric_consensus(
    table: CodedLabels,
    *,
    noise: Literal["own", "common"] = "own",
    degrees_of_freedom: float = 4.0,
    level: float = 0.95,
) -> NumericConsensus:
    """The value of each task, corrected for each annotator's bias and weighted by their noise.

    Answer of annotator k to task t: value_t + bias_k + noise. Noise is Student's t with ``degrees_of_freedom`` (4: a
    slip counts little; inf: normal) and a scale of its own for each annotator, with a scaled inverse chi-square prior
    worth 4 answers at the crowd's noise. Biases have a normal prior with mean 0, values one with the crowd's mean;
    both variances are fitted. A bias that everybody shares cannot be seen. Fitted by EM; the interval is the value ± z
    deviations of the joint posterior of values and biases.

    ``noise="common"`` gives all annotators one scale. Take it where the careful ones are *not* those near the crowd: on
    a scale where many play safe near the middle, their answers lie close together and would get the weight.

    ``table`` is a ``LabelTable`` whose labels are numbers (or alike): else ValueError, and for a level outside (0, 1)
    or degrees of freedom not above 0. A task without an answer has a reason; when no two annotators share a task, bias
    and value cannot be told apart: the value is the mean, without an interval. Order and names change nothing.
    Cost: a matrix over the annotators is inverted in each step, and memory grows with the pairs of answers to a task.

    >>> from assay.agreement import LabelTable
    >>> columns = {"ann": [1, 5, 3, 8, 2], "ben": [1.2, 5.1, 3.2, 8.1, 2.2], "high": [4, 8, 6, 11, 5]}
    >>> found = numeric_consensus(LabelTable.from_columns(columns))
    >>> [round(row.bias, 1) for row in found.annotators]
    [-1.1, -0.9, 1.9]

    Sources: the random-effects model of Raykar et al. (2010), Learning from crowds, JMLR 11:1297 (its regression), with
    biases and Student noise (Lange, Little, Taylor 1989, Robust statistical modeling using the t distribution, JASA
    84:881).
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; give a number between 0 and 1, such as 0.95.")
    if noise not in ("own", "common"):
        raise ValueError(f"There is no noise {noise!r}; use 'own' (for each annotator) or 'common'.")
    if not degrees_of_freedom > 0.0:
        raise ValueError(f"degrees_of_freedom is {degrees_of_freedom!r}; give a number above 0, or math.inf.")
    y = _numbers(table)[table.label_codes] if len(table.label_codes) else np.zeros(0)
    n_of_task = np.bincount(table.task_codes, minlength=len(table.tasks))
    shared = (n_of_task[table.task_codes] >= 2).any() if len(y) else False
    sizes = len(table.tasks), len(table.annotators)
    fit = _fit(y, table.task_codes, table.annotator_codes, *sizes, degrees_of_freedom, noise == "own")
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    apart = "no two annotators share a task, so a bias cannot be told from a value"
    decisions = []
    order = np.lexsort((y, table.task_codes))
    answers = np.split(y[order], np.cumsum(n_of_task)[:-1])
    for code, (task, annotators) in enumerate(zip(table.tasks, annotators_of(table), strict=True)):
        own = answers[code]
        if not len(own):
            decisions.append(NumericDecision(task, None, None, None, None, None, None, (), reason=NO_ANNOTATION))
            continue
        mean, median = float(own.mean()), float(np.median(own))
        value, error = float(fit.value[code]), float(np.sqrt(fit.variance[code]))
        decisions.append(
            NumericDecision(task, value, value - z * error, value + z * error, error**2, mean, median, annotators)
            if shared
            else NumericDecision(task, mean, None, None, None, mean, median, annotators, interval_reason=apart)
        )
    weight = 1.0 / fit.noise**2 if len(y) else np.ones(len(table.annotators))
    n_of_annotator = np.bincount(table.annotator_codes, minlength=len(table.annotators))
    return NumericConsensus(
        method="numeric_consensus",
        version=VERSION,
        level=level,
        degrees_of_freedom=degrees_of_freedom,
        decisions=tuple(decisions),
        annotators=tuple(
            NumericAnnotator(name, float(fit.bias[k]), float(fit.noise[k]), float(weight[k] / weight.mean()), int(n))
            for k, (name, n) in enumerate(zip(table.annotators, n_of_annotator.tolist(), strict=True))
        ),
        n_iterations=fit.n_iterations,
        interval_method=INTERVAL if shared else None,
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    value: Floats
    variance: Floats
    bias: Floats
    noise: Floats
    n_iterations: int


def _numbers(table: CodedLabels) -> Floats:
    for label in table.labels:
        if not isinstance(label, Real) or isinstance(label, bool) or not np.isfinite(label):
            raise ValueError(f"labels has {label!r}, which is no finite number; convert the column to numbers first.")
    return np.array(table.labels, dtype=np.float64)


def _fit(y: Floats, task: Codes, annotator: Codes, n_tasks: int, n_annotators: int, nu: float, own: bool) -> _Fit:
    """EM: the values and biases have a joint normal posterior given the rest, which is computed as it is."""
    if not len(y):
        return _Fit(np.zeros(n_tasks), np.zeros(n_tasks), np.zeros(n_annotators), np.ones(n_annotators), 0)
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
    while moved >= _TOLERANCE and n_iterations < _MOST_STEPS:
        n_iterations += 1
        precision = weight / noise2[annotator]
        found = _posterior(x, task, annotator, pairs, precision, (n_tasks, n_annotators), prior)
        squared = (x - found.value[task] - found.bias[annotator]) ** 2 + found.spread
        if np.isfinite(nu):
            weight = (nu + 1.0) / (nu + squared / noise2[annotator])
        crowd = max(float((weight * squared).mean()), _FLOOR)
        sums = np.bincount(annotator, weight * squared, n_annotators) + _PRIOR_ANSWERS * crowd
        each = sums / (n_by_annotator + _PRIOR_ANSWERS) if own else np.full(n_annotators, crowd)
        noise2 = np.asarray(np.maximum(each, _FLOOR), dtype=np.float64)
        mean = float(found.value[answered].mean())
        between = float(((found.value - mean) ** 2 + found.value_variance)[answered].mean())
        biases = float((found.bias**2 + found.bias_variance)[active].mean())
        prior = _Prior(mean, max(between, _FLOOR), max(biases, _FLOOR))
        moved, before = float(np.abs(found.value - before).max()), found.value
    return _Fit(
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
