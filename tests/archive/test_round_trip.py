"""What comes back is what was there, from either database to either."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from assay.kernel.errors import BadInput, Conflict, Unavailable
from assay.store import archive
from assay.store.archive import finish_restore
from assay.store.archive.container import Archive
from assay.store.engine import open_store
from assay.store.schema import revisions, upgrade
from tests.archive.conftest import MakePlace
from tests.flow.ground import make_ground
from tests.support.databases import KINDS

both = pytest.mark.parametrize("target_kind", KINDS)


@both
def test_every_table_and_file_comes_back_equal(
    make_lived_in: MakePlace, make_place: MakePlace, database_kind: str, target_kind: str, tmp_path: Path
) -> None:
    source, target = make_lived_in(database_kind), make_place(target_kind)
    before, files = source.hashes(), source.files()
    assert len(files) == 1
    assert min(before[name][0] for name in ("person", "annotation", "skip", "flag", "job", "event", "task_data")) > 0
    path = source.backup(tmp_path / "backup.zip")
    done = target.restore(path)
    assert target.hashes() == before == source.hashes()
    assert target.files() == files
    assert (done.replaced, done.manifest.missing_files) == (None, [])
    target.assert_sound()
    assert not {"restoring", "restored"} & target.names()


@both
def test_work_goes_on_after_a_restore(
    make_lived_in: MakePlace, make_place: MakePlace, database_kind: str, target_kind: str, tmp_path: Path
) -> None:
    """New rows get new ids, facts stay facts, and leases that are open are open."""
    source, target = make_lived_in(database_kind), make_place(target_kind)
    held = source.rows("SELECT uid, lease_until FROM assignment WHERE state = 0 ORDER BY uid")
    assert held
    target.restore(source.backup(tmp_path / "backup.zip"))
    assert target.rows("SELECT uid, lease_until FROM assignment WHERE state = 0 ORDER BY uid") == held
    with open_store(target.url) as store:
        crowd = make_ground(store, annotators=2, tasks=5)
        for person in crowd.people:
            crowd.submit(person, crowd.take(person))
        with pytest.raises(Exception, match="append-only"):
            crowd.execute("UPDATE annotation SET result = '[]'")
    target.assert_sound()


def test_a_backup_is_for_its_owner_alone_and_never_half_there(make_lived_in: MakePlace, tmp_path: Path) -> None:
    place = make_lived_in("sqlite")
    place.data.joinpath("secret").write_text("the key of this installation is here")
    abandoned = tmp_path / "assay-20200101T000000Z.zip.part"
    abandoned.write_bytes(b"killed")
    path = place.backup(tmp_path / "backup.zip")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"the key of this installation" not in path.read_bytes()
    assert {one.name for one in tmp_path.iterdir() if one.is_file()} == {"backup.zip"}
    assert not any(name.startswith(".backup") for name in place.names())
    with pytest.raises(BadInput, match="there already"):
        place.backup(path)


def test_one_moment_while_people_answer(make_place: MakePlace, database_kind: str, tmp_path: Path) -> None:
    """Each backup is sound in itself, and has all that was acknowledged before it began."""
    place = make_place(database_kind)
    upgrade(place.url)
    over = threading.Event()
    acknowledged: list[str] = []
    with open_store(place.url) as store:
        crowd = make_ground(store, annotators=4, tasks=400)

        def label(person: int) -> None:
            while not over.is_set():
                offered = crowd.next(person)
                if not offered.leases:
                    return
                acknowledged.append(crowd.submit(person, offered.leases[0].uid).submission_id)

        people = [threading.Thread(target=label, args=(person,)) for person in crowd.people]
        for one in people:
            one.start()
        expected, paths = [], []
        for number in range(3):
            expected.append(set(acknowledged))
            paths.append(place.backup(tmp_path / f"backup{number}.zip"))
        over.set()
        for one in people:
            one.join()
    for known, path in zip(expected, paths, strict=True):
        restored = make_place("sqlite")
        restored.restore(path)
        restored.assert_sound()
        there = {row.submission_id for row in restored.rows("SELECT submission_id FROM annotation")}
        assert known <= there
    assert len(acknowledged) > len(expected[-1])


@both
def test_a_place_with_data_is_replaced_only_when_told(
    make_lived_in: MakePlace, database_kind: str, target_kind: str, tmp_path: Path
) -> None:
    source, target = make_lived_in(database_kind), make_lived_in(target_kind, other=True)
    path = source.backup(tmp_path / "backup.zip")
    before = target.hashes()
    with pytest.raises(Conflict, match="There is data"):
        target.restore(path)
    assert target.hashes() == before
    done = target.restore(path, replace=True)
    assert target.hashes() == source.hashes() != before
    if target_kind == "sqlite":
        assert done.replaced is not None
        target.url = f"sqlite:///{done.replaced / 'assay.db'}"
        assert target.hashes() == before
    else:
        assert source.files().items() <= target.files().items()


def test_an_installation_that_was_only_started_counts_as_empty(
    make_lived_in: MakePlace, make_place: MakePlace, database_kind: str, tmp_path: Path
) -> None:
    source, target = make_lived_in("sqlite"), make_place(database_kind)
    upgrade(target.url)
    target.execute("INSERT INTO workspace (uid, name, created_at) VALUES ('w', 'W', 1)")
    target.restore(source.backup(tmp_path / "backup.zip"))
    assert target.hashes() == source.hashes()


@both
def test_an_older_schema_is_brought_to_this_one(
    make_place: MakePlace, database_kind: str, target_kind: str, tmp_path: Path
) -> None:
    oldest = revisions()[-1]
    source, target = make_place(database_kind), make_place(target_kind)
    upgrade(source.url, oldest)
    source.execute("INSERT INTO workspace (uid, name, created_at) VALUES ('w', 'W', 1)")
    source.execute("INSERT INTO person (uid, email, name, created_at) VALUES ('p', 'p@example.org', 'P', 1)")
    source.execute("INSERT INTO event (at, kind, body) VALUES (1, 'x', '{}')")
    path = source.backup(tmp_path / "backup.zip")
    assert source.rows("SELECT version_num FROM alembic_version") == [(oldest,)]
    with Archive.open(path) as found:
        assert found.manifest.revision == oldest
    target.restore(path)
    assert target.rows("SELECT version_num FROM alembic_version") == [(revisions()[0],)]
    assert target.rows("SELECT name FROM person") == [("P",)]
    target.execute("INSERT INTO event (at, kind, body) VALUES (2, 'y', '{}')")
    assert [row.kind for row in target.rows("SELECT kind FROM event ORDER BY id")] == ["x", "y"]


def test_a_newer_database_is_not_backed_up(make_lived_in: MakePlace, tmp_path: Path) -> None:
    place = make_lived_in("sqlite")
    place.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadInput, match="9999"):
        place.backup(tmp_path / "backup.zip")
    assert list(tmp_path.glob("backup*")) == []


def test_there_is_nothing_to_back_up(make_place: MakePlace, database_kind: str, tmp_path: Path) -> None:
    place = make_place(database_kind)
    with pytest.raises(BadInput, match="no database"):
        place.backup(tmp_path / "backup.zip")
    assert list(tmp_path.glob("backup*")) == []
    assert not (place.data / "assay.db").exists()


def test_a_job_keeps_the_file_that_it_needs_though_the_server_removes_it(
    make_lived_in: MakePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_lived_in("sqlite")
    files = place.files()
    write = archive.backup._write_table

    def write_and_remove(*arguments: object) -> object:
        for name in files:
            (place.data / "files" / name).unlink(missing_ok=True)
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(archive.backup, "_write_table", write_and_remove)
    with Archive.open(place.backup(tmp_path / "backup.zip")) as found:
        assert [file.id for file in found.manifest.files] == list(files)


@pytest.mark.parametrize("stop_after", [0, 1, 2, 3, 5])
def test_a_restore_that_is_broken_off_while_it_takes_its_place_is_finished(
    make_lived_in: MakePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    """Before the decision nothing has changed; after it, whoever opens the folder next finishes it."""
    source, target = make_lived_in("sqlite"), make_lived_in("sqlite", other=True)
    path, before = source.backup(tmp_path / "backup.zip"), target.hashes()
    rename, count = Path.rename, 0

    class Killed(BaseException):
        pass

    def rename_or_die(self: Path, to: Path) -> Path:
        nonlocal count
        if self.parent.is_relative_to(target.data) and "files" not in self.parent.name:
            count += 1
            if count > stop_after:
                raise Killed
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", rename_or_die)
    try:
        target.restore(path, replace=True)
    except Killed:
        pass
    finally:
        monkeypatch.undo()
    decided = (target.data / "restored").exists() or count <= stop_after
    finish_restore(target.data)
    assert target.hashes() == (source.hashes() if decided else before)
    assert decided == (stop_after > 0)
    assert target.files() == (source.files() if decided else target.files())
    assert "restored" not in target.names()


def test_the_disk_is_full(make_lived_in: MakePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_lived_in("sqlite")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="full") as caught:
        place.backup(tmp_path / "backup.zip")
    assert caught.value.code == "disk_full"
    assert list(tmp_path.glob("backup*")) == []


def test_somebody_works_with_the_target(make_lived_in: MakePlace, database_kind: str, tmp_path: Path) -> None:
    source, target = make_lived_in("sqlite"), make_lived_in(database_kind)
    path = source.backup(tmp_path / "backup.zip")
    before = target.hashes()
    if database_kind == "sqlite":
        with archive.switch.only_process(target.data), pytest.raises(Conflict, match="runs over"):
            target.restore(path, replace=True)
    else:
        with open_store(target.url) as store:
            store.read(lambda c: c.execute(text("SELECT 1")).scalar())
            with pytest.raises(Conflict, match="running over"):
                target.restore(path, replace=True)
    with archive.switch.at_work(target.data), pytest.raises(Conflict, match="command is working"):
        target.restore(path, replace=True)
    assert target.hashes() == before
