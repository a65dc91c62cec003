"""A real server over a prepared database, people with tokens, and a look into the database from outside."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, text

from assay.client import Client, Project
from assay.kernel.clock import ManualClock, now_us
from assay.store import credentials, people
from assay.store import tables as t
from assay.store.engine import Store, open_store
from assay.store.schema import upgrade
from tests.flow.ground import Ground, make_ground
from tests.support.server import RunningServer

SCOPES = ["annotate", "read", "write", "admin"]
WAIT_SECONDS = 100


class House:
    """One project on one server, which can be killed and started again."""

    def __init__(self, folder: Path, database_url: str, *, settings: dict[str, str] | None = None, **ground: Any):
        self._looking: Store | None = None
        self.server = RunningServer(folder, database_url, **(settings or {}))
        self.server.data.mkdir(parents=True)
        sqlite = f"sqlite:///{self.server.data / 'assay.db'}"
        self.url = sqlite if database_url.startswith("sqlite") else database_url
        upgrade(self.url)
        with open_store(self.url) as store:
            made = make_ground(store, clock=ManualClock(now_us()), **ground)
            self.project_id = str(made.project.uid)
            self.internal_id = int(made.project.id)
            self.workspace_id = made.workspace_id
            self.owner_token = self._token(store, made, made.owner.person_id)
            self.tokens = [self._token(store, made, person) for person in made.people]

    def _token(self, store: Store, made: Ground, person: int) -> str:
        def work(connection: Connection) -> str:
            member = people.member(connection, made.workspace_id, person)
            assert member is not None
            _, secret = credentials.make_token(
                connection, member, name="test", scopes=SCOPES, days=30, now=made.clock()
            )
            return secret

        return store.write(work)

    def start(self) -> None:
        """Start the server, or start it again."""
        self.look_away()
        self.server.start()

    def stop(self) -> float:
        """SIGTERM; returns the seconds that it took to end."""
        began = time.monotonic()
        self.server.stop()
        return time.monotonic() - began

    def kill(self) -> None:
        """kill -9."""
        self.server.kill()
        self.look_away()

    @contextmanager
    def client(self, token: str | None = None) -> Iterator[Client]:
        """A client of the owner, or of somebody else."""
        with Client(self.server.url, token or self.owner_token, timeout_seconds=30) as client:
            yield client

    @contextmanager
    def project(self) -> Iterator[Project]:
        """The project as its owner sees it."""
        with self.client() as client:
            yield Project(client._transport, self.project_id)

    def http(self, token: str | None = None) -> httpx.Client:
        """Plain HTTP, below the routes of the API."""
        return httpx.Client(
            base_url=f"{self.server.url}/api/v1",
            headers={"Authorization": f"Bearer {token or self.owner_token}"},
            timeout=30,
        )

    def look(self, work: Callable[[Connection], Any]) -> Any:
        """What the database says, from outside of the server."""
        if self._looking is None:
            self._looking = open_store(self.url, connections=2)
        return self._looking.read(work)

    def look_away(self) -> None:
        """Let go of the database: the next server finds it as the last one left it."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None

    def change(self, statement: str, **parameters: Any) -> None:
        """SQL from outside of the server."""
        self.look_away()
        with open_store(self.url, connections=2) as store:
            store.write(lambda c: c.execute(text(statement), parameters) and None)

    def end_leases_of_the_dead(self) -> None:
        """As if the time had passed after which somebody else takes a dead worker's jobs."""
        self.change("UPDATE job SET lease_until = 0 WHERE state = 1")

    def job(self, uid: str) -> Any:
        """The row of a job."""
        return self.look(lambda c: c.execute(t.job.select().where(t.job.c.uid == uid)).one())

    def wait_for(self, is_so: Callable[[], bool], *, pause: float = 0.02) -> None:
        """Ask again and again until it is so."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_so():
            assert time.monotonic() < deadline, self.server.log.read_text()[-3000:]
            time.sleep(pause)
