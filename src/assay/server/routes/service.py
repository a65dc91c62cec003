"""Is it up, and which version."""

from __future__ import annotations

from assay import __version__
from assay.server.routing import router
from assay.server.services import Assay
from assay.server.views.service import Health, Version

routes = router("service", prefix="")


@routes.get("/health", operation_id="get_health")
async def get_health(assay: Assay) -> Health:
    """Up, with the database answering. Public."""
    await assay.store.aread(lambda c: c.exec_driver_sql("SELECT 1").scalar())
    return Health(status="UP")


@routes.get("/api/v1/version", operation_id="get_version")
async def get_version() -> Version:
    """The version of this server. Public."""
    return Version(version=__version__)
