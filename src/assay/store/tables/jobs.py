"""Durable background work: one row a job, leased by a worker, checkpointed with the work itself."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text, text

from assay.store.tables.columns import BigId, metadata

job = Table(
    "job",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("workspace_id", BigInteger, nullable=False),
    Column("project_id", BigInteger, nullable=True),
    Column("state", SmallInteger, nullable=False),  # see assay.flow.jobs.JobState
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("run_at", BigInteger, nullable=False),
    Column("owner", Text, nullable=True),
    Column("lease_until", BigInteger, nullable=True),
    Column("arguments", Text, nullable=False),  # JSON
    Column("checkpoint", Text, nullable=False),  # JSON
    Column("step", Text, nullable=False, server_default=text("''")),
    Column("progress", BigInteger, nullable=False, server_default=text("0")),
    Column("total", BigInteger, nullable=True),
    Column("outcome", Text, nullable=True),  # JSON
    Column("problem", Text, nullable=True),  # JSON, when it failed
    Column("created_by", BigInteger, nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=True),
    Index("ix_job_waiting", "state", "run_at", sqlite_where=text("state < 2"), postgresql_where=text("state < 2")),
    Index("ix_job_project_id", "project_id", "id"),
)

# What became of a row of an import that is no new task: the same as another, there already, changed, replaced.
import_note = Table(
    "import_note",
    metadata,
    Column("job_id", BigInteger, primary_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),  # see assay.store.known_tasks
    Column("task_id", BigInteger, nullable=True),  # the task that it is about
    Column("first_line", BigInteger, nullable=True),  # the earlier line of this file that it repeats
    Column("reason", Text, nullable=False),
)

refused_row = Table(
    "refused_row",
    metadata,
    Column("job_id", BigInteger, primary_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
