"""kill -9, SIGTERM and a crashed database while people label: what was acknowledged is there, once."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from assay.flow.policy import Policy
from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.faults.labelers import assert_all_there, everybody_labels, wait_for_answers
from tests.support.cluster import Cluster

PEOPLE = 4
THREE_EACH = Policy(annotations_per_task=3)


def test_kill_9_while_people_label(make_house: MakeHouse) -> None:
    house = make_house(annotators=PEOPLE, tasks=1_000, policy=THREE_EACH)
    house.start()
    rng = random.Random(5)
    with everybody_labels(house) as labelers:
        for _ in range(2):
            wait_for_answers(house, labelers)
            time.sleep(rng.uniform(0, 0.2))
            house.kill()
            house.start()
        wait_for_answers(house, labelers)
    assert_all_there(house, labelers)


def test_sigterm_while_people_label(make_house: MakeHouse) -> None:
    house = make_house(annotators=PEOPLE, tasks=1_000, policy=THREE_EACH)
    house.start()
    with everybody_labels(house) as labelers:
        wait_for_answers(house, labelers)
        assert house.stop() < 20
        house.start()
        wait_for_answers(house, labelers)
    assert_all_there(house, labelers)


@pytest.mark.postgresql
def test_postgresql_crashes_while_people_label(durable_postgres: Cluster, tmp_path: Path) -> None:
    """The server of Assay lives on, says 503 meanwhile, and goes on by itself."""
    house = House(
        tmp_path / "house", durable_postgres.create("assay"), annotators=PEOPLE, tasks=1_000, policy=THREE_EACH
    )
    house.start()
    try:
        with everybody_labels(house) as labelers:
            for _ in range(2):
                wait_for_answers(house, labelers)
                house.look_away()
                durable_postgres.crash()
                assert_away(house)
                durable_postgres.start()
                with house.http() as http:
                    house.wait_for(lambda: http.get(f"{house.server.url}/ready").status_code == 200)
            wait_for_answers(house, labelers)
        assert house.server._process is not None
        assert house.server._process.poll() is None
        assert_all_there(house, labelers)
    finally:
        house.kill()


def assert_away(house: House) -> None:
    """The server is up and says that its database is not."""
    with house.http() as http:
        answer = http.get(f"/projects/{house.project_id}")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert http.get(f"{house.server.url}/health").status_code == 200
        house.wait_for(lambda: http.get(f"{house.server.url}/ready").status_code == 503)
        checks = {check["name"]: check for check in http.get(f"{house.server.url}/ready").json()["details"]["checks"]}
        assert not checks["database"]["ok"]
        assert checks["database"]["reason"]
        assert checks["worker"]["ok"]


@pytest.mark.soak
@pytest.mark.timeout(86_400)
def test_kill_9_while_people_label_for_long(make_house: MakeHouse) -> None:
    house = make_house(annotators=8, tasks=100_000, policy=THREE_EACH)
    house.start()
    over = time.monotonic() + float(os.environ.get("SOAK_SECONDS", "300"))
    with everybody_labels(house) as labelers:
        while time.monotonic() < over:
            time.sleep(random.uniform(0, 3))
            house.kill()
            house.start()
            wait_for_answers(house, labelers)
    assert_all_there(house, labelers)
