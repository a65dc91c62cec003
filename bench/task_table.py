"""First page of the task table, for every sort and filter that is offered: p50 and p95 of the answer's query.

    python -m bench.task_table --tasks 1000000

Fills a SQLite database by plain SQL (a tenth of the tasks annotated twice), then asks for each first page some
times. What counts is the store's query, without HTTP. With a filter that hardly matches, the page says how many tasks
it looked at; the table then offers to go on.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from assay.kernel.ids import new_id
from assay.store import tasks
from assay.store.engine import open_store
from assay.store.schema import upgrade
from assay.store.tasks import SORTS, TaskQuery

ROUNDS = 20
FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "waiting": {"state": "waiting"},
    "started": {"state": "started"},
    "done": {"state": "done"},
    "disagreeing": {"disagreeing": True},
    "label, frequent": {"label": "Good"},
    "label, nobody gave it": {"label": "Absent"},
    "annotator": {"annotator": "person1"},
    "annotator without work": {"annotator": "person9"},
    "text, frequent": {"search": "task"},
    "text, in one task": {"search": "needle"},
    "text, in none": {"search": "nowhere at all"},
    "stratum": {"stratum": "north"},
    "stratum, none": {"stratum": "south"},
}
FILL = """
INSERT INTO workspace (id, uid, name, created_at) VALUES (1, 'w', 'w', 0);
INSERT INTO project (id, uid, workspace_id, title, description, state, label_config_version, guideline_version,
    policy_version, task_count, created_at)
VALUES (1, 'p', 1, 'p', '', 'open', 1, 1, 1, :tasks, 0);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :tasks)
INSERT INTO task (id, project_id, lane_id, phase, ord, need, target, done, inclusion, disagreement)
SELECT i, 1, 1, 0, i, 2, 2, CASE WHEN i % 10 = 0 THEN 2 WHEN i % 10 = 1 THEN 1 ELSE 0 END, 1,
    CASE WHEN i % 10 = 0 THEN (i % 20) / 10.0 END FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :tasks)
INSERT INTO task_data (task_id, project_id, key, data, stratum, created_at)
SELECT i, 1, 'k' || i, '{"text":"The text of task ' || i || CASE WHEN i = :tasks - 7 THEN ' needle' ELSE '' END ||
    ', long enough to be like a short review of something."}', CASE WHEN i % 2 THEN 'north' ELSE '' END, 0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :tasks / 10)
INSERT INTO assignment (id, uid, task_id, project_id, annotator_id, state, leased_at, lease_until, closed_at,
    label_config_version, guideline_version, policy_version, probability, reason, annotation_id)
SELECT i, 'a' || i, i * 10, 1, 1 + i % 3, 1, 0, 0, 0, 1, 1, 1, 1, 'x', i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :tasks / 10)
INSERT INTO annotation (id, uid, submission_id, assignment_id, task_id, project_id, annotator_id, result, answers,
    created_at, source, counted, label_config_version, fingerprint)
SELECT i, 'n' || i, 's' || i, i, i * 10, 1, 1 + i % 3, '[]',
    '{"mood":["' || CASE WHEN i % 3 THEN 'Good' ELSE 'Bad' END || '"]}', 0, 'web', 1, 1, 'f' FROM n;
INSERT INTO person (id, uid, name, created_at)
SELECT i, 'person' || i, 'x', 0 FROM (SELECT id AS i FROM task LIMIT 9);
"""


def fill(connection: Connection, count: int) -> None:
    """The project and its tasks."""
    for statement in FILL.split(";\n"):
        if statement.strip():
            connection.execute(text(statement.replace(":[", "\\:[").replace('":"', '"\\:"')), {"tasks": count})


def measure(count: int) -> float:
    """Print a line for each sort and filter; gives the worst p95 in milliseconds."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / new_id()}.db"
        upgrade(url)
        with open_store(url) as store:
            store.write(lambda c: fill(c, count))
            print(f"{count:,} tasks, {ROUNDS} rounds; milliseconds")
            print(f"{'sort':<15} {'filter':<24} {'p50':>7} {'p95':>7} {'rows':>5} {'looked at':>10}")
            for sort in SORTS:
                for name, given in FILTERS.items():
                    query = TaskQuery(sort=sort, limit=100, **given)
                    times = []
                    for _ in range(ROUNDS):
                        started = time.perf_counter()
                        page = store.read(lambda c, query=query: tasks.list_tasks(c, 1, query))  # type: ignore[misc]
                        times.append((time.perf_counter() - started) * 1000)
                    p95 = statistics.quantiles(times, n=20)[-1]
                    worst = max(worst, p95)
                    looked = "" if page.searched is None else f"{page.searched:,}"
                    p50, rows = statistics.median(times), len(page.rows)
                    print(f"{sort:<15} {name:<24} {p50:7.1f} {p95:7.1f} {rows:5} {looked:>10}")
    print(f"worst p95: {worst:.1f} ms")
    return worst


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    measure(parser.parse_args().tasks)
