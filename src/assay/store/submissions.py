"""Submissions in the tables: implements the records of ``assay.flow.submission``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from assay.flow.assignment import State
from assay.flow.routing import Answer, Complete, Decision
from assay.flow.submission import Earlier, Held, NewAnnotation
from assay.kernel.clock import DAY
from assay.store.documents import VersionCache, as_json
from assay.store.engine.statement import Statement
from assay.store.label_migration import migrate_late
from assay.store.queue.standing import carry_out

_HELD = """
    SELECT a.id, a.task_id, a.project_id, a.state, a.leased_at, a.label_config_version, a.guideline_version,
           a.policy_version, a.annotation_id, t.need, t.target, t.done, p.policy_version AS policy_now,
           n.submission_id, n.fingerprint, n.created_at, n.counted, p.label_config_version AS config_in_force
    FROM assignment a JOIN task t ON t.id = a.task_id
    JOIN project p ON p.id = a.project_id
    LEFT JOIN annotation n ON n.id = a.annotation_id
    WHERE a.uid = :uid AND a.annotator_id = :me AND p.workspace_id = :workspace
"""
_HELD_SQLITE = Statement(_HELD)
_HELD_POSTGRESQL = Statement(_HELD + " FOR UPDATE OF a, t")
_EARLIER = Statement(
    """
    SELECT id, assignment_id, submission_id, fingerprint, created_at, counted
    FROM annotation WHERE annotator_id = :me AND submission_id = :submission
    """
)
_RETURN_NEWER_LEASE = Statement(
    """
    UPDATE assignment SET state = 3, closed_at = :now
    WHERE task_id = :task AND annotator_id = :me AND state = 0 AND id <> :assignment
    """
)
_ANSWERED = Statement(
    """
    SELECT 1 FROM assignment
    WHERE task_id = :task AND annotator_id = :me AND state IN (1, 2, 5) AND id <> :assignment
    """
)
_TAKE_AGAIN = Statement("UPDATE task SET need = need - 1 WHERE id = :task AND need > 0")
_OTHERS = Statement(
    """
    SELECT n.answers FROM assignment a JOIN annotation n ON n.id = a.annotation_id
    WHERE a.task_id = :task AND a.state = 1 AND a.id <> :assignment ORDER BY n.id
    """
)
_COMPLETE = Statement(
    """
    SELECT t.id AS task_id, t.target, t.done + :new AS done, t.stage, t.draw, t.lane_id, l.stratum, l.priority,
           p.stop_below
    FROM task t JOIN lane l ON l.id = t.lane_id JOIN project p ON p.id = t.project_id WHERE t.id = :task
    """
)
_WHO_ANSWERED = Statement(
    """
    SELECT n.answers, s.accuracy FROM assignment a JOIN annotation n ON n.id = a.annotation_id
    LEFT JOIN seat s ON s.project_id = a.project_id AND s.person_id = a.annotator_id
    WHERE a.task_id = :task AND a.state = 1 AND a.id <> :assignment ORDER BY n.id
    """
)
_OWN_ACCURACY = Statement("SELECT accuracy FROM seat WHERE project_id = :project AND person_id = :me")
_WRITE = """
    INSERT INTO annotation (uid, submission_id, assignment_id, task_id, project_id, annotator_id, result, answers,
        confidence, seconds, wall_seconds, created_at, source, counted, label_config_version, guideline_version,
        policy_version, supersedes, fingerprint)
    VALUES (:uid, :submission, :assignment, :task, :project, :me, :result, :answers,
        :confidence, :seconds, :wall_seconds, :now, :source, :counted, :config, :guideline,
        :policy, :supersedes, :fingerprint)
    RETURNING id
