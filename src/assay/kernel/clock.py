"""Time as whole microseconds since 1970 in UTC, from a clock that is passed in."""

from __future__ import annotations

import threading
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


def passed_ns() -> int:
    """Nanoseconds since some fixed moment, also while the machine was suspended; nobody can set this clock."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic_ns()


class SteadyClock:
    """The clock of a server: the wall clock without its jumps.

    When somebody sets a machine's clock an hour ahead, every lease would end at once; an hour back, and none would
    end for an hour. This clock is set by the wall clock once and then goes by the time that really passed. It turns
    towards the wall clock slowly: it gains or loses at most ``SLEW`` of the time that passes, so a lease is as long
    as it says, within that share, and the clock never goes back. After a large jump a restart takes the new time over
    at once.
    """

    SLEW = 0.02

    def __init__(self, wall: Clock = now_us, passed: Callable[[], int] = passed_ns) -> None:
        self._wall = wall
        self._passed = passed
        self._lock = threading.Lock()
        self._last_ns = passed()
        self._shown_us = float(wall())

    def __call__(self) -> int:
        """Microseconds since 1970 in UTC."""
        return self._turn()[0]

    @property
    def behind_us(self) -> int:
        """How far the wall clock is ahead of this one (negative: behind it). Far from 0: somebody set it."""
        return self._turn()[1]

    def _turn(self) -> tuple[int, int]:
        with self._lock:
            now_ns = self._passed()
            went_us = max(0, now_ns - self._last_ns) / 1000
            self._last_ns = now_ns
            behind_us = self._wall() - (self._shown_us + went_us)
            most_us = went_us * self.SLEW
            turned_us = max(-most_us, min(most_us, behind_us))
            self._shown_us += went_us + turned_us
            return int(self._shown_us), int(behind_us - turned_us)


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
