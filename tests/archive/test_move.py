"""From SQLite to PostgreSQL and back: equal, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from assay.kernel.errors import AssayError, BadInput, Conflict
from assay.store.archive import load, move
from assay.store.archive.moving import refuse_moved
from assay.store.archive.switch import only_process
from assay.store.engine import open_store
from tests.archive.conftest import MakePlace
from tests.flow.ground import make_ground

pytestmark = pytest.mark.postgresql


def test_there_and_back(make_lived_in: MakePlace, make_place: MakePlace) -> None:
    here, there = make_lived_in("sqlite"), make_place("postgresql")
    before, files = here.hashes(), here.files()
    done = move(here.data, there.url)
    assert done.tables == there.hashes() == before
    assert here.files() == files
    assert done.kept is not None
    assert not (here.data / "assay.db").exists()
    with pytest.raises(Conflict, match="moved to PostgreSQL"):
        refuse_moved(here.data, "")
    refuse_moved(here.data, there.url)
    with open_store(there.url) as store:  # ids go on behind the last ones
        crowd = make_ground(store, annotators=1, tasks=3)
        crowd.submit(crowd.people[0], crowd.take(crowd.people[0]))
    there.assert_sound()
    after = there.hashes()
    move(here.data, there.url, back=True)
    assert here.hashes() == after == there.hashes()
    assert here.files() == files
    here.assert_sound()
    refuse_moved(here.data, "")


def test_a_server_runs_on_either_side(make_lived_in: MakePlace, make_place: MakePlace) -> None:
    here, there = make_lived_in("sqlite"), make_place("postgresql")
    with only_process(here.data), pytest.raises(Conflict, match="runs over"):
        move(here.data, there.url)
    with open_store(there.url) as store:
        store.read(lambda c: c.execute(text("SELECT 1")).scalar())
        with pytest.raises(Conflict, match="running over"):
            move(here.data, there.url)
    move(here.data, there.url)


def test_the_target_has_other_data(make_lived_in: MakePlace) -> None:
    here, there = make_lived_in("sqlite"), make_lived_in("postgresql")
    before = there.hashes(), here.hashes()
    for back in (False, True):
        with pytest.raises(Conflict, match="data of Assay"):
            move(here.data, there.url, back=back)
    assert (there.hashes(), here.hashes()) == before


def test_broken_off_in_the_middle_nothing_has_moved(
    make_lived_in: MakePlace, make_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = make_lived_in("sqlite"), make_place("postgresql")
    before = here.hashes()

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(load, "set_sequences", die)
    with pytest.raises(Killed):
        move(here.data, there.url)
    monkeypatch.undo()
    with pytest.raises(BadInput, match="no database"):
        there.hashes()
    assert here.hashes() == before
    assert move(here.data, there.url).tables == before


def test_broken_off_at_its_end_the_next_try_finds_it_done(
    make_lived_in: MakePlace, make_place: MakePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = make_lived_in("sqlite"), make_place("postgresql")

    def die(*_: object) -> None:
        raise OSError("killed")

    monkeypatch.setattr("assay.store.archive.moving._put_away", die)
    with pytest.raises(OSError, match="killed"):
        move(here.data, there.url)
    monkeypatch.undo()
    done = move(here.data, there.url)
    assert done.was_there
    assert done.tables == there.hashes()


def test_what_postgresql_cannot_hold_is_named(make_lived_in: MakePlace, make_place: MakePlace) -> None:
    here, there = make_lived_in("sqlite"), make_place("postgresql")
    here.execute("UPDATE project SET description = 'a' || char(0) || 'b'")
    with pytest.raises(AssayError, match="table project") as caught:
        move(here.data, there.url)
    assert "NUL" in caught.value.message
    assert (here.data / "assay.db").exists()
