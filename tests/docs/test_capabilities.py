"""The list of capabilities: rows are whole, and what shows a row is there."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

CAPABILITIES = ROOT / "docs" / "capabilities.md"
_ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<what>[^|]+) \| (?P<where>[^|]*) \| (?P<test>[^|]*) \|$", re.MULTILINE)
_TEST = re.compile(r"`(?P<path>[\w./-]+)(?:::(?P<name>\w+))?`")


def _rows() -> list[re.Match[str]]:
    return list(_ROW.finditer(CAPABILITIES.read_text(encoding="utf-8")))


def test_rows_are_numbered_upwards_and_say_what_they_are() -> None:
    numbers = [int(row["number"]) for row in _rows()]
    assert numbers == sorted(set(numbers))
    table_lines = [line for line in CAPABILITIES.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]
    assert len(table_lines) == len(numbers), "a row is not of the form | number | what | where | test |"


def test_a_row_says_where_it_is_and_which_test_shows_it_or_neither() -> None:
    halves = [row["number"] for row in _rows() if bool(row["where"].strip()) != bool(row["test"].strip())]
    assert halves == []


def test_the_tests_that_are_named_exist() -> None:
    missing = []
    for row in _rows():
        for named in _TEST.finditer(row["test"]):
            path = ROOT / named["path"]
            if not path.exists() or (named["name"] and named["name"] not in path.read_text(encoding="utf-8")):
                missing.append(f"{row['number']}: {named.group()}")
    assert missing == []


def test_a_done_row_names_a_test() -> None:
    assert [row["number"] for row in _rows() if row["test"].strip() and not _TEST.search(row["test"])] == []
