"""What asking and answering cost does not grow with the tasks, nor with what a person has done already."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from assay.flow.assignment import State, next_assignments
from assay.flow.policy import Policy
from assay.flow.submission import submit
from assay.kernel.ids import new_id
from assay.store import own_work
from assay.store.assignments import SqlAssignments
from assay.store.engine import Store
from assay.store.queue import postgresql, sqlite
from assay.store.queue.claim import Claim
from assay.store.queue.lanes import start_of
from assay.store.submissions import SqlSubmissions
from tests.flow.ground import Ground, make_ground, stop_flushing

TASKS = 4_000
WORK = 3_000  # answers of one person
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


def do_work(crowd: Ground, person: int, count: int) -> None:
    """Write a person's finished work straight into the tables, as if each task had been answered in turn."""
    now = crowd.clock()
    crowd.execute(
        f"""
        INSERT INTO assignment (uid, task_id, project_id, annotator_id, state, leased_at, lease_until, closed_at,
            label_config_version, guideline_version, policy_version, probability, reason, annotation_id)
        SELECT 'done-' || :me || '-' || t.id, t.id, t.project_id, :me, {int(State.SUBMITTED)}, :now, :now, :now,
            1, 1, 1, 1.0, 'fresh', -t.id
        FROM task t WHERE t.project_id = :project AND NOT EXISTS (
            SELECT 1 FROM assignment a WHERE a.task_id = t.id AND a.annotator_id = :me)
        ORDER BY t.ord LIMIT :count
        """,
        me=person,
        now=now,
        count=count,
    )
    crowd.execute(
        """
        UPDATE task SET need = need - 1, done = done + 1, phase = 1, ord = CAST(:now AS BIGINT) + id
        WHERE project_id = :project AND id IN (SELECT task_id FROM assignment WHERE annotator_id = :me AND state = 1)
        """,
        me=person,
        now=now,
    )
    crowd.clock.advance(600)


@pytest.fixture
def crowd(store: Store) -> Ground:
    """Four thousand tasks that want three annotations each; the first annotator has done most of them."""
    stop_flushing(store)
    made = make_ground(store, annotators=3, tasks=TASKS, policy=Policy(annotations_per_task=3))
    do_work(made, made.people[0], WORK)
    return made


class Cost:
    """Statements and, on SQLite, steps of its virtual machine that some work took."""

    def __init__(self, store: Store, work: Callable[[Connection], Any]) -> None:
        self.statements: list[str] = []
        self.steps = 0

        def count_step() -> int:
            self.steps += 1
            return 0

        def measured(connection: Connection) -> Any:
            raw: Any = connection.connection.driver_connection
            with self._listening(connection):
                if store.dialect == "sqlite":
                    raw.set_progress_handler(count_step, 1)
                try:
                    return work(connection)
                finally:
                    if store.dialect == "sqlite":
                        raw.set_progress_handler(None, 0)

        self.result = store.write(measured)

    @contextmanager
    def _listening(self, connection: Connection) -> Iterator[None]:
        def note(*arguments: Any) -> None:
            self.statements.append(arguments[2])

        event.listen(connection, "before_cursor_execute", note)
        yield
        event.remove(connection, "before_cursor_execute", note)


def asking(crowd: Ground, person: int) -> Cost:
    """What asking for one task costs, with the progress that is shown beside it."""

    def work(connection: Connection) -> Any:
        records = SqlAssignments(connection, crowd.versions, crowd.workspace_id)
        offered = next_assignments(
            records, crowd.project.uid, person, count=1, leave_out=(), now=crowd.clock(), new_id=new_id
        )
        return offered, own_work.progress(connection, crowd.project.id, person, crowd.clock())

    return Cost(crowd.store, work)


def answering(crowd: Ground, person: int, assignment: str) -> Cost:
    """What saving one answer costs."""
    submission = crowd.submission()

    def work(connection: Connection) -> Any:
        records = SqlSubmissions(connection, crowd.versions, crowd.workspace_id)
        return submit(records, assignment, person, submission, now=crowd.clock(), new_id=new_id)

    return Cost(crowd.store, work)


def loop(crowd: Ground, person: int) -> tuple[Cost, Cost]:
    """One task asked for and answered; the first time warms up."""
    for _ in range(2):
        asked = asking(crowd, person)
        (lease,) = asked.result[0].leases
        answered = answering(crowd, person, lease.uid)
        crowd.clock.advance(120)  # beyond the lag of the cursor
    return asked, answered


def test_a_loop_costs_the_same_whatever_one_has_done(crowd: Ground) -> None:
    veteran, newcomer, other = crowd.people
    do_work(crowd, newcomer, 5)
    few = loop(crowd, newcomer)
    many = loop(crowd, veteran)

    for cheap, dear in zip(few, many, strict=True):
        assert len(dear.statements) <= len(cheap.statements) + 1 <= 12
        assert dear.steps <= cheap.steps + 150  # some hundred steps in all; a scan of own work would be 3,000 more
    assert loop(crowd, other)[0].steps <= few[0].steps + 150


