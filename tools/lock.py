"""Refresh the lock files: exact versions and hashes for every Python >= 3.11 and platform, from pyproject.toml.

    python -m tools.lock              keep what is locked where pyproject.toml allows it
    python -m tools.lock --upgrade    take the newest of everything

    requirements.lock        what runs Assay, and what installs the checkout
    requirements-dev.lock    that (same versions), and the checks and tests
    requirements-node.lock   Node, for machines that have none

No index address is written: each machine's own configuration says where packages come from.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--fork-strategy=fewest",  # one version of each package, whatever the Python
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
)
NOTE = "# Exact versions for every platform, each with its hashes. Made by: make lock\n"


def lock(file: str, *what: str, upgrade: bool = False) -> None:
    """Resolve ``what`` into ``file``. uv resolves for all platforms at once, which pip cannot."""
    command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *_index(), *what, "--output-file", file]
    if upgrade:
        command.append("--upgrade")
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"{file} could not be resolved.")
    path = ROOT / file
    text = path.read_text()
    path.write_text(text if text.startswith(NOTE) else NOTE + text)


def _index() -> list[str]:
    """The index that pip is set up for, told to uv (which does not read pip's configuration)."""
    asked = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    address = os.environ.get("PIP_INDEX_URL") or configured
    return ["--default-index", address] if address else []


def main(arguments: list[str]) -> None:
    """Refresh the three lock files, the larger ones after the smaller."""
    if arguments not in ([], ["--upgrade"]):
        sys.exit(__doc__)
    upgrade = bool(arguments)
    lock("requirements.lock", "pyproject.toml", "--group=package", upgrade=upgrade)
    lock("requirements-dev.lock", "pyproject.toml", "--group=dev", "--constraints=requirements.lock", upgrade=upgrade)
    lock("requirements-node.lock", "--group=node", upgrade=upgrade)


if __name__ == "__main__":
    main(sys.argv[1:])
