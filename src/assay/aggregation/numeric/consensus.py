"""Numbers: the value of each task when annotators have a bias and a noise of their own, and some answers are slips."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from numbers import Real
from statistics import NormalDist
from typing import Literal

import numpy as np

from assay.aggregation.arrays import Floats
from assay.aggregation.card import CodedLabels
from assay.aggregation.numeric.annotators_of import annotators_of
from assay.aggregation.numeric.choose import NumericModel, choose_model
from assay.aggregation.numeric.fit import fit_numbers
from assay.aggregation.result import NO_ANNOTATION

VERSION = 2
INTERVAL = "normal, from the joint posterior of values and biases given the variances"


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
    """The decisions in the order of the tasks, the annotators in theirs, and how they were made.

    ``noise`` and ``degrees_of_freedom`` are those of the model that was used, ``compared`` the models it was chosen
    from, with their errors (empty where it was given, or there was too little to choose by).
    """

    method: str
    version: int
    level: float
    noise: Literal["own", "common"]
    degrees_of_freedom: float
    compared: tuple[NumericModel, ...]
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
    noise: Literal["auto", "own", "common"] = "auto",
    degrees_of_freedom: float | None = None,
    level: float = 0.95,
) -> NumericConsensus:
    """The value of each task, corrected for each annotator's bias and weighted by their noise.

    Answer of annotator k to task t: value_t + bias_k + noise. Biases have a normal prior with mean 0, values one with
    the crowd's mean; both variances are fitted. A bias that everybody shares cannot be seen. Fitted by EM; the interval
    is the value ± z deviations of the joint posterior of values and biases (given the model).

    Noise is Student's t with ``degrees_of_freedom`` (4: a slip counts little; inf: normal), and has one scale for all
    (``noise="common"``), or one for each annotator (``"own"``) with a scaled inverse chi-square prior worth 4 answers
    at the crowd's noise. By default the data choose among these four: five times a fifth of the answers is held out,
    and the model that foretells them best (least squared error) is taken, but one scale and normal noise unless another
    is better by more than its standard error. So weights are given only where they foretell what others answer: where
    many play safe and answer near the middle, those who lie close together are *not* the careful ones.

    ``table`` is a ``LabelTable`` whose labels are numbers (or alike): else ValueError, and for a level outside (0, 1)
    or degrees of freedom not above 0. A task without an answer has a reason; when no two annotators share a task, bias
    and value cannot be told apart: the value is the mean, without an interval. Order and names change nothing.
    Cost: a matrix over the annotators is inverted in each step, and memory grows with the pairs of answers to a task;
    the choice is made on at most 20,000 answers.

    >>> from assay.agreement import LabelTable
    >>> columns = {"ann": [1, 5, 3, 8, 2], "ben": [1.2, 5.1, 3.2, 8.1, 2.2], "high": [4, 8, 6, 11, 5]}
    >>> found = numeric_consensus(LabelTable.from_columns(columns))
    >>> [round(row.bias, 1) for row in found.annotators]
    [-1.1, -0.9, 1.9]

    Sources: the random-effects model of Raykar et al. (2010), Learning from crowds, JMLR 11:1297 (its regression), with
    biases and Student noise (Lange, Little, Taylor 1989, Robust statistical modeling using the t distribution, JASA
    84:881); choice by cross-validation, Stone (1974), JRSS B 36:111.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; give a number between 0 and 1, such as 0.95.")
    if noise not in ("auto", "own", "common"):
        raise ValueError(f"There is no noise {noise!r}; use 'auto', 'own' (for each annotator) or 'common'.")
    if degrees_of_freedom is not None and not degrees_of_freedom > 0.0:
        raise ValueError(f"degrees_of_freedom is {degrees_of_freedom!r}; give a number above 0, or math.inf.")
    y = _numbers(table)[table.label_codes] if len(table.label_codes) else np.zeros(0)
    n_of_task = np.bincount(table.task_codes, minlength=len(table.tasks))
    shared = (n_of_task[table.task_codes] >= 2).any() if len(y) else False
    sizes = len(table.tasks), len(table.annotators)
    model, compared = choose_model(y, table.task_codes, table.annotator_codes, sizes, noise, degrees_of_freedom)
    own_noise, nu = model.noise == "own", model.degrees_of_freedom
    fit = fit_numbers(y, table.task_codes, table.annotator_codes, sizes, nu, own_noise)
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
        noise=model.noise,
        degrees_of_freedom=model.degrees_of_freedom,
        compared=compared,
        decisions=tuple(decisions),
        annotators=tuple(
            NumericAnnotator(name, float(fit.bias[k]), float(fit.noise[k]), float(weight[k] / weight.mean()), int(n))
            for k, (name, n) in enumerate(zip(table.annotators, n_of_annotator.tolist(), strict=True))
        ),
        n_iterations=fit.n_iterations,
        interval_method=INTERVAL if shared else None,
    )


def _numbers(table: CodedLabels) -> Floats:
    for label in table.labels:
        if not isinstance(label, Real) or isinstance(label, bool) or not np.isfinite(label):
            raise ValueError(f"labels has {label!r}, which is no finite number; convert the column to numbers first.")
    return np.array(table.labels, dtype=np.float64)
