"""The wheel works where there is no checkout: not the sources are tested here, but what people install."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.support.server import RunningServer

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.packaging, pytest.mark.timeout(300)]


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive of this checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", folder, ROOT, cwd=folder)
    (archive,) = folder.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel made from the source archive, with no Node to be found."""
    folder = tmp_path_factory.mktemp("wheel")
    _run("tar", "-xzf", sdist, cwd=folder)
    (source,) = folder.iterdir()
    command: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, source]
    _run(*command, cwd=folder, PATH=str(folder), ASSAY_BUILD_NODE="")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an empty environment in which only the locked packages and the wheel were installed."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    _run(sys.executable, "-m", "venv", venv, cwd=venv.parent)
    pip: list[str | Path] = [
        venv / "bin" / "python",
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-input",
        "--no-deps",
        "--no-compile",
    ]
    _run(*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock", cwd=venv.parent)
    _run(*pip, wheel, cwd=venv.parent)
    return venv / "bin"


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"assay"}
    assert [name for name in names if "/tests/" in name or "node_modules" in name or name.endswith(".pyc")] == []
    assert "assay/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_holds_every_module_of_the_sources(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    assert modules <= names


def test_the_wheel_holds_the_web_ui_and_its_compressed_forms(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    scripts = [name for name in names if name.startswith("assay/ui/assets/") and name.endswith(".js")]
    large = [name for name in scripts if zipfile.ZipFile(wheel).getinfo(name).file_size > 2_000]
    assert "assay/ui/index.html" in names
    assert large
    assert [name for name in large if f"{name}.br" not in names or f"{name}.gz" not in names] == []


def test_the_command_helps_outside_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    assert "serve" in _run(installed / "assay", "--help", cwd=tmp_path)
    where = _run(installed / "python", "-c", "import assay; print(assay.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed.parent))


def test_nothing_that_it_needs_is_missing(installed: Path, tmp_path: Path) -> None:
    assert "No broken requirements" in _run(installed / "python", "-m", "pip", "check", cwd=tmp_path)


def test_the_installed_server_shows_its_page(installed: Path, tmp_path: Path) -> None:
    server = RunningServer(tmp_path, command=str(installed / "assay"))
    server.start()
    try:
        with urllib.request.urlopen(server.url, timeout=30) as answer:  # noqa: S310 - our own server
            page = answer.read().decode()
    finally:
        server.stop()
    assert "<script" in page
    assert "/assets/" in page
