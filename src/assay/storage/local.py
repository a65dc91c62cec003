"""Files in a folder of this machine, each under a random id of ours; names that people give are never paths."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from assay.kernel.errors import NotFound, Unavailable
from assay.kernel.ids import looks_like_id


class LocalStorage:
    """One folder of finished files.

    A file appears whole or not at all: it is written beside its place, flushed to disk, and renamed.
    """

    id = "local"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _path(self, file_id: str) -> Path:
        if not looks_like_id(file_id):
            raise NotFound("There is no such file.")
        return self._folder / file_id

    @contextmanager
    def writing(self, file_id: str) -> Iterator[BinaryIO]:
        """A new file; it is in place when the block ends well, and gone when it raises.

        Raises Unavailable (``disk_full``) when there is no room.
        """
        path = self._path(file_id)
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as problem:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Unavailable(
                    "The disk of the server is full; the file was not kept.",
                    code="disk_full",
                    action="Tell the owner to make room on the disk, then try again.",
                ) from problem
            raise
        finally:
            part.unlink(missing_ok=True)

    def open(self, file_id: str) -> BinaryIO:
        """A finished file for reading. Raises NotFound."""
        try:
            return self._path(file_id).open("rb")
        except FileNotFoundError as problem:
            raise NotFound("The file is not there any more.", action="Ask for it anew.") from problem

    def size(self, file_id: str) -> int:
        """Bytes of a finished file. Raises NotFound."""
        try:
            return self._path(file_id).stat().st_size
        except FileNotFoundError as problem:
            raise NotFound("The file is not there any more.", action="Ask for it anew.") from problem

    def path(self, file_id: str) -> Path:
        """Where a finished file lies on this machine. Raises NotFound."""
        self.size(file_id)
        return self._path(file_id)

    def remove(self, file_id: str) -> None:
        """Let a file go; one that is not there is no error."""
        self._path(file_id).unlink(missing_ok=True)
