"""Has agreement changed: two windows of time, two guideline versions, two teams."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist
from typing import Any, Literal, TypeVar

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.card import Metric, Scale
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelTable
from assay.agreement.metric_list import metric_named
from assay.agreement.pattern_sums import pattern_statistic
from assay.agreement.result import Agreement, Estimate

Multiplicity = Literal["holm", "bh"]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Difference:
    """``after`` minus ``before``, with its interval at confidence ``level``.

    ``value`` is None exactly when ``reason`` says why. ``p_value`` (two-sided) is for no difference, and is under
    1 - level exactly when the interval leaves 0 out; ``adjusted_p`` is it after :func:`adjust_for_many`.
    ``correlation`` is that of the two estimates, from the ``n_shared_tasks``.
    """

    before: Agreement | Estimate
    after: Agreement | Estimate
    value: float | None
    low: float | None
    high: float | None
    level: float
    p_value: float | None = None
    adjusted_p: float | None = None
    correlation: float = 0.0
    n_shared_tasks: int = 0
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, with every field."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("before", "after")}
        return plain | {"before": self.before.as_dict(), "after": self.after.as_dict()}

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None or self.p_value is None:
            return f"Difference undefined. {self.reason}"
        interval = f"[{self.low:+.3f}, {self.high:+.3f}] at {100 * self.level:.4g}%"
        return f"Difference {self.value:+.3f} {interval} (p = {self.p_value:.3g})"


def compare(
    before: LabelTable,
    after: LabelTable,
    metric: Metric | str = "krippendorff_alpha",
    *,
    scale: Scale | None = None,
    level: float = 0.95,
) -> Difference:
    """The metric of ``after`` minus that of ``before``.

    The interval is put together from the two metrics' own intervals (MOVER: the distance to the lower bound of one
    and to the upper bound of the other, squared and added), so it is as skewed as they are. Tasks that are in both
    tables (labeled again under a new guideline) make the two numbers move together: their correlation is worked
    out by leaving out one task from both at once, and taken into account. Tasks are told apart by name, so name
    them differently when they are not the same. Differences of annotators are not part of it. For metrics of pairs of
    annotators, the ICC and Kendall's W, leaving out tasks is slow over some thousand shared tasks.

    ``value`` is None, with a ``reason``, when one of the two has no value or no interval. Raises ValueError as the
    metric does.

    >>> before = LabelTable.from_columns({"ann": list("xxyyxyxy") * 9, "ben": list("xyyxxyyy") * 9})
    >>> after = LabelTable.from_columns({"ann": list("xxyyxyxy") * 9, "ben": list("xxyyxyyy") * 9})
    >>> print(compare(before, after))
    Difference +0.504 [+0.300, +0.708] at 95% (p = 1.25e-06)

    Source: Zou (2007), Toward using confidence intervals to compare correlations, Psychological Methods 12:399.
    """
    check_level(level)
    chosen = metric_named(metric) if isinstance(metric, str) else metric
    kind = chosen.card.scales[0] if scale is None else scale
    found = [chosen(table, level=level, scale=kind) for table in (before, after)]
    shared = set(before.tasks) & set(after.tasks)
    correlation, n_shared = 0.0, 0
    if shared and all(each.low is not None for each in found):
        correlation, n_shared = _correlation(chosen, (before, after), (found[0], found[1]), kind)
    return difference(found[0], found[1], level=level, correlation=correlation, n_shared_tasks=n_shared)


def difference(
    before: Agreement | Estimate,
    after: Agreement | Estimate,
    *,
    level: float = 0.95,
    correlation: float = 0.0,
    n_shared_tasks: int = 0,
) -> Difference:
    """``after`` minus ``before`` of any two results with intervals at that ``level``, such as those of one label.

    ``correlation`` is that of the two estimates: 0 when they rest on different tasks.

    >>> print(difference(Estimate(0.5, 0.4, 0.6), Estimate(0.8, 0.7, 0.85)))
    Difference +0.300 [+0.159, +0.412] at 95% (p = 3.21e-05)
    """
    check_level(level)
    for name, each in (("before", before), ("after", after)):
        if each.value is None or each.low is None or each.high is None:
            why = each.reason or each.interval_reason or "It has no interval."
            return Difference(before, after, None, None, None, level, reason=f"There is none for {name}: {why}")
    first, second = _bounds(before), _bounds(after)
    value = second[0] - first[0]
    down = _add(second[0] - second[1], first[2] - first[0], correlation)
    up = _add(second[2] - second[0], first[0] - first[1], correlation)
    toward_zero = down if value > 0.0 else up
    normal = NormalDist()
    z = abs(value) / toward_zero * normal.inv_cdf(0.5 + level / 2.0) if toward_zero > 0.0 else float("inf")
    p_value = 1.0 if value == 0.0 else 2.0 * normal.cdf(-z)
    return Difference(
        before,
        after,
        value,
        value - down,
        value + up,
        level,
        p_value=p_value,
        correlation=correlation,
        n_shared_tasks=n_shared_tasks,
    )


def adjust_for_many(differences: Mapping[Name, Difference], *, method: Multiplicity = "holm") -> dict[Name, Difference]:
    """The same differences with ``adjusted_p``, for reading many of them at once.

    "holm" bounds the chance of any false claim (Holm 1979), "bh" the expected share of false ones among the claims
    (Benjamini and Hochberg 1995; for independent or positively dependent ones). Undefined differences are not
    counted. Raises ValueError for another method.

    >>> old, new = Estimate(0.5, 0.4, 0.6), {"a": Estimate(0.7, 0.6, 0.8), "b": Estimate(0.6, 0.5, 0.7)}
    >>> many = {name: difference(old, each) for name, each in new.items()}
    >>> [round(each.adjusted_p, 3) for each in adjust_for_many(many).values()]
    [0.011, 0.166]
    """
    named = [name for name, each in differences.items() if each.p_value is not None]
    adjusted = adjusted_p_values([differences[name].p_value or 0.0 for name in named], method)
    changed = dict(differences)
    for name, p in zip(named, adjusted.tolist(), strict=True):
        changed[name] = replace(differences[name], adjusted_p=p)
    return changed


def adjusted_p_values(p_values: list[float], method: Multiplicity) -> Floats:
    """Holm's or Benjamini and Hochberg's adjusted p-values, in the order given.

    >>> adjusted_p_values([0.01, 0.04, 0.03], "holm"), adjusted_p_values([0.01, 0.04, 0.03], "bh")
    (array([0.03, 0.06, 0.06]), array([0.03, 0.04, 0.04]))
    """
    if method not in ("holm", "bh"):
        raise ValueError(f"method is {method!r}; use 'holm' or 'bh'.")
    p = np.asarray(p_values, dtype=np.float64)
    n, order = len(p), np.argsort(p, kind="stable")
    ranked = p[order]
    if method == "holm":
        steps = np.maximum.accumulate(ranked * (n - np.arange(n)))
    else:
        steps = np.minimum.accumulate((ranked * n / np.arange(1, n + 1))[::-1])[::-1]
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def _bounds(found: Agreement | Estimate) -> tuple[float, float, float]:
    return float(found.value or 0.0), float(found.low or 0.0), float(found.high or 0.0)


def _add(one: float, other: float, correlation: float) -> float:
    return sqrt(max(one * one + other * other - 2.0 * correlation * one * other, 0.0))


def _correlation(
    metric: Metric, tables: tuple[LabelTable, LabelTable], found: tuple[Agreement, Agreement], scale: Scale
) -> tuple[float, int]:
    """From the jackknife over the tasks of both tables: what a task moves in one it moves in the other."""
    names, moves = zip(
        *(_moves(metric, table, each, scale) for table, each in zip(tables, found, strict=True)), strict=True
    )
    place = {name: at for at, name in enumerate(names[1])}
    both = [(at, place[name]) for at, name in enumerate(names[0]) if name in place]
    if not both:
        return 0.0, 0
    first, second = (np.array(side) for side in zip(*both, strict=True))
    size = [float(np.dot(move, move)) for move in moves]
    if min(size) <= 0.0:
        return 0.0, len(both)
    together = float(np.dot(moves[0][first], moves[1][second])) / sqrt(size[0] * size[1])
    return min(max(together, -1.0), 1.0), len(both)


def _moves(metric: Metric, table: LabelTable, found: Agreement, scale: Scale) -> tuple[tuple[Hashable, ...], Floats]:
    """How far the metric moves without each of its tasks, around the mean; (tasks,) names and numbers."""
    value = found.value or 0.0
    m = table.n_annotations_of_task
    fewest = 1 if metric.card.uses_single_annotations else 2
    codes = np.flatnonzero(m >= fewest)
    statistic = pattern_statistic(metric.id, table, scale)
    if statistic is not None:
        counts = table.task_counts
        kept = counts.patterns.n_annotations >= fewest
        row_of_task = np.full(len(table.tasks), -1)
        row_of_task[counts.task] = np.arange(len(counts.task))
        pattern = (np.cumsum(kept) - 1)[counts.pattern_of_row[row_of_task[codes]]]
        without = statistic.without()[pattern]
    else:
        tables = (table.where(table.task_codes != code) for code in codes.tolist())
        values = (metric.compute(each, found.level, scale).value for each in tables)
        without = np.array([np.nan if each is None else each for each in values])
    without = np.where(np.isfinite(without), without, value)
    moves: Floats = without - without.mean()
    return tuple(table.tasks[code] for code in codes.tolist()), moves
