"""Chromium for tests. A test that fails leaves a picture of each page and a trace in test-results/.

Open a trace with: .venv/bin/playwright show-trace test-results/NAME/trace1.zip
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tools.machine import find_chromium, how_to_install

RESULTS = Path(__file__).resolve().parent.parent.parent / "test-results"
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_FAILED = pytest.StashKey[bool]()


class Browser:
    """The browser of one test. Every context is a person: own cookies, own storage.

    An uncaught error or a broken content policy in any page fails the test, whatever it checked:
    take what is expected out of ``problems``.
    """

    def __init__(self, chromium: PlaywrightBrowser) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def new_context(self, **options: Any) -> BrowserContext:
        """A new person, with Playwright's options (``viewport``, ``color_scheme``, ``locale`` ...)."""
        context = self._chromium.new_context(**options)
        context.tracing.start(screenshots=True, snapshots=True)
        context.on("weberror", lambda error: self.problems.append(f"uncaught in a page: {error.error}"))
        context.on("console", self._watch)
        self._contexts.append(context)
        return context

    def new_page(self, **options: Any) -> Page:
        """A page of a new person."""
        return self.new_context(**options).new_page()

    def keep_evidence(self, folder: Path) -> None:
        """Pictures and traces of everything that is still open."""
        for number, context in enumerate(self._contexts, 1):
            for place, page in enumerate(context.pages, 1):
                page.screenshot(path=folder / f"page{number}-{place}.png")
            context.tracing.stop(path=folder / f"trace{number}.zip")

    def close(self) -> None:
        """Close every context."""
        for context in self._contexts:
            context.close()

    def _watch(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.problems.append(message.text)


@pytest.fixture(scope="module")
def _chromium() -> Iterator[PlaywrightBrowser]:
    # One start for a module, not for the session: while it runs, Playwright's event loop owns this
    # thread, and a test in another module that calls asyncio.run would fail.
    path = find_chromium()
    if path is None:
        pytest.fail(f"{how_to_install()}. Or leave them out: pytest -m 'not browser'", pytrace=False)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def browser(_chromium: PlaywrightBrowser, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The browser of this test."""
    ours = Browser(_chromium)
    yield ours
    try:
        if request.node.stash.get(_FAILED, False) or ours.problems:
            _keep_evidence(ours, request.node.nodeid)
    finally:
        ours.close()
    assert not ours.problems, "\n".join(ours.problems)


@pytest.fixture
def page(browser: Browser) -> Page:
    """One page, 1280 by 800."""
    return browser.new_page(viewport={"width": 1280, "height": 800})


def _keep_evidence(browser: Browser, node_id: str) -> None:
    folder = RESULTS / re.sub(r"[^A-Za-z0-9._-]+", "-", node_id)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        browser.keep_evidence(folder)
    except Error as problem:  # a browser that crashed must not hide why the test failed
        (folder / "no-evidence.txt").write_text(str(problem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test that it failed, for the fixture that ends after it."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, so that they can be chosen or left out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
