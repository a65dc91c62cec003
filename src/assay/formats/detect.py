"""Which format a file has, by its name and its first bytes; and what kind of file is none of ours."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final

from assay.formats.text_source import encoding_of
from assay.kernel.errors import BadInput, UnsupportedFormat

HEAD_BYTES: Final = 64 * 1024
"""How much of the file's beginning :func:`detect` wants to see."""

_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"PK\x03\x04", "a zip archive or an Office file", "Unpack it, or save the sheet as CSV."),
    (b"PK\x05\x06", "an empty zip archive", "Send the file itself."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ\x00", "an xz archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it first."),
    (b"Rar!", "a rar archive", "Unpack it first."),
    (b"%PDF", "a PDF", "Send its text."),
    (b"\x89PNG", "an image", "Send text; images can't be labeled yet."),
    (b"\xff\xd8\xff", "an image", "Send text; images can't be labeled yet."),
    (b"GIF8", "an image", "Send text; images can't be labeled yet."),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "Save the sheet as CSV."),
    (b"PARE", "an encrypted Parquet file", "Save it without encryption."),
    (b"SQLite format 3", "a database", "Export its table as CSV."),
    (b"{\\rtf", "an RTF document", "Save it as plain text."),
    (b"\x80\x04", "a Python pickle", "Save it as JSONL or CSV."),
)
_RIFF: Final = (b"WEBP", b"WAVE", b"AVI ")
_PARQUET: Final = b"PAR1"
_BY_ENDING: Final = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "txt",
    ".parquet": "parquet",
}  # fmt: skip
_CUT_SHORT: Final = ("unexpected end of data", "truncated data")
_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|\?xml|svg)\b", re.IGNORECASE)
_LABEL_STUDIO: Final = re.compile(r'"(?:completed_by|was_cancelled|lead_time|completions|ground_truth)"\s*:')
_NEXT_OBJECT: Final = re.compile(r"\}[ \t\r]*\n\s*\{")


def detect(filename: str, head: bytes, asked: str | None = None) -> str:
    """The id of the format. ``head`` are the first bytes of the file, ``HEAD_BYTES`` of them or all.

    The name decides, except between the kinds of JSON, and for Parquet, where the content does. ``asked`` is the format
    that somebody named: then neither decides, and the file is only looked at for what no format can be.

    Raises UnsupportedFormat for archives, Office files, PDFs, images and the like, for unknown endings, and
    for text that is not UTF-8 (naming the first byte that is not); BadInput for an empty file.

    >>> detect("reviews.json", b'{"text": "a"}\\n{"text": "b"}\\n')
    'jsonl'
    """
    if head.startswith(_PARQUET):
        return _parquet(asked)
    _refuse_other_kinds(head)
    text = _decoded(head)
    if not text.strip():
        raise BadInput("The file is empty.", field="file", action="Check that it is the file you meant.")
    ending = PurePath(filename).suffix.lower()
    by_name = _BY_ENDING.get(ending)
    if (asked or by_name) == "parquet":
        raise UnsupportedFormat(
            "This is no Parquet file: it does not begin as one.", field="file", action="Check that it is whole."
        )
    if asked is not None:
        return asked
    if by_name not in ("csv", "tsv", "txt") and _MARKUP.match(text):
        raise UnsupportedFormat("This is an HTML or XML file.", field="file")
    if by_name in ("json", "jsonl") or not ending:
        by_content = _kind_of_json(text, one_a_line=by_name == "jsonl")
        if by_content:
            return by_content
    if by_name is None:
        known = ", ".join(_BY_ENDING)
        message = f"Files ending in {ending[:20]!r} are not read." if ending else "The kind of this file is not clear."
        raise UnsupportedFormat(message, field="file", action=f"Use one of the endings {known}, or name the format.")
    return by_name


def _parquet(asked: str | None) -> str:
    if asked not in (None, "parquet"):
        raise UnsupportedFormat(
            "This is a Parquet file.", field="format", action="Name the format parquet, or none: its content tells."
        )
    return "parquet"


def _refuse_other_kinds(head: bytes) -> None:
    for magic, kind, action in _MAGIC:
        if head.startswith(magic):
            raise UnsupportedFormat(f"This is {kind}.", field="file", action=action)
    if head.startswith(b"RIFF") and head[8:12] in _RIFF:
        raise UnsupportedFormat("This is an image, sound or film.", field="file", action="Send text.")


def _decoded(head: bytes) -> str:
    encoding, mark = encoding_of(head)
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise UnsupportedFormat("This file is in UTF-32.", field="file", action="Save it as UTF-8.")
    body = head[mark:]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as fault:
        if fault.reason in _CUT_SHORT:  # the head may end inside a character
            text = body[: fault.start].decode(encoding)
        else:
            byte = fault.start + mark
            message = f"This file is not UTF-8: byte {byte} is 0x{head[byte]:02X}."
            action = "Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)."
            raise UnsupportedFormat(message, field="file", action=action, details={"byte": byte}) from None
    if encoding == "utf-8" and "\0" in text[:1000]:
        message = (
            f"There is a NUL byte at byte {text.index(chr(0)) + mark}, so this is no text, or UTF-16 without its mark."
        )
        raise UnsupportedFormat(message, field="file", action="Save it as UTF-8.")
    return text


def _kind_of_json(text: str, *, one_a_line: bool) -> str | None:
    """``json``, ``jsonl`` or ``label_studio`` by what is there; None when it does not look like JSON.

    ``one_a_line``: what a single object on a single line is taken for.
    """
    body = text.strip()
    if body.startswith("["):
        return "label_studio" if _LABEL_STUDIO.search(body) else "json"
    if not body.startswith("{"):
        return None
    first_line, *more_lines = body.split("\n", 1)
    whole = first_line.rstrip().endswith("}")
    if whole and (more_lines or one_a_line):
        return "jsonl"
    return "jsonl" if _NEXT_OBJECT.search(body) or (one_a_line and not more_lines) else "json"
