"""Answers that are not one label from a list: who gave what to which task, in an order that rows cannot change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Generic, TypeVar

import numpy as np

from assay.agreement.arrays import Codes
from assay.agreement.label_table import DuplicateLabel
from assay.agreement.names import encode, is_missing, quoted, values_of
from assay.agreement.result import LeftOut
from assay.agreement.usable import MISSING, SINGLE

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class AnswerTable(Generic[Value]):
    """Answers sorted by task and annotator. ``tasks`` and ``annotators`` are the distinct names in stable order;

    the code arrays, of shape (answers,), point into them, and ``values`` has the answer of each. An answer that is
    None or NaN was not given and is only counted; an *empty* answer (no span, no box, no text) was given.
    """

    tasks: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    task_codes: Codes
    annotator_codes: Codes
    values: tuple[Value, ...]
    n_missing: int = 0

    @property
    def n_annotations(self) -> int:
        """How many answers were given."""
        return len(self.values)

    def by_task(self) -> Iterator[tuple[int, list[tuple[int, Value]]]]:
        """For each task with an answer its code, and its (annotator code, answer) in stable order."""
        starts = np.flatnonzero(np.r_[True, np.diff(self.task_codes) != 0]) if self.values else np.zeros(0, np.int64)
        ends = np.r_[starts[1:], len(self.values)] if self.values else starts
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            here = zip(self.annotator_codes[start:end].tolist(), self.values[start:end], strict=True)
            yield int(self.task_codes[start]), list(here)

    def compared(self) -> Compared[Value]:
        """The tasks with at least two answers, and what is left out."""
        usable = [(task, answers) for task, answers in self.by_task() if len(answers) >= 2]
        n_used = sum(len(answers) for _, answers in usable)
        n_with = len(np.unique(self.task_codes))
        n_empty = len(self.tasks) - n_with
        left_out = []
        if self.n_missing or n_empty:
            left_out.append(LeftOut(MISSING, n_tasks=n_empty, n_annotations=self.n_missing))
        if n_with > len(usable):
            n_single = n_with - len(usable)
            left_out.append(LeftOut(SINGLE, n_tasks=n_single, n_annotations=n_single))
        return Compared(
            tasks=tuple(self.tasks[task] for task, _ in usable),
            answers=tuple(tuple(answers) for _, answers in usable),
            n_annotations=n_used,
            n_annotators=len({annotator for _, answers in usable for annotator, _ in answers}),
            left_out=tuple(left_out),
            reason=None if usable else self._why_none(),
        )

    def _why_none(self) -> str:
        if not self.values:
            return f"None of the {self.n_missing} answers was given." if self.n_missing else "There are no answers."
        used = np.unique(self.annotator_codes)
        if len(used) == 1:
            return f"Only one annotator ({quoted(self.annotators[used[0]])}) has answered; agreement needs two."
        return "No task has answers from two annotators, so there is nothing to compare."


@dataclass(frozen=True, slots=True)
class Compared(Generic[Value]):
    """The tasks that can show agreement. ``answers[i]`` has the (annotator code, answer) of ``tasks[i]``."""

    tasks: tuple[Hashable, ...]
    answers: tuple[tuple[tuple[int, Value], ...], ...]
    n_annotations: int
    n_annotators: int
    left_out: tuple[LeftOut, ...]
    reason: str | None

    @property
    def n_tasks(self) -> int:
        """How many tasks have at least two answers."""
        return len(self.tasks)

    @property
    def n_pairs(self) -> int:
        """How many pairs of answers to the same task there are."""
        return sum(len(answers) * (len(answers) - 1) // 2 for answers in self.answers)

    def pairs(self, row: int) -> Iterator[tuple[Value, Value]]:
        """Every pair of answers to the task in that row."""
        return ((a, b) for (_, a), (_, b) in combinations(self.answers[row], 2))


def read_answers(
    tasks: Iterable[Hashable],
    annotators: Iterable[Hashable],
    values: Iterable[Any],
    argument: str,
    check: Callable[[Any, Hashable, str], Value],
) -> tuple[tuple[Hashable, ...], tuple[Hashable, ...], Codes, Codes, tuple[Value, ...], int]:
    """The fields of an :class:`AnswerTable` out of three columns.

    ``check(value, task, where)`` gives the answer in its one form; ``where`` names it for an error. Raises ValueError
    for columns of different lengths or a missing name, :class:`DuplicateLabel` when an annotator answers a task twice.
    """
    given = list(values)
    task_names, task_codes = _names(tasks, "tasks", len(given), argument)
    annotator_names, annotator_codes = _names(annotators, "annotators", len(given), argument)
    rows = [row for row, value in enumerate(given) if not _is_missing(value)]
    rows.sort(key=lambda row: (task_codes[row], annotator_codes[row], row))
    for first, second in pairwise(rows):
        if task_codes[first] == task_codes[second] and annotator_codes[first] == annotator_codes[second]:
            task, annotator = task_names[task_codes[first]], annotator_names[annotator_codes[first]]
            raise DuplicateLabel(task, annotator, (first, second))
    checked = tuple(check(given[row], task_names[task_codes[row]], f"{argument}[{row}]") for row in rows)
    kept = np.array(rows, dtype=np.int64)
    return task_names, annotator_names, task_codes[kept], annotator_codes[kept], checked, len(given) - len(rows)


def _names(column: Iterable[Hashable], name: str, n: int, argument: str) -> tuple[tuple[Hashable, ...], Codes]:
    listed = values_of(column, name)
    if len(listed) != n:
        raise ValueError(f"{name} has {len(listed)} entries and {argument} {n}; give one of each for every answer.")
    names, codes = encode(listed, name)
    if len(codes) and codes.min() < 0:
        raise ValueError(f"{name}[{int(np.argmin(codes))}] is missing; every answer needs its {name[:-1]}.")
    return names, codes


def _is_missing(value: object) -> bool:
    """None, NaN or pandas' NA; the empty text is an answer here."""
    return not isinstance(value, str) and is_missing(value)
