"""The clock of the queue: it never goes back, whatever the machine's clock does.

The place of a started task is the moment when it was (re)opened, and every annotator's cursor trusts that
what is opened later stands further back. When a machine's clock is set back, new places would lie behind
the cursors and nobody would be offered those tasks any more. So no place is before one given earlier, nor
before the furthest cursor that this process found in the database.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from assay.store.queue.claim import CURSOR_LAG_MICROSECONDS

_FURTHEST = text("SELECT max(position) FROM lane_cursor")
_latest: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()


def place_now(connection: Connection, now: int) -> int:
    """The place in phase 1 of a task that is (re)opened at ``now`` (microseconds)."""
    engine = connection.engine
    latest = _latest.get(engine)
    if latest is None:
        furthest = connection.execute(_FURTHEST).scalar()
        latest = now if furthest is None else int(furthest) + CURSOR_LAG_MICROSECONDS
    # One further each time, so that tasks begun together are finished in the order they were begun.
    _latest[engine] = place = max(now, latest + 1)
    return place
