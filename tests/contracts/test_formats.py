"""What every file format keeps to. The suite walks ``FORMATS``; a new format is found by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.formats import FORMATS, Format, RefusedRow, Row, detect
from assay.formats.text_source import BLOCK_BYTES
from assay.kernel.errors import BadInput, UnsupportedFormat
from tests.formats.reading import SENTIMENT, Trickle, annotation, as_export, export_row, rows, written

ALL = list(FORMATS)
READERS = [file_format for file_format in ALL if file_format.card.reads]
WRITERS = [file_format for file_format in ALL if file_format.card.writes]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "formats.md"
EXPORT = [export_row(number, annotation(number), annotation(number + 100, "Negative")) for number in range(1, 4)]

every = pytest.mark.parametrize("file_format", ALL, ids=lambda found: found.id)
every_reader = pytest.mark.parametrize("file_format", READERS, ids=lambda found: found.id)
every_writer = pytest.mark.parametrize("file_format", WRITERS, ids=lambda found: found.id)


def many_rows(file_format: Format) -> bytes:
    """A file of many blocks, also where it is compressed."""
    if file_format.card.writes:
        sink = io.BytesIO()
        texts = ({"text": Random(number).randbytes(400).hex()} for number in range(1, 2001))
        exported = (export_row(number, annotation(number), data=data) for number, data in enumerate(texts, 1))
        file_format.write(exported, sink, config=SENTIMENT)
        return sink.getvalue()
    return b"\n".join(b"line %d of many, each of them a task" % number for number in range(1, 20_001))


@every
def test_the_card_says_what_it_is(file_format: Format) -> None:
    card = file_format.card
    assert file_format.id == card.id == card.id.lower()
    assert card.title and card.description.endswith(".") and card.extension.isalnum() and "/" in card.media_type
    assert card.reads or card.writes
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in card.drops)
    assert bool(card.drops) != card.lossless


@every
def test_the_page_of_formats_names_it_and_all_that_it_drops(file_format: Format) -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"`{file_format.id}`" in page and file_format.card.title in page
    assert [sentence for sentence in file_format.card.drops if sentence not in page] == []


@every
def test_what_it_does_not_do_it_refuses(file_format: Format) -> None:
    if not file_format.card.writes:
        with pytest.raises(UnsupportedFormat):
            file_format.write(iter([]), io.BytesIO())
    if not file_format.card.reads:
        with pytest.raises(UnsupportedFormat):
            next(file_format.read(io.BytesIO(b"")))


@every_reader
def test_an_empty_file_has_no_rows(file_format: Format) -> None:
    for content in (b"",) if file_format.card.binary else (b"", b"\n", b"\xef\xbb\xbf"):
        assert list(file_format.read(io.BytesIO(content))) == []


@every_reader
def test_rows_are_numbered_upward_and_the_same_each_time(file_format: Format) -> None:
    content = many_rows(file_format)
    first = list(file_format.read(io.BytesIO(content)))
    assert list(file_format.read(io.BytesIO(content))) == first
    assert list(file_format.read(Trickle(content, 8191))) == first  # type: ignore[arg-type]
    lines = [row.line for row in first]
    assert lines == sorted(set(lines)) and lines[0] >= 1


@every_reader
def test_it_reads_as_it_goes(file_format: Format) -> None:
    content = many_rows(file_format)
    assert len(content) > 2 * BLOCK_BYTES
    reader = file_format.read(io.BytesIO(content))
    assert isinstance(next(reader), Row)
    assert 0 < reader.bytes_read < len(content)
    assert sum(1 for _ in reader) > 1000
    assert reader.bytes_read == len(content)


@every_reader
@settings(deadline=None, max_examples=60)
@given(
    content=st.binary(max_size=300)
    | st.text(alphabet='{}[]",:;=\t\r\n\\\0é1a', max_size=120).map(lambda text: ("a,b\n" + text).encode())
    | st.text(alphabet='{}[]",:;=\t\r\n\\\0é1a', max_size=120).map(lambda text: text.encode("utf-16"))
)
def test_any_bytes_are_read_or_refused(file_format: Format, content: bytes) -> None:
    try:
        found = list(file_format.read(io.BytesIO(content)))
    except BadInput as error:
        assert error.field
        return
    for row in found:
        if isinstance(row, RefusedRow):
            assert row.reason and row.field
        else:
            assert isinstance(row.data, dict)


@every_writer
def test_what_it_writes_is_recognized_and_read_back(file_format: Format) -> None:
    content = written(file_format.id, EXPORT, config=SENTIMENT)
    if not file_format.card.reads:
        return
    assert detect(f"export.{file_format.card.extension}", content) == file_format.id
    back = rows(file_format.id, content)
    assert [(row.key, row.data) for row in back] == [(row["key"], row["data"]) for row in EXPORT]
    said = [[(given["annotator"], given["result"], given["seconds"]) for given in row.annotations] for row in back]
    assert said == [
        [(given["annotator"], given["result"], given["seconds"]) for given in row["annotations"]] for row in EXPORT
    ]
    if file_format.card.lossless:
        assert [as_export(row) for row in back] == EXPORT


@every_writer
def test_it_writes_as_it_goes_and_counts(file_format: Format) -> None:
    sink = io.BytesIO()
    written_before: list[int] = []

    def produce() -> Iterator[Any]:
        for number in range(1, 3001):
            written_before.append(sink.tell())
            yield export_row(number, annotation(number))

    assert file_format.write(produce(), sink, config=SENTIMENT) == 3000
    assert 0 < written_before[-1] < sink.tell()
    again = io.BytesIO()
    file_format.write((export_row(number, annotation(number)) for number in range(1, 3001)), again, config=SENTIMENT)
    assert again.getvalue() == sink.getvalue()


@every_writer
def test_reading_can_go_on_after_a_row(file_format: Format) -> None:
    if not file_format.card.reads:
        return
    content = many_rows(file_format)
    whole = list(file_format.read(io.BytesIO(content)))
    assert list(islice(iter(file_format.read(io.BytesIO(content))), 700, None)) == whole[700:]
