"""Queues with skills and strata, stages, decisions, reverts, and the hash chain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Rows of these tables are facts, as in 0001.
APPEND_ONLY = ("decision", "revert", "reverted", "seal", "label_mapping")


def _queue() -> None:
    op.add_column("project", sa.Column("stop_below", sa.Float(), nullable=True))
    op.create_table(
        "queue",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skills", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("people", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_queue_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
    )
    op.create_index("uq_queue_project_id", "queue", ["project_id", "name"], unique=True)
    op.execute("INSERT INTO queue (project_id, name, created_at) SELECT id, '', created_at FROM project")


def _lane() -> None:
    # A default, so that rows that are there already can have the column; each gets its queue below.
    op.add_column("lane", sa.Column("queue_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("lane", sa.Column("stratum", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute("UPDATE lane SET queue_id = (SELECT q.id FROM queue q WHERE q.project_id = lane.project_id)")
    op.drop_index("uq_lane_project_id", "lane")
    op.create_index("uq_lane_project_id", "lane", ["project_id", "queue_id", "stratum", "priority"], unique=True)
    op.add_column("lane_cursor", sa.Column("served", sa.BigInteger(), server_default=sa.text("0"), nullable=False))


def _task() -> None:
    # need is target - done - leases, also where a file brought more annotations than were asked for.
    op.execute(
        "UPDATE task SET need = target - done - (SELECT count(*) FROM assignment a WHERE a.task_id = task.id "
        "AND a.state = 0) WHERE done > target"
    )
    op.add_column("task", sa.Column("draw", sa.Float(), server_default=sa.text("0"), nullable=False))
    # What is there already is drawn now, so that a later change of the overlap has something to go by.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE task SET draw = random()")
    else:
        op.execute("UPDATE task SET draw = (random() & 9007199254740991) / 9007199254740992.0")
    op.add_column("task", sa.Column("stage", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("task_data", sa.Column("stratum", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("task_data", sa.Column("priority", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("task_data", sa.Column("score", sa.Float(), nullable=True))
    op.add_column("task_data", sa.Column("content_hash", sa.BigInteger(), nullable=True))
    op.create_index("ix_task_data_content", "task_data", ["project_id", "content_hash"], unique=False)


def _assignment() -> None:
    op.add_column("assignment", sa.Column("stage", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("skip", sa.Column("destination", sa.Text(), server_default=sa.text("'others'"), nullable=False))
    op.drop_index("uq_assignment_once", "assignment")
    op.create_index(
        "uq_assignment_once",
        "assignment",
        ["task_id", "annotator_id"],
        unique=True,
        sqlite_where=sa.text("state IN (0, 1, 2, 5)"),
        postgresql_where=sa.text("state IN (0, 1, 2, 5)"),
    )


def _seat() -> None:
    op.add_column("seat", sa.Column("skills", sa.Text(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("seat", sa.Column("session_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("seat", sa.Column("active_at", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("seat", sa.Column("accuracy", sa.Float(), nullable=True))


def _decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_project_id", "decision", ["project_id", "id"], unique=False)
    op.create_index("ix_decision_task_id", "decision", ["task_id", "id"], unique=False)


def _revert() -> None:
    op.create_table(
        "revert",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("again", sa.Text(), nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revert")),
        sa.UniqueConstraint("uid", name=op.f("uq_revert_uid")),
    )
    op.create_index("ix_revert_project_id", "revert", ["project_id", "id"], unique=False)
    op.create_table(
        "reverted",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("revert_id", sa.BigInteger(), nullable=False),
        sa.Column("annotation_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reverted")),
    )
    op.create_index("uq_reverted_revert_id", "reverted", ["revert_id", "annotation_id"], unique=True)
    op.create_index("ix_reverted_annotation_id", "reverted", ["annotation_id", "id"], unique=False)
    op.create_index("ix_reverted_project_id", "reverted", ["project_id", "id"], unique=False)


def _seal() -> None:
    op.create_table(
        "seal",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_seal")),
    )
    op.create_table(
        "sealing",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("holes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name", name=op.f("pk_sealing")),
    )


def _import_note() -> None:
    op.create_table(
        "import_note",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("first_line", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "line", name=op.f("pk_import_note")),
    )


def _label_mapping() -> None:
    op.create_table(
        "label_mapping",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_label_mapping")),
    )


def _origin() -> None:
    op.add_column("annotation", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("skip", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("task_data", sa.Column("made_at", sa.BigInteger(), nullable=True))


def _append_only(table: str) -> None:
    message = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def upgrade() -> None:
    _queue()
    _lane()
    _task()
    _assignment()
    _seat()
    _decision()
    _revert()
    _seal()
    _import_note()
    _label_mapping()
    _origin()
    for table in APPEND_ONLY:
        _append_only(table)


def downgrade() -> None:
    raise NotImplementedError("Records are never taken back; restore the backup that was made before.")
