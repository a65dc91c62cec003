"""Every record gets into exactly one link of its chain, and nobody changes one without being found out."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import Connection, insert, text

from assay.flow.policy import Policy
from assay.kernel.clock import ManualClock
from assay.store import tables as t
from assay.store.documents import VersionCache
from assay.store.engine import open_store
from assay.store.records import chain, doctor, sealer, verify
from assay.store.records.sealer import Sealer
from assay.store.records.verify import Chain, Cover
from assay.store.schema import upgrade
from tests.flow.crowd import HeldOpen, together
from tests.flow.ground import Ground, make_ground, stop_flushing
from tests.records import reverting, tampering
from tests.records.test_reverts import answer_all
from tests.support.databases import Databases

TWICE = Policy(annotations_per_task=2)


DECIDE = (
    "INSERT INTO decision (project_id, task_id, kind, at, policy_version, body) "
    "SELECT project_id, id, 'asked', 1, 1, '{}' FROM task WHERE project_id = :project"
)
_MADE: dict[str, Ground] = {}


def prepare(url: str) -> None:
    """A project with every kind of record in it."""
    upgrade(url)
    with open_store(url) as store:
        stop_flushing(store)
        crowd = make_ground(store, annotators=3, tasks=6, policy=TWICE)
        ada, ben, cleo = crowd.people
        asked = crowd.take(cleo)
        crowd.flag(cleo, asked)
        crowd.skip(cleo, asked)
        answer_all(crowd, ada, ben)
        uid, _ = reverting.set_aside(crowd, reverting.of(crowd, ada))
        reverting.restore(crowd, uid)
        crowd.execute(DECIDE)
        _MADE[store.dialect] = crowd


@pytest.fixture
def crowd(databases: Databases, database_kind: str) -> Iterator[Ground]:
    """That project, in a database of its own."""
    with open_store(databases.fresh(database_kind, prepare)) as store:
        stop_flushing(store)
        made = _MADE[store.dialect]
        yield replace(made, store=store, clock=ManualClock(made.clock()), versions=VersionCache())


def sealing(crowd: Ground) -> Sealer:
    return Sealer(crowd.store, clock=crowd.clock)


def verified(crowd: Ground, project_id: int | None = None) -> Chain:
    number = crowd.project.id if project_id is None else project_id
    return crowd.store.read(lambda c: verify.verify_chain(c, number))


def codes(crowd: Ground) -> list[str]:
    return sorted(fault.code for fault in examined(crowd).all_faults)


def examined(crowd: Ground) -> doctor.Report:
    return crowd.store.read(lambda c: doctor.examine(c, VersionCache(), rebuilding=True))


def test_every_column_and_every_guarded_table_is_covered() -> None:
    for name, columns in chain.SEALED.items():
        assert set(columns) == set(t.metadata.tables[name].columns.keys()), name


def test_all_records_are_sealed_and_verified(crowd: Ground) -> None:
    before = verified(crowd)
    assert (before.links, before.records, before.faults) == (0, 0, []) and before.unsealed > 0

    assert sealing(crowd).seal_all() >= before.unsealed

    after = verified(crowd)
    assert (after.records, after.unsealed, after.faults, after.links) == (before.unsealed, 0, [], 1)
    assert len(after.head) == 64
    assert verified(crowd, chain.NO_PROJECT).faults == []
    assert examined(crowd).all_faults == []
    assert sealing(crowd).seal_all() == 0, "nothing is new"
    ada = crowd.people[0]
    crowd.add_tasks(1, seed="more")
    crowd.submit(ada, crowd.take(ada))
    assert sealing(crowd).seal_all() == 1
    assert verified(crowd).links == 2


def test_the_hash_is_what_the_docs_say(crowd: Ground) -> None:
    sealing(crowd).seal_all()
    (link,) = crowd.store.read(lambda c: list(chain.links(c, crowd.project.id)))
    seen = hashlib.sha256(orjson.dumps(["", crowd.project.id, 1, link.at, link.records, link.covered]) + b"\n")
    marks = ""
    for name, ranges in sorted(orjson.loads(link.records).items()):
        for low, high in ranges:
            key = "version" if name in chain.VERSIONED else "id"
            rows = crowd.store.read(
                lambda c, name=name, key=key, low=low, high=high: (  # type: ignore[misc]
                    c.execute(
                        t.metadata.tables[name]
                        .select()
                        .where(t.metadata.tables[name].c[key].between(low, high))
                        .where(t.metadata.tables[name].c.project_id == crowd.project.id)
                        .order_by(t.metadata.tables[name].c[key])
                    )
                    .mappings()
                    .all()
                )
            )
            for row in rows:
                line = orjson.dumps([name, {str(k): v for k, v in row.items()}], option=orjson.OPT_SORT_KEYS) + b"\n"
                seen.update(line)
                marks += hashlib.sha256(line).hexdigest()[:8]
    seen.update(marks.encode())
    assert link.marks == marks
    assert link.hash == seen.hexdigest()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE annotation SET answers = '{\"mood\":[\"Bad\"]}' WHERE id = 1", "row_changed"),
        ("UPDATE annotation SET created_at = created_at + 1 WHERE id = 3", "row_changed"),
        ("UPDATE reverted SET effect = 'kept' WHERE id = 1", "row_changed"),
        ("UPDATE policy SET note = 'better'", "row_changed"),
        ("UPDATE event SET kind = 'x' WHERE id = (SELECT min(id) FROM event)", "row_changed"),
        ("DELETE FROM skip", "row_missing"),
        ("DELETE FROM flag", "row_missing"),
        ("DELETE FROM decision WHERE id = (SELECT min(id) + 2 FROM decision)", "row_missing"),
        ("UPDATE seal SET at = at + 1 WHERE number = 1 AND project_id > 0", "link_changed"),
        ("UPDATE seal SET previous = 'x' WHERE number = 2 AND project_id > 0", "link_broken"),
        ("DELETE FROM seal WHERE number = 1 AND project_id > 0", "link_missing"),
        ("UPDATE seal SET records = '[' WHERE number = 1 AND project_id > 0", "link_changed"),
        ("UPDATE seal SET records = '{\"person\": [[1, 2]]}' WHERE number = 1 AND project_id > 0", "link_changed"),
    ],
)  # fmt: skip
def test_tampering_is_found_and_named(crowd: Ground, statement: str, code: str) -> None:
    sealing(crowd).seal_all()
    crowd.execute(DECIDE)
    sealing(crowd).seal_all()
    assert codes(crowd) == []
    assert tampering.tamper(crowd.store, statement) > 0
    assert code in codes(crowd)
    named = next(fault for fault in examined(crowd).all_faults if fault.code == code)
    if code == "row_changed":
        table = statement.split()[1]
        assert f"{table} " in named.message and named.rows


def test_a_row_slipped_in_among_sealed_ones_is_found_and_can_be_covered(crowd: Ground) -> None:
    sealing(crowd).seal_all()
    tampering.tamper(
        crowd.store,
        "INSERT INTO event (id, at, project_id, kind, body) VALUES (0, 1, :project, 'forged', '{}')",
        project=crowd.project.id,
    )
    assert codes(crowd) == ["row_not_covered"]
    assert doctor.seal_strays(crowd.store, crowd.clock()) == 1
    assert codes(crowd) == []


def test_a_missing_trigger_is_named(crowd: Ground) -> None:
    with tampering.unguarded(crowd.store):
        found = crowd.store.read(verify.check_triggers)
        assert sorted(fault.message.split()[2] for fault in found) == sorted(verify.APPEND_ONLY)
    assert crowd.store.read(verify.check_triggers) == []


def test_two_sealers_at_once_cover_everything_once(crowd: Ground) -> None:
    for _ in range(3):
        crowd.execute(DECIDE)
        with open_store(crowd.store.url) as other:
            together([sealing(crowd).seal_all, Sealer(other, clock=crowd.clock).seal_all] * 2)
    sealing(crowd).seal_all()
    after = verified(crowd)
    assert (after.unsealed, after.faults) == (0, [])


def test_a_link_has_at_most_so_many_rows(crowd: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "ROWS", 7)
    total = verified(crowd).unsealed
    sealing(crowd).seal_all()
    after = verified(crowd)
    assert (after.records, after.unsealed, after.faults) == (total, 0, [])
    assert after.links >= total // 7


def test_a_smaller_id_that_is_committed_later_gets_into_a_later_link(crowd: Ground) -> None:
    if crowd.store.dialect == "sqlite":
        pytest.skip("SQLite has one writer: ids are committed in their order")
    sealing(crowd).seal_all()

    def decide(connection: Connection) -> None:
        values = {"project_id": crowd.project.id, "task_id": 1, "kind": "x", "at": 1, "policy_version": 1, "body": "{}"}
        connection.execute(insert(t.decision).values(values))

    with open_store(crowd.store.url) as other:
        held = [HeldOpen(other, decide) for _ in range(2)]
        crowd.store.write(decide)
        assert sealing(crowd).seal_all() == 1
        assert verified(crowd).faults == []
        held[1].commit()
        crowd.clock.advance(3600)  # patience alone does not end it while the transaction runs
        assert sealing(crowd).seal_all() == 1
        held[0].commit()
        assert (verified(crowd).unsealed, verified(crowd).faults) == (1, []), "seen, and known to be waited for"
        assert sealing(crowd).seal_all() == 1
    after = verified(crowd)
    assert (after.unsealed, after.faults) == (0, [])


def test_an_id_that_never_comes_is_not_waited_for_for_ever(crowd: Ground) -> None:
    if crowd.store.dialect == "sqlite":
        pytest.skip("SQLite gives an id out again when nobody used it")
    sealing(crowd).seal_all()
    crowd.store.write(
        lambda c: c.execute(text("SELECT nextval('decision_id_seq') FROM generate_series(1, 20)")) and None
    )
    crowd.execute(DECIDE)
    sealing(crowd).seal_all()
    holes = "SELECT holes FROM sealing WHERE name = 'decision'"
    assert len(orjson.loads(crowd.one(holes).holes)) >= 20
    crowd.clock.advance(3600)
    crowd.execute(DECIDE)
    sealing(crowd).seal_all()
    assert crowd.one(holes).holes == "[]"
    assert (verified(crowd).unsealed, verified(crowd).faults) == (0, [])


def test_projects_do_not_mix(crowd: Ground) -> None:
    other = make_ground(crowd.store, annotators=2, tasks=6, policy=TWICE, clock=crowd.clock)
    for _ in range(4):
        answer_all(crowd, *crowd.people)
        for person in other.people:
            other.submit(person, other.take(person))
        crowd.add_tasks(1, seed=str(crowd.clock()))
    sealing(crowd).seal_all()
    for one in (crowd, other):
        assert (verified(one).unsealed, verified(one).faults) == (0, [])


def test_covered_ids_are_known_whatever_the_order() -> None:
    random.seed(7)
    for _ in range(200):
        ids = random.sample(range(1, 40), 30)
        cover = Cover()
        seen: set[int] = set()
        for one in ids:
            high = min(39, one + random.randrange(3))
            new = not seen & set(range(one, high + 1))
            assert cover.add(one, high) == new
            if new:
                seen |= set(range(one, high + 1))
        assert {one for one in range(45) if one in cover} == seen
        assert cover.last == max(seen)
