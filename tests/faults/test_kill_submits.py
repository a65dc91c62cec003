"""kill -9 and SIGTERM while people label: what was acknowledged is there, once, and nothing is half there."""

from __future__ import annotations

import random
import threading
import time
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from assay.client import Client, Project
from assay.flow.policy import Policy
from assay.kernel.errors import Unavailable
from assay.store.engine import open_store
from tests.faults.conftest import MakeHouse
from tests.faults.house import House
from tests.flow.audit import assert_sound
from tests.support.cluster import Cluster

PEOPLE = 4


class Labeler(threading.Thread):
    """Somebody who labels as fast as the server takes it, and remembers what was acknowledged."""

    def __init__(self, house: House, token: str) -> None:
        super().__init__()
        self._house = house
        self._token = token
        self.over = threading.Event()
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.problem: BaseException | None = None

    def run(self) -> None:
        with Client(self._house.server.url, self._token, timeout_seconds=20) as client:
            workbench = Project(client._transport, self._house.project_id).workbench()
            while not self.over.is_set():
                try:
                    for assignment in workbench.next(3):
                        self._answer(assignment)
                except Unavailable:
                    time.sleep(0.05)
                except BaseException as problem:  # noqa: BLE001 - hand-over: the test sees it
                    self.problem = problem
                    return

    def _answer(self, assignment: Any) -> None:
        """Send one answer until it is acknowledged, as the browser's outbox does."""
        submission, answers = str(uuid.uuid4()), {"mood": random.choice(["Good", "Bad"])}
        self.sent.add(submission)
        while not self.over.is_set():
            try:
                receipt = assignment.submit(answers, submission_id=submission)
            except Unavailable:
                time.sleep(0.05)
            else:
                assert receipt["counted"]
                self.acknowledged.add(submission)
                time.sleep(0.02)
                return


def label_through(house: House, interruptions: int, interrupt: Any) -> list[Labeler]:
    """Let everybody label while the server is interrupted and started again."""
    labelers = [Labeler(house, token) for token in house.tokens]
    for labeler in labelers:
        labeler.start()
    try:
        for _ in range(interruptions):
            before = sum(len(labeler.acknowledged) for labeler in labelers)
            house.wait_for(lambda before=before: sum(len(one.acknowledged) for one in labelers) > before + 20)  # type: ignore[misc]
            interrupt()
            house.start()
    finally:
        for labeler in labelers:
            labeler.over.set()
        for labeler in labelers:
            labeler.join(60)
    assert [labeler.problem for labeler in labelers] == [None] * len(labelers)
    return labelers


def assert_all_there(house: House, labelers: list[Labeler]) -> None:
    """Acknowledged is a part of what is there, which is a part of what was sent; and all of it is sound."""
    house.kill()
    with open_store(house.url) as store:
        rows = store.read(lambda c: c.execute(text("SELECT submission_id, counted FROM annotation")).all())
        assert_sound(store)
    there = {row.submission_id for row in rows}
    acknowledged = set().union(*(labeler.acknowledged for labeler in labelers))
    sent = set().union(*(labeler.sent for labeler in labelers))
    assert len(there) == len(rows)
    assert acknowledged <= there <= sent
    assert len(acknowledged) > 20
    assert all(row.counted for row in rows)


def test_kill_9_while_four_people_label(make_house: MakeHouse) -> None:
    house = make_house(annotators=PEOPLE, tasks=3_000, policy=Policy(annotations_per_task=3))
    rng = random.Random(5)

    def kill() -> None:
        time.sleep(rng.uniform(0, 0.3))
        house.kill()

    house.start()
    assert_all_there(house, label_through(house, 2, kill))


def test_sigterm_while_four_people_label(make_house: MakeHouse) -> None:
    house = make_house(annotators=PEOPLE, tasks=3_000, policy=Policy(annotations_per_task=3))
    seconds: list[float] = []
    house.start()
    labelers = label_through(house, 1, lambda: seconds.append(house.stop()))
    assert max(seconds) < 20
    assert_all_there(house, labelers)


@pytest.mark.postgresql
def test_postgresql_crashes_while_four_people_label(durable_postgres: Cluster, tmp_path: Any) -> None:
    """The server of Assay lives on, says 503 meanwhile, and goes on by itself."""
    house = House(tmp_path / "house", durable_postgres.create("assay"), annotators=PEOPLE, tasks=3_000)
    house.start()
    process = house.server._process

    def crash() -> None:
        house.look_away()
        durable_postgres.crash()
        time.sleep(0.5)
        with house.http() as http:
            answer = http.get(f"/projects/{house.project_id}")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"]
            assert http.get(f"{house.server.url}/health").status_code == 503
        durable_postgres.start()

    try:
        house_start, house.start = house.start, lambda: None  # type: ignore[method-assign]
        labelers = label_through(house, 2, crash)
        assert house.server._process is process
        assert process is not None
        assert process.poll() is None
        house.start = house_start  # type: ignore[method-assign]
        assert_all_there(house, labelers)
    finally:
        house.kill()
