"""Do one job from the command line, or wait while the running server does it; with progress on stderr."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from sqlalchemy import select

from assay.storage import LocalStorage
from assay.store import tables as t
from assay.store.documents import VersionCache
from assay.store.engine import Store
from assay.store.jobs import JobState
from assay.worker.run import RunContext, run_one


def do_job(store: Store, storage: LocalStorage, uid: str) -> Any:
    """The row of the job when it is over. Whoever takes it first does it: this process or the server."""
    context = RunContext(store, storage, VersionCache())
    shown = _Progress(store, uid)
    with shown:
        while True:
            row = store.read(lambda c: c.execute(select(t.job).where(t.job.c.uid == uid)).one())
            if row.state > JobState.RUNNING:
                return row
            if not run_one(context, only=uid):
                time.sleep(0.2)


class _Progress:
    """A line on stderr, only where a person watches."""

    def __init__(self, store: Store, uid: str) -> None:
        self._store = store
        self._uid = uid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)
            sys.stderr.write("\r\033[K")

    def _show(self) -> None:
        while not self._over.wait(0.5):
            row = self._store.read(lambda c: c.execute(select(t.job).where(t.job.c.uid == self._uid)).one())
            of = f" of {row.total:,}" if row.total else ""
            sys.stderr.write(f"\r\033[K{row.step or 'waiting'}: {row.progress:,}{of}")
            sys.stderr.flush()
