"""The table of tasks: every sort and filter, page by page, gives what a plain sort and filter in Python give."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assay.store import tasks
from assay.store.tasks import SORTS, TaskQuery
from tests.flow.ground import result_of
from tests.worker.desk import Desk, jsonl

LABELS = ["Good", "Bad", "Neither"]
FILTERS: list[dict[str, Any]] = [
    {}, {"state": "waiting"}, {"state": "started"}, {"state": "done"}, {"disagreeing": True}, {"label": "Bad"},
    {"search": "odd"}, {"search": "k7"}, {"stratum": "north"}, {"label": "Bad", "disagreeing": True},
]  # fmt: skip


def filled(desk: Desk) -> list[dict[str, Any]]:
    """Sixty tasks with nought to four annotations; what the export says of each."""
    desk.imported(
        jsonl(
            {
                "id": f"k{n}",
                "data": {"text": f"text {n} {'odd' if n % 2 else 'even'}"},
                "annotations": [
                    {"annotator": f"p{k}@example.org", "result": result_of(LABELS[(n * k) % 3])} for k in range(n % 5)
                ],
            }
            for n in range(60)
        )
    )
    desk.crowd.execute("UPDATE task_data SET stratum = 'north' WHERE project_id = :project AND task_id % 7 = 0")
    rows = desk.crowd.rows(
        "SELECT t.id, t.done, t.target, t.disagreement, d.stratum, d.key, d.data FROM task t"
        " JOIN task_data d ON d.task_id = t.id WHERE t.project_id = :project"
    )
    said = {row["id"]: [given["answers"]["mood"][0] for given in row["annotations"]] for row in desk.lines()}
    return [row._asdict() | {"said": said[row.id]} for row in rows]


def expected(rows: list[dict[str, Any]], sort: str, given: dict[str, Any]) -> list[int]:
    def fits(row: dict[str, Any]) -> bool:
        state = "waiting" if not row["done"] else "done" if row["done"] >= row["target"] else "started"
        text = json.loads(row["data"])["text"]
        return (
            given.get("state") in (None, state)
            and (not given.get("disagreeing") or (row["disagreement"] or 0) > 0)
            and ("label" not in given or given["label"] in row["said"])
            and ("search" not in given or given["search"] in text or given["search"] == row["key"])
            and given.get("stratum") in (None, row["stratum"])
        )

    name = {"id": "id", "disagreement": "disagreement", "annotations": "done"}[sort.removeprefix("-")]
    chosen = [row for row in rows if fits(row) and row[name] is not None]
    return [row["id"] for row in sorted(chosen, key=lambda row: (row[name], row["id"]), reverse=sort.startswith("-"))]


@pytest.mark.parametrize("budget_seconds", [10.0, 0.0])
def test_every_sort_and_filter_page_by_page(desk: Desk, budget_seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_FIRST_LOOK", 4)
    monkeypatch.setattr(tasks, "_MOST_LOOKED", 9)
    rows = filled(desk)
    for sort in SORTS:
        for given in FILTERS:
            found: list[int] = []
            after = None
            for _ in range(200):
                query = TaskQuery(sort=sort, after=after, limit=7, **given)
                page = desk.store.read(
                    lambda c, query=query: tasks.list_tasks(  # type: ignore[misc]
                        c, desk.crowd.project.id, query, budget_seconds=budget_seconds
                    )
                )
                assert len(page.rows) <= 7
                assert (page.searched is None) == (not given)
                found += [row.id for row in page.rows]
                after = page.after
                if after is None:
                    break
            assert found == expected(rows, sort, given), (sort, given)


def test_a_search_that_finds_nothing_ends_its_page_in_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_FIRST_LOOK", 10)
    filled(desk)
    query = TaskQuery(search="nowhere")
    page = desk.store.read(lambda c: tasks.list_tasks(c, desk.crowd.project.id, query, budget_seconds=0))
    assert (list(page.rows), page.searched) == ([], 10) and page.after is not None
    whole = desk.store.read(lambda c: tasks.list_tasks(c, desk.crowd.project.id, query, budget_seconds=60))
    assert (list(whole.rows), whole.searched, whole.after) == ([], 60, None)
