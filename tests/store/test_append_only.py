"""What was said stays as it was said: the database itself refuses to change or remove it."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError

from assay.store import tables as t
from tests.flow.fixtures import MakeGround
from tests.flow.ground import Ground

FACTS = (
    t.annotation, t.skip, t.flag, t.event, t.label_config, t.guideline, t.policy,
    t.decision, t.revert, t.reverted, t.seal, t.label_mapping,
)  # fmt: skip
RECORDS = (
    "INSERT INTO decision (project_id, task_id, kind, at, policy_version, body) VALUES (1, 1, 'out', 0, 1, '{}')",
    (
        "INSERT INTO revert (uid, project_id, at, actor_id, reason, selection, again) "
        "SELECT uid, id, 0, 1, 'wrong', '{}', 'others' FROM project WHERE id = :project"
    ),
    "INSERT INTO reverted (revert_id, annotation_id, counts) SELECT max(id), 1, false FROM revert",
    (
        "INSERT INTO label_mapping (project_id, version, from_version, mapping, created_at) "
        "VALUES (:project, 2, 1, '{}', 0)"
    ),
    "INSERT INTO seal (project_id, number, at, records, previous, hash) VALUES (:project, 1, 0, '{}', '', 'x')",
)


@pytest.fixture
def crowd(ground: MakeGround) -> Ground:
    """A project with a row in each of these tables."""
    made = ground(annotators=1, tasks=2)
    (person,) = made.people
    assignment, other = (lease.uid for lease in made.next(person, 2).leases)
    made.flag(person, other)
    made.skip(person, other)
    made.submit(person, assignment)
    for statement in RECORDS:
        made.execute(statement)
    return made


@pytest.mark.parametrize("table", FACTS, ids=lambda table: table.name)
def test_no_row_is_changed_or_removed(crowd: Ground, table: Table) -> None:
    before = crowd.rows(f"SELECT * FROM {table.name}")
    assert before
    column = next(column.name for column in table.columns if not column.primary_key)
    among = table.columns.keys()[0] if "project_id" not in table.columns else "project_id"
    statements = [
        f"UPDATE {table.name} SET {column} = {column}",
        f"UPDATE {table.name} SET {column} = {column} WHERE 1 = 0 OR {column} IS NOT NULL",
        f"DELETE FROM {table.name}",
        f"DELETE FROM {table.name} WHERE {among} > 0",
    ]
    if crowd.store.dialect == "postgresql":
        statements += [f"TRUNCATE {table.name}", f"TRUNCATE {table.name} CASCADE"]
    else:
        first = ", ".join(table.columns.keys())
        statements.append(f"INSERT OR REPLACE INTO {table.name} ({first}) SELECT {first} FROM {table.name}")
    for statement in statements:
        with pytest.raises(DBAPIError) as caught:
            crowd.execute(statement)
        assert f"{table.name} is append-only" in str(caught.value.orig), statement
    assert crowd.rows(f"SELECT * FROM {table.name}") == before


def test_every_table_of_facts_is_on_the_list(crowd: Ground) -> None:
    statement = (
        "SELECT name, tbl_name AS tables FROM sqlite_master WHERE type = 'trigger'"
        if crowd.store.dialect == "sqlite"
        else "SELECT tgname, tgrelid::regclass::text AS tables FROM pg_trigger WHERE NOT tgisinternal"
    )
    guarded = {row.tables for row in crowd.store.read(lambda c: c.execute(text(statement)).all())}
    assert guarded == {table.name for table in FACTS}


def test_a_correction_is_a_new_row(crowd: Ground) -> None:
    (person,) = crowd.people
    crowd.add_tasks(1, seed="more")
    assignment = crowd.take(person)
    first = crowd.submit(person, assignment, "Good")
    before = crowd.one("SELECT * FROM annotation WHERE submission_id = :id", id=first.submission_id)
    crowd.submit(person, assignment, "Bad", supersedes=first.submission_id)
    assert crowd.one("SELECT * FROM annotation WHERE submission_id = :id", id=first.submission_id) == before
