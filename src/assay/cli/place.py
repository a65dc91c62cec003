"""The data folder and database that a verb works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from assay.kernel.errors import BadInput
from assay.kernel.settings import Settings
from assay.store.engine import Store, open_store
from assay.store.schema import upgrade

DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database and files. Default: ASSAY_DATA, else one for your user."),
]


def read_settings(data: Path | None = None, **given: Any) -> Settings:
    """The settings from the environment, with what the command line gives. Raises BadInput naming the setting."""
    values = {name: value for name, value in given.items() if value is not None}
    if data is not None:
        values["data"] = data
    try:
        return Settings(**values)
    except ValidationError as problem:
        fault = problem.errors()[0]
        name = "ASSAY_" + "_".join(str(step) for step in fault["loc"]).upper()
        raise BadInput(f"{name}: {fault['msg']}.", field=name, action="Correct the setting.") from None


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The database, brought to this version's schema."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
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
