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
from assay.aggregation.stopping import AnnotatorModels
from assay.aggregation.stopping_rule import StoppingAudit, StoppingRule, audit_codes, errors_of, scores_along


@dataclass(frozen=True, slots=True)
class ReplayPoint:
    """One policy: a fixed ``overlap``, or asking until the expected error is at most ``max_error``.

    ``mean_overlap`` answers a task were used, those of audited tasks included; ``accuracy`` is the share of the
    ``n_tasks`` with known truth that got it (an undecided task did not). ``audit`` is what the audited tasks said in
    the end; None without them.
    """

    overlap: int | None
    max_error: float | None
    mean_overlap: float
    accuracy: float
    n_tasks: int
    audit: StoppingAudit | None = None


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
    audit_share: float = 0.1,
    level: float | None = 0.95,
    aggregator: Aggregator = AUTO,
    seed: int = 0,
) -> Replay:
    """Accuracy against mean overlap, adaptive beside fixed.

    Answers of a task arrive in an order drawn with ``seed``. Fixed overlap takes the first so many. Adaptive overlap
    takes the ``first`` ones of every task, and all of a random ``audit_share`` of the tasks (at least one); it
    aggregates, lets those set the threshold (:func:`assay.aggregation.stopping_rule.audit_stopping`, at
    ``level``), takes one more answer for each task that is not sure, and so on until none is left, or the tasks have
    ``max_answers`` or no more answers. With ``audit_share=0`` nothing checks the model: it stops at an expected
    error of ``max_error``. ``truth`` (task -> label) may cover a part of the tasks; it is only used to count.

    Raises ValueError when no task has known truth, for ``first`` under 1, for an audit share outside [0, 1], and for
    an aggregator without probabilities (to audit: without confusion matrices).

    >>> from assay.agreement import LabelTable
    >>> easy = {name: list("xyxyxyxyxy") for name in ("ann", "ben", "cem", "dan")}
    >>> table, truth = LabelTable.from_columns(easy), {1: "x", 2: "y"}
    >>> found = replay(table, truth, overlaps=(1, 4), max_errors=(0.2,), audit_share=0.0)
    >>> [(point.overlap, point.accuracy) for point in found.fixed], found.adaptive[0].mean_overlap
    ([(1, 1.0), (4, 1.0)], 2.0)
    >>> audited = replay(table, truth, overlaps=(), max_errors=(0.2,)).adaptive[0]
    >>> audited.mean_overlap, audited.audit.reason
    (4.0, '1 audited tasks cannot show it, at least 14 can.')
    """
    if first < 1:
        raise ValueError(f"first is {first!r}; give the number of answers that every task gets, 1 or more.")
    if not 0.0 <= audit_share <= 1.0:
        raise ValueError(f"audit_share is {audit_share!r}; give a share from 0 to 1, such as 0.1.")
    known = _truth_codes(table, truth)
    if not (known >= 0).any():
        raise ValueError("truth has none of the tasks of the table; give task -> label for some of them.")
    turn = _arrivals(table, seed)
    fixed = []
    for overlap in overlaps:
        taken = turn < overlap
        fixed.append(_point(aggregator(_Part.of(table, taken)), known, taken, overlap=overlap))
    most = max(len(table.annotators) if max_answers is None else max_answers, first)
    audited = _audited(len(table.tasks), audit_share, seed)
    adaptive = []
    for max_error in max_errors:
        rule = StoppingRule(max_error, first, most)
        adaptive.append(_adaptive(table, known, turn, rule, audited, level, aggregator))
    return Replay(tuple(fixed), tuple(adaptive), aggregator.id, seed)


def _adaptive(
    table: CodedLabels,
    known: Codes,
    turn: Codes,
    rule: StoppingRule,
    audited: Mask | None,
    level: float | None,
    aggregator: Aggregator,
) -> ReplayPoint:
    taken = turn < rule.first
    if audited is not None:
        taken |= audited[table.task_codes] & (turn < rule.most)
    while True:
        result = aggregator(_Part.of(table, taken))
        audit = None
        if audited is None:
            unsure = _unsure(result, rule.max_error)
        else:
            checked = _Checked(table, result, turn, taken, rule, audited, level, aggregator)
            unsure, audit = checked.unsure, checked.audit
        asked = unsure & (result.n_annotations < rule.most)
        more = ~taken & asked[table.task_codes] & (turn == result.n_annotations[table.task_codes])
        if not more.any():
            return _point(result, known, taken, max_error=rule.max_error, audit=audit)
        taken = taken | more


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


def _audited(n_tasks: int, share: float, seed: int) -> Mask | None:
    """Which tasks are taken to the cap: drawn before anything is known of them."""
    if share == 0.0 or not n_tasks:
        return None
    n = min(max(round(share * n_tasks), 1), n_tasks)
    drawn = np.zeros(n_tasks, dtype=bool)
    drawn[np.random.default_rng([seed, 1]).choice(n_tasks, n, replace=False)] = True
    return drawn


class _Checked:
    """One look: annotators as they are known now, the audit of the rule, and the tasks that are not sure."""

    def __init__(
        self, table: CodedLabels, result: Aggregation, turn: Codes, taken: Mask, rule: StoppingRule,
        audited: Mask, level: float | None, aggregator: Aggregator,
    ) -> None:  # fmt: skip
        models = AnnotatorModels.of(result)
        # Complete tasks tell what is right; the others may still mislead every fit that they take part in.
        alone = aggregator(_Part.of(table, taken & audited[table.task_codes])).label_codes[audited]
        order = np.lexsort((turn, table.task_codes))
        order = order[taken[order]]
        task, annotator, label = (
            codes[order] for codes in (table.task_codes, table.annotator_codes, table.label_codes)
        )
        of_audit = audited[task]
        row = np.cumsum(audited) - 1
        self.audit = audit_codes(
            models,
            row[task[of_audit]],
            annotator[of_audit],
            label[of_audit],
            int(audited.sum()),
            rule,
            alone,
            level=level,
        )
        error = np.ones(len(table.tasks))
        last = np.flatnonzero(np.diff(task, append=-1))
        error[task[last]] = errors_of(scores_along(models, task, annotator, label, len(table.tasks))[last])[0]
        stops_at = self.audit.rule.stops_at
        self.unsure: Mask = audited | (error > stops_at) | (stops_at <= 0.0)


def _unsure(result: Aggregation, max_error: float) -> Mask:
    if result.posterior is None:
        raise ValueError(f"{result.method} gives no probabilities to stop by.")
    unsure: Mask = 1.0 - result.posterior.max(axis=1, initial=0.0) > max_error
    return unsure


def _truth_codes(table: CodedLabels, truth: Mapping[Any, Hashable]) -> Codes:
    """The code of the truth; -1 where it is not known, -2 where it is a label that nobody gave."""
    code = {label: place for place, label in enumerate(table.labels)}
    return np.array([code.get(truth[task], -2) if task in truth else -1 for task in table.tasks], dtype=np.int64)


def _point(
    result: Aggregation, known: Codes, taken: Mask, overlap: int | None = None, max_error: float | None = None,
    audit: StoppingAudit | None = None,
) -> ReplayPoint:  # fmt: skip
    judged = known != -1
    right = result.label_codes[judged] == known[judged]
    mean = float(taken.sum()) / max(len(result), 1)
    return ReplayPoint(overlap, max_error, mean, float(right.mean()), int(judged.sum()), audit)
