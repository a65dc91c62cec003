"""Runs as a process of its own: turns the Parquet file on standard input into lines of JSON on standard output.

A Parquet file is a program for its decoder: a few bytes of it can ask for gigabytes. So it is decoded where a
limit on memory holds and where a crash of the decoder ends nothing but this process. It imports nothing of Assay,
so that it starts quickly.

The first line is ``[0, rows, [column, …]]``; then ``[row, {column: value, …}]``, or ``[row, null, field, reason]`` for
a row that cannot be said in JSON; last ``[-1, rows]``. ``[0, null, reason]``: the file cannot be read.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_BATCHES = (256, 16, 1)  # rows decoded together; fewer when the memory does not suffice
_BUFFER_BYTES = 1 << 20
_OUT_CHARACTERS = 1 << 18
_FOOTER_ITEMS = 1_000_000
_UNSAYABLE = (ValueError, TypeError, OverflowError, KeyError, NotImplementedError, ImportError)  # also of pyarrow


class Unreadable(Exception):
    """The file as a whole cannot be read."""


class BadCell(Exception):
    """A value that JSON cannot say."""


def main(memory_bytes: int, most_rows: int, most_columns: int, most_depth: int, row_bytes: int, out_bytes: int) -> None:
    """Write the lines. Whatever is wrong with the file is a line, too."""
    _limit_memory(memory_bytes)
    out = sys.stdout.buffer
    try:
        rows = _write(out, most_rows, most_columns, most_depth, row_bytes, out_bytes)
        out.write(_line([-1, rows]))
    except Unreadable as fault:
        out.write(_line([0, None, str(fault)]))
    except MemoryError:
        out.write(_line([0, None, "it needs more memory than an import may take"]))
    except BrokenPipeError:
        os._exit(0)  # nobody wants the rest
    out.flush()


def _limit_memory(most_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _line(value: Any) -> bytes:
    import orjson

    return orjson.dumps(value) + b"\n"


def _write(out: Any, most_rows: int, most_columns: int, most_depth: int, row_bytes: int, out_bytes: int) -> int:
    schema, count = _opened(most_rows, most_columns, most_depth)
    readers = [_reader(field.type) for field in schema]
    names = list(schema.names)
    out.write(_line([0, count, names]))
    written, waiting, held = 0, [], 0
    number = 0
    for rows in _rows(count):
        for cells in rows:
            number += 1
            line = _row(number, names, readers, cells, row_bytes)
            waiting.append(line)
            held += len(line)
            if held > _OUT_CHARACTERS:
                written += held
                if written > out_bytes:
                    raise Unreadable(
                        f"its rows are more than {out_bytes // 1_000_000:,} MB as text, far more than the file"
                    )
                out.write(b"".join(waiting))
                waiting, held = [], 0
    out.write(b"".join(waiting))
    return number


def _opened(most_rows: int, most_columns: int, most_depth: int) -> tuple[Any, int]:
    """Schema and number of rows."""
    file = _open()
    count = file.metadata.num_rows
    if not 0 <= count <= most_rows:
        raise Unreadable(f"it has {count:,} rows; at most {most_rows:,} are allowed")
    schema = file.schema_arrow
    if len(schema) > most_columns:
        raise Unreadable(f"it has {len(schema):,} columns; at most {most_columns:,} are allowed")
    seen = set()
    for name in schema.names:
        if not name.strip() or name in seen:
            raise Unreadable("a column has no name" if not name.strip() else f"two columns are called {name[:100]!r}")
        seen.add(name)
    for field in schema:
        if _depth(field.type) > most_depth:
            raise Unreadable(f"column {field.name[:100]!r} is nested deeper than {most_depth} levels")
    return schema, count


def _open() -> Any:
    """The file, opened anew from its start."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
        stream = os.fdopen(os.dup(0), "rb", buffering=0)
        return pq.ParquetFile(
            pa.PythonFile(stream, mode="r"),
            buffer_size=_BUFFER_BYTES,
            pre_buffer=False,
            thrift_string_size_limit=64 * 1024 * 1024,
            thrift_container_size_limit=_FOOTER_ITEMS,
        )
    except MemoryError:
        raise Unreadable("its footer asks for more memory than an import may take") from None
    except Exception as fault:  # noqa: BLE001 - a broken file makes pyarrow raise anything
        raise Unreadable(_said(fault)) from None


def _said(fault: Exception) -> str:
    text = " ".join(str(fault).split())[:300] or type(fault).__name__
    return f"it is damaged or cut off ({text})"


