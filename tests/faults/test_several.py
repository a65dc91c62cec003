"""Several processes over one PostgreSQL, one of which is killed; and what is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.faults.importing import assert_right, file_of, has_come_to, is_over, start_import
from tests.faults.labelers import Labeler, assert_all_there, count
from tests.support.databases import Databases
from tests.support.server import RunningServer, free_port


def beside(house: House) -> RunningServer:
    """A second server over the same database and folder, on another port."""
    second = RunningServer(house.server.data.parent, house.url)
    second.log = house.server.data.parent / "second.log"
    return second


@contextmanager
def worker(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """An ``assay worker`` over the same database and folder."""
    log = house.server.data.parent / "worker.log"
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [house.server.command, "worker"], env=house.server.environment, stdout=sink, stderr=sink
        )
    try:
        deadline = time.monotonic() + 60
        while b"background jobs" not in log.read_bytes():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def house(databases: Databases, tmp_path: Path) -> Iterator[House]:
    """A prepared server over PostgreSQL."""
    made = House(tmp_path / "house", databases.fresh("postgresql"), annotators=6, tasks=600)
    yield made
    made.kill()


@pytest.mark.postgresql
def test_one_of_two_servers_is_killed_while_people_label(house: House) -> None:
    """Those on the dead one go to the other; nothing is lost, nothing is above its target, the job goes on."""
    house.start()
    second = beside(house)
    second.start()
    labelers = [Labeler(house, token) for token in house.tokens]
    for place, labeler in enumerate(labelers):
        labeler.url = (house.server.url, second.url)[place % 2]
    uid = start_import(house, file_of(6_000))
    for labeler in labelers:
        labeler.start()
    try:
        house.wait_for(lambda: count(labelers) > 30 and has_come_to(house, uid, "importing", 1_000))
        house.kill()
        house.end_leases_of_the_dead()
        for labeler in labelers:
            labeler.url = second.url
        before = count(labelers)
        house.wait_for(lambda: count(labelers) > before + 60 or any(one.problem for one in labelers))
        house.wait_for(lambda: is_over(house, uid))
    finally:
        for labeler in labelers:
            labeler.over.set()
        for labeler in labelers:
            labeler.join(60)
        second.kill()
    assert [labeler.problem for labeler in labelers] == [None] * len(labelers)
    assert house.job(uid).state == 2
    assert_all_there(house, labelers)


@pytest.mark.postgresql
def test_a_worker_takes_over_from_a_killed_one(databases: Databases, tmp_path: Path) -> None:
    house = House(tmp_path / "house", databases.fresh("postgresql"), annotators=0)
    house.start()
    try:
        uid = start_import(house, file_of(9_000))
        house.wait_for(lambda: has_come_to(house, uid, "importing", 1_000))
        house.kill()
        house.end_leases_of_the_dead()
        with worker(house) as first:
            progress = house.job(uid).progress
            house.wait_for(lambda: is_over(house, uid) or house.job(uid).progress > progress)
            first.kill()
            first.wait()
        house.end_leases_of_the_dead()
        with worker(house) as last:
            house.wait_for(lambda: is_over(house, uid))
            last.send_signal(signal.SIGTERM)
            assert last.wait(20) == 0
        assert_right(house, uid, 9_000)
    finally:
        house.kill()


@pytest.mark.postgresql
def test_a_process_with_another_folder_or_secret_is_refused(house: House, tmp_path: Path) -> None:
    house.start()
    elsewhere = RunningServer(tmp_path / "elsewhere", house.url)
    elsewhere.data.mkdir(parents=True)
    with pytest.raises(RuntimeError, match="another data folder"):
        elsewhere.start()
    other_key = RunningServer(house.server.data.parent, house.url, ASSAY_SECRET=os.urandom(32).hex())
    other_key.log = tmp_path / "other.log"
    with pytest.raises(RuntimeError, match="another secret key"):
        other_key.start()
    house.kill()  # alone, it may have what it likes
    elsewhere.start()
    elsewhere.stop()


def test_on_sqlite_one_process_has_the_folder(make_house: MakeHouse, database_kind: str) -> None:
    if database_kind != "sqlite":
        return
    house = make_house(annotators=0)
    house.start()
    with pytest.raises(RuntimeError, match="Several processes need PostgreSQL"):
        house.server.cli("serve", "--port", str(free_port()))
    with pytest.raises(RuntimeError, match="Several processes need PostgreSQL"):
        house.server.cli("worker")
