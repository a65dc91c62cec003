"""``assay demo``: a server with a project of real text and real human judgments."""

from __future__ import annotations

import sys
import threading
from typing import Annotated

import typer
from sqlalchemy import Connection

from assay.cli.demo_data import DemoData, load_demo_data
from assay.cli.demo_project import TITLE, DemoProject
from assay.cli.place import DataFolder, opened, read_settings
from assay.cli.serve import Stop, run
from assay.flow.access import Role
from assay.kernel.clock import now_us
from assay.kernel.errors import AssayError, BadInput
from assay.kernel.settings import Settings
from assay.server.services import Services
from assay.store import credentials, people
from assay.store.people import Member

OWNER = "owner@demo.assay"
ANNOTATORS = tuple(f"annotator{number}@demo.assay" for number in range(1, 7))


def demo(
    data: DataFolder = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. Default: ASSAY_PORT, else 8080.")] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Go on serving, or stop once it is built.")] = True,
) -> None:
    """Start Assay with a demo project, and print the address and a one-time sign-in link.

    The first time it downloads 3,708 sentences of product reviews, each rated by 20 people (from the source
    archive of vaderSentiment 3.3.2, MIT licence, with pip), and replays ratings as the work of six
    annotators through the real distribution. Without network it says so and uses a few sentences of its own.
    The second time it takes what is there.
    """
    settings = read_settings(data, port=port)
    if "log_level" not in settings.model_fields_set:
        # Thousands of answers are given while the project is built; a line for each would hide its progress.
        settings = settings.model_copy(update={"log_level": "warning"})
    with opened(settings) as store:
        team = store.write(_team)
        demo_data = None if store.read(lambda c: _is_built(c, team)) else load_demo_data(_say)
    failed = threading.Event()

    def when_ready(services: Services, stop: Stop) -> None:
        try:
            if demo_data is not None:
                _build(services, team, demo_data)
            _say_welcome(services, settings, team)
        except AssayError as problem:
            failed.set()
            _say(f"The demo could not be built: {problem.message} {problem.action}")
            stop()
        if not serve:
            stop()

    run(settings, when_ready)
    if failed.is_set():
        raise BadInput("The demo is not complete.", action="Run the same command again: it goes on from there.")


def _say(line: str) -> None:
    print(line, flush=True)


def _team(connection: Connection) -> list[Member]:
    """The owner and six annotators, made when they are not there."""
    now = now_us()
    workspace_id = people.first_workspace(connection, now, "Demo")
    team = []
    for email, role in [(OWNER, Role.OWNER), *((one, Role.ANNOTATOR) for one in ANNOTATORS)]:
        known = people.person_by_email(connection, email)
        member = people.member(connection, workspace_id, known.id) if known is not None else None
        name = "Demo owner" if role is Role.OWNER else f"Annotator {email[9]}"
        team.append(member or people.add_person(connection, workspace_id, email=email, name=name, role=role, now=now))
    return team


def _is_built(connection: Connection, team: list[Member]) -> bool:
    return DemoProject.is_complete(connection, team[0].workspace_id)


def _build(services: Services, team: list[Member], data: DemoData) -> None:
    now = services.clock()

    def tokens(connection: Connection) -> list[str]:
        scopes = ["annotate", "read", "write", "admin"]
        return [
            credentials.make_token(connection, member, name="demo", scopes=scopes, days=1, now=now)[1]
            for member in team
        ]

    secrets = services.store.write(tokens)
    try:
        url = f"http://{services.settings.host}:{services.settings.port}"
        with DemoProject(url, secrets[0], _Progress()) as project:
            project.build(data, [member.uid for member in team])
            project.replay(data, secrets[1:])
    finally:
        services.store.write(lambda c: _revoke(c, team, now))
        services.sign_ins.forget()


def _revoke(connection: Connection, team: list[Member], now: int) -> None:
    for member in team:
        for row in credentials.list_tokens(connection, member):
            if row.name == "demo" and row.revoked_at is None:
                credentials.revoke_token(connection, member, row.uid, now)


class _Progress:
    """A line that counts: over itself where a person watches, every tenth part elsewhere."""

    def __init__(self) -> None:
        self._shown = -1

    def __call__(self, what: str, done: int, total: int) -> None:
        if sys.stdout.isatty():
            print(f"\r\033[K{what}: {done:,} of {total:,}", end="\n" if done == total else "", flush=True)
            return
        tenth = 10 * done // max(total, 1)
        if tenth != self._shown:
            self._shown = tenth
            _say(f"{what}: {done:,} of {total:,}")


def _say_welcome(services: Services, settings: Settings, team: list[Member]) -> None:
    now = services.clock()
    minutes = settings.sign_in_link_minutes
    secret, _ = services.store.write(lambda c: credentials.make_link(c, team[0].person_id, now=now, minutes=minutes))
    _say(f"Assay is at {services.public_url}, with the project “{TITLE}”.")
    _say(f"Sign in as its owner with this link (once, within {minutes} minutes):")
    _say(f"{services.public_url}/sign-in#link={secret}")