"""
_WRITE_ALONE = Statement(_WRITE)
_CLOSE = Statement(
    "UPDATE assignment SET state = :state, annotation_id = :annotation, closed_at = :now WHERE id = :assignment"
)
_COUNT_TASK = Statement(
    "UPDATE task SET done = done + :one, disagreement = :disagreement WHERE id = :task RETURNING done, target"
)
_COUNT_SEAT = Statement(
    """
    UPDATE seat SET submitted = submitted + 1, finished = finished + :finished,
        today = CASE WHEN day = :day THEN today + 1 ELSE 1 END, day = :day, active_at = :now
    WHERE project_id = :project AND person_id = :me
    """
)
# PostgreSQL: the same writes in one statement, one round trip.
_WRITE_TOGETHER = Statement(
    f"""
    WITH written AS ({_WRITE}), closed AS (
        UPDATE assignment SET state = :state, annotation_id = (SELECT id FROM written), closed_at = :now
        WHERE id = :assignment
    ), counted AS (
        UPDATE task SET done = done + :one, disagreement = CAST(:disagreement AS DOUBLE PRECISION)
        WHERE id = :task AND :recount RETURNING done, target
    )
    UPDATE seat SET submitted = submitted + 1,
        today = CASE WHEN day = :day THEN today + 1 ELSE 1 END, day = :day, active_at = :now,
        finished = finished + (SELECT count(*) FROM counted WHERE done = target AND :last)
    WHERE project_id = :project AND person_id = :me AND :one = 1
    """  # noqa: S608 - built from constants only
)


class SqlSubmissions:
    """The records of the submission stage over one transaction."""

    def __init__(self, connection: Connection, versions: VersionCache, workspace_id: int) -> None:
        self._connection = connection
        self._versions = versions
        self._workspace_id = workspace_id
        self._task: Any = None
        self._postgresql = connection.dialect.name == "postgresql"
        self._config_in_force: int | None = None

    def assignment_for_update(self, assignment_uid: str, annotator_id: int) -> Held | None:
        statement = _HELD_POSTGRESQL if self._postgresql else _HELD_SQLITE
        whose = {"uid": assignment_uid, "me": annotator_id, "workspace": self._workspace_id}
        row = statement.first(self._connection, whose)
        if row is None:
            return None
        if row.annotation_id is not None and row.submission_id is None:
            # The lock was waited for, and the one who held it answered meanwhile: the joined row is
            # still that of before. With the lock in hand, read again.
            row = statement.first(self._connection, whose)
        self._config_in_force = row.config_in_force
        return Held(
            assignment_id=row.id,
            task_id=row.task_id,
            project_id=row.project_id,
            annotator_id=annotator_id,
            state=State(row.state),
            leased_at=row.leased_at,
            need=row.need,
            target=row.target,
            done=row.done,
            label_config=self._versions.label_config(self._connection, row.project_id, row.label_config_version),
            label_config_version=row.label_config_version,
            guideline_version=row.guideline_version,
            policy_version=row.policy_version,
            policy=self._versions.policy(self._connection, row.project_id, row.policy_version),
            policy_now=self._versions.policy(self._connection, row.project_id, row.policy_now),
            policy_version_now=row.policy_now,
            in_force=_in_force(row),
        )

    def submission(self, annotator_id: int, submission_id: str) -> Earlier | None:
        row = _EARLIER.first(self._connection, {"me": annotator_id, "submission": submission_id})
        if row is None:
            return None
        return Earlier(row.id, row.assignment_id, row.submission_id, row.fingerprint, row.created_at, bool(row.counted))

    def take_slot_again(self, held: Held, now: int) -> bool:
        whose = {"task": held.task_id, "me": held.annotator_id, "assignment": held.assignment_id, "now": now}
        if _ANSWERED.first(self._connection, whose) is not None:
            return False
        # The task came to the same person again: the newer lease hands its slot over to this answer.
        if _RETURN_NEWER_LEASE.run(self._connection, whose):
            return True
        return bool(_TAKE_AGAIN.run(self._connection, whose))

    def other_answers(self, held: Held) -> Sequence[str]:
        whose = {"task": held.task_id, "assignment": held.assignment_id}
        return [row.answers for row in _OTHERS.all(self._connection, whose)]

    def complete(self, held: Held, answers: str) -> Complete:
        whose = {
            "task": held.task_id,
            "assignment": held.assignment_id,
            "project": held.project_id,
            "me": held.annotator_id,
            "new": int(held.in_force is None),
        }
        task = _COMPLETE.first(self._connection, whose)
        said = [Answer(row.answers, row.accuracy) for row in _WHO_ANSWERED.all(self._connection, whose)]
        said.append(Answer(answers, _OWN_ACCURACY.scalar(self._connection, whose)))
        self._task = task
        return Complete(task.task_id, task.stage, task.draw, said, task.stop_below)

    def write(
        self, annotation: NewAnnotation, state: State, task_disagreement: float | None, decision: Decision | None
    ) -> None:
        parameters = _parameters(annotation, state, task_disagreement)
        parameters["last"] = decision is None
        self._write(parameters)
        if decision is not None:
            carry_out(
                self._connection,
                decision,
                project_id=annotation.held.project_id,
                task=self._task,
                policy_version=annotation.held.policy_version_now,
                now=annotation.now,
                was_finished=annotation.held.done >= annotation.held.target,
            )
        held = annotation.held
        if annotation.counted and held.label_config_version != self._config_in_force:
            migrate_late(self._connection, self._versions, held.project_id, held.task_id, annotation.now)

    def _write(self, parameters: dict[str, Any]) -> None:
        if self._postgresql:
            _WRITE_TOGETHER.run(self._connection, parameters)
            return
        parameters["annotation"] = _WRITE_ALONE.scalar(self._connection, parameters)
        _CLOSE.run(self._connection, parameters)
        if parameters["recount"]:
            done, target = _COUNT_TASK.first(self._connection, parameters)
            if parameters["one"]:
                _COUNT_SEAT.run(
                    self._connection, {**parameters, "finished": int(done == target and parameters["last"])}
                )


def _in_force(row: Any) -> Earlier | None:
    if row.annotation_id is None:
        return None
    return Earlier(row.annotation_id, row.id, row.submission_id, row.fingerprint, row.created_at, bool(row.counted))


def _parameters(annotation: NewAnnotation, state: State, task_disagreement: float | None) -> dict[str, Any]:
    held, submission = annotation.held, annotation.submission
    return {
        "uid": annotation.uid,
        "submission": submission.submission_id,
        "assignment": held.assignment_id,
        "task": held.task_id,
        "project": held.project_id,
        "me": held.annotator_id,
        "result": as_json(submission.result),
        "answers": annotation.answers,
        "confidence": submission.confidence,
        "seconds": submission.seconds,
        "wall_seconds": annotation.wall_seconds,
        "now": annotation.now,
        "day": annotation.now // DAY,
        "source": submission.source,
        "counted": annotation.counted,
        "config": held.label_config_version,
        "guideline": held.guideline_version,
        "policy": held.policy_version,
        "supersedes": annotation.supersedes,
        "fingerprint": annotation.fingerprint,
        "state": int(state),
        # A correction replaces an answer: the task is measured again, nothing is counted twice.
        "one": int(annotation.counted and annotation.supersedes is None),
        "recount": annotation.counted,
        "disagreement": task_disagreement,
    }
