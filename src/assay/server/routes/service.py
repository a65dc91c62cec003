"""Is it up, can it work, which version, and its figures."""

from __future__ import annotations

import hmac

from fastapi import FastAPI, Request, Response

from assay import __version__
from assay.kernel.errors import NotFound, NotSignedIn, Unavailable
from assay.server.metrics import CONTENT_TYPE
from assay.server.routing import router
from assay.server.services import Assay, services_of
from assay.server.views.service import Health, Ready, ReadyCheck, Version

routes = router("service", prefix="")


@routes.get("/health", operation_id="get_health")
async def get_health() -> Health:
    """Up: the process answers. Asks nothing of the database: a restart would not bring that back. Public."""
    return Health(status="UP")


@routes.get("/ready", operation_id="get_ready")
async def get_ready(assay: Assay) -> Ready:
    """Whether people should be sent here now: database, schema, disk, worker. Public.

    503 when not; ``details.checks`` then says of each condition whether it holds, and what is wrong.
    """
    found = await assay.readiness.checks()
    checks = [ReadyCheck(name=check.name, ok=not check.reason, reason=check.reason) for check in found]
    wrong = [check.reason for check in checks if not check.ok]
    if wrong:
        raise Unavailable(
            f"Assay is not ready: {' '.join(wrong)}",
            code="not_ready",
            retry_after_seconds=2,
            details={"checks": [check.model_dump() for check in checks]},
        )
    return Ready(ready=True, checks=checks)


@routes.get("/api/v1/version", operation_id="get_version")
async def get_version() -> Version:
    """The version of this server. Public."""
    return Version(version=__version__)


def add_metrics(app: FastAPI) -> None:
    """Serve ``/metrics``: no part of the API, so not in its document."""

    @app.get("/metrics", include_in_schema=False, operation_id="get_metrics")
    async def get_metrics(request: Request) -> Response:
        """Prometheus' text format, for who sends ``Authorization: Bearer`` with the token of the settings.

        Without such a setting there is nothing here: figures about people's work are not for everybody who reaches
        the address, and behind a proxy everybody seems to come from this machine.
        """
        services = services_of(request)
        expected = services.settings.metrics_token
        if not expected:
            raise NotFound("There is nothing at this address.", action="To read metrics, set ASSAY_METRICS_TOKEN.")
        kind, _, sent = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(sent.strip().encode(), expected.encode()):
            raise NotSignedIn(
                "The token for metrics is missing or wrong.",
                code="bad_token",
                action="Send: Authorization: Bearer, and the value of ASSAY_METRICS_TOKEN.",
            )
        return Response(services.metrics.text(), media_type=CONTENT_TYPE, headers={"cache-control": "no-store"})
