"""Annotations in the order in which they came, sorted when somebody asks for it: to count them, order is not needed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import Codes
from assay.agreement.dense_codes import sorted_places

_CELLS_AN_ANNOTATION = 64
_MOST_CELLS = 2**26
_LOOKED_AT = 1000


@dataclass(frozen=True, eq=False)
class Unsorted:
    """Codes of annotations that have a label, in any order, no two of one annotator on one task; (annotations,) each.

    ``tasks`` are the names of the tasks in order: a range or an array, which becomes a tuple when it is asked for.
    """

    tasks: Sequence[Hashable] | Codes
    n_annotators: int
    task: Codes
    annotator: Codes
    label: Codes

    def in_order(self) -> dict[str, Codes]:
        """The code arrays of a table, by task and annotator."""
        width = max(self.n_annotators, 1)
        rows, key = sorted_places(self.task * width + self.annotator, len(self.tasks) * width)
        task = key // width
        return {"task_codes": task, "annotator_codes": key - task * width, "label_codes": self.label[rows]}

    def task_names(self) -> tuple[Hashable, ...]:
        """The names of the tasks."""
        return tuple(self.tasks.tolist()) if isinstance(self.tasks, np.ndarray) else tuple(self.tasks)


def may_stay_unsorted(key: Codes, n_cells: int) -> bool:
    """Whether they are out of order, and no key (task and annotator) comes twice; False where telling costs more."""
    if n_cells > min(_CELLS_AN_ANNOTATION * len(key), _MOST_CELLS):
        return False
    first = key[:_LOOKED_AT]
    if bool((first[1:] >= first[:-1]).all()):
        return False
    there = np.zeros(n_cells, dtype=bool)
    there[key] = True
    return int(np.count_nonzero(there)) == len(key)
