"""Parts of a policy: the stages a task goes through, a graph without circles.

The first stage is the one that tasks come into; how often they are annotated there is said by the overlap of the
policy. When a task has all its annotations of a stage, the first step whose condition holds leads on; without
one the task is done.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from assay.flow.policy_rules import STRICT, Name
from assay.kernel.errors import BadInput

MOST_STAGES = 10


@dataclass(frozen=True, config=STRICT)
class Condition:
    """All that is given must hold of the task's annotations so far.

    ``label``: the majority is one of these. ``agreement_below``: the share of agreeing pairs is lower (a single
    annotation agrees with itself). ``confidence_below``: the probability of the likeliest label is lower.
    ``share``: a random share of what is left; the draw belongs to the task, so asking again decides the same.
    """

    label: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=100)] = Field(default_factory=list)
    agreement_below: Annotated[float, Field(strict=True, gt=0, le=1)] | None = None
    confidence_below: Annotated[float, Field(strict=True, gt=0, le=1)] | None = None
    share: Annotated[float, Field(strict=True, gt=0, le=1)] = 1.0


@dataclass(frozen=True, config=STRICT)
class Step:
    """To which stage a task goes when the condition holds."""

    to: Name
    when: Condition = Field(default_factory=Condition)


@dataclass(frozen=True, config=STRICT)
class Stage:
    """``annotations`` more of each task that comes here, by the people of ``queue`` ('' is everybody)."""

    name: Name
    annotations: Annotated[int, Field(strict=True, ge=1, le=20)] | None = None
    queue: Annotated[str, Field(max_length=60)] = ""
    next: Annotated[list[Step], Field(max_length=10)] = Field(default_factory=list)


def check_stages(stages: list[Stage], queues: set[str]) -> None:
    """Raises BadInput for a graph that leads nowhere, in circles, or into a queue that does not exist."""
    names = [stage.name for stage in stages]
    for place, stage in enumerate(stages):
        where = f"policy.stages[{place}]"
        if names.index(stage.name) != place:
            raise BadInput(f"Two stages are called {stage.name!r}.", field=f"{where}.name", action="Rename one.")
        if (stage.annotations is None) != (place == 0):
            raise BadInput(
                "The first stage has the overlap of the policy; each later one says how many annotations it adds.",
                field=f"{where}.annotations",
                action="Leave annotations out of the first stage and give it for all others.",
            )
        if stage.queue and stage.queue not in queues:
            raise BadInput(
                f"There is no queue {stage.queue!r}.", field=f"{where}.queue", action="Add it to policy.queues."
            )
        for step in stage.next:
            if step.to not in names:
                raise BadInput(
                    f"There is no stage {step.to!r}.", field=f"{where}.next", action="Name one of the stages."
                )
    _no_circle(stages)
    reached = {stage.name for stage in stages[:1]} | {step.to for stage in stages for step in stage.next}
    for place, name in enumerate(names):
        if name not in reached:
            raise BadInput(
                f"No stage leads to {name!r}.",
                field=f"policy.stages[{place}]",
                action="Add a step to it, or remove it.",
            )


def _no_circle(stages: list[Stage]) -> None:
    leads = {stage.name: [step.to for step in stage.next] for stage in stages}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            raise BadInput(
                f"The stages go in a circle: {circle}.",
                field="policy.stages",
                action="Take one of these steps out; a task passes each stage once.",
            )
        if name not in done:
            for follower in leads[name]:
                walk(follower, (*path, name))
            done.add(name)

    for name in leads:
        walk(name, ())
