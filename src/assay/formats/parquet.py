"""Parquet: one task a row.

In: each column is a key of the tasks' data. The file is decoded in a process of its own with a limit on its memory
(see :mod:`assay.formats.parquet_child`), and is read by batches of rows, whatever the size of its row groups.

Out: the native format as a table, so that it reads back whole: columns of simple types for what every task has, and
JSON text for ``data``, ``annotations``, ``skips`` and ``majority``, which differ from task to task. One row an
annotation is what :mod:`assay.formats.parquet_annotations` writes.

Source: https://parquet.apache.org/docs/file-format/.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

import orjson

from assay.formats.annotation_table import is_annotation_table
from assay.formats.card import FormatCard
from assay.formats.parquet_table import write_table
from assay.formats.row_shape import RowShape
from assay.formats.rows import AnyRow, RefusedRow, RowReader
from assay.formats.text_source import BLOCK_BYTES, ROW_BYTES
from assay.kernel import limits
from assay.kernel.errors import BadInput
from assay.kernel.json_text import Json, JsonFault, loads, write_json
from assay.labels import LabelConfig

MAGIC: Final = b"PAR1"
_LEAST_BYTES: Final = 12  # magic, length of the footer, magic
_FOOTER_BYTES: Final = 16 * limits.MEGABYTE
_MEMORY_BYTES: Final = 1_500 * limits.MEGABYTE  # of addresses, of which the libraries take a third
_TEXT_BYTES: Final = 1_000 * limits.MEGABYTE
_TEXT_RATIO: Final = 100
_CHILD: Final = Path(__file__).with_name("parquet_child.py")
_ACTION: Final = "Check that the file is whole, or save it as JSONL or CSV."
_JSON_COLUMNS: Final = ("data", "annotations", "skips", "majority", "more")


class Parquet:
    """Reads and writes ``.parquet``."""

    id = "parquet"
    card = FormatCard(
        id="parquet",
        title="Parquet",
        description="A compressed table for data frames: one row a task. Keeps everything.",
        extension="parquet",
        media_type="application/vnd.apache.parquet",
        reads=True,
        writes=True,
        lossless=True,
        binary=True,
    )

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """One row a row. BadInput (field ``file``): not Parquet, damaged, or asking for too much."""
        progress = _Progress()
        return RowReader(progress, _rows(stream, progress))

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """One row a task, a row group about every two thousand."""
        return write_table(sink, _COLUMNS, (_record(row) for row in rows))


_COLUMNS: Final = {
    "id": "int64", "key": "string", "created_at": "string", "target": "int64", "priority": "int64",
    "stratum": "string", "score": "double", "annotation_count": "int64",
    **dict.fromkeys(_JSON_COLUMNS, "string"),
}  # fmt: skip
_OWN: Final = frozenset({"id", "data", "annotations", "majority", "more"})  # by these an export is recognized


def _record(row: dict[str, Any]) -> list[Any]:
    """The cells of a task; keys without a column of their own go into ``more``."""
    more = {name: value for name, value in row.items() if name not in _COLUMNS}
    task_id = row["id"]
    if not isinstance(task_id, int):
        more["id"], task_id = task_id, None
    cells = {
        **row, "id": task_id, "more": more,
        "annotation_count": sum(bool(given.get("counted", True)) for given in row["annotations"]),
    }  # fmt: skip
    return [
        write_json(cells[name]).decode() if name in _JSON_COLUMNS and cells.get(name) is not None else cells.get(name)
        for name in _COLUMNS
    ]


class _Progress:
    """How far the reading is; Parquet has no blank lines."""

    def __init__(self) -> None:
        self.bytes_read = 0
        self.blank_lines = 0


def _rows(stream: BinaryIO, progress: _Progress) -> Iterator[AnyRow]:
    with tempfile.TemporaryFile() as copy:
        file = _on_disk(stream, copy)
        size = _check_frame(file)
        if size:
            yield from _decoded(file, size, progress)
        progress.bytes_read = size


def _on_disk(stream: BinaryIO, copy: IO[bytes]) -> IO[bytes]:
    """A file that another process can read: the footer of a Parquet file stands at its end."""
    try:
        stream.fileno()
    except (OSError, AttributeError):
        while block := stream.read(BLOCK_BYTES):
            copy.write(block)
        copy.flush()
        return copy
    return stream


def _check_frame(file: IO[bytes]) -> int:
    """The size of the file. Raises BadInput when it does not begin and end as a Parquet file does."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        return 0
    file.seek(0)
    head = file.read(len(MAGIC))
    if head == b"PARE":
        raise _unreadable("it is encrypted")
    if head != MAGIC:
        raise _unreadable("it does not begin as a Parquet file does")
    file.seek(max(0, size - 8))
    length, end = int.from_bytes(file.read(4), "little"), file.read(4)
    if size < _LEAST_BYTES or end != MAGIC:
        raise _unreadable("it is cut off: its footer is missing")
    if length > size - _LEAST_BYTES:
        raise _unreadable("its footer is damaged")
    if length > _FOOTER_BYTES:
        raise _unreadable(f"its footer is larger than {_FOOTER_BYTES // limits.MEGABYTE} MB; write larger row groups")
    file.seek(0)
    return size


