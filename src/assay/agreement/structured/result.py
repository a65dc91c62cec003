"""The result of every metric here, and the two shapes that their numbers have: a ratio of sums, and an alpha."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.interval import Interval
from assay.agreement.result import Agreement, Estimate, plain_name
from assay.agreement.structured.answer_table import Compared
from assay.agreement.structured.interval import METHOD, spread_interval

Value = TypeVar("Value")
NONE = 1e-12
# A similarity between 0 and 1 varies less than yes or no, so a comparison of it may tell as much as this many of those.
GRADED = 25.0


@dataclass(frozen=True, slots=True)
class LabelValue:
    """The metric on one label alone; ``n_objects`` is how many objects (spans, shapes) have it."""

    label: Hashable
    estimate: Estimate
    n_objects: int

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"label": plain_name(self.label), "n_objects": self.n_objects} | self.estimate.as_dict()


@dataclass(frozen=True, slots=True)
class TaskValue:
    """The metric on one task alone; None where it is undefined there."""

    task: Hashable
    value: float | None


@dataclass(frozen=True)
class StructuredAgreement:
    """One metric over all tasks, and taken apart by label and by task (both in stable order)."""

    overall: Agreement
    by_label: tuple[LabelValue, ...] = ()
    by_task: tuple[TaskValue, ...] = ()

    @property
    def value(self) -> float | None:
        """The value over all tasks, or None with a ``reason``."""
        return self.overall.value

    @property
    def reason(self) -> str | None:
        """Why there is no value, or None when there is one."""
        return self.overall.reason

    def worst(self, n: int = 10) -> tuple[TaskValue, ...]:
        """The ``n`` tasks with the lowest value, lowest first; equal ones in stable order."""
        known = [row for row in self.by_task if row.value is not None]
        return tuple(sorted(known, key=lambda row: row.value if row.value is not None else 0.0)[:n])

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: the fields of the overall agreement, with ``by_label`` and ``by_task``."""
        tasks = [{"task": plain_name(row.task), "value": row.value} for row in self.by_task]
        return self.overall.as_dict() | {"by_label": [row.as_dict() for row in self.by_label], "by_task": tasks}

    def __str__(self) -> str:
        return str(self.overall)


def ratio_of_sums(
    metric: str,
    title: str,
    part: Compared[Value],
    numerator: Floats,
    denominator: Floats,
    *,
    trials: float,
    level: float,
    undefined: str,
) -> Agreement:
    """Σ numerator / Σ denominator over the compared tasks (both of shape (tasks,)), with the jackknife over tasks.

    ``trials`` is how many things were compared in all, ``undefined`` the reason when the denominator is 0.
    """
    estimate, standard_error = ratio_estimate(numerator, denominator, trials=trials, level=level, undefined=undefined)
    if part.reason is not None:
        estimate = Estimate(None, reason=part.reason)
    return _agreement(metric, title, part, estimate, standard_error, level)


def ratio_estimate(
    numerator: Floats, denominator: Floats, *, trials: float, level: float, undefined: str
) -> tuple[Estimate, float | None]:
    """The ratio of the sums with its interval, and its standard error."""
    some = denominator > NONE
    top, bottom = float(numerator[some].sum()), float(denominator[some].sum())
    if bottom <= NONE:
        return Estimate(None, reason=undefined), None
    left = bottom - denominator[some]
    without = np.divide(top - numerator[some], left, out=np.full_like(left, np.nan), where=left > NONE)
    interval = spread_interval(top / bottom, without, room=1.0, trials=trials, level=level)
    return _estimate(top / bottom, interval), interval.standard_error


