"""Verifying a chain: every link anew from the rows it covers, and every row in exactly one link."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, func, select, text

from assay.store import tables as t
from assay.store.records import chain
from assay.store.records.chain import MARK_DIGITS, Hasher, Line, Link

_PAGE = 2_000
_NAMED = 5  # rows named of one fault
APPEND_ONLY = (*chain.SEALED, "seal")

Say = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it must be: what, where, and what to do. ``code`` is stable for programs."""

    code: str
    project_id: int | None
    message: str
    action: str
    rows: tuple[int, ...] = ()


@dataclass(slots=True)
class Chain:
    """What verifying one chain found."""

    project_id: int
    links: int = 0
    records: int = 0  # rows that links cover
    unsealed: int = 0  # rows behind the last link, waiting for the next one
    head: str = ""
    head_at: int | None = None
    faults: list[Fault] = field(default_factory=list)


class Cover:
    """Which ids of one table links have covered: disjoint ranges, neighbors joined, in order."""

    def __init__(self) -> None:
        self._ranges: list[list[int]] = []

    def add(self, low: int, high: int) -> bool:
        """Add a range; False when part of it was covered before."""
        place = bisect_right(self._ranges, [low, high])
        before = self._ranges[place - 1] if place else None
        after = self._ranges[place] if place < len(self._ranges) else None
        if (before is not None and before[1] >= low) or (after is not None and after[0] <= high):
            return False
        if before is not None and before[1] == low - 1:
            before[1] = high
        elif after is not None and after[0] == high + 1:
            after[0] = low
        else:
            insort(self._ranges, [low, high])
        return True

    def __contains__(self, row_id: int) -> bool:
        place = bisect_right(self._ranges, [row_id, 2**63])
        return place > 0 and self._ranges[place - 1][1] >= row_id

    @property
    def last(self) -> int:
        """The largest id covered; 0 for none."""
        return self._ranges[-1][1] if self._ranges else 0


def verify_chain(connection: Connection, project_id: int, say: Say = lambda _: None) -> Chain:
    """Verify the chain of a project (0: of what belongs to none). ``say`` is told how many rows were read."""
    seen = Chain(project_id)
    covers = {name: Cover() for name in chain.SEALED}
    counts = dict.fromkeys(chain.SEALED, 0)
    previous, number = "", 0
    for link in chain.links(connection, project_id):
        number += 1
        _check_place(seen, link, number, previous)
        previous, number = link.hash, link.number
        rows = _check_rows(connection, seen, link, covers, counts)
        seen.links += 1
        seen.records += rows
        seen.head, seen.head_at = link.hash, link.at
        say(rows)
    for name in chain.SEALED:
        _check_cover(connection, seen, name, covers[name], counts[name])
    return seen


def _check_place(seen: Chain, link: Link, number: int, previous: str) -> None:
    if link.number != number:
        seen.faults.append(
            Fault(
                "link_missing",
                seen.project_id,
                f"The chain goes from link {number - 1} to link {link.number}: what is between was removed.",
                "Somebody changed the table seal. Compare with a backup, and with a head hash noted elsewhere.",
            )
        )
    elif link.previous != previous:
        seen.faults.append(
            Fault(
                "link_broken",
                seen.project_id,
                f"Link {link.number} does not follow from the link before it.",
                "Somebody changed the table seal. Compare with a backup, and with a head hash noted elsewhere.",
            )
        )


def _check_rows(
    connection: Connection, seen: Chain, link: Link, covers: dict[str, Cover], counts: dict[str, int]
) -> int:
    hasher = Hasher(link.previous, link.project_id, link.number, link.at, link.records, link.covered)
    try:
        ranges = sorted(link.ranges.items())
        known = all(name in chain.SEALED for name, _ in ranges)
    except (ValueError, TypeError, AttributeError):
        known = False
    if not known:
        seen.faults.append(_changed_link(link))
        return 0
    rows = 0
    changed: list[str] = []
    for name, of_table in ranges:
        for low, high in of_table:
            if not covers[name].add(low, high):
                seen.faults.append(
                    Fault(
                        "covered_twice",
                        seen.project_id,
                        f"Link {link.number} covers rows of {name} ({low} to {high}) that an earlier link covers.",
                        "Somebody changed the table seal. Compare with a backup.",
                    )
                )
            for line in lines_between(connection, link.project_id, name, low, high):
                counts[name] += 1
                changed += _compare(link, rows, line, changed)
                hasher.add(line)
                rows += 1
    if hasher.hexdigest() != link.hash:
        seen.faults.append(_broken(link, rows, changed))
    return rows


def _compare(link: Link, place: int, line: Line, changed: list[str]) -> list[str]:
    """The row, when it is not the one that was sealed at this place."""
    mark = link.marks[place * MARK_DIGITS : (place + 1) * MARK_DIGITS]
    return [f"{line.table} {line.id}"] if mark != line.mark and len(changed) <= _NAMED else []


