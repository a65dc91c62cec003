"""A backup: one moment of the database and its files, in one file that appears whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection

from assay import __version__
from assay.kernel.clock import iso
from assay.kernel.errors import BadInput, Unavailable
from assay.kernel.ids import looks_like_id, new_id
from assay.store.archive.container import Archive, ArchiveWriter, Manifest, TableEntry, make_manifest
from assay.store.archive.moment import Moment, one_moment
from assay.store.archive.rows import Progress, Shape, Sum, lines_of, no_progress, read_batches

PART = ".part"
_TRIES = 5
_OVER = 2  # the first of the states in which a job is over


@dataclass(frozen=True, slots=True)
class BackupDone:
    """A backup that was written and read again."""

    path: Path
    size: int
    manifest: Manifest


def write_backup(url: str, files: Path, target: Path, progress: Progress = no_progress) -> BackupDone:
    """Back up the database at ``url`` and the files in the folder ``files`` to ``target``, beside a running server.

    Everything acknowledged before the backup began is in it. Raises BadInput when the target exists or there is
    nothing to back up, Unavailable (``disk_full``) when there is no room; then nothing is left at the target.
    """
    if target.exists():
        raise BadInput(f"{target} is there already.", field="FILE", action="Name a new file, or remove the old one.")
    with _appearing(target) as (file, part):
        with _moment_with_files(url, files) as (moment, held, missing):
            writer = ArchiveWriter(file)
            tables = [_write_table(writer, moment.connection, shape, progress) for shape in moment.shapes]
            kept = []
            for name in sorted(_names(held)):
                with (held / name).open("rb") as source:
                    kept.append(writer.add_file(name, source))
                progress("files", len(kept))
            manifest = _manifest(moment, tables, kept, missing)
            writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())
        with Archive.open(part) as archive:
            archive.verify()
        size = file.tell()
    return BackupDone(target, size, manifest)


def _manifest(moment: Moment, tables: list[TableEntry], files: list[Any], missing: list[str]) -> Manifest:
    return make_manifest(
        assay_version=__version__,
        revision=moment.revision,
        database=moment.connection.dialect.name,
        moment=iso(moment.at),
        tables=tables,
        files=files,
        missing_files=missing,
    )


def _write_table(writer: ArchiveWriter, connection: Connection, shape: Shape, progress: Progress) -> TableEntry:
    total = Sum()
    with (
        writer.member(f"tables/{shape.name}.jsonl") as sink,
        closing(read_batches(connection, shape)) as batches,
    ):
        for rows in batches:
            lines = lines_of(rows)
            sink.write(lines)
            total.add(len(rows), lines)
            progress(shape.name, total.rows)
    return TableEntry(
        name=shape.name, columns=list(shape.columns), rows=total.rows, size=total.size, sha256=total.sha256
    )


@contextmanager
def _moment_with_files(url: str, files: Path) -> Iterator[tuple[Moment, Path, list[str]]]:
    """A moment, and a folder that holds the files of that moment, whatever the server removes meanwhile.

    Files are linked, not copied: before the moment, so that what goes away right after it is there, and after it.
    """
    files.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_abandoned_links(files.parent)
    held = files.parent / f".backup-{_here()}-{os.getpid()}-{new_id()[:8]}"
    held.mkdir(mode=0o700)
    try:
        for attempt in range(_TRIES):
            _hold(files, held, filter(looks_like_id, _names(files)))
            with one_moment(url) as moment:
                named, needed = _named_files(moment.connection)
                _hold(files, held, named)
                there = _names(held)
                # A file that a job still needs, made and removed within the last few milliseconds: look again.
                if needed <= there or attempt == _TRIES - 1:
                    for name in there - named:
                        (held / name).unlink()
                    yield moment, held, sorted(named - there)
                    return
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _here() -> str:
    return sha256(socket.gethostname().encode()).hexdigest()[:8]


def _remove_abandoned_links(folder: Path) -> None:
    """The links of backups of this machine that were killed."""
    for held in folder.glob(f".backup-{_here()}-*"):
        owner = held.name.split("-")[2]
        if not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(held, ignore_errors=True)


def _hold(files: Path, held: Path, names: Any) -> None:
    for name in names:
        target = held / name
        if target.exists():
            continue
        with suppress(FileNotFoundError):
            try:
                os.link(files / name, target)
            except OSError as problem:
                if problem.errno == errno.ENOENT:
                    continue
                shutil.copyfile(files / name, target)  # a file system without links


def _named_files(connection: Connection) -> tuple[set[str], set[str]]:
    """The files that jobs name: all of them, and those of jobs that are not over."""
    named, needed = set(), set()
    for state, arguments, outcome in connection.exec_driver_sql("SELECT state, arguments, outcome FROM job"):
        for text in (arguments, outcome):
            name = orjson.loads(text).get("file") if text else None
            over = state >= _OVER
            # What came with a job that is over was let go; what came out of it is kept.
            if isinstance(name, str) and looks_like_id(name) and not (over and text is arguments):
                named.add(name)
                if not over:
                    needed.add(name)
    return named, needed


@contextmanager
def _appearing(target: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A new file under another name; it takes its own when the block ends well, and is gone otherwise."""
    part = target.with_name(target.name + PART)
    _remove_abandoned({part, *target.parent.glob(f"assay-*{PART}")})
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)  # it holds addresses and password hashes
    except FileExistsError:
        raise BadInput(f"Another backup is being written to {target}.", field="FILE") from None
    except OSError as problem:
        raise BadInput(f"{target} cannot be written: {problem.strerror}.", field="FILE") from problem
    try:
        with os.fdopen(descriptor, "w+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield file, part
        part.rename(target)
        flush_folder(target.parent)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Unavailable(
                f"The disk of {target.parent} is full; no backup was written.",
                code="disk_full",
                action="Make room, or write the backup to another disk.",
            ) from problem
        raise
    finally:
        part.unlink(missing_ok=True)


def _remove_abandoned(parts: set[Path]) -> None:
    """What a killed backup left behind. One that still runs holds a lock on its file."""
    for part in parts:
        with suppress(OSError), part.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
