"""The lock files fit pyproject.toml, hold hashes, and name no index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
_PIN = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;]+).*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE
)


def _pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(pin["name"]): pin["version"] for pin in _PIN.finditer((ROOT / lock).read_text())}


def _group(name: str) -> list[str]:
    entries = PROJECT["dependency-groups"][name]
    plain = [entry for entry in entries if isinstance(entry, str)]
    return plain + [each for entry in entries if isinstance(entry, dict) for each in _group(entry["include-group"])]


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["project"]["dependencies"] + _group("package")),
        ("requirements-dev.lock", PROJECT["project"]["dependencies"] + _group("dev")),
        ("requirements-node.lock", _group("node")),
    ],
)
def test_what_the_project_asks_for_is_locked_at_a_version_that_fits(lock: str, wanted: list[str]) -> None:
    pins = _pins(lock)
    unfit = []
    for text in wanted:
        requirement = Requirement(text)
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            unfit.append(f"{text}: {version}")
    assert unfit == [], "run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_with_hashes(lock: str) -> None:
    rest = _PIN.sub("", (ROOT / lock).read_text())
    assert [line for line in rest.splitlines() if line.strip() and not line.lstrip().startswith("#")] == []


def test_the_tools_run_against_the_versions_that_are_shipped() -> None:
    small, large = _pins("requirements.lock"), _pins("requirements-dev.lock")
    assert {name: (version, large.get(name)) for name, version in small.items() if large.get(name) != version} == {}
