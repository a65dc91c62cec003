"""Several processes over one PostgreSQL database must share the data folder: its files, and its secret key.

Each process holds a lock in the database that is named after both. A process that was started on another host over a
folder of its own is refused, instead of signing with another key and not finding the uploads of the others. The lock
goes with its process, however that ends.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import psycopg

from assay.kernel.errors import Conflict
from assay.kernel.ids import new_id

_LOCKS = 415541  # of advisory locks: these are ours
_NOTE = "folder-id"
_OTHERS = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objid <> %s AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Presence:
    """That this process works with a database, seen by the others."""

    def __init__(self, url: str, data: Path, secret: bytes) -> None:
        """Raises Conflict when a process with another folder or secret is there."""
        self._url = url
        self._number = _number(_folder_id(data), secret)
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[tuple[int]] | None = self._join()

    def renew(self) -> None:
        """Be there again after the database was away. Called now and then; never raises for a database that is away."""
        with self._lock:
            if self._connection is None:
                return
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                with suppress(psycopg.Error):
                    self._connection.close()
                with suppress(psycopg.Error):
                    self._connection = self._join()

    def leave(self) -> None:
        """This process has ended its work."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _join(self) -> psycopg.Connection[tuple[int]]:
        connection: psycopg.Connection[tuple[int]] = psycopg.connect(
            self._url, autocommit=True, connect_timeout=5, application_name="assay"
        )
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (_LOCKS, self._number))
        # Locked before looking: of two that begin together at least one sees the other.
        row = connection.execute(_OTHERS, (_LOCKS, self._number)).fetchone()
        if row is not None and row[0]:
            connection.close()
            raise Conflict(
                "Assay runs over this database already, with another data folder or another secret key.",
                action="Give every process the same --data (a shared folder) and, if set, the same ASSAY_SECRET.",
            )
        return connection


def _folder_id(data: Path) -> str:
    path = data / _NOTE
    with suppress(FileExistsError), path.open("x") as file:
        file.write(new_id())
    return path.read_text().strip()


def _number(folder_id: str, secret: bytes) -> int:
    digested = sha256(b"\0".join((b"presence", folder_id.encode(), secret))).digest()
    return int.from_bytes(digested[:4], "big") & 0x7FFFFFFF