def test_a_first_look_past_all_of_ones_work_is_paid_once(crowd: Ground) -> None:
    """Without a cursor each call would step over everything that one has answered and others still want."""
    veteran = crowd.people[0]
    first = asking(crowd, veteran)
    crowd.skip(veteran, first.result[0].leases[0].uid)
    crowd.clock.advance(120)
    second = asking(crowd, veteran)
    crowd.skip(veteran, second.result[0].leases[0].uid)
    crowd.clock.advance(120)
    if crowd.store.dialect == "sqlite":
        assert first.steps > WORK  # so the test measures what it means to
        assert second.steps < 800
        assert asking(crowd, veteran).steps < 800


@pytest.mark.parametrize("database_kind", [POSTGRESQL])
@pytest.mark.parametrize("statistics", [False, True], ids=["never analyzed", "analyzed"])
def test_postgresql_probes_one_entry_a_task_and_scans_nobodys_work(crowd: Ground, statistics: bool) -> None:
    if statistics:
        crowd.execute("ANALYZE")
    plan = explain(crowd, crowd.people[1])

    nodes = list(walk(plan))
    on_task = [node for node in nodes if node.get("Relation Name") == "task" and node["Node Type"] != "ModifyTable"]
    looked_for = [node for node in on_task if "need" in json.dumps(node) or node.get("Index Name") != "pk_task"]
    assert looked_for
    assert {node.get("Index Name") for node in on_task} == {"ix_task_available", "pk_task"}
    probes = [node for node in nodes if node.get("Relation Name") == "assignment" and "Scan" in node["Node Type"]]
    assert {node.get("Index Name") for node in probes} == {"uq_assignment_once"}
    assert all({"task_id", "annotator_id"} <= set(condition(node)) for node in probes)
    assert not [node for node in nodes if "Join Type" in node and node["Join Type"] == "Anti"]
    assert all(node["Actual Rows"] <= 5 for node in (*on_task, *probes))


@pytest.mark.parametrize("database_kind", [POSTGRESQL])
def test_postgresql_touches_few_pages_whatever_one_has_done(crowd: Ground) -> None:
    crowd.execute("ANALYZE")
    for person in crowd.people[:2]:
        loop(crowd, person)
    veteran, newcomer = (pages(explain(crowd, person)) for person in crowd.people[:2])
    assert veteran <= newcomer + 30 < 150


def explain(crowd: Ground, person: int) -> dict[str, Any]:
    """The plan of the claim as it is run, with what it did; rolled back."""

    class Seen(Exception):
        pass

    plans: list[dict[str, Any]] = []
    now = crowd.clock()
    start = start_of(crowd.project.uid, person)
    claim = Claim(new_id(), crowd.project.id, person, now, now, now + 1, 1, 1, 1, (), start)

    def work(connection: Connection) -> None:
        lane = connection.execute(text("SELECT id FROM lane WHERE project_id = :p"), {"p": crowd.project.id}).scalar()
        statement = text("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + postgresql._PASSING_OVER.text)
        found = connection.execute(statement, {**claim.parameters(), "lane": lane}).scalar_one()
        plans.append(found[0]["Plan"])
        raise Seen

    with pytest.raises(Seen):
        crowd.store.write(work)
    return plans[0]


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes."""
    yield {name: value for name, value in node.items() if name != "Plans"}
    for inner in node.get("Plans", ()):
        yield from walk(inner)


def condition(node: dict[str, Any]) -> list[str]:
    """Words of an index condition."""
    return str(node.get("Index Cond", "")).replace("(", " ").replace(")", " ").split()


def pages(plan: dict[str, Any]) -> int:
    """Pages that a statement looked at."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_sqlite_uses_the_indexes_that_were_made_for_it(crowd: Ground) -> None:
    def plan(statement: Any, **parameters: Any) -> str:
        explained = text("EXPLAIN QUERY PLAN " + statement.text)
        return "; ".join(row[3] for row in crowd.store.read(lambda c: c.execute(explained, parameters).all()))

    started = plan(sqlite._STARTED, lane=1, cursor=0, me=1)
    assert "USING INDEX ix_task_available (lane_id=? AND phase=? AND ord>?)" in started
    assert "USING INDEX uq_assignment_once (task_id=? AND annotator_id=?)" in started
    for statement in (sqlite._FRESH, sqlite._FRESH_BEFORE):
        assert "USING INDEX ix_task_available (lane_id=? AND phase=? AND ord" in plan(statement, lane=1, start=0)
    assert "SCAN" not in started.replace("CORRELATED SCALAR SUBQUERY", "")
    assert "TEMP B-TREE" not in started


def test_ones_own_last_work_is_read_by_its_index(crowd: Ground) -> None:
    """A list of the last twenty answers is no scan and no sort, on either database."""
    person = crowd.people[0]
    statements: list[str] = []

    def work(connection: Connection) -> list[Any]:
        event.listen(connection, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        own_work.recent(connection, crowd.project.id, person, 20)
        explain = "EXPLAIN QUERY PLAN " if crowd.store.dialect == "sqlite" else "EXPLAIN "
        values = {"annotator_id_1": person, "project_id_1": crowd.project.id, "source_1": "import", "param_1": 20}
        marks = (person, crowd.project.id, "import", 20, 0)
        given: Any = marks[: statements[0].count("?")] if crowd.store.dialect == "sqlite" else values
        return list(connection.exec_driver_sql(explain + statements[0], given))

    plan = str(crowd.store.write(work))
    assert "ix_assignment_person" in plan
