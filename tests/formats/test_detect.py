"""Which format a file has, and what is none of ours."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from assay.formats import HEAD_BYTES, detect
from assay.kernel.errors import BadInput, UnsupportedFormat


def zipped() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../bomb.json", b"[" + b" " * 1_000_000 + b"]")
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "head", "format_id"),
    [
        ("a.jsonl", b'{"text": "a"}\n', "jsonl"),
        ("a.ndjson", b'{"text": "a"}', "jsonl"),
        ("A.JSON", b'[{"text": "a"}]', "json"),
        ("a.json", b' \n[{"text": "a"}', "json"),
        ("a.json", b'{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        ("a.json", b'{\n "text": "a"\n}\n{\n', "jsonl"),
        ("a.json", b'{\n "text": "a"\n}\n', "json"),
        ("a.json", b'{"text": "a"}', "json"),
        ("a.jsonl", b'[{"text": "a"}]', "json"),
        ("a.json", b'[{"data": {}, "annotations": [{"completed_by": 1}]}]', "label_studio"),
        ("a.json", b'[{"data": {}, "completions": []}]', "label_studio"),
        ("a.json", b'[{"data": {}, "annotations": [{"annotator": "a"}]}]', "json"),
        ("a.csv", b"text,label\n", "csv"),
        ("a.csv", b"[1],{\n", "csv"),
        ("a.tsv", b"text\tlabel\n", "tsv"),
        ("a.tab", b"text\n", "tsv"),
        ("a.txt", b"<!doctype html> is how a page begins\n", "txt"),
        ("export", b'[{"text": "a"}]', "json"),
        ("../../etc/passwd.csv", b"text\n", "csv"),
        ("a.csv", "text\nnaïve".encode("utf-16"), "csv"),
        ("a.csv", b"\xef\xbb\xbftext\n", "csv"),
    ],
)
def test_by_name_and_content(name: str, head: bytes, format_id: str) -> None:
    assert detect(name, head) == format_id


@pytest.mark.parametrize(
    ("name", "head", "says"),
    [
        ("a.zip", zipped(), "a zip archive"),
        ("a.json", zipped(), "a zip archive"),
        ("a.xlsx", b"PK\x03\x04", "an Office file"),
        ("a.csv.gz", gzip.compress(b"text\n", mtime=0), "a gzip archive"),
        ("a.json", b"BZh91AY", "a bzip2 archive"),
        ("a.json", b"\xfd7zXZ\x00\x00", "an xz archive"),
        ("a.txt", b"%PDF-1.7", "a PDF"),
        ("a.csv", b"\x89PNG\r\n", "an image"),
        ("a.csv", b"\xff\xd8\xff\xe0", "an image"),
        ("a.csv", b"RIFF\x00\x00\x00\x00WEBP", "an image"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "an old Office file"),
        ("a.parquet", b"text", "no Parquet file"),
        ("a.bin", b"PARE", "encrypted"),
        ("a.db", b"SQLite format 3\x00", "a database"),
        ("a.html", b"<html>", "HTML"),
        ("a.svg", b'<?xml version="1.0"?><svg/>', "HTML or XML"),
        ("a.md", b"# Title", "'.md'"),
        ("noname", b"some text", "not clear"),
        ("a.csv", "text\ncaf\xe9,x".encode("latin-1"), "not UTF-8: byte 8 is 0xE9"),
        ("a.csv", b"\xef\xbb\xbfabc\xff", "byte 6 is 0xFF"),
        ("a.csv", "text".encode("utf-16-le"), "NUL byte"),
        ("a.csv", "text".encode("utf-32"), "UTF-32"),
    ],
)
def test_other_kinds_are_refused_with_what_to_do(name: str, head: bytes, says: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        detect(name, head)
    assert says in caught.value.message
    assert caught.value.field == "file" and caught.value.action


def test_empty_files() -> None:
    for head in (b"", b" \n", b"\xef\xbb\xbf"):
        with pytest.raises(BadInput, match="empty"):
            detect("a.csv", head)


def test_a_head_may_end_inside_a_character() -> None:
    text = ("text\n" + "é😀" * HEAD_BYTES).encode()
    for end in range(100, 108):
        assert detect("a.csv", text[:end]) == "csv"
    assert detect("a.csv", "text\né".encode("utf-16")[:-1]) == "csv"


def test_a_format_that_was_asked_for_is_taken_unless_the_file_can_be_none() -> None:
    assert detect("reviews.dat", b"text\na\n", asked="csv") == "csv"
    with pytest.raises(UnsupportedFormat, match="zip"):
        detect("reviews.csv", zipped(), asked="csv")
    with pytest.raises(BadInput, match="empty"):
        detect("reviews.csv", b"", asked="csv")
