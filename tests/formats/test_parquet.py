"""Parquet: every kind of column, and files made to hurt."""

from __future__ import annotations

import io
import resource
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.formats import FORMATS, RefusedRow, Row
from assay.formats import parquet as format_parquet
from assay.kernel.errors import BadInput, UnsupportedFormat
from tests.formats.reading import SENTIMENT, annotation, data, export_row, read, refused, rows, written


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    """A file with these columns."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue()


def fault_of(content: bytes) -> str:
    """Why the file as a whole is not read."""
    with pytest.raises(BadInput) as caught:
        read("parquet", content)
    assert caught.value.field == "file"
    return caught.value.message


def test_every_kind_of_column() -> None:
    moment = datetime(2026, 1, 31, 9, 0, 0, 123456)  # noqa: DTZ001 - a column without a zone
    content = parquet(
        {
            "text": ["a", "ü🙂"],
            "whole": pa.array([2**63 - 1, None], pa.int64()),
            "large": pa.array([2**64 - 1, 0], pa.uint64()),
            "real": [0.5, 1e300],
            "yes": [True, False],
            "list": [[1, None], []],
            "struct": [{"a": {"b": [1.5]}}, {"a": None}],
            "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
            "kind": pa.array(["x", "y"]).dictionary_encode(),
            "price": pa.array([Decimal("12345678901234567890.10"), None], pa.decimal128(30, 2)),
            "day": pa.array([date(2026, 1, 31), None]),
            "naive": pa.array([moment, None], pa.timestamp("us")),
            "zoned": pa.array([1_700_000_000_123_456_789, 0], pa.timestamp("ns", tz="Asia/Tokyo")),
            "long": pa.array([timedelta(seconds=1.5), None]),
            "bytes": [b"text", b""],
            "nothing": pa.nulls(2),
        }
    )
    first, second = data("parquet", content)
    assert first == {
        "text": "a", "whole": 2**63 - 1, "large": 2**64 - 1, "real": 0.5, "yes": True, "list": [1, None],
        "struct": {"a": {"b": [1.5]}}, "map": {"k": 1}, "kind": "x", "price": "12345678901234567890.10",
        "day": "2026-01-31", "naive": "2026-01-31T09:00:00.123456", "zoned": "2023-11-14T22:13:20.123456Z",
        "long": 1.5, "bytes": "text",
    }  # fmt: skip
    assert second == {
        "text": "ü🙂", "large": 0, "real": 1e300, "yes": False, "list": [], "struct": {"a": None},
        "kind": "y", "zoned": "1970-01-01T00:00:00Z", "bytes": "",
    } | {"map": second["map"]}  # fmt: skip
    assert second["map"] in ({}, [])


def test_a_bad_cell_costs_its_row_only() -> None:
    content = parquet(
        {
            "text": ["a", "b", "c", "d"],
            "real": [1.0, float("nan"), float("inf"), None],
            "bytes": [b"\xff", b"x", b"x", b"x"],
            "map": pa.array([None, None, None, [("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int64())),
        }
    )
    assert [(line, field) for line, field, _ in refused("parquet", content)] == [
        (1, "bytes"), (2, "real"), (3, "real"), (4, "map"),
    ]  # fmt: skip


def test_keys_and_fields_are_read_as_everywhere() -> None:
    content = parquet(
        {
            "id": [7, 8, 7],
            "text": ["a", "b", "c"],
            "task.priority": [5, None, 0],
            "task.stratum": ["north", None, None],
            "task.score": [0.25, None, None],
            "priority": [1, 2, 3],
        }
    )
    first, second, third = read("parquet", content)
    assert isinstance(first, Row) and isinstance(second, Row) and isinstance(third, RefusedRow)
    assert (first.key, first.priority, first.stratum, first.score) == ("7", 5, "north", 0.25)
    assert first.data == {"id": 7, "text": "a", "priority": 1}
    assert (second.priority, second.stratum, second.score, second.given) == (0, "", None, frozenset())
    assert third.field == "id"


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4", "brotli"])
def test_row_groups_and_compressions(compression: str) -> None:
    texts = [f"text {number}" for number in range(1000)]
    content = parquet({"text": texts}, row_group_size=97, compression=compression)
    found = rows("parquet", content)
    assert [row.data["text"] for row in found] == texts
    assert [row.line for row in found] == list(range(1, 1001))


def test_what_is_cut_off_or_damaged_is_refused_as_a_whole() -> None:
    content = parquet({"text": ["a" * 50] * 1000, "number": list(range(1000))}, row_group_size=100)
    assert "cut off" in fault_of(content[:-1])
    assert "cut off" in fault_of(content[: len(content) // 2])
    assert "begin" in fault_of(b"PK" + content[2:])
    assert "encrypted" in fault_of(b"PARE" + content[4:])
    assert "footer" in fault_of(content[:-8] + b"\xff\xff\xff\x7fPAR1")
    footer = int.from_bytes(content[-8:-4], "little")
    assert fault_of(content[: -8 - footer] + b"\x15" * footer + content[-8:])
    assert fault_of(content[:4] + bytes(len(content) - 12 - footer) + content[-8 - footer :])


@pytest.mark.parametrize("seed", range(6))
def test_any_bytes_changed_are_read_or_refused(seed: int) -> None:
    from random import Random

    random = Random(seed)
    content = bytearray(parquet({"text": [f"text {n}" for n in range(50)], "n": list(range(50))}, compression="zstd"))
    for _ in range(12):
        content[random.randrange(4, len(content) - 4)] = random.randrange(256)
    try:
        found = read("parquet", bytes(content))
    except BadInput as fault:
        assert fault.field == "file"
    else:
        assert len(found) == 50


def test_a_page_that_asks_for_too_much_memory_does_not_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_parquet, "_MEMORY_BYTES", 500_000_000)
    content = parquet({"text": ["x" * 120_000_000]}, compression="zstd")
    assert len(content) < 50_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "memory" in fault_of(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


def test_rows_that_swell_end_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_parquet, "_TEXT_BYTES", 20_000_000)
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), pa.array(["x" * 100_000]))
    content = parquet({"text": texts})
    assert len(content) < 50_000
    taken = 0
    with pytest.raises(BadInput, match="20 MB as text"):
        for _ in FORMATS.get("parquet").read(io.BytesIO(content)):
            taken += 1
    assert 0 < taken < 400


def test_rows_are_bounded() -> None:
    content = parquet({f"c{n}": [1] for n in range(1001)})
    assert "1,001 columns" in fault_of(content)
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    assert "nested" in fault_of(parquet({"deep": [deep]}))
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), sink)
    assert "two columns" in fault_of(sink.getvalue())
    assert refused("parquet", parquet({"text": ["a", "x" * 16_000_001]})) == [(2, "row", "longer than 16 MB")]


def children() -> set[str]:
    """The processes that this one has started and that are there still."""
    found = Path("/proc/self/task").glob("*/children")
    return {pid for task in found for pid in task.read_text(encoding="ascii").split()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for its child processes")
def test_leaving_early_leaves_no_process_behind() -> None:
    before = children()
    content = parquet({"text": [f"text {n}" for n in range(100_000)]})
    reader = FORMATS.get("parquet").read(io.BytesIO(content))
    assert isinstance(next(reader), Row)
    iter(reader).close()  # type: ignore[attr-defined]
    assert children() <= before


def test_one_row_an_annotation_has_types() -> None:
    exported = [export_row(1, annotation(1), annotation(2, "Negative", confidence=None)), export_row(2)]
    table = pq.read_table(io.BytesIO(written("parquet_annotations", exported, config=SENTIMENT)))
    assert table.column("task_id").to_pylist() == [1, 1, 2]
    assert table.column("data.text").to_pylist() == ["text 1", "text 1", "text 2"]
    assert table.column("answer.sentiment").to_pylist() == ["Positive", "Negative", None]
    assert table.column("confidence").to_pylist() == [0.75, None, None]
    assert table.column("counted").to_pylist() == [True, True, None]
    assert str(table.schema.field("seconds").type) == "double"


def test_the_table_of_annotations_is_not_taken_for_tasks() -> None:
    content = written("parquet_annotations", [export_row(1, annotation(1))], config=SENTIMENT)
    assert "table of annotations" in fault_of(content)
    with pytest.raises(UnsupportedFormat):
        FORMATS.get("parquet_annotations").read(io.BytesIO(content))


def test_the_native_table_has_columns_for_a_data_frame() -> None:
    table = pq.read_table(io.BytesIO(written("parquet", [export_row(1, annotation(1)), export_row(2)])))
    assert table.column("id").to_pylist() == [1, 2]
    assert table.column("key").to_pylist() == ["key-1", "key-2"]
    assert table.column("annotation_count").to_pylist() == [1, 0]
    assert str(table.schema.field("target").type) == "int64"
