"""What an import is about to write: tasks, with the annotations and skips that a file brings along."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)  # not frozen, which would cost an import of annotations a good part of its speed
class PlannedAnnotation:
    """An annotation that a file brings along."""

    annotator: str  # an address in small letters, or "label-studio:17"
    result: str
    answers: str
    made_at: int | None
    seconds: float | None
    confidence: float | None
    skipped: bool
    reason: str = "other"  # of a skip
    note: str = "Skipped in the imported file."
    holds: bool = True  # of a skip: it keeps the task from coming to the person again
    counted: bool = True  # false: it came too late where it was made, or was set aside there
    # Places in the task's annotations. A chain of corrections is one assignment, whose last annotation is in force.
    supersedes: int | None = None
    first: int | None = None
    last: int | None = None
    origin: str | None = None  # JSON: what the file says of its past

    def begins(self, place: int) -> bool:
        """Whether it is, at this place of its task, the first of its chain."""
        return self.first is None or self.first == place


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task about to be written."""

    line: int
    key: str | None
    data: str
    target: int
    inclusion: float
    draw: float = 0.0  # from [0, 1)
    order: str = "random"
    queue: str = ""
    lane_stratum: str = ""  # of its lane: the stratum, where the order goes by strata
    priority: int = 0  # with what rules of the policy add
    own_priority: int = 0
    stratum: str = ""
    score: float | None = None
    annotations: tuple[PlannedAnnotation, ...] = ()
    disagreement: float | None = None
    made_at: int | None = None

    @property
    def done(self) -> int:
        """How many annotations are in force: of each chain of corrections one."""
        return sum(
            not given.skipped and given.counted and given.begins(place) for place, given in enumerate(self.annotations)
        )

    @property
    def lane(self) -> tuple[str, str, int]:
        """The queue, stratum and priority of the lane where it waits."""
        return self.queue, self.lane_stratum, self.priority
