"""A private PostgreSQL: own folder, own socket, own user, no TCP port, gone when the tests are."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

ROLE = "assay"
START_SECONDS = 60
STOP_SECONDS = 30
_PREFIX = "assay-pg-"
# Fast, and safe only for what may be lost with the machine. Fault tests ask for a durable cluster.
_FRAGILE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS = ("listen_addresses=", "max_connections=100", "shared_buffers=64MB", "autovacuum=off", "timezone=UTC")


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class Cluster:
    """One PostgreSQL server over a Unix socket in a folder that only its user can enter.

    The databases sort text by ICU's English rules, not by bytes: the order differs from SQLite's, as it does
    on most real servers, so a query that leans on one collation is found here.
    """

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        remove_abandoned()
        self.binaries = binaries
        self.durable = durable
        self._identity = _identity()
        # A socket's path has room for about 100 bytes, so not below pytest's deep folders.
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir="/tmp"))
        if "user" in self._identity:
            os.chown(self.folder, self._identity["user"], self._identity["group"])
        self._process: subprocess.Popen[bytes] | None = None
        self._initdb()
        self.start()

    def url(self, database: str) -> str:
        """The address of a database, as ASSAY_DATABASE takes it."""
        return f"postgresql://{ROLE}@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """A new database, copied from another one that nobody is connected to. Returns its address."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database and end whoever is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def start(self) -> None:
        """Start the server (again, after a crash) and wait until it answers."""
        settings = [*_SETTINGS, f"unix_socket_directories={self.folder}", *(() if self.durable else _FRAGILE)]
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data")]
        command += [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self._identity
            )
        self._wait(self._process)

    def crash(self) -> None:
        """Stop at once without writing anything out: recovery has to bring everything back."""
        self._stop("immediate")

    def kill(self) -> None:
        """kill -9 of every process of the server at once, as when the power goes: nobody says goodbye."""
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for process_id in [self._process.pid, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        self._process.wait()
        self._process = None
        for process_id in map(int, children):  # a new server refuses to start while one of them is there
            while _is_running(process_id) and _state(process_id) != "Z":
                time.sleep(0.01)

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initdb(self) -> None:
        command = [str(self.binaries / "initdb"), "-D", str(self.folder / "data"), "-U", ROLE, "-A", "trust"]
        command += ["--no-sync", "--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder, **self._identity)
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()[-4000:]}")

    def _stop(self, mode: str) -> None:
        if self._process is None:
            return
        command = [str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-m", mode, "-s", "-w", "stop"]
        subprocess.run(command, capture_output=True, check=False, cwd=self.folder, **self._identity)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _identity() -> _Identity:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise RuntimeError("Tests as root need a user 'postgres' or 'nobody' to run PostgreSQL as.")


def _state(process_id: int) -> str:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def remove_abandoned() -> None:
    """Remove the folders of test runs that were killed. Their servers see it and end within a minute."""
    for folder in Path("/tmp").glob(f"{_PREFIX}*"):  # noqa: S108
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
