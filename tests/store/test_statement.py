"""Statements on the driver's own cursor: the rows, the counts and the errors are those of SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from assay.store.engine import Store, open_store
from assay.store.engine.statement import Statement
from tests.support.databases import Databases

ADD = Statement("INSERT INTO number (n, word) VALUES (:n, :word)")
ALL = Statement("SELECT n, word AS said, '100%' AS part FROM number WHERE n >= :least ORDER BY n")


@pytest.fixture
def numbers(databases: Databases, database_kind: str) -> Iterator[Store]:
    """A store with one table of unique numbers."""
    with open_store(databases.fresh(database_kind), connections=2) as store:
        store.write(lambda c: c.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY, word TEXT)")) and None)
        yield store


def test_rows_have_their_columns_as_attributes(numbers: Store) -> None:
    assert numbers.write(lambda c: ADD.run(c, {"n": 2, "word": "it's; 😀"})) == 1
    assert numbers.write(lambda c: ADD.run(c, {"n": 1, "word": "it's; 😀"})) == 1
    rows = numbers.read(lambda c: ALL.all(c, {"least": 1, "not": "used"}))
    assert [(row.n, row.said) for row in rows] == [(1, "it's; 😀"), (2, "it's; 😀")]
    assert numbers.read(lambda c: ALL.first(c, {"least": 2})).n == 2
    assert numbers.read(lambda c: ALL.first(c, {"least": 3})) is None
    assert numbers.read(lambda c: ALL.scalar(c, {"least": 1})) == 1
    assert numbers.read(lambda c: ALL.scalar(c, {"least": 3})) is None


def test_a_percent_sign_stays_what_it_is(numbers: Store) -> None:
    numbers.write(lambda c: ADD.run(c, {"n": 1, "word": None}))
    row = numbers.read(lambda c: ALL.first(c, {"least": 1}))
    assert (row.part, row.said) == ("100%", None)


def test_errors_are_those_that_the_engines_know(numbers: Store) -> None:
    numbers.write(lambda c: ADD.run(c, {"n": 1, "word": "first"}))
    with pytest.raises(IntegrityError):
        numbers.write(lambda c: ADD.run(c, {"n": 1, "word": "second"}))
    assert numbers.read(lambda c: ALL.first(c, {"least": 1})).said == "first"


def test_it_is_in_the_transaction_of_its_work(numbers: Store) -> None:
    def work(connection: Connection) -> None:
        ADD.run(connection, {"n": 1, "word": "gone"})
        raise LookupError

    with pytest.raises(LookupError):
        numbers.write(work)
    assert numbers.read(lambda c: ALL.all(c, {"least": 0})) == []
