"""What the endpoints share: the open database, files, clock, keys. Made once by ``assay.server.app``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from assay.kernel.clock import Clock
from assay.kernel.settings import Settings
from assay.storage import LocalStorage
from assay.store.documents import VersionCache
from assay.store.engine import Store
from assay.worker import Worker

if TYPE_CHECKING:
    from assay.server.access.passwords import Passwords
    from assay.server.access.principal import SignIns
    from assay.server.metrics import Metrics
    from assay.server.readiness import Readiness


@dataclass(slots=True)
class Services:
    """The shared parts of one running server."""

    settings: Settings
    store: Store
    uploads: LocalStorage
    clock: Clock
    secret: bytes = field(repr=False)
    worker: Worker
    versions: VersionCache = field(default_factory=VersionCache)
    sign_ins: SignIns = field(init=False)
    passwords: Passwords = field(init=False)
    metrics: Metrics = field(init=False)
    readiness: Readiness = field(init=False)
    close: Callable[[], None] = lambda: None  # what the process holds beside the store

    @property
    def cookie_name(self) -> str:
        """``__Host-`` binds the cookie to this host and to TLS; over plain loopback that is not possible."""
        return "__Host-assay" if self.settings.behind_tls else "assay_session"

    @property
    def public_url(self) -> str:
        """The address that people type, without a slash at its end."""
        given = self.settings.public_url.rstrip("/")
        return given or f"http://{self.settings.host}:{self.settings.port}"


def services_of(request: Request) -> Services:
    """The services of the app that a request came to."""
    services: Services = request.app.state.services
    return services


async def _services(request: Request) -> Services:
    # Asynchronous, because the framework sends plain functions through a thread.
    return services_of(request)


Assay = Annotated[Services, Depends(_services)]
