"""Time as whole microseconds since 1970 in UTC, from a clock that is passed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now_us() -> int:
    """The wall clock of this machine, in microseconds."""
    return time.time_ns() // 1000


def iso(moment_us: int) -> str:
    """ISO 8601 with microseconds and Z.

    >>> iso(0)
    '1970-01-01T00:00:00.000000Z'
    """
    return as_datetime(moment_us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_datetime(moment_us: int) -> datetime:
    """The moment as an aware datetime in UTC, exact to the microsecond."""
    seconds, micros = divmod(moment_us, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def from_iso(text: str) -> int:
    """Microseconds of an ISO 8601 time; a time without a zone is taken as UTC.

    Raises ValueError for anything else.

    >>> from_iso("1970-01-01T00:00:01Z")
    1000000
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


class ManualClock:
    """A clock for tests and simulations: it stands still until told to move."""

    def __init__(self, start_us: int = 1_700_000_000 * SECOND) -> None:
        self.moment_us = start_us

    def __call__(self) -> int:
        return self.moment_us

    def advance(self, seconds: float) -> None:
        """Move on by that many seconds."""
        self.moment_us += round(seconds * SECOND)
