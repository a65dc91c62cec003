"""``assay worker``: background jobs and the sweep of ended leases, without HTTP; beside servers over PostgreSQL."""

from __future__ import annotations

import signal
import threading

import typer

from assay.cli.logs import log_to_stderr
from assay.cli.place import DataFolder, finish_broken_restore, read_settings
from assay.kernel.errors import Conflict
from assay.kernel.settings import read_or_make_secret, refuse_unsafe
from assay.storage import LocalStorage
from assay.store.engine import open_store
from assay.store.process import join
from assay.store.schema import upgrade
from assay.worker import Worker


def worker(data: DataFolder = None) -> None:
    """Run imports, exports and other background jobs beside the servers, over PostgreSQL.

    Start as many as you like, on any host that has the same data folder. It ends on SIGTERM or Ctrl-C: the job in
    hand is put back and another worker, or a server, goes on with it.
    """
    settings = read_settings(data)
    if not settings.database:
        raise Conflict(
            "On SQLite one process has the data folder, and 'assay serve' does the background jobs itself.",
            action="Just run 'assay serve'. Several processes need PostgreSQL: see 'assay move' and ASSAY_DATABASE.",
        )
    refuse_unsafe(settings)
    log_to_stderr(settings.log_level)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    finish_broken_restore(settings)
    upgrade(settings.database_url)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with open_store(settings.database_url, connections=settings.database_connections) as store:
        process = join(store, settings.data, read_or_make_secret(settings))
        storage = LocalStorage(settings.data / "files")
        running = Worker(store, storage, clock=process.clock, upkeep=process.upkeep)
        running.start()
        typer.echo("This worker does background jobs.")
        over.wait()
        running.stop()
        process.leave()