def _unreadable(reason: str) -> BadInput:
    return BadInput(f"This Parquet file cannot be read: {reason}.", field="file", action=_ACTION)


def _decoded(file: IO[bytes], size: int, progress: _Progress) -> Iterator[AnyRow]:
    shape = RowShape()
    count, ended = 0, False
    for number, *said in _lines(file, size):
        if number == 0 and said[0] is None:
            raise _unreadable(said[1])
        if number == 0:
            count, names = said
            own = _whose(names)
        elif number < 0:
            ended = said[0] == count
        else:
            progress.bytes_read = max(1, size * number // count)
            yield RefusedRow(number, said[1], said[2]) if said[0] is None else _row(shape, number, said[0], own)
    if not ended:
        raise _unreadable("the decoder gave up; it is damaged, or a page of it needs too much memory")


def _whose(names: list[str]) -> bool:
    """Whether an export of Assay has these columns. Raises BadInput for the table of annotations."""
    if is_annotation_table(names):
        raise BadInput(
            "This is Assay's table of annotations, one row each, and is not read back.",
            field="file",
            action="Export the format parquet (one row a task) or jsonl to import it elsewhere.",
        )
    return _OWN.issubset(names)


def _lines(file: IO[bytes], size: int) -> Iterator[list[Any]]:
    """What the process that decodes says, line by line."""
    bounds = (
        _MEMORY_BYTES, limits.IMPORT_ROWS, limits.TASK_DATA_KEYS, limits.JSON_DEPTH, ROW_BYTES,
        max(_TEXT_BYTES, _TEXT_RATIO * size),
    )  # fmt: skip
    process = subprocess.Popen(  # noqa: S603 - our own program and numbers
        [sys.executable, "-P", str(_CHILD), *map(str, bounds)],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"},
    )
    with process:
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for line in process.stdout:
                yield orjson.loads(line)
        finally:
            process.kill()


def _row(shape: RowShape, number: int, cells: dict[str, Json], own: bool) -> AnyRow:
    if not own:
        return shape.flat(number, cells)
    try:
        row = {name: _loads(name, cell) if name in _JSON_COLUMNS else cell for name, cell in cells.items()}
    except JsonFault as fault:
        return RefusedRow(number, "row", f"a column of JSON cannot be read: {fault.reason}")
    more = row.pop("more", None)
    row.pop("annotation_count", None)
    if not isinstance(row.get("data"), dict) or not isinstance(more, dict):
        return RefusedRow(number, "data", "this must be a JSON object")
    return shape.row(number, {"key": None, **row, **more})


def _loads(name: str, cell: Json) -> Json:
    return loads(cell) if isinstance(cell, str) else cell
