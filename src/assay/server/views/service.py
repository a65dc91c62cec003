"""The service itself."""

from __future__ import annotations

from assay.server.views.body import Outgoing


class Health(Outgoing):
    """The server runs and its database answers."""

    status: str


class Version(Outgoing):
    """The version of the server."""

    version: str
