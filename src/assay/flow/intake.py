"""Intake: a row of a file becomes a task with its target, or is refused with the reason.

Everything random about a task (its place in the queue, whether it gets the overlap) comes from the
seed of the import and the row's line, so that an import which is interrupted and resumed, or run
twice, plans the very same tasks.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from assay.flow.imported_past import annotator_name, in_force, link_chains, one_each, plan_skips
from assay.flow.measuring import disagreement
from assay.flow.planned import PlannedAnnotation, PlannedTask
from assay.flow.policy import Policy
from assay.kernel.clock import from_iso
from assay.kernel.errors import BadInput, TooLarge
from assay.kernel.limits import STRATUM_CHARACTERS
from assay.labels.label_config import LabelConfig
from assay.labels.result import canonical, read_result
from assay.labels.task_data import check_task_data

_UNIT = 2.0**-53
_RESULTS_KNOWN, _RESULT_KNOWN_CHARACTERS = 10_000, 2_000
_YEARS = (1000, 9999)  # that ISO 8601 writes with four digits
_EARLIEST, _LATEST = from_iso(f"{_YEARS[0]}-01-01"), from_iso(f"{_YEARS[1]}-12-31T23:59:59.999999")


@dataclass(frozen=True, slots=True)
class TaskFields:
    """What a row may say of a task beside its data."""

    priority: int = 0
    stratum: str = ""
    score: float | None = None
    made_at: int | None = None


_PLAIN = TaskFields()


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
    people: int = 1  # who label in the project now: each gets every task under full coverage
    _key: bytes = field(init=False, repr=False, default=b"")
    # Few labels make few results: one that was read and found right is not read again.
    _known: dict[str, str] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", hashlib.sha256(self.seed.encode()).digest())

    def plan(
        self,
        line: int,
        key: str | None,
        data: dict[str, Any],
        annotations: Sequence[Mapping[str, Any]] = (),
        fields: TaskFields = _PLAIN,
        skips: Sequence[Mapping[str, Any]] = (),
    ) -> PlannedTask | Refused:
        """Plan one row. ``line`` is its 1-based line or position in the file."""
        try:
            _check_fields(fields)
            check_task_data(self.label_config, data)
            planned = tuple(self._annotation(place, given) for place, given in enumerate(annotations, 1))
            if any("past" in given for given in annotations):
                planned = link_chains(planned, annotations)
            one_each(planned)
            if skips:
                planned += tuple(plan_skips(planned, skips))
        except (BadInput, TooLarge) as problem:
            return Refused(line, problem.field or "row", problem.message)
        draw = self._draw(line)
        wanted = self.policy.wanted(data, fields.stratum, draw, priority=fields.priority, people=self.people)
        counted = [given.answers for place, given in enumerate(planned) if in_force(given, place)]
        return PlannedTask(
            line=line,
            key=key,
            data=orjson.dumps(data).decode(),
            target=wanted.target,
            inclusion=wanted.inclusion,
            draw=draw,
            order=self.policy.order,
            queue=wanted.queue,
            lane_stratum=fields.stratum if self.policy.order == "stratified" else "",
            priority=wanted.priority,
            own_priority=fields.priority,
            stratum=fields.stratum,
            score=fields.score,
            annotations=planned,
            disagreement=disagreement(self.label_config, counted),
            made_at=fields.made_at,
        )

    def _draw(self, line: int) -> float:
        """A uniform number in [0, 1)."""
        digest = hashlib.blake2b(line.to_bytes(8, "big"), key=self._key, digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> 11) * _UNIT

    def _annotation(self, place: int, annotation: Mapping[str, Any]) -> PlannedAnnotation:
        skipped = bool(annotation.get("skipped"))
        where = f"annotations[{place - 1}]"
        result = annotation.get("result") or []
        made_at, confidence = annotation.get("created_at_us"), annotation.get("confidence")
        _check_moment(made_at, f"{where}.created_at")
        if confidence is not None and not 0 <= confidence <= 1:
            raise BadInput("a confidence is a number from 0 to 1", field=f"{where}.confidence")
        past = annotation.get("past")
        counted = past is None or past["counted"]
        origin = None if past is None else past["origin"]
        answers, written = "{}", orjson.dumps(result).decode()
        if not skipped:
            try:
                answers = self._answers(result, written, where)
            except (BadInput, TooLarge):
                # What does not count may come from an earlier label config; it is kept as it stands.
                if past is None or counted:
                    raise
                origin = {**past["origin"], "answers": past["answers"]}
        return PlannedAnnotation(
            # Nobody named: two of them on one task are two people, the first and second unknown one.
            annotator=annotator_name(annotation.get("annotator") or f"unknown {place}", f"{where}.annotator"),
            answers=answers,
            result=written,
            made_at=made_at,
            seconds=annotation.get("seconds"),
            confidence=confidence,
            skipped=skipped,
            counted=counted,
            origin=None if origin is None else orjson.dumps(origin).decode(),
        )

    def _answers(self, result: list[Any], written: str, where: str) -> str:
        known = self._known.get(written)
        if known is not None:
            return known
        try:
            answers = canonical(read_result(self.label_config, result))
        except (BadInput, TooLarge) as problem:
            raise BadInput(problem.message, field=f"{where}.{problem.field}") from problem
        if len(self._known) < _RESULTS_KNOWN and len(written) < _RESULT_KNOWN_CHARACTERS:
            self._known[written] = answers
        return answers


def place_of(order: str, task_id: int, draw: float, score: float | None) -> int:
    """The place of a fresh task in its lane; the lowest goes out first.

    Ids count the tasks as they come. With "uncertain" the highest score comes first, tasks without one last, equal
    ones in random order. A random place has nothing to do with the overlap, though both come from one draw.
    """
    if order == "sequential":
        return task_id
    if order == "newest":
        return -task_id
    digest = hashlib.blake2b(struct.pack(">d", draw), digest_size=8, person=b"place").digest()
    random = int.from_bytes(digest, "big") >> 2
    if order == "uncertain":
        certainty = 1.0 if score is None else 1.0 - score
        return (round(certainty * 2**30) << 31) + (random >> 31)
    return random


def _check_moment(moment: int | None, field_path: str) -> None:
    if moment is not None and not _EARLIEST <= moment <= _LATEST:
        raise BadInput(f"this is before the year {_YEARS[0]} or after {_YEARS[1]}", field=field_path)


def _check_fields(fields: TaskFields) -> None:
    _check_moment(fields.made_at, "created_at")
    if not -1000 <= fields.priority <= 1000:
        raise BadInput("a priority is a whole number from -1000 to 1000", field="priority")
    if len(fields.stratum) > STRATUM_CHARACTERS or "\0" in fields.stratum:
        raise BadInput(f"a stratum has at most {STRATUM_CHARACTERS} characters, none of them NUL", field="stratum")
    if fields.score is not None and not 0 <= fields.score <= 1:
        raise BadInput("a score is a number from 0 to 1", field="score")
