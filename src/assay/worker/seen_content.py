"""The contents of a file's rows with the line of each, on disk: memory does not grow with the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

_DIGEST_BYTES = 16  # 128 bits: two contents never share one by chance
_CACHE_KILOBYTES = 32_000


class SeenContent:
    """Finds the second use of a content."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def first_line(self, content: bytes, line: int) -> int | None:
        """The line that had this content before, or None; then this line is the first."""
        digest = blake2b(content, digest_size=_DIGEST_BYTES).digest()
        if self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (digest, line)).rowcount:
            return None
        found = self._database.execute("SELECT line FROM seen WHERE digest = ?", (digest,)).fetchone()[0]
        return None if found == line else int(found)


@contextmanager
def seen_content() -> Iterator[SeenContent]:
    """An empty one, gone with the block. Its file has no name: SQLite removes it even after a crash."""
    # The threads of the store use it one after the other.
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        database.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        database.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID")
        database.execute("BEGIN")
        yield SeenContent(database)
    finally:
        database.close()
