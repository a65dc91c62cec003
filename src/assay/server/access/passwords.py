"""Passwords: argon2 hashes, off the event loop, with wrong tries throttled per account and per address."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pwdlib import PasswordHash

from assay.kernel import limits as bounds
from assay.kernel.errors import BadInput, TooMany
from assay.server.access.addresses import source_of

Result = TypeVar("Result")

_WINDOW_MINUTES = 15
_ADDRESS_FACTOR = 10  # an address may host many people

# The most used passwords that are long enough to pass the length rule.
_COMMON = frozenset(
    {
        "1234567890", "0123456789", "password12", "password123", "password1234", "passw0rd123", "qwertyuiop",
        "qwerty12345", "qwerty123456", "1q2w3e4r5t", "1q2w3e4r5t6y", "iloveyou123", "administrator", "changeme123",
        "letmein1234", "welcome1234", "abcdefghij", "abcd123456", "1111111111", "0000000000", "123123123123",
        "aaaaaaaaaa", "qwertyqwerty", "passwordpassword", "adminadmin", "assayassay",
    }
)  # fmt: skip


class Passwords:
    """Hashing and checking. Argon2 takes a tenth of a second by design, so it runs in two threads of its own."""

    def __init__(self, attempts: int) -> None:
        self._hash = PasswordHash.recommended()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="assay-password")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_account = RateLimitItemPerMinute(attempts, _WINDOW_MINUTES)
        self._per_address = RateLimitItemPerMinute(attempts * _ADDRESS_FACTOR, _WINDOW_MINUTES)
        self._under_way: Counter[tuple[str, ...]] = Counter()
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The argon2 hash of a new password. Raises BadInput for a short or well-known one."""
        if len(password) < bounds.PASSWORD_CHARACTERS_MIN:
            raise BadInput(
                f"The password has {len(password)} characters.",
                field="password",
                action=f"Use at least {bounds.PASSWORD_CHARACTERS_MIN}; a short sentence is good.",
            )
        if password.lower() in _COMMON:
            raise BadInput(
                "This password is well known.", field="password", action="Use one that only you would think of."
            )
        return await self._in_thread(self._hash.hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether a password fits. Takes the same time when there is nobody to fit."""
        if self._nobody is None:
            self._nobody = await self._in_thread(self._hash.hash, "nobody has this password")
        fits = await self._in_thread(self._hash.verify, password, kept or self._nobody)
        return fits and kept is not None

    @contextmanager
    def attempt(self, email: str, address: str) -> Iterator[Callable[[], None]]:
        """Around one try; call what it gives when the try was wrong.

        Raises TooMany when this address has guessed too often, for this account or for many. A try that
        is under way counts as a wrong one until it ends, so that many at once do not slip by. The account
        is counted for this address only, so that a stranger cannot lock it.
        """
        windows = self._windows(email, address)
        for item, keys in windows:
            if self._limiter.get_window_stats(item, *keys).remaining <= self._under_way[keys]:
                raise TooMany(
                    "Too many wrong tries from here.",
                    action=f"Wait {_WINDOW_MINUTES} minutes, or sign in by a link from an owner.",
                    retry_after_seconds=_WINDOW_MINUTES * 60,
                )

        def wrong() -> None:
            for item, keys in windows:
                self._limiter.hit(item, *keys)

        self._under_way.update(keys for _, keys in windows)
        try:
            yield wrong
        finally:
            for _, keys in windows:
                self._under_way[keys] -= 1
            self._under_way += Counter()  # lets go of those at zero

    def _windows(self, email: str, address: str) -> tuple[tuple[RateLimitItemPerMinute, tuple[str, ...]], ...]:
        source = source_of(address)
        return (self._per_account, ("account", email, source)), (self._per_address, ("address", source))

    async def _in_thread(self, call: Callable[..., Result], *arguments: str) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
