"""The content of tasks as 64 bits: equal data has equal ones, whatever the order of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import orjson
from sqlalchemy import Connection, text

from assay.store.documents import as_json


def canonical_content(data: str) -> bytes:
    """Data (JSON text) with its keys in order: equal for equal data. 1 and 1.0 are not equal."""
    return orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS)


def content_hash(data: str) -> int:
    """64 bits of a digest of the data, signed, as the column takes it.

    >>> content_hash('{"a":1,"b":2}') == content_hash('{ "b": 2, "a": 1 }')
    True
    """
    return int.from_bytes(blake2b(canonical_content(data), digest_size=8).digest(), "big", signed=True)


_FIRST = """
    SELECT x.hash, (
        SELECT d.task_id FROM task_data d WHERE d.project_id = :project AND d.content_hash = x.hash {other} LIMIT 1)
    FROM {hashes}
"""
_HASHES = {
    "sqlite": "(SELECT value AS hash FROM json_each(:hashes)) x",
    "postgresql": "(SELECT CAST(value AS BIGINT) AS hash FROM json_array_elements_text(CAST(:hashes AS JSON))) x",
}
_OTHER = "AND (d.job_id IS NULL OR d.job_id <> :job)"


def tasks_with_content(
    connection: Connection, project_id: int, hashes: Sequence[int], *, not_of_job: int | None = None
) -> dict[int, int]:
    """Hash -> a task of the project with that content; one look into the index for each hash.

    ``not_of_job`` passes over the tasks that this job wrote.
    """
    if not hashes:
        return {}
    statement = _FIRST.format(hashes=_HASHES[connection.dialect.name], other="" if not_of_job is None else _OTHER)
    parameters: dict[str, object] = {"project": project_id, "hashes": as_json(list(hashes))}
    if not_of_job is not None:
        parameters["job"] = not_of_job
    return {row[0]: row[1] for row in connection.execute(text(statement), parameters) if row[1] is not None}
