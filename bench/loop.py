"""The labeling loop: next + submit over HTTP by simulated annotators, with an audit of the database afterwards.

    python bench/loop.py                                          20 annotators at 100,000 tasks on SQLite
    python bench/loop.py --tasks 100000 --annotators 20 --seconds 20 --database postgresql --json
    python bench/loop.py --sweep                                  1, 20, 100 annotators at 10k, 100k, 1M tasks, both
    python bench/loop.py --label-studio PATH/label-studio         the same against Label Studio, and the ratio

Ends with 1 when a task went out too often or an acknowledged answer is missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path: the checkout is not on the search path yet
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.assay_loop import Plan, measure, measure_all
from bench.figures import print_json, ratio, show
from bench.label_studio_loop import LabelStudioPlan, measure_label_studio
from bench.machine import describe

COLUMNS = (
    "system", "database", "tasks", "annotators", "loops_per_s", "next_p50_ms", "next_p95_ms", "next_p99_ms",
    "submit_p50_ms", "submit_p95_ms", "submit_p99_ms", "cpu_ms_per_loop", "database_cpu_ms_per_loop",
    "collisions", "lost", "errors", "other_cores_busy",
)  # fmt: skip
SWEEP_TASKS = (10_000, 100_000, 1_000_000)
SWEEP_ANNOTATORS = (1, 20, 100)
SWEEP_DATABASES = ("sqlite", "postgresql")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, nargs="+", help="tasks in the project (100000); several with --sweep")
    parser.add_argument("--annotators", type=int, nargs="+", help="simulated annotators (20); several with --sweep")
    parser.add_argument("--seconds", type=float, default=20, help="measured span of a run, after a warm-up (20)")
    parser.add_argument("--database", choices=SWEEP_DATABASES, help="sqlite; with --sweep both")
    parser.add_argument("--database-url", help="an empty PostgreSQL database instead of a private one")
    parser.add_argument("--sweep", action="store_true", help="every combination of tasks, annotators and databases")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    group = parser.add_argument_group("beside Label Studio")
    group.add_argument("--label-studio", metavar="PATH", help="executable of an installed label-studio")
    group.add_argument("--label-studio-tasks", type=int, default=2000, help="tasks in its project (2000)")
    group.add_argument("--label-studio-seconds", type=float, default=60, help="measured span of its run (60)")
    group.add_argument(
        "--label-studio-postgresql",
        action="store_true",
        help="over PostgreSQL, behind gunicorn when that is installed beside it (default: its own server on SQLite)",
    )
    return parser.parse_args()


def run_one(asked: argparse.Namespace) -> dict[str, Any]:
    """One measurement of Assay, and of Label Studio when given."""
    database = asked.database_url or asked.database or "sqlite"
    tasks, annotators = (asked.tasks or [100_000])[0], (asked.annotators or [20])[0]
    found = measure(Plan(database, tasks, annotators, asked.seconds))
    if asked.label_studio:
        other = measure_label_studio(
            LabelStudioPlan(
                Path(asked.label_studio),
                asked.label_studio_postgresql,
                asked.label_studio_tasks,
                annotators,
                asked.label_studio_seconds,
            )
        )
        found["label_studio"] = other
        found["ratio_to_label_studio"] = {
            "loops_per_s": ratio(found["loops_per_s"], other["loops_per_s"]),
            "cpu_ms_per_loop": ratio(other["cpu_ms_per_loop"], found["cpu_ms_per_loop"]),
            "next_p95_ms": ratio(other["next_p95_ms"], found["next_p95_ms"]),
        }
    return found


def run_sweep(asked: argparse.Namespace) -> dict[str, Any]:
    """Every combination; a new server for each database and number of tasks."""
    databases = [asked.database_url or asked.database] if asked.database_url or asked.database else SWEEP_DATABASES
    runs: list[dict[str, Any]] = []
    for database in databases:
        for tasks in asked.tasks or SWEEP_TASKS:
            plans = [
                Plan(database, tasks, annotators, asked.seconds) for annotators in asked.annotators or SWEEP_ANNOTATORS
            ]
            runs += measure_all(plans)
    return {"runs": runs, "growth": growth(runs)}


def growth(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """CPU of the server and its database for a loop at the most tasks, over that at the fewest."""
    found = []
    for database, annotators in sorted({(run["database"], run["annotators"]) for run in runs}):
        alike = [run for run in runs if (run["database"], run["annotators"]) == (database, annotators)]
        few, many = min(alike, key=_tasks), max(alike, key=_tasks)
        found.append(
            {
                "database": database,
                "annotators": annotators,
                "from_tasks": few["tasks"],
                "to_tasks": many["tasks"],
                "cpu_per_loop": ratio(_cpu(many), _cpu(few)),
            }
        )
    return found


def _tasks(run: dict[str, Any]) -> int:
    return int(run["tasks"])


def _cpu(run: dict[str, Any]) -> float:
    return float(run["cpu_ms_per_loop"] or 0) + float(run["database_cpu_ms_per_loop"] or 0)


def main() -> None:
    """Measure, print, and end with 1 when the audit found anything."""
    asked = arguments()
    found = run_sweep(asked) if asked.sweep else run_one(asked)
    found["machine"] = describe()
    runs = found["runs"] if asked.sweep else [found]
    if asked.json:
        print_json(found)
    else:
        print(show([*runs, *(run["label_studio"] for run in runs if "label_studio" in run)], COLUMNS))
        for name, value in found.get("ratio_to_label_studio", {}).items():
            print(f"Label Studio / Assay, {name}: {value} times")
        if found.get("growth"):
            print(show(found["growth"], ("database", "annotators", "from_tasks", "to_tasks", "cpu_per_loop")))
    wrong = [run for run in runs if run["collisions"] or run["lost"]]
    if wrong:
        sys.exit(f"The audit failed: {[run['audit'] for run in wrong]}")


if __name__ == "__main__":
    main()
