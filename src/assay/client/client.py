"""The client of a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from assay.client.project import Project
from assay.client.transport import Transport
from assay.kernel.errors import NotFound


class Client:
    """A workspace of an Assay server, through an API token.

    ::

        from assay import Client
        project = Client("http://127.0.0.1:8080", token).project("Product reviews")
        print(project.agreement()["summary"])

    Every call raises the errors of ``assay.kernel.errors``: each says what is wrong and what to do.
    Use it as a context manager, or call :meth:`close`.
    """

    def __init__(
        self, url: str, token: str = "", *, timeout_seconds: float = 60, http: httpx.Client | None = None
    ) -> None:
        self._transport = Transport(url, token, timeout_seconds=timeout_seconds, http=http)

    def me(self) -> dict[str, Any]:
        """Who the token belongs to: person, workspace, role."""
        found: dict[str, Any] = self._transport.json("GET", "/session")
        return found

    def templates(self) -> list[dict[str, Any]]:
        """The template gallery."""
        return list(self._transport.json("GET", "/templates")["items"])

    def create_project(
        self,
        title: str,
        *,
        label_config: str | None = None,
        template: str | None = None,
        description: str = "",
        notice: str | None = None,
        guideline: Mapping[str, Any] | None = None,
        policy: Mapping[str, Any] | None = None,
    ) -> Project:
        """A new project, from a label config (Label Studio's XML) or from a template of the gallery by its id."""
        if template is not None:
            found = next((one for one in self.templates() if one["id"] == template), None)
            if found is None:
                raise NotFound(f"There is no template {template!r}.", action="See Client.templates().")
            label_config = label_config or found["label_config"]
            guideline = guideline or found["guideline"]
        body = {
            "title": title,
            "description": description,
            "notice": notice,
            "label_config": label_config or "",
            "guideline": guideline,
            "policy": policy,
        }
        made = self._transport.json("POST", "/projects", json={k: v for k, v in body.items() if v is not None})
        return Project(self._transport, made["id"])

    def projects(self) -> Iterator[Project]:
        """Every project that is not archived, newest first."""
        for found in self._pages("/projects"):
            yield Project(self._transport, found["id"])

    def project(self, name: str) -> Project:
        """A project by its id or exact title. Raises NotFound."""
        matches = []
        for found in self._pages("/projects"):
            if found["id"] == name:
                return Project(self._transport, name)
            if found["title"] == name:
                matches.append(found["id"])
        if len(matches) != 1:
            raise NotFound(
                f"There {'is no project' if not matches else 'are several projects'} {name!r}.", action="Give its id."
            )
        return Project(self._transport, matches[0])

    def own_projects(self) -> list[Project]:
        """The projects in which the owner of the token labels."""
        return [Project(self._transport, one["id"]) for one in self._transport.json("GET", "/my/projects")["items"]]

    def people(self) -> Iterator[dict[str, Any]]:
        """The people of the workspace."""
        return self._pages("/people")

    def invite(self, role: str, *, email: str | None = None, projects: list[str] | None = None) -> str:
        """A one-time invitation link."""
        body = {"role": role, "email": email, "project_ids": projects or []}
        made = self._transport.json("POST", "/invitations", json={k: v for k, v in body.items() if v is not None})
        return str(made["link"]["url"])

    def _pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._transport.json("GET", path, params={**params, "cursor": cursor})
            yield from page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
