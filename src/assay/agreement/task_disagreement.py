"""Which tasks are the trouble: how far the annotations of each task are apart."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats
from assay.agreement.label_table import LabelTable
from assay.agreement.prepare_distance import AnyDistance, prepare_distance
from assay.agreement.result import plain_name


@dataclass(frozen=True, slots=True)
class TaskDisagreement:
    """One task: the share of its pairs of annotations that differ, and how often each label was given."""

    task: Hashable
    disagreement: float
    n_annotations: int
    label_counts: tuple[tuple[Hashable, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "task": plain_name(self.task),
            "disagreement": self.disagreement,
            "n_annotations": self.n_annotations,
            "label_counts": [{"label": plain_name(label), "n": n} for label, n in self.label_counts],
        }


@dataclass(frozen=True)
class TaskDisagreements:
    """The tasks with at least two annotations, worst first; ``n_left_out`` tasks have fewer.

    ``disagreement`` and ``n_annotations`` have shape (tasks,) and the order of ``tasks``. Ties in
    disagreement are broken by more annotations, then by the order of the task names.
    """

    tasks: tuple[Hashable, ...]
    disagreement: Floats
    n_annotations: Codes
    n_left_out: int
    _table: LabelTable
    _rows: Codes

    def worst(self, limit: int) -> tuple[TaskDisagreement, ...]:
        """The ``limit`` tasks with the most disagreement, with their label counts (most frequent first)."""
        return tuple(self._one(place) for place in range(min(limit, len(self.tasks))))

    def _one(self, place: int) -> TaskDisagreement:
        counts, row = self._table.task_counts.counts, self._rows[place]
        start, end = np.searchsorted(counts.row, [row, row + 1])
        pairs = zip(counts.label[start:end].tolist(), counts.count[start:end].tolist(), strict=True)
        ordered = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        return TaskDisagreement(
            task=self.tasks[place],
            disagreement=float(self.disagreement[place]),
            n_annotations=int(self.n_annotations[place]),
            label_counts=tuple((self._table.labels[label], n) for label, n in ordered),
        )


def task_disagreement(table: LabelTable, *, distance: AnyDistance = "nominal") -> TaskDisagreements:
    """The observed disagreement of each task with at least two annotations: the mean distance of its pairs.

    With the nominal distance it is the share of pairs of annotations that differ, in [0, 1]. A single task has
    no interval; it is evidence to look at, not an estimate.

    >>> labels = {"ann": ["x", "x", "y"], "ben": ["x", "y", "y"], "cem": ["x", "z", "y"]}
    >>> table = LabelTable.from_columns(labels, tasks=["t1", "t2", "t3"])
    >>> worst = task_disagreement(table).worst(1)[0]
    >>> worst.task, worst.disagreement, worst.label_counts
    ('t2', 1.0, (('x', 1), ('y', 1), ('z', 1)))
    """
    whole = table.task_counts
    totals = whole.counts.with_at_least(2).label_totals
    within = prepare_distance(distance, table, totals).within_rows(whole.counts)
    m = whole.counts.n_annotations
    rows = np.flatnonzero(m >= 2)
    apart = within[rows] / (m[rows] * (m[rows] - 1.0))
    order = np.lexsort((whole.task[rows], -m[rows], -apart))
    rows = rows[order]
    return TaskDisagreements(
        tasks=tuple(table.tasks[code] for code in whole.task[rows]),
        disagreement=apart[order],
        n_annotations=m[rows],
        n_left_out=len(table.tasks) - len(rows),
        _table=table,
        _rows=rows,
    )
