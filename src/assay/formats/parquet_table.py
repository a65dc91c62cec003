"""Writes a Parquet table as it goes: one row group after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Final

_GROUP_ROWS: Final = 2_000
_GROUP_CHARACTERS: Final = 16_000_000


def write_table(sink: BinaryIO, columns: Mapping[str, str], records: Iterable[Sequence[Any]]) -> int:
    """Write records under columns (name to the name of an Arrow type); returns how many.

    Compressed with Zstandard. No more than one row group is held.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns.items()])
    count = 0
    group: list[Sequence[Any]] = []
    held = 0
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:

        def flush() -> None:
            arrays = [
                pa.array(cells, field.type) for cells, field in zip(zip(*group, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            group.clear()

        for record in records:
            group.append(record)
            count += 1
            held += sum(len(cell) for cell in record if type(cell) is str)
            if len(group) == _GROUP_ROWS or held > _GROUP_CHARACTERS:
                flush()
                held = 0
        if group:
            flush()
    return count
