"""Fixtures of these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flow.fixtures import MakeGround, ground, shared_store, store
from tests.worker.desk import Desk

__all__ = ["ground", "make_desk", "shared_store", "store"]

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(ground: MakeGround, tmp_path: Path) -> MakeDesk:
    """Makes projects with a folder for their files; options as for ``make_ground``."""
    made: list[Desk] = []

    def make(**options: Any) -> Desk:
        desk = Desk(ground(**options), tmp_path / f"files{len(made)}")
        made.append(desk)
        return desk

    return make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """One such project, with two annotators."""
    return make_desk(annotators=2)
