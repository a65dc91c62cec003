"""A link or a path in a document leads somewhere."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, Page, all_pages, anchors

_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)(?: \"[^\"]*\")?\)")
_CODE = re.compile(r"`[^`\n]*`")
_PATH = re.compile(r"`(?P<path>(?:\.ci|bench|docs|src|tests|tools|web)/[\w./-]+)`")
PAGES = all_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_to_a_file_and_a_heading(page: Page) -> None:
    broken = []
    for match in _LINK.finditer(_CODE.sub("", page.prose)):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path = (page.path.parent / target).resolve() if target else page.path
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(Page(path))):
            broken.append(match["target"])
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_of_the_repository_exist(page: Page) -> None:
    named = {match["path"] for match in _PATH.finditer(page.prose)}
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
