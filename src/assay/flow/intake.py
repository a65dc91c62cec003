"""Intake: a row of a file becomes a task with its target, or is refused with the reason.

Everything random about a task (its place in the queue, whether it gets the overlap) comes from the
seed of the import and the row's line, so that an import which is interrupted and resumed, or run
twice, plans the very same tasks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from assay.flow.measuring import disagreement
from assay.flow.policy import Policy
from assay.kernel.errors import BadInput
from assay.labels.label_config import LabelConfig
from assay.labels.result import canonical, read_result
from assay.labels.task_data import check_task_data

_UNIT = 2.0**-53


@dataclass(frozen=True, slots=True)
class PlannedAnnotation:
    """An annotation that a file brings along."""

    annotator: str  # an address, or "label-studio:17"
    result: str
    answers: str
    made_at: int | None
    seconds: float | None
    confidence: float | None
    skipped: bool


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task about to be written."""

    line: int
    key: str | None
    data: str
    place: int  # phase-0 order in the queue
    target: int
    inclusion: float
    annotations: tuple[PlannedAnnotation, ...] = ()
    disagreement: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot become a task."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What planning needs to know: the label config and policy in force, and the seed of this import."""

    label_config: LabelConfig
    policy: Policy
    seed: str
    first_place: int = 0
    _key: bytes = field(init=False, repr=False, default=b"")

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", hashlib.sha256(self.seed.encode()).digest())

    def plan(
        self, line: int, key: str | None, data: dict[str, Any], annotations: Sequence[Mapping[str, Any]] = ()
    ) -> PlannedTask | Refused:
        """Plan one row. ``line`` is its 1-based line or position in the file."""
        try:
            check_task_data(self.label_config, data)
            planned = tuple(self._annotation(place, given) for place, given in enumerate(annotations, 1))
            _one_each(planned)
        except BadInput as problem:
            return Refused(line, problem.field or "row", problem.message)
        overlap_draw, place_draw = self._draws(line)
        target, inclusion = self.policy.target(overlap_draw)
        place = place_draw if self.policy.order == "random" else self.first_place + line
        counted = [annotation.answers for annotation in planned if not annotation.skipped]
        return PlannedTask(
            line=line,
            key=key,
            data=orjson.dumps(data).decode(),
            place=place,
            target=target,
            inclusion=inclusion,
            annotations=planned,
            disagreement=disagreement(self.label_config, counted),
        )

    def _draws(self, line: int) -> tuple[float, int]:
        """A uniform number in [0, 1), and a uniform whole number below 2**62."""
        digest = hashlib.blake2b(line.to_bytes(8, "big"), key=self._key, digest_size=16).digest()
        return (int.from_bytes(digest[:8], "big") >> 11) * _UNIT, int.from_bytes(digest[8:], "big") >> 2

    def _annotation(self, place: int, annotation: Mapping[str, Any]) -> PlannedAnnotation:
        skipped = bool(annotation.get("skipped"))
        result = annotation.get("result") or []
        answers = "{}" if skipped else canonical(read_result(self.label_config, result))
        return PlannedAnnotation(
            # Nobody named: two of them on one task are two people, the first and second unknown one.
            annotator=annotation.get("annotator") or f"unknown {place}",
            result=orjson.dumps(result).decode(),
            answers=answers,
            made_at=annotation.get("created_at_us"),
            seconds=annotation.get("seconds"),
            confidence=annotation.get("confidence"),
            skipped=skipped,
        )


def _one_each(annotations: Sequence[PlannedAnnotation]) -> None:
    seen: set[str] = set()
    for annotation in annotations:
        if annotation.annotator in seen:
            raise BadInput(
                f"{annotation.annotator} annotated this task twice.",
                field="annotations",
                action="Keep one annotation of each person.",
            )
        seen.add(annotation.annotator)
