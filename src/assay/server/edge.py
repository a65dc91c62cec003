"""The request edge: ids, headers, and the one place where any failure becomes problem details.

This is one of the two edges that may catch everything: what nobody foresaw is logged under the request's
id, and the person is told that id and nothing of the inside.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from assay.kernel.errors import AssayError, BadInput
from assay.kernel.ids import new_id

_log = structlog.get_logger("assay.server")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'; object-src 'none'"
)
_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), interest-cohort=()"),
]
_HSTS = (b"strict-transport-security", b"max-age=31536000")


# What a proxy or a client may call a request: it comes back in answers and log lines, so nothing but plain letters.
_REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_QUIET = frozenset({"/health", "/ready", "/metrics"})  # asked every few seconds by machines

Observe = Callable[[str, str, str | None, int, float], None]


class Edge:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, *, behind_tls: bool, observe: Observe | None = None) -> None:
        self._app = app
        self._headers = [*_HEADERS, _HSTS] if behind_tls else list(_HEADERS)
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        bind_contextvars(request=request_id)  # each request runs in a context of its own
        began = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                headers.extend(self._headers)
                headers.append((b"x-request-id", request_id.encode()))
                if _is_for_now(scope["path"]) and not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as problem:
            _log.exception("request_broke", method=scope["method"], path=scope["path"])
            if status:
                raise
            known = (
                problem if isinstance(problem, AssayError) else AssayError("Assay made a mistake; nothing was saved.")
            )
            await problem_response(known, request_id)(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """One line a request: ids and times, never a body, a query, a name or an address of a person."""
        route = scope.get("route")
        template, operation = getattr(route, "path", "(pages)"), getattr(route, "operation_id", None)
        if self._observe is not None:
            self._observe(_known_method(scope["method"]), template, operation, status, seconds)
        write = _log.debug if scope["path"] in _QUIET else _log.info
        write(
            "request",
            method=scope["method"],
            path=scope["path"],
            route=template,
            status=status,
            milliseconds=round(seconds * 1000, 1),
        )


def _is_for_now(path: str) -> bool:
    return path.startswith("/api/") or path in _QUIET


def _request_id(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    return given[0].decode() if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]) else new_id()


def _known_method(method: str) -> str:
    return method if method in _METHODS else "OTHER"


def problem_response(problem: AssayError, request_id: str | None) -> Response:
    """A problem-details answer."""
    body = problem.as_problem()
    if request_id:
        body["request_id"] = request_id
    headers = {"cache-control": "no-store"}
    if problem.retry_after_seconds is not None:
        headers["retry-after"] = str(problem.retry_after_seconds)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    # Text of a person may come back inside a problem; half surrogates must not break the answer.
    content = orjson.dumps(_printable(body))
    return Response(content, problem.status, headers, media_type="application/problem+json")


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list) else value


def add_problem_handlers(app: FastAPI) -> None:
    """Turn what routes raise into problem details."""

    @app.exception_handler(AssayError)
    async def assay_error(request: Request, problem: AssayError) -> Response:
        if problem.status >= 500 and request.url.path not in _QUIET:
            _log.warning("request_failed", code=problem.code, problem=problem.message)
        return problem_response(problem, request.state.request_id)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, problem: RequestValidationError) -> Response:
        return problem_response(_first_fault(problem), request.state.request_id)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, problem: HTTPException) -> Response:
        # The framework hides what was raised while a body is read; its cause says it better.
        cause = problem.__cause__
        known = cause if isinstance(cause, AssayError) else _plain(problem)
        answer = problem_response(known, request.state.request_id)
        if problem.status_code == 405:
            answer.headers.update(problem.headers or {})
        return answer


def _first_fault(problem: RequestValidationError) -> BadInput:
    faults = []
    for fault in problem.errors()[:20]:
        path = ".".join(str(step) for step in fault["loc"] if step != "body") or "body"
        faults.append({"field": path, "message": str(fault["msg"]).removeprefix("Value error, ")})
    first = faults[0]
    return BadInput(f"{first['field']}: {first['message']}.", field=first["field"], details={"faults": faults})


class _Plain(AssayError):
    """What the web framework itself answers (no such path, wrong method)."""

    def __init__(self, status: int, message: str, code: str, action: str) -> None:
        super().__init__(message, code=code, action=action)
        self.status = status  # type: ignore[misc]
        self.title = message  # type: ignore[misc]


def _plain(problem: HTTPException) -> AssayError:
    if problem.status_code == 404:
        return _Plain(404, "There is nothing at this address", "not_found", "Check the address.")
    if problem.status_code == 405:
        return _Plain(405, "This address does not take that method", "wrong_method", "See /api/openapi.json.")
    return _Plain(problem.status_code, str(problem.detail), "http", "Correct the request and send it again.")
