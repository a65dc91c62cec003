"""Workspaces, people, and what lets them in. Secrets are stored as digests only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text, text

from assay.store.tables.columns import BigId, metadata

workspace = Table(
    "workspace",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    # Lower case. Null for somebody who only came along in an imported file and cannot sign in.
    Column("email", Text, nullable=True, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=True),
    Column("created_at", BigInteger, nullable=False),
)

membership = Table(
    "membership",
    metadata,
    Column("workspace_id", BigInteger, ForeignKey("workspace.id"), primary_key=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    # Whom an imported file named: "label-studio:17", unique in the workspace.
    Column("imported_as", Text, nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_membership_person_id", "person_id"),
    Index(
        "uq_membership_imported_as",
        "workspace_id",
        "imported_as",
        unique=True,
        sqlite_where=text("imported_as IS NOT NULL"),
        postgresql_where=text("imported_as IS NOT NULL"),
    ),
)

session = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), nullable=False),
    Column("workspace_id", BigInteger, ForeignKey("workspace.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_session_person_id", "person_id"),
)

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("workspace_id", BigInteger, ForeignKey("workspace.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("email", Text, nullable=True),
    Column("project_uids", Text, nullable=False),  # JSON list
    Column("created_by", BigInteger, ForeignKey("person.id"), nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey("person.id"), nullable=False),
    Column("workspace_id", BigInteger, ForeignKey("workspace.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # JSON list
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=True),
    Column("last_used_at", BigInteger, nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
    Index("ix_api_token_person_id", "person_id"),
)
