"""Projects and their three versioned documents: label config, guideline, policy. Versions are insert-only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, Table, Text, text

from assay.store.tables.columns import BigId, metadata

project = Table(
    "project",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("workspace_id", BigInteger, ForeignKey("workspace.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("notice", Text, nullable=True),
    Column("state", Text, nullable=False),  # open, paused, archived
    Column("label_config_version", Integer, nullable=False),
    Column("guideline_version", Integer, nullable=False),
    Column("policy_version", Integer, nullable=False),
    # Derived: the tasks that imports have brought; rebuilt by counting.
    Column("task_count", BigInteger, nullable=False, server_default=text("0")),
    # Derived: the expected error at which adaptive overlap may stop, as its audited tasks show; null: not yet known.
    Column("stop_below", Float, nullable=True),
    Column("created_by", BigInteger, ForeignKey("person.id"), nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_project_workspace_id", "workspace_id", "id"),
)


def _versions(name: str, body: str) -> Table:
    return Table(
        name,
        metadata,
        Column("project_id", BigInteger, ForeignKey("project.id"), primary_key=True),
        Column("version", Integer, primary_key=True),
        Column(body, Text, nullable=False),
        Column("note", Text, nullable=False, server_default=text("''")),
        Column("created_by", BigInteger, ForeignKey("person.id"), nullable=True),
        Column("created_at", BigInteger, nullable=False),
    )


label_config = _versions("label_config", "xml")
guideline = _versions("guideline", "document")  # JSON
policy = _versions("policy", "document")  # JSON

# How the annotations of an earlier label config become annotations of a version: written with it.
label_mapping = Table(
    "label_mapping",
    metadata,
    Column("project_id", BigInteger, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("from_version", Integer, nullable=False),
    Column("mapping", Text, nullable=False),  # JSON: see assay.flow.label_mapping
    Column("created_at", BigInteger, nullable=False),
)

# One person's place in one project, with that person's own counters: everybody counts on a row of
# their own, so that counting never makes two people wait for each other.
seat = Table(
    "seat",
    metadata,
    Column("project_id", BigInteger, ForeignKey("project.id"), primary_key=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), primary_key=True),
    Column("active", Integer, nullable=False, server_default=text("1")),
    Column("served", BigInteger, nullable=False, server_default=text("0")),
    Column("submitted", BigInteger, nullable=False, server_default=text("0")),
    Column("finished", BigInteger, nullable=False, server_default=text("0")),  # tasks this person's answer completed
    Column("skipped", BigInteger, nullable=False, server_default=text("0")),
    Column("day", Integer, nullable=False, server_default=text("0")),  # last day with an answer: days since 1970 in UTC
    Column("today", Integer, nullable=False, server_default=text("0")),  # answers on that day
    Column("skills", Text, nullable=False, server_default=text("'{}'")),  # JSON: skill -> until when, null for ever
    Column("session_at", BigInteger, nullable=False, server_default=text("0")),  # when the present session began
    Column("active_at", BigInteger, nullable=False, server_default=text("0")),  # the last request for work or answer
    # Estimated share of right answers, by the last consensus; null before there is one.
    Column("accuracy", Float, nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_seat_person_id", "person_id"),
)

event = Table(
    "event",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("workspace_id", BigInteger, nullable=True),
    Column("project_id", BigInteger, nullable=True),
    Column("actor_id", BigInteger, nullable=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=True),
    Column("body", Text, nullable=False),  # JSON
    Index("ix_event_project_id", "project_id", "id"),
)
