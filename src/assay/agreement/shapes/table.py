"""Who drew which shapes in which image, checked once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from assay.agreement.names import in_stable_order, quoted
from assay.agreement.shapes.shape import Box, Keypoints, Mask, Polygon, Shape
from assay.agreement.structured.answer_table import AnswerTable, read_answers

Shapes = tuple[Shape, ...]


@dataclass(frozen=True, eq=False)
class ShapeTable(AnswerTable[Shapes]):
    """Answers that are lists of shapes, all of one kind, each answer sorted by place and label.

    The empty list says "I looked and there is nothing", None that there is no answer.

    >>> table = ShapeTable.from_arrays(["i1", "i1"], ["ann", "ben"], [[Box(0, 0, 2, 2, "cat")], []])
    >>> table.labels, table.n_annotations
    (('cat',), 2)
    """

    @classmethod
    def from_arrays(
        cls, tasks: Iterable[Hashable], annotators: Iterable[Hashable], shapes: Iterable[Any]
    ) -> ShapeTable:
        """From three columns, one row an answer.

        Raises ValueError for columns of different lengths, an answer that is no list of shapes, and shapes of two
        kinds; DuplicateLabel for two answers of an annotator to one task.
        """
        kinds: set[type] = set()

        def check(answer: Any, task: Hashable, where: str) -> Shapes:
            found = _read(answer, where)
            kinds.update(type(shape) for shape in found)
            if len(kinds) > 1:
                names = " and ".join(sorted(kind.__name__ for kind in kinds))
                raise ValueError(f"{where} brings {names} together; compare one kind of shape at a time.")
            return found

        return cls(*read_answers(tasks, annotators, shapes, "shapes", check))

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The distinct labels in stable order."""
        return tuple(in_stable_order({shape.label for shapes in self.values for shape in shapes}))


def _read(answer: Any, where: str) -> Shapes:
    if isinstance(answer, (Box, Polygon, Mask, Keypoints)) or not isinstance(answer, Iterable):
        raise ValueError(f"{where} is {type(answer).__name__}; give a list of shapes, or [] for nothing there.")
    found = list(answer)
    for place, shape in enumerate(found):
        if not isinstance(shape, (Box, Polygon, Mask, Keypoints)):
            raise ValueError(f"{where}[{place}] is {quoted(shape)}; give a Box, Polygon, Mask or Keypoints.")
    return tuple(sorted(found, key=lambda shape: (type(shape).__name__, shape.order, quoted(shape.label))))
