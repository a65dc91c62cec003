"""A workspace in which everything that anybody could write is hostile, made through the API of a running server."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

import httpx

from tests.security.hostile import MARKUP
from tests.support.server import RunningServer

Json = Any
EVIL = MARKUP[0]
NAMES = tuple(text[:110] for text in MARKUP)


@dataclass
class Person:
    """Somebody who joined by invitation: a client with the session's cookie and CSRF token."""

    web: httpx.Client
    uid: str
    session: str

    def ask(self, method: str, path: str, body: Json = None, **options: Json) -> Json:
        """The answer to a request; fails on a refusal."""
        reply = self.web.request(method, f"/api/v1{path}", json=body, **options)
        assert reply.status_code < 300, f"{method} {path}: {reply.text}"
        return reply.json()


@dataclass
class HostileTeam:
    """The people, the project and its first task."""

    url: str
    owner: Person
    annotators: list[Person] = field(default_factory=list)
    project: str = ""
    task: int = 0
    invitation: str = ""

    def close(self) -> None:
        """End the connections."""
        for person in (self.owner, *self.annotators):
            person.web.close()


def hostile_config() -> str:
    """A label config whose labels, aliases, hints and headers are markup."""
    choices = "".join(
        f"<Choice value={quoteattr(text)} hint={quoteattr(text)} alias={quoteattr(f'{number}{text}')}/>"
        for number, text in enumerate(MARKUP)
    )
    return (
        f"<View><Header value={quoteattr(EVIL)}/><Text name='text' value='$text'/>"
        f"<Choices name='tone' toName='text' choice='single-radio' required='true' "
        f"requiredMessage={quoteattr(EVIL)}>{choices}</Choices></View>"
    )


def answer(number: int) -> list[Json]:
    """The answer with the label of that number."""
    value = {"choices": [f"{number}{MARKUP[number]}"]}
    return [{"from_name": "tone", "to_name": "text", "type": "choices", "value": value}]


def make_hostile_team(server: RunningServer) -> HostileTeam:
    """Everything of a project, in hostile words."""
    found = re.search(r"/invitation#token=(\S+)", server.log.read_text())
    assert found is not None, "the server prints the link of the first owner"
    team = HostileTeam(server.url, _join(server.url, found[1], "owner@x.example", NAMES[0]))
    _project(team)
    for number in (1, 2):
        invited = team.owner.ask("POST", "/invitations", {"role": "annotator", "project_ids": [team.project]})
        secret = invited["link"]["url"].partition("#token=")[2]
        team.annotators.append(_join(server.url, secret, f"a{number}@x.example", NAMES[number]))
    _label(team)
    _files(team)
    team.owner.ask("POST", "/tokens", {"name": NAMES[3], "scopes": ["read"]})
    open_one = {"role": "reviewer", "email": "svg/onload=x@x.example", "project_ids": [team.project]}
    team.invitation = team.owner.ask("POST", "/invitations", open_one)["link"]["url"].partition("#token=")[2]
    return team


def _join(url: str, secret: str, email: str, name: str) -> Person:
    web = httpx.Client(base_url=url)
    joined = web.post("/api/v1/invitations/accept", json={"token": secret, "name": name, "email": email})
    assert joined.status_code == 200, joined.text
    web.headers["x-csrf-token"] = joined.json()["csrf_token"]
    return Person(web, joined.json()["person"]["id"], str(joined.cookies["assay_session"]))


def _guideline(text: str) -> Json:
    labels = [
        {
            "control": "tone",
            "label": f"{number}{label}",
            "definition": text,
            "positive": [text, label],
            "negative": [label],
        }
        for number, label in enumerate(MARKUP)
    ]
    return {
        "statement": text,
        "labels": labels,
        "rules": [{"id": "R1", "text": text}, {"id": "R2", "text": MARKUP[1]}],
        "edge_cases": [{"id": "E1", "case": text, "decision": MARKUP[3]}],
        "constraints": text,
        "escalation": MARKUP[2],
    }


def _project(team: HostileTeam) -> None:
    policy = {"annotations_per_task": 2, "ask_confidence": True, "order": "sequential"}
    body = {"title": EVIL, "description": MARKUP[1], "notice": MARKUP[2], "label_config": hostile_config()}
    team.project = team.owner.ask("POST", "/projects", {**body, "policy": policy})["id"]
    path = f"/projects/{team.project}"
    for text in MARKUP[:2]:
        team.owner.ask("PUT", f"{path}/guideline", {"document": _guideline(text), "note": text})
    rows = [{"data": {"text": text, "other": text}, "id": f"{number}{text}"} for number, text in enumerate(MARKUP * 3)]
    rows = [{**row, "id": f"{number}-{row['id']}"} for number, row in enumerate(rows)]
    team.task = team.owner.ask("POST", f"{path}/tasks", {"tasks": rows})["task_ids"][0]


def _label(team: HostileTeam) -> None:
    for place, person in enumerate(team.annotators):
        for number in range(4):
            offer = person.ask("POST", f"/projects/{team.project}/next", {"count": 1})["assignments"][0]["id"]
            person.ask("POST", f"/assignments/{offer}/flag", {"note": MARKUP[number], "rule": "<b>R1</b>"})
            if number == 3:
                person.ask("POST", f"/assignments/{offer}/skip", {"reason": "other", "note": MARKUP[place]})
                continue
            label = number if place == 0 else (number + 1) % 3
            body = {"submission_id": f"submission-{number}", "result": answer(label), "confidence": 0.5}
            person.ask("POST", f"/assignments/{offer}/submit", body)


def _files(team: HostileTeam) -> None:
    path = f"/projects/{team.project}"
    rows = b'{"text": "fine"}\n{"<img src=x onerror=window.__pwned=1>": 1}\n{"text": "<b>cut"\n'
    headers = {"content-type": "application/octet-stream"}
    query = {"filename": EVIL[:200], "format": "jsonl"}
    sent = team.owner.ask("POST", f"{path}/imports", content=rows, params=query, headers=headers)
    made = team.owner.ask("POST", f"{path}/exports", {"format": "csv"})
    for job in (sent["id"], made["id"]):
        for _ in range(200):
            if team.owner.ask("GET", f"{path}/jobs/{job}")["state"] in ("done", "failed"):
                break
            time.sleep(0.05)
