"""Every page of the web app with hostile words in every field: they are shown as text, and nothing of them runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.security.hostile import MARKUP
from tests.security.hostile_team import EVIL, HostileTeam, Person, make_hostile_team
from tests.support.chromium import Browser
from tests.support.server import RunningServer

ROUTES = Path(__file__).resolve().parent.parent.parent / "web" / "src" / "shell" / "routes.tsx"
LISTEN = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
STRANGE = """() => [...document.querySelectorAll(
  'img[src="x"], [onerror], [onload], [onmouseover], [onclick], a[href^="javascript:"], iframe, object, embed'
)].map((element) => element.outerHTML.slice(0, 200))"""

# What is opened for each route of the web app, in the places that show most. "p" is the project, "t" a task.
PAGES: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/sign-in": ("/sign-in", "/sign-in#link=<img src=x onerror=window.__pwned=1>"),
    "/invitation": ("/invitation#token=<svg onload=window.__pwned=1>",),
    "/projects/$projectId/label": ("/projects/p/label",),
    "/projects/new": ("/projects/new",),
    "/projects/$projectId": (),
    "/projects/$projectId/": ("/projects/p", "/projects/<img src=x onerror=window.__pwned=1>"),
    "/projects/$projectId/tasks": (
        "/projects/p/tasks",
        "/projects/p/tasks?task=t",
        "/projects/p/tasks?q=<img src=x onerror=window.__pwned=1>",
        "/projects/p/tasks?label=<svg onload=window.__pwned=1>&annotator=javascript:window.__pwned=1",
    ),
    "/projects/$projectId/agreement": ("/projects/p/agreement",),
    "/projects/$projectId/consensus": ("/projects/p/consensus",),
    "/projects/$projectId/guideline": (
        "/projects/p/guideline",
        "/projects/p/guideline?view=edit",
        "/projects/p/guideline?view=changes",
    ),
    "/projects/$projectId/people": ("/projects/p/people",),
    "/projects/$projectId/queue": ("/projects/p/queue",),
    "/projects/$projectId/policy": ("/projects/p/policy", "/projects/p/policy?version=<img src=x>"),
    "/projects/$projectId/records": ("/projects/p/records",),
    "/projects/$projectId/import-export": ("/projects/p/import-export",),
    "/projects/$projectId/settings": ("/projects/p/settings",),
    "/people": ("/people", "/people?q=<img src=x onerror=window.__pwned=1>"),
    "/account": ("/account",),
}
OPEN = {"/sign-in", "/invitation"}


def _routes() -> set[str]:
    """The paths of the web app, as its route list names them."""
    found = set()
    for block in re.findall(r"createRoute\(\{(.*?)\n\}\)", ROUTES.read_text(encoding="utf-8"), re.DOTALL):
        path = re.search(r"path: '([^']*)'", block)
        assert path is not None, block
        parent = "/projects/$projectId/" if "=> project," in block else ""
        found.add(parent + path[1] if parent and path[1] != "/" else parent or path[1])
    return found


def test_every_route_of_the_web_app_is_opened() -> None:
    assert _routes() == set(PAGES)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileTeam]:
    """A team in which every word is hostile, on a server of its own: the tests only look at it."""
    server = RunningServer(tmp_path_factory.mktemp("hostile"))
    server.start()
    made = make_hostile_team(server)
    yield made
    made.close()
    server.stop()


def _context(browser: Browser, team: HostileTeam, person: Person | None, seen: list[str]) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(LISTEN)
    context.on("request", lambda request: seen.append(request.url))
    if person is not None:
        context.add_cookies([{"name": "assay_session", "value": person.session, "url": team.url, "httpOnly": True}])
    return context


def _look(page: Page) -> None:
    """Wait until it is drawn, then touch everything that shows more on a touch."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate(
        """() => document.querySelectorAll('button, a, td, li, [title]').forEach((each) => {
             for (const kind of ['mouseover', 'mouseenter', 'focusin', 'pointerover'])
               each.dispatchEvent(new MouseEvent(kind, {bubbles: true}));
           })"""
    )


def _is_clean(page: Page, where: str) -> None:
    assert page.evaluate("() => window.__pwned") is None, f"a script ran on {where}"
    assert page.evaluate("() => window.__violations") == [], f"on {where}"
    assert page.evaluate(STRANGE) == [], f"markup of a text became an element on {where}"


