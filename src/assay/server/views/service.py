"""The service itself."""

from __future__ import annotations

from assay.server.views.body import Outgoing


class Health(Outgoing):
    """The server runs."""

    status: str


class ReadyCheck(Outgoing):
    """One condition of being ready."""

    name: str
    ok: bool
    reason: str


class Ready(Outgoing):
    """Whether the server can do its work, and what keeps it from that."""

    ready: bool
    checks: list[ReadyCheck]


class Version(Outgoing):
    """The version of the server."""

    version: str
