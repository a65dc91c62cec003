"""HTTP with our errors: a problem that the server describes is raised as the same error here."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from assay.kernel import errors
from assay.kernel.errors import AssayError, Unavailable

_BY_STATUS: dict[int, type[AssayError]] = {
    kind.status: kind
    for kind in (
        errors.BadInput,
        errors.NotSignedIn,
        errors.Forbidden,
        errors.NotFound,
        errors.Conflict,
        errors.TooLarge,
        errors.UnsupportedFormat,
        errors.TooMany,
        errors.Unavailable,
    )
}
_TRIES = 4
_TRIED_AGAIN = frozenset({429, 502, 503, 504})
_LONGEST_WAIT_SECONDS = 10.0  # that is worth waiting for; a server that asks for more is told about at once


class Transport:
    """Sends requests with the token; tries again when the server is away for a moment.

    Only calls that are harmless twice are tried again: reading, asking for the next tasks, and submitting
    (a submission carries its own id).
    """

    def __init__(self, url: str, token: str, *, timeout_seconds: float, http: httpx.Client | None = None) -> None:
        self._http = http or httpx.Client(base_url=url.rstrip("/"), timeout=timeout_seconds)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        content: Any = None,
        again: bool | None = None,
    ) -> httpx.Response:
        """The response. Raises the error that the server describes, or Unavailable when it cannot be reached."""
        again = method == "GET" if again is None else again
        headers = dict(self._headers)
        if content is not None:
            headers["Content-Type"] = "application/octet-stream"
        given = {name: value for name, value in (params or {}).items() if value is not None}
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1 or not again
            pause = 0.2 * 2**attempt * (0.5 + random.random())  # noqa: S311 - so that clients do not come in step
            try:
                response = self._http.request(
                    method, f"/api/v1{path}", json=json, params=given, content=content, headers=headers
                )
            except httpx.TransportError as broken:
                if last:
                    raise Unavailable(f"The server did not answer: {broken}.") from broken
            else:
                if response.status_code < 400:
                    return response
                problem = problem_of(response)
                if last or response.status_code not in _TRIED_AGAIN:
                    raise problem
                pause = max(pause, problem.retry_after_seconds or 0)
                if pause > _LONGEST_WAIT_SECONDS:
                    raise problem
            time.sleep(pause)
        raise Unavailable("The server did not answer.")

    def json(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of a response."""
        response = self.request(method, path, **options)
        try:
            return response.json()
        except ValueError as problem:
            raise AssayError(
                f"What answers at {response.url} is not Assay.",
                code="not_assay",
                action="Check the address: scheme, host and port, without a path.",
            ) from problem

    @contextmanager
    def stream(self, path: str) -> Iterator[Iterator[bytes]]:
        """The pieces of a download. Raises as :meth:`request`, also when it breaks off in the middle."""
        try:
            with self._http.stream("GET", f"/api/v1{path}", headers=self._headers) as response:
                if response.status_code >= 400:
                    response.read()
                    raise problem_of(response)
                yield response.iter_bytes()
        except httpx.TransportError as problem:
            raise Unavailable(f"The download broke off: {problem}.") from problem

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


def problem_of(response: httpx.Response) -> AssayError:
    """The error that a problem-details answer describes."""
    try:
        body = response.json()
    except ValueError:
        body = None
    wait = response.headers.get("retry-after", "")
    return error_of(
        response.status_code,
        body if isinstance(body, dict) else {},
        retry_after_seconds=int(wait) if wait.isdigit() else None,
    )


def error_of(status: int, body: Mapping[str, Any], *, retry_after_seconds: int | None = None) -> AssayError:
    """The error of a status and a problem-details body."""
    kind = _BY_STATUS.get(status, AssayError)
    return kind(
        body.get("detail") or f"The server answered {status}.",
        code=body.get("code"),
        action=body.get("action"),
        field=body.get("field"),
        retry_after_seconds=retry_after_seconds,
        details=body.get("details"),
    )
