"""Odd ways to ask for a route open nothing, and the web pages are files with known names and nothing else."""

from __future__ import annotations

import http.client
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from assay.server.edge import CONTENT_SECURITY_POLICY, Edge
from assay.server.ui import add_pages
from tests.api.asgi import Asgi, Reply
from tests.api.operations import OPERATIONS, body_for
from tests.api.world import NOBODY, World
from tests.support.server import RunningServer

INDEX = "<!doctype html><title>Assay</title><script src=/assets/app-1.js></script>"
SPELLINGS = (
    "{path}/",
    "/{path}",
    "{path};x=1",
    "{path}%20",
    "{path}%00",
    "{path}.json",
    "/%2e{path}",
    "/x/..{path}",
    "/x/%2e%2e{path}",
    "{upper}",
    "{path}?_method=GET",
    "{escaped}",
)


def _spelled(pattern: str, path: str) -> str:
    escaped = "/" + "".join(f"%{ord(letter):02x}" for letter in path[1:5]) + path[5:]
    return pattern.format(path=path, upper=path.upper(), escaped=escaped)


@pytest.mark.parametrize("pattern", SPELLINGS)
def test_another_spelling_of_a_path_gives_no_data(small_world: World, pattern: str) -> None:
    """The same refusal, nothing at all, or the page that is the same for every address."""
    world = small_world
    before = world.contents()
    wrong = []
    for operation in (one for one in OPERATIONS if one.permission is not None):
        path = _spelled(pattern, operation.url(world.here.path_values()))
        body, media_type = body_for(operation, world.here)
        headers = {} if media_type is None else {"content_type": media_type}
        reply = world.call(NOBODY, operation.method.upper(), path, body, **headers)
        page = reply.status in (200, 503) and (reply.header("content-type") or "").startswith("text/html")
        if not page and reply.status not in (401, 404, 405):
            wrong.append(f"{operation.method} {path} answered {reply.status} {reply.text[:80]}")
    assert not wrong, "\n".join(wrong)
    assert world.contents() == before


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "GETX"])
def test_other_methods_give_no_data_and_change_nothing(small_world: World, method: str) -> None:
    world = small_world
    before = world.contents()
    for who in (NOBODY, world.by_token("owner")):
        for path in {operation.url(world.here.path_values()) for operation in OPERATIONS}:
            reply = world.call(who, method, path)
            assert reply.status in (404, 405), f"{method} {path} answered {reply.status}"
            assert reply.header("access-control-allow-methods") is None
            assert reply.status == 404 or reply.header("allow"), "a wrong method is told the right ones"
    assert world.contents() == before


@pytest.mark.parametrize("name", ["x_http_method_override", "x_method_override", "x_http_method"])
def test_a_header_does_not_change_the_method(small_world: World, name: str) -> None:
    world = small_world
    before = world.contents()
    owner = world.by_token("owner")
    reply = world.call(owner, "GET", f"/api/v1/people/{world.here.people['lead'].uid}", **{name: "PATCH"})
    assert reply.status == 404
    reply = world.call(owner, "POST", f"/api/v1/tokens/{world.here.token}", {}, **{name: "DELETE"})
    assert reply.status == 405
    assert world.contents() == before


@pytest.mark.parametrize("name", ["x_original_url", "x_rewrite_url", "x_forwarded_prefix", "x_forwarded_path"])
def test_a_header_does_not_change_the_path(small_world: World, name: str) -> None:
    reply = small_world.call(NOBODY, "GET", "/health", **{name: "/api/v1/people"})
    assert reply.json() == {"status": "UP"}


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Asgi]:
    """An app with web pages, beside files that it must not hand out."""
    folder = tmp_path / "ui"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "assets" / "app-1.js").write_text("run()")
    (folder / "assets" / "app-1.js.br").write_bytes(b"packed")
    (tmp_path / "secret").write_text("not for you")
    (tmp_path / "ui-old").mkdir()
    (tmp_path / "ui-old" / "index.html").write_text("old")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(Edge, behind_tls=False)
    add_pages(app, folder)
    web = Asgi(app)
    yield web
    web.close()


