"""``assay aggregate --stream``: files that are larger than memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from assay.aggregation import TieRule
from assay.aggregation.streaming import METHODS, StreamedAggregation, aggregate_file
from assay.aggregation.streaming.source import open_source
from assay.kernel.parquet_columns import arrow, is_parquet, open_parquet

STREAM_FROM_ROWS = 5_000_000


def streams(method: str, file: Path, asked: bool | None) -> bool:
    """Whether a file is to be streamed: as asked, else a Parquet file of many rows where the method can.

    Raises ColumnFileError for a Parquet file that cannot be used; ImportError without pyarrow.
    """
    if asked is not None:
        return asked
    return method in METHODS and is_parquet(file) and open_parquet(file).n_rows > STREAM_FROM_ROWS


def aggregate_streamed(
    file: Path, output: Path, method: str, gold: dict[str, str] | None, ties: TieRule, progress: Callable[[str], None]
) -> tuple[StreamedAggregation, int]:
    """Aggregate, and how many tasks of gold are not in the file. Raises ValueError, ImportError and OSError."""
    truth = {} if gold is None else as_types(gold, open_source(file).types)
    found = aggregate_file(file, output, method=method, gold=truth, tie_rule=ties, progress=progress)
    return found, len(gold or {}) - found.n_gold


def as_types(gold: dict[str, str], types: tuple[Any, Any, Any]) -> dict[Any, Any]:
    """Tasks and labels of a text file as values of the columns; a task that is not such a value is not in the file."""
    tasks = {text: _as_type(text, types[0]) for text in gold}
    return {
        tasks[task]: label if (value := _as_type(label, types[2])) is None else value
        for task, label in gold.items()
        if tasks[task] is not None
    }


def _as_type(text: str, type_: Any) -> Any:
    pa = arrow()
    try:
        return pa.scalar(text).cast(type_).as_py()
    except pa.ArrowInvalid:
        return None


def summary(found: StreamedAggregation, title: str, file: Path, gold: int | None, n_unknown: int) -> str:
    """What was done, in sentences."""
    sizes = f"{found.n_tasks:,} tasks, {found.n_annotations:,} annotations"
    sizes += f", {len(found.annotators):,} annotators, {len(found.labels):,} labels."
    lines = [f"{file} ({found.columns_read}), streamed", sizes]
    if gold is not None:
        unknown = f"; {n_unknown:,} tasks are not in the file" if n_unknown else ""
        lines.append(f"Gold: the truth of {found.n_gold:,} tasks was used{unknown}.")
    rest = ""
    if found.fit is not None and not found.fit.converged:
        rest = f"; it had not come to rest after {found.fit.iterations} rounds"
    lines.append(f"Method: {title}, version {found.version}{rest}.")
    lines.append(
        f"{found.n_labeled:,} tasks have a label; {found.n_tied:,} tie, {found.n_silent:,} have no annotation."
    )
    if found.expected_wrong is not None and found.n_tasks:
        lines.append(f"About {found.expected_wrong:,.1f} of these labels are expected to be wrong.")
    return "\n".join([*lines, f"Wrote {found.output}."])
