"""The past that an export of Assay brings along: chains of corrections, answers that do not count, skips.

The file's word decides how annotations of one task belong together, and which of them are in force. One person has
one chain in force at most; what does not count stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from assay.flow.planned import PlannedAnnotation
from assay.flow.policy import SKIP_REASONS
from assay.kernel.errors import BadInput
from assay.kernel.limits import EMAIL_CHARACTERS, NOTE_CHARACTERS

_REASONS = frozenset(reason for reason, _ in SKIP_REASONS)


def link_chains(
    planned: Sequence[PlannedAnnotation], given: Sequence[Mapping[str, Any]]
) -> tuple[PlannedAnnotation, ...]:
    """The annotations of a task with each tied to the one that it supersedes.

    Raises BadInput: an id used twice, a correction of what does not stand before it or is somebody else's, an answer
    that is superseded and still counts.
    """
    places: dict[str, int] = {}
    before: list[int | None] = []
    first: list[int] = []
    last: dict[int, int] = {}
    for place, (one, raw) in enumerate(zip(planned, given, strict=True)):
        past = raw.get("past") if not one.skipped else None
        uid, supersedes = (past["id"], past["supersedes"]) if past is not None else (None, None)
        where = f"annotations[{place}]"
        corrected = None
        if supersedes is not None:
            corrected = places.get(supersedes)
            if corrected is None:
                raise BadInput("this names no annotation that stands before it", field=f"{where}.supersedes")
            if planned[corrected].annotator != one.annotator:
                raise BadInput("this names the annotation of somebody else", field=f"{where}.supersedes")
        if uid is not None and places.setdefault(uid, place) != place:
            raise BadInput("another annotation of this task has this id", field=f"{where}.id")
        before.append(corrected)
        first.append(place if corrected is None else first[corrected])
        last[first[place]] = place
    return tuple(
        _linked(planned, place, before[place], first[place], last[first[place]]) for place in range(len(first))
    )


def _linked(
    planned: Sequence[PlannedAnnotation], place: int, supersedes: int | None, first: int, last: int
) -> PlannedAnnotation:
    one = planned[place]
    if place != last and one.counted:
        raise BadInput("this is superseded, and yet it counts", field=f"annotations[{place}].counted")
    return replace(one, supersedes=supersedes, first=first, last=last, counted=planned[last].counted)


def in_force(given: PlannedAnnotation, place: int) -> bool:
    """Whether the annotation at that place of its task counts, and nothing superseded it."""
    return not given.skipped and given.counted and (given.last is None or given.last == place)


def plan_skips(
    annotations: Sequence[PlannedAnnotation], skips: Sequence[Mapping[str, Any]]
) -> Iterator[PlannedAnnotation]:
    """The skips of a task. A person's last one holds, unless the person answered after all. Raises BadInput."""
    names = [annotator_name(raw["annotator"], f"skips[{place}].annotator") for place, raw in enumerate(skips)]
    holding = {given.annotator for given in annotations if given.skipped or given.counted}
    latest = {name: place for place, name in enumerate(names)}
    for place, (name, raw) in enumerate(zip(names, skips, strict=True)):
        if raw["reason"] not in _REASONS:
            raise BadInput(
                "there is no such reason", field=f"skips[{place}].reason", action=f"Use: {', '.join(sorted(_REASONS))}."
            )
        if len(raw["note"]) > NOTE_CHARACTERS or "\0" in raw["note"]:
            raise BadInput(
                f"a note has at most {NOTE_CHARACTERS:,} characters, none of them NUL", field=f"skips[{place}].note"
            )
        yield PlannedAnnotation(
            annotator=name,
            result="[]",
            answers="{}",
            made_at=None,
            seconds=None,
            confidence=None,
            skipped=True,
            reason=raw["reason"],
            note=raw["note"],
            holds=latest[name] == place and name not in holding,
            origin=orjson.dumps(raw["origin"]).decode(),
        )


def annotator_name(name: str, field_path: str) -> str:
    """A name as it is stored: addresses in small letters. Raises BadInput."""
    if len(name) > EMAIL_CHARACTERS or "\0" in name:
        raise BadInput(f"a name has at most {EMAIL_CHARACTERS} characters, and none of them NUL", field=field_path)
    return name.lower() if "@" in name else name


def one_each(annotations: Sequence[PlannedAnnotation]) -> None:
    """Raises BadInput when somebody has two annotations in force, or one and a skip."""
    seen: set[str] = set()
    for place, annotation in enumerate(annotations):
        if not annotation.skipped and not in_force(annotation, place):
            continue
        if annotation.annotator in seen:
            raise BadInput(
                f"{annotation.annotator} annotated this task twice.",
                field="annotations",
                action="Keep one annotation of each person.",
            )
        seen.add(annotation.annotator)
