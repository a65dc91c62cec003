"""The tasks that every annotator labeled, as a matrix: for coefficients that need all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.card import MetricCard
from assay.agreement.label_table import LabelTable
from assay.agreement.result import Agreement, LeftOut
from assay.agreement.usable import MISSING, SINGLE, Usable

INCOMPLETE = "not labeled by every annotator who shares tasks, and this coefficient needs all of them"


@dataclass(frozen=True, slots=True)
class CompletePart:
    """``values`` of shape (tasks, annotators); ``left_out`` adds up with it to everything in the table."""

    values: Floats
    left_out: tuple[LeftOut, ...]
    n_all_annotators: int


def complete_part(table: LabelTable, numbers: Floats) -> CompletePart:
    """The complete tasks of a table; ``numbers`` (labels,) is what each label counts as."""
    m = table.n_annotations_of_task
    shared = m[table.task_codes] >= 2
    used = np.unique(table.annotator_codes[shared])
    complete = (m == len(used)) & (m >= 2)
    rows = complete[table.task_codes]
    # Annotations are sorted by task and annotator, and each complete task has every annotator once.
    values = numbers[table.label_codes[rows]].reshape(-1, max(len(used), 1))
    n_incomplete = int(((m >= 2) & ~complete).sum())
    n_single, n_without = int((m == 1).sum()), int((m == 0).sum())
    items = []
    if table.n_missing or n_without:
        items.append(LeftOut(MISSING, n_tasks=n_without, n_annotations=table.n_missing))
    if n_single:
        items.append(LeftOut(SINGLE, n_tasks=n_single, n_annotations=n_single))
    if n_incomplete:
        n_annotations = int(m[(m >= 2) & ~complete].sum())
        items.append(LeftOut(INCOMPLETE, n_tasks=n_incomplete, n_annotations=n_annotations))
    return CompletePart(values, tuple(items), len(used))


def too_few_complete(part: CompletePart, title: str) -> str | None:
    """Why there are not two complete tasks, or None when there are."""
    n = len(part.values)
    if n >= 2:
        return None
    said = "No task has" if n == 0 else "Only one task has"
    return (
        f"{said} labels from all {part.n_all_annotators} annotators, and {title} needs at least two such tasks. Choose "
        "annotators who share tasks, or use Krippendorff's alpha."
    )


def undefined(
    card: MetricCard, part: Usable, level: float, reason: str, left_out: tuple[LeftOut, ...] | None = None
) -> Agreement:
    """The typed result of a metric that has no value; counts are those of the usable part of the table."""
    everything = part.left_out if left_out is None else left_out
    n_gone = sum(item.n_annotations for item in everything) - sum(item.n_annotations for item in part.left_out)
    return Agreement(
        metric=card.id,
        title=card.title,
        value=None,
        low=None,
        high=None,
        level=level,
        interval_method=None,
        n_tasks=part.n_tasks - sum(item.n_tasks for item in everything) + sum(item.n_tasks for item in part.left_out),
        n_annotations=part.n_annotations - n_gone,
        n_annotators=part.n_annotators if n_gone < part.n_annotations else 0,
        reason=reason,
        left_out=everything,
    )
