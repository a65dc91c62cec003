"""Kendall's W: how alike several annotators rank the tasks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.complete_part import complete_part, too_few_complete, undefined
from assay.agreement.interval import (
    METHOD,
    METHOD_OF_SPREAD,
    check_level,
    jackknife_variance,
    score_bounds,
    spread_bounds,
)
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.result import Agreement
from assay.agreement.scales import NumberScale, label_numbers
from assay.agreement.usable import one_label_reason, usable_part

CARD = MetricCard(
    id="kendall_w",
    title="Kendall's W",
    summary="How alike the annotators rank the tasks: 1 the same order, 0 none. Levels may differ.",
    scales=("ordinal", "interval", "ratio"),
    chance_corrected=False,
    cost="one pass",
    reference="Kendall, Babington Smith 1939",
    min_tasks=2,
    complete=True,
)

MOST_COMPARISONS = 400_000_000
_BLOCK = 2_000_000


def kendall_w(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    levels: Iterable[Hashable] | None = None,
    level: float = 0.95,
) -> Agreement:
    """W = (12 Σ R_t² - 3 k² T (T + 1)²) / (k² T (T² - 1) - k Σ_a Σ (g³ - g)): 1 for the same order, 0 for none.

    R_t is the sum over the k annotators of the rank of task t among that annotator's T labels (mean ranks for ties),
    g the sizes of an annotator's groups of ties. Without ties it equals ((k - 1) r + 1) / k with r the mean of
    Spearman's correlation over pairs, so by chance it is 1 / k and not 0. Annotators who differ by a constant agree
    fully: use the ICC or alpha where levels matter.

    It needs all annotators on all tasks: other tasks are left out and counted. ``levels`` states the order of labels
    that are not numbers. ``value`` is None, with a ``reason``, with fewer than two such tasks or when an annotator
    gave all of them one label (no ranks). The interval leaves out one task at a time (not over 400 million
    comparisons of tasks, then ``interval_reason`` says so).

    >>> table = LabelTable.from_columns({"ann": [1, 2, 3, 4, 5], "ben": [1, 3, 2, 4, 5], "cem": [2, 1, 3, 5, 4]})
    >>> print(kendall_w(table))
    Kendall's W 0.844 [0.378, 0.980] at 95% (5 tasks, 15 annotations, 3 annotators)

    Source: Kendall and Babington Smith (1939), The problem of m rankings, Annals of Mathematical Statistics 10:275.
    """
    table = as_table(tasks, annotators, labels)
    return _compute(table if levels is None else table.in_order(levels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "ordinal") -> Agreement:
    check_level(level)
    part = usable_part(table)
    numbers_of: NumberScale = "ordinal"
    numbers = label_numbers(table, numbers_of)
    if part.reason is not None:
        return undefined(CARD, part, level, part.reason)
    whole = complete_part(table, numbers)
    too_few = too_few_complete(whole, CARD.title)
    if too_few is not None:
        return undefined(CARD, part, level, too_few, whole.left_out)
    if bool((np.ptp(whole.values, axis=0) == 0.0).any()):
        reason = "An annotator gave all compared tasks one and the same label, which ranks nothing."
        if part.only_label is not None:
            reason = one_label_reason(table, part.only_label, part.n_annotations, CARD.title)
        return undefined(CARD, part, level, reason, whole.left_out)
    n, k = whole.values.shape
    ranks = _ranks(whole.values)
    value = float(_coefficient((ranks.sum(axis=1) ** 2).sum(), _ties(whole.values), n, k))
    found = Agreement(
        metric=CARD.id,
        title=CARD.title,
        value=value,
        low=None,
        high=None,
        level=level,
        interval_method=None,
        n_tasks=n,
        n_annotations=n * k,
        n_annotators=k,
        left_out=whole.left_out,
    )
    return _with_interval(found, whole.values, ranks, level)


def _ranks(values: Floats) -> Floats:
    """The mean rank of each value in its column."""
    columns = []
    for column in values.T:
        _, place, count = np.unique(column, return_inverse=True, return_counts=True)
        columns.append((np.cumsum(count) - (count - 1) / 2.0)[place])
    return np.stack(columns, axis=1)


def _ties(values: Floats) -> float:
    """The sum over annotators and their groups of ties of g³ - g."""
    sizes = [np.unique(column, return_counts=True)[1].astype(np.float64) for column in values.T]
    return float(sum((size**3 - size).sum() for size in sizes))


def _coefficient(squares: Floats | float, ties: Floats | float, n: int, k: int) -> Floats:
    below = np.asarray(k * k * n * (n * n - 1.0) - k * ties)
    above = np.asarray(12.0 * squares - 3.0 * k * k * n * (n + 1.0) ** 2)
    defined = below > 1e-9 * k * k * n**3
    return np.where(defined, np.clip(above / np.where(defined, below, 1.0), 0.0, 1.0), np.nan)


def _with_interval(found: Agreement, values: Floats, ranks: Floats, level: float) -> Agreement:
    n, k = values.shape
    value = found.value or 0.0
    if n * n * k > MOST_COMPARISONS:
        return replace(found, interval_reason=f"{n:,} tasks are too many to leave out one by one")
    without = _without(values, ranks)
    weight = np.ones(n)
    error = float(np.sqrt(jackknife_variance(value, without, weight)))
    if value > 1.0 - 1e-12 or value < 1e-12 or error < 1e-12:
        low, high = (float(bound) for bound in score_bounds(value, error**2, 0.0, n, n * k * (k - 1) // 2, level))
        return replace(found, low=low, high=high, standard_error=error, interval_method=METHOD)
    # On the scale of the mean Spearman correlation, which is what Fisher's z is for.
    low_r, high_r = spread_bounds((k * value - 1.0) / (k - 1.0), (k * without - 1.0) / (k - 1.0), weight, k, level)
    low, high = (max(0.0, (r * (k - 1.0) + 1.0) / k) for r in (low_r, high_r))
    low, high = min(low, value), max(high, value)
    return replace(found, low=low, high=high, standard_error=error, interval_method=METHOD_OF_SPREAD)


def _without(values: Floats, ranks: Floats) -> Floats:
    """W without each task; shape (tasks,). Ranks above the missing task fall by one, those tied with it by half."""
    n, k = values.shape
    sums, ties = ranks.sum(axis=1), _ties(values)
    group = np.stack([_group_sizes(column) for column in values.T], axis=1)
    ties_without = ties - (3.0 * group**2 - 3.0 * group).sum(axis=1)
    squares = np.empty(n)
    step = max(1, _BLOCK // n)
    for start in range(0, n, step):
        gone = values[start : start + step]
        fall = np.zeros((len(gone), n))
        for a in range(k):
            fall += 0.5 * (1.0 + np.sign(values[:, a][None, :] - gone[:, a][:, None]))
        left = (sums[None, :] - fall) ** 2
        squares[start : start + step] = left.sum(axis=1) - left[np.arange(len(gone)), start + np.arange(len(gone))]
    return _coefficient(squares, ties_without, n - 1, k)


def _group_sizes(column: Floats) -> Floats:
    _, place, count = np.unique(column, return_inverse=True, return_counts=True)
    sizes: Floats = count[place].astype(np.float64)
    return sizes


METRIC = Metric(CARD, _compute)
