"""Adaptive overlap: stop asking about a task when its label is sure, and ask where one more answer helps most.

With the annotators' confusion matrices held fixed, the posterior of a task after one more answer is Bayes' rule,
q[k] · pi_w[k, answer] / sum over k: exact, in any order, no refit. For two labels and one accuracy a this *is*
Wald's sequential test on the sum of ±log(a / (1 - a)). A task is done when 1 - max q <= ``max_error``.

What one more answer of annotator w is worth is the drop of the expected error, in closed form:
gain_w = sum over answers c of max_k q[k] pi_w[k, c], minus max_k q[k].

People who make the same mistakes make this too sure; ``trust`` (the power that ``auto`` found, see
:mod:`assay.aggregation.evidence`) holds every answer's log-likelihood back by that factor.

Sources: Wald 1945; Sheng, Provost, Ipeirotis 2008; Ertekin, Hirsh, Rudin 2012.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.result import Aggregation

_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class AnnotatorModels:
    """Fixed knowledge about annotators, to judge single tasks with.

    ``label_prior`` has shape (labels,), ``confusions`` (annotators, labels, labels): P(answer | truth) in rows of
    the truth. ``newcomer`` (labels, labels) is taken for somebody who is not among ``annotators``.
    """

    labels: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    label_prior: Floats
    confusions: Floats
    newcomer: Floats
    trust: float = 1.0

    @classmethod
    def of(cls, result: Aggregation) -> AnnotatorModels:
        """What a result with confusion matrices learned. Raises ValueError for a method without them.

        >>> from assay.agreement import LabelTable
        >>> from assay.aggregation import bayesian_dawid_skene
        >>> table = LabelTable.from_columns({"ann": list("xyxyxy"), "ben": list("xyxyyx"), "cem": list("yxxyxy")})
        >>> models = AnnotatorModels.of(bayesian_dawid_skene(table))
        >>> state = models.start().after("ann", "x").after("dan", "x")
        >>> state.n_answers, state.best
        (2, 'x')
        """
        if result.annotators.confusion_of is None or result.label_prior is None:
            raise ValueError(
                f"{result.method} has no confusion matrices; aggregate with auto, bayesian_dawid_skene or dawid_skene."
            )
        k = len(result.labels)
        people = [result.annotators.confusion_of(row) for row in range(len(result.annotators))]
        confusions = np.stack(people) if people else np.zeros((0, k, k))
        weights = np.asarray(result.annotators.n_annotations, dtype=np.float64)
        newcomer = (
            np.einsum("a,akc->kc", weights, confusions) / weights.sum()
            if weights.sum() > 0
            else np.full((k, k), 1.0 / k)
        )
        trust = sum(each.weight * each.trust for each in result.candidates) if result.candidates else 1.0
        return cls(result.labels, result.annotators.names, result.label_prior, confusions, newcomer, float(trust))

    @cached_property
    def log_prior(self) -> Floats:
        """The log of ``label_prior``; shape (labels,)."""
        logs: Floats = np.log(np.maximum(self.label_prior, _LEAST))
        return logs

    @cached_property
    def log_trusted(self) -> Floats:
        """``trust`` times log P(answer | truth); shape (annotators + 1, labels, labels), the newcomer last."""
        everybody = np.concatenate([self.confusions, self.newcomer[None]])
        logs: Floats = self.trust * np.log(np.maximum(everybody, _LEAST))
        return logs

    @cached_property
    def answers(self) -> Floats:
        """P(answer | truth) as far as it is trusted; shape (annotators + 1, labels, labels), the newcomer last."""
        trusted = np.exp(self.log_trusted)
        normalized: Floats = trusted / trusted.sum(axis=2, keepdims=True)
        return normalized

    @cached_property
    def _rows(self) -> dict[Hashable, int]:
        return {name: row for row, name in enumerate(self.annotators)}

    @cached_property
    def _codes(self) -> dict[Hashable, int]:
        return {label: code for code, label in enumerate(self.labels)}

    def row(self, annotator: Hashable) -> int:
        """The place of that annotator in ``log_trusted``; the newcomer's for somebody unknown."""
        return self._rows.get(annotator, len(self.annotators))

    def confusion(self, annotator: Hashable) -> Floats:
        """The matrix of that annotator, or the newcomer's; shape (labels, labels)."""
        row = self.row(annotator)
        return self.newcomer if row == len(self.annotators) else self.confusions[row]

    def start(self) -> TaskState:
        """A task that nobody has answered."""
        return TaskState(self, self.log_prior, 0)

    def code(self, label: Hashable) -> int:
        """The place of a label. Raises ValueError when it is not one of ``labels``."""
        if label not in self._codes:
            raise ValueError(f"There is no label {label!r}; it is one of {', '.join(map(repr, self.labels))}.")
        return self._codes[label]


