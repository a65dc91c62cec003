"""Fixtures of these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import House

MakeHouse = Callable[..., House]


@pytest.fixture
def make_house(database_url: str, tmp_path: Path) -> Iterator[MakeHouse]:
    """Makes a prepared server that is not started yet: over SQLite, then over PostgreSQL."""
    made: list[House] = []

    def make(settings: dict[str, str] | None = None, **options: Any) -> House:
        house = House(tmp_path / f"house{len(made)}", database_url, settings=settings, **options)
        made.append(house)
        return house

    yield make
    for house in made:
        house.kill()
