"""Make .venv what the lock says. Needs nothing but Python 3.11 or newer.

    python3 -m tools.environment run    what Assay needs to run
    python3 -m tools.environment dev    that, and what the checks and tests need

Every package comes from the index that pip on this machine is set up for, at the locked version,
and is checked against the locked hashes. When nothing changed, nothing is done (about 50 ms).
A checkout that was moved, a lock that changed and a Python that was replaced are all noticed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

from tools import machine

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
OLDEST_PYTHON = (3, 11)
INSTALL_SECONDS = 1800


def fingerprint(kind: str) -> str:
    """What the environment depends on, as one hash: lock, project metadata, place and Python version."""
    parts = (
        LOCKS[kind].read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        str(VENV).encode(),
        sys.version.encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_ready(kind: str) -> bool:
    """Whether the last install of this kind, or of the larger one, is still right."""
    kinds = ("run", "dev") if kind == "run" else ("dev",)
    return PYTHON.exists() and any(_stamp(each) == fingerprint(each) for each in kinds)


def _stamp(kind: str) -> str:
    path = VENV / f".installed-{kind}"
    return path.read_text() if path.exists() else ""


def make(kind: str) -> None:
    """Create the environment and install into it. Ends the program with one line when that fails."""
    started = time.monotonic()
    _make_venv()
    print(f"Installing the packages of {LOCKS[kind].name} (first time, or they changed) ...", flush=True)
    # Plain pip: an index, a proxy or a certificate of this machine is pip's own configuration. (-qq: errors only.)
    # --no-compile: Python compiles what is used when it is first used, which is a small part.
    _pip("install", "-qq", "--no-deps", "--no-compile", "--require-hashes", "--requirement", str(LOCKS[kind]))
    _pip("install", "-qq", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    (VENV / f".installed-{kind}").write_text(fingerprint(kind))
    print(f"The environment is ready ({time.monotonic() - started:.0f} s).", flush=True)


def _make_venv() -> None:
    """A virtual environment of this very Python, in this very place; anything else is replaced."""
    if _works_here():
        return
    if _venv():
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"  # Debian splits it off
    if machine.can_install():
        machine.install([package])
    if not _venv():
        sys.exit(f"This Python cannot make a virtual environment. Debian and Ubuntu: apt-get install {package}")


def _venv() -> bool:
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _works_here() -> bool:
    if not PYTHON.exists():
        return False
    question = "import sys; print(sys.prefix); print(sys.version)"
    answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True, check=False)
    pip = VENV / "bin" / "pip"
    moved = not pip.exists() or str(VENV) not in pip.read_text(errors="replace")
    return answer.returncode == 0 and answer.stdout.strip() == f"{VENV}\n{sys.version}" and not moved


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    try:
        done = subprocess.run(command, check=False, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        sys.exit(f"pip did not finish within {INSTALL_SECONDS} s: look at the network, then run make again.")
    if done.returncode:
        sys.exit("pip could not install the packages: its message above says why; run make again afterwards.")


def main(arguments: list[str]) -> None:
    """Bring the environment up to date if it is not."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Assay needs Python 3.11 or newer; this is {sys.version.split()[0]}. Use: make PYTHON=python3.12 ...")
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        sys.exit(__doc__)
    if not is_ready(arguments[0]):
        make(arguments[0])


if __name__ == "__main__":
    main(sys.argv[1:])
