"""A server with a project and a team, for tests that use the pages as people do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import pytest
from playwright.sync_api import Page, expect

from assay import Client
from assay.client import Project
from tests.support.chromium import Browser
from tests.support.server import RunningServer

SENTENCES = tuple(f"Sentence number {number} says something about the product." for number in range(1, 31))


@dataclass
class Team:
    """An owner with a client, and a project with tasks."""

    server: RunningServer
    client: Client
    project: Project

    def add_annotator(self, email: str) -> str:
        """A new annotator of the project; returns the sign-in link."""
        said = self.server.cli("user", "add", email, "--role", "annotator")
        member = next(one for one in self.client.people() if one["email"] == email)
        self.project.add_people([member["id"]])
        return link_in(said)

    def owner_link(self) -> str:
        """A new sign-in link of the owner."""
        return self.server.cli("user", "link", "owner@example.org").strip()


class MakeTeam(Protocol):
    """Makes a project of the sentiment template with thirty tasks on a server."""

    def __call__(self, server: RunningServer, **policy: object) -> Team: ...


@pytest.fixture
def make_team() -> Iterator[MakeTeam]:
    """Makes teams; their clients are closed with the test."""
    with ExitStack() as clients:

        def make(server: RunningServer, **policy: object) -> Team:
            team = _team(server, policy)
            clients.enter_context(team.client)
            return team

        yield make


def _team(server: RunningServer, policy: dict[str, object]) -> Team:
    server.cli("user", "add", "owner@example.org", "--role", "owner")
    token = server.cli("token", "create", "owner@example.org").strip()
    client = Client(server.url, token)
    project = client.create_project("Whole way", template="sentiment", policy=policy or None)
    project.import_rows([{"id": str(number), "data": {"text": text}} for number, text in enumerate(SENTENCES, 1)])
    return Team(server, client, project)


def link_in(text: str) -> str:
    """The link in what a command printed."""
    found = re.search(r"http\S+", text)
    assert found is not None, text
    return found.group()


def sign_in(page: Page, link: str) -> None:
    """Open a sign-in link and wait for the first page."""
    page.goto(link)
    page.wait_for_url(lambda url: "/sign-in" not in url)


def lead_page(browser: Browser, team: Team, path: str = "", **options: object) -> Page:
    """A page of the project, seen by its owner."""
    page = browser.new_page(**{"viewport": {"width": 1280, "height": 800}, **options})
    sign_in(page, team.owner_link())
    page.goto(f"{team.server.url}/projects/{team.project.id}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page
