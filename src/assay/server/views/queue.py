"""The queue of a project, as its lead sees it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from assay.server.views.body import Incoming, Note, Outgoing, PlainText, PublicId, example
from assay.server.views.people import PersonView


class LaneView(Outgoing):
    """Tasks of one queue, stratum and priority."""

    queue: str = Field(description="Name of the queue; empty is the one open to everybody.")
    stratum: str
    priority: int
    skills: list[str]
    assigned_to: list[PersonView] | None = Field(description="Only these people, when tasks were given by name.")
    tasks: int
    fresh: int = Field(description="Nobody has had them.")
    started: int = Field(description="They have some of their annotations, or somebody holds them.")
    done: int
    out: int = Field(description="Taken out of the queue.")
    open_slots: int = Field(description="Annotations that somebody could take on now.")
    able: int = Field(description="People who label now and may work here.")
    stuck: int = Field(description="Started tasks that each of these people has had already; counted up to 10,000.")


class WorkerView(Outgoing):
    """Somebody with a seat: what is in hand, and since when."""

    person: PersonView
    active: bool
    skills: dict[str, str | None] = Field(description="Skill and until when; null for ever.")
    held: int = Field(description="Tasks in hand.")
    oldest_lease: str | None
    active_at: str | None
    today: int
    submitted: int
    accuracy: float | None = Field(description="Estimated share of right answers; null before there is a consensus.")


class QueueHint(Outgoing):
    """Why something is not being done, and what would help."""

    code: str
    message: str


class QueueView(Outgoing):
    """The state of the queue now."""

    lanes: list[LaneView]
    people: list[WorkerView]
    open_slots: int
    leased: int
    hints: list[QueueHint]
    backup_called: bool


TaskIds = Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=1000)]


class Reallocate(Incoming):
    """Give tasks in hand back for others."""

    model_config = example(idle_minutes=60)

    person_ids: list[PublicId] | None = Field(
        default=None, min_length=1, max_length=1000, description="Of these people; of everybody when left out."
    )
    idle_minutes: int | None = Field(
        default=None, ge=0, le=100_000, description="Only tasks handed out at least so long ago."
    )


class Reallocated(Outgoing):
    """How many tasks others can take now."""

    assignments: int


class AssignTasks(Incoming):
    """Let only these people get these tasks; nobody named: whoever the policy means."""

    model_config = example(task_ids=[1], person_ids=["bqx7c2wmzk4ydhn5tfoaij3ruv"])

    task_ids: TaskIds
    person_ids: list[PublicId] = Field(max_length=200)


class MoveTasks(Incoming):
    """Take tasks out of the queue, or put them back."""

    model_config = example(task_ids=[1], reason="The picture is broken.")

    task_ids: TaskIds
    reason: Note = ""


class Moved(Outgoing):
    """How many were moved."""

    tasks: int


Skill = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f@]+$"), PlainText]


class SetSkills(Incoming):
    """What somebody can do in a project; replaces what was there."""

    model_config = example(skills={"French": None})

    skills: dict[Skill, str | None] = Field(
        max_length=50, description="Skill and until when (ISO 8601), null for ever."
    )
