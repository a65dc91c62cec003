"""A real Label Studio for measuring, from the executable of an installed package, with people and a project.

Two ways: as the package starts by itself (``label-studio start``: Django's own server over SQLite), or over
PostgreSQL behind gunicorn, which has to be installed beside it. Analytics and error reports are switched off,
so that it never waits for the network.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import CORES, say
from bench.postgresql import ROLE, PrivatePostgresql

_START_SECONDS = 300
_STOP_SECONDS = 30
_THREADS = 4
_PREPARE_SECONDS = 900

# Run by Label Studio's own Python: the tables, an organization that takes tokens, and people with tokens.
_PREPARE = """
import json, sys
from label_studio import server
server._setup_env()
server._apply_database_migrations()
from importlib.metadata import version
from organizations.models import Organization
from rest_framework.authtoken.models import Token
from users.models import User
tokens, organization = [], None
for number in range(int(sys.argv[1])):
    person = User.objects.create_user(email=f"person{number}@bench.example", password="a long password")
    if organization is None:
        organization = Organization.create_organization(
            created_by=person, title="Benchmark", legacy_api_tokens_enabled=True)
    else:
        organization.add_user(person)
    person.active_organization = organization
    person.save()
    tokens.append(Token.objects.get_or_create(user=person)[0].key)
print("PREPARED " + json.dumps({"tokens": tokens, "version": version("label-studio")}))
"""


@dataclass(frozen=True, slots=True)
class LabelStudioServer:
    """A running Label Studio. ``way`` says how it was started; the first token is the owner's."""

    port: int
    process_id: int
    database_process_id: int | None
    database_url: str
    tokens: Sequence[str]
    version: str
    way: str

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def watched(self) -> tuple[int, ...]:
        """The process trees whose CPU counts: the server's, then the database's."""
        return (self.process_id,) if self.database_process_id is None else (self.process_id, self.database_process_id)


@contextmanager
def running_label_studio(executable: Path, *, postgresql: bool, people: int) -> Iterator[LabelStudioServer]:
    """Label Studio over a new database, with so many people."""
    if not executable.exists():
        sys.exit(f"There is no {executable}. Install label-studio into an environment of its own, and give its path.")
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-ls-"))
    environment = {
        **os.environ,
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "COLLECT_ANALYTICS": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
    }
    try:
        if postgresql:
            with PrivatePostgresql() as cluster:
                url = cluster.create("labelstudio")
                environment |= {
                    "DJANGO_DB": "default",
                    "POSTGRE_NAME": "labelstudio",
                    "POSTGRE_USER": ROLE,
                    "POSTGRE_PASSWORD": "",
                    "POSTGRE_HOST": str(cluster.folder),
                    "DEBUG": "false",
                    "LABEL_STUDIO_HOST": "",
                }
                yield from _serve(executable, folder, environment, people, url, cluster.process_id)
        else:
            yield from _serve(executable, folder, environment, people, f"{folder}/label_studio.sqlite3", None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(
    executable: Path, folder: Path, environment: dict[str, str], people: int, database_url: str, database: int | None
) -> Iterator[LabelStudioServer]:
    tokens, version = _prepare(executable, environment, people)
    port = _free_port()
    command, way = _command(executable, folder, environment, port, database is not None)
    log_path = folder / "server.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait(process, port, log_path)
        yield LabelStudioServer(port, process.pid, database, database_url, tokens, version, way)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _prepare(executable: Path, environment: dict[str, str], people: int) -> tuple[list[str], str]:
    """The tokens of the people, and the version."""
    say("Preparing Label Studio (its tables and people; this takes a minute) ...")
    done = subprocess.run(
        [str(executable.parent / "python"), "-c", _PREPARE, str(people)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PREPARE_SECONDS,
    )
    for line in done.stdout.splitlines():
        if line.startswith("PREPARED "):
            found = json.loads(line.removeprefix("PREPARED "))
            return found["tokens"], found["version"]
    raise RuntimeError(f"Label Studio could not be prepared:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


def _command(
    executable: Path, folder: Path, environment: dict[str, str], port: int, over_postgresql: bool
) -> tuple[list[str], str]:
    gunicorn = executable.parent / "gunicorn"
    if not over_postgresql or not gunicorn.exists():
        way = "label-studio start" + (" over PostgreSQL (gunicorn is not installed)" if over_postgresql else "")
        address = ["--internal-host", "127.0.0.1", "--port", str(port)]
        return [str(executable), "start", "--no-browser", "--data-dir", str(folder), *address], way
    package = next(executable.parent.parent.glob("lib/python*/site-packages/label_studio"))
    environment |= {"PYTHONPATH": str(package), "DJANGO_SETTINGS_MODULE": "core.settings.label_studio"}
    workers = 2 * CORES + 1
    command = [str(gunicorn), "core.wsgi:application", "--bind", f"127.0.0.1:{port}", "--timeout", "300"]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(_THREADS)]
    return command, f"gunicorn, {workers} processes of {_THREADS} threads"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log_path: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.5)
        finally:
            connection.close()
    raise RuntimeError(f"Label Studio did not start:\n{log_path.read_text()[-4000:]}")
