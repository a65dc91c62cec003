"""``assay serve``: the server, for real use."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer
import uvicorn
from sqlalchemy import Connection, select

from assay.cli.logs import log_to_stderr
from assay.cli.place import DataFolder, finish_broken_restore, read_settings
from assay.flow.access import Role
from assay.kernel.clock import now_us
from assay.kernel.errors import BadInput
from assay.kernel.settings import Settings, refuse_unsafe
from assay.server.app import create_app, make_services
from assay.server.services import Services
from assay.store import credentials, people
from assay.store import tables as t
from assay.store.archive.moving import refuse_moved
from assay.store.archive.switch import finish_restore, only_process


def serve(
    data: DataFolder = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: ASSAY_PORT, else 8080.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: ASSAY_HOST, else 127.0.0.1.")] = None,
) -> None:
    """Start Assay over a data folder (SQLite) or, with ASSAY_DATABASE, over PostgreSQL.

    At the first start it makes the secret key and prints a link that makes you the owner. All settings
    are environment variables ASSAY_*: see the settings reference.
    """
    run(read_settings(data, port=port, host=host), _welcome)


Stop = Callable[[], None]


def run(settings: Settings, when_ready: Callable[[Services, Stop], None]) -> None:
    """Serve until told to stop; ``when_ready`` is called in a thread of its own once the address answers."""
    refuse_unsafe(settings)
    log_to_stderr(settings.log_level)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _only_server(settings), _listening(settings) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        services = make_services(settings)
        noted = settings.data / "address"
        noted.write_text(services.public_url + "\n")
        config = uvicorn.Config(
            create_app(services),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=20,
            timeout_keep_alive=75,
            h11_max_incomplete_event_size=64_000,
        )
        try:
            _Server(config, lambda stop: when_ready(services, stop)).run(sockets=[listener])
        finally:
            noted.unlink(missing_ok=True)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[Stop], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            threading.Thread(target=self._when_ready, args=(self._stop,), daemon=True).start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in good order, once; uvicorn would raise the signal again at the end, and the process die of it."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    def _stop(self) -> None:
        self.should_exit = True


def _welcome(services: Services, _stop: Stop) -> None:
    print(f"Assay is at {services.public_url}", flush=True)
    link = services.store.write(lambda c: _first_owner_link(c, services))
    if link is not None:
        print(f"Nobody is here yet. This link makes you the owner, once:\n{link}", flush=True)


def _first_owner_link(connection: Connection, services: Services) -> str | None:
    if connection.execute(select(t.person.c.id).limit(1)).first() is not None:
        return None
    now = now_us()
    workspace_id = people.first_workspace(connection, now)
    credentials.revoke_first_owner_links(connection, workspace_id, now)
    _, secret = credentials.make_invitation(
        connection, None, workspace_id, role=Role.OWNER, email=None, project_uids=[], days=7, now=now
    )
    return f"{services.public_url}/invitation#token={secret}"


@contextmanager
def _only_server(settings: Settings) -> Iterator[None]:
    """On SQLite one server has the data folder. Raises Conflict for a second one."""
    if settings.database:
        finish_broken_restore(settings)
        yield
        return
    with only_process(settings.data):
        finish_restore(settings.data)
        refuse_moved(settings.data, settings.database)
        yield


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise BadInput(
                    f"Port {settings.port} is taken by another program.",
                    field="--port",
                    action=f"Choose another one: --port {settings.port + 1}.",
                ) from None
            raise BadInput(f"Cannot listen on {settings.host}: {problem.strerror}.", field="--host") from None
        listener.listen(2048)
        yield listener
