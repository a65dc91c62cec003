"""People who label through the client while something happens to the server."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from sqlalchemy import text

from assay.client import Client, Project
from assay.client.annotator import Assignment, Workbench
from assay.kernel.errors import Unavailable
from assay.store.engine import open_store
from tests.faults.house import House
from tests.flow.audit import assert_sound


class Labeler(threading.Thread):
    """Somebody who labels as fast as the server takes it, and remembers what was acknowledged."""

    def __init__(self, house: House, token: str) -> None:
        super().__init__()
        self._house = house
        self._token = token
        self.url = house.server.url
        self._benches: dict[str, Workbench] = {}
        self._clients = ExitStack()
        self._rng = random.Random(token)
        self.over = threading.Event()
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.problem: BaseException | None = None

    def run(self) -> None:
        with ExitStack() as clients:
            self._clients = clients
            while not self.over.is_set():
                try:
                    for assignment in self._bench().next(3):
                        self._answer(assignment)
                except Unavailable:
                    time.sleep(0.05)
                except BaseException as problem:  # noqa: BLE001 - hand-over: the test sees it
                    self.problem = problem
                    return

    def _bench(self) -> Workbench:
        """The workbench at the present address."""
        if self.url not in self._benches:
            client = self._clients.enter_context(Client(self.url, self._token, timeout_seconds=20))
            self._benches[self.url] = Project(client._transport, self._house.project_id).workbench()
        return self._benches[self.url]

    def _answer(self, assignment: Assignment) -> None:
        """Send one answer until it is acknowledged, as the browser's outbox does; also to another server."""
        submission, answers = str(uuid.uuid4()), {"mood": self._rng.choice(["Good", "Bad"])}
        self.sent.add(submission)
        while not self.over.is_set():
            there = Assignment(self._bench(), {"id": assignment.id, "data": assignment.data})
            try:
                receipt = there.submit(answers, submission_id=submission)
            except Unavailable:
                time.sleep(0.05)
            else:
                assert receipt["counted"]
                self.acknowledged.add(submission)
                time.sleep(0.02)
                return


@contextmanager
def everybody_labels(house: House) -> Iterator[list[Labeler]]:
    """All annotators label while the block runs; none of them may meet a problem other than a server that is away."""
    labelers = [Labeler(house, token) for token in house.tokens]
    for labeler in labelers:
        labeler.start()
    try:
        yield labelers
    finally:
        for labeler in labelers:
            labeler.over.set()
        for labeler in labelers:
            labeler.join(60)
    assert [labeler.problem for labeler in labelers] == [None] * len(labelers)


def count(labelers: Sequence[Labeler]) -> int:
    """How many answers were acknowledged so far."""
    return sum(len(labeler.acknowledged) for labeler in labelers)


def wait_for_answers(house: House, labelers: Sequence[Labeler], more: int = 15) -> None:
    """Until so many more answers were acknowledged."""
    before = count(labelers)
    house.wait_for(lambda: count(labelers) > before + more or any(one.problem for one in labelers))


def assert_all_there(house: House, labelers: Sequence[Labeler]) -> None:
    """Acknowledged is a part of what is there, which is a part of what was sent; and all of it is sound."""
    house.kill()
    with open_store(house.url) as store:
        rows = store.read(lambda c: c.execute(text("SELECT submission_id, counted FROM annotation")).all())
        assert_sound(store)
    there = {row.submission_id for row in rows}
    acknowledged = {submission for labeler in labelers for submission in labeler.acknowledged}
    sent = {submission for labeler in labelers for submission in labeler.sent}
    assert len(there) == len(rows)
    assert acknowledged <= there <= sent
    assert len(acknowledged) > 20
    assert all(row.counted for row in rows)
