"""Many rows at once: COPY on PostgreSQL, executemany on SQLite. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, func, select, text


def allocate_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """``count`` fresh ids of a table, ascending; nobody else gets them."""
    if connection.dialect.name == "postgresql":
        statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        return connection.execute(statement, {"table": f'"{table.name}"', "count": count}).scalars().all()
    # SQLite has one writer and these tables never lose a row, so the next ids are free.
    last = connection.execute(select(func.max(table.c.id))).scalar() or 0
    return range(last + 1, last + 1 + count)


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows given as tuples in the order of ``columns``."""
    names = ", ".join(columns)
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - a connection in use has one
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    raw.executemany(statement, rows)