def _broken(link: Link, rows: int, changed: list[str]) -> Fault:
    sealed = len(link.marks) // MARK_DIGITS
    where = f"link {link.number}"
    if rows < sealed:
        place = f", the first of them before {changed[0]}" if changed else ", the last of them"
        return Fault(
            "row_missing",
            link.project_id,
            f"{sealed - rows:,} of the {sealed:,} rows that {where} covers are gone{place}.",
            "Rows were removed behind the back of the application. Restore them from a backup.",
        )
    if rows > sealed:
        place = f", the first of them at {changed[0]}" if changed else ", the last of them"
        return Fault(
            "row_added",
            link.project_id,
            f"{rows - sealed:,} rows were put among the {sealed:,} that {where} covers{place}.",
            "Rows were added behind the back of the application. Compare with a backup.",
        )
    if not changed:
        return _changed_link(link)
    named = ", ".join(changed[:_NAMED]) + (" and others" if len(changed) > _NAMED else "")
    return Fault(
        "row_changed",
        link.project_id,
        f"Not as it was sealed in {where}: {named}.",
        "The row was changed behind the back of the application. Compare it with a backup.",
        tuple(int(one.rpartition(" ")[2]) for one in changed[:_NAMED]),
    )


def _changed_link(link: Link) -> Fault:
    return Fault(
        "link_changed",
        link.project_id,
        f"Link {link.number} itself was changed: its hash is not that of what it says.",
        "Somebody changed the table seal. Compare with a backup, and with a head hash noted elsewhere.",
    )


def lines_between(connection: Connection, project_id: int, name: str, low: int, high: int) -> Iterator[Line]:
    """The rows of one table and chain with ids in that range, in order, a page in memory at a time."""
    key = chain.key_of(name)
    after = low - 1
    while after < high:
        rows = connection.execute(
            select(*chain.columns_of(name))
            .where(key > after, key <= high, chain.of_project(name, project_id))
            .order_by(key)
            .limit(_PAGE)
        ).all()
        yield from (chain.line_of(name, row) for row in rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _check_cover(connection: Connection, seen: Chain, name: str, cover: Cover, covered: int) -> None:
    where = chain.of_project(name, seen.project_id)
    total = connection.execute(select(func.count()).select_from(chain.table_of(name)).where(where)).scalar_one()
    if total == covered:
        return
    key = chain.key_of(name)
    behind = connection.execute(
        select(func.count()).select_from(chain.table_of(name)).where(where, key > cover.last)
    ).scalar_one()
    seen.unsealed += behind
    if total - covered == behind:
        return
    among = [row_id for row_id in _ids(connection, name, seen.project_id, cover.last) if row_id not in cover]
    waiting = _waiting(connection, name)
    seen.unsealed += sum(row_id in waiting for row_id in among)
    strange = [row_id for row_id in among if row_id not in waiting]
    if strange:
        named = ", ".join(str(row_id) for row_id in strange[:_NAMED])
        seen.faults.append(
            Fault(
                "row_not_covered",
                seen.project_id,
                f"{len(strange):,} rows of {name} lie among sealed ones, but no link covers them: {named}"
                f"{' and others' if len(strange) > _NAMED else ''}.",
                "They came very late, or were added behind the back of the application. Look at them; "
                "`assay doctor --seal` covers them.",
                tuple(strange[:_NAMED]),
            )
        )


def _ids(connection: Connection, name: str, project_id: int, last: int) -> Iterator[int]:
    key = chain.key_of(name)
    statement = select(key).where(chain.of_project(name, project_id), key <= last).order_by(key).limit(_PAGE * 10)
    page = connection.execute(statement).scalars().all()
    while page:
        yield from page
        page = connection.execute(statement.where(key > page[-1])).scalars().all()


def _waiting(connection: Connection, name: str) -> set[int]:
    """Ids that the sealer still waits for: their transactions were not over when it passed them."""
    where = (t.sealing.c.project_id == chain.NO_PROJECT) & (t.sealing.c.name == name)
    holes = connection.execute(select(t.sealing.c.holes).where(where)).scalar()
    return {one[0] for one in orjson.loads(holes or "[]")}


def uncovered(connection: Connection, project_id: int) -> dict[str, list[int]]:
    """Table -> ids of rows that no link covers, among sealed ones: not those that the sealer is still to take."""
    covers = {name: Cover() for name in chain.SEALED}
    for link in chain.links(connection, project_id):
        for name, of_table in link.ranges.items():
            for low, high in of_table:
                covers[name].add(low, high)
    found = {}
    for name, cover in covers.items():
        waiting = _waiting(connection, name)
        ids = [
            row_id
            for row_id in _ids(connection, name, project_id, cover.last)
            if row_id not in cover and row_id not in waiting
        ]
        if ids:
            found[name] = ids
    return found


def check_triggers(connection: Connection) -> list[Fault]:
    """Whether the database still refuses to change records."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        kinds = ("BEFORE UPDATE", "BEFORE DELETE")
        guarded = {
            name
            for name in APPEND_ONLY
            if all(any(row.tbl_name == name and f"{kind} ON {name} " in row.sql for row in rows) for kind in kinds)
        }
    else:
        # Of the kind BEFORE, for each statement, on DELETE, UPDATE and TRUNCATE, and switched on.
        rows = connection.execute(
            text(
                "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal "
                "AND tgenabled IN ('O', 'A') AND tgtype & 58 = 58 AND tgtype & 1 = 0"
            )
        ).all()
        guarded = {row.name.rpartition(".")[2] for row in rows}
    return [
        Fault(
            "trigger_missing",
            None,
            f"The table {name} can be changed: the trigger that makes it append-only is missing or switched off.",
            "Find out who removed it. A database restored by `assay restore`, or made anew, has it.",
        )
        for name in APPEND_ONLY
        if name not in guarded
    ]
