"""The archive file: a zip with a manifest, a file of lines for each table, and the uploaded files.

What is in an archive is not believed. Only names that the manifest lists are read, and those can only be tables of
Assay's schema and ids of files; nothing is ever unpacked to a path that the archive names. Sizes are checked before
anything is unpacked, hashes before anything is written.
"""

from __future__ import annotations

import re
import shutil
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assay.kernel.errors import BadInput, TooLarge
from assay.kernel.ids import looks_like_id
from assay.kernel.limits import MEGABYTE
from assay.store.archive.rows import BATCH_ROWS, Progress, Row, no_progress

MANIFEST = "manifest.json"
_KIND = "assay-backup"
_VERSION = 1
_MANIFEST_BYTES = 64 * MEGABYTE  # a hundred bytes for each uploaded file
_LINE_BYTES = 64 * MEGABYTE  # one row
_RATIO = 250  # real rows pack 3 to 20 times; more than this is a bomb
_RATIO_FROM_BYTES = 256 * MEGABYTE  # below it a bomb is no danger
_PIECE = 1 << 20
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Member(_Strict):
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def member(self) -> str:
        """Its name in the zip."""
        raise NotImplementedError


class TableEntry(_Member):
    """One table: the columns of its lines, and what must come out."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    columns: list[str] = Field(min_length=1, max_length=500)
    rows: int = Field(ge=0)

    @property
    def member(self) -> str:
        """Its name in the zip."""
        return f"tables/{self.name}.jsonl"


class FileEntry(_Member):
    """One uploaded or exported file."""

    id: str

    @property
    def member(self) -> str:
        """Its name in the zip."""
        return f"files/{self.id}"


class Manifest(_Strict):
    """What an archive says about itself."""

    kind: str
    version: int
    assay_version: str
    revision: str
    database: str
    moment: str
    tables: list[TableEntry] = Field(max_length=1_000)
    files: list[FileEntry] = Field(max_length=5_000_000)
    missing_files: list[str] = []  # named by a job, and gone already when the backup was made

    @property
    def size(self) -> int:
        """Bytes of all of it, unpacked."""
        return sum(one.size for one in self.members)

    @property
    def members(self) -> list[TableEntry | FileEntry]:
        """Everything that is in the archive beside the manifest."""
        return [*self.tables, *self.files]


def make_manifest(**values: Any) -> Manifest:
    """A manifest of this version."""
    return Manifest(kind=_KIND, version=_VERSION, **values)


class ArchiveWriter:
    """Writes an archive into an open file, one member at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        # Level 1 packs as well as a backup needs, at the speed of the disk.
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=1)

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """A member to write."""
        with self._zip.open(_info(name), "w", force_zip64=True) as sink:
            yield sink

    def add_file(self, file_id: str, source: IO[bytes]) -> FileEntry:
        """A file, as it is."""
        found, size = sha256(), 0
        with self.member(f"files/{file_id}") as sink:
            while piece := source.read(_PIECE):
                found.update(piece)
                size += len(piece)
                sink.write(piece)
        return FileEntry(id=file_id, size=size, sha256=found.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """The manifest, and the end."""
        with self.member(MANIFEST) as sink:
            sink.write(orjson.dumps(manifest.model_dump(), option=orjson.OPT_INDENT_2))
        self._zip.close()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that is open, and fits its manifest as far as sizes and names go."""

    manifest: Manifest
    _zip: zipfile.ZipFile
    _path: Path

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Archive]:
        """Open an archive. Raises BadInput or TooLarge, with the reason, for anything that is no whole archive."""
        try:
            with path.open("rb") as file, zipfile.ZipFile(file) as found:
                manifest = _read_manifest(found, path)
                _check_members(found, manifest, path)
                yield cls(manifest, found, path)
        except OSError as problem:
            raise BadInput(f"{path} cannot be read: {problem.strerror or problem}.", field="ARCHIVE") from problem
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
            raise _broken(path, f"is damaged or cut off ({problem})") from problem

    def verify(self, progress: Progress = no_progress) -> None:
        """Read all of it once and compare sizes, row counts and hashes. Raises BadInput."""
        for table in self.manifest.tables:
            rows = 0
            found = sha256()
            for piece in self._pieces(table.member):
                rows += piece.count(b"\n")
                found.update(piece)
                progress(table.name, rows)
            if (rows, found.hexdigest()) != (table.rows, table.sha256):
                raise _broken(self._path, f"is damaged: {table.member} is not what the manifest says")
        for number, file in enumerate(self.manifest.files):
            found = sha256()
            for piece in self._pieces(file.member):
                found.update(piece)
            if found.hexdigest() != file.sha256:
                raise _broken(self._path, f"is damaged: {file.member} is not what the manifest says")
            progress("files", number + 1)

    def batches(self, table: TableEntry) -> Generator[list[Row]]:
        """The rows of a table. Raises BadInput for lines that are no rows."""
        with self._zip.open(table.member) as source:
            rows: list[Row] = []
            while line := source.readline(_LINE_BYTES + 1):
                if len(line) > _LINE_BYTES:
                    raise _broken(self._path, f"has a row of more than {_LINE_BYTES:,} bytes in {table.member}")
                rows.append(self._row(table, line))
                if len(rows) == BATCH_ROWS:
                    yield rows
                    rows = []
            if rows:
                yield rows

    def copy_file(self, file: FileEntry, target: IO[bytes]) -> None:
        """The bytes of a file. Raises BadInput when they are not those of the manifest."""
        found = sha256()
        for piece in self._pieces(file.member):
            found.update(piece)
            target.write(piece)
        if found.hexdigest() != file.sha256:
            raise _broken(self._path, f"is damaged: {file.member} is not what the manifest says")

    def _pieces(self, member: str) -> Iterator[bytes]:
        with self._zip.open(member) as source:
            while piece := source.read(_PIECE):
                yield piece

    def _row(self, table: TableEntry, line: bytes) -> Row:
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None
        if (
            not isinstance(row, list)
            or len(row) != len(table.columns)
            or any(isinstance(value, (list, dict, bool)) for value in row)
        ):
            raise _broken(self._path, f"has a line in {table.member} that is no row of {len(table.columns)} values")
        return row


def _read_manifest(found: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        info = found.getinfo(MANIFEST)
    except KeyError:
        raise _broken(path, "has no manifest") from None
    if info.file_size > _MANIFEST_BYTES:
        raise TooLarge(f"The manifest of {path} is larger than {_MANIFEST_BYTES:,} bytes.", field="ARCHIVE")
    try:
        document = orjson.loads(found.read(info))
    except orjson.JSONDecodeError:
        raise _broken(path, "has a manifest that is no JSON") from None
    if not isinstance(document, dict) or document.get("kind") != _KIND:
        raise _broken(path, "is no backup of Assay")
    if isinstance(document.get("version"), int) and document["version"] > _VERSION:
        raise newer(path, str(document.get("assay_version", "?"))[:40])
    try:
        return Manifest.model_validate(document)
    except ValidationError as problem:
        fault = problem.errors()[0]
        place = ".".join(str(step) for step in fault["loc"])
        raise _broken(path, f"has a manifest that is wrong at {place}") from None


def _check_members(found: zipfile.ZipFile, manifest: Manifest, path: Path) -> None:
    """Exactly the members of the manifest, each once, of the size that it says, and no bomb."""
    expected = {one.member: one.size for one in manifest.members}
    infos = found.infolist()
    if len(expected) != len(manifest.members) or len({i.filename for i in infos}) != len(infos):
        raise _broken(path, "names something twice")
    strange = next((one.id for one in manifest.files if not looks_like_id(one.id)), None)
    if strange is not None:
        raise _broken(path, f"holds a file under a name that Assay never gives: {strange[:80]!r}")
    wrong = next((name for table in manifest.tables for name in table.columns if not _NAME.fullmatch(name)), None)
    if wrong is not None:
        raise _broken(path, f"names a column {wrong[:80]!r}")
    sizes = {info.filename: info.file_size for info in infos if info.filename != MANIFEST}
    if sizes != expected:
        odd = next(iter(set(sizes.items()) ^ set(expected.items())))[0]
        raise _broken(path, f"does not hold what its manifest says: {odd[:80]!r}")
    if any(
        info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos
    ):
        raise _broken(path, "is encrypted or packed in another way than Assay does it")
    packed = path.stat().st_size
    if manifest.size > max(_RATIO_FROM_BYTES, _RATIO * packed):
        raise TooLarge(
            f"{path} would unpack from {packed:,} to {manifest.size:,} bytes: no backup of Assay does that.",
            field="ARCHIVE",
            action="Use an archive that 'assay backup' wrote.",
        )


def need_room(folder: Path, size: int, action: str) -> None:
    """Raises TooLarge when the disk of a folder has less room than that."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise TooLarge(
            f"{folder} has room for {free // MEGABYTE:,} MB; about {size // MEGABYTE:,} MB are needed.",
            code="disk_full",
            action=action,
        )


def newer(path: Path, version: str) -> BadInput:
    """The archive comes from a newer Assay."""
    return BadInput(
        f"{path} was made by Assay {version}, which is newer than this one.",
        field="ARCHIVE",
        action="Install that version (or a later one), then restore.",
    )


def _broken(path: Path, what: str) -> BadInput:
    return BadInput(
        f"{path} {what}.",
        field="ARCHIVE",
        action="Use another backup; 'assay restore --check FILE' says whether one is whole.",
    )
