"""SQL that runs at every click, handed to the driver as it is.

Around a ``text()`` SQLAlchemy compiles, wraps the cursor and builds the result's metadata anew each time,
which costs several times what the driver itself does. A :class:`Statement` keeps what can be kept: the SQL in
the driver's own style and the type of its rows. Errors are the ones that SQLAlchemy would raise.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_record: Any = namedtuple  # the names come with the rows
_NAME: Final = re.compile(r"(?<![:\w]):([a-z_]+)")


class Statement:
    """A statement with parameters written ``:name``, for SQLite and PostgreSQL, inside of a transaction.

    No text between quotes in it may look like a parameter.

    >>> from sqlalchemy import create_engine
    >>> add = Statement("SELECT :one + 1 AS more")
    >>> with create_engine("sqlite://").begin() as connection:
    ...     add.first(connection, {"one": 1})
    Row(more=2)
    """

    def __init__(self, sql: str) -> None:
        self.text = sql
        self._sql = {"sqlite": sql, "postgresql": _NAME.sub(r"%(\1)s", sql.replace("%", "%%"))}
        self._row: Any = None

    def all(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """Every row, with its columns as attributes."""
        cursor = self._run(connection, parameters)
        make = self._row_type(cursor)._make
        return [make(values) for values in cursor.fetchall()]

    def first(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """The first row, or None."""
        cursor = self._run(connection, parameters)
        values = cursor.fetchone()
        return None if values is None else self._row_type(cursor)._make(values)

    def scalar(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        """The first column of the first row, or None."""
        values = self._run(connection, parameters).fetchone()
        return None if values is None else values[0]

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """How many rows were written."""
        return int(self._run(connection, parameters).rowcount)

    def _run(self, connection: Connection, parameters: Mapping[str, Any]) -> Any:
        dialect = connection.dialect
        driver: Any = connection.connection.dbapi_connection
        sql = self._sql[dialect.name]
        try:
            return driver.execute(sql, parameters)
        except dialect.loaded_dbapi.Error as problem:
            lost = dialect.is_disconnect(problem, driver, None)
            if lost:
                connection.invalidate(problem)
            raise DBAPIError.instance(
                sql, parameters, problem, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
            ) from problem

    def _row_type(self, cursor: Any) -> Any:
        if self._row is None:
            self._row = _record("Row", [column[0] for column in cursor.description], rename=True)
        return self._row
