"""The sealer: takes committed rows that no link covers yet, and appends the links that cover them.

Submissions do not wait for a chain; a row is sealed some seconds after it was committed. The sealer reads and hashes
on a reading connection and only then writes the links, which takes a moment. Its cost follows the new rows, not the
size of the project: it remembers how far it has come in each table (``sealing``).

Ids are given out before their transactions commit, so a smaller id can appear after a larger one. What is missing
below the furthest id seen is remembered as a *hole*. A hole that is filled later gets into a later link. It is
forgotten when nobody can fill it any more: the transactions that ran when it was first seen are over (on
PostgreSQL), and ``_PATIENCE`` has passed. Should a row appear even after that, ``assay doctor`` names it and
``assay doctor --seal`` covers it. SQLite has one writer and no holes.

Several processes may seal: the one that is second finds the memory changed and throws its links away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, text, update

from assay.kernel.clock import MINUTE, Clock, now_us
from assay.store import tables as t
from assay.store.engine import Store
from assay.store.records import chain
from assay.store.records.chain import NO_PROJECT, Line, Link

ROWS = 5_000  # in one round, so also in one link
_CHARACTERS = 16_000_000  # of the rows of one round
_PAGE = 500
_HOLES = 10_000  # remembered of one table
_PATIENCE = 10 * MINUTE

_TURN = "turn"  # the row of ``sealing`` that tells rounds apart


@dataclass(frozen=True, slots=True)
class Hole:
    """An id that was not there yet."""

    id: int
    seen_at: int
    transaction: int  # ran after every transaction that could have had the id then


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the sealing of one table has come."""

    upto: int = 0
    holes: tuple[Hole, ...] = ()


@dataclass(slots=True)
class _Round:
    """What one round found, and what it will write."""

    turn: int
    before: dict[tuple[int, str], Reached]
    after: dict[tuple[int, str], Reached] = field(default_factory=dict)
    lines: defaultdict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))
    rows: int = 0
    characters: int = 0
    links: list[Link] = field(default_factory=list)
    # Ids that other rows have: a range may reach over them.
    foreign: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_full(self) -> bool:
        return self.rows >= ROWS or self.characters >= _CHARACTERS


class Sealer:
    """Seals what is new in a database. Safe to run in any number of processes."""

    def __init__(self, store: Store, *, clock: Clock = now_us) -> None:
        self._store = store
        self._clock = clock

    def seal_some(self) -> int:
        """One round: at most :data:`ROWS` rows into links. How many rows; 0 also when another process was first."""
        now = self._clock()
        found = self._store.read(lambda c: _find(c, now))
        if not found.links and not found.after:
            return 0
        done = self._store.write(lambda c: _write(c, found))
        return found.rows if done else 0

    def seal_all(self, *, rounds: int = 1_000_000) -> int:
        """Rounds until nothing is left, or so many. How many rows were sealed."""
        sealed = 0
        for _ in range(rounds):
            found = self.seal_some()
            sealed += found
            if not found:
                break
        return sealed


def _find(connection: Connection, now: int) -> _Round:
    before = {
        (row.project_id, row.name): Reached(row.upto, tuple(Hole(*one) for one in orjson.loads(row.holes)))
        for row in connection.execute(select(t.sealing).where(t.sealing.c.project_id == NO_PROJECT))
    }
    turn = before.pop((NO_PROJECT, _TURN), Reached()).upto
    found = _Round(turn, before)
    oldest, newest = _transactions(connection)
    for name in chain.NUMBERED:
        if not found.is_full:
            _find_numbered(connection, found, name, now=now, oldest=oldest, newest=newest)
    if not found.is_full:
        _find_versions(connection, found)
    _link(connection, found, now)
    return found


def _transactions(connection: Connection) -> tuple[int, int]:
    """(no transaction before this one runs any more, the next one's number)."""
    if connection.dialect.name != "postgresql":
        return 1, 0
    row = connection.execute(
        text(
            "SELECT pg_snapshot_xmin(s)::text::bigint AS oldest, pg_snapshot_xmax(s)::text::bigint AS newest "
            "FROM pg_current_snapshot() s"
        )
    ).one()
    return int(row.oldest), int(row.newest)


def _find_numbered(connection: Connection, found: _Round, name: str, *, now: int, oldest: int, newest: int) -> None:
    """New rows of a table whose ids run over all projects, and rows in its holes."""
    place = (NO_PROJECT, name)
    reached = found.before.get(place, Reached())
    holes = {hole.id: hole for hole in reached.holes}
    filled = _in_holes(connection, found, name, sorted(holes))
    upto = reached.upto
    seen: list[int] = []
    while not found.is_full:
        key = chain.key_of(name)
        rows = connection.execute(
            select(*chain.columns_of(name)).where(key > upto).order_by(key).limit(min(_PAGE, ROWS - found.rows))
        ).all()
        if not rows:
            break
        for row in rows:
            _take(found, name, row)
            seen.append(row.id)
        upto = seen[-1]
    found.foreign[name].extend(seen)
    for row_id in filled:
        del holes[row_id]
    kept = [hole for hole in holes.values() if now - hole.seen_at < _PATIENCE or oldest <= hole.transaction]
    if connection.dialect.name == "postgresql":
        kept += [Hole(one, now, newest) for one in _missing(reached.upto, seen)]
    # Bounded, whatever happens: what falls out is not lost, but waits for ``assay doctor --seal``.
    after = Reached(upto, tuple(kept[-_HOLES:]))
    if after != reached:
        found.after[place] = after


