"""Tables as lines of JSON that are the same on both databases: what is hashed, kept and compared.

A line is the JSON array of one row, its columns sorted by name; the lines are in the order of the primary key, by
bytes where that is text. Booleans are 0 and 1. So a table has one SHA-256, wherever it lies.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Boolean, Connection, Float, Integer, MetaData, String, inspect

from assay.kernel.errors import BadInput

BATCH_ROWS = 2_000
REVISION_TABLE = "alembic_version"

Progress = Callable[[str, int], None]
"""Told the name of a table and how many of its rows are through."""

Row = list[Any]


def no_progress(_table: str, _rows: int) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its columns by name, and how to read them in canonical form and order."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]  # of the columns: integer, boolean, real or text
    key: tuple[str, ...]
    text_keys: frozenset[str]

    def select(self, dialect: str) -> str:
        """The statement that reads the whole table."""
        shown = [
            f'"{name}"::int' if self.kinds[place] == "boolean" and dialect == "postgresql" else f'"{name}"'
            for place, name in enumerate(self.columns)
        ]
        collation = ' COLLATE "C"' if dialect == "postgresql" else ""
        order = [f'"{name}"{collation if name in self.text_keys else ""}' for name in self.key]
        return f'SELECT {", ".join(shown)} FROM "{self.name}" ORDER BY {", ".join(order)}'  # noqa: S608 - own names


def shapes_of(connection: Connection) -> list[Shape]:
    """The tables of a database, those that others refer to first. Without the one that holds the revision."""
    found = MetaData()
    found.reflect(connection)
    shapes = []
    for table in found.sorted_tables:
        if table.name == REVISION_TABLE:
            continue
        columns = sorted(table.columns, key=lambda column: column.name)
        key = tuple(column.name for column in table.primary_key.columns)
        shapes.append(
            Shape(
                table.name,
                tuple(column.name for column in columns),
                tuple(_kind(column.type) for column in columns),
                key,
                frozenset(name for name in key if isinstance(table.columns[name].type, String)),
            )
        )
    return shapes


def _kind(column_type: Any) -> str:
    for kind, types in (("boolean", Boolean), ("integer", Integer), ("real", Float)):
        if isinstance(column_type, types):
            return kind
    return "text"


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None for a database without Assay's tables."""
    if REVISION_TABLE not in inspect(connection).get_table_names():
        return None
    row = connection.exec_driver_sql(f"SELECT version_num FROM {REVISION_TABLE}").first()  # noqa: S608 - a constant
    return None if row is None else str(row[0])


def read_batches(connection: Connection, shape: Shape) -> Generator[list[Any]]:
    """All rows, a few thousand at a time: memory does not grow with the table."""
    dialect = connection.dialect.name
    driver: Any = connection.connection.dbapi_connection
    if dialect == "postgresql":
        # A named cursor stays on the server; an unnamed one would bring the whole table here at once.
        with driver.cursor(name="assay_rows", binary=True) as cursor:
            cursor.execute(shape.select(dialect))
            while rows := cursor.fetchmany(BATCH_ROWS):
                yield rows
        return
    cursor = driver.execute(shape.select(dialect))
    try:
        while rows := cursor.fetchmany(BATCH_ROWS):
            yield rows
    finally:
        cursor.close()


def lines_of(rows: Iterable[Any]) -> bytes:
    """Rows as lines of JSON."""
    return b"".join([orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows])


@dataclass(slots=True)
class Sum:
    """The running hash of a table's lines."""

    rows: int = 0
    size: int = 0
    _hash: Any = field(default_factory=sha256)

    def add(self, rows: int, lines: bytes) -> None:
        """So many more rows, as lines."""
        self.rows += rows
        self.size += len(lines)
        self._hash.update(lines)

    @property
    def sha256(self) -> str:
        """The hash so far."""
        return str(self._hash.hexdigest())


def sum_of(connection: Connection, shape: Shape, progress: Progress = no_progress) -> Sum:
    """The hash of a table as it is."""
    total = Sum()
    with closing(read_batches(connection, shape)) as batches:
        for rows in batches:
            total.add(len(rows), lines_of(rows))
            progress(shape.name, total.rows)
    return total


def write_batches(
    connection: Connection, shape: Shape, batches: Iterable[list[Row]], progress: Progress = no_progress
) -> None:
    """Put rows into an empty table, with the ids that they have."""
    driver: Any = connection.connection.dbapi_connection
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    done = 0
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f'COPY "{shape.name}" ({columns}) FROM STDIN') as copy:
            for rows in batches:
                for row in rows:
                    copy.write_row(row)
                done += len(rows)
                progress(shape.name, done)
        return
    marks = ", ".join("?" * len(shape.columns))
    statement = f'INSERT INTO "{shape.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - names that the schema made
    for rows in batches:
        driver.executemany(statement, rows)
        done += len(rows)
        progress(shape.name, done)


def check_kinds(connection: Connection, shape: Shape) -> None:
    """SQLite keeps a text in a column of numbers. Raises BadInput for a table in which that happened."""
    if connection.dialect.name != "sqlite":
        return
    wrong = [
        f"typeof(\"{name}\") NOT IN ('null', '{'integer' if kind == 'boolean' else kind}')"
        for name, kind in zip(shape.columns, shape.kinds, strict=True)
    ]
    found = connection.exec_driver_sql(f'SELECT 1 FROM "{shape.name}" WHERE {" OR ".join(wrong)} LIMIT 1')  # noqa: S608
    if found.first() is not None:
        raise BadInput(f"The table {shape.name} has a value of another kind than its column.", field="ARCHIVE")


def set_sequences(connection: Connection, shapes: Iterable[Shape]) -> None:
    """On PostgreSQL, let the next row of each table have the next id. SQLite knows it by itself."""
    if connection.dialect.name != "postgresql":
        return
    for shape in shapes:
        if shape.key != ("id",):
            continue
        table = f'"{shape.name}"'
        sequence = connection.exec_driver_sql("SELECT pg_get_serial_sequence(%s, 'id')", (table,)).scalar()
        if sequence is not None:
            last = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar()  # noqa: S608 - our table
            connection.exec_driver_sql("SELECT setval(%s::regclass, %s, %s)", (sequence, last or 1, last is not None))


def differ(shape: Shape, expected: tuple[int, str], found: Sum) -> None:
    """Raises BadInput when a table is not, byte for byte, what it should be."""
    if (found.rows, found.sha256) != expected:
        raise BadInput(
            f"The table {shape.name} came out different: {found.rows:,} rows instead of {expected[0]:,}, "
            f"or other values. Nothing was changed.",
            field="ARCHIVE",
            action="Try again; if it happens again, use another backup, and check the memory and disk of this machine.",
        )
