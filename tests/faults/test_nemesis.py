"""Whatever is killed, whenever: what was acknowledged is there, nothing is half there, and work goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.faults.labelers import assert_all_there, everybody_labels, wait_for_answers
from tests.faults.nemesis import Nemesis
from tests.support.cluster import Cluster


def attacked(house: House, seed: int, rounds: int, cluster: Cluster | None = None) -> None:
    """One house, so many kills, and the reckoning."""
    print(f"seed {seed}")  # noqa: T201 - to play a failure again
    house.start()
    nemesis = Nemesis(house, seed, cluster)
    try:
        with everybody_labels(house) as labelers:
            wait_for_answers(house, labelers, 5)
            nemesis.attack(labelers, rounds)
            wait_for_answers(house, labelers)
        nemesis.assert_imports()
        nemesis.assert_backups()
        assert_all_there(house, labelers)
    finally:
        house.kill()


def test_everything_is_killed_on_sqlite(tmp_path: Path) -> None:
    attacked(House(tmp_path / "house", "sqlite:", annotators=3, tasks=2_000), 1, 3)


@pytest.mark.postgresql
def test_everything_is_killed_on_postgresql(durable_postgres: Cluster, tmp_path: Path) -> None:
    house = House(tmp_path / "house", durable_postgres.create("assay"), annotators=3, tasks=2_000)
    attacked(house, 2, 5, durable_postgres)


@pytest.mark.soak
@pytest.mark.timeout(86_400)
def test_everything_is_killed_for_long(durable_postgres: Cluster, tmp_path: Path, soak_seconds: float) -> None:
    over, seed = time.monotonic() + soak_seconds, 100
    while time.monotonic() < over:
        seed += 1
        folder = tmp_path / f"house{seed}"
        if seed % 2:
            attacked(House(folder, "sqlite:", annotators=4, tasks=20_000), seed, 12)
        else:
            url = durable_postgres.create(f"assay{seed}")
            attacked(House(folder, url, annotators=4, tasks=20_000), seed, 20, durable_postgres)
