"""Every setting is described, and nothing is described that is no setting."""

from __future__ import annotations

import re

from assay.kernel.settings import Settings
from tests.docs.pages import ROOT, all_pages

SETTINGS_PAGE = ROOT / "docs" / "reference" / "settings.md"
NOT_OF_THE_SERVER = {"ASSAY_BUILD_NODE"}  # read by the wheel build
_VARIABLE = re.compile(r"\bASSAY_[A-Z][A-Z_]*[A-Z]\b")


def _variables() -> set[str]:
    return {f"ASSAY_{name.upper()}" for name in Settings.model_fields}


def test_every_setting_is_on_its_page() -> None:
    described = set(_VARIABLE.findall(SETTINGS_PAGE.read_text(encoding="utf-8")))
    assert described == _variables()


def test_every_setting_has_a_description_and_the_page_says_it() -> None:
    page = " ".join(SETTINGS_PAGE.read_text(encoding="utf-8").split())
    missing = [name for name, field in Settings.model_fields.items() if (field.description or "-") not in page]
    assert missing == [], "their description in kernel/settings.py is not on the page, word for word"


def test_no_document_and_no_source_names_a_setting_that_does_not_exist() -> None:
    sources = [*(page.path for page in all_pages()), *(ROOT / "src").rglob("*.py")]
    named = {name: path for path in sources for name in _VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert {name: path.name for name, path in named.items() if name not in _variables() | NOT_OF_THE_SERVER} == {}
