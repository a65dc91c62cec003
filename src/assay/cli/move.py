"""``assay move``: from SQLite to PostgreSQL, or back."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from assay.cli.place import DataFolder, read_settings
from assay.cli.progress import shown_progress
from assay.kernel.errors import BadInput
from assay.store.archive import move as move_database


def move(
    back: Annotated[bool, typer.Option("--back", help="From PostgreSQL into the data folder instead.")] = False,
    data: DataFolder = None,
) -> None:
    """Move everything from the SQLite database of --data to the PostgreSQL database of ASSAY_DATABASE.

    Each table is hashed on both sides; unless all hashes are equal, nothing has moved. Stop the servers first. Files
    and the secret key stay in the data folder. The old database is kept under another name.
    """
    settings = read_settings(data)
    if not settings.database:
        raise BadInput(
            "ASSAY_DATABASE is not set.",
            field="ASSAY_DATABASE",
            action="Set it to the PostgreSQL database: postgresql://user:password@host/assay.",
        )
    began = time.monotonic()
    with shown_progress() as progress:
        done = move_database(settings.data, settings.database, back=back, progress=progress)
    for name, (rows, sha256) in sorted(done.tables.items()):
        typer.echo(f"{name:<20} {rows:>12,}  {sha256[:16]}")
    there = "was there already, equal" if done.was_there else "is there, equal"
    typer.echo(f"Every table {there}, after {time.monotonic() - began:.1f} s.")
    if back:
        typer.echo("Start the server without ASSAY_DATABASE. The PostgreSQL database is as it was; nobody uses it now.")
    else:
        typer.echo("Start the server with ASSAY_DATABASE from now on.")
    if done.kept is not None:
        typer.echo(f"The old database is kept as {done.kept}.")
