"""What readers give and writers take: rows, refused rows, and tasks with their annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NotRequired, Protocol, TypeAlias

from typing_extensions import TypedDict

from assay.kernel.json_text import Json


class ReadAnnotation(TypedDict):
    """An annotation that came with a task, whatever format it came in.

    ``annotator`` is an e-mail address, ``label-studio:<id>``, any other name that the file gives, or None.
    ``created_at_us`` is in microseconds since 1970. What has no place here is in ``meta``.
    """

    result: list[Json]
    annotator: str | None
    created_at_us: int | None
    seconds: float | None
    confidence: float | None
    skipped: bool
    meta: dict[str, Json]
    past: NotRequired[Past]


class Past(TypedDict):
    """What an export of Assay says of an annotation beside itself.

    ``origin`` is what the file says of where it was made, to be repeated and never relied on. ``id`` and
    ``supersedes`` tie the annotations of one task together.
    """

    id: str | None
    supersedes: str | None
    counted: bool
    answers: Json
    origin: dict[str, Json]


class ReadSkip(TypedDict):
    """A skip that came with a task of an export of Assay."""

    annotator: str
    reason: str
    note: str
    origin: dict[str, Json]


@dataclass(slots=True)
class Row:
    """A row that can be read as a task.

    ``line`` is unique in the file and counts from 1: the line on which the row begins, or in a JSON array
    the number of the element. ``key`` is the task's external id. ``meta`` holds everything else that stood
    beside the data. ``given`` names those of ``priority``, ``stratum`` and ``score`` that the file gives.
    ``own``: an export of Assay wrote this row, so that equal data elsewhere in the file is another task.
    """

    line: int
    key: str | None
    data: dict[str, Json]
    annotations: list[ReadAnnotation] = field(default_factory=list)
    meta: dict[str, Json] = field(default_factory=dict)
    priority: int = 0
    stratum: str = ""
    score: float | None = None
    given: frozenset[str] = frozenset()
    own: bool = False
    skips: list[ReadSkip] = field(default_factory=list)
    created_at_us: int | None = None  # when the project that this row comes from got the task


@dataclass(slots=True)
class RefusedRow:
    """A row that cannot be read: where, which part of it (``row`` for all of it), and why."""

    line: int
    field: str
    reason: str


AnyRow: TypeAlias = Row | RefusedRow


class Source(Protocol):
    """Where rows come from: counts what was taken."""

    bytes_read: int
    blank_lines: int


class RowReader:
    """An iterator over the rows of a file that says how far it is.

    Rows come in the order of the file, the same ones in the same order each time it is read, so that
    reading can go on after the n-th. Memory stays bounded: by the longest row, and by the keys seen.
    """

    def __init__(self, source: Source, rows: Iterator[AnyRow]) -> None:
        self._source = source
        self._rows = rows

    def __iter__(self) -> Iterator[AnyRow]:
        return self._rows

    def __next__(self) -> AnyRow:
        return next(self._rows)

    @property
    def bytes_read(self) -> int:
        """Bytes of the file taken so far, for a progress bar; it moves in steps of a block."""
        return self._source.bytes_read

    @property
    def blank_lines(self) -> int:
        """Blank lines passed over so far; they are no rows."""
        return self._source.blank_lines


class Majority(TypedDict):
    """What most annotations of a task say for one control. Several ``tied`` labels: there is none."""

    labels: list[str]
    tied: list[str]
    share: float | None
    n: int


class ExportAnnotation(TypedDict):
    """One annotation for an export. Times are ISO 8601 in UTC with microseconds and Z.

    ``counted`` is false for what was superseded or came too late.
    """

    id: str
    annotator: str
    annotator_name: NotRequired[str | None]
    result: list[Json]
    answers: dict[str, list[Json]]
    created_at: str
    seconds: float | None
    confidence: float | None
    guideline_version: int | None
    label_config_version: int | None
    policy_version: int | None
    source: NotRequired[str]
    supersedes: str | None
    counted: bool


class ExportRow(TypedDict):
    """One task with all its annotations, for an export. More keys are allowed and kept by JSON formats."""

    id: int
    key: str | None
    data: dict[str, Json]
    annotations: list[ExportAnnotation]
    majority: dict[str, Majority]
