"""Annotations with the annotator: what the aggregators here take; ``assay.agreement.LabelTable`` is one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from assay.aggregation.structured.arrays import Codes

NO_ANNOTATION = "no annotation has a label"


class CodedAnswers(Protocol):
    """Annotation i gives ``labels[label_codes[i]]`` to ``tasks[task_codes[i]]``, by ``annotators[annotator_codes[i]]``.

    The code arrays have shape (annotations,); there is at most one annotation for each task and annotator.
    """

    @property
    def tasks(self) -> Sequence[Hashable]: ...
    @property
    def annotators(self) -> Sequence[Hashable]: ...
    @property
    def labels(self) -> Sequence[Hashable]: ...
    @property
    def task_codes(self) -> Codes: ...
    @property
    def annotator_codes(self) -> Codes: ...
    @property
    def label_codes(self) -> Codes: ...


def annotators_of(table: CodedAnswers) -> list[tuple[Hashable, ...]]:
    """For every task, the annotators who gave it a label."""
    found: list[list[Hashable]] = [[] for _ in table.tasks]
    for task, annotator in sorted(zip(table.task_codes.tolist(), table.annotator_codes.tolist(), strict=True)):
        found[task].append(table.annotators[annotator])
    return [tuple(names) for names in found]
