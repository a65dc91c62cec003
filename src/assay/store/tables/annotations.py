"""Assignments (leases) and annotations. An annotation row is never changed and never removed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, SmallInteger, Table, Text, text

from assay.store.tables.columns import BigId, metadata

assignment = Table(
    "assignment",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("annotator_id", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),  # see assay.flow.assignment.State
    Column("leased_at", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=True),
    Column("label_config_version", Integer, nullable=False),
    Column("guideline_version", Integer, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    Column("reason", Text, nullable=False),  # why this task came to this person
    Column("stage", SmallInteger, nullable=False, server_default=text("0")),  # of the task, when it was handed out
    Column("annotation_id", BigInteger, nullable=True),  # the annotation in force, when there is one
    Index("uq_assignment_uid", "uid", unique=True),
    # One person answers a task once: what is leased, submitted, skipped or set aside excludes a second assignment.
    Index(
        "uq_assignment_once",
        "task_id",
        "annotator_id",
        unique=True,
        sqlite_where=text("state IN (0, 1, 2, 5)"),
        postgresql_where=text("state IN (0, 1, 2, 5)"),
    ),
    Index("ix_assignment_task", "task_id"),
    Index(
        "ix_assignment_open",
        "annotator_id",
        "project_id",
        sqlite_where=text("state = 0"),
        postgresql_where=text("state = 0"),
    ),
    Index("ix_assignment_expiry", "lease_until", sqlite_where=text("state = 0"), postgresql_where=text("state = 0")),
    # Only what is answered: else PostgreSQL reads it, and with it all of a person's work, to see whether the
    # person had a task, where one entry of uq_assignment_once says it.
    Index(
        "ix_assignment_person",
        "annotator_id",
        "project_id",
        "closed_at",
        sqlite_where=text("annotation_id IS NOT NULL"),
        postgresql_where=text("annotation_id IS NOT NULL"),
    ),
)

annotation = Table(
    "annotation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("submission_id", Text, nullable=False),
    Column("assignment_id", BigInteger, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("annotator_id", BigInteger, nullable=False),
    Column("result", Text, nullable=False),  # JSON: Label Studio's result array
    Column("answers", Text, nullable=False),  # canonical JSON: equal answers are equal text
    Column("confidence", Float, nullable=True),
    Column("seconds", Float, nullable=True),  # active time that the client measured
    Column("wall_seconds", Float, nullable=True),  # from lease to submission, by the server
    Column("created_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=True),  # for an imported one: when it was made elsewhere
    Column("source", Text, nullable=False),  # web, api, import
    Column("counted", Boolean, nullable=False),
    Column("label_config_version", Integer, nullable=False),
    Column("guideline_version", Integer, nullable=True),  # null: made elsewhere, under a guideline unknown here
    Column("policy_version", Integer, nullable=True),
    Column("supersedes", BigInteger, nullable=True),
    Column("fingerprint", Text, nullable=False),
    # Of an imported one, JSON: what the file says of its past. Only exports repeat it; nothing here relies on it.
    Column("origin", Text, nullable=True),
    Index("uq_annotation_submission", "annotator_id", "submission_id", unique=True),
    Index("ix_annotation_project", "project_id", "task_id"),
)

# A question about the guideline, raised on a task: insert-only.
flag = Table(
    "flag",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("assignment_id", BigInteger, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("annotator_id", BigInteger, nullable=False),
    Column("guideline_version", Integer, nullable=False),
    Column("rule", Text, nullable=True),
    Column("note", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_flag_project_id", "project_id", "id"),
    Index("ix_flag_task_id", "task_id"),
)

# A skip with its reason, and where the task went (others, later: to the same person, out: to nobody): insert-only.
skip = Table(
    "skip",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("assignment_id", BigInteger, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("annotator_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("destination", Text, nullable=False, server_default=text("'others'")),
    Column("created_at", BigInteger, nullable=False),
    Column("origin", Text, nullable=True),  # as of an annotation
    Index("ix_skip_project_id", "project_id", "id"),
    Index("ix_skip_task_id", "task_id"),
)