def alpha_of_tasks(
    metric: str,
    title: str,
    part: Compared[Value],
    disagreement: Floats,
    totals: Floats,
    *,
    level: float,
    undefined: str,
    without_replacement: bool = True,
) -> Agreement:
    """1 - D_o / D_e with nominal distance, from what each task adds.

    ``disagreement``, of shape (tasks,), is the share-weighted number of values that disagree (Krippendorff's Σ_c n_tc
    (m - n_tc) / (m - 1) summed over the units of the task); ``totals``, of shape (tasks, values), the number of units
    with each value. The interval is the jackknife over tasks, whatever the number of units.
    """
    estimate, standard_error, seen, by_chance = alpha_estimate(
        disagreement, totals, level=level, undefined=undefined, without_replacement=without_replacement
    )
    if part.reason is not None:
        return _agreement(metric, title, part, Estimate(None, reason=part.reason), None, level)
    return _agreement(metric, title, part, estimate, standard_error, level, observed=1.0 - seen, expected=1 - by_chance)


def alpha_estimate(
    disagreement: Floats, totals: Floats, *, level: float, undefined: str, without_replacement: bool = True
) -> tuple[Estimate, float | None, float, float]:
    """Alpha with its interval, its standard error, and the disagreement seen and by chance."""
    correction = 1.0 if without_replacement else 0.0
    some = totals.sum(axis=1) > NONE
    disagreement, totals = disagreement[some], totals[some]
    sums = totals.sum(axis=0)
    n = float(sums.sum())
    seen, by_chance = _seen_and_chance(np.array([disagreement.sum()]), sums[None, :], correction)
    if n <= correction or float(by_chance[0]) <= NONE:
        return Estimate(None, reason=undefined), None, float(seen[0]), float(by_chance[0])
    value = 1.0 - float(seen[0]) / float(by_chance[0])
    seen_without, chance_without = _seen_and_chance(disagreement.sum() - disagreement, sums - totals, correction)
    defined = chance_without > NONE
    without = np.where(defined, 1.0 - seen_without / np.where(defined, chance_without, 1.0), np.nan)
    interval = spread_interval(value, without, room=float(by_chance[0]), trials=n, level=level)
    return _estimate(value, interval), interval.standard_error, float(seen[0]), float(by_chance[0])


def _seen_and_chance(disagreement: Floats, totals: Floats, correction: float) -> tuple[Floats, Floats]:
    n = totals.sum(axis=1)
    pairs = n * (n - correction)
    alike = (totals * (totals - correction)).sum(axis=1)
    safe = pairs > NONE
    seen = np.divide(disagreement, n, out=np.zeros_like(n), where=n > NONE)
    return seen, np.where(safe, 1.0 - alike / np.where(safe, pairs, 1.0), 0.0)


def _estimate(value: float, interval: Interval) -> Estimate:
    return Estimate(value, interval.low, interval.high, interval_reason=interval.reason)


def _agreement(
    metric: str,
    title: str,
    part: Compared[Value],
    estimate: Estimate,
    standard_error: float | None,
    level: float,
    observed: float | None = None,
    expected: float | None = None,
) -> Agreement:
    return Agreement(
        metric=metric,
        title=title,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        level=level,
        interval_method=None if estimate.low is None else METHOD,
        n_tasks=part.n_tasks,
        n_annotations=part.n_annotations,
        n_annotators=part.n_annotators,
        n_pairs=part.n_pairs,
        observed=observed,
        expected=expected,
        standard_error=standard_error,
        reason=estimate.reason,
        interval_reason=estimate.interval_reason,
        left_out=part.left_out,
    )


def task_values(part: Compared[Value], values: Sequence[float | None]) -> tuple[TaskValue, ...]:
    """One value for each compared task."""
    return tuple(TaskValue(task, value) for task, value in zip(part.tasks, values, strict=True))


def ratios(numerator: Floats, denominator: Floats) -> list[float | None]:
    """Each task's own ratio, None where there is nothing to divide by."""
    pairs = zip(numerator.tolist(), denominator.tolist(), strict=True)
    return [top / bottom if bottom > NONE else None for top, bottom in pairs]
