"""Floor 1: one file per file format. To add one: a file here, and a line in ``FORMATS``."""

from typing import Final

from assay.formats.card import Format, FormatCard
from assay.formats.csv_table import CSV, TSV
from assay.formats.detect import HEAD_BYTES, detect
from assay.formats.json_array import JsonArray
from assay.formats.jsonl import Jsonl
from assay.formats.label_studio import LabelStudio
from assay.formats.parquet import Parquet
from assay.formats.parquet_annotations import ParquetAnnotations
from assay.formats.plain_text import PlainText
from assay.formats.rows import ExportAnnotation, ExportRow, ReadAnnotation, RefusedRow, Row, RowReader
from assay.kernel.registry import Registry

FORMATS: Final[Registry[Format]] = Registry(
    "format",
    [
        Jsonl(),
        JsonArray(),
        CSV,
        TSV,
        Parquet(),
        ParquetAnnotations(),
        PlainText(),
        LabelStudio(),
    ],
    entry_point_group="assay.formats",
)

__all__ = [
    "FORMATS",
    "HEAD_BYTES",
    "ExportAnnotation",
    "ExportRow",
    "Format",
    "FormatCard",
    "ReadAnnotation",
    "RefusedRow",
    "Row",
    "RowReader",
    "detect",
]
