"""What was decided about annotations and tasks, and the hash chain over all records: insert-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from assay.store.tables.columns import BigId, metadata

# One step of a task that no annotator made: asked once more, moved to another stage, put out of the queue.
decision = Table(
    "decision",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("project_id", BigInteger, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),  # see assay.flow.routing
    Column("at", BigInteger, nullable=False),
    Column("actor_id", BigInteger, nullable=True),  # null: the policy decided
    Column("policy_version", Integer, nullable=False),
    Column("body", Text, nullable=False),  # JSON: what it rests on
    Index("ix_decision_project_id", "project_id", "id"),
    Index("ix_decision_task_id", "task_id", "id"),
)

# Annotations set aside together, or (``restores``) put back in force.
revert = Table(
    "revert",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("project_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("selection", Text, nullable=False),  # JSON: whom, when, what
    Column("again", Text, nullable=False),  # who answers instead: others, anybody, nobody
    Column("restores", BigInteger, nullable=True),  # the revert that this one takes back
    Index("ix_revert_project_id", "project_id", "id"),
)

# What one revert, or one that restores, did with one annotation.
reverted = Table(
    "reverted",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("revert_id", BigInteger, nullable=False),
    Column("annotation_id", BigInteger, nullable=False),
    Column("project_id", BigInteger, nullable=False),
    Column("counts", Boolean, nullable=False),  # whether it counts after this step
    Column("effect", Text, nullable=False),  # see assay.flow.reverting.Effect
    Index("uq_reverted_revert_id", "revert_id", "annotation_id", unique=True),
    Index("ix_reverted_annotation_id", "annotation_id", "id"),
    Index("ix_reverted_project_id", "project_id", "id"),
)

# One link of the hash chain of a project; number 1 begins it.
seal = Table(
    "seal",
    metadata,
    Column("project_id", BigInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("records", Text, nullable=False),  # JSON: table -> ranges of ids that this link covers
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("covered", BigInteger, nullable=False),  # rows that this link and those before it cover
    # Eight hex digits of each covered row, in order: with them a changed row is found, not only its link.
    Column("marks", Text, nullable=False),
)

# How far the sealing of a table has come. Derived: what is sealed stands in ``seal`` alone.
sealing = Table(
    "sealing",
    metadata,
    Column("project_id", BigInteger, primary_key=True),  # 0: the table's ids run over all projects
    Column("name", Text, primary_key=True),
    Column("upto", BigInteger, nullable=False),
    # JSON: ids below ``upto`` that were not there yet: [id, when seen missing, transaction id then]
    Column("holes", Text, nullable=False),
)
