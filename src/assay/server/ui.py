"""The built web pages: known files only, compressed siblings, and one page for every address of the app."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.exceptions import HTTPException

FOLDER = Path(__file__).parent.parent / "ui"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER = "public, max-age=31536000, immutable"
_NO_PAGES = (
    "/api",
    "/health",
    "/ready",
    "/metrics",
)  # HEAD /ready must not be answered by a page that is there without a database
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Assay</title>
<p>The web pages are not built. In a checkout, run <code>make ui</code>; a released package carries them.</p></html>"""

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


def add_pages(app: FastAPI, folder: Path = FOLDER) -> None:
    """Serve the files that are in ``folder`` at start, each under its own name, and index.html elsewhere.

    A request never becomes a path: it is looked up among the names that exist.
    """
    files = {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
    index = files.get("/index.html")

    @app.get("/{path:path}", include_in_schema=False)
    @app.head("/{path:path}", include_in_schema=False)
    async def page(path: str, request: Request) -> Response:
        name = f"/{path}"
        if name.startswith("/api/") or name in _NO_PAGES:
            raise HTTPException(404)
        found = files.get(name)
        if found is not None and not name.endswith((".br", ".gz")):
            return _send(request, name, found, files)
        if index is None:
            return HTMLResponse(_NOT_BUILT, status_code=503)
        if name.startswith("/assets/"):
            return Response("No such file.", 404, media_type="text/plain")
        return FileResponse(index, media_type="text/html; charset=utf-8", headers={"cache-control": "no-cache"})


def _send(request: Request, name: str, path: Path, files: dict[str, Path]) -> Response:
    headers = {"cache-control": _FOR_EVER if name.startswith("/assets/") else "no-cache", "vary": "accept-encoding"}
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    accepted = request.headers.get("accept-encoding", "")
    for encoding, ending in _ENCODINGS:
        sibling = files.get(name + ending)
        if sibling is not None and encoding in accepted:
            return FileResponse(sibling, media_type=kind, headers={**headers, "content-encoding": encoding})
    return FileResponse(path, media_type=kind, headers=headers)