@dataclass(frozen=True, eq=False)
class TaskState:
    """What is known about one task. Adding answers makes new states; the order of answers changes nothing."""

    models: AnnotatorModels
    scores: Floats
    n_answers: int

    def after(self, annotator: Hashable, label: Hashable) -> TaskState:
        """The state with one more answer. Raises ValueError for an unknown label."""
        said = self.models.log_trusted[self.models.row(annotator), :, self.models.code(label)]
        return TaskState(self.models, self.scores + said, self.n_answers + 1)

    @cached_property
    def posterior(self) -> Floats:
        """The probability of each label; shape (labels,), sums to 1."""
        exp = np.exp(self.scores - self.scores.max())
        posterior: Floats = exp / exp.sum()
        return posterior

    @property
    def best(self) -> Hashable:
        """The most probable label; of equal ones the first in the order of labels."""
        top = self.posterior.max()
        return self.models.labels[int(np.flatnonzero(self.posterior >= top - 1e-9)[0])]

    @property
    def expected_error(self) -> float:
        """The chance that the best label is wrong: the sum of the others, so that small ones are exact too."""
        others = np.sort(self.posterior)[:-1]
        return float(others.sum())

    def done(self, max_error: float, max_answers: int | None = None) -> bool:
        """Whether to stop: sure enough, or as many answers as there may be. ValueError for max_error not in [0, 1)."""
        _check_error(max_error)
        return self.expected_error <= max_error or (max_answers is not None and self.n_answers >= max_answers)

    def gain(self, annotator: Hashable) -> float:
        """By how much one answer of that annotator is expected to lower the chance of a wrong label; 0 or more."""
        return float(self.worth([annotator])[0][0])

    def information(self, annotator: Hashable) -> float:
        """What one answer of that annotator tells about the truth, in nats (mutual information); 0 or more."""
        return float(self.worth([annotator])[1][0])

    def worth(self, annotators: Sequence[Hashable]) -> tuple[Floats, Floats]:
        """The gain and the information of each of these annotators; both of shape (annotators,)."""
        answers = self.models.answers[[self.models.row(name) for name in annotators]]
        joint = self.posterior[:, None] * answers
        gains = np.maximum(joint.max(axis=1).sum(axis=1) - self.posterior.max(), 0.0)
        ratio = answers / np.maximum(joint.sum(axis=1, keepdims=True), _LEAST)
        informations = np.maximum((joint * np.log(np.maximum(ratio, _LEAST))).sum(axis=(1, 2)), 0.0)
        return gains, informations


def whom_to_ask(state: TaskState, candidates: Iterable[Hashable]) -> list[tuple[Hashable, float]]:
    """The candidates with their gains, the most useful first; equal ones in the order given.

    Where a single answer could not change the decision, whoever gives it, every gain is 0; then the information
    decides, which is what several such answers add up to.
    """
    names = list(candidates)
    if not names:
        return []
    gains, informations = state.worth(names)
    order = np.lexsort((np.arange(len(names)), -informations.round(12), -gains.round(12)))
    return [(names[place], float(gains[place])) for place in order]


def what_to_ask(posterior: Floats, n_answers: Codes, max_error: float, max_answers: int) -> Codes:
    """The rows of the tasks that need another answer, the one most likely to be wrong first.

    ``posterior`` has shape (tasks, labels), ``n_answers`` (tasks,). Ties go to fewer answers, then to the order of
    tasks. Raises ValueError for max_error outside [0, 1).
    """
    _check_error(max_error)
    error = 1.0 - posterior.max(axis=1, initial=0.0)
    open_ = np.flatnonzero((error > max_error) & (n_answers < max_answers))
    order = np.lexsort((open_, n_answers[open_], -error[open_].round(12)))
    return open_[order]


def posterior_of(models: AnnotatorModels, annotators: Sequence[Hashable], labels: Sequence[Hashable]) -> Floats:
    """The posterior of one task with all its answers at once: the batch form of :meth:`TaskState.after`."""
    if len(annotators) != len(labels):
        raise ValueError(f"annotators has {len(annotators)} and labels {len(labels)} entries; give as many of both.")
    scores = models.log_prior
    for annotator, label in zip(annotators, labels, strict=True):
        scores = scores + models.log_trusted[models.row(annotator), :, models.code(label)]
    return TaskState(models, scores, len(labels)).posterior


def _check_error(max_error: float) -> None:
    if not 0.0 <= max_error < 1.0:
        raise ValueError(f"max_error is {max_error!r}; give the error to accept, from 0 up to under 1, such as 0.05.")
