"""Tasks: a narrow hot row that the queue moves, and a wide cold row with what is shown."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, SmallInteger, Table, Text, text

from assay.store.tables.columns import BigId, metadata

# A queue is a part of a project's work that only some people get: those with its skills, or those it names.
queue = Table(
    "queue",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("project_id", BigInteger, ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),  # '' is the queue that is open to everybody
    Column("skills", Text, nullable=False, server_default=text("'[]'")),  # JSON list: all of them are needed
    Column("people", Text, nullable=True),  # JSON list of person ids: only these; null for everybody
    Column("created_at", BigInteger, nullable=False),
    Index("uq_queue_project_id", "project_id", "name", unique=True),
)

# A lane is one priority class of one stratum in one queue.
lane = Table(
    "lane",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("project_id", BigInteger, ForeignKey("project.id"), nullable=False),
    Column("queue_id", BigInteger, nullable=False),
    Column("stratum", Text, nullable=False, server_default=text("''")),
    Column("priority", Integer, nullable=False, server_default=text("0")),
    Index("uq_lane_project_id", "project_id", "queue_id", "stratum", "priority", unique=True),
)

task = Table(
    "task",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("project_id", BigInteger, nullable=False),
    Column("lane_id", BigInteger, nullable=False),
    Column("phase", SmallInteger, nullable=False, server_default=text("0")),  # 0 untouched, 1 begun, 2 out
    # phase 0: place in the queue (sequence or random); phase 1: microseconds when it was (re)opened
    Column("ord", BigInteger, nullable=False),
    Column("need", SmallInteger, nullable=False),  # target - (leased + submitted)
    Column("target", SmallInteger, nullable=False),
    Column("done", SmallInteger, nullable=False, server_default=text("0")),  # annotations that count
    Column("inclusion", Float, nullable=False),  # probability, by design, of having got this target
    Column("draw", Float, nullable=False, server_default=text("0")),  # from [0, 1): decides on the overlap, for good
    Column("stage", SmallInteger, nullable=False, server_default=text("0")),
    # Derived: share of disagreeing pairs among the counted annotations; null below two of them.
    Column("disagreement", Float, nullable=True),
    Index(
        "ix_task_available", "lane_id", "phase", "ord", sqlite_where=text("need > 0"), postgresql_where=text("need > 0")
    ),
    Index("ix_task_project_id", "project_id", "id"),
    Index("ix_task_done", "project_id", "done", "id"),
    Index(
        "ix_task_disagreement",
        "project_id",
        "disagreement",
        "id",
        sqlite_where=text("disagreement IS NOT NULL"),
        postgresql_where=text("disagreement IS NOT NULL"),
    ),
)

task_data = Table(
    "task_data",
    metadata,
    Column("task_id", BigId, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("key", Text, nullable=True),
    Column("data", Text, nullable=False),  # JSON
    Column("stratum", Text, nullable=False, server_default=text("''")),
    Column("priority", Integer, nullable=False, server_default=text("0")),  # its own; rules of the policy add to it
    Column("score", Float, nullable=True),  # how uncertain a model is, for the order "uncertain"
    # 64 bits of a digest of the data: equal data has equal ones, different data hardly ever.
    Column("content_hash", BigInteger, nullable=True),
    Column("job_id", BigInteger, nullable=True),
    Column("line", BigInteger, nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=True),  # of one from an export of Assay: when it came to that project
    Index("ix_task_data_content", "project_id", "content_hash"),
    Index(
        "uq_task_data_key",
        "project_id",
        "key",
        unique=True,
        sqlite_where=text("key IS NOT NULL"),
        postgresql_where=text("key IS NOT NULL"),
    ),
)

# Everything at or before ``position`` in phase 1 of the lane was already done or skipped by this annotator.
lane_cursor = Table(
    "lane_cursor",
    metadata,
    Column("annotator_id", BigInteger, primary_key=True),
    Column("lane_id", BigInteger, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("served", BigInteger, nullable=False, server_default=text("0")),  # fresh and started tasks of the lane
)
