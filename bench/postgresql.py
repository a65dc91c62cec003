"""A private PostgreSQL that keeps what it acknowledges, for measuring; gone when the benchmark is.

Unlike the cluster of the tests it flushes to disk, vacuums and gathers statistics as an installed one does.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from tools.machine import find_postgresql, how_to_install

ROLE = "assay"
_START_SECONDS = 60
_STOP_SECONDS = 60
_SETTINGS = ("listen_addresses=", "max_connections=200", "timezone=UTC")  # all else as PostgreSQL comes


class PrivatePostgresql:
    """A cluster over a Unix socket in a folder of its own. Ends the program when PostgreSQL is not installed."""

    def __init__(self) -> None:
        binaries = find_postgresql()
        if binaries is None:
            sys.exit(how_to_install())
        self._binaries = binaries
        self._identity = _identity()
        # A socket's path has room for about 100 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="assay-bench-pg-", dir="/tmp"))
        if self._identity:
            os.chown(self.folder, self._identity["user"], self._identity["group"])
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._run("initdb", "-U", ROLE, "-A", "trust", "--encoding=UTF8", "--locale=C")
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def process_id(self) -> int:
        """The postmaster; every other process of the cluster is its child."""
        assert self._process is not None
        return self._process.pid

    def create(self, database: str) -> str:
        """A new empty database; returns its address, as ASSAY_DATABASE takes it."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self._url(database)

    def close(self) -> None:
        """Stop the cluster and remove its folder."""
        if self._process is not None:
            self._run("pg_ctl", "-m", "fast", "-s", "-w", "stop", check=False)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _url(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={self.folder}"

    def _start(self) -> None:
        command = [str(self._binaries / "postgres"), "-D", str(self.folder / "data")]
        for setting in (*_SETTINGS, f"unix_socket_directories={self.folder}"):
            command += ["-c", setting]
        log_path = self.folder / "log"
        with log_path.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self._identity
            )
        deadline = time.monotonic() + _START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self._url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{log_path.read_text()[-4000:]}")

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [str(self._binaries / program), "-D", str(self.folder / "data"), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder, **self._identity)
        if check and done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    sys.exit("As root, PostgreSQL needs a user 'postgres' or 'nobody' to run as.")
