"""Two workspaces with everything in them, so that each can be tried against the other.

``prepare`` fills an empty database through the product's own code; tests work on copies of it (see
``Databases.fresh``). The clock stands still at ``NOW``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, insert, select, update

from assay.flow.access import SCOPES, Role
from assay.kernel.clock import DAY, SECOND, ManualClock
from assay.kernel.ids import digest, new_id, new_secret
from assay.kernel.settings import Settings
from assay.server.access.principal import csrf_token
from assay.server.app import create_app, make_services
from assay.server.services import Services
from assay.store import credentials, people
from assay.store import tables as t
from assay.store.engine import open_store
from assay.store.schema import upgrade
from assay.worker.run import RunContext, run_one
from tests.api.asgi import Asgi, Reply

NOW = 1_800_000_000 * SECOND
SECRET = "6f1c0e7ba94d2835f6e1407c5b9d8a23" * 2  # of the tests: the copies of a database need the one it was made with
PASSWORD = "a sentence nobody guesses"
LABEL_CONFIG = """<View>
  <Text name="text" value="$text"/>
  <Choices name="tone" toName="text" choice="single-radio">
    <Choice value="Positive"/><Choice value="Neutral"/><Choice value="Negative"/>
  </Choices>
</View>"""
POLICY = {"annotations_per_task": 3, "order": "sequential"}
HIDDEN = "for the lead only"  # in the tasks' data, but not shown by the label config

Json = Any


@dataclass(frozen=True)
class Person:
    """Somebody with a browser session and API tokens. ``tokens`` are by scope; ``all`` has every scope."""

    uid: str
    internal_id: int
    email: str
    session: str
    tokens: Mapping[str, str]


@dataclass(repr=False)
class Side:
    """One workspace: its people, and the public ids of one of everything."""

    workspace_uid: str = ""
    workspace_id: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    project: str = ""  # where annotator and second label
    closed_project: str = ""  # where nobody but its owner labels
    tasks: list[int] = field(default_factory=list)
    assignment: str = ""  # the annotator holds it
    answered: str = ""  # the annotator has answered it
    submission: str = ""
    invitation: str = ""
    invitation_secret: str = ""
    token: str = ""
    import_job: str = ""
    export_job: str = ""
    file: tuple[str, bytes] = ("", b"")
    revert: str = ""  # of a label that nobody has given: there is one, and everything counts

    def path_values(self) -> dict[str, str]:
        """A real id for each name in a path of the API."""
        return {
            "project_id": self.project,
            "task_id": str(self.tasks[0]),
            "job_id": self.export_job,
            "person_id": self.people["annotator"].uid,
            "invitation_id": self.invitation,
            "token_id": self.token,
            "assignment_id": self.assignment,
            "version": "1",
            "revert_id": self.revert,
        }


@dataclass(frozen=True)
class Caller:
    """How somebody proves who they are: a token, a browser session, or not at all."""

    name: str
    role: Role | None = None
    scopes: tuple[str, ...] | None = None
    token: str | None = None
    session: str | None = None
    csrf: str | None = None

    def headers(self) -> dict[str, str]:
        """The headers of such a request."""
        if self.token is not None:
            return {"authorization": f"Bearer {self.token}"}
        headers = {} if self.session is None else {"cookie": f"assay_session={self.session}"}
        return headers if self.csrf is None else {**headers, "x-csrf-token": self.csrf}


NOBODY = Caller("nobody")


@dataclass(repr=False)
class World:
    """A running app over a database with two workspaces."""

    services: Services
    web: Asgi
    clock: ManualClock
    here: Side
    there: Side
    kind: str

    def call(self, who: Caller, method: str, path: str, body: Json = None, **headers: str) -> Reply:
        """Send a request, as JSON when there is a body; header names are written with ``_``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("content-type", "application/json")
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.web.call(method, path, headers={**who.headers(), **sent}, body=content)

    def by_token(self, name: str, scope: str = "all", side: Side | None = None) -> Caller:
        """Somebody through an API token."""
        person = (side or self.here).people[name]
        scopes = tuple(SCOPES) if scope == "all" else (scope,)
        return Caller(f"{name} by token ({scope})", _role(name), scopes, token=person.tokens[scope])

    def by_browser(self, name: str, side: Side | None = None) -> Caller:
        """Somebody in the browser, with the CSRF token of that session."""
        person = (side or self.here).people[name]
        token = csrf_token(self.services, digest(person.session))
        return Caller(f"{name} in the browser", _role(name), session=person.session, csrf=token)

    def run_jobs(self) -> None:
        """Do every job that waits."""
        _run_jobs(self.services)

    def contents(self) -> str:
        """A digest of every row of every table, but for the note when a token was last used."""
        return self.services.store.read(contents)


def _role(name: str) -> Role:
    return Role(name) if name in list(Role) else Role.ANNOTATOR


