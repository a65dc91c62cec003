"""Which part of a table can show agreement at all: tasks with at least two annotations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.agreement.label_table import LabelTable
from assay.agreement.names import quoted
from assay.agreement.patterns import LabelCounts
from assay.agreement.result import LeftOut

MISSING = "no label given"
NO_WEIGHTS = (
    "The annotations have sampling weights, which this metric does not carry; use Krippendorff's alpha or percent "
    "agreement, or leave the weights out."
)
SINGLE = "only one annotation on the task, so nothing to compare it with"


@dataclass(frozen=True, slots=True)
class Usable:
    """The tasks with a pair of annotations. ``reason`` says why there are none (else None).

    ``left_out`` and the three counts add up to everything in the table.
    """

    counts: LabelCounts
    n_tasks: int
    n_annotations: int
    n_annotators: int
    n_pairs: int
    left_out: tuple[LeftOut, ...]
    reason: str | None

    @property
    def only_label(self) -> int | None:
        """The code of the label that every usable annotation has, or None when there are several."""
        used = np.flatnonzero(self.counts.label_totals)
        return int(used[0]) if len(used) == 1 else None


def usable_part(table: LabelTable, *, carries_weights: bool = False) -> Usable:
    """The tasks of a table that have at least two annotations, as patterns, and what is left out.

    ``reason`` also says when the table has sampling weights and the metric does not carry them.
    """
    counts = table.patterns.with_at_least(2)
    m = counts.n_annotations
    n_tasks = int(counts.weight.sum())
    n_annotations = int((counts.weight * m).sum())
    task, annotator, _ = table.codes_in_any_order
    n_of_task = table.n_annotations_of_task
    n_given = int(np.count_nonzero(n_of_task))
    in_pair = annotator if n_given == n_tasks else annotator[(n_of_task >= 2)[task]]
    n_annotators = int(np.count_nonzero(np.bincount(in_pair)))
    n_without = table.n_tasks - n_given
    n_single = n_given - n_tasks
    left_out = []
    if table.n_missing or n_without:
        left_out.append(LeftOut(MISSING, n_tasks=n_without, n_annotations=table.n_missing))
    if n_single:
        left_out.append(LeftOut(SINGLE, n_tasks=n_single, n_annotations=n_single))
    return Usable(
        counts=counts,
        n_tasks=n_tasks,
        n_annotations=n_annotations,
        n_annotators=n_annotators,
        n_pairs=int((counts.weight * (m * (m - 1) // 2)).sum()),
        left_out=tuple(left_out),
        reason=_why_none(table, n_tasks, carries_weights),
    )


def _why_none(table: LabelTable, n_tasks: int, carries_weights: bool) -> str | None:
    if n_tasks > 0:
        return None if carries_weights or table.weights is None else NO_WEIGHTS
    if table.n_rows == 0:
        return "There are no annotations."
    if table.n_annotations == 0:
        return f"None of the {table.n_rows} annotations has a label."
    used = np.unique(table.annotator_codes)
    if len(used) == 1:
        return f"Only one annotator ({quoted(table.annotators[used[0]])}) has given labels; agreement needs two."
    return "No task has labels from two annotators, so there is nothing to compare."


def one_label_reason(table: LabelTable, code: int, n_annotations: int, name: str) -> str:
    """The sentence for a coefficient that is 0/0 because every annotation has the same label."""
    label = quoted(table.labels[code])
    return (
        f"All {n_annotations} compared annotations have the label {label}: observed agreement is 100 %, "
        f"but so is agreement by chance, and {name} is 0/0. Add tasks that call for other labels."
    )
