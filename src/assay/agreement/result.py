"""What a metric returns: a value with its interval, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that a number does not rest on, and why. Counts that do not apply are 0."""

    reason: str
    n_tasks: int = 0
    n_annotations: int = 0
    n_annotators: int = 0
    n_pairs: int = 0
    n_labels: int = 0

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: the reason and the counts that are not 0."""
        counts = ("n_tasks", "n_annotations", "n_annotators", "n_pairs", "n_labels")
        return {"reason": self.reason} | {name: getattr(self, name) for name in counts if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its interval. ``value`` is None exactly when ``reason`` says why it is undefined;

    ``low`` and ``high`` are both None when there is no interval, and then ``interval_reason`` or
    ``reason`` says why. None of them is ever NaN or infinite.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    interval_reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "reason": self.reason,
            "interval_reason": self.interval_reason,
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """One metric on one table.

    ``value`` is None exactly when ``reason`` says why it is undefined. ``low`` and ``high`` bound it at
    confidence ``level`` by ``interval_method``; when only the interval is undefined they are None and
    ``interval_reason`` says why. ``observed`` is the agreement seen and ``expected`` the agreement by
    chance (None for a metric without one); ``standard_error`` is the jackknife's.

    ``n_tasks``, ``n_annotations`` and ``n_annotators`` are those the value rests on; ``left_out`` has the
    rest, so that the two add up to everything that came in. ``n_pairs`` is the number of pairs of
    annotators averaged over, for a metric that does (else None).
    """

    metric: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    interval_method: str | None
    n_tasks: int
    n_annotations: int
    n_annotators: int
    n_pairs: int | None = None
    observed: float | None = None
    expected: float | None = None
    standard_error: float | None = None
    reason: str | None = None
    interval_reason: str | None = None
    left_out: tuple[LeftOut, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, with every field."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "left_out"}
        return plain | {"left_out": [item.as_dict() for item in self.left_out]}

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.title}: undefined. {self.reason}"
        n = f"{self.n_tasks} tasks, {self.n_annotations} annotations, {self.n_annotators} annotators"
        if self.low is None or self.high is None:
            return f"{self.title} {self.value:.3f} (no interval: {self.interval_reason}; {n})"
        return f"{self.title} {self.value:.3f} [{self.low:.3f}, {self.high:.3f}] at {100 * self.level:.4g}% ({n})"


def plain_name(name: Hashable) -> Any:
    """A task, annotator or label as JSON can hold it: numbers and text as they are, sets as sorted lists."""
    if name is None or isinstance(name, (str, bool, int, float)):
        return name
    if isinstance(name, np.generic):
        return name.item()
    if isinstance(name, (frozenset, set)):
        return sorted((plain_name(member) for member in name), key=str)
    if isinstance(name, tuple):
        return [plain_name(member) for member in name]
    return str(name)
