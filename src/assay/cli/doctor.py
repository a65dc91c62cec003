"""``assay doctor``: is everything as it must be, and where not."""

from __future__ import annotations

import json
import sys
import time
from typing import Annotated

import typer
from sqlalchemy import Connection, text

from assay.cli.place import DataFolder, read_settings
from assay.kernel.clock import iso, now_us
from assay.kernel.errors import BadInput
from assay.kernel.settings import Settings
from assay.store import projects
from assay.store.documents import VersionCache
from assay.store.engine import Store, open_store
from assay.store.records import doctor as check_up
from assay.store.records.doctor import Examined, Report
from assay.store.records.sealer import Sealer
from assay.store.schema import newest_revision

_SHOW_SECONDS = 0.5


def doctor(
    project: Annotated[str | None, typer.Argument(help="A project's id or exact title. Default: all of them.")] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Compute every derived number anew and compare; nothing is written.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Write the derived numbers that the records contradict, then check again.")
    ] = False,
    seal: Annotated[
        bool, typer.Option("--seal", help="First seal what no link of the chain covers yet, stray rows too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    data: DataFolder = None,
) -> None:
    """Check the database: hash chain, triggers, everything that must hold, derived numbers.

    It reads one moment, and can run beside a server. The exit status is 1 when something is wrong.
    """
    settings = read_settings(data)
    versions = VersionCache()
    with _opened(settings) as store:
        project_id = None if project is None else store.read(lambda c: projects.find_by_name(c, project).id)
        if seal:
            count = Sealer(store).seal_all() + check_up.seal_strays(store, now_us())
            print(f"Sealed {count:,} records.", file=sys.stderr)
        if repair:
            tasks, counters = check_up.repair(store, versions, project_id)
            print(f"Repaired {tasks:,} tasks and {counters:,} counters.", file=sys.stderr)
        with _Progress() as progress:
            report = store.read(
                lambda c: check_up.examine(
                    c, versions, project_id=project_id, rebuilding=rebuild or repair, progress=progress.say
                )
            )
    if as_json:
        print(json.dumps(report.as_document(), ensure_ascii=False, indent=2))
    else:
        _print(report)
    if report.all_faults:
        raise typer.Exit(1)


def _opened(settings: Settings) -> Store:
    """The database as it is: a check changes no schema. Raises BadInput when it is not of this version."""
    url = settings.database_url
    file = settings.data / "assay.db"
    if url.startswith("sqlite") and not file.exists():
        raise BadInput(f"There is no database at {file}.", field="--data", action="Name the data folder.")
    store = open_store(url)
    found = store.read(_revision)
    if found != newest_revision():
        store.close()
        raise BadInput(
            f"The database has the schema {found or 'of nothing'}, this Assay has {newest_revision()}.",
            action="Run it with the Assay that the server runs, or start the server once: it brings the schema up.",
        )
    return store


def _revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _print(report: Report) -> None:
    for fault in report.faults:
        print(f"WRONG  {fault.message}\n       {fault.action}")
    for one in report.projects:
        _print_project(one)
    faults = len(report.all_faults)
    if faults:
        print(f"\n{faults} {'thing is' if faults == 1 else 'things are'} wrong.")
        return
    print("\nEverything is as it must be." + ("" if report.rebuilt else " (Derived numbers anew: --rebuild.)"))


def _print_project(one: Examined) -> None:
    name = one.title if one.uid is None else f"{one.title} ({one.uid})"
    print(f"\n{name}")
    if one.uid is not None:
        print(f"  {one.tasks:,} tasks, {one.annotations:,} annotations, {one.in_force:,} of them in force")
    chain = one.chain
    waiting = f", {chain.unsealed:,} not sealed yet" if chain.unsealed else ""
    print(f"  {chain.records:,} records in {chain.links:,} links of the chain{waiting}")
    if chain.head_at is not None:
        print(f"  head: link {chain.links:,} of {iso(chain.head_at)}, hash {chain.head}")
    for fault in one.faults:
        print(f"  WRONG  {fault.message}\n         {fault.action}")


class _Progress:
    """A line on stderr, only where a person watches."""

    def __init__(self) -> None:
        self._shown = 0.0
        self._place = ("", "")
        self._rows = 0

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")

    def say(self, step: str, title: str, rows: int) -> None:
        """So many more rows of that step."""
        if self._place != (step, title):
            self._place, self._rows = (step, title), 0
        self._rows += rows
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._shown > _SHOW_SECONDS:
            self._shown = now
            sys.stderr.write(f"\r\033[K{title[:60]}: {self._rows:,} {step}")
            sys.stderr.flush()
