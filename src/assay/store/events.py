"""The log of who changed what: append-only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from assay.store import tables as t
from assay.store.documents import as_json


def record(
    connection: Connection,
    kind: str,
    *,
    at: int,
    actor_id: int | None,
    workspace_id: int | None = None,
    project_id: int | None = None,
    ref: str | None = None,
    **body: Any,
) -> None:
    """Append an event. ``body`` is JSON-ready and never holds a secret."""
    connection.execute(
        insert(t.event).values(
            at=at,
            workspace_id=workspace_id,
            project_id=project_id,
            actor_id=actor_id,
            kind=kind,
            ref=ref,
            body=as_json(body),
        )
    )
