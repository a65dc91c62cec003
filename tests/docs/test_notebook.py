"""The notebook runs from its first cell to its last, and prints what is stored in it."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.docs.pages import ROOT
from tools.notebooks import execute

NOTEBOOKS = sorted((ROOT / "docs").rglob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_prints_what_it_shows(path: Path) -> None:
    stored = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    run = execute(path)
    for before, after in zip(stored.cells, run.cells, strict=True):
        assert _printed(after) == _printed(before), before.get("source")
        assert _pictures(after) == _pictures(before), before.get("source")
    assert any(_pictures(cell) for cell in run.cells)


def _printed(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.get("outputs", []) if output.output_type == "stream")


def _pictures(cell: nbformat.NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
