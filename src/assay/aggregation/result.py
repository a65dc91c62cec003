"""What an aggregator returns: a posterior and a decision for each task, and how good each annotator is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assay.aggregation.annotators import AnnotatorQuality, AnnotatorTable
from assay.aggregation.arrays import Codes, Floats

TieRule = Literal["report", "prior"]
NO_ANNOTATION = "no annotation has a label"


@dataclass(frozen=True, slots=True)
class TaskLabel:
    """The decision on one task.

    ``label`` is None when it is undecided: ``tied`` then has the labels that share the lead (in stable
    order), or ``n_annotations`` is 0. ``share`` is the part of the annotations that have the label (or the
    most frequent of the tied ones); None without annotations. ``confidence`` is the posterior probability of
    the label (or of each tied one; for majority its share), and ``expected_loss`` what deciding so costs on
    average when a wrong label costs 1; None where nothing is known.
    """

    task: Hashable
    label: Hashable | None
    share: float | None
    n_annotations: int
    tied: tuple[Hashable, ...] = ()
    confidence: float | None = None
    expected_loss: float | None = None

    @property
    def reason(self) -> str | None:
        """Why there is no label, or None when there is one."""
        if self.label is not None:
            return None
        if self.tied:
            return f"tie between {', '.join(map(repr, self.tied))}"
        return NO_ANNOTATION


@dataclass(frozen=True, slots=True)
class Fit:
    """How an iterative method ended. ``objective`` is the mean log-likelihood of an annotation that it reached."""

    iterations: int
    converged: bool
    objective: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model that ``auto`` weighed.

    ``evidence`` is the mean log-probability that it gave to held-out annotations, ``difference`` what the best
    candidate gave more (0 for that one), with its standard error; ``gold_evidence`` the same of held-out gold
    tasks, None without gold; ``weight`` its part in the result; ``trust`` the power of its likelihood.
    """

    model: str
    evidence: float
    difference: float
    standard_error: float
    weight: float
    gold_evidence: float | None = None
    trust: float = 1.0


@dataclass(frozen=True)
class Aggregation:
    """The decisions on all tasks, in the order of the tasks; iterating gives a :class:`TaskLabel` for each.

    ``label_codes`` points into ``labels``, -1 where undecided; ``share`` is NaN-free, 0 where there is no
    annotation. ``posterior`` has shape (tasks, labels), rows that sum to 1 (0 where nothing is known): the
    probability of each label; for majority and weighted majority the shares of the votes, which are not
    calibrated probabilities; None when tasks x labels would be too large to hold (majority only).
    ``confidence`` is that of the decision (or of each tied label), 0 where nothing is known. These and
    ``n_annotations`` have shape (tasks,). ``tied_rows`` and ``tied_codes`` list the labels of every tie,
    sorted by task and label.

    ``annotators`` tells how good each annotator is. ``used_tasks`` and ``used_annotators`` point, for each
    annotation that was used, into the tasks and ``annotators.names``; ``gold_tasks`` had their truth given.
    ``method``, ``version``, ``tie_rule`` and ``seed`` (None: nothing is random) say how it was made; ``fit``
    and ``candidates`` how it went, where there is something to tell.
    """

    method: str
    version: int
    tie_rule: TieRule
    tasks: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]
    label_codes: Codes
    share: Floats
    n_annotations: Codes
    tied_rows: Codes
    tied_codes: Codes
    posterior: Floats | None
    confidence: Floats
    annotators: AnnotatorTable
    used_tasks: Codes
    used_annotators: Codes
    gold_tasks: tuple[Hashable, ...] = ()
    seed: int | None = None
    fit: Fit | None = None
    label_prior: Floats | None = None
    candidates: tuple[Candidate, ...] = ()

    def __len__(self) -> int:
        return len(self.tasks)

    def __iter__(self) -> Iterator[TaskLabel]:
        return (self._at(row) for row in range(len(self.tasks)))

    def __getitem__(self, task: Hashable) -> TaskLabel:
        """The decision on that task. Raises KeyError when it is not among the tasks."""
        return self._at(self._row_of[task])

    @property
    def expected_loss(self) -> Floats:
        """1 - confidence: the chance that the decision is wrong, as the method sees it; shape (tasks,)."""
        return 1.0 - self.confidence

    @property
    def n_ties(self) -> int:
        """How many tasks have more than one leading label, decided or not."""
        distinct = {int(row) for row in self.tied_rows}
        return len(distinct)

    @property
    def n_undecided(self) -> int:
        """How many tasks have no label: ties that were not broken, and tasks without annotations."""
        return int((self.label_codes < 0).sum())

    @property
    def n_annotations_used(self) -> int:
        """How many annotations the result rests on."""
        return len(self.used_tasks)

    def used(self) -> Iterator[tuple[Hashable, Hashable]]:
        """(task, annotator) of every annotation that was used."""
        names = self.annotators.names
        pairs = zip(self.used_tasks.tolist(), self.used_annotators.tolist(), strict=True)
        return ((self.tasks[task], names[annotator]) for task, annotator in pairs)

    def annotator(self, name: Hashable) -> AnnotatorQuality:
        """How good that annotator is. Raises KeyError for somebody who has no annotation."""
        return self.annotators[name]

    @cached_property
    def _row_of(self) -> dict[Hashable, int]:
        return {task: row for row, task in enumerate(self.tasks)}

    def _at(self, row: int) -> TaskLabel:
        code, n = int(self.label_codes[row]), int(self.n_annotations[row])
        start, end = self.tied_rows.searchsorted([row, row + 1])
        confidence = float(self.confidence[row])
        return TaskLabel(
            task=self.tasks[row],
            label=self.labels[code] if code >= 0 else None,
            share=float(self.share[row]) if n else None,
            n_annotations=n,
            tied=tuple(self.labels[tied] for tied in self.tied_codes[start:end]),
            confidence=confidence if confidence > 0.0 else None,
            expected_loss=1.0 - confidence if confidence > 0.0 else None,
        )
