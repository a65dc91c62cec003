"""What an aggregator takes and returns: coded annotations in, one decision for each task out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TieRule = Literal["report", "prior"]
NO_ANNOTATION = "no annotation has a label"


class CodedLabels(Protocol):
    """Annotations as codes into names in a stable order; ``assay.agreement.LabelTable`` is one.

    The code arrays have shape (annotations,): annotation i gives ``labels[label_codes[i]]`` to
    ``tasks[task_codes[i]]``. There is at most one for each task and annotator.
    """

    @property
    def tasks(self) -> Sequence[Hashable]: ...
    @property
    def labels(self) -> Sequence[Hashable]: ...
    @property
    def task_codes(self) -> Codes: ...
    @property
    def label_codes(self) -> Codes: ...


@dataclass(frozen=True, slots=True)
class TaskLabel:
    """The decision on one task.

    ``label`` is None when it is undecided: ``tied`` then has the labels that share the lead (in stable
    order), or ``n_annotations`` is 0. ``share`` is the part of the annotations that have the label (or
    each of the tied ones); None without annotations.
    """

    task: Hashable
    label: Hashable | None
    share: float | None
    n_annotations: int
    tied: tuple[Hashable, ...] = ()

    @property
    def reason(self) -> str | None:
        """Why there is no label, or None when there is one."""
        if self.label is not None:
            return None
        if not self.n_annotations:
            return NO_ANNOTATION
        return f"tie between {', '.join(map(repr, self.tied))}"


@dataclass(frozen=True)
class Aggregation:
    """The decisions on all tasks, in the order of the tasks; iterating gives a :class:`TaskLabel` for each.

    ``label_codes`` points into ``labels``, -1 where undecided; ``share`` is NaN-free, 0 where there is no
    annotation. Both and ``n_annotations`` have shape (tasks,). ``tied_rows`` and ``tied_codes`` list the
    labels of every tie, sorted by task and label. ``method``, ``version`` and ``tie_rule`` say how it was made.
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

    def __len__(self) -> int:
        return len(self.tasks)

    def __iter__(self) -> Iterator[TaskLabel]:
        return (self._at(row) for row in range(len(self.tasks)))

    def __getitem__(self, task: Hashable) -> TaskLabel:
        """The decision on that task. Raises KeyError when it is not among the tasks."""
        return self._at(self._row_of[task])

    @property
    def n_ties(self) -> int:
        """How many tasks have more than one leading label, decided or not."""
        return len(np.unique(self.tied_rows))

    @property
    def n_undecided(self) -> int:
        """How many tasks have no label: ties that were not broken, and tasks without annotations."""
        return int((self.label_codes < 0).sum())

    @cached_property
    def _row_of(self) -> dict[Hashable, int]:
        return {task: row for row, task in enumerate(self.tasks)}

    def _at(self, row: int) -> TaskLabel:
        code, n = int(self.label_codes[row]), int(self.n_annotations[row])
        start, end = np.searchsorted(self.tied_rows, [row, row + 1])
        return TaskLabel(
            task=self.tasks[row],
            label=self.labels[code] if code >= 0 else None,
            share=float(self.share[row]) if n else None,
            n_annotations=n,
            tied=tuple(self.labels[tied] for tied in self.tied_codes[start:end]),
        )


@dataclass(frozen=True, slots=True)
class AggregatorCard:
    """The identity card of an aggregator: what it is, what it accepts, what it costs."""

    id: str
    title: str
    summary: str
    scales: tuple[Literal["nominal", "set"], ...]
    weighs_annotators: bool
    cost: Literal["one pass", "iterative"]
    reference: str

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {"scales": list(self.scales)}


class AggregatorFunction(Protocol):
    """The function behind an aggregator."""

    def __call__(self, table: CodedLabels, *, tie_rule: TieRule = "report") -> Aggregation: ...


@dataclass(frozen=True, slots=True)
class Aggregator:
    """A member of ``AGGREGATORS``: a card, and the function behind it."""

    card: AggregatorCard
    compute: AggregatorFunction

    @property
    def id(self) -> str:
        return self.card.id

    def __call__(self, table: CodedLabels, *, tie_rule: TieRule = "report") -> Aggregation:
        return self.compute(table, tie_rule=tie_rule)
