"""The one composition root: everything that runs in a server is put together here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from assay import __version__
from assay.kernel.clock import Clock, now_us
from assay.kernel.settings import Settings, read_or_make_secret, refuse_unsafe
from assay.server.access.passwords import Passwords
from assay.server.access.principal import SignIns
from assay.server.edge import Edge, add_problem_handlers
from assay.server.metrics import Metrics
from assay.server.readiness import Readiness
from assay.server.routes import ROUTERS
from assay.server.routes.service import add_metrics
from assay.server.routing import requirements
from assay.server.services import Services
from assay.server.ui import add_pages
from assay.server.views.body import Problem
from assay.storage import LocalStorage
from assay.store.engine import Store, open_store
from assay.store.process import Process, join
from assay.store.schema import upgrade
from assay.worker import Worker

# Endpoints that need no sign-in. Every other one names a requirement in its signature, or the app does not start.
PUBLIC = frozenset(
    {
        "get_health",
        "get_ready",
        "get_metrics",  # asks for a token of its own
        "get_version",
        "sign_in",
        "sign_in_by_link",
        "preview_invitation",
        "accept_invitation",
        "get_openapi",
    }
)

_DESCRIPTION = """\
Everything that the web pages do, by REST. Programs send `Authorization: Bearer TOKEN` (make a token under Account, or
with `assay token create`). Errors are problem details (RFC 9457): `code` is stable, `detail` says what is wrong,
`action` what to do, `field` which input it was.
"""


def make_services(settings: Settings, *, store: Store | None = None, clock: Clock | None = None) -> Services:
    """Open what a server needs. Raises BadInput for unsafe settings, Unavailable without a database, Conflict when
    another process over the same database has another data folder.
    """
    refuse_unsafe(settings)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = read_or_make_secret(settings)
    if store is None:
        upgrade(settings.database_url)
        store = open_store(settings.database_url, connections=settings.database_connections)
        process = join(store, settings.data, secret)
    else:
        process = Process(now_us, lambda: None, lambda: None)
    clock = clock or process.clock
    uploads = LocalStorage(settings.data / "files")
    services = Services(
        settings=settings,
        store=store,
        uploads=uploads,
        clock=clock,
        secret=secret,
        worker=Worker(store, uploads, clock=clock, upkeep=process.upkeep),
        close=process.leave,
    )
    services.metrics = Metrics(services)
    services.readiness = Readiness(services)
    services.sign_ins = SignIns(services)
    services.passwords = Passwords(settings.sign_in_attempts)
    return services


def create_app(services: Services) -> FastAPI:
    """The ASGI app over opened services; it starts their worker, and closes them when it ends."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        services.worker.start()
        yield
        services.worker.stop()
        services.close()
        services.store.close()

    app = make_routes(life)
    app.state.services = services
    app.add_middleware(
        Edge, behind_tls=services.settings.behind_tls, observe=lambda *seen: app.state.services.metrics.observe(*seen)
    )
    add_pages(app)
    return app


def make_routes(life: Any = None) -> FastAPI:
    """The app with its routes, without services: enough for the OpenAPI document."""
    app = FastAPI(
        title="Assay",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    add_problem_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    add_metrics(app)
    document = openapi_document(app)

    @app.get("/api/openapi.json", include_in_schema=False, operation_id="get_openapi")
    async def get_openapi_document() -> dict[str, Any]:
        return document

    return app


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the permission of each operation as ``x-permission`` (null: public)."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "assay_session"},
    }
    for route in _api_routes(app):
        permission = permission_of(route)
        if route.include_in_schema:
            for method in route.methods or ():
                operation = document["paths"][route.path][method.lower()]
                operation["x-permission"] = permission
                operation["security"] = [] if permission is None else [{"token": []}, {"session": []}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "x-permission" not in operation:
                raise RuntimeError(f"{method.upper()} {path} was served without anybody asking for its permission")
    return document


def _api_routes(app: FastAPI) -> Iterator[APIRoute]:
    # The framework wraps included routers, so that their routes are not among those of the app.
    for routes in (app.routes, *(router.routes for router in ROUTERS)):
        for route in routes:
            if isinstance(route, APIRoute):
                yield route


def permission_of(route: APIRoute) -> str | None:
    """The permission in an endpoint's signature; None for a public one. Raises RuntimeError for neither."""
    found = next((one.permission.value for one in requirements(route.dependant)), None)
    if found is None and route.operation_id not in PUBLIC:
        raise RuntimeError(f"{route.path} ({route.operation_id}) names no permission and is not on the public list")
    return found
