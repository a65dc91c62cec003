"""Requests straight into an ASGI app: any path, any header, any bytes, no client library that tidies them up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What came back. Header names are in lower case; a header sent twice is there twice."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, None without it. Fails when it was sent twice."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) <= 1, f"{name} was sent {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def code(self) -> str | None:
        """The code of the problem, when it is one."""
        return str(self.json()["code"]) if self.header("content-type") == "application/problem+json" else None

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies that it sets."""
        jar: SimpleCookie = SimpleCookie()
        for name, value in self.headers:
            if name == "set-cookie":
                jar.load(value)
        return jar


@dataclass
class Asgi:
    """One app and the event loop that it runs in."""

    app: ASGIApp
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Headers | Iterable[tuple[str, str]] = (),
        body: bytes | Iterable[bytes] = b"",
        peer: str = "127.0.0.1",
        cut: bool = False,
    ) -> Reply:
        """Send a request and read the whole answer. ``path`` goes out as it is, with its query string.

        With ``cut`` the connection breaks after the bytes of ``body``, before its end.
        """
        return self.runner.run(self.acall(method, path, headers=headers, body=body, peer=peer, cut=cut))

    async def acall(
        self,
        method: str,
        path: str,
        *,
        headers: Headers | Iterable[tuple[str, str]] = (),
        body: bytes | Iterable[bytes] = b"",
        peer: str = "127.0.0.1",
        cut: bool = False,
    ) -> Reply:
        """As :meth:`call`, for several at once."""
        chunks = [body] if isinstance(body, bytes) else list(body)

        async def receive() -> Message:
            if not chunks:  # the client waits for the answer; it hangs up first when ``cut`` says so
                if not cut:
                    await asyncio.Event().wait()
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks) or cut}

        return await self.asend(method, path, receive, headers=headers, peer=peer)

    async def asend(
        self,
        method: str,
        path: str,
        receive: Receive,
        *,
        headers: Headers | Iterable[tuple[str, str]] = (),
        peer: str = "127.0.0.1",
    ) -> Reply:
        """As :meth:`call`, with a body that ``receive`` gives piece by piece."""
        received: list[Message] = []

        async def send(message: Message) -> None:
            received.append(message)

        await self.app(_scope(method, path, headers, peer), receive, send)
        start = next(message for message in received if message["type"] == "http.response.start")
        parts = [message.get("body", b"") for message in received if message["type"] == "http.response.body"]
        named = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
        return Reply(start["status"], named, b"".join(parts))

    def close(self) -> None:
        """End the event loop."""
        self.runner.close()


def _scope(method: str, path: str, headers: Headers | Iterable[tuple[str, str]], peer: str) -> Scope:
    """The scope that uvicorn makes of such a request."""
    raw_path, _, query = path.partition("?")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        "client": (peer, 40_000),
        "server": ("127.0.0.1", 8080),
        "state": {},
    }
