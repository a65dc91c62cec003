"""The identity card of a monitor: what it looks at, when one may look, and how often it cries wolf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Evidence = Literal["correctness", "labels", "seconds", "answers of pairs", "e-values"]
Looks = Literal["every", "once"]


@dataclass(frozen=True, slots=True)
class MonitorCard:
    """Who a monitor is.

    ``looks`` is "every" when one may look after each answer and stop at will, "once" when the number of
    answers has to be decided without looking. ``false_alarms`` is its promise in one sentence, and
    ``assumes`` what that promise rests on.
    """

    id: str
    title: str
    summary: str
    evidence: Evidence
    looks: Looks
    false_alarms: str
    assumes: str
    reference: str

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Stream(Protocol):
    """A monitor at work on one stream of answers; ``alarm_at`` is the number of the answer that raised the alarm."""

    @property
    def n(self) -> int: ...
    @property
    def alarm_at(self) -> int | None: ...
    def update(self, answer: Any, /) -> bool: ...
    def state(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Monitor:
    """A member of ``MONITORS``: a card, and for a stream how to start one and how to take up a saved one.

    ``start()`` begins with usual settings; ``resume(state)`` continues from what ``state()`` returned.
    Both are None for a monitor that takes all answers at once.
    """

    card: MonitorCard
    start: Callable[[], Stream] | None = None
    resume: Callable[[dict[str, Any]], Stream] | None = None

    @property
    def id(self) -> str:
        return self.card.id
