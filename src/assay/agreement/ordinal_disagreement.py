"""Krippendorff's ordinal disagreement, with and without each task: the distance itself changes with the tasks."""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.disagreement import Disagreement
from assay.agreement.number_distances import coincidences, mid_ranks
from assay.agreement.patterns import LabelCounts

_BLOCK = 4_000_000
MOST_WORK = 2_000_000_000
MOST_LABELS = 3_000


def can_leave_out_exactly(counts: LabelCounts) -> bool:
    """Whether the ranks can be worked out again without each pattern: (patterns) x (labels)² steps."""
    return counts.n_labels <= MOST_LABELS and counts.n_rows * counts.n_labels**2 <= MOST_WORK


def ordinal_disagreement(counts: LabelCounts) -> Disagreement:
    """Seen and expected disagreement by mean ranks, of tasks with at least two annotations each.

    With the numbers n_c of labels in order, R_c the mean rank of label c, L the Laplacian of the coincidences:
    seen = R'LR / n, and the expected sum Σ_cc' n_c n_c' (R_c - R_c')² is n (n³ - Σ n_c³) / 6. Without a task
    the ranks are R minus the task's own, so nothing is counted twice. Ranks are shares of n, which keeps
    their powers in range.
    """
    m = counts.n_annotations.astype(np.float64)
    totals = counts.label_totals.astype(np.float64)
    n = float(totals.sum())
    both = coincidences(counts, counts.weight / (m - 1.0))
    laplacian = 2.0 * (np.diag(both.sum(axis=1)) - both)
    ranks = mid_ranks(totals) / n
    along = laplacian @ ranks
    cubes = float(np.sum(totals**3))
    gone = 3.0 * totals[counts.label] ** 2 * counts.count - 3.0 * totals[counts.label] * counts.count**2
    cubes_without = cubes - counts.sum_by_row(gone + counts.count**3)
    seen = float(ranks @ along)
    seen_without = np.empty(counts.n_rows)
    step = max(1, _BLOCK // max(counts.n_labels, 1))
    for start in range(0, counts.n_rows, step):
        own = _dense(counts, start, min(start + step, counts.n_rows))
        shift = mid_ranks(own) / n
        rest = ranks - shift
        change = np.einsum("ij,ij->i", shift @ laplacian, shift) - 2.0 * (shift @ along)
        mine = m[start : start + step]
        mean = np.einsum("ij,ij->i", own, rest) / mine
        spread = np.einsum("ij,ij->i", own, (rest - mean[:, None]) ** 2)
        seen_without[start : start + step] = seen + change - 2.0 * mine * spread / (mine - 1.0)
    left = n - m
    some = left > 1.0
    safe = np.where(some, left, 2.0)
    largest = (float(np.ptp(ranks[totals > 0.0])) ** 2) or 1.0
    by_chance = (n**3 - cubes) / (6.0 * n**2 * (n - 1.0)) / largest
    without = (safe**3 - cubes_without) / (6.0 * n**2 * (safe - 1.0)) / largest
    return Disagreement(
        seen=max(seen, 0.0) / n / largest,
        by_chance=by_chance,
        seen_without=np.where(some, np.maximum(seen_without, 0.0) / safe / largest, 0.0),
        by_chance_without=np.where(some, without, 0.0),
        weight=counts.weight,
    )


def _dense(counts: LabelCounts, start: int, end: int) -> Floats:
    """Rows start..end as a matrix of counts (rows, labels)."""
    first, last = np.searchsorted(counts.row, [start, end])
    rows = np.zeros((end - start, counts.n_labels))
    rows[counts.row[first:last] - start, counts.label[first:last]] = counts.count[first:last]
    return rows
