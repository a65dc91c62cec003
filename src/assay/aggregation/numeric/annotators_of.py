"""Who answered a task."""

from __future__ import annotations

from collections.abc import Hashable

from assay.aggregation.card import CodedLabels


def annotators_of(table: CodedLabels) -> list[tuple[Hashable, ...]]:
    """For every task, the annotators who gave it a label."""
    found: list[list[Hashable]] = [[] for _ in table.tasks]
    for task, annotator in sorted(zip(table.task_codes.tolist(), table.annotator_codes.tolist(), strict=True)):
        found[task].append(table.annotators[annotator])
    return [tuple(names) for names in found]
