"""HTTP with our errors: a problem that the server describes is raised as the same error here."""

from __future__ import annotations

import time
from collections.abc import Mapping
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
            try:
                response = self._http.request(
                    method, f"/api/v1{path}", json=json, params=given, content=content, headers=headers
                )
            except httpx.TransportError as problem:
                if last:
                    raise Unavailable(f"The server did not answer: {problem}.") from problem
            else:
                if response.status_code < 400:
                    return response
                if last or response.status_code not in (429, 503):
                    raise problem_of(response)
            time.sleep(0.2 * 2**attempt)
        raise Unavailable("The server did not answer.")

    def json(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of a response."""
        return self.request(method, path, **options).json()

    def stream(self, path: str) -> Any:
        """A download, as a context manager over an ``httpx.Response``."""
        return self._http.stream("GET", f"/api/v1{path}", headers=self._headers)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()


def problem_of(response: httpx.Response) -> AssayError:
    """The error that a problem-details answer describes."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    kind = _BY_STATUS.get(response.status_code, AssayError)
    return kind(
        body.get("detail") or f"The server answered {response.status_code}.",
        code=body.get("code"),
        action=body.get("action"),
        field=body.get("field"),
        details=body.get("details"),
    )
