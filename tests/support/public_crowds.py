"""Answers of real crowds, which stand beside the checkout where they are there at all; they are not ours to pass on."""

from __future__ import annotations

from pathlib import Path

import pytest

CROWD = Path(__file__).resolve().parents[3] / "shared" / "data" / "crowd"
needs_public_crowds = pytest.mark.skipif(not CROWD.exists(), reason=f"the public crowd data are not at {CROWD}")
