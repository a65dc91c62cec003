"""Whose answer completed a task, counted on the seats when a target or the answers in force change."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection

from assay.flow.reverting import finished_by
from assay.store.engine.statement import Statement

# By the first annotation of each assignment, which is the order in which they counted.
_IN_ORDER = Statement(
    """
    SELECT a.annotator_id FROM annotation n JOIN assignment a ON a.id = n.assignment_id
    WHERE n.project_id = :project AND n.task_id = :task AND a.state = 1
    GROUP BY a.id, a.annotator_id ORDER BY min(n.id)
    """
)
_COUNT = Statement("UPDATE seat SET finished = finished + :more WHERE project_id = :project AND person_id = :person")


class Finishers:
    """What changes in one transaction; written at its end, in the order of people, as everywhere."""

    def __init__(self, connection: Connection, project_id: int) -> None:
        self._connection = connection
        self._project_id = project_id
        self._more: Counter[int] = Counter()

    def target_changes(self, task_id: int, before: int, after: int) -> None:
        """A task with these answers in force gets another target."""
        rows = _IN_ORDER.all(self._connection, {"project": self._project_id, "task": task_id})
        answered = [row.annotator_id for row in rows]
        was, now = finished_by(answered, before), finished_by(answered, after)
        if was is not None:
            self._more[was] -= 1
        if now is not None:
            self._more[now] += 1

    def write(self) -> None:
        """Count."""
        for person in sorted(self._more):
            if self._more[person]:
                parameters = {"project": self._project_id, "person": person, "more": self._more[person]}
                _COUNT.run(self._connection, parameters)
