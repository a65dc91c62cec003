"""The queue: claiming one slot of one task, exactly, under any number of people. One file a database."""

from __future__ import annotations

from sqlalchemy import Connection

from assay.store.queue import postgresql, sqlite
from assay.store.queue.claim import Claim, Claimed
from assay.store.queue.places import place_now

__all__ = ["Claim", "Claimed", "claim_slot", "place_now"]


def claim_slot(connection: Connection, claim: Claim) -> Claimed | None:
    """Take a slot and write the assignment: the longest-started task open to this person, else a fresh one.

    None when nobody's slot is free for this person. Tasks that another transaction is just taking are
    passed over without waiting, unless they are all that is left for somebody with empty hands.
    """
    take = postgresql.take if connection.dialect.name == "postgresql" else sqlite.take
    return take(connection, claim)
