"""What must hold in any database of Assay at any moment, recomputed from the records by plain SQL."""

from __future__ import annotations

from sqlalchemy import Connection, text

from assay.store.engine import Store

# Each finds what is wrong: no row, no problem. State 0 is leased, 1 submitted, 2 skipped, 3 expired, 4 late,
# 5 and 6 set aside.
CHECKS = {
    "need is not target - (leased + submitted)": """
        SELECT t.id, t.target, t.need, count(a.id) AS taken FROM task t
        LEFT JOIN assignment a ON a.task_id = t.id AND a.state IN (0, 1)
        GROUP BY t.id, t.target, t.need
        HAVING t.need <> t.target - count(a.id)
    """,
    "done is not the number of assignments submitted": """
        SELECT t.id, t.done, count(a.id) AS submitted FROM task t
        LEFT JOIN assignment a ON a.task_id = t.id AND a.state = 1
        GROUP BY t.id, t.done HAVING t.done <> count(a.id)
    """,
    # A policy that was changed may want less than is there.
    "more counted annotations than wanted, not all of them imported": """
        SELECT t.id FROM task t JOIN assignment a ON a.task_id = t.id AND a.state = 1
        JOIN project p ON p.id = t.project_id AND p.policy_version = 1
        GROUP BY t.id, t.target
        HAVING count(*) > t.target AND sum(CASE WHEN a.reason = 'import' THEN 0 ELSE 1 END) > 0
    """,
    "somebody has a task twice": """
        SELECT task_id, annotator_id FROM assignment WHERE state IN (0, 1, 2, 5)
        GROUP BY task_id, annotator_id HAVING count(*) > 1
    """,
    "an assignment that is answered has no annotation, or the other way round": """
        SELECT a.id FROM assignment a LEFT JOIN annotation n ON n.id = a.annotation_id
        WHERE (a.state IN (1, 4, 5, 6)) <> (n.id IS NOT NULL)
    """,
    "the annotation in force is not the last of its assignment": """
        SELECT a.id FROM assignment a JOIN annotation n ON n.assignment_id = a.id
        GROUP BY a.id, a.annotation_id HAVING max(n.id) <> a.annotation_id
    """,
    "counted does not fit the state": """
        SELECT n.id FROM annotation n JOIN assignment a ON a.id = n.assignment_id
        WHERE (a.state = 1 AND NOT n.counted AND NOT EXISTS (SELECT 1 FROM reverted r WHERE r.annotation_id = n.id))
           OR (a.state = 4 AND n.counted) OR a.state IN (0, 2, 3)
    """,
    "set aside, or not, against the last step about it": """
        SELECT a.id FROM assignment a JOIN annotation n ON n.assignment_id = a.id
        JOIN reverted r ON r.annotation_id = n.id
        WHERE r.id = (SELECT max(last.id) FROM reverted last JOIN annotation m ON m.id = last.annotation_id
                      WHERE m.assignment_id = a.id)
          AND ((r.counts AND a.state <> 1) OR (NOT r.counts AND a.state NOT IN (5, 6)))
        UNION ALL SELECT a.id FROM assignment a WHERE a.state IN (5, 6) AND NOT EXISTS (
            SELECT 1 FROM annotation n JOIN reverted r ON r.annotation_id = n.id WHERE n.assignment_id = a.id)
    """,
    "an annotation does not fit its assignment": """
        SELECT n.id FROM annotation n JOIN assignment a ON a.id = n.assignment_id
        WHERE n.task_id <> a.task_id OR n.annotator_id <> a.annotator_id OR n.project_id <> a.project_id
           OR (n.label_config_version <> a.label_config_version AND n.source <> 'migration')
    """,
    "a submission is there twice": """
        SELECT annotator_id, submission_id FROM annotation GROUP BY annotator_id, submission_id HAVING count(*) > 1
    """,
    "a seat's submitted is wrong": """
        SELECT s.project_id, s.person_id FROM seat s
        LEFT JOIN assignment a ON a.project_id = s.project_id AND a.annotator_id = s.person_id AND a.state = 1
        GROUP BY s.project_id, s.person_id, s.submitted HAVING s.submitted <> count(a.id)
    """,
    "a seat's skipped is wrong": """
        SELECT s.project_id, s.person_id FROM seat s
        LEFT JOIN skip k ON k.project_id = s.project_id AND k.annotator_id = s.person_id
        GROUP BY s.project_id, s.person_id, s.skipped HAVING s.skipped <> count(k.id)
    """,
    "the finished tasks of a project are not those of its seats": """
        SELECT p.id FROM project p
        WHERE (SELECT count(*) FROM task t WHERE t.project_id = p.id AND t.done >= t.target)
           <> (SELECT coalesce(sum(s.finished), 0) FROM seat s WHERE s.project_id = p.id)
    """,
    "a seat's finished is not the tasks that its answer completed": """
        SELECT s.project_id, s.person_id FROM seat s
        LEFT JOIN (
            SELECT t.project_id, a.annotator_id, t.target, row_number() OVER (
                PARTITION BY t.id ORDER BY (SELECT min(n.id) FROM annotation n WHERE n.assignment_id = a.id)) AS place
            FROM task t JOIN assignment a ON a.task_id = t.id AND a.state = 1
        ) f ON f.project_id = s.project_id AND f.annotator_id = s.person_id AND f.place = f.target
        GROUP BY s.project_id, s.person_id, s.finished HAVING s.finished <> count(f.place)
    """,
    "a project's task_count is wrong": """
        SELECT p.id FROM project p WHERE p.task_count <> (SELECT count(*) FROM task t WHERE t.project_id = p.id)
    """,
    "a task lacks its data, or data its task": """
        SELECT t.id FROM task t LEFT JOIN task_data d ON d.task_id = t.id WHERE d.task_id IS NULL
        UNION ALL SELECT d.task_id FROM task_data d LEFT JOIN task t ON t.id = d.task_id WHERE t.id IS NULL
    """,
    "a task that somebody had is still fresh": """
        SELECT t.id FROM task t WHERE t.phase = 0 AND EXISTS (SELECT 1 FROM assignment a WHERE a.task_id = t.id)
    """,
}


def problems(connection: Connection) -> dict[str, int]:
    """Each check that fails, with how many rows are wrong."""
    found = {name: len(connection.execute(text(check)).all()) for name, check in CHECKS.items()}
    return {name: count for name, count in found.items() if count}


def assert_sound(store: Store) -> None:
    """Every check holds."""
    found = store.read(problems)
    assert found == {}, found
