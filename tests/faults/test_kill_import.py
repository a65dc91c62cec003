"""kill -9 in the middle of an import and an export: after the restart there are exactly the right rows."""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

import httpx
import pytest

from assay.store import jobs
from assay.store.jobs import JobState
from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.faults.importing import assert_right, file_of, has_come_to, is_over, start_import
from tests.flow.audit import problems


def kill_at_random_moments(house: House, rng: random.Random, count: int, kills: int) -> None:
    """Import once, killing the server so many times."""
    uid = start_import(house, file_of(count))
    for _ in range(kills):
        time.sleep(rng.uniform(0.0, 0.5))
        house.kill()
        assert house.look(problems) == {}
        house.end_leases_of_the_dead()
        house.start()
    house.wait_for(lambda: is_over(house, uid))
    assert_right(house, uid, count)


def test_killed_at_random_moments(make_house: MakeHouse, database_kind: str) -> None:
    house = make_house(annotators=0)
    house.start()
    kill_at_random_moments(house, random.Random(database_kind), 12_000, kills=3)


def test_sigterm_while_a_file_is_checked_and_while_it_is_written(make_house: MakeHouse) -> None:
    """It ends within seconds, and the next server goes on at once: nobody has to be declared dead first."""
    count = 25_000
    house = make_house(annotators=0)
    house.start()
    uid = start_import(house, file_of(count))
    house.wait_for(lambda: house.job(uid).state == JobState.RUNNING)
    assert house.stop() < 20
    assert house.job(uid).state == JobState.WAITING
    house.start()
    house.wait_for(lambda: has_come_to(house, uid, "importing", 2_000))
    assert house.stop() < 20
    row = house.job(uid)
    assert (row.state, row.attempt) == (JobState.WAITING, 0)
    house.start()
    house.wait_for(lambda: is_over(house, uid))
    assert_right(house, uid, count)


@pytest.mark.soak
@pytest.mark.timeout(86_400)
def test_killed_at_random_moments_for_long(make_house: MakeHouse) -> None:
    over = time.monotonic() + float(os.environ.get("SOAK_SECONDS", "300"))
    seed = 0
    while time.monotonic() < over:
        seed += 1
        print(f"seed {seed}")  # noqa: T201 - to play a failure again
        house = make_house(annotators=0)
        house.start()
        kill_at_random_moments(house, random.Random(seed), 20_000, kills=5)
        house.change("UPDATE task_data SET key = NULL")
        house.kill()


def test_the_lease_of_a_dead_server_ends_by_itself(make_house: MakeHouse) -> None:
    """And an upload that the death cut off is no import."""
    house = make_house(annotators=0)
    house.start()
    uid = start_import(house, file_of(8_000))
    house.wait_for(lambda: house.job(uid).state == JobState.RUNNING)
    cut_off_an_upload(house)
    left = house.job(uid).lease_until / 1e6 - time.time()
    assert left < jobs.LEASE_SECONDS
    house.start()
    began = time.monotonic()
    house.wait_for(lambda: is_over(house, uid), pause=0.2)
    assert time.monotonic() - began < jobs.LEASE_SECONDS + 15
    assert_right(house, uid, 8_000)
    with house.http() as http:
        assert len(http.get(f"/projects/{house.project_id}/jobs").json()["items"]) == 1


def cut_off_an_upload(house: House) -> None:
    """Kill the server while a second file is being sent."""
    sent = 0

    def slowly() -> Any:
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b'{"text": "x"}\n' * 1000
            if sent == 20:
                house.kill()

    with house.http() as http, pytest.raises(httpx.TransportError):
        http.post(
            f"/projects/{house.project_id}/imports",
            params={"filename": "rows.jsonl"},
            content=slowly(),
            headers={"content-type": "application/octet-stream"},
        )


def test_an_export_is_whole_or_not_there(make_house: MakeHouse) -> None:
    house = make_house(annotators=1, tasks=15_000)
    house.start()
    rng = random.Random(3)
    with house.http() as http:
        uid = http.post(f"/projects/{house.project_id}/exports", json={"format": "jsonl"}).json()["id"]
    for _ in range(1):
        time.sleep(rng.uniform(0.05, 0.4))
        house.kill()
        finished = [path for path in (house.server.data / "files").iterdir() if path.suffix != ".part"]
        assert all(len(path.read_bytes().splitlines()) == 15_000 for path in finished)
        house.end_leases_of_the_dead()
        house.start()
    house.wait_for(lambda: is_over(house, uid))
    with house.http() as http:
        job = http.get(f"/projects/{house.project_id}/jobs/{uid}").json()
        content = http.get(f"/projects/{house.project_id}/jobs/{uid}/file").content
    assert (job["outcome"]["tasks"], job["outcome"]["annotations"]) == (15_000, 0)
    assert [json.loads(line)["data"]["text"] for line in content.splitlines()] == [
        f"text {n}" for n in range(1, 15_001)
    ]
