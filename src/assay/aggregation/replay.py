"""What would adaptive overlap have cost, and how right would it have been? Answered on a set that is fully labeled."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes, Mask
from assay.aggregation.auto import AGGREGATOR as AUTO
from assay.aggregation.card import Aggregator, CodedLabels
from assay.aggregation.result import Aggregation
from assay.aggregation.stopping import what_to_ask


@dataclass(frozen=True, slots=True)
class ReplayPoint:
    """One policy: a fixed ``overlap``, or asking until the expected error is at most ``max_error``.

    ``mean_overlap`` answers a task were used; ``accuracy`` is the share of the ``n_tasks`` with known truth that got
    it (an undecided task did not).
    """

    overlap: int | None
    max_error: float | None
    mean_overlap: float
    accuracy: float
    n_tasks: int


@dataclass(frozen=True, slots=True)
class Replay:
    """Points of fixed overlap and of adaptive overlap over the same arrival of answers."""

    fixed: tuple[ReplayPoint, ...]
    adaptive: tuple[ReplayPoint, ...]
    method: str
    seed: int


def replay(
    table: CodedLabels,
    truth: Mapping[Any, Hashable],
    *,
    overlaps: Sequence[int] = (1, 2, 3, 5),
    max_errors: Sequence[float] = (0.2, 0.1, 0.05),
    max_answers: int | None = None,
    first: int = 2,
    aggregator: Aggregator = AUTO,
    seed: int = 0,
) -> Replay:
    """Accuracy against mean overlap, adaptive beside fixed.

    Answers of a task arrive in an order drawn with ``seed``. Fixed overlap takes the first so many. Adaptive overlap
    takes the ``first`` ones, aggregates everything, takes one more for each task whose expected error is above
    ``max_error``, and so on until none is left, or the tasks have ``max_answers`` or no more answers. ``truth``
    (task -> label) may cover a part of the tasks; it is only used to count.

    Raises ValueError when no task has known truth, or for ``first`` under 1.

    >>> from assay.agreement import LabelTable
    >>> easy = {name: list("xyxyxyxyxy") for name in ("ann", "ben", "cem", "dan")}
    >>> found = replay(LabelTable.from_columns(easy), {1: "x", 2: "y"}, overlaps=(1, 4), max_errors=(0.2,))
    >>> [(point.overlap, point.accuracy) for point in found.fixed], found.adaptive[0].mean_overlap
    ([(1, 1.0), (4, 1.0)], 2.0)
    """
    if first < 1:
        raise ValueError(f"first is {first!r}; give the number of answers that every task gets, 1 or more.")
    known = _truth_codes(table, truth)
    if not (known >= 0).any():
        raise ValueError("truth has none of the tasks of the table; give task -> label for some of them.")
    turn = _arrivals(table, seed)
    fixed = []
    for overlap in overlaps:
        taken = turn < overlap
        fixed.append(_point(aggregator(_Part.of(table, taken)), known, taken, overlap=overlap))
    adaptive = []
    for max_error in max_errors:
        taken = turn < first
        result = aggregator(_Part.of(table, taken))
        while True:
            more = _next(result, table, taken, turn, max_error, max_answers)
            if not more.any():
                break
            taken = taken | more
            result = aggregator(_Part.of(table, taken))
        adaptive.append(_point(result, known, taken, max_error=max_error))
    return Replay(tuple(fixed), tuple(adaptive), aggregator.id, seed)


@dataclass(frozen=True)
class _Part:
    """Some annotations of a table, under the names of the whole."""

    tasks: Sequence[Hashable]
    annotators: Sequence[Hashable]
    labels: Sequence[Hashable]
    task_codes: Codes
    annotator_codes: Codes
    label_codes: Codes

    @classmethod
    def of(cls, table: CodedLabels, keep: Mask) -> _Part:
        return cls(
            table.tasks, table.annotators, table.labels,
            table.task_codes[keep], table.annotator_codes[keep], table.label_codes[keep],
        )  # fmt: skip


def _arrivals(table: CodedLabels, seed: int) -> Codes:
    """The turn 0, 1, ... of each annotation within its task."""
    draw = np.random.default_rng(seed).random(len(table.task_codes))
    order = np.lexsort((draw, table.task_codes))
    n = np.bincount(table.task_codes, minlength=len(table.tasks))
    first = np.cumsum(n) - n
    turn = np.empty(len(draw), dtype=np.int64)
    turn[order] = np.arange(len(draw)) - first[table.task_codes[order]]
    return turn


def _next(
    result: Aggregation, table: CodedLabels, taken: Mask, turn: Codes, max_error: float, max_answers: int | None
) -> Mask:
    """The next answer of each task that is not sure yet."""
    posterior = result.posterior
    if posterior is None:
        raise ValueError(f"{result.method} gives no probabilities to stop by.")
    most = len(table.annotators) if max_answers is None else max_answers
    asked = np.zeros(len(table.tasks), dtype=bool)
    asked[what_to_ask(posterior, result.n_annotations, max_error, most)] = True
    more: Mask = ~taken & asked[table.task_codes] & (turn == result.n_annotations[table.task_codes])
    return more


def _truth_codes(table: CodedLabels, truth: Mapping[Any, Hashable]) -> Codes:
    """The code of the truth; -1 where it is not known, -2 where it is a label that nobody gave."""
    code = {label: place for place, label in enumerate(table.labels)}
    return np.array([code.get(truth[task], -2) if task in truth else -1 for task in table.tasks], dtype=np.int64)


def _point(
    result: Aggregation, known: Codes, taken: Mask, overlap: int | None = None, max_error: float | None = None
) -> ReplayPoint:
    judged = known != -1
    right = result.label_codes[judged] == known[judged]
    mean = float(taken.sum()) / max(len(result), 1)
    return ReplayPoint(overlap, max_error, mean, float(right.mean()), int(judged.sum()))
