"""Parts of a policy: which tasks go where and how often, and who may get them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f@]+$")]
Scalar = StrictBool | StrictInt | StrictFloat | Annotated[str, Field(max_length=500)]
STRATUM = "stratum"


@dataclass(frozen=True, config=STRICT)
class TaskRule:
    """What holds for the tasks whose data has these values; the first rule that fits a task decides.

    ``where`` maps a field of the data (or ``stratum``, the task's own) to a value, or to several of which one must
    be there. What a rule leaves open is as in the rest of the policy.
    """

    where: Annotated[
        dict[Annotated[str, Field(min_length=1, max_length=100)], Scalar | list[Scalar]],
        Field(min_length=1, max_length=10),
    ]
    annotations_per_task: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    overlap_share: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    priority: Annotated[int, Field(strict=True, ge=-1000, le=1000)] | None = None
    queue: Name | None = None

    def fits(self, data: Mapping[str, Any], stratum: str) -> bool:
        """Whether a task is meant. Numbers are compared as numbers, true and false are no numbers.

        >>> rule = TaskRule({"topic": ["law", "tax"], "stratum": "late"}, annotations_per_task=5)
        >>> rule.fits({"topic": "tax"}, "late"), rule.fits({"topic": "tax"}, "early")
        (True, False)
        """
        for field, wanted in self.where.items():
            given = stratum if field == STRATUM else data.get(field)
            allowed = wanted if isinstance(wanted, list) else [wanted]
            if not any(_same(given, value) for value in allowed):
                return False
        return True


def _same(given: Any, value: Any) -> bool:
    return isinstance(given, bool) == isinstance(value, bool) and given == value


@dataclass(frozen=True, config=STRICT)
class Queue:
    """A part of the work for people who have all of its ``skills``; a language is a skill as any other."""

    name: Name
    skills: Annotated[list[Name], Field(max_length=20)] = Field(default_factory=list)


@dataclass(frozen=True, config=STRICT)
class AdaptiveOverlap:
    """Ask once more until the label is sure: its probability is ``confidence``, or ``most`` annotations are there.

    A random ``audit_share`` of the tasks goes on to ``most`` whatever the probability: they show whether stopping
    earlier would have given another label, and the rule becomes as strict as that needs.
    """

    confidence: Annotated[float, Field(strict=True, gt=0.5, lt=1)] = 0.95
    most: Annotated[int, Field(strict=True, ge=2, le=100)] = 5
    audit_share: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.1