def _open(page: Page, team: HostileTeam, path: str) -> str:
    address = path.replace("/p/", f"/{team.project}/").replace("task=t", f"task={team.task}")
    page.goto(team.url + re.sub(r"/p$", f"/{team.project}", address))
    _look(page)
    _is_clean(page, path)
    return page.inner_text("body")


@pytest.mark.timeout(240)
def test_an_owner_sees_hostile_words_as_words_on_every_page(browser: Browser, team: HostileTeam) -> None:
    asked: list[str] = []
    page = _context(browser, team, team.owner, asked).new_page()
    shown: dict[str, str] = {}
    for route, paths in PAGES.items():
        for path in paths:
            if route not in OPEN:
                shown[path] = _open(page, team, path)
    for path in ("/", "/projects/p", "/projects/p/tasks", "/projects/p/guideline", "/people", "/account"):
        assert any(text in shown[path] for text in MARKUP), f"{path} shows none of it: {shown[path][:300]}"
    assert EVIL in shown["/projects/p/tasks?task=t"]
    page.goto(f"{team.url}/")
    page.keyboard.press("Control+k")
    _look(page)
    _is_clean(page, "the palette")
    assert [url for url in asked if not url.startswith((team.url, "data:", "blob:"))] == [], "a third party was asked"


@pytest.mark.timeout(240)
def test_an_annotator_labels_hostile_texts(browser: Browser, team: HostileTeam) -> None:
    asked: list[str] = []
    page = _context(browser, team, team.annotators[0], asked).new_page()
    shown = _open(page, team, "/projects/p/label")
    assert any(text in shown for text in MARKUP)
    for key in ("1", "Enter", "2", "g", "?", "Escape", "s", "Escape", "f", "Escape", "u", "Control+z"):
        page.keyboard.press(key)
        page.wait_for_timeout(80)
        _is_clean(page, f"the labeling page after {key}")
    _look(page)
    _is_clean(page, "the labeling page")
    _open(page, team, "/")
    for path in ("/projects/p", "/people", "/account", "/projects/p/tasks"):
        _open(page, team, path)
    assert [url for url in asked if not url.startswith((team.url, "data:", "blob:"))] == []


def test_a_stranger_sees_hostile_words_of_an_invitation_as_words(browser: Browser, team: HostileTeam) -> None:
    context = _context(browser, team, None, [])
    for path in (*PAGES["/sign-in"], *PAGES["/invitation"]):
        _open(context.new_page(), team, path)
    page = context.new_page()
    page.goto(f"{team.url}/invitation#token={team.invitation}")
    expect(page.get_by_text(EVIL).first).to_be_visible()
    _look(page)
    _is_clean(page, "an invitation")


def test_the_probe_would_notice(browser: Browser, team: HostileTeam) -> None:
    """An inline script and an inline handler are stopped by the policy, and the listeners hear of it."""
    page = _context(browser, team, None, []).new_page()
    page.goto(f"{team.url}/sign-in")
    page.evaluate(
        """() => {
             const script = document.createElement('script');
             script.textContent = 'window.__pwned = 1';
             document.body.append(script);
             const box = document.createElement('div');
             box.innerHTML = '<img src=x onerror="window.__pwned=2">';
             document.body.append(box);
           }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.__pwned") is None, "the policy let it run"
    violations = page.evaluate("() => window.__violations")
    assert any(each.startswith("script-src-elem") for each in violations)
    assert any(each.startswith("script-src-attr") for each in violations)
    assert page.evaluate(STRANGE) != []
    assert browser.problems
    browser.problems.clear()


def test_scripts_do_not_reach_the_session(browser: Browser, team: HostileTeam) -> None:
    page = _context(browser, team, team.owner, []).new_page()
    page.goto(f"{team.url}/account")
    _look(page)
    kept: Any = page.evaluate(
        "() => JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])"
    )
    assert team.owner.session not in kept
    assert str(team.owner.web.headers["x-csrf-token"]) not in kept
    assert "assay_session" not in kept


def test_no_other_site_frames_a_page(browser: Browser, team: HostileTeam, tmp_path: Path) -> None:
    outside = tmp_path / "outside.html"
    outside.write_text(f"<!doctype html><title>x</title><iframe src='{team.url}/people'></iframe>")
    page = _context(browser, team, team.owner, []).new_page()
    page.goto(outside.as_uri())
    page.wait_for_timeout(500)
    frame = page.frames[1]
    assert "Project" not in frame.content()
    assert frame.url.startswith("chrome-error:") or frame.url == "about:blank"
    browser.problems.clear()  # the browser says that it refused
