"""Move an installation from SQLite to PostgreSQL, or back: every table with an equal hash, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from assay.kernel.errors import AssayError, Conflict
from assay.store.archive.load import (
    fill,
    fold_journal,
    has_data,
    new_postgresql,
    new_sqlite,
    refuse_data,
    refuse_in_use,
)
from assay.store.archive.moment import Moment, one_moment
from assay.store.archive.rows import Progress, Row, Shape, Sum, lines_of, no_progress, read_batches, sum_of
from assay.store.archive.switch import nobody_at_work, staged
from assay.store.schema import sqlalchemy_url

MOVED = "moved"  # in a data folder: its database is elsewhere now


@dataclass(frozen=True, slots=True)
class MoveDone:
    """The tables with their rows and hashes, and whether they had been there from an earlier try."""

    tables: dict[str, tuple[int, str]]
    was_there: bool
    kept: Path | None


class _FromMoment:
    """The rows of another database, hashed as they pass."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._shapes: dict[str, Shape] = {shape.name: shape for shape in moment.shapes}
        self._sums: dict[str, Sum] = {}
        self.revision = moment.revision

    def columns(self) -> dict[str, tuple[str, ...]]:
        return {name: shape.columns for name, shape in self._shapes.items()}

    def batches(self, table: str) -> Generator[list[Row]]:
        shape = self._shapes[table]
        total = self._sums[table] = Sum()
        with closing(read_batches(self._moment.connection, shape)) as batches:
            for rows in batches:
                total.add(len(rows), lines_of(rows))
                yield rows

    def expected(self, table: str) -> tuple[int, str]:
        return self._sums[table].rows, self._sums[table].sha256


def move(data: Path, postgresql: str, *, back: bool = False, progress: Progress = no_progress) -> MoveDone:
    """Move the database of the folder ``data`` to PostgreSQL, or with ``back`` from there into the folder.

    Nobody may be running Assay over either side. The files stay in the folder. Broken off, nothing has moved; done
    again after it had been done, it finds equal hashes and says so. Raises Conflict when a side is in use or the
    target has other data.
    """
    with nobody_at_work(data):
        database = data / "assay.db"
        if back:
            return _to_sqlite(data, postgresql, progress)
        with one_moment(f"sqlite:///{database}") as moment:
            there = _equal_already(moment, postgresql)
            if there is None:
                source = _FromMoment(moment)
                with new_postgresql(postgresql, moment.revision, replace=False) as connection:
                    tables = fill(connection, source, progress)
            else:
                tables = there
        kept = _put_away(data)
        return MoveDone(tables, there is not None, kept)


def refuse_moved(data: Path, database: str) -> None:
    """Raises Conflict when a folder is opened on SQLite whose database is in PostgreSQL now."""
    if not database and (data / MOVED).exists() and not (data / "assay.db").exists():
        raise Conflict(
            f"The database of {data} was moved to PostgreSQL.",
            action=f"Set ASSAY_DATABASE. To begin anew in this folder, remove {data / MOVED}.",
        )


def _to_sqlite(data: Path, postgresql: str, progress: Progress) -> MoveDone:
    database = data / "assay.db"
    if database.exists() and _with_connection(f"sqlite:///{database}", has_data):
        raise refuse_data(data)
    _with_connection(postgresql, refuse_in_use)
    with one_moment(postgresql) as moment:
        refuse_in_use(moment.connection)
        with staged(data) as stage:
            with new_sqlite(stage / "assay.db", moment.revision) as connection:
                tables = fill(connection, _FromMoment(moment), progress)
            fold_journal(stage / "assay.db")
    (data / MOVED).unlink(missing_ok=True)
    return MoveDone(tables, False, None)


def _equal_already(moment: Moment, postgresql: str) -> dict[str, tuple[int, str]] | None:
    """The tables of the target when an earlier try had filled it; None when it is empty. Raises Conflict otherwise."""
    try:
        with one_moment(postgresql) as target:
            if not has_data(target.connection):
                return None
            if target.revision == moment.revision and [s.name for s in target.shapes] == [
                s.name for s in moment.shapes
            ]:
                ours = {shape.name: sum_of(moment.connection, shape) for shape in moment.shapes}
                theirs = {shape.name: sum_of(target.connection, shape) for shape in target.shapes}
                found = {name: (one.rows, one.sha256) for name, one in theirs.items()}
                if found == {name: (one.rows, one.sha256) for name, one in ours.items()}:
                    return found
    except AssayError as problem:
        if problem.status == 422:  # no tables of Assay there yet
            return None
        raise
    raise Conflict(
        "The PostgreSQL database has other data of Assay already.",
        action="Use an empty database.",
    )


def _put_away(data: Path) -> Path:
    """Keep the old database under another name, and note where the data is, so that nobody goes on with the old one."""
    (data / MOVED).write_text("The database of this folder was moved to PostgreSQL: set ASSAY_DATABASE.\n")
    kept = data / "assay.db.moved"
    number = 1
    while kept.exists():
        number += 1
        kept = data / f"assay.db.moved{number}"
    fold_journal(data / "assay.db")
    (data / "assay.db").rename(kept)
    return kept


def _with_connection(url: str, look: Callable[[Connection], object]) -> object:
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return look(connection)
    finally:
        engine.dispose()