def _rows(count: int) -> Iterator[list[list[Any]]]:
    """The cells of the rows, decoded in pieces: in smaller ones from the row on where memory did not suffice."""
    done = 0
    for size in _BATCHES:
        try:
            for batch in _from(done, size):
                rows = list(_cells(batch))
                done += len(rows)
                if done > count:
                    raise Unreadable("it has more rows than its footer says")
                yield rows
        except MemoryError:
            continue
        except (Unreadable, BrokenPipeError):
            raise
        except Exception as fault:  # noqa: BLE001 - as above
            raise Unreadable(f"after row {done:,} {_said(fault)}") from None
        if done != count:
            raise Unreadable(f"it has {done:,} rows, and its footer says {count:,}")
        return
    raise Unreadable(
        f"row {done + 1:,} or the page it is in needs more memory than an import may take; "
        "write the file with smaller pages and row groups"
    )


def _from(first: int, size: int) -> Iterator[Any]:
    """Batches from that row on."""
    file = _open()
    start = 0
    groups: list[int] = []
    for number in range(file.num_row_groups):
        rows = file.metadata.row_group(number).num_rows
        if not groups and start + rows <= first:
            start += rows
        else:
            groups.append(number)
    skip = first - start
    for batch in file.iter_batches(batch_size=size, row_groups=groups, use_threads=False):
        if skip >= len(batch):
            skip -= len(batch)
        else:
            yield batch.slice(skip)
            skip = 0


def _cells(batch: Any) -> Iterator[list[Any]]:
    """The values of each row; where a value cannot be read at all, the fault stands in its place."""
    columns = [_column(column) for column in batch.columns]
    yield from ([column[row] for column in columns] for row in range(len(batch)))


def _column(column: Any) -> list[Any]:
    import pyarrow as pa

    column = _micros(column, pa)
    try:
        return list(column.to_pylist(maps_as_pydicts=None))
    except MemoryError:
        raise
    except _UNSAYABLE:
        return [_cell(column, row) for row in range(len(column))]


def _micros(column: Any, pa: Any) -> Any:
    """Times as Python can hold them: to the microsecond."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.storage, kind.storage_type
    wanted = _micros_type(kind, pa)
    return column if wanted == kind else column.cast(wanted, safe=False)


def _micros_type(kind: Any, pa: Any) -> Any:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz=kind.tz and "UTC")
    if pa.types.is_duration(kind):
        return pa.duration("us")
    if pa.types.is_time64(kind):
        return pa.time64("us")
    if pa.types.is_list(kind):
        return pa.list_(_micros_type(kind.value_type, pa))
    if pa.types.is_large_list(kind):
        return pa.large_list(_micros_type(kind.value_type, pa))
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_micros_type(field.type, pa)) for field in kind])
    return kind


def _cell(column: Any, row: int) -> Any:
    try:
        return column[row].as_py()
    except MemoryError:
        raise
    except _UNSAYABLE as fault:
        return BadCell(" ".join(str(fault).split())[:200] or type(fault).__name__)


def _row(
    number: int, names: list[str], readers: list[Callable[[Any], Any] | None], cells: list[Any], row_bytes: int
) -> bytes:
    data = {}
    for name, reader, cell in zip(names, readers, cells, strict=True):
        if cell is None:
            continue  # a cell without a value is no key
        try:
            if type(cell) is BadCell:
                raise cell
            data[name] = cell if reader is None else reader(cell)
        except BadCell as fault:
            return _line([number, None, name, str(fault)])
    try:
        line = _line([number, data])
    except TypeError as fault:
        return _line([number, None, "row", str(fault)])
    if len(line) > row_bytes:
        return _line([number, None, "row", f"longer than {row_bytes // 1_000_000} MB"])
    return line


def _depth(kind: Any) -> int:
    below = [_depth(kind.field(place).type) for place in range(kind.num_fields)]
    return 1 + max(below, default=0)


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """How a value of that type becomes JSON; None when it is JSON already."""
    import pyarrow as pa

    known = pa.types
    if known.is_dictionary(kind):
        return _reader(kind.value_type)
    if known.is_integer(kind) or known.is_boolean(kind) or known.is_null(kind):
        return None
    if known.is_string(kind) or known.is_large_string(kind):
        return None
    return _json


def _json(value: Any) -> Any:
    """A value of any type as JSON has it. Raises BadCell."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadCell(f"{value} is no JSON value; leave the cell empty instead")
        return value
    if isinstance(value, list):
        if value and all(type(pair) is tuple and len(pair) == 2 for pair in value):
            return _map(value)
        return [_json(one) for one in value]
    if isinstance(value, dict):
        return {name: _json(one) for name, one in value.items()}
    return _text(value)


def _text(value: Any) -> Any:
    """A value that JSON has no type for. Raises BadCell."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat() + ("" if value.tzinfo is None else "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return format(value, "f")  # a JSON number would round it
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise BadCell("this holds bytes that are no text; leave the column out") from None
    raise BadCell(f"a value of the type {type(value).__name__} has no place in JSON")


def _map(pairs: list[Any]) -> dict[str, Any]:
    read = {}
    for name, value in pairs:
        if not isinstance(name, str):
            raise BadCell("a map has keys that are no text")
        if name in read:
            raise BadCell(f"a map has the key {name[:100]!r} twice")
        read[name] = _json(value)
    return read


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
