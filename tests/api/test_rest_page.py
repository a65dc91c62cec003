"""The page about the REST API: its examples run against a real server, and its table has every error code."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assay.flow.access import ALLOWED, SCOPES, Permission, Role
from tests.support.server import RunningServer

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "rest-api.md"
SECURITY_PAGE = ROOT / "docs" / "how-to" / "security.md"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_CODE = re.compile(
    r"""(?:\bcode=|default_code(?:: ClassVar\[str\])? = |_Plain\(\d+, "[^"]*", |Empty\(\s*)"([a-z_]+)\""""
)


def _commands() -> list[tuple[str, str]]:
    """Each command of the page with the output shown after it."""
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    parts = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    joined = [part.replace("\\\n", " ") for part in parts]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in joined)]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples are written for curl, which is not here")
def test_the_examples_run_as_they_stand(server: RunningServer, tmp_path: Path) -> None:
    """One shell, one after the other, as somebody would who follows the page."""
    server.cli("user", "add", "owner@example.org", "--role", "owner")
    commands = _commands()
    assert len(commands) > 15
    mark = "--- end of an example ---"
    script = "".join(f"{command}\nprintf '\\n%s\\n' '{mark}'\n" for command, _ in commands)
    script = script.replace("URL=http://127.0.0.1:8080", f"URL={server.url}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{server.environment['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**server.environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout.split(mark)[:-1]
    assert len(printed) == len(commands)
    checker = doctest.OutputChecker()
    for (command, shown), output in zip(commands, printed, strict=True):
        if shown.strip():
            example = doctest.Example(command, shown)
            right = checker.check_output(shown.strip() + "\n", output.strip() + "\n", FLAGS)
            assert right, f"{command}\n{checker.output_difference(example, output, FLAGS)}"


def test_every_code_is_on_the_page_and_no_other() -> None:
    package = ROOT / "src" / "assay"
    sources = [path for path in package.rglob("*.py") if package / "client" not in path.parents]
    raised = {code for path in sources for code in _CODE.findall(path.read_text(encoding="utf-8"))} - {"http"}
    text = PAGE.read_text(encoding="utf-8")
    assert {code for code in raised if f"`{code}`" not in text} == set()
    table = text.partition("| status | code | when |")[2].partition("\n\n")[0]
    listed = {code for row in table.splitlines() for code in re.findall(r"`([a-z_]+)`", "|".join(row.split("|")[2:3]))}
    assert listed - raised == set()


def test_the_table_of_permissions_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)`: [^|]*\|(.*)\|$", SECURITY_PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name, _ in rows} == set(Permission)
    for name, cells in rows:
        *roles, scope = [cell.strip(" `") for cell in cells.split("|")]
        order = (Role.ANNOTATOR, Role.REVIEWER, Role.LEAD, Role.OWNER)
        assert [cell == "yes" for cell in roles] == [Permission(name) in ALLOWED[role] for role in order], name
        giving = {each for each, permissions in SCOPES.items() if Permission(name) in permissions}
        assert giving == (set(SCOPES) if scope == "any" else {scope}), name
