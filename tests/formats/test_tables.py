"""CSV, TSV and plain text: one task a line."""

from __future__ import annotations

import csv
import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.formats import FORMATS, RefusedRow, Row
from assay.formats.table_records import SECOND_LOOKS
from assay.kernel.errors import BadInput, UnsupportedFormat
from tests.formats.reading import Trickle, data, read, refused, rows, written

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def test_rows_are_their_cells_as_text() -> None:
    text = 'id,text,stars\n1,"Fine, really",5\n2,"Two\nlines ""quoted""",\n\n3,  space ,04\n'
    assert rows("csv", text) == [
        Row(2, "1", {"id": "1", "text": "Fine, really", "stars": "5"}),
        Row(3, "2", {"id": "2", "text": 'Two\nlines "quoted"', "stars": ""}),
        Row(6, "3", {"id": "3", "text": "  space ", "stars": "04"}),
    ]
    assert rows("csv", "task_id,id,text\na,,x\n")[0].key == "a"
    assert rows("csv", "text\nx\n")[0].key is None


@pytest.mark.parametrize(
    ("format_id", "text"),
    [
        ("csv", "text;label\na,b;c\n"),
        ("csv", 'text,label\n"a,b",c\n'),
        ("tsv", "text\tlabel\na,b\tc\n"),
        ("csv", "text;label\r\na,b;c\r\n"),
        ("csv", '\ntext,label\r\n"a,b",c'),
    ],
)
def test_delimiters_and_line_ends(format_id: str, text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert data(format_id, text.encode(encoding)) == [{"text": "a,b", "label": "c"}]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("text,text\na,b\n", 'columns 1 and 2 are both called "text"'),
        ("text,,x\na,b,c\n", "column 2 has no name"),
        ("text, \na,b\n", "column 2 has no name"),
        ('"text,label\na,b\n', "a quote is opened and not closed"),
        ("te\0xt,label\na,b\n", "NUL character at character 3"),
        ("text,label\ra,b\rc,d", "carriage return"),
        (",".join(f"c{n}" for n in range(1001)) + "\n", "1,001 columns"),
        (",".join(f"c{n}" for n in range(1_000_000)) + "\n", "longer than 1 MB"),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file(text: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read("csv", text)
    assert caught.value.field == "header"
    assert says in caught.value.message
    with pytest.raises(BadInput, match="0xE9"):
        read("csv", "caf\xe9,b\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("only one", "1 cells, and the header names 2 columns"),
        ("one,two,three", "3 cells"),
        ('"a"b,c', "text after a closing quote"),
        ("a\0b,c", "NUL character at character 2"),
        ("a\rb,c", "carriage return"),
        ("x" * 1_000_001 + ",c", "longer than 1 MB"),
        ('"open,c', "a quote is opened and not closed"),
    ],
)
def test_a_bad_record_costs_itself_only(record: str, says: str) -> None:
    text = f"text,label\nok,1\n{record}\nok,2\nok,3\n"
    ((line, field, reason),) = refused("csv", text)
    assert (line, field) == (3, "row")
    assert says in reason
    assert [row["label"] for row in data("csv", text)] == ["1", "2", "3"]


def test_bytes_that_are_not_utf8_cost_their_record() -> None:
    text = "text,label\nok,1\ncaf\xe9,2\nok,3\n".encode("latin-1")
    ((line, _, reason),) = refused("csv", text)
    assert (line, reason) == (3, "byte 0xE9 at character 4 is not UTF-8; save the file as UTF-8")
    assert len(data("csv", text)) == 2


def test_keys_used_twice() -> None:
    ((line, field, reason),) = refused("csv", "id,text\n7,a\n8,b\n7,c\n")
    assert (line, field, reason) == (4, "id", 'the id "7" was used before, in row 2')


def test_quotes_that_are_never_closed_are_given_up_on() -> None:
    found = read("csv", "a,b\n" + 'x","\n' * 300_000)
    assert len(found) == SECOND_LOOKS + 1
    assert all(isinstance(row, RefusedRow) for row in found)
    assert isinstance(found[-1], RefusedRow) and "rest of the file was not read" in found[-1].reason


@pytest.mark.parametrize("format_id", ["csv", "txt"])
def test_a_line_of_a_gigabyte_is_passed_over(format_id: str) -> None:
    class Long(io.RawIOBase):
        """A header, a line of many megabytes, a line."""

        def __init__(self) -> None:
            self.parts = [b"text\n", *[b"x" * 250_000] * 400, b"\nlast\n"]

        def read(self, size: int = -1) -> bytes:
            return self.parts.pop(0) if self.parts else b""

    tracemalloc.start()
    found = list(FORMATS.get(format_id).read(Long()))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(row) for row in found][-2:] == [RefusedRow, Row]
    assert isinstance(found[-2], RefusedRow) and (found[-2].line, found[-2].reason) == (2, "longer than 1 MB")
    assert peak < 20_000_000


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5), st.sampled_from(["csv", "tsv"]))
def test_what_the_csv_module_writes_is_read(records: list[list[str]], format_id: str) -> None:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter="," if format_id == "csv" else "\t")
    writer.writerow(["a", "b"])
    writer.writerows(records)
    content = sink.getvalue().encode()
    expected = [dict(zip(["a", "b"], record, strict=True)) for record in records]
    assert data(format_id, content) == expected
    trickled = FORMATS.get(format_id).read(Trickle(content, 3))  # type: ignore[arg-type]
    assert [row.data for row in trickled if isinstance(row, Row)] == expected


@settings(deadline=None)
@given(st.text(alphabet='a,;"\n\r\t\0é', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for format_id in ("csv", "tsv"):
        try:
            found = read(format_id, "a,b\n" + text)
        except BadInput:
            continue
        lines = [row.line for row in found]
        assert lines == sorted(lines) and len(set(lines)) == len(lines)


def test_empty_tables() -> None:
    assert read("csv", "") == read("csv", "\n\n") == read("csv", "a,b\n") == []


def test_plain_text_is_one_task_a_line() -> None:
    text = 'first\n\n  \nsecond, with "all" = signs\r\nthird 😀'
    assert rows("txt", text) == [
        Row(1, None, {"text": "first"}),
        Row(4, None, {"text": 'second, with "all" = signs'}),
        Row(5, None, {"text": "third 😀"}),
    ]
    assert data("txt", "a", text_key="review") == [{"review": "a"}]
    reader = FORMATS.get("txt").read(io.BytesIO(text.encode()))
    assert len(list(reader)) == 3
    assert reader.blank_lines == 2
    assert refused("txt", b"ok\na\0b\n\xff\n") == [
        (2, "row", "a NUL character at character 2"),
        (3, "row", "byte 0xFF at character 1 is not UTF-8; save the file as UTF-8"),
    ]


def test_plain_text_is_not_written() -> None:
    with pytest.raises(UnsupportedFormat):
        written("txt", [])


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"), min_size=1), max_size=5))
def test_plain_lines_come_back(lines: list[str]) -> None:
    expected: list[Any] = [{"text": line} for line in lines if line.strip()]
    for ending in ("\n", "\r\n"):
        body = ending.join(lines).removeprefix("\ufeff")
        if not (lines and lines[0].startswith("\ufeff")):
            assert data("txt", body) == expected