def contents(connection: Connection) -> str:
    """A digest of the whole database; see World.contents."""
    seen = hashlib.sha256()
    for table in t.metadata.sorted_tables:
        columns = [column for column in table.c if column is not t.api_token.c.last_used_at]
        rows = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
        seen.update("\n".join([table.name, *rows]).encode())
    return seen.hexdigest()


def _run_jobs(services: Services) -> None:
    while run_one(RunContext(services.store, services.uploads, services.versions, services.clock)):
        pass


def settings_for(folder: Path, url: str, **given: Any) -> Settings:
    """Settings over a test database, whatever the environment says."""
    database = "" if url.startswith("sqlite") else url
    return Settings(**{"data": folder, "database": database, "secret": SECRET, "host": "127.0.0.1", **given})


_APP: dict[str, Any] = {}
# Argon2 at its cheapest: a real one takes longer than everything else that a test does.
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


def open_services(folder: Path, url: str, clock: ManualClock | None = None, **given: Any) -> Services:
    """The services of a server over a prepared database."""
    settings = settings_for(folder, url, **given)
    services = make_services(settings, store=open_store(url), clock=clock or ManualClock(NOW))
    services.passwords._hash = QUICK
    return services


def app_of(services: Services) -> Any:
    """The app over these services. It is made once: making its routes takes longer than most tests."""
    if "app" not in _APP:
        _APP["app"] = create_app(services)
    _APP["app"].state.services = services
    return _APP["app"]


@dataclass(frozen=True)
class _Made:
    here: Side
    there: Side


_MADE: dict[str, _Made] = {}


def prepare(url: str) -> None:
    """Fill an empty database with two workspaces."""
    import tempfile

    upgrade(url)
    with tempfile.TemporaryDirectory() as folder:
        clock = ManualClock(NOW)
        services = open_services(Path(folder), url, clock)
        web = Asgi(app_of(services))
        try:
            sides = [_Builder(services, web, clock, name).build() for name in ("here", "there")]
        finally:
            web.close()
            services.store.close()
    _MADE[url.split(":")[0]] = _Made(*sides)


@contextmanager
def opened_world(folder: Path, url: str) -> Iterator[World]:
    """The world over a copy of what :func:`prepare` made."""
    made = _MADE[url.split(":")[0]]
    clock = ManualClock(NOW)
    services = open_services(folder, url, clock)
    for side in (made.here, made.there):
        file_id, content = side.file
        with services.uploads.writing(file_id) as sink:
            sink.write(content)
    web = Asgi(app_of(services))
    try:
        yield World(services, web, clock, made.here, made.there, url.split(":")[0])
    finally:
        web.close()
        services.store.close()


