"""Lanes: which there are, who may work in them, and in which order a person looks through them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assay.store import tables as t
from assay.store.documents import from_json

STRATA_WITH_LANES = 50
"""So many strata get a lane of their own; the rest share one, so that a search stays short."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One priority class of one stratum in one queue. ``people``: only these; None is everybody."""

    id: int
    priority: int
    stratum: str
    skills: frozenset[str]
    people: frozenset[int] | None

    @classmethod
    def read(cls, row: Sequence[Any]) -> Lane:
        """From (id, priority, stratum, skills, people), the last two as JSON text."""
        lane_id, priority, stratum, skills, people = row
        return cls(lane_id, priority, stratum, _texts(skills), None if people is None else _numbers(people))

    def is_open_to(self, person_id: int, skills: frozenset[str]) -> bool:
        """Whether that person gets work from here."""
        return self.skills <= skills and (self.people is None or person_id in self.people)

    def rank(self, served: int) -> tuple[Any, ...]:
        """Urgent lanes first; then work meant for few before work for all; then what this person had least of."""
        return (-self.priority, self.people is None, -len(self.skills), served, self.id)


@lru_cache(maxsize=1024)
def _texts(written: str) -> frozenset[str]:
    return frozenset(from_json(written))


@lru_cache(maxsize=1024)
def _numbers(written: str) -> frozenset[int]:
    return frozenset(from_json(written))


def current_skills(written: str, now: int) -> frozenset[str]:
    """The skills that have not run out. ``written`` is JSON: skill -> until when (microseconds), null for ever."""
    if written == "{}":
        return frozenset()
    return frozenset(skill for skill, until in from_json(written).items() if until is None or until > now)


@lru_cache(maxsize=4096)
def start_of(project_uid: str, person_id: int) -> int:
    """Where in the random order of a project a person begins; it goes round. Always the same, so it can be recomputed.

    Tasks stand at random places below 2**62, and so does each person's start.
    """
    digest = hashlib.blake2b(f"{project_uid}/{person_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2


def lane_ids(
    connection: Connection, project_id: int, wanted: Iterable[tuple[str, str, int]]
) -> dict[tuple[str, str, int], int]:
    """(queue name, stratum, priority) -> lane id; lanes that are missing are made.

    An unknown queue is the open one. Beyond the first 50 strata of a project the rest share a lane.
    """
    keys = sorted(set(wanted))
    queues = {
        row.name: row.id
        for row in connection.execute(select(t.queue.c.name, t.queue.c.id).where(t.queue.c.project_id == project_id))
    }
    lanes = _existing(connection, project_id)
    strata = {stratum for _, stratum, _ in lanes if stratum}
    found: dict[tuple[str, str, int], int] = {}
    for queue, stratum, priority in keys:
        if stratum and stratum not in strata:
            if len(strata) >= STRATA_WITH_LANES:
                stratum_of = ""
            else:
                strata.add(stratum)
                stratum_of = stratum
        else:
            stratum_of = stratum
        key = (queues.get(queue, queues[""]), stratum_of, priority)
        if key not in lanes:
            _make(connection, project_id, key)
            lanes = _existing(connection, project_id)
        found[queue, stratum, priority] = lanes[key]
    return found


def _existing(connection: Connection, project_id: int) -> dict[tuple[int, str, int], int]:
    lane = t.lane.c
    rows = connection.execute(
        select(lane.id, lane.queue_id, lane.stratum, lane.priority).where(lane.project_id == project_id)
    )
    return {(row.queue_id, row.stratum, row.priority): row.id for row in rows}


def _make(connection: Connection, project_id: int, key: tuple[int, str, int]) -> None:
    queue_id, stratum, priority = key
    values = {"project_id": project_id, "queue_id": queue_id, "stratum": stratum, "priority": priority}
    insert = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    connection.execute(insert(t.lane).values(values).on_conflict_do_nothing())
