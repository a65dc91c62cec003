"""Fixtures of these tests."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.storage import LocalStorage
from assay.store.engine import open_store
from assay.store.schema import upgrade
from tests.archive.place import Place
from tests.flow.ground import make_ground
from tests.support.databases import Databases
from tests.worker.desk import Desk, jsonl

MakePlace = Callable[..., Place]


@pytest.fixture
def make_place(databases: Databases, tmp_path: Path) -> MakePlace:
    """Makes an empty place of a kind: a data folder with a database that has nothing in it, not even tables."""
    count = 0

    def make(kind: str) -> Place:
        nonlocal count
        count += 1
        data = tmp_path / f"data{count}"
        data.mkdir()
        url = f"sqlite:///{data / 'assay.db'}" if kind == "sqlite" else databases.fresh(kind)
        return Place(url, data)

    return make


ROWS = jsonl({"id": str(n), "data": {"text": f"row {n}"}} for n in range(5))


def live_in(url: str) -> None:
    """Everything in an empty database: people, tasks, answers, leases, skips, flags, a job that waits."""
    upgrade(url)
    with open_store(url) as store, tempfile.TemporaryDirectory() as folder:
        crowd = make_ground(store, annotators=3, tasks=60)
        for person in crowd.people:
            for label in ("Good", "Bad", "Neither"):
                crowd.submit(person, crowd.take(person), label)
            crowd.skip(person, crowd.take(person))
            crowd.flag(person, crowd.take(person), note='T\u00e4glich "gr\u00fc\u00dfen"?\n\u2028 \U0001f642 \\ \t')
        Desk(crowd, Path(folder)).send(ROWS)


@pytest.fixture
def make_lived_in(databases: Databases, tmp_path: Path) -> MakePlace:
    """Makes a place with everything in it; ``other`` gives one whose tables differ from the usual ones."""
    count = 0

    def make(kind: str, *, other: bool = False) -> Place:
        nonlocal count
        count += 1
        url = databases.fresh(kind, live_in)
        data = Path(url.removeprefix("sqlite:///")).parent if kind == "sqlite" else tmp_path / f"lived{count}"
        place = Place(url, data)
        if other:
            place.execute("INSERT INTO event (at, kind, body) VALUES (1, 'other', '{}')")
        with LocalStorage(data / "files").writing(
            json.loads(place.rows("SELECT arguments FROM job")[0][0])["file"]
        ) as file:
            file.write(ROWS)
        return place

    return make
