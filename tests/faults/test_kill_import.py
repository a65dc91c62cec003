"""kill -9 in the middle of an import and an export: after the restart there are exactly the right rows."""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, text

from assay.store import jobs
from assay.store.documents import from_json
from assay.store.jobs import JobState
from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.flow.audit import problems

BAD_EVERY = 97


def file_of(count: int) -> bytes:
    """So many rows, each with its own id; every 97th cannot be used."""
    return b"".join(
        b'{"id": "row-%d", "data": {"text": "This is text number %d."}}\n' % (n, n)
        if n % BAD_EVERY
        else b'{"id": "row-%d", "data": {"body": "nothing to label"}}\n' % n
        for n in range(count)
    )


def start_import(house: House, content: bytes) -> str:
    """Send the file; returns the id of the job."""
    with house.http() as http:
        answer = http.post(
            f"/projects/{house.project_id}/imports",
            params={"filename": "rows.jsonl", "mode": "good_rows"},
            content=content,
            headers={"content-type": "application/octet-stream"},
        )
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


def has_come_to(house: House, uid: str, step: str, progress: int) -> bool:
    """Whether the import is that far."""
    row = house.job(uid)
    assert row.state != JobState.FAILED, row.problem
    return row.state == JobState.DONE or (row.step == step and row.progress >= progress) or row.step > step


def assert_right(house: House, uid: str, count: int) -> None:
    """Every good row once, every bad one in the report, and nothing else anywhere."""
    good = [f"row-{n}" for n in range(count) if n % BAD_EVERY]
    bad = [n + 1 for n in range(count) if not n % BAD_EVERY]
    row = house.job(uid)
    assert row.state == JobState.DONE, row.problem
    expected = {"rows": count, "tasks": len(good), "annotations": 0, "refused": len(bad)}
    assert from_json(row.outcome) == expected

    def look(connection: Connection) -> tuple[list[str], list[int], int, dict[str, int]]:
        project = {"project": house.internal_id}
        keys = connection.execute(text("SELECT key FROM task_data WHERE project_id = :project"), project).scalars()
        lines = [found.line for found in jobs.list_refused(connection, row.id, after=-1, limit=10_000)]
        tasks = connection.execute(text("SELECT count(*) FROM task WHERE project_id = :project"), project).scalar_one()
        return list(keys), lines, tasks, problems(connection)

    keys, lines, tasks, wrong = house.look(look)
    assert len(keys) == tasks == len(good)
    assert set(keys) == set(good)
    assert lines == bad[: len(lines)]
    assert len(lines) == len(bad)
    assert wrong == {}


def is_over(house: House, uid: str) -> bool:
    """Whether the job has ended."""
    return bool(house.job(uid).state >= JobState.DONE)


@pytest.mark.timeout(240)
def test_two_hundred_thousand_rows_killed_while_checking_and_while_writing(make_house: MakeHouse) -> None:
    count = 200_000
    house = make_house(annotators=0)
    house.start()
    uid = start_import(house, file_of(count))
    house.wait_for(lambda: has_come_to(house, uid, "checking", 1_000_000))
    house.kill()
    house.end_leases_of_the_dead()
    house.start()
    house.wait_for(lambda: has_come_to(house, uid, "importing", 60_000))
    house.kill()
    written = house.look(lambda c: c.execute(text("SELECT count(*) FROM task")).scalar_one())
    assert 0 < written < count
    assert house.look(problems) == {}
    house.end_leases_of_the_dead()
    house.start()
    house.wait_for(lambda: is_over(house, uid), pause=0.2)
    assert_right(house, uid, count)
    assert list((house.server.data / "files").iterdir()) == []


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


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments(make_house: MakeHouse, seed: int) -> None:
    house = make_house(annotators=0)
    house.start()
    kill_at_random_moments(house, random.Random(seed), 12_000, kills=2)


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
    house = make_house(annotators=0)
    house.start()
    uid = start_import(house, file_of(8_000))
    house.kill()
    left = (house.job(uid).lease_until or 0) / 1e6 - time.time()
    assert left < jobs.LEASE_SECONDS
    house.start()
    began = time.monotonic()
    house.wait_for(lambda: is_over(house, uid))
    assert time.monotonic() - began < jobs.LEASE_SECONDS + 15
    assert_right(house, uid, 8_000)


def test_an_upload_that_is_cut_off_is_no_import(make_house: MakeHouse) -> None:
    house = make_house(annotators=0)
    house.start()
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
    house.start()
    with house.http() as http:
        assert http.get(f"/projects/{house.project_id}/jobs").json()["items"] == []
        assert http.get(f"/projects/{house.project_id}").json()["task_count"] == 0


def test_an_export_is_whole_or_not_there(make_house: MakeHouse) -> None:
    house = make_house(annotators=1, tasks=15_000)
    house.start()
    rng = random.Random(3)
    with house.http() as http:
        uid = http.post(f"/projects/{house.project_id}/exports", json={"format": "jsonl"}).json()["id"]
    for _ in range(2):
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
    assert job["outcome"] == {"tasks": 15_000, "annotations": 0, "filename": job["outcome"]["filename"]}
    assert [json.loads(line)["data"]["text"] for line in content.splitlines()] == [
        f"text {n}" for n in range(1, 15_001)
    ]
