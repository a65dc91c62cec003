"""A real Assay server in a process of its own, to be stopped, killed and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

START_SECONDS = 60
STOP_SECONDS = 30
COMMAND_SECONDS = 120


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningServer:
    """``assay serve`` over a data folder and, if given, a PostgreSQL database.

    The port stays the same over restarts, so that a page that is open finds the server again.
    """

    def __init__(self, folder: Path, database_url: str = "", *, command: str | None = None, **settings: str) -> None:
        self.command = command or assay_command()
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = _environment(self.data, self.port, database_url, settings)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers HTTP. Raises RuntimeError with the log when it ends instead."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.command, "serve", "--data", str(self.data), "--port", str(self.port)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if _answers(self.port):
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"The server did not start:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        """Ask it to end, as an operator does. Raises RuntimeError when it does not end in time."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise RuntimeError(f"The server did not end within {STOP_SECONDS} s.") from None

    def kill(self) -> None:
        """kill -9: no goodbye, no flush."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def cli(self, *arguments: str, input_text: str | None = None) -> str:
        """What ``assay ARGUMENTS`` prints, run over the same data. Raises RuntimeError with its output if it fails."""
        done = subprocess.run(
            [self.command, *arguments],
            env=self.environment,
            input=input_text,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        if done.returncode:
            raise RuntimeError(f"assay {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def assay_command() -> str:
    """The installed console script, beside the Python that runs the tests."""
    return str(Path(sys.executable).parent / "assay")


def _environment(data: Path, port: int, database_url: str, settings: dict[str, str]) -> dict[str, str]:
    ours = {"ASSAY_DATA": str(data), "ASSAY_PORT": str(port)}
    if database_url.startswith("postgresql:"):
        ours["ASSAY_DATABASE"] = database_url
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    return {**inherited, "PYTHONUNBUFFERED": "1", **ours, **settings}


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


class Serve(Protocol):
    """Starts a server: a new data folder each, SQLite unless the address of a PostgreSQL database is given."""

    def __call__(self, database_url: str = "", **settings: str) -> RunningServer: ...


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers of this test; they are ended with it. Settings are variables: ``ASSAY_SESSION_DAYS="1"``."""
    running: list[RunningServer] = []

    def start(database_url: str = "", **settings: str) -> RunningServer:
        folder = tmp_path / f"server{len(running)}"
        folder.mkdir()
        server = RunningServer(folder, database_url, **settings)
        running.append(server)
        server.start()
        return server

    yield start
    _end_all([server.stop for server in running])


@pytest.fixture
def server(serve: Serve) -> RunningServer:
    """One running server over a new SQLite file."""
    return serve()


def _end_all(stops: list[Callable[[], None]]) -> None:
    problems = []
    for stop in stops:
        try:
            stop()
        except RuntimeError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]
