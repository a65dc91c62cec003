"""The quality settings of a project, as one versioned object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as plain
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from assay.flow.policy_rules import STRICT, AdaptiveOverlap, Queue, TaskRule
from assay.flow.policy_stages import MOST_STAGES, Stage, check_stages
from assay.kernel.errors import BadInput

Order = Literal["random", "sequential", "newest", "uncertain", "stratified"]
Destination = Literal["others", "later", "out"]
BACKUP = "backup"
"""The skill of people who get work only while the policy calls them in."""


@plain(frozen=True, slots=True)
class Wanted:
    """How often and where a task goes out."""

    target: int
    inclusion: float  # the probability, by design, of this target
    queue: str
    priority: int


@dataclass(frozen=True, config=STRICT)
class Policy:
    """How often, to whom, in which order and for how long tasks go out.

    ``annotations_per_task`` annotations are wanted on a random ``overlap_share`` of the tasks, one on the rest.

    >>> Policy(annotations_per_task=3, overlap_share=0.2).target(0.1), Policy(3, 0.2).target(0.5)
    ((3, 0.2), (1, 0.8))
    """

    annotations_per_task: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    overlap_share: Annotated[float, Field(strict=True, ge=0, le=1)] = 1.0
    order: Order = "random"
    lease_seconds: Annotated[int, Field(strict=True, ge=30, le=604_800)] = 1800
    undo_seconds: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 900
    ask_confidence: StrictBool = False
    agreement_target: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.7
    agreement_warning: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.6
    # Everybody who labels here annotates every task.
    full_coverage: StrictBool = False
    adaptive: AdaptiveOverlap | None = None
    rules: Annotated[list[TaskRule], Field(max_length=50)] = Field(default_factory=list)
    queues: Annotated[list[Queue], Field(max_length=50)] = Field(default_factory=list)
    stages: Annotated[list[Stage], Field(max_length=MOST_STAGES)] = Field(default_factory=list)
    most_per_person: Annotated[int, Field(strict=True, ge=1, le=10**9)] | None = None
    most_per_person_per_day: Annotated[int, Field(strict=True, ge=1, le=10**6)] | None = None
    most_in_project: Annotated[int, Field(strict=True, ge=1, le=10**12)] | None = None
    # After so many minutes of work without a break of break_minutes, a break is due.
    session_minutes: Annotated[int, Field(strict=True, ge=5, le=1440)] | None = None
    break_minutes: Annotated[int, Field(strict=True, ge=1, le=240)] = 10
    break_required: StrictBool = False
    # Where a skipped task goes, by reason; what is not named goes to others.
    skips: dict[Annotated[str, Field(max_length=40)], Destination] = Field(default_factory=dict)
    backup_called: StrictBool = False
    price_per_annotation: Annotated[float, Field(strict=True, ge=0, le=1e6)] | None = None

    def target(self, draw: float) -> tuple[int, float]:
        """Annotations that a task gets, and the probability of that, for a uniform ``draw`` from [0, 1)."""
        return _target(self.annotations_per_task, self.overlap_share, draw)

    def wanted(
        self, data: Mapping[str, Any], stratum: str, draw: float, *, priority: int = 0, people: int = 1
    ) -> Wanted:
        """Where a task belongs and how often it goes out.

        ``people`` label in the project now; with full coverage each of them gets the task. A rule's priority is
        added to the task's own.

        >>> Policy(rules=[TaskRule({"risk": "high"}, annotations_per_task=5)]).wanted({"risk": "high"}, "", 0.5).target
        5
        """
        overlap, share = self.annotations_per_task, self.overlap_share
        queue = self.stages[0].queue if self.stages else ""
        rule = next((rule for rule in self.rules if rule.fits(data, stratum)), None)
        if rule is not None:
            if rule.annotations_per_task is not None:
                overlap, share = rule.annotations_per_task, 1.0  # of all the tasks that it is about
            share = share if rule.overlap_share is None else rule.overlap_share
            queue = queue if rule.queue is None else rule.queue
            priority += rule.priority or 0
        target, inclusion = (max(1, people), 1.0) if self.full_coverage else _target(overlap, share, draw)
        return Wanted(target, inclusion, queue, priority)

    def as_document(self) -> dict[str, Any]:
        """JSON-ready."""
        document: dict[str, Any] = _READER.dump_python(self, mode="json")
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Policy:
        """Read a stored or sent document. Raises BadInput for an unknown setting or an impossible value."""
        try:
            policy = _READER.validate_python(dict(document))
        except ValidationError as problem:
            raise _told(problem) from None
        policy.check()
        return policy

    def check(self) -> None:
        """Raises BadInput where two settings contradict each other."""
        if self.agreement_warning > self.agreement_target:
            raise BadInput(
                "agreement_warning is above agreement_target.",
                field="policy.agreement_warning",
                action="The warning level must be at or below the target.",
            )
        if self.full_coverage and self.adaptive is not None:
            raise BadInput(
                "Full coverage already asks everybody, so there is nothing left to ask adaptively.",
                field="policy.adaptive",
                action="Choose full coverage or adaptive overlap.",
            )
        if self.adaptive is not None and self.adaptive.most <= self.annotations_per_task:
            raise BadInput(
                f"Adaptive overlap begins with {self.annotations_per_task} annotations and may ask for at most "
                f"{self.adaptive.most}.",
                field="policy.adaptive.most",
                action="Let it ask for more than annotations_per_task.",
            )
        names = [queue.name for queue in self.queues]
        for place, name in enumerate(names):
            if names.index(name) != place:
                raise BadInput(
                    f"Two queues are called {name!r}.", field=f"policy.queues[{place}].name", action="Rename one."
                )
        for place, rule in enumerate(self.rules):
            if rule.queue is not None and rule.queue not in names:
                raise BadInput(
                    f"There is no queue {rule.queue!r}.",
                    field=f"policy.rules[{place}].queue",
                    action="Add it to policy.queues.",
                )
        check_stages(self.stages, set(names))
        known = {reason for reason, _ in SKIP_REASONS}
        for reason in self.skips:
            if reason not in known:
                raise BadInput(
                    f"There is no skip reason {reason!r}.",
                    field=f"policy.skips.{reason}",
                    action=f"Use: {', '.join(sorted(known))}.",
                )


def _target(overlap: int, share: float, draw: float) -> tuple[int, float]:
    if overlap == 1 or share >= 1:
        return overlap, 1.0
    return (overlap, share) if draw < share else (1, 1.0 - share)


def _told(problem: ValidationError) -> BadInput:
    """The first fault, with the path of its field."""
    fault = problem.errors()[0]
    path = "policy"
    for step in fault["loc"]:
        # A choice of types puts their names into the path; a person knows the fields only.
        if isinstance(step, int):
            path += f"[{step}]"
        elif step.isidentifier() and not step[0].isupper() and step not in _TYPES:
            path += f".{step}"
    if fault["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        return BadInput(f"The policy has no setting {fault['loc'][-1]!r}.", field=path, action="Take it out.")
    message = str(fault["msg"])
    return BadInput(f"{path.removeprefix('policy.')}: {message[:1].lower()}{message[1:]}.", field=path)


_TYPES = frozenset({"bool", "int", "float", "str", "list", "dict"})

SKIP_REASONS = (
    ("unclear", "I can't decide from the guideline"),
    ("broken", "The text is broken or empty"),
    ("language", "I don't know this language or topic"),
    ("upsetting", "I would rather not label this one"),
    ("other", "Another reason"),
)

_READER: TypeAdapter[Policy] = TypeAdapter(Policy)
