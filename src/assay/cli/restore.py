"""``assay restore``: a backup into an empty place, or in place of what is there."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.place import DataFolder, read_settings
from assay.cli.progress import shown_progress
from assay.store.archive import Manifest
from assay.store.archive import restore as restore_archive
from assay.store.archive.restoring import check as check_archive


def restore(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help="A file that 'assay backup' wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace all data that is there.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only read the file and say whether it is whole.")] = False,
    data: DataFolder = None,
) -> None:
    """Restore a backup to --data (SQLite) or, with ASSAY_DATABASE, to PostgreSQL; from either to either.

    The whole file is verified before anything is written, and everything is restored or nothing. An older backup is
    brought to this version; a newer one is refused. Stop the servers first.
    """
    settings = read_settings(data)
    began = time.monotonic()
    with shown_progress() as progress:
        if check:
            manifest = check_archive(archive, progress)
            typer.echo(f"{archive} is whole: {_said(manifest)}.")
            return
        done = restore_archive(archive, settings.database_url, settings.data, replace=replace, progress=progress)
    where = "PostgreSQL" if settings.database else settings.data
    typer.echo(f"Restored {_said(done.manifest)} to {where} in {time.monotonic() - began:.1f} s.")
    if done.replaced is not None:
        typer.echo(f"What was there before is in {done.replaced}; remove it when you do not need it.")


def _said(manifest: Manifest) -> str:
    rows = sum(table.rows for table in manifest.tables)
    return f"{rows:,} rows and {len(manifest.files):,} files of Assay {manifest.assay_version} as of {manifest.moment}"
