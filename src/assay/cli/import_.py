"""``assay import``: tasks from a file into a project."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from assay.cli.place import DataFolder, opened, read_settings
from assay.cli.work import do_job
from assay.formats import HEAD_BYTES, detect
from assay.kernel.clock import now_us
from assay.kernel.errors import BadInput
from assay.kernel.ids import new_id
from assay.storage import LocalStorage
from assay.store import import_notes, jobs, projects
from assay.store.documents import from_json
from assay.store.engine import Store

_SHOWN = 20
_OTHERS = {
    "duplicates": "rows have the data of a task or an earlier row and were passed over",
    "unchanged": "rows were in the project already and were passed over",
    "updated": "tasks were changed; what was there before stays in their history",
    "replaced": "tasks with annotations were replaced by new ones",
}


class Duplicates(StrEnum):
    """What becomes of a row with the data of a task or an earlier row."""

    AUTO = "auto"
    SKIP = "skip"
    KEEP = "keep"
    REFUSE = "refuse"


class Existing(StrEnum):
    """What becomes of a row whose id a task has, with other data."""

    REFUSE = "refuse"
    SKIP = "skip"
    UPDATE = "update"


def import_(
    project: Annotated[str, typer.Argument(help="The project's id or exact title.")],
    file: Annotated[Path, typer.Argument(help="JSON, JSONL, CSV, TSV or TXT, in UTF-8, or Parquet.")],
    format: Annotated[str, typer.Option(help="Format, when its name does not tell.")] = "",  # noqa: A002
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Take the good rows even if others are not.")] = False,
    duplicates: Annotated[
        Duplicates, typer.Option(help="Rows with the data of a task or an earlier row. auto: skip those without an id.")
    ] = Duplicates.AUTO,
    existing: Annotated[
        Existing, typer.Option(help="Rows whose id a task has, with other data; update changes the task.")
    ] = Existing.REFUSE,
    update_annotated: Annotated[
        bool,
        typer.Option("--update-annotated", help="With update: replace tasks with annotations; the old ones stay."),
    ] = False,
    data: DataFolder = None,
) -> None:
    """Import tasks from a file, with a report of every refused row.

    Unless --good-rows is given, one refused row means that nothing is imported (exit status 2). The file is
    checked as a whole before the first task is written; an import that is interrupted goes on where it was
    when the server, or this command, runs again.
    """
    if not file.is_file():
        raise BadInput(f"There is no file {file}.", field="FILE", action="Check the path.")
    settings = read_settings(data)
    with file.open("rb") as source:
        head = source.read(HEAD_BYTES)
    if not head:
        raise BadInput(f"{file} is empty.", field="FILE", action="Check that it is the file you meant.")
    format_id = detect(file.name, head, format or None)
    with opened(settings) as store:
        storage = LocalStorage(settings.data / "files")
        file_id = new_id()
        with storage.writing(file_id) as sink, file.open("rb") as source:
            shutil.copyfileobj(source, sink)
        asked = {
            "file": file_id,
            "filename": file.name,
            "format": format_id,
            "mode": "good_rows" if good_rows else "all_or_nothing",
            "duplicates": duplicates.value,
            "existing_keys": existing.value,
            "update_annotated": update_annotated,
        }
        uid = store.write(lambda c: _enqueue(c, project, asked))
        row = do_job(store, storage, uid)
        _report(store, row)


def _enqueue(connection: Connection, name: str, asked: dict[str, Any]) -> str:
    found = projects.find_by_name(connection, name)
    return jobs.enqueue(
        connection,
        "import",
        workspace_id=found.workspace_id,
        project_id=found.id,
        arguments={
            **asked,
            "seed": token_hex(16),
            "label_config_version": found.label_config_version,
            "policy_version": found.policy_version,
        },
        created_by=None,
        now=now_us(),
    )


def _report(store: Store, row: Any) -> None:
    refused = store.read(lambda c: jobs.list_refused(c, row.id, after=-1, limit=_SHOWN))
    notes = store.read(lambda c: import_notes.list_notes(c, row.id, after=-1, limit=_SHOWN))
    for one in notes:
        print(f"line {one.line}: {one.reason}", file=sys.stderr)
    more = store.read(lambda c: import_notes.count_notes(c, row.id)) - len(notes)
    if more > 0:
        print(f"... and {more:,} more such rows", file=sys.stderr)
    for one in refused:
        print(f"line {one.line}, {one.field}: {one.reason}", file=sys.stderr)
    total = store.read(lambda c: jobs.count_refused(c, row.id))
    if total > len(refused):
        print(f"... and {total - len(refused):,} more refused rows", file=sys.stderr)
    if row.state != jobs.JobState.DONE:
        problem = from_json(row.problem)
        raise BadInput(problem["detail"], action=problem["action"])
    outcome = from_json(row.outcome)
    typer.echo(
        f"Imported {outcome['tasks']:,} tasks and {outcome['annotations']:,} annotations; "
        f"{outcome['refused']:,} rows refused."
    )
    for name, said in _OTHERS.items():
        if outcome.get(name):
            typer.echo(f"{outcome[name]:,} {said}.")
