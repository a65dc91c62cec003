"""The data folder and database that a verb works on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from assay.kernel.errors import BadInput
from assay.kernel.settings import Settings
from assay.store.archive.moving import refuse_moved
from assay.store.archive.switch import at_work, finish_restore, has_restore_to_finish, only_process
from assay.store.engine import Store, open_store
from assay.store.schema import upgrade

DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database and files. Default: ASSAY_DATA, else one for your user."),
]


def read_settings(data: Path | None = None, **given: Any) -> Settings:
    """The settings from the environment, with what the command line gives. Raises BadInput naming the setting."""
    _refuse_misspelled(os.environ)
    values = {name: value for name, value in given.items() if value is not None}
    if data is not None:
        values["data"] = data
    try:
        return Settings(**values)
    except ValidationError as problem:
        fault = problem.errors()[0]
        name = "ASSAY_" + "_".join(str(step) for step in fault["loc"]).upper()
        raise BadInput(f"{name}: {fault['msg']}.", field=name, action="Correct the setting.") from None


def _refuse_misspelled(environment: Mapping[str, str]) -> None:
    """A name that is almost a setting would be passed over in silence, and with it, say, the wish for TLS."""
    known = [f"ASSAY_{name.upper()}" for name in Settings.model_fields]
    for name in sorted(environment):
        meant = get_close_matches(name, known, n=1, cutoff=0.85)
        if name.startswith("ASSAY_") and name not in known and meant:
            raise BadInput(f"{name} is not a setting.", field=name, action=f"Did you mean {meant[0]}?")


def finish_broken_restore(settings: Settings) -> None:
    """Finish what a killed restore had decided, and refuse a folder whose database was moved. Before every opening.

    Raises Conflict for a database that was moved to PostgreSQL.
    """
    if has_restore_to_finish(settings.data):
        with only_process(settings.data):
            finish_restore(settings.data)
    refuse_moved(settings.data, settings.database)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The database, brought to this version's schema."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    finish_broken_restore(settings)
    with at_work(settings.data):
        upgrade(settings.database_url)
        with open_store(settings.database_url) as store:
            yield store


def address(settings: Settings) -> str:
    """Where people reach the server of this data folder: as set, as the running server noted, or the default."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    noted = settings.data / "address"
    if noted.exists():
        return noted.read_text().strip()
    return f"http://{settings.host}:{settings.port}"
