"""``assay backup``: everything at one moment, in one file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.place import DataFolder, finish_broken_restore, read_settings
from assay.cli.progress import shown_progress
from assay.kernel.errors import BadInput
from assay.store.archive import write_backup
from assay.store.archive.switch import at_work

_PREFIX = "assay-"


def backup(
    target: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The file to write, or a folder. Default: a dated file in this folder."),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Then remove the oldest dated backups of that folder, down to this many.")
    ] = None,
    data: DataFolder = None,
) -> None:
    """Back up the database and its files, while the server runs: one moment of all of it, in one file.

    The file is read again and compared before it gets its name; whatever goes wrong, no half backup is left. It holds
    e-mail addresses and password hashes, so only you can read it. The secret key is not in it.
    """
    settings = read_settings(data)
    finish_broken_restore(settings)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = Path.cwd() if target is None else target
    if path.is_dir():
        path /= f"{_PREFIX}{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.zip"
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent}.", field="FILE", action="Make it, or name another one.")
    began = time.monotonic()
    with at_work(settings.data), shown_progress() as progress:
        done = write_backup(settings.database_url, settings.data / "files", path.absolute(), progress)
    rows = sum(table.rows for table in done.manifest.tables)
    typer.echo(
        f"Wrote {path}: {rows:,} rows and {len(done.manifest.files):,} files as of {done.manifest.moment}, "
        f"{done.size / 1e6:,.1f} MB in {time.monotonic() - began:.1f} s; read again and right."
    )
    for missing in done.manifest.missing_files:
        typer.echo(f"Not there any more: the file {missing} of a job.", err=True)
    if keep is not None:
        _remove_older(path, keep)


def _remove_older(path: Path, keep: int) -> None:
    dated = sorted(path.parent.glob(f"{_PREFIX}[0-9]*T[0-9]*Z.zip"))
    for old in dated[:-keep]:
        old.unlink()
        typer.echo(f"Removed {old}.")
