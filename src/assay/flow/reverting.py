"""Set aside → queue: what happens to a task when an annotation stops counting, or counts again.

An annotation is never removed. A *revert* sets annotations aside: they stay on record and count no more. What
becomes of the slot is the choice of whoever sets them aside:

=======  ==================================================================================================
again    the slot of an annotation that was set aside
=======  ==================================================================================================
others   opens for other people; its author does not get the task again
anybody  opens for everybody, its author too
nobody   is given up: the task wants one annotation fewer. A task that wants only one keeps wanting it, but
         goes out of the queue
=======  ==================================================================================================

A task that had more annotations than it wants (from an import, say) opens nothing until it has fewer.

A *restore* takes a revert back: the annotation counts again where its slot is free. A slot that somebody
else has taken meanwhile stays with the newcomer, and the annotation stays kept, not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

Who = TypeVar("Who")


class Again(StrEnum):
    """Who answers instead."""

    OTHERS = "others"
    ANYBODY = "anybody"
    NOBODY = "nobody"


class Effect(StrEnum):
    """What one step did with the slot of one annotation."""

    OPENED = "opened"
    LOWERED = "lowered"  # the task wants one fewer
    OUT = "out"  # the slot is open, but the task is out of the queue
    NONE = "none"  # the task had more than it wants
    TAKEN = "taken"  # restored into an open slot
    RAISED = "raised"  # restored, and the task wants one more again
    KEPT = "kept"  # not restored: the slot is somebody else's by now


@dataclass(frozen=True, slots=True)
class Slots:
    """The numbers of a task that setting aside and restoring move; ``need`` is below zero when it has too many."""

    target: int
    need: int
    done: int
    leased: int
    out: bool = False

    @property
    def over(self) -> bool:
        """Whether more is taken than wanted."""
        return self.done + self.leased > self.target


def set_aside(slots: Slots, again: Again) -> tuple[Slots, Effect]:
    """The numbers after one counted annotation is set aside.

    >>> set_aside(Slots(target=3, need=0, done=3, leased=0), Again.OTHERS)
    (Slots(target=3, need=1, done=2, leased=0, out=False), <Effect.OPENED: 'opened'>)
    >>> set_aside(Slots(target=3, need=2, done=1, leased=0), Again.NOBODY)
    (Slots(target=2, need=2, done=0, leased=0, out=False), <Effect.LOWERED: 'lowered'>)
    """
    fewer = replace(slots, done=slots.done - 1, need=slots.need + 1)
    if slots.over:
        return fewer, Effect.NONE
    if again is not Again.NOBODY:
        return fewer, Effect.OPENED
    if slots.target > 1:
        return replace(fewer, target=slots.target - 1, need=slots.need), Effect.LOWERED
    return replace(fewer, out=True), Effect.OUT


def restored(slots: Slots, before: Effect, *, newcomers: bool = False) -> tuple[Slots, Effect]:
    """The numbers after an annotation counts again, if it can; ``before`` is what setting it aside did.

    ``newcomers``: whether the task was handed out since, and is held or answered by whoever got it.

    >>> restored(Slots(target=3, need=1, done=2, leased=0), Effect.OPENED)
    (Slots(target=3, need=0, done=3, leased=0, out=False), <Effect.TAKEN: 'taken'>)
    >>> restored(Slots(target=3, need=0, done=3, leased=0), Effect.OPENED)[1]
    <Effect.KEPT: 'kept'>
    """
    more = replace(slots, done=slots.done + 1, need=slots.need - 1)
    if before is Effect.LOWERED:
        return replace(more, target=slots.target + 1, need=slots.need), Effect.RAISED
    if slots.need > 0:
        return replace(more, out=slots.out and before is not Effect.OUT), Effect.TAKEN
    if before is Effect.NONE and not newcomers:
        return more, Effect.TAKEN  # one too many before, and again
    return slots, Effect.KEPT


def finished_by(answered: Sequence[Who], target: int) -> Who | None:
    """Whose answer completed a task: that of the ``target``-th person, in the order of their first answers.

    >>> finished_by(["Ada", "Ben", "Cleo"], 2)
    'Ben'
    >>> finished_by(["Ada"], 2) is None
    True
    """
    return answered[target - 1] if 0 < target <= len(answered) else None
