"""Why an annotation, or a field of a task, cannot be read."""

from __future__ import annotations


class BadAnnotation(ValueError):
    """An annotation that cannot be read: where, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