TRAVERSALS = (
    "/../secret",
    "/assets/../../secret",
    "/assets/..%2f..%2fsecret",
    "/%2e%2e/secret",
    "/..%5csecret",
    "/assets/%252e%252e/%252e%252e/secret",
    "/assets//../../secret",
    "//secret",
    "/..;/secret",
    "/%c0%ae%c0%ae/secret",
    "/assets/app-1.js/../../../secret",
    "/../ui-old/index.html",
    "/assets/..",
    "/secret%00.js",
    "/C:/Windows/win.ini",
    "/file:///etc/passwd",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out_of_the_pages(pages: Asgi, path: str) -> None:
    reply = pages.call("GET", path)
    assert "not for you" not in reply.text
    assert "old" not in reply.text
    assert reply.status == 404 or reply.text == INDEX


def test_an_unknown_asset_is_not_found_and_an_unknown_page_is_the_app(pages: Asgi) -> None:
    assert pages.call("GET", "/assets/app-2.js").status == 404
    assert pages.call("GET", "/assets/").status == 404
    for path in ("/", "/projects/x/label", "/sign-in", "/no/such/page.html"):
        assert pages.call("GET", path).text == INDEX


def test_an_unknown_api_address_is_a_problem_and_not_the_app(small_world: World) -> None:
    for path in ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/projects", "/api/tasks"):
        reply = small_world.call(NOBODY, "GET", path)
        assert (reply.status, reply.code) == (404, "not_found")
        assert reply.json()["action"]


def test_files_have_their_type_and_a_packed_one_is_only_sent_as_what_it_packs(pages: Asgi) -> None:
    assert mimetypes.guess_type("/app.js")[0] == "text/javascript"
    reply = pages.call("GET", "/assets/app-1.js", headers={"accept-encoding": "br"})
    assert (reply.content, reply.header("content-encoding")) == (b"packed", "br")
    assert reply.header("content-type") == "text/javascript; charset=utf-8"
    assert reply.header("vary") == "accept-encoding"
    assert reply.header("cache-control") == "public, max-age=31536000, immutable"
    assert pages.call("GET", "/assets/app-1.js").content == b"run()"
    assert pages.call("GET", "/assets/app-1.js.br").status == 404
    assert pages.call("GET", "/icon.svg").header("content-type") == "image/svg+xml"


def _is_guarded(reply: Reply) -> None:
    policy = reply.header("content-security-policy") or ""
    assert policy == CONTENT_SECURITY_POLICY
    assert reply.header("x-content-type-options") == "nosniff"
    assert reply.header("x-frame-options") == "DENY"
    assert reply.header("referrer-policy") == "no-referrer"
    assert reply.header("cross-origin-opener-policy") == "same-origin"
    assert reply.header("cross-origin-resource-policy") == "same-origin"
    assert reply.header("server") is None
    assert reply.header("x-powered-by") is None
    assert reply.header("access-control-allow-origin") is None
    assert reply.header("content-security-policy-report-only") is None


def test_the_policy_of_the_pages_allows_no_foreign_and_no_inline_script() -> None:
    given = dict(part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";"))
    assert given["default-src"] == "'none'"
    assert given["script-src"] == "'self'"
    assert given["object-src"] == given["base-uri"] == given["frame-ancestors"] == "'none'"
    assert given["form-action"] == given["connect-src"] == "'self'"
    assert given["style-src"] == "'self'"
    assert "unsafe-eval" not in CONTENT_SECURITY_POLICY
    assert [name for name, value in given.items() if "http:" in value or "https:" in value or "*" in value] == []


def test_every_page_and_file_is_guarded(pages: Asgi) -> None:
    for path in ("/", "/index.html", "/projects/x", "/assets/app-1.js", "/icon.svg", "/assets/none"):
        _is_guarded(pages.call("GET", path))
        assert pages.call("HEAD", path).header("content-security-policy") == CONTENT_SECURITY_POLICY


def test_every_answer_of_the_api_is_guarded_and_kept_by_nobody(small_world: World) -> None:
    world = small_world
    for who in (NOBODY, world.by_token("owner"), world.by_token("annotator")):
        for operation in (one for one in OPERATIONS if one.is_safe and one.path.startswith("/api/")):
            reply = world.call(who, "GET", operation.url(world.here.path_values()))
            _is_guarded(reply)
            assert reply.header("cache-control") == "no-store", operation.id
            kind = reply.header("content-type") or ""
            if kind.startswith("text/csv"):  # for a spreadsheet, never for the window
                assert (reply.header("content-disposition") or "").startswith("attachment"), operation.id
                continue
            assert kind.split(";")[0] in {"application/json", "application/problem+json", "application/octet-stream"}


def test_downloads_are_attachments_with_a_name_of_ours(small_world: World) -> None:
    world = small_world
    owner, here = world.by_token("owner"), world.here
    file = world.call(owner, "GET", f"/api/v1/projects/{here.project}/jobs/{here.export_job}/file")
    assert file.header("content-type") == "application/octet-stream"
    assert file.header("content-disposition") == 'attachment; filename="project-here.jsonl"'
    refused = world.call(owner, "GET", f"/api/v1/projects/{here.project}/jobs/{here.import_job}/refused?format=csv")
    assert (refused.header("content-disposition") or "").startswith('attachment; filename="refused-rows-')
    assert refused.header("content-type") == "text/csv; charset=utf-8"


ORIGINS = ("https://evil.example", "null", "http://127.0.0.1:8080.evil.example", "http://localhost:9999")


@pytest.mark.parametrize("origin", ORIGINS)
def test_no_other_origin_is_let_in(small_world: World, origin: str) -> None:
    world = small_world
    asked = {
        "origin": origin,
        "access_control_request_method": "POST",
        "access_control_request_headers": "x-csrf-token",
    }
    for path in ("/api/v1/session", "/api/v1/projects", "/api/openapi.json", "/health", "/"):
        for method in ("GET", "OPTIONS"):
            reply = world.call(world.by_browser("owner"), method, path, **asked)
            assert [name for name, _ in reply.headers if name.startswith("access-control-")] == []


def test_a_websocket_is_refused(small_world: World) -> None:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "websocket",
        "path": "/api/v1/projects",
        "raw_path": b"",
        "headers": [],
        "query_string": b"",
    }
    scope |= {"subprotocols": [], "client": ("127.0.0.1", 1), "root_path": "", "state": {}}
    small_world.web.runner.run(small_world.web.app(scope, receive, send))  # type: ignore[arg-type]
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_real_server_answers_odd_paths_alike(server: RunningServer) -> None:
    """What the web server in front of the app makes of a path opens nothing either."""
    odd = ["/api/v1/people/", "//api/v1/people", "/api/v1/%70eople", "/api//v1/people", "/API/v1/people"]
    odd += [
        "/api/v1/../v1/people",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/people%2f",
        "/..\\..\\secret",
        "/api/v1/people?x",
    ]
    for path in odd:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.putrequest("GET", path, skip_host=False, skip_accept_encoding=True)
        connection.endheaders()
        reply = connection.getresponse()
        text = reply.read().decode()
        assert reply.status in (401, 404) or "<!doctype html>" in text, f"{path} answered {reply.status} {text[:90]}"
        assert "root:" not in text
        assert reply.getheader("server") is None
        connection.close()
