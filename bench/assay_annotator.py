"""A simulated annotator of Assay."""

from __future__ import annotations

import random
import uuid

import orjson

from bench.http_connection import Answer, request_bytes
from bench.load import Refused, Step
from bench.texts import LABELS, result

_RESULTS = [orjson.dumps(result(label)) for label in LABELS]


class AssayAnnotator:
    """Asks for one task at a time and answers at random."""

    def __init__(self, project_id: str, token: str, number: int) -> None:
        self._token = f"Bearer {token}"
        self._next = request_bytes("POST", f"/api/v1/projects/{project_id}/next", self._token, b'{"count":1}')
        self._draw = random.Random(number)

    def next_request(self) -> bytes:
        """The request for the next task."""
        return self._next

    def read_next(self, answer: Answer) -> Step | None:
        """What to submit, under a new submission id. Raises Refused."""
        if not answer.is_well:
            raise Refused("next", answer)
        offered = orjson.loads(answer.body)["assignments"]
        if not offered:
            return None
        submission_id = str(uuid.uuid4())  # not seeded: the same people work in run after run
        place = self._draw.randrange(len(_RESULTS))
        body = b'{"submission_id":"%b","seconds":1.5,"result":%b}' % (submission_id.encode(), _RESULTS[place])
        path = f"/api/v1/assignments/{offered[0]['id']}/submit"
        return Step(
            f"{submission_id} {offered[0]['id']} {LABELS[place]}", request_bytes("POST", path, self._token, body)
        )
