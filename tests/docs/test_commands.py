"""Every verb of the command line helps on its own, and is on its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperGroup, TyperOption

from assay.cli.main import VERBS as VERB_PLACES
from assay.cli.main import load_verb
from tests.docs.pages import ROOT, all_pages

COMMANDS_PAGE = ROOT / "docs" / "reference" / "command-line.md"
_USED = re.compile(r"^\$ assay ((?:[a-z][a-z-]* ?)+)", re.MULTILINE)


def _verbs(command: Any, name: str = "assay") -> Iterator[tuple[str, Any]]:
    # Typer carries its own copy of click, so click's types do not fit its commands.
    if isinstance(command, TyperGroup):
        for part, child in command.commands.items():
            yield from _verbs(child, f"{name} {part}")
    else:
        yield name, command


VERBS = {name: verb for place in VERB_PLACES for name, verb in _verbs(load_verb(place), f"assay {place}")}


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_on_the_page_with_every_option(name: str) -> None:
    text = COMMANDS_PAGE.read_text(encoding="utf-8")
    start = text.find(f"## `{name}`")
    assert start >= 0, f"docs/reference/command-line.md has no heading '## `{name}`'"
    section = text[start : text.find("\n## ", start + 1)]
    for_all = text[: text.find("\n## ")]  # before the first verb: what many of them take
    options = [max(each.opts, key=len) for each in VERBS[name].params if isinstance(each, TyperOption)]
    assert [option for option in options if option not in section + for_all and option != "--help"] == []


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_says_what_it_does_and_what_each_option_is_for(name: str) -> None:
    assert len(VERBS[name].help or "") > 30
    silent = [each.name for each in VERBS[name].params if not getattr(each, "help", None)]
    assert silent == []


def test_documents_use_only_verbs_that_exist() -> None:
    used = {verb.strip() for page in all_pages() for block in page.blocks for verb in _USED.findall(block.text)}
    known = {name.removeprefix("assay ") for name in VERBS}
    assert {verb for verb in used if not any(f"{verb} ".startswith(f"{name} ") for name in known)} == set()