def _in_holes(connection: Connection, found: _Round, name: str, holes: Sequence[int]) -> list[int]:
    filled = []
    for start in range(0, len(holes), _PAGE):
        if found.is_full:
            break
        key = chain.key_of(name)
        rows = connection.execute(
            select(*chain.columns_of(name)).where(key.in_(holes[start : start + _PAGE])).order_by(key)
        ).all()
        for row in rows:
            _take(found, name, row)
            filled.append(row.id)
    return filled


def _missing(upto: int, seen: Sequence[int]) -> Iterable[int]:
    last = upto
    for one in seen:
        # Nothing of the sequence was used before the first row that there ever was.
        yield from range(last + 1, one) if one - last <= _HOLES else range(one - _HOLES, one)
        last = one


def _take(found: _Round, name: str, row: Any) -> None:
    line = chain.line_of(name, row)
    found.lines[row.project_id or NO_PROJECT].append(line)
    found.rows += 1
    found.characters += len(line.text)


def _find_versions(connection: Connection, found: _Round) -> None:
    """New versions of the documents of projects: they are numbered in each project without a gap."""
    for name in chain.VERSIONED:
        table = chain.table_of(name)
        newest = t.project.c[f"{name}_version"]
        sealed = t.sealing.alias("sealed")
        behind = connection.execute(
            select(t.project.c.id, sealed.c.upto)
            .outerjoin(sealed, (sealed.c.project_id == t.project.c.id) & (sealed.c.name == name))
            .where((sealed.c.upto.is_(None)) | (sealed.c.upto < newest))
            .order_by(t.project.c.id)
            .limit(ROWS)
        ).all()
        for project_id, upto in behind:
            if found.is_full:
                return
            rows = connection.execute(
                select(*chain.columns_of(name))
                .where(table.c.project_id == project_id, table.c.version > (upto or 0))
                .order_by(table.c.version)
                .limit(_PAGE)
            ).all()
            for row in rows:
                _take(found, name, row)
            if rows:
                if upto is not None:
                    found.before[project_id, name] = Reached(upto)
                found.after[project_id, name] = Reached(rows[-1].version)


def _link(connection: Connection, found: _Round, now: int) -> None:
    foreign = {name: sorted(ids) for name, ids in found.foreign.items()}
    for project_id, lines in sorted(found.lines.items()):
        last = chain.head(connection, project_id)
        lines.sort(key=lambda line: (line.table, line.id))
        ranges = _ranges(lines, foreign)
        found.links.append(chain.make_link(project_id, last, now, ranges, lines, rows=len(lines)))


def _ranges(lines: Sequence[Line], present: dict[str, list[int]]) -> dict[str, list[list[int]]]:
    """Ranges over these ids. A range reaches over ids of other projects' rows, never over a hole."""
    ranges: dict[str, list[list[int]]] = {}
    for line in lines:
        known = ranges.setdefault(line.table, [])
        if known and _all_present(present.get(line.table, ()), known[-1][1], line.id):
            known[-1][1] = line.id
        else:
            known.append([line.id, line.id])
    return ranges


def _all_present(ids: Sequence[int], low: int, high: int) -> bool:
    """Whether every id between the two is there."""
    return high - low == 1 or bisect_right(ids, high - 1) - bisect_right(ids, low) == high - low - 1


def _write(connection: Connection, found: _Round) -> bool:
    """Append the links, unless another process has sealed meanwhile."""
    if not _take_turn(connection, found.turn):
        return False
    for (project_id, name), reached in found.after.items():
        values = {
            "upto": reached.upto,
            "holes": orjson.dumps([[hole.id, hole.seen_at, hole.transaction] for hole in reached.holes]).decode(),
        }
        where = (t.sealing.c.project_id == project_id) & (t.sealing.c.name == name)
        if (project_id, name) in found.before:
            connection.execute(update(t.sealing).where(where).values(**values))
        else:
            connection.execute(insert(t.sealing).values(project_id=project_id, name=name, **values))
    chain.write_links(connection, found.links)
    return True


def _take_turn(connection: Connection, turn: int) -> bool:
    """Whether nobody else has sealed since ``turn``; if so, nobody else will until this commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(4155415360)"))
    where = (t.sealing.c.project_id == NO_PROJECT) & (t.sealing.c.name == _TURN)
    now_at = connection.execute(select(t.sealing.c.upto).where(where)).scalar()
    if (now_at or 0) != turn:
        return False
    if now_at is None:
        connection.execute(insert(t.sealing).values(project_id=NO_PROJECT, name=_TURN, upto=turn + 1, holes="[]"))
    else:
        connection.execute(update(t.sealing).where(where).values(upto=turn + 1))
    return True
