"""The doctor names what is wrong with the numbers, and repairs only what is derived, only when asked."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from assay.cli.main import app
from assay.flow.policy import Policy
from assay.kernel.errors import BadInput
from assay.store.engine import open_store
from assay.store.records import doctor
from assay.store.schema import upgrade
from tests.flow.ground import Ground, make_ground, stop_flushing
from tests.records import reverting
from tests.records.test_reverts import answer_all
from tests.support.databases import Databases

_MADE: dict[str, Ground] = {}
runner = CliRunner()


def prepare(url: str) -> None:
    """A project with answers, some of them set aside, and leases."""
    upgrade(url)
    with open_store(url) as store:
        stop_flushing(store)
        crowd = make_ground(store, annotators=3, tasks=5, policy=Policy(annotations_per_task=2))
        ada, ben, cleo = crowd.people
        answer_all(crowd, ada)
        for label in ("Bad", "Good", "Neither"):
            crowd.submit(ben, crowd.take(ben), label)
        crowd.skip(cleo, crowd.take(cleo))
        reverting.set_aside(crowd, reverting.of(crowd, ben, label="Bad"))
        crowd.take(cleo)
        _MADE[store.dialect] = crowd


@pytest.fixture
def crowd(databases: Databases, database_kind: str) -> Iterator[Ground]:
    """That project in a database of its own."""
    with open_store(databases.fresh(database_kind, prepare)) as store:
        stop_flushing(store)
        crowd = _MADE[store.dialect]
        crowd.store = store
        yield crowd


def found(crowd: Ground) -> list[str]:
    report = crowd.store.read(lambda c: doctor.examine(c, crowd.versions, rebuilding=True))
    return sorted({fault.code for fault in report.all_faults})


def test_a_sound_database(crowd: Ground) -> None:
    report = crowd.store.read(lambda c: doctor.examine(c, crowd.versions, rebuilding=True))
    assert report.all_faults == []
    _, project = report.projects
    assert (project.tasks, project.annotations, project.in_force) == (5, 8, 7)


NUMBERS = [
    ("UPDATE task SET done = done + 1 WHERE id = (SELECT min(id) FROM task)", {"done"}),
    ("UPDATE task SET need = need + 1 WHERE id = (SELECT min(id) FROM task)", {"need"}),
    ("UPDATE task SET disagreement = 0.25 WHERE id = (SELECT max(id) FROM task)", {"disagreement"}),
    ("UPDATE seat SET submitted = submitted + 1 WHERE submitted > 0", {"seat_submitted"}),
    ("UPDATE seat SET finished = finished + 1 WHERE submitted = 2", {"seat_finished"}),
    ("UPDATE seat SET skipped = 7 WHERE skipped > 0", {"seat_skipped"}),
    ("UPDATE project SET task_count = 4", {"task_count"}),
]


@pytest.mark.parametrize(("statement", "codes"), NUMBERS)
def test_a_wrong_number_is_named_and_repaired(crowd: Ground, statement: str, codes: set[str]) -> None:
    before = numbers(crowd)
    crowd.execute(statement)
    assert set(found(crowd)) == codes
    assert set(found(crowd)) == codes, "looking changes nothing"
    assert sum(doctor.repair(crowd.store, crowd.versions)) > 0
    assert found(crowd) == []
    assert numbers(crowd) == before


def numbers(crowd: Ground) -> list[object]:
    """Every derived number."""
    return [
        crowd.rows("SELECT id, need, target, done, disagreement, phase, ord FROM task ORDER BY id"),
        crowd.rows("SELECT * FROM seat ORDER BY project_id, person_id"),
        crowd.rows("SELECT id, task_count FROM project"),
    ]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE assignment SET state = 1 WHERE state = 5", "state"),
        ("UPDATE assignment SET state = 4 WHERE id = (SELECT min(id) FROM assignment WHERE state = 1)", "state"),
        ("UPDATE assignment SET annotation_id = NULL WHERE id = (SELECT min(id) FROM assignment)", "answer_missing"),
        ("UPDATE assignment SET annotation_id = 2 WHERE annotation_id = 1", "not_last"),
        ("UPDATE assignment SET annotator_id = 1 WHERE id = (SELECT min(id) FROM assignment)", "misfit"),
        ("UPDATE task SET phase = 0 WHERE id = (SELECT min(id) FROM task)", "phase"),
        ("UPDATE task SET lane_id = 77 WHERE id = (SELECT min(id) FROM task)", "lane"),
        ("UPDATE task SET target = 1 WHERE done = 2", "above_target"),
        ("DELETE FROM task_data WHERE task_id = (SELECT min(task_id) FROM task_data)", "data"),
        ("DELETE FROM assignment WHERE id = (SELECT min(id) FROM assignment)", "orphan"),
        ("UPDATE lane SET queue_id = 77", "orphan"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named_and_not_papered_over(crowd: Ground, statement: str, code: str) -> None:
    crowd.execute(statement)
    assert code in found(crowd)
    doctor.repair(crowd.store, crowd.versions)
    assert code in found(crowd)


def test_somebody_with_a_task_twice(crowd: Ground) -> None:
    crowd.execute("DROP INDEX uq_assignment_once")
    crowd.execute("UPDATE assignment SET annotator_id = (SELECT min(annotator_id) FROM assignment) WHERE state = 1")
    assert "twice" in found(crowd)


class TestCommand:
    """``assay doctor`` as people type it."""

    @pytest.fixture(autouse=True)
    def place(self, crowd: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
        url = crowd.store.url
        folder = tmp_path_factory.mktemp("data")
        if url.startswith("sqlite"):
            folder = type(folder)(url.removeprefix("sqlite:///")).parent
        else:
            monkeypatch.setenv("ASSAY_DATABASE", url)
        monkeypatch.setenv("ASSAY_DATA", str(folder))

    def run(self, *options: str) -> tuple[int, str]:
        done = runner.invoke(app, ["doctor", *options], catch_exceptions=False)
        return done.exit_code, done.output

    def test_it_says_that_all_is_well_and_the_head(self, crowd: Ground) -> None:
        status, said = self.run("--seal", "--rebuild")
        assert status == 0 and "Everything is as it must be." in said
        head = crowd.one("SELECT hash FROM seal WHERE project_id = :project").hash
        assert head in said and "5 tasks, 8 annotations, 7 of them in force" in said

    def test_it_says_what_is_wrong_and_what_to_do(self, crowd: Ground) -> None:
        crowd.execute("UPDATE task SET done = 9 WHERE id = (SELECT min(id) FROM task)")
        status, said = self.run()
        assert status == 1 and "done is not the number" in said and "--repair" in said and "1 thing is wrong." in said
        status, said = self.run("--json", crowd.project.uid)
        report = json.loads(said)
        assert status == 1 and not report["ok"] and report["projects"][0]["faults"][0]["code"] == "done"
        assert self.run("--repair")[0] == 0

    def test_it_reads_no_other_schema(self, crowd: Ground) -> None:
        crowd.store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0001'")) and None)
        with pytest.raises(BadInput, match="0001"):
            self.run()
