"""Random public ids, and secrets.

An id is 26 characters of base 32 (130 random bits): it cannot be guessed, carries no time and no
order, has one length for everything, and never starts with a dash.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable

ID_LENGTH = 26
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"

RandomBytes = Callable[[int], bytes]


class _Reserve:
    """Random bytes from the operating system, fetched a page at a time.

    Each fetch lets go of the interpreter, and in a busy server getting it back costs far more than the bytes.
    A byte is handed out once; a forked process starts with nothing in reserve.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes = b""
        self._next = 0

    def take(self, count: int) -> bytes:
        with self._lock:
            if self._next + count > len(self._bytes):
                self._bytes = secrets.token_bytes(max(4096, count))
                self._next = 0
            start = self._next
            self._next += count
            return self._bytes[start : self._next]

    def forget(self) -> None:
        self._lock = threading.Lock()
        self._bytes = b""
        self._next = 0


_reserve = _Reserve()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reserve.forget)


def new_id(random_bytes: RandomBytes = _reserve.take) -> str:
    """A new random id. Give ``random_bytes`` to make a seeded run repeatable.

    >>> len(new_id())
    26
    """
    number = int.from_bytes(random_bytes(17), "big")
    characters = []
    for _ in range(ID_LENGTH):
        characters.append(_ALPHABET[number & 31])
        number >>= 5
    return "".join(characters)


def derived_id(*parts: str) -> str:
    """The id that belongs to these parts: the same parts give the same id, others another one.

    >>> derived_id("flag", "a") == derived_id("flag", "a") != derived_id("flag", "b")
    True
    """
    digested = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return new_id(lambda count: digested[:count])


def looks_like_id(text: str) -> bool:
    """Whether the text has the form of an id (not whether anything has it).

    >>> looks_like_id("abc"), looks_like_id(new_id())
    (False, True)
    """
    return len(text) == ID_LENGTH and all(character in _ALPHABET for character in text)


def new_secret() -> str:
    """A secret of 256 bits for sessions, links and API tokens; only its digest is ever stored."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret: its SHA-256. The secrets are random, so no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
