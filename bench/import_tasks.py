"""Imports: rows a second from the request to the end of the job, upload, check and write included.

python bench/import_tasks.py                                  100,000 texts and 100,000 annotated tasks, SQLite
python bench/import_tasks.py --rows 1000000 --database postgresql --json
python bench/import_tasks.py --label-studio PATH/label-studio  and beside Label Studio
"""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.assay_server import make_project, running_server
from bench.figures import print_json, ratio, rounded, show
from bench.label_studio_project import LabelStudioProject
from bench.label_studio_server import running_label_studio
from bench.machine import describe, say
from bench.texts import texts
from bench.transfer import ANNOTATORS_PER_TASK, JobClient, annotated_tasks, assay_rows, options

COLUMNS = (
    "system", "database", "file", "rows", "annotations", "seconds", "rows_per_s", "cpu_ms_per_1000_rows",
    "database_cpu_ms_per_1000_rows", "server_peak_memory_mb", "other_cores_busy",
)  # fmt: skip


def jsonl(rows: int) -> bytes:
    """One object a line."""
    return b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts(rows))


def csv_table(rows: int) -> bytes:
    """One column with its heading."""
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["text"])
    writer.writerows([text] for text in texts(rows))
    return sink.getvalue().encode()


def json_array(rows: int) -> bytes:
    """One array of objects."""
    return json.dumps([{"text": text} for text in texts(rows)]).encode()


def label_studio_json(rows: int) -> bytes:
    """Annotated tasks, as Label Studio exports them."""
    return json.dumps(list(annotated_tasks(rows))).encode()


# What is measured, the file's name, and who makes the file.
FILES: tuple[tuple[str, str, Callable[[int], bytes]], ...] = (
    ("texts, JSONL", "tasks.jsonl", jsonl),
    ("texts, CSV", "tasks.csv", csv_table),
    ("texts, JSON", "tasks.json", json_array),
    ("annotated, JSON", "annotated.json", label_studio_json),
)


def measure(database: str, rows: int) -> list[dict[str, Any]]:
    """Each file into a project of its own, one after the other on one server."""
    found = []
    with running_server(database, annotators=0) as server, server.client() as client:
        for what, filename, make in FILES:
            say(f"Importing {rows:,} rows ({what}) ...")
            body = make(rows)
            project = make_project(server, client, 0, ANNOTATORS_PER_TASK)
            with JobClient(server, project.id) as jobs:
                found.append({"file": what, **jobs.import_bytes(body, filename)})
    return assay_rows(found, database)


def measure_label_studio(executable: Path, rows: int, *, postgresql: bool) -> list[dict[str, Any]]:
    """The texts, then the annotated tasks, each into a project of its own."""
    found = []
    with running_label_studio(executable, postgresql=postgresql, people=ANNOTATORS_PER_TASK) as server:
        tasks: tuple[tuple[str, list[dict[str, Any]], int], ...] = (
            ("texts, JSON", [{"text": text} for text in texts(rows)], 0),
            ("annotated, JSON", list(annotated_tasks(rows)), rows * ANNOTATORS_PER_TASK),
        )
        for what, body, annotations in tasks:
            say(f"Importing {rows:,} rows ({what}, Label Studio) ...")
            with LabelStudioProject(server, ANNOTATORS_PER_TASK) as project:
                began = time.perf_counter()
                project.import_tasks(body)
                seconds = time.perf_counter() - began
            found.append(
                {
                    "system": "label-studio",
                    "version": server.version,
                    "way": server.way,
                    "database": "postgresql" if postgresql else "sqlite",
                    "file": what,
                    "rows": rows,
                    "annotations": annotations,
                    "seconds": rounded(seconds, 3),
                    "rows_per_s": rounded(rows / seconds, 1),
                }
            )
    return found


def ratios(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> dict[str, float | None]:
    """How many times faster, file by file."""
    by_file = {one["file"]: one["rows_per_s"] for one in ours}
    return {one["file"]: ratio(by_file[one["file"]], one["rows_per_s"]) for one in theirs}


def main() -> None:
    """Measure and print."""
    asked = options(__doc__).parse_args()
    found: dict[str, Any] = {"imports": measure(asked.database_url or asked.database, asked.rows)}
    if asked.label_studio:
        postgresql = asked.label_studio_postgresql
        theirs = measure_label_studio(Path(asked.label_studio), asked.label_studio_rows, postgresql=postgresql)
        found["label_studio"] = theirs
        found["ratio_to_label_studio"] = ratios(found["imports"], theirs)
    found["machine"] = describe()
    if asked.json:
        print_json(found)
        return
    print(show([*found["imports"], *found.get("label_studio", [])], COLUMNS))
    for what, times in found.get("ratio_to_label_studio", {}).items():
        print(f"Assay / Label Studio, {what}: {times} times the rows a second")


if __name__ == "__main__":
    main()
