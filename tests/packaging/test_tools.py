"""The scripts of the build and the checks find what they are there to find, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools import api_types, budgets, build_ui, environment, machine
from tools.check import CHECKS, Check, run_all

SWALLOW = "try:\n    work()\nexcept Exception:{comment}\n    {body}\n"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the top of the repository."""
    monkeypatch.setattr(budgets, "ROOT", tmp_path)
    return tmp_path


def _problems(top: Path, path: str, text: str) -> list[str]:
    (top / path).parent.mkdir(parents=True, exist_ok=True)
    (top / path).write_text(text)
    return budgets.find_problems([path])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/assay/flow/long.py", "x = 1\n" * 501),
        ("tests/flow/test_long.py", "x = 1\n" * 601),
        ("web/src/ui/Long.tsx", "x\n" * 251),
        ("src/assay/flow/deep.py", "def deep():\n" + "    x = 1\n" * 70),
        ("src/assay/flow/helpers.py", ""),
        ("src/assay/flow/text_utils.py", ""),
        ("src/assay/common/words.py", ""),
        ("web/src/shell/keyHandler.ts", ""),
        ("src/assay/flow/quiet.py", SWALLOW.format(comment="", body="pass")),
        ("tests/flow/test_quiet.py", SWALLOW.format(comment="", body="pass")),
        ("docs/here.md", "see /" + "home/somebody/notes"),
        ("web/package-lock.json", '"resolved": "https://registry.' + 'npmjs.org/x"'),
        ("src/assay/flow/ticket.py", "# see issue " + "#12"),
    ],
)
def test_a_broken_budget_is_found_once(sources: Path, path: str, text: str) -> None:
    assert len(_problems(sources, path, text)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/assay/flow/full.py", "x = 1\n" * 500),
        ("web/src/api/schema.d.ts", "x\n" * 5000),
        ("src/assay/flow/told.py", 'def told():\n    """Long.\n' + "\n" * 60 + '    """\n' + "    x = 1\n" * 60),
        ("src/assay/store/database.py", ""),
        ("src/assay/flow/again.py", SWALLOW.format(comment="", body="raise")),
        ("src/assay/store/writer.py", SWALLOW.format(comment="  # hand-over to the caller", body="keep()")),
        ("src/assay/store/migrations/versions/0001_first.py", "x = 1\n" * 900),
        ("src/assay/server/edge.py", SWALLOW.format(comment="", body="pass")),
        ("src/assay/flow/narrow.py", "try:\n    work()\nexcept KeyError:\n    pass\n"),
        ("docs/paths.md", "GET /api/v1/work/1, https://example.org/root/x, ~/home/x"),
    ],
)
def test_what_is_within_budget_passes(sources: Path, path: str, text: str) -> None:
    assert _problems(sources, path, text) == []


def test_an_edge_is_one_file(sources: Path) -> None:
    paths = ["src/assay/worker/run.py", "src/assay/worker/other.py"]
    for path in paths:
        assert _problems(sources, path, SWALLOW.format(comment="", body="pass")) == []
    assert len(budgets.find_problems(paths)) == 1


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A small checkout with a UI that is built and current."""
    for path in ("web/index.html", "web/src/main.tsx", "tools/compress.mjs", "src/assay/ui/index.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "src/assay/ui" / build_ui.STAMP).write_text(build_ui.web_digest(tmp_path))
    return tmp_path


@pytest.mark.parametrize("changed", ["web/src/main.tsx", "web/src/new.ts", "web/index.html", "tools/compress.mjs"])
def test_a_change_of_the_web_sources_makes_the_built_ui_old(web: Path, changed: str) -> None:
    assert build_ui.is_current(web)
    (web / changed).write_text("changed")
    assert not build_ui.is_current(web)


@pytest.mark.parametrize("changed", ["web/node_modules/x/index.js", "web/src/main.test.tsx", "web/coverage/x.html"])
def test_what_the_build_does_not_read_does_not_make_it_old(web: Path, changed: str) -> None:
    (web / changed).parent.mkdir(parents=True, exist_ok=True)
    (web / changed).write_text("changed")
    assert build_ui.is_current(web)


def test_a_renamed_source_makes_the_built_ui_old(web: Path) -> None:
    (web / "web/src/main.tsx").rename(web / "web/src/start.tsx")
    assert not build_ui.is_current(web)


def test_a_build_that_was_cut_off_is_not_current(web: Path) -> None:
    (web / "src/assay/ui/index.html").unlink()
    assert not build_ui.is_current(web)


def test_node_is_asked_for_only_when_there_is_something_to_build(web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_ui, "find_node", lambda root: None)
    assert build_ui.build_requirements(web) == []
    (web / "web/index.html").write_text("changed")
    assert build_ui.build_requirements(web) == [build_ui.NODE_REQUIREMENT]


@pytest.mark.parametrize(
    ("version", "good"),
    [("v18.20.1", False), ("v20.18.3", False), ("v20.19.0", True), ("v21.7.0", False), ("v22.12.0", True)],
)
def test_only_a_recent_node_is_taken(tmp_path: Path, version: str, good: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, said in (("node", version), ("npm", "11.2.0")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {said}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(build_ui.NODE_VARIABLE, raising=False)
    assert (build_ui.find_node(tmp_path) is not None) == good


def test_a_chosen_node_that_does_not_work_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(build_ui.NODE_VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(build_ui.CannotBuild, match=build_ui.NODE_VARIABLE):
        build_ui.find_node(tmp_path)


def test_what_is_missing_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "find_postgresql", lambda: None)
    monkeypatch.setattr(machine, "can_install", lambda: False)
    with pytest.raises(SystemExit) as stop:
        machine.main()
    assert str(stop.value).startswith("Install PostgreSQL")
    assert "\n" not in str(stop.value)


def test_a_lock_that_changed_makes_the_environment_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.lock"
    shutil.copy(environment.LOCKS["run"], lock)
    monkeypatch.setitem(environment.LOCKS, "run", lock)
    before = environment.fingerprint("run")
    lock.write_text(lock.read_text() + "# changed\n")
    assert environment.fingerprint("run") != before


def test_checks_report_failures_and_time_limits(capsys: pytest.CaptureFixture[str]) -> None:
    checks = (
        Check("good", ("python", "-c", "print('quiet')")),
        Check("bad", ("python", "-c", "raise SystemExit('because')")),
        Check("slow", ("python", "-c", "import time; time.sleep(60)"), limit_seconds=1),
    )
    assert sorted(run_all(checks)) == ["bad", "slow"]
    said = capsys.readouterr().out
    assert "because" in said
    assert "no end after 1 s" in said
    assert "quiet" not in said


def test_each_check_has_a_name_of_its_own() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_make_help_names_every_target() -> None:
    said = subprocess.run(["make", "help"], cwd=api_types.ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in said.splitlines()} >= {"run", "test", "check", "wheel", "soak", "help"}
