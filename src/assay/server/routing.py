"""Routes that read bodies strictly: from people who may send them, JSON only, bounded, no duplicate keys, no NaN.

A stranger costs as little as possible: who is asking is settled before the first byte of a body is read,
and a public route reads a small one only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from assay.kernel import limits
from assay.kernel.errors import BadInput, NotFound, TooLarge, UnsupportedFormat
from assay.kernel.json_text import read_json
from assay.server.access.principal import Requirement
from assay.store.records.as_of import read_moment

_PUBLIC_BYTES = 16_384  # sign-in, invitations: an address, a name, a password
_VALUES = 250_000  # in one body: reading more of them takes seconds
_SHOWN = 80  # characters of a name that is not ours
_IN_THREAD_BYTES = 65_536  # a larger body is not read on the event loop


class StrictRequest(Request):
    """A request whose JSON is read by our own strict reader, up to ``bound`` bytes."""

    bound = limits.BODY_BYTES

    async def body(self) -> bytes:
        """The bytes. Raises TooLarge, or UnsupportedFormat for anything that is not sent as JSON."""
        if not hasattr(self, "_body"):
            self._refuse_larger(int(_declared(self)))
            chunks, size = [], 0
            async for chunk in self.stream():
                size += len(chunk)
                self._refuse_larger(size)
                chunks.append(chunk)
            self._body = b"".join(chunks)
            kind = self.headers.get("content-type", "").split(";")[0].strip().lower()
            if self._body and kind != "application/json":
                raise UnsupportedFormat(
                    f"The body is sent as {kind or 'nothing'}.", action="Send JSON with Content-Type: application/json."
                )
        return self._body

    async def json(self) -> Any:
        """The body. Raises BadInput naming line and column."""
        if not hasattr(self, "_strict_json"):
            body = await self.body()
            if body.count(b",") + body.count(b"[") + body.count(b"{") > _VALUES:
                raise TooLarge(
                    f"The body has more than {_VALUES:,} values.", action="Send larger sets as a file import."
                )
            if len(body) > _IN_THREAD_BYTES:
                self._strict_json = await asyncio.to_thread(read_json, body)
            else:
                self._strict_json = read_json(body)
        return self._strict_json

    def _refuse_larger(self, size: int) -> None:
        if size > self.bound:
            raise TooLarge(
                f"The body is larger than {self.bound:,} bytes.", action="Send larger sets as a file import."
            )


def _declared(request: Request) -> str:
    given = request.headers.get("content-length", "")
    return given if given.isascii() and given.isdigit() and len(given) < 20 else "0"


class StrictRoute(APIRoute):
    """A route that hands its endpoint a :class:`StrictRequest`, after asking who is there."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        required = next(requirements(self.dependant), None)
        parameters = frozenset(field.alias for field in self.dependant.query_params)

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if required is None:
                strict.bound = _PUBLIC_BYTES
            else:
                await required(strict)
            _check_address(strict, parameters)
            return await handle(strict)

        return handle_strictly


def _check_address(request: Request, parameters: frozenset[str]) -> None:
    """Each parameter is known and there once: a misspelled filter must not silently show everything.

    No database takes NUL in a text. Raises BadInput naming the parameter, or NotFound for a path.
    """
    if "\0" in request.scope["path"] or any("\0" in str(value) for value in request.path_params.values()):
        raise NotFound("There is nothing at this address.")
    if not request.scope["query_string"]:
        return
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        field = f"query.{name[:_SHOWN]}"
        if name not in parameters:
            known = ", ".join(sorted(parameters)) or "none"
            raise BadInput(
                f"There is no parameter {name[:_SHOWN]!r} here.", field=field, action=f"Parameters: {known}."
            )
        if name in seen:
            raise BadInput(f"The parameter {name!r} is given twice.", field=field, action="Give it once.")
        if "\0" in value:
            raise BadInput(f"{name} contains the character NUL.", field=field, action="Remove it.")
        seen.add(name)


def requirements(dependant: Dependant) -> Iterator[Requirement]:
    """What an endpoint requires of its caller, by its signature."""
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Requirement):
            yield dependency.call
        yield from requirements(dependency)


AsOf = Annotated[
    str | None, Query(max_length=40, description="Show what was in force at this moment (ISO 8601) instead of now.")
]


def past_moment(text: str, now: int) -> int:
    """The moment of an ``as_of`` parameter. Raises BadInput, also for one that has not come yet."""
    moment = read_moment(text)
    if moment > now:
        raise BadInput("This moment has not come yet.", field="as_of", action="Name an earlier one, or leave it out.")
    return moment


_TITLES = {
    401: "Nobody is signed in, or the credentials do not fit.",
    403: "This person may not do it.",
    404: "There is no such thing here.",
    409: "It contradicts what is saved; what is saved stays.",
    413: "Too large.",
    415: "Not a format that Assay reads.",
    422: "A value cannot be used; `field` names it.",
    429: "Too many; `Retry-After` says for how long.",
    503: "Something that Assay needs is away; try again.",
}


def router(tag: str, prefix: str = "/api/v1") -> APIRouter:
    """A router of strict routes whose errors are typed in the OpenAPI document."""
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: dict[int | str, dict[str, Any]] = {
        status: {"description": text, "content": body} for status, text in _TITLES.items()
    }
    return APIRouter(prefix=prefix, tags=[tag], route_class=StrictRoute, responses=responses, redirect_slashes=False)
