"""Annotations with the annotator: what the aggregators here take; ``assay.agreement.LabelTable`` is one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from assay.aggregation.arrays import Codes
from assay.aggregation.card import CodedLabels


class CodedAnswers(CodedLabels, Protocol):
    """:class:`CodedLabels` and who gave each; ``annotator_codes`` has shape (annotations,)."""

    @property
    def annotators(self) -> Sequence[Hashable]: ...
    @property
    def annotator_codes(self) -> Codes: ...


def annotators_of(table: CodedAnswers) -> list[tuple[Hashable, ...]]:
    """For every task, the annotators who gave it a label."""
    found: list[list[Hashable]] = [[] for _ in table.tasks]
    for task, annotator in sorted(zip(table.task_codes.tolist(), table.annotator_codes.tolist(), strict=True)):
        found[task].append(table.annotators[annotator])
    return [tuple(names) for names in found]
