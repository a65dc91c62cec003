"""Read a table of labels from a Parquet file. Needs pyarrow, which is imported when a file is read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes
from assay.agreement.label_csv import LabelFile, LabelFileError, read_label_csv
from assay.agreement.label_table import Coded, DuplicateLabel, LabelTable
from assay.agreement.names import in_stable_order, is_missing, quoted
from assay.kernel.parquet_columns import arrow, is_parquet, open_parquet


def read_labels(path: str | Path) -> LabelFile:
    """Read labels from a Parquet, CSV or TSV file; what is in the file decides, not its name."""
    return read_label_parquet(path) if is_parquet(path) else read_label_csv(path)


def read_label_parquet(path: str | Path, names: Sequence[str | None] = (None, None, None)) -> LabelFile:
    """Read labels from a Parquet file with one row an annotation, whole, in any order of rows.

    ``names`` are those of the columns of task, annotator and label; None: look for them as in
    :func:`assay.agreement.label_csv.read_label_csv`. Columns are text, whole numbers, numbers or yes/no, plain or
    dictionary-encoded, and stay what they are: a number is not text. A label that is null, NaN or empty text is
    missing; "NA" is a label.

    Raises a ValueError (:class:`assay.kernel.columns.ColumnFileError`) naming column or row, and the fix; ImportError
    when pyarrow is not installed; OSError when the file cannot be opened.
    """
    file = open_parquet(path, names)
    read = list(file.batches(2**20))
    if not sum(len(task) for task, _, _ in read):
        raise LabelFileError("The file has no rows.", "Give one row for each annotation.")
    task, annotator, label = (_coded([batch[place] for batch in read]) for place in range(3))
    for what, (_, codes) in (("task", task), ("annotator", annotator)):
        if codes.min() < 0:
            raise LabelFileError(
                f"Row {int(np.argmin(codes)) + 1} has no {what}.",
                f"Give every annotation its {what}, or leave the row out.",
            )
    try:
        table = LabelTable.from_codes(Coded(task, annotator, label))
    except DuplicateLabel as error:
        first, second = error.rows
        raise LabelFileError(
            f"Annotator {quoted(error.annotator)} has two labels on task {quoted(error.task)} "
            f"(rows {first + 1} and {second + 1}).",
            "Keep one label for each task and annotator, for example the latest.",
        ) from error
    return LabelFile(table, file.columns_read)


def _coded(column: list[Any]) -> tuple[tuple[Hashable, ...], Codes]:
    """The distinct names in stable order, and the place of each row's name; -1 for a missing one."""
    encoded = arrow().chunked_array(column).dictionary_encode().unify_dictionaries()
    found = encoded.chunk(0).dictionary.to_pylist()
    # -0.0 and 0.0 are one name, and several NaN are none.
    names = in_stable_order({name for name in found if not is_missing(name)})
    place = {name: position for position, name in enumerate(names)}
    of_name = np.array([-1 if is_missing(name) else place[name] for name in found] + [-1], dtype=np.int64)
    indices = arrow("pyarrow.compute").fill_null(
        arrow().chunked_array([part.indices for part in encoded.chunks]), len(found)
    )
    codes: Codes = of_name[indices.to_numpy()]
    return tuple(names), codes
