"""A real Assay server for measuring: ``assay serve`` in a process of its own, with people, a project and tasks."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from assay import Client
from assay.client import Project
from assay.flow.access import SCOPES, Role
from assay.kernel.clock import now_us
from assay.store import credentials, people
from assay.store.engine import open_store
from assay.store.schema import upgrade
from bench.postgresql import PrivatePostgresql
from bench.texts import LABEL_CONFIG, texts

_START_SECONDS = 120
_STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Person:
    """An account with its API token, and a one-time link for a browser."""

    uid: str
    token: str
    link_secret: str


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``database_process_id`` is PostgreSQL's first process when the benchmark started it."""

    url: str
    port: int
    process_id: int
    database_url: str
    database_process_id: int | None
    owner: Person
    annotators: Sequence[Person]

    def client(self) -> Client:
        """The owner's client."""
        return Client(self.url, self.owner.token, timeout_seconds=600)

    def watched(self) -> tuple[int, ...]:
        """The process trees whose CPU counts: the server's, then the database's."""
        return (self.process_id,) if self.database_process_id is None else (self.process_id, self.database_process_id)


@contextmanager
def running_server(database: str, annotators: int) -> Iterator[Server]:
    """A server over a new database: ``sqlite``, ``postgresql`` (a private cluster), or the URL of an empty one."""
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    try:
        if database == "postgresql":
            with PrivatePostgresql() as cluster:
                yield from _serve(folder, cluster.create("assay"), annotators, cluster.process_id)
        elif database == "sqlite":
            yield from _serve(folder, f"sqlite:///{folder / 'data' / 'assay.db'}", annotators, None)
        else:
            yield from _serve(folder, database, annotators, None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(folder: Path, database_url: str, annotators: int, database_process_id: int | None) -> Iterator[Server]:
    data = folder / "data"
    data.mkdir(mode=0o700)
    owner, *others = make_people(database_url, annotators)
    log_path = folder / "server.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [*assay_command(), "serve", "--data", str(data), "--port", "0"],
            env=_environment(data, database_url),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        url = _wait(process, data / "address", log_path)
        port = int(url.rsplit(":", 1)[1])
        yield Server(url, port, process.pid, database_url, database_process_id, owner, others)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def assay_command() -> list[str]:
    """The console script beside this Python, or the one on PATH."""
    beside = Path(sys.executable).parent / "assay"
    found = str(beside) if beside.exists() else shutil.which("assay")
    if found is None:
        sys.exit("Assay is not installed for this Python. In a checkout: make environment-run, then .venv/bin/python.")
    return [found]


def _environment(data: Path, database_url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    ours = {"ASSAY_DATA": str(data), "ASSAY_MAX_UPLOAD_MB": "4000", "PYTHONUNBUFFERED": "1"}
    if not database_url.startswith("sqlite"):
        ours["ASSAY_DATABASE"] = database_url
    return inherited | ours


def _wait(process: subprocess.Popen[bytes], noted: Path, log_path: Path) -> str:
    """The address, once the server answers there. Raises RuntimeError with its log when it does not."""
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if noted.exists() and (url := noted.read_text().strip()) and _answers(url):
            return url
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{log_path.read_text()[-4000:]}")


def _answers(url: str) -> bool:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def make_people(database_url: str, annotators: int) -> list[Person]:
    """An owner, then the annotators, written straight into the database before the server starts."""
    upgrade(database_url)
    with open_store(database_url) as store:
        return store.write(lambda connection: _make_people(connection, annotators))


def _make_people(connection: Connection, annotators: int) -> list[Person]:
    now = now_us()
    workspace_id = people.first_workspace(connection, now)
    made = []
    for number in range(annotators + 1):
        name, role = (f"Annotator {number}", Role.ANNOTATOR) if number else ("Owner", Role.OWNER)
        email = f"person{number}@bench.example"
        member = people.add_person(connection, workspace_id, email=email, name=name, role=role, now=now)
        _, token = credentials.make_token(connection, member, name="benchmark", scopes=list(SCOPES), days=30, now=now)
        secret, _ = credentials.make_link(connection, member.person_id, now=now, minutes=600)
        made.append(Person(member.uid, token, secret))
    return made


def make_project(server: Server, client: Client, tasks: int, annotations_per_task: int) -> Project:
    """A project with all annotators and so many tasks, made through the public client and the import job."""
    project = client.create_project(
        f"Benchmark over {tasks} tasks",
        label_config=LABEL_CONFIG,
        policy={"annotations_per_task": annotations_per_task},
    )
    if server.annotators:
        project.add_people([one.uid for one in server.annotators])
    if tasks:
        rows = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts(tasks))
        project.import_file(io.BytesIO(rows), filename="tasks.jsonl")
    return project
