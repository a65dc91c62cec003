"""The quality settings of a project, as one versioned object."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from assay.kernel.errors import BadInput

ORDERS = ("random", "sequential")


@dataclass(frozen=True, slots=True)
class Policy:
    """How often, in which order and for how long tasks go out.

    ``annotations_per_task`` annotations are wanted on a random ``overlap_share`` of the tasks, one on the rest.

    >>> Policy(annotations_per_task=3, overlap_share=0.2).target(0.1), Policy(3, 0.2).target(0.5)
    ((3, 0.2), (1, 0.8))
    """

    annotations_per_task: int = 1
    overlap_share: float = 1.0
    order: str = "random"
    lease_seconds: int = 1800
    undo_seconds: int = 900
    ask_confidence: bool = False
    agreement_target: float = 0.7
    agreement_warning: float = 0.6

    def target(self, draw: float) -> tuple[int, float]:
        """Annotations that a task gets, and the probability of that, for a uniform ``draw`` from [0, 1)."""
        if self.annotations_per_task == 1 or self.overlap_share >= 1:
            return self.annotations_per_task, 1.0
        if draw < self.overlap_share:
            return self.annotations_per_task, self.overlap_share
        return 1, 1.0 - self.overlap_share

    def as_document(self) -> dict[str, Any]:
        """JSON-ready."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Policy:
        """Read a stored or sent document. Raises BadInput for an unknown setting or an impossible value."""
        known = {field.name for field in fields(cls)}
        for name in document:
            if name not in known:
                raise BadInput(f"The policy has no setting {name!r}.", field=f"policy.{name}")
        policy = cls(**document)
        if policy.order not in ORDERS:
            raise BadInput(f"order is {policy.order!r}.", field="policy.order", action="Use random or sequential.")
        if not 1 <= policy.annotations_per_task <= 100:
            raise BadInput(
                "annotations_per_task must be from 1 to 100.",
                field="policy.annotations_per_task",
                action="Send a whole number from 1 to 100.",
            )
        if policy.agreement_warning > policy.agreement_target:
            raise BadInput(
                "agreement_warning is above agreement_target.",
                field="policy.agreement_warning",
                action="The warning level must be at or below the target.",
            )
        return policy


SKIP_REASONS = (
    ("unclear", "I can't decide from the guideline"),
    ("broken", "The text is broken or empty"),
    ("language", "I don't know this language or topic"),
    ("upsetting", "I would rather not label this one"),
    ("other", "Another reason"),
)
