"""Who is asking, and the requirement that every endpoint names in its signature.

::

    @router.get("/projects/{project_id}")
    async def get_project(project_id: str, who: MayRead, assay: Assay) -> ProjectView: ...

An endpoint without such a parameter must be on the public list of ``assay.server.app``; start-up refuses
any other. A browser session also proves itself with the X-CSRF-Token header on every unsafe request.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request

from assay.flow.access import Permission, permissions
from assay.kernel.errors import Forbidden, NotSignedIn
from assay.kernel.ids import digest
from assay.server.services import Services, services_of
from assay.store import credentials
from assay.store.credentials import SignedIn
from assay.store.people import Member

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person, in one workspace, with what the credentials allow."""

    signed_in: SignedIn
    allowed: frozenset[Permission]

    @property
    def member(self) -> Member:
        """The person in the workspace."""
        return self.signed_in.member

    @property
    def person_id(self) -> int:
        """Internal id of the person."""
        return self.signed_in.member.person_id

    @property
    def workspace_id(self) -> int:
        """Internal id of the workspace: every query of a lead names it."""
        return self.signed_in.member.workspace_id

    @property
    def by_browser(self) -> bool:
        """Whether this is a session (and not an API token)."""
        return self.signed_in.scopes is None


class Requirement:
    """The dependency that checks one permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Principal:
        """The principal, found out once for each request. Raises NotSignedIn or Forbidden."""
        place = f"assay.principal.{self.permission}"
        known = request.scope.get(place)
        if known is None:
            known = request.scope[place] = await self._principal(request)
        principal: Principal = known
        return principal

    async def _principal(self, request: Request) -> Principal:
        services = services_of(request)
        signed_in = await _signed_in(request, services)
        allowed = permissions(signed_in.member.role, signed_in.scopes)
        if self.permission not in allowed:
            if signed_in.scopes is not None and self.permission in permissions(signed_in.member.role):
                raise Forbidden(
                    "This API token was not made for that.",
                    code="scope_missing",
                    action="Make a token with the scope that is needed.",
                )
            raise Forbidden(f"As {signed_in.member.role} you cannot do this.")
        return Principal(signed_in, allowed)


async def _signed_in(request: Request, services: Services) -> SignedIn:
    header = request.headers.get("authorization")
    if header is not None:
        kind, _, secret = header.partition(" ")
        if kind.lower() not in ("bearer", "token") or not secret.strip():
            raise NotSignedIn(
                "The Authorization header is not understood.", action="Send: Authorization: Bearer TOKEN."
            )
        found = await services.sign_ins.by_token(digest(secret.strip()))
        if found is None:
            raise NotSignedIn(
                "This API token is unknown, expired or revoked.", code="bad_token", action="Make a new one."
            )
        return found
    secret = request.cookies.get(services.cookie_name, "")
    if not secret:
        raise NotSignedIn("Nobody is signed in.")
    found = await services.sign_ins.by_session(digest(secret))
    if found is None:
        raise NotSignedIn("Your session is over.", code="session_over", action="Sign in again; unsent work is kept.")
    if request.method not in SAFE_METHODS:
        _check_csrf(request, services, found)
    return found


def csrf_token(services: Services, credential: str) -> str:
    """The token that a session's unsafe requests carry."""
    return hmac.new(services.secret, b"csrf:" + credential.encode(), sha256).hexdigest()


def _check_csrf(request: Request, services: Services, signed_in: SignedIn) -> None:
    sent = request.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(sent.encode(), csrf_token(services, signed_in.credential).encode()):
        raise Forbidden(
            "The request does not carry this session's CSRF token.",
            code="csrf",
            action="Reload the page. Programs should use an API token instead of a browser session.",
        )


class SignIns:
    """Recently checked credentials, kept for a few seconds so that labeling does not ask the database each time.

    A change made by this process (sign-out, role, deactivation, revocation) clears it at once; one made by
    another process is seen after ``KEPT_SECONDS``.
    """

    KEPT_SECONDS = 3

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: dict[str, tuple[int, SignedIn]] = {}
        self._forgotten = 0  # times; a look that began before the last one is not kept

    async def by_session(self, credential: str) -> SignedIn | None:
        """Who a session belongs to."""
        return await self._find("s:" + credential, credential)

    async def by_token(self, credential: str) -> SignedIn | None:
        """Who an API token belongs to."""
        return await self._find("t:" + credential, credential)

    def forget(self) -> None:
        """Something about people or credentials changed."""
        self._forgotten += 1
        self._kept.clear()

    async def _find(self, key: str, credential: str) -> SignedIn | None:
        now = self._services.clock()
        kept = self._kept.get(key)
        if kept is not None and now < kept[0]:
            return kept[1]
        store, forgotten = self._services.store, self._forgotten
        if key.startswith("s:"):
            found = await store.aread(lambda c: credentials.by_session(c, credential, now))
        else:
            found = await store.aread(lambda c: credentials.by_token(c, credential, now))
            if found is not None:
                # Not waited for: when a token was last used is no reason to keep its user waiting.
                store.submit_write(lambda c: credentials.touch_token(c, credential, now))
        if found is None:
            self._kept.pop(key, None)
            return None
        if len(self._kept) > 10_000:
            self._kept.clear()
        if forgotten == self._forgotten:
            self._kept[key] = (now + self.KEPT_SECONDS * 1_000_000, found)
        return found


MaySignedIn = Annotated[Principal, Depends(Requirement(Permission.SIGNED_IN))]
MayAnnotate = Annotated[Principal, Depends(Requirement(Permission.ANNOTATE))]
MayRead = Annotated[Principal, Depends(Requirement(Permission.READ_PROJECT))]
MayExport = Annotated[Principal, Depends(Requirement(Permission.EXPORT))]
MayChange = Annotated[Principal, Depends(Requirement(Permission.CHANGE_PROJECT))]
MaySeePeople = Annotated[Principal, Depends(Requirement(Permission.SEE_PEOPLE))]
MayAdminister = Annotated[Principal, Depends(Requirement(Permission.ADMINISTER))]
MayOwnTokens = Annotated[Principal, Depends(Requirement(Permission.OWN_TOKENS))]
