"""What imports and exports tell besides their jobs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from assay.server.views.body import Outgoing


class ImportNote(Outgoing):
    """What became of a row that is no new task, or is one with the data of another."""

    line: int
    kind: Literal["duplicate", "same_content", "unchanged", "kept", "updated", "replaced"]
    task_id: int | None = Field(description="The task that it is about.")
    first_line: int | None = Field(description="The earlier line of this file that it repeats.")
    reason: str


class ImportNotePage(Outgoing):
    """Notes of an import, by line; ``total`` counts those that were kept."""

    items: list[ImportNote]
    next_cursor: str | None
    total: int


class Loss(Outgoing):
    """One kind of thing that a file would not have."""

    kind: str
    count: int = Field(description="How many of them the project has now.")
    text: str


class LossReport(Outgoing):
    """What of a project a file in a format would not have; empty when nothing is lost."""

    format: str
    items: list[Loss]
