"""SIGTERM: what is under way is answered, nothing new is taken, and the process ends well."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from assay.store.jobs import JobState
from tests.faults.conftest import MakeHouse
from tests.faults.importing import assert_right, file_of, is_over, start_import

ROWS = file_of(4_000)


def test_a_request_under_way_is_answered_and_its_job_goes_on_later(make_house: MakeHouse) -> None:
    house = make_house(annotators=0)
    house.start()
    process = house.server._process
    assert process is not None
    told = threading.Event()

    def slowly() -> Iterator[bytes]:
        for place in range(0, len(ROWS), len(ROWS) // 8):
            if place and not told.is_set():
                os.kill(process.pid, signal.SIGTERM)
                told.set()
            yield ROWS[place : place + len(ROWS) // 8]
            time.sleep(0.2)

    with house.http() as http:
        answer = http.post(
            f"/projects/{house.project_id}/imports",
            params={"filename": "rows.jsonl", "mode": "good_rows"},
            content=slowly(),
            headers={"content-type": "application/octet-stream"},
        )
    assert answer.status_code == 202
    assert process.wait(30) == 0
    uid = answer.json()["id"]
    assert house.job(uid).state in (JobState.WAITING, JobState.DONE)
    house.start()
    house.wait_for(lambda: is_over(house, uid))
    assert_right(house, uid, 4_000)


def test_nothing_new_is_taken(make_house: MakeHouse, database_kind: str) -> None:
    if database_kind == "postgresql":
        pytest.skip("the database has no part in it")
    house = make_house(annotators=0)
    house.start()
    uid = start_import(house, file_of(30_000))
    house.wait_for(lambda: house.job(uid).state == JobState.RUNNING)
    process = house.server._process
    assert process is not None
    with socket.create_connection(("127.0.0.1", house.server.port)) as idle:  # somebody who says nothing
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{house.server.url}/health", timeout=2)
        assert process.wait(25) == 0
        assert time.monotonic() - began < 20
        assert idle.recv(1) == b""
    assert house.job(uid).state == JobState.WAITING
    assert "put_back" in house.server.log.read_text()
