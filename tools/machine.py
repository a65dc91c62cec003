"""What the tests need of the machine and pip cannot bring: PostgreSQL and Chromium.

    python -m tools.machine    find them; install what is missing (root on Debian), or say in one line what to install

Nothing is skipped without them: a test run on half of what Assay runs on would look green and prove little.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGES = ("postgresql", "chromium", "fonts-noto-core", "libatomic1")
OLDEST_POSTGRESQL = 15
INSTALL_SECONDS = 900
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PLACES = (
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT_CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright")
PLAYWRIGHT_CHROMIUMS = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
POSTGRESQL_PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")


def find_postgresql() -> Path | None:
    """The folder of initdb and postgres: on PATH, beside pg_config, or the newest where systems put them."""
    for folder in _postgresql_folders():
        if (folder / "initdb").exists() and _release_of(folder / "postgres") >= OLDEST_POSTGRESQL:
            return folder
    return None


def _release_of(postgres: Path) -> int:
    if not postgres.exists():
        return 0
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def _postgresql_folders() -> list[Path]:
    folders = []
    if named := shutil.which("initdb"):
        folders.append(Path(named).resolve().parent)
    if pg_config := shutil.which("pg_config"):
        said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(said.stdout.strip()))
    for place in POSTGRESQL_PLACES:
        folders += sorted(Path(place).glob("*/bin"), reverse=True)
    return folders


def find_chromium() -> Path | None:
    """A Chromium or Chrome of the system, else one that Playwright has downloaded."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in CHROMIUM_PLACES:
        if Path(place).exists():
            return Path(place)
    caches = [Path.home() / place for place in PLAYWRIGHT_CACHES]
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        caches.insert(0, Path(chosen))
    for cache in caches:
        for pattern in PLAYWRIGHT_CHROMIUMS:
            if downloaded := sorted(cache.glob(pattern)):
                return downloaded[-1]
    return None


def playwright_runs() -> bool:
    """Whether the program inside Playwright starts; on a minimal Debian a C library is missing."""
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None:
        return True  # not installed: nothing to start
    program = Path(spec.origin).parent / "driver" / "node"
    return (
        not program.exists() or subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    )


def missing() -> list[str]:
    """The names of what is not there."""
    wanted = {
        f"PostgreSQL {OLDEST_POSTGRESQL} or newer (initdb, postgres)": find_postgresql() is not None,
        "Chromium": find_chromium() is not None,
        "libatomic (Playwright needs it)": playwright_runs(),
    }
    return [name for name, is_there in wanted.items() if not is_there]


def how_to_install() -> str:
    """One line for the person at this machine."""
    return f"Install {' and '.join(missing())}. Debian and Ubuntu: apt-get install {' '.join(PACKAGES)}"


def can_install() -> bool:
    """Whether apt-get may be used: root, on Debian or its children."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(packages: Sequence[str]) -> None:
    """Install Debian packages. Ends the program with apt-get's output when that fails."""
    print(f"Installing {', '.join(packages)} with apt-get (once) ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-q", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=INSTALL_SECONDS,
        )
        if done.returncode:
            sys.exit(f"{done.stdout}{done.stderr}apt-get {arguments[0]} failed: see above.")


def main() -> None:
    """Make sure that all is there, or end with one line."""
    if missing() and can_install():
        install(PACKAGES)
    if missing():
        sys.exit(how_to_install())


if __name__ == "__main__":
    main()
