"""``assay export``: a project into a file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from assay.cli.place import DataFolder, opened, read_settings
from assay.cli.work import do_job
from assay.formats import FORMATS
from assay.kernel.clock import now_us
from assay.kernel.errors import BadInput, UnsupportedFormat
from assay.storage import LocalStorage
from assay.store import exports, jobs, loss_report, projects
from assay.store.documents import from_json
from assay.store.records.as_of import read_moment

_FORMATS = "jsonl, json, csv, tsv, parquet, parquet_annotations or label_studio."


def export(
    project: Annotated[str, typer.Argument(help="The project's id or exact title.")],
    output: Annotated[Path, typer.Option(help="The file to write.")],
    format: Annotated[str, typer.Option(help=_FORMATS)] = "jsonl",  # noqa: A002 - the name that people type
    annotated: Annotated[bool, typer.Option("--annotated", help="Only tasks with annotations.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="CSV without formula escaping: only for programs.")] = False,
    state: Annotated[str, typer.Option(help="Only tasks in this state: waiting, started or done.")] = "",
    label: Annotated[str, typer.Option(help="Only tasks that somebody gave this label.")] = "",
    stratum: Annotated[str, typer.Option(help="Only tasks of this stratum.")] = "",
    search: Annotated[str, typer.Option(help="Only tasks with this text in their data.")] = "",
    disagreeing: Annotated[bool, typer.Option("--disagreeing", help="Only tasks whose annotations differ.")] = False,
    as_of: Annotated[str | None, typer.Option(help="As it was at this moment (ISO 8601; UTC without a zone).")] = None,
    data: DataFolder = None,
) -> None:
    """Export a project: one consistent moment of it, each annotation with who, when and under which guideline."""
    card = FORMATS.get(format).card
    if not card.writes:
        raise UnsupportedFormat(f"Assay reads {card.title}, but does not write it.", field="--format")
    moment = None if as_of is None else _past(as_of)
    settings = read_settings(data)
    with opened(settings) as store:
        storage = LocalStorage(settings.data / "files")

        asked = {
            "state": state, "label": label, "stratum": stratum, "search": search, "disagreeing": disagreeing,
        }  # fmt: skip
        wanted = {
            "only": "annotated" if annotated else "all",
            "filters": {name: value for name, value in asked.items() if value},
            "as_of": moment,
        }
        exports.View.asked(wanted)

        def work(connection: Connection) -> str:
            found = projects.find_by_name(connection, project)
            arguments = {
                **wanted,
                "format": card.id,
                "raw": raw,
                "filename": output.name,
            }
            return jobs.enqueue(
                connection,
                "export",
                workspace_id=found.workspace_id,
                project_id=found.id,
                arguments=arguments,
                created_by=None,
                now=now_us(),
            )

        lost = store.read(lambda c: loss_report.losses(c, projects.find_by_name(c, project).id, card))
        for loss in lost:
            typer.echo(f"Not in this file: {loss.text}", err=True)
        row = do_job(store, storage, store.write(work))
        if row.state != jobs.JobState.DONE:
            problem = from_json(row.problem)
            raise BadInput(problem["detail"], action=problem["action"])
        outcome = from_json(row.outcome)
        with storage.open(outcome["file"]) as source, output.open("wb") as target:
            shutil.copyfileobj(source, target)
        storage.remove(outcome["file"])
    then = f", as of {outcome['as_of']}" if "as_of" in outcome else ""
    typer.echo(
        f"Exported {outcome['tasks']:,} tasks and {outcome['annotations']:,} annotations to {output}{then}.", err=True
    )
    if outcome["chain"] is not None:
        link = outcome["chain"]
        typer.echo(f"Hash chain: link {link['number']:,}, {link['hash']}.", err=True)


def _past(text: str) -> int:
    moment = read_moment(text, "--as-of")
    if moment > now_us():
        raise BadInput("This moment has not come yet.", field="--as-of", action="Name an earlier one, or leave it out.")
    return moment
