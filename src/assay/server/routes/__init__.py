"""One file per resource. An endpoint names who may call it in its signature."""

from fastapi import APIRouter

from assay.server.routes import (
    annotate,
    documents,
    exports,
    gallery,
    imports,
    invitations,
    jobs,
    people,
    policy,
    projects,
    quality,
    queue,
    records,
    reverts,
    seats,
    service,
    session,
    tasks,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    annotate.routes,  # first: routes are tried in this order, and these are asked for most
    service.routes,
    session.routes,
    people.routes,
    invitations.routes,
    tokens.routes,
    gallery.routes,
    projects.routes,
    documents.routes,
    policy.routes,
    queue.routes,
    seats.routes,
    tasks.routes,
    imports.routes,
    exports.routes,
    jobs.routes,
    quality.routes,
    records.routes,
    reverts.routes,
)

__all__ = ["ROUTERS"]
