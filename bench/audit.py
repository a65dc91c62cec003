"""After a run, straight in the database: did a task go out too often, is everything there that was acknowledged?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, text

from assay.store.engine import open_store
from bench.texts import CONTROL

# ``taken``: annotations that count and open leases of each task, to be compared with what its row says.
_COUNTS = """
    WITH taken AS (
        SELECT task_id, sum(CASE WHEN state IN (0, 1) THEN 1 ELSE 0 END) AS slots,
               sum(CASE WHEN state = 1 THEN 1 ELSE 0 END) AS answers
        FROM assignment WHERE project_id = :project GROUP BY task_id
    ), twice AS (
        SELECT task_id FROM annotation WHERE project_id = :project AND counted AND supersedes IS NULL
        GROUP BY task_id, annotator_id HAVING count(*) > 1
    ), compared AS (
        SELECT t.need, t.done, t.target, coalesce(a.slots, 0) AS slots, coalesce(a.answers, 0) AS answers
        FROM task t LEFT JOIN taken a ON a.task_id = t.id WHERE t.project_id = :project
    ), seats AS (
        SELECT s.submitted, count(a.id) AS answers
        FROM seat s LEFT JOIN assignment a
            ON a.project_id = s.project_id AND a.annotator_id = s.person_id AND a.state = 1
        WHERE s.project_id = :project GROUP BY s.person_id, s.submitted
    )
    SELECT (SELECT count(*) FROM compared WHERE slots > target) AS over_target,
           (SELECT count(*) FROM twice) AS same_annotator_twice,
           (SELECT count(*) FROM compared WHERE need <> target - slots) AS need_wrong,
           (SELECT count(*) FROM compared WHERE done <> answers) AS done_wrong,
           (SELECT count(*) FROM seats WHERE submitted <> answers) AS seat_wrong
"""
_KEPT = """
    SELECT n.submission_id, a.uid, n.answers FROM annotation n JOIN assignment a ON a.id = n.assignment_id
    WHERE n.project_id = :project AND n.counted
"""


@dataclass(frozen=True, slots=True)
class Audit:
    """Counts of what must not be; all of them are zero when all is well."""

    over_target: int
    same_annotator_twice: int
    need_wrong: int
    done_wrong: int
    seat_wrong: int
    lost: int
    not_acknowledged: int  # kept answers that no client was told of

    @property
    def collisions(self) -> int:
        """Tasks that went out too often, or twice to one annotator."""
        return self.over_target + self.same_annotator_twice

    def as_json(self) -> dict[str, int]:
        """JSON-ready."""
        return asdict(self)


def audit(database_url: str, project_uid: str, acknowledged: Iterable[str]) -> Audit:
    """Look at a project after everybody has stopped. ``acknowledged`` are the keys of ``AssayAnnotator``."""
    with open_store(database_url) as store:
        return store.read(lambda connection: _audit(connection, project_uid, set(acknowledged)))


def _audit(connection: Connection, project_uid: str, acknowledged: set[str]) -> Audit:
    found = connection.execute(text("SELECT id FROM project WHERE uid = :uid"), {"uid": project_uid})
    whose = {"project": found.scalar_one()}
    counts = connection.execute(text(_COUNTS), whose).mappings().one()
    kept = set()
    for submission_id, assignment_uid, answers in connection.execute(text(_KEPT), whose):
        answer = json.loads(answers)[CONTROL]
        label = answer[0] if isinstance(answer, list) else answer
        kept.add(f"{submission_id} {assignment_uid} {label}")
    return Audit(**counts, lost=len(acknowledged - kept), not_acknowledged=len(kept - acknowledged))
