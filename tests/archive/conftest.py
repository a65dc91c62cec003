"""Fixtures of these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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


@pytest.fixture
def make_lived_in(make_place: MakePlace) -> MakePlace:
    """Makes a place with everything in it: people, tasks, answers, leases, skips, flags, jobs, files."""

    def make(kind: str, *, tasks: int = 60) -> Place:
        place = make_place(kind)
        upgrade(place.url)
        with open_store(place.url) as store:
            crowd = make_ground(store, annotators=3, tasks=tasks)
            for person in crowd.people:
                for label in ("Good", "Bad", "Neither"):
                    crowd.submit(person, crowd.take(person), label)
                crowd.skip(person, crowd.take(person))
                assignment = crowd.take(person)
                crowd.flag(person, assignment, note='Täglich "grüßen"?\n\u2028 🙂 \\ \t')
            desk = Desk(crowd, place.data / "files")
            desk.send(jsonl({"id": str(n), "data": {"text": f"row {n}"}} for n in range(5)))  # waiting, with its file
            place.project_id = crowd.project.id
        return place

    return make
