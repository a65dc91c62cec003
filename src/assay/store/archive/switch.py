"""Changing the database and files of a data folder in one step that a crash cannot leave half done.

What is restored is made ready in ``restoring/``. Renaming that to ``restored/`` is the moment it counts; moving its
content to its place can then be broken off anywhere and is finished by whoever opens the folder next. What was there
before is moved into ``replaced-.../``, not deleted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from assay.kernel.errors import Conflict
from assay.store.archive.backup import flush_folder

_READY = "restored"
_STAGE = "restoring"
_ASIDE = ".aside"  # in it: the name of the folder for what was there before; written once that is put away
_PLACES = ("assay.db-wal", "assay.db-shm", "assay.db", "files")


@contextmanager
def only_process(data: Path) -> Iterator[IO[str]]:
    """Hold the lock of a data folder, as a server on SQLite does. Raises Conflict when somebody else has it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise Conflict(
                f"Another Assay server (process {owner}) runs over {data}.",
                action="Stop it first, or use another --data. Several processes need PostgreSQL (ASSAY_DATABASE).",
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock


@contextmanager
def at_work(data: Path) -> Iterator[None]:
    """Around a verb that works on the database of a folder: nobody puts another database there meanwhile.

    Raises Conflict while somebody does.
    """
    with _held(data, fcntl.LOCK_SH):
        yield


@contextmanager
def nobody_at_work(data: Path) -> Iterator[None]:
    """Be the only process over a folder, of servers and verbs. Raises Conflict when there is another one."""
    with only_process(data), _held(data, fcntl.LOCK_EX):
        yield


@contextmanager
def _held(data: Path, how: int) -> Iterator[None]:
    with (data / "verbs.lock").open("a") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                f"Another 'assay' command is working with {data}.", action="Wait until it has ended, then try again."
            ) from None
        yield


@contextmanager
def staged(data: Path) -> Iterator[Path]:
    """A folder to make things ready in; when the block ends well, they take their places. The caller has the lock."""
    finish_restore(data)
    stage = data / _STAGE
    shutil.rmtree(stage, ignore_errors=True)  # of a restore that was killed
    stage.mkdir(mode=0o700)
    try:
        yield stage
        flush_tree(stage)
        stage.rename(data / _READY)
        flush_folder(data)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    finish_restore(data)


def has_restore_to_finish(data: Path) -> bool:
    """Whether a restore was broken off after it had decided."""
    return (data / _READY).is_dir()


def finish_restore(data: Path) -> None:
    """Finish what a restore had decided when it was broken off; nothing to do otherwise. Call it before opening."""
    ready = data / _READY
    if not ready.is_dir():
        return
    note = ready / _ASIDE
    if not note.exists():
        aside = data / f"replaced-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}"
        # Put away in the order in which it is safe: a journal without its database is nothing.
        for name in _PLACES:
            if (data / name).exists() and (name != "files" or (ready / name).exists()):
                aside.mkdir(exist_ok=True, mode=0o700)
                (data / name).rename(aside / name)
        flush_folder(data)
        note.write_text(aside.name)
        flush_tree(ready)
    for name in _PLACES:
        if (ready / name).exists():
            (ready / name).rename(data / name)
    flush_folder(data)
    note.unlink()
    ready.rmdir()
    flush_folder(data)


def flush_tree(folder: Path) -> None:
    """Make a folder and all in it durable."""
    for place, _, names in os.walk(folder):
        for name in names:
            with (Path(place) / name).open("rb") as file:
                os.fsync(file.fileno())
        flush_folder(Path(place))
