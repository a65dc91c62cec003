"""Lin's concordance: how near pairs of numbers lie to the line on which both are equal."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import Disagreement, measure
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.pairs import annotation_pairs, too_many_pairs
from assay.agreement.result import Agreement
from assay.agreement.scales import label_numbers
from assay.agreement.usable import one_label_reason, usable_part

CARD = MetricCard(
    id="lin_concordance",
    title="Lin's concordance",
    summary="For numbers: how near pairs of labels are to being equal; with more than two annotators over all pairs.",
    scales=("interval", "ratio"),
    chance_corrected=True,
    cost="pairs of annotators",
    reference="Lin 1989; Barnhart, Haber, Song 2002 for more than two annotators",
)


def lin_concordance(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    level: float = 0.95,
) -> Agreement:
    """1 - Σ (x - y)² / Σ n (s_x² + s_y² + (x̄ - ȳ)²), variances with divisor n; the sums go over pairs of annotators.

    For two annotators it is Lin's ρ_c = 2 s_xy / (s_x² + s_y² + (x̄ - ȳ)²) on the n tasks that both labeled: the
    correlation, made smaller by a difference in mean or spread. With more it is the overall coefficient of Barnhart
    and others, in which each pair of annotators counts by the tasks that it shares.

    Labels are numbers, else ValueError. ``value`` is None, with a ``reason``, when no task has two annotations or
    all labels are equal (0/0).

    >>> table = LabelTable.from_columns({"ann": [1.0, 2.0, 3.0, 4.0, 5.0], "ben": [1.5, 2.0, 3.5, 4.0, 5.5]})
    >>> print(lin_concordance(table))
    Lin's concordance 0.964 [0.854, 0.991] at 95% (5 tasks, 10 annotations, 2 annotators)

    Sources: Lin (1989), A concordance correlation coefficient to evaluate reproducibility, Biometrics 45:255;
    Barnhart, Haber and Song (2002), Overall concordance correlation coefficient, Biometrics 58:1020.
    """
    return _compute(as_table(tasks, annotators, labels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "interval") -> Agreement:
    check_level(level)
    part = usable_part(table)
    numbers = label_numbers(table, "interval")
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    too_many = too_many_pairs(table)
    if too_many is not None:
        return measure(CARD, part, level, None, undefined=too_many)
    only = part.only_label
    undefined = "Each pair of annotators gave one and the same number throughout, so the concordance is 0/0."
    if only is not None:
        undefined = one_label_reason(table, only, part.n_annotations, CARD.title)
    return measure(CARD, part, level, _disagreement(table, numbers), undefined, "spread")


def _disagreement(table: LabelTable, numbers: Floats) -> Disagreement:
    """Sums over all pairs of annotations, and without each task; numbers are centered and of range 1."""
    values = (numbers - numbers.mean()) / (float(np.ptp(numbers)) or 1.0)
    task, pair, x, y = _pairs(table, values)
    n_pairs = int(pair.max()) + 1
    n, sum_x, sum_y = np.bincount(pair).astype(np.float64), sum_by(pair, x, n_pairs), sum_by(pair, y, n_pairs)
    squares = sum_by(pair, x * x + y * y, n_pairs)
    by_chance = np.maximum(squares - 2.0 * sum_x * sum_y / n, 0.0)
    left = n[pair] - 1.0
    rest_x, rest_y = sum_x[pair] - x, sum_y[pair] - y
    product = np.divide(rest_x * rest_y, left, out=np.zeros_like(left), where=left > 0.0)
    rest = np.where(left > 0.0, squares[pair] - x * x - y * y - 2.0 * product, 0.0)
    used, place = np.unique(task, return_inverse=True)
    size = np.bincount(place).astype(np.float64)
    seen = sum_by(place, (x - y) ** 2, len(used))
    change = sum_by(place, np.maximum(rest, 0.0) - by_chance[pair], len(used))
    total, n_left = float(n.sum()), np.maximum(float(n.sum()) - size, 1.0)
    return Disagreement(
        seen=float(seen.sum()) / total,
        by_chance=float(by_chance.sum()) / total,
        seen_without=(float(seen.sum()) - seen) / n_left,
        by_chance_without=(float(by_chance.sum()) + change) / n_left,
        weight=np.ones(len(used), dtype=np.int64),
    )


def _pairs(table: LabelTable, values: Floats) -> tuple[Codes, Codes, Floats, Floats]:
    """Task, pair of annotators (numbered from 0) and both values of every pair of annotations."""
    tasks, keys, firsts, seconds = [], [], [], []
    for block in annotation_pairs(table):
        a, b = table.annotator_codes[block.first], table.annotator_codes[block.second]
        tasks.append(block.task)
        keys.append(a * len(table.annotators) + b)
        firsts.append(values[table.label_codes[block.first]])
        seconds.append(values[table.label_codes[block.second]])
    pair = np.unique(np.concatenate(keys), return_inverse=True)[1].astype(np.int64)
    return np.concatenate(tasks), pair, np.concatenate(firsts), np.concatenate(seconds)


METRIC = Metric(CARD, _compute)
