"""A data folder and its database, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from assay.store.archive import RestoreDone, restore, write_backup
from assay.store.archive.moment import one_moment
from assay.store.archive.rows import sum_of
from assay.store.engine import open_store
from tests.flow.audit import assert_sound


@dataclass
class Place:
    """Where Assay lives."""

    url: str
    data: Path
    project_id: int = 0

    def backup(self, target: Path) -> Path:
        """Write a backup of it."""
        write_backup(self.url, self.data / "files", target)
        return target

    def restore(self, archive: Path, *, replace: bool = False) -> RestoreDone:
        """Restore an archive to it."""
        return restore(archive, self.url, self.data, replace=replace)

    def hashes(self) -> dict[str, tuple[int, str]]:
        """The rows and the hash of every table."""
        with one_moment(self.url) as moment:
            sums = {shape.name: sum_of(moment.connection, shape) for shape in moment.shapes}
            return {name: (one.rows, one.sha256) for name, one in sums.items()}

    def files(self) -> dict[str, bytes]:
        """The files, by name."""
        return {path.name: path.read_bytes() for path in sorted((self.data / "files").iterdir())}

    def rows(self, statement: str, **parameters: Any) -> list[Any]:
        """Rows of a query."""
        with open_store(self.url) as store:
            return list(store.read(lambda c: c.execute(text(statement), parameters).all()))

    def execute(self, statement: str, **parameters: Any) -> None:
        """A change."""
        with open_store(self.url) as store:
            store.write(lambda c: c.execute(text(statement), parameters) and None)

    def assert_sound(self) -> None:
        """The invariants of the queue hold."""
        with open_store(self.url) as store:
            assert_sound(store)

    def names(self) -> set[str]:
        """What lies in the data folder, without the notes that a process leaves."""
        return {path.name for path in self.data.iterdir()} - {"lock", "verbs.lock", "folder-id", "secret"}
