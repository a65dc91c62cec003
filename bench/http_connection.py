"""One keep-alive HTTP/1.1 connection, as thin as Python allows, so that a load generator costs little CPU itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

import httptools

REQUEST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of a response."""

    status: int
    body: bytes

    @property
    def is_well(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300


def request_bytes(method: str, path: str, token_header: str, body: bytes = b"", host: str = "127.0.0.1") -> bytes:
    """A whole request. ``token_header`` is the value of Authorization."""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token_header}\r\n"
        f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """Sends one request at a time; opens the socket again when the server has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[Answer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    async def send(self, request: bytes) -> Answer:
        """The answer to a request. Raises OSError or TimeoutError when there is none."""
        loop = asyncio.get_running_loop()
        if self._transport is None:
            await loop.create_connection(lambda: self, self._host, self._port)
        assert self._transport is not None
        answered: asyncio.Future[Answer] = loop.create_future()
        self._answered = answered
        self._transport.write(request)
        timer = loop.call_later(REQUEST_SECONDS, self._give_up)
        try:
            return await answered
        finally:
            timer.cancel()

    def close(self) -> None:
        """Let go of the socket."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def _give_up(self) -> None:
        self._fail(TimeoutError(f"no answer within {REQUEST_SECONDS} s"))
        self.close()

    def _fail(self, problem: Exception) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(problem)

    # asyncio calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its type
        self._parser = httptools.HttpResponseParser(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of the response."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as problem:
            self._fail(OSError(f"not HTTP: {problem}"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has closed the socket."""
        self._transport = None
        self._fail(exc or ConnectionResetError("the server closed the connection"))

    # httptools calls these.

    def on_message_begin(self) -> None:
        """A response begins."""
        self._body = []

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The response is whole."""
        answer = Answer(self._parser.get_status_code(), b"".join(self._body))
        if not self._parser.should_keep_alive():
            self.close()
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(answer)
