"""Which two labels are confused: where disagreement sits, and what merging the two would do."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats
from assay.agreement.disagreement import NONE
from assay.agreement.interval import ONE_TASK, check_level, jackknife_variance, score_bounds
from assay.agreement.label_table import LabelTable
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import Estimate, plain_name


@dataclass(frozen=True, slots=True)
class LabelConfusion:
    """Labels ``a`` and ``b``, given to the same task by different annotators.

    ``share`` of the disagreement is between these two. ``times_chance`` is how often they meet on a task against
    how often they would if labels were given at random: over 1 they are confused, under 1 told apart.
    ``alpha_if_one`` is Krippendorff's alpha (nominal) if the two were one label (None where that leaves one label).
    ``n_tasks`` have both.
    """

    a: Hashable
    b: Hashable
    n_tasks: int
    share: Estimate
    times_chance: float
    alpha_if_one: float | None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "a": plain_name(self.a),
            "b": plain_name(self.b),
            "n_tasks": self.n_tasks,
            "share": self.share.as_dict(),
            "times_chance": self.times_chance,
            "alpha_if_one": self.alpha_if_one,
        }


def label_confusion(table: LabelTable, *, level: float = 0.95, limit: int = 10) -> tuple[LabelConfusion, ...]:
    """The ``limit`` pairs of labels with the most of the disagreement, most first (ties in the order of the labels).

    With n_tc annotations of task t with label c and m_t in all, the disagreement between a and b is
    Σ_t 2 n_ta n_tb / (m_t - 1), as in Krippendorff's alpha; ``share`` is that of all pairs of labels. Tasks with one
    annotation show nothing. There are none when nobody disagrees. The interval of a share leaves out one task at a
    time.

    A high share with ``times_chance`` near or over 1 is a line that the guideline does not draw. Where merging hardly
    lifts alpha, the labels are common and not confused.

    >>> table = LabelTable.from_columns({"ann": list("xxxyyyzzz") * 3, "ben": list("xxyyyxzzz") * 3})
    >>> for row in label_confusion(table):
    ...     print(row.a, row.b, row.n_tasks, row.share.value, round(row.times_chance, 2), row.alpha_if_one)
    x y 6 1.0 0.98 1.0
    """
    check_level(level)
    counts = table.patterns.with_at_least(2)
    if counts.n_rows == 0:
        return ()
    row, key, apart = _meetings(counts)
    m, k = counts.n_annotations.astype(np.float64), counts.n_labels
    weight = counts.weight.astype(np.float64)
    by_row = (m * m - counts.squares) / (m - 1.0)
    total = float(weight @ by_row)
    if total <= 0.0:
        return ()
    names, place = np.unique(key, return_inverse=True)
    amount = np.bincount(place, weights=weight[row] * apart)
    totals = counts.label_totals.astype(np.float64)
    n = float(totals.sum())
    order = np.lexsort((names, -np.round(amount, 9)))[:limit]
    found = []
    for pair in order.tolist():
        a, b = divmod(int(names[pair]), k)
        here = place == pair
        chance = 2.0 * totals[a] * totals[b] / (n - 1.0)
        seen = (total - amount[pair]) / n
        room = (n * n - float(totals @ totals) - 2.0 * totals[a] * totals[b]) / (n * (n - 1.0))
        found.append(
            LabelConfusion(
                a=table.labels[a],
                b=table.labels[b],
                n_tasks=int(weight[row[here]].sum()),
                share=_share(amount[pair], row[here], apart[here], by_row, weight, level),
                times_chance=float(amount[pair] / chance),
                alpha_if_one=float(1.0 - seen / room) if room > NONE else None,
            )
        )
    return tuple(found)


def _meetings(counts: LabelCounts) -> tuple[Codes, Codes, Floats]:
    """For each row and each two of its labels: the row, a key of the labels, and 2 n_a n_b / (m - 1)."""
    length = np.bincount(counts.row, minlength=counts.n_rows)
    start = np.concatenate(([0], np.cumsum(length)[:-1]))
    rows, keys, apart = [], [], []
    for offset in range(1, int(length.max(initial=0))):
        chosen = np.flatnonzero(length > offset)
        n_first = length[chosen] - offset
        row = np.repeat(chosen, n_first)
        first = start[row] + np.arange(len(row)) - np.repeat(np.cumsum(n_first) - n_first, n_first)
        second = first + offset
        rows.append(row)
        keys.append(counts.label[first] * counts.n_labels + counts.label[second])
        apart.append(2.0 * counts.count[first] * counts.count[second] / (counts.n_annotations[row] - 1.0))
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
    return np.concatenate(rows), np.concatenate(keys), np.concatenate(apart)


def _share(amount: float, row: Codes, apart: Floats, by_row: Floats, weight: Floats, level: float) -> Estimate:
    total = float(weight @ by_row)
    value = float(amount / total)
    mine = np.zeros(len(weight))
    mine[row] = apart
    # Only tasks with some disagreement say anything about how it is shared out.
    used = by_row > 0.0
    n_tasks = int(weight[used].sum())
    if n_tasks < 2:
        return Estimate(value, interval_reason=ONE_TASK)
    left = total - by_row[used]
    without = np.divide(amount - mine[used], left, out=np.full(len(left), np.nan), where=left > NONE)
    variance = jackknife_variance(value, without, weight[used])
    low, high = score_bounds(value, variance, 0.0, n_tasks, max(total, n_tasks), level)
    return Estimate(value, max(float(low), 0.0), float(high))
