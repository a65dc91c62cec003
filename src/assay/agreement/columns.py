"""What people call the columns of a table of annotations."""

from __future__ import annotations

from collections.abc import Sequence

TASK = ("task", "task_id", "item", "item_id", "id")
ANNOTATOR = ("annotator", "annotator_id", "worker", "worker_id", "rater", "coder", "user")
LABEL = ("label", "annotation", "value", "answer")


def find_column(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """The place of the first of ``names`` among ``columns`` (case and outer spaces do not count), or None.

    The order of ``names`` decides, so ``label`` wins over ``value`` when a file has both.

    >>> find_column(["Value", "Worker", "Label "], LABEL)
    2
    """
    cleaned = [column.strip().casefold() for column in columns]
    for name in names:
        if name in cleaned:
            return cleaned.index(name)
    return None
