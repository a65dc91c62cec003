"""Changing records behind the back of the application, as somebody with the database in hand could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from assay.store.engine import Store
from assay.store.records.verify import APPEND_ONLY


@contextmanager
def unguarded(store: Store) -> Iterator[None]:
    """Without the triggers, which are put back afterwards as they were."""
    if store.dialect == "sqlite":
        find = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = store.read(lambda c: [tuple(row) for row in c.execute(text(find))])
        _run(store, *(f"DROP TRIGGER {name}" for name, _ in triggers))
        yield
        _run(store, *(sql for _, sql in triggers))
        return
    _run(store, *(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in APPEND_ONLY))
    yield
    _run(store, *(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in APPEND_ONLY))


def tamper(store: Store, statement: str, **parameters: Any) -> int:
    """Run a statement without the triggers; returns how many rows it changed."""
    with unguarded(store):
        return store.write(lambda c: int(c.execute(text(statement), parameters).rowcount))


def _run(store: Store, *statements: str) -> None:
    for statement in statements:
        store.write(lambda c, statement=statement: c.exec_driver_sql(statement) and None)  # type: ignore[misc]
