"""An import of many rows, some of them bad, and what must be there when it is over."""

from __future__ import annotations

from sqlalchemy import Connection, text

from assay.store import jobs
from assay.store.documents import from_json
from assay.store.jobs import JobState
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
        answer.raise_for_status()
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])


def has_come_to(house: House, uid: str, step: str, progress: int) -> bool:
    """Whether the import is that far."""
    row = house.job(uid)
    assert row.state != JobState.FAILED, row.problem
    return bool(row.state == JobState.DONE or (row.step == step and row.progress >= progress) or row.step > step)


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
