"""How long the long tests go on."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def soak_seconds() -> float:
    """The time a soak test has, in seconds: SOAK_SECONDS, else ten minutes."""
    return float(os.environ.get("SOAK_SECONDS", "600"))
