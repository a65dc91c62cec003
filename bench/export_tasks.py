"""Exports: annotated tasks a second from the request to the whole file downloaded.

python bench/export_tasks.py                                  100,000 tasks with 3 annotations each, SQLite
python bench/export_tasks.py --rows 1000000 --database postgresql --json
python bench/export_tasks.py --label-studio PATH/label-studio  and beside Label Studio
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.assay_server import make_project, running_server
from bench.figures import print_json, ratio, rounded, show
from bench.label_studio_project import LabelStudioProject
from bench.label_studio_server import running_label_studio
from bench.machine import describe, say
from bench.transfer import ANNOTATORS_PER_TASK, JobClient, annotated_tasks, assay_rows, options

FORMATS = ("jsonl", "csv", "label_studio")
COLUMNS = (
    "system", "database", "format", "rows", "annotations", "seconds", "rows_per_s", "file_mb", "cpu_ms_per_1000_rows",
    "database_cpu_ms_per_1000_rows", "server_peak_memory_mb", "other_cores_busy",
)  # fmt: skip


def measure(database: str, rows: int) -> list[dict[str, Any]]:
    """One project, annotated by three people, out in each format."""
    found = []
    with (
        tempfile.TemporaryDirectory(prefix="assay-bench-") as folder,
        running_server(database, annotators=0) as server,
        server.client() as client,
    ):
        project = make_project(server, client, 0, ANNOTATORS_PER_TASK)
        with JobClient(server, project.id) as jobs:
            say(f"Importing {rows:,} annotated tasks ...")
            jobs.import_bytes(json.dumps(list(annotated_tasks(rows))).encode(), "annotated.json")
            for format_id in FORMATS:
                say(f"Exporting {rows:,} tasks ({format_id}) ...")
                found.append({"format": format_id, **jobs.export(format_id, Path(folder) / format_id)})
    return assay_rows(found, database)


def measure_label_studio(executable: Path, rows: int, *, postgresql: bool) -> dict[str, Any]:
    """The same project out of Label Studio, as its JSON."""
    with (
        running_label_studio(executable, postgresql=postgresql, people=ANNOTATORS_PER_TASK) as server,
        LabelStudioProject(server, ANNOTATORS_PER_TASK) as project,
    ):
        say(f"Importing {rows:,} annotated tasks (Label Studio) ...")
        project.import_tasks(annotated_tasks(rows))
        say(f"Exporting {rows:,} tasks (Label Studio) ...")
        began = time.perf_counter()
        size = project.export()
        seconds = time.perf_counter() - began
        return {
            "system": "label-studio",
            "version": server.version,
            "way": server.way,
            "database": "postgresql" if postgresql else "sqlite",
            "format": "label_studio",
            "rows": rows,
            "annotations": rows * ANNOTATORS_PER_TASK,
            "seconds": rounded(seconds, 3),
            "rows_per_s": rounded(rows / seconds, 1),
            "file_mb": rounded(size / 1e6),
        }


def main() -> None:
    """Measure and print."""
    asked = options(__doc__).parse_args()
    found: dict[str, Any] = {"exports": measure(asked.database_url or asked.database, asked.rows)}
    if asked.label_studio:
        postgresql = asked.label_studio_postgresql
        theirs = measure_label_studio(Path(asked.label_studio), asked.label_studio_rows, postgresql=postgresql)
        found["label_studio"] = theirs
        ours = {one["format"]: one["rows_per_s"] for one in found["exports"]}
        found["ratio_to_label_studio"] = ratio(ours["label_studio"], theirs["rows_per_s"])
    found["machine"] = describe()
    if asked.json:
        print_json(found)
        return
    print(show([*found["exports"], *([found["label_studio"]] if asked.label_studio else [])], COLUMNS))
    if asked.label_studio:
        print(f"Assay / Label Studio, as Label Studio JSON: {found['ratio_to_label_studio']} times the tasks a second")


if __name__ == "__main__":
    main()
