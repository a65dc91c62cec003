"""Page cursors: opaque, signed, and good only for the query that gave them."""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from typing import Any

import orjson

from assay.kernel.errors import BadInput

_MARK_BYTES = 12


def write_cursor(secret: bytes, query: str, position: list[Any]) -> str:
    """The cursor after ``position`` of a query; ``query`` is any text that tells queries apart."""
    body = orjson.dumps(position)
    return base64.urlsafe_b64encode(_mark(secret, query, body) + body).decode().rstrip("=")


def read_cursor(secret: bytes, query: str, cursor: str | None) -> list[Any] | None:
    """The position of a cursor. Raises BadInput when it is not one of ours for this query."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    mark, body = raw[:_MARK_BYTES], raw[_MARK_BYTES:]
    if not body or not hmac.compare_digest(mark, _mark(secret, query, body)):
        raise BadInput(
            "This page cursor does not belong to this list.",
            field="cursor",
            action="Start without a cursor, then use the next_cursor of the answer with the same filters.",
        )
    position: list[Any] = orjson.loads(body)
    return position


def _mark(secret: bytes, query: str, body: bytes) -> bytes:
    return hmac.new(secret, b"cursor:" + query.encode("utf-8", "replace") + b"\0" + body, sha256).digest()[:_MARK_BYTES]