class _Builder:
    """Builds one workspace."""

    def __init__(self, services: Services, web: Asgi, clock: ManualClock, name: str) -> None:
        self.services = services
        self.clock = clock
        self.web = web
        self.name = name
        self.side = Side()

    def build(self) -> Side:
        """Everything, in the order in which a team would make it."""
        write = self.services.store.write
        self.side.workspace_id = write(lambda c: people.make_workspace(c, f"Workspace {self.name}", NOW))
        uid = select(t.workspace.c.uid).where(t.workspace.c.id == self.side.workspace_id)
        self.side.workspace_uid = self.services.store.read(lambda c: c.execute(uid).scalar_one())
        for name in ("owner", "lead", "reviewer", "annotator", "second", "outsider", "gone"):
            self.side.people[name] = self._person(name)
        self._project()
        self._credentials()
        self._files()
        self._labels()
        self._reverts()
        gone = self.side.people["gone"].internal_id
        where = (t.membership.c.person_id == gone) & (t.membership.c.workspace_id == self.side.workspace_id)
        # By hand, so that the session stays: it must not open anything any more.
        write(lambda c: c.execute(update(t.membership).where(where).values(active=False)))
        return self.side

    def _person(self, name: str) -> Person:
        email = f"{name}@{self.name}.example"

        def work(connection: Connection) -> Person:
            member = people.add_person(
                connection, self.side.workspace_id, email=email, name=f"{name.title()} {self.name}", role=_role(name),
                now=NOW,
            )  # fmt: skip
            session = credentials.start_session(connection, member.person_id, member.workspace_id, now=NOW, days=14)
            tokens = {}
            for label, scopes in {"all": list(SCOPES), **{scope: [scope] for scope in SCOPES}}.items():
                _, tokens[label] = credentials.make_token(
                    connection, member, name=label, scopes=scopes, days=9, now=NOW
                )
            _, tokens["expired"] = credentials.make_token(
                connection, member, name="expired", scopes=list(SCOPES), days=1, now=NOW - 2 * DAY
            )
            row, tokens["revoked"] = credentials.make_token(
                connection, member, name="revoked", scopes=list(SCOPES), days=9, now=NOW
            )
            credentials.revoke_token(connection, member, row.uid, NOW)
            return Person(member.uid, member.person_id, email, session, tokens)

        return self.services.store.write(work)

    def _as(self, name: str, method: str, path: str, body: Json = None, **headers: str) -> Any:
        sent = {"authorization": f"Bearer {self.side.people[name].tokens['all']}", "content-type": "application/json"}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        reply = self.web.call(method, f"/api/v1{path}", headers=sent, body=content)
        assert reply.status < 300, reply.text
        return reply.json()

    def _project(self) -> None:
        new = {"title": f"Project {self.name}", "label_config": LABEL_CONFIG, "policy": POLICY}
        self.side.project = self._as("owner", "POST", "/projects", new)["id"]
        self.side.closed_project = self._as("owner", "POST", "/projects", {**new, "title": f"Closed {self.name}"})["id"]
        texts = [f"Sentence {number} of {self.name}." for number in range(12)]
        tasks = [{"data": {"text": text, "note": HIDDEN}, "id": f"{self.name}-{text}"} for text in texts]
        self.side.tasks = self._as("lead", "POST", f"/projects/{self.side.project}/tasks", {"tasks": tasks})["task_ids"]
        uids = [self.side.people[name].uid for name in ("annotator", "second")]
        self._as("lead", "POST", f"/projects/{self.side.project}/seats", {"person_ids": uids})

    def _credentials(self) -> None:
        self.side.token = self._as("annotator", "GET", "/tokens")["items"][0]["id"]
        made = self._as("owner", "POST", "/invitations", {"role": "reviewer", "project_ids": [self.side.project]})
        self.side.invitation = made["invitation"]["id"]
        self.side.invitation_secret = made["link"]["url"].partition("#token=")[2]

    def _files(self) -> None:
        rows = b'{"text": "imported"}\n{"tekst": "refused"}\n'
        path = f"/projects/{self.side.project}/imports?filename=a.jsonl&mode=good_rows"
        self.side.import_job = self._as("lead", "POST", path, rows, content_type="application/octet-stream")["id"]
        _run_jobs(self.services)
        self.side.export_job = self._as("lead", "POST", f"/projects/{self.side.project}/exports", {})["id"]
        _run_jobs(self.services)
        where = t.job.c.uid == self.side.export_job
        kept = self.services.store.read(lambda c: c.execute(select(t.job.c.outcome).where(where)).scalar_one())
        file_id = json.loads(kept)["file"]
        with self.services.uploads.open(file_id) as stream:
            self.side.file = (file_id, stream.read())

    def _labels(self) -> None:
        for name in ("second", "annotator"):
            for number in range(2):
                self.clock.advance(1)  # so that the tasks that were started have an order
                offer = self._as(name, "POST", f"/projects/{self.side.project}/next", {"count": 1})
                self.side.answered = offer["assignments"][0]["id"]
                self.side.submission = new_id()
                label = "Positive" if number else "Negative"
                answer = {"submission_id": self.side.submission, "result": answer_of(label), "seconds": 3.5}
                self._as(name, "POST", f"/assignments/{self.side.answered}/submit", answer)
        offer = self._as("annotator", "POST", f"/projects/{self.side.project}/next", {"count": 2})
        self.side.assignment = offer["assignments"][0]["id"]
        note = {"note": "Is irony positive?"}
        self._as("annotator", "POST", f"/assignments/{offer['assignments'][1]['id']}/flag", note)

    def _reverts(self) -> None:
        body = {"selection": {"label": "Neutral"}, "again": "others", "reason": "The rule was read in two ways."}
        self.side.revert = self._as("lead", "POST", f"/projects/{self.side.project}/reverts", body)["id"]
        _run_jobs(self.services)


def answer_of(label: str) -> list[Json]:
    """Label Studio's result array for one choice."""
    return [{"from_name": "tone", "to_name": "text", "type": "choices", "value": {"choices": [label]}}]


def add_session(world: World, name: str, *, started_at: int = NOW, days: int = 14) -> Caller:
    """One more browser session of somebody here."""
    person = world.here.people[name]
    secret = world.services.store.write(
        lambda c: credentials.start_session(c, person.internal_id, world.here.workspace_id, now=started_at, days=days)
    )
    return Caller(name, _role(name), session=secret, csrf=csrf_token(world.services, digest(secret)))


def add_member(world: World, side: Side, person: Person, role: Role) -> None:
    """Let somebody be in the other workspace as well."""
    values = {"workspace_id": side.workspace_id, "person_id": person.internal_id, "role": role.value, "created_at": NOW}
    world.services.store.write(lambda c: c.execute(insert(t.membership).values(active=True, **values)))


def random_id() -> str:
    """An id that nothing has."""
    return new_id()


def random_secret() -> str:
    """A secret that nobody was given."""
    return new_secret()
