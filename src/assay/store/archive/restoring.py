"""Restore: an archive into an empty place, or in place of what is there. All of it, or nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from assay.kernel.errors import AssayError
from assay.storage import LocalStorage
from assay.store.archive.container import Archive, Manifest, TableEntry, need_room, newer
from assay.store.archive.load import fill, fold_journal, has_data, new_postgresql, new_sqlite, refuse_data
from assay.store.archive.moment import one_moment
from assay.store.archive.rows import Progress, Row, no_progress
from assay.store.archive.switch import nobody_at_work, staged
from assay.store.schema import revisions

_GROWTH = 3  # a database with its indexes, to its lines


@dataclass(frozen=True, slots=True)
class RestoreDone:
    """What was restored, and where what was there before has gone."""

    manifest: Manifest
    replaced: Path | None


class _FromArchive:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._tables: dict[str, TableEntry] = {table.name: table for table in archive.manifest.tables}
        self.revision = archive.manifest.revision

    def columns(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(table.columns) for name, table in self._tables.items()}

    def batches(self, table: str) -> Generator[list[Row]]:
        return self._archive.batches(self._tables[table])

    def expected(self, table: str) -> tuple[int, str]:
        return self._tables[table].rows, self._tables[table].sha256


def check(path: Path, progress: Progress = no_progress) -> Manifest:
    """Whether an archive is whole and this version can restore it. Raises BadInput."""
    with Archive.open(path) as archive:
        _refuse_newer(archive, path)
        archive.verify(progress)
        return archive.manifest


def restore(
    path: Path, url: str, data: Path, *, replace: bool = False, progress: Progress = no_progress
) -> RestoreDone:
    """Restore an archive to the database at ``url`` and the folder ``data``.

    The archive is verified as a whole before anything is written. Raises BadInput for one that is not whole, is
    hostile or newer; Conflict when Assay is running there or, without ``replace``, when there is data already.
    """
    with ExitStack() as held:
        archive = held.enter_context(Archive.open(path))
        _refuse_newer(archive, path)
        held.enter_context(nobody_at_work(data))
        if url.startswith("sqlite"):
            if _sqlite_has_data(Path(url.removeprefix("sqlite:///"))) and not replace:
                raise refuse_data(data)
            need_room(data, archive.manifest.size * _GROWTH, "Make room on the disk, then restore again.")
            archive.verify(progress)
            return _to_sqlite(archive, data, progress)
        need_room(data, sum(one.size for one in archive.manifest.files), "Make room on the disk, then restore again.")
        archive.verify(progress)
        return _to_postgresql(archive, url, data, replace=replace, progress=progress)


def _refuse_newer(archive: Archive, path: Path) -> None:
    if archive.manifest.revision not in revisions():
        raise newer(path, archive.manifest.assay_version[:40])


def _sqlite_has_data(path: Path) -> bool:
    """Also a file that cannot be read counts as data: nobody knows what is lost with it."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with one_moment(f"sqlite:///{path}") as moment:
            return has_data(moment.connection)
    except AssayError:
        return True


def _to_sqlite(archive: Archive, data: Path, progress: Progress) -> RestoreDone:
    before = set(data.glob("replaced-*"))
    with staged(data) as stage:
        with new_sqlite(stage / "assay.db", archive.manifest.revision) as connection:
            fill(connection, _FromArchive(archive), progress)
        fold_journal(stage / "assay.db")
        storage = LocalStorage(stage / "files")
        for number, file in enumerate(archive.manifest.files):
            with storage.writing(file.id) as sink:
                archive.copy_file(file, sink)
            progress("files", number + 1)
    replaced = next(iter(set(data.glob("replaced-*")) - before), None)
    return RestoreDone(archive.manifest, replaced)


def _to_postgresql(archive: Archive, url: str, data: Path, *, replace: bool, progress: Progress) -> RestoreDone:
    storage = LocalStorage(data / "files")
    added: list[str] = []
    try:
        with new_postgresql(url, archive.manifest.revision, replace=replace) as connection:
            fill(connection, _FromArchive(archive), progress)
            # Before the commit: a file that nothing names is harmless, a job without its file is not.
            for number, file in enumerate(archive.manifest.files):
                if not (data / "files" / file.id).exists():
                    added.append(file.id)
                with storage.writing(file.id) as sink:
                    archive.copy_file(file, sink)
                progress("files", number + 1)
    except BaseException:
        for file_id in added:
            storage.remove(file_id)
        raise
    return RestoreDone(archive.manifest, None)
