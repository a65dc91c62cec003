"""An open store on each database, and projects in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assay.kernel.clock import SECOND, ManualClock
from assay.store.engine import Store, open_store
from assay.store.schema import upgrade
from tests.flow.ground import Ground, make_ground
from tests.support.databases import KINDS, Databases

MakeGround = Callable[..., Ground]


@pytest.fixture(scope="module", params=KINDS)
def shared_store(request: pytest.FixtureRequest, _all_databases: Databases) -> Iterator[Store]:
    """A database for all tests of a module: each makes a project of its own in it."""
    databases = _all_databases
    url = databases.fresh(request.param, upgrade)
    in_use = databases._in_use
    name = in_use.pop() if request.param == "postgresql" else None  # it outlives the test that comes first
    with open_store(url) as store:
        yield store
    if name is not None:
        databases._cluster().drop(name)


@pytest.fixture
def store(databases: Databases, database_kind: str) -> Iterator[Store]:
    """A database with the schema and nothing in it: SQLite, then PostgreSQL."""
    with open_store(databases.fresh(database_kind, upgrade)) as store:
        yield store


@pytest.fixture
def ground(shared_store: Store) -> MakeGround:
    """Makes projects in the shared store, each later in time than the ones before; see ``make_ground``."""

    def make(**options: Any) -> Ground:
        options.setdefault("clock", _later())
        made = make_ground(shared_store, **options)
        made.sweep()
        return made

    return make


_started = 0


def _later() -> ManualClock:
    global _started
    _started += 1
    return ManualClock((1_700_000_000 + 10_000_000 * _started) * SECOND)
