"""The ground that the browser tests stand on."""

from __future__ import annotations

from tests.support.chromium import Browser


def test_two_people_share_no_cookies(browser: Browser) -> None:
    first, second = browser.new_context(), browser.new_context()
    first.add_cookies([{"name": "session", "value": "1", "url": "http://127.0.0.1/"}])

    assert len(first.cookies()) == 1
    assert second.cookies() == []


def test_an_uncaught_error_in_a_page_is_noticed(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<title>Page</title>")

    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('boom') })")

    assert browser.problems.pop().endswith("boom")
    assert page.title() == "Page"
