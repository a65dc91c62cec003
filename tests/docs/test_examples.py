"""The examples in the documents run, and print what is shown.

- ``python`` blocks with ``>>>`` are run as doctests, one namespace a page; those without are only compiled.
- ``console`` blocks: each line after ``$`` is run, in one folder a page, unless its program needs a running
  server or the network; output that is shown must come (``...`` stands for anything).
- ``json`` blocks are JSON.
- ``<!-- not run: reason -->`` on the line before a block keeps it from being run.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, Page, all_pages

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
RUNNABLE = {"assay", "cat", "head", "printf", "python", "tail", "wc"}
NEEDS_A_SERVER = ("assay serve", "assay demo")
COMMAND_SECONDS = 60
PAGES = all_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_examples(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_folder(tmp_path))
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for block in page.blocks:
        if block.language != "python" or block.not_run:
            continue
        if ">>>" not in block.text:
            compile(block.text, f"{page.name}:{block.line}", "exec")
            continue
        parsed = doctest.DocTestParser().get_doctest(block.text, names, page.name, page.name, block.line)
        said: list[str] = []
        result = runner.run(parsed, out=said.append, clear_globs=False)
        names = parsed.globs
        assert result.failed == 0, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_console_examples(page: Page, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    for block in page.blocks:
        if block.language == "console" and not block.not_run:
            for command, shown in _commands(block):
                if _is_runnable(command):
                    _run(command, shown, folder, f"{page.name}:{block.line}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_json_examples(page: Page) -> None:
    for block in page.blocks:
        if block.language == "json" and not block.not_run:
            json.loads(block.text)


def _folder(tmp_path: Path) -> Path:
    """Where a page's examples run; ``examples/`` are the files that come with the documents."""
    if (ROOT / "docs" / "examples").exists():
        (tmp_path / "examples").symlink_to(ROOT / "docs" / "examples")
    return tmp_path


def _commands(block: Block) -> list[tuple[str, str]]:
    """Each command with the output shown after it."""
    text = block.text.replace("\\\n", " ")
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def _is_runnable(command: str) -> bool:
    return command.split()[0] in RUNNABLE and not command.startswith(NEEDS_A_SERVER)


def _run(command: str, shown: str, folder: Path, place: str) -> None:
    binaries = Path(sys.executable).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
    environment |= {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}", "ASSAY_DATA": str(folder / "data")}
    environment |= {"COLUMNS": "120", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
    )
    assert done.returncode == 0, f"{place}: {command}\n{done.stdout}"
    if shown.strip():
        example = doctest.Example(command, shown)
        checker = doctest.OutputChecker()
        right = checker.check_output(shown, done.stdout, FLAGS)
        assert right, f"{place}: {command}\n{checker.output_difference(example, done.stdout, FLAGS)}"
