"""The answers that an aggregator takes, and the decision on each task that it returns."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

import numpy as np

from assay.aggregation.arrays import Codes

Value = TypeVar("Value")
Given = TypeVar("Given", covariant=True)

NO_ANSWER = "no annotator answered"


class Answers(Protocol[Given]):
    """Answers as codes and values; the tables of ``assay.agreement`` are such.

    Answer i, ``values[i]``, is that of ``annotators[annotator_codes[i]]`` to ``tasks[task_codes[i]]``; they are sorted
    by task and annotator, and there is at most one for each of both.
    """

    @property
    def tasks(self) -> Sequence[Hashable]: ...
    @property
    def annotators(self) -> Sequence[Hashable]: ...
    @property
    def task_codes(self) -> Codes: ...
    @property
    def annotator_codes(self) -> Codes: ...
    @property
    def values(self) -> Sequence[Given]: ...


@dataclass(frozen=True, slots=True)
class Decision(Generic[Value]):
    """The decision on one task. ``value`` is None exactly when ``reason`` says why.

    ``confidence`` is the support of the decision in [0, 1] and ``expected_loss`` what it is expected to cost; what both
    mean is said by the aggregator. ``annotators`` are those whose answers it rests on.
    """

    task: Hashable
    value: Value | None
    reason: str | None
    confidence: float | None
    expected_loss: float | None
    annotators: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class AnnotatorQuality:
    """How well one annotator's answers go with the decisions, from 0 to 1; None when there is nothing to compare."""

    annotator: Hashable
    quality: float | None
    n_annotations: int


@dataclass(frozen=True)
class Decisions(Generic[Value]):
    """The decisions on all tasks, and the quality of all annotators, each in the order of the table.

    ``method``, ``version`` and ``rules`` (ties, thresholds: everything that was chosen) say how they were made.
    """

    method: str
    version: int
    rules: tuple[tuple[str, object], ...]
    decisions: tuple[Decision[Value], ...]
    annotators: tuple[AnnotatorQuality, ...]

    def __len__(self) -> int:
        return len(self.decisions)

    def __iter__(self) -> Iterator[Decision[Value]]:
        return iter(self.decisions)

    def __getitem__(self, task: Hashable) -> Decision[Value]:
        """The decision on that task. Raises KeyError when it is not among the tasks."""
        return self._by_task[task]

    @cached_property
    def _by_task(self) -> dict[Hashable, Decision[Value]]:
        return {decision.task: decision for decision in self.decisions}


def by_task(table: Answers[Given]) -> list[list[tuple[int, Given]]]:
    """For every task the (annotator code, answer), in the order of the table; empty for a task without an answer."""
    rows: list[list[tuple[int, Given]]] = [[] for _ in table.tasks]
    codes = zip(np.asarray(table.task_codes).tolist(), np.asarray(table.annotator_codes).tolist(), strict=True)
    for (task, annotator), value in zip(codes, table.values, strict=True):
        rows[task].append((annotator, value))
    return rows


def undecided(task: Hashable, annotators: tuple[Hashable, ...] = (), reason: str = NO_ANSWER) -> Decision[Value]:
    """A task without a decision."""
    return Decision(task, None, reason, None, None, annotators)


def qualities(table: Answers[Given], alike: dict[int, list[float]]) -> tuple[AnnotatorQuality, ...]:
    """The mean of each annotator's list; ``alike`` has one number for each of their answers that can be compared."""
    n = np.bincount(table.annotator_codes, minlength=len(table.annotators))
    found = []
    for code, name in enumerate(table.annotators):
        own = sorted(alike.get(code, ()))
        found.append(AnnotatorQuality(name, sum(own) / len(own) if own else None, int(n[code])))
    return tuple(found)
