"""What people call the columns of a table of annotations, and what they write where there is no label."""

from __future__ import annotations

from collections.abc import Sequence

TASK = ("task", "task_id", "item", "item_id", "id")
ANNOTATOR = ("annotator", "annotator_id", "worker", "worker_id", "rater", "coder", "user")
LABEL = ("label", "annotation", "value", "answer")
MISSING_CELLS = frozenset({"", "NA", "NaN", "nan", "NULL", "Null", "null"})
"""In a text file. A file with types has its own missing values."""


class ColumnFileError(ValueError):
    """A file of annotations that cannot be used: what is wrong, and the ``action`` that helps."""

    def __init__(self, message: str, action: str) -> None:
        self.message, self.action = message, action
        super().__init__(f"{message} {action}")


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


def three_columns(columns: Sequence[str], given: Sequence[str | None] = (None, None, None)) -> tuple[int, int, int]:
    """The places of the columns of task, annotator and label; ``given`` names those that are not to be looked for.

    Raises :class:`ColumnFileError` for one that is not there, or there twice.

    >>> three_columns(["item", "worker", "label", "seconds"])
    (0, 1, 2)
    """
    places: list[int] = []
    header = ", ".join(columns)
    for what, known, name in zip(("task", "annotator", "label"), (TASK, ANNOTATOR, LABEL), given, strict=True):
        if name is not None and name not in columns:
            raise ColumnFileError(f"There is no column {name!r}; the columns are: {header}.", "Name one of these.")
        place = find_column(columns, known) if name is None else columns.index(name)
        if place is None:
            raise ColumnFileError(
                f"There is no column for {what}; the columns are: {header}.",
                "Name the columns task, annotator and label.",
            )
        if columns.count(columns[place]) > 1:
            raise ColumnFileError(f"Two columns are called {columns[place]!r}.", "Give each column its own name.")
        places.append(place)
    return places[0], places[1], places[2]
