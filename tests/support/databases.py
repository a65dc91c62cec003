"""Databases for tests: a fresh one each, on SQLite and on PostgreSQL, made by copying.

``database_url`` is parametrized, so a test that takes it runs on both. Its address is of an empty database.
A test that needs one prepared database many times gives ``databases.fresh`` the function that prepares it:
the function runs once for each kind, every later database is a copy (some 5 ms on SQLite, 30 ms on PostgreSQL).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.cluster import Cluster
from tools.machine import find_postgresql, how_to_install

Prepare = Callable[[str], None]
KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


class Databases:
    """Makes fresh databases of either kind, and removes what it made on PostgreSQL."""

    def __init__(self, folder: Path, cluster: Callable[[], Cluster]) -> None:
        self._folder = folder
        self._cluster = cluster
        self._prepared: dict[tuple[str, Prepare], str] = {}
        self._count = 0
        self._in_use: list[str] = []

    def fresh(self, kind: str, prepare: Prepare | None = None) -> str:
        """The address of a new database: empty, or a copy of what ``prepare(url)`` made in an empty one."""
        template = None if prepare is None else self._template(kind, prepare)
        name = self._next_name()
        if kind == "sqlite":
            return self._fresh_sqlite(name, template)
        self._in_use.append(name)
        return self._cluster().create(name, template or "template1")

    def drop_used(self) -> None:
        """Remove the PostgreSQL databases handed out since the last time."""
        while self._in_use:
            self._cluster().drop(self._in_use.pop())

    def _template(self, kind: str, prepare: Prepare) -> str:
        name = self._prepared.get((kind, prepare))
        if name is None:
            name = self._next_name()
            prepare(self._sqlite_url(name) if kind == "sqlite" else self._cluster().create(name))
            self._prepared[kind, prepare] = name
        return name

    def _fresh_sqlite(self, name: str, template: str | None) -> str:
        if template is not None:
            for source in self._folder.glob(f"{template}/assay.db*"):  # with its -wal, if it is still there
                target = self._folder / name / source.name
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)
        return self._sqlite_url(name)

    def _sqlite_url(self, name: str) -> str:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        return f"sqlite:///{folder / 'assay.db'}"

    def _next_name(self) -> str:
        self._count += 1
        return f"t{self._count}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The PostgreSQL of this test process: fast, and safe only for what may be lost."""
    binaries = find_postgresql()
    if binaries is None:
        pytest.fail(f"{how_to_install()}. Or leave them out: pytest -m 'not postgresql'", pytrace=False)
    cluster = Cluster(binaries)
    yield cluster
    cluster.close()


@pytest.fixture
def durable_postgres() -> Iterator[Cluster]:
    """A PostgreSQL of this test alone that keeps what it acknowledged, to be crashed and started again."""
    binaries = find_postgresql()
    if binaries is None:
        pytest.fail(how_to_install(), pytrace=False)
    cluster = Cluster(binaries, durable=True)
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def _all_databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    # The cluster is started by the first test that needs it: a run of other tests does not pay for it.
    return Databases(tmp_path_factory.mktemp("databases"), lambda: request.getfixturevalue("postgres"))


@pytest.fixture
def databases(_all_databases: Databases) -> Iterator[Databases]:
    """Fresh databases, see Databases.fresh."""
    yield _all_databases
    _all_databases.drop_used()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite``, then ``postgresql``."""
    return str(request.param)


@pytest.fixture
def database_url(databases: Databases, database_kind: str) -> str:
    """The address of an empty database: ``sqlite:////path/assay.db``, then ``postgresql://...?host=/socket``."""
    return databases.fresh(database_kind)
