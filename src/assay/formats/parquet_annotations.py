"""Parquet, one row an annotation: what data frames want to group and count. Only written.

The columns are those of the CSV export, with types: numbers are numbers, what is not known is null. A task
without annotations has one row of its own, whose annotation columns are null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO, Final

from assay.formats.annotation_table import TableColumns
from assay.formats.card import FormatCard
from assay.formats.parquet_table import write_table
from assay.formats.rows import RowReader
from assay.kernel.errors import UnsupportedFormat
from assay.labels import LabelConfig

_TYPES: Final = {
    "task_id": "int64", "seconds": "double", "confidence": "double", "guideline_version": "int64",
    "label_config_version": "int64", "policy_version": "int64", "counted": "bool",
}  # fmt: skip


class ParquetAnnotations:
    """Writes ``.parquet`` with one row an annotation."""

    id = "parquet_annotations"
    card = FormatCard(
        id="parquet_annotations",
        title="Parquet of annotations",
        description="A compressed table for data frames: one row an annotation.",
        extension="parquet",
        media_type="application/vnd.apache.parquet",
        reads=False,
        writes=True,
        lossless=False,
        drops=(
            "Of a task: its target, its time of creation and other notes beside the data.",
            "Of an annotation: its submission id, the time of receipt and the time measured by the server.",
            "Of a majority: the share of the annotations behind it.",
            "Skips: a table of annotations has no row for them.",
            "The way back: this table is not imported again; the format parquet is.",
        ),
        loses=("skips", "times", "targets", "priority", "stratum", "score"),
        binary=True,
    )

    def read(self, stream: BinaryIO, *, text_key: str = "text") -> RowReader:
        """Raises UnsupportedFormat."""
        raise UnsupportedFormat(
            "A table of annotations is not read.", action="Import the format parquet (one row a task) or jsonl."
        )

    def write(
        self, rows: Iterable[Any], sink: BinaryIO, *, config: LabelConfig | None = None, raw: bool = False
    ) -> int:
        """One row an annotation; returns how many tasks. Formulas are no danger in Parquet: nothing is escaped."""
        rows = iter(rows)
        first = next(rows, None)
        columns = TableColumns(config, first, str)
        names = columns.header()
        counted = _Counted(chain([first] if first is not None else [], rows))
        types = {name: _TYPES.get(name, "string") for name in names}
        write_table(sink, types, _records(counted, columns, list(types.values())))
        return counted.tasks


class _Counted:
    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = rows
        self.tasks = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            self.tasks += 1
            yield row


def _records(rows: Iterable[Mapping[str, Any]], columns: TableColumns, types: list[str]) -> Iterator[list[Any]]:
    for row in rows:
        for record in columns.records(row):
            yield [_cell(cell, kind) for cell, kind in zip(record, types, strict=True)]


def _cell(cell: Any, kind: str) -> Any:
    """A cell of the text table as a typed one: what is empty there is null here."""
    if cell is None or cell == "":
        return None
    if kind == "string":
        return cell if isinstance(cell, str) else str(cell)
    if kind == "bool":
        return cell == "true"
    return float(cell) if kind == "double" else int(cell)
