"""Hostile values: what strangers, spreadsheets and broken programs send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assay.kernel import limits
from tests.api.operations import Operation, resolve

Json = Any

SQL = (
    "'",
    '"',
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    '" UNION SELECT password_hash FROM person --',
    "1) OR (1=1",
    "\\",
    "%",
    "_",
    "%' ESCAPE '!",
    "$1",
    ":name",
    "?",
    "{0}",
    "{{7*7}}",
    "${7*7}",
    "%(name)s",
    "%s%s%n",
)
ODD_TEXT = (
    "\x00",
    "a\x00b",
    "\x1b[31mred",
    "line\r\nSet-Cookie: a=b",
    "\u202etxet\u202c",
    "\u200b",
    "\ufeff",
    "👩‍👩‍👧‍👦",
    "e\u0301",
    "ß",
    "İ",
    "\U0010ffff",
    "\ufffe",
    "../../etc/passwd",
    "..\\..\\x",
    "file:///etc/passwd",
    "<script>window.__pwned=1</script>",
    "=1+1",
    " ",
    "",
    "x" * 5_000,
)
MARKUP = (
    "<img src=x onerror=\"window.__pwned='img'\">",
    "</script><script>window.__pwned='script'</script>",
    "<svg onload=\"window.__pwned='svg'\"></svg>",
    "javascript:window.__pwned='url'",
    '"><b onmouseover="window.__pwned=\'attr\'">b</b>',
    "{{constructor.constructor('window.__pwned=1')()}}",
)

# Bytes that are no acceptable JSON, or no object; each with what the answer's status must be.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not json": b"nonsense",
    "cut off": b'{"name": "x',
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "two values": b"{}{}",
    "nan": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "overflow": b'{"name": 1e999}',
    "a key twice": b'{"name": "a", "name": "b"}',
    "a comment": b'{"name": "a"} // b',
    "single quotes": b"{'name': 'a'}",
    "deep list": b'{"name": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "deep object": b'{"name": ' * 500 + b"1" + b"}" * 500,
    "many digits": b'{"name": ' + b"9" * 4_000 + b"}",
    "half a character": b'{"name": "\\ud800"}',
    "half a character as a key": b'{"\\udfff": 1}',
    "latin-1": '{"name": "é"}'.encode("latin-1"),
    "utf-16": '{"name": "é"}'.encode("utf-16"),
    "overlong utf-8": b'{"name": "\xc0\x80"}',
    "a nul": b'{"name": \x00}',
    "gzip": b"\x1f\x8b\x08\x00" + b"x" * 40,
    "prototype": b'{"__proto__": {"role": "owner"}}',
    "many keys": b"{" + b",".join(b'"k%d":1' % number for number in range(60_000)) + b"}",
    "many values": b"[" + b"1," * 260_000 + b"1]",
    "too many bytes": b'{"name": "' + b"x" * limits.BODY_BYTES + b'"}',
}


def wrong_types(operation: Operation) -> Iterator[tuple[str, Json]]:
    """The operation's example with one field replaced by a value of another type: its path, and the body."""
    body = operation.body_example
    for path, schema in _fields(operation.body_schema):
        for value in _not_of(schema):
            yield ".".join(path), _with(body, path, value)


def texts(operation: Operation) -> Iterator[tuple[str, str]]:
    """The path of every text field of a body."""
    for path, schema in _fields(operation.body_schema):
        if "string" in _types(schema) and "enum" not in schema and "pattern" not in schema:
            yield ".".join(path), "string"


def with_value(operation: Operation, path: str, value: Json) -> Json:
    """The operation's example with this value at a path."""
    return _with(operation.body_example, path.split("."), value)


def _fields(schema: dict[str, Any], depth: int = 0) -> Iterator[tuple[list[str], dict[str, Any]]]:
    for name, given in schema.get("properties", {}).items():
        part = resolve(given)
        yield [name], part
        if depth < 2 and "properties" in part:
            for path, inner in _fields(part, depth + 1):
                yield [name, *path], inner


def _types(schema: dict[str, Any]) -> set[str]:
    if "anyOf" in schema:
        return set().union(*(_types(resolve(part)) for part in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return {"string"}
    return (
        {schema["type"]} if "type" in schema else {"null", "boolean", "integer", "number", "string", "array", "object"}
    )


_SAMPLES: dict[str, Json] = {
    "null": None,
    "boolean": True,
    "integer": 1,
    "number": 1.5,
    "string": "1",
    "array": ["1"],
    "object": {"a": 1},
}


def _not_of(schema: dict[str, Any]) -> Iterator[Json]:
    types = _types(schema)
    for name, sample in _SAMPLES.items():
        if name not in types and not (name == "integer" and "number" in types):
            yield sample
    if "integer" in types:
        yield 10**30


def _with(body: Json, path: list[str], value: Json) -> Json:
    changed = dict(body) if isinstance(body, dict) else {}
    changed[path[0]] = value if len(path) == 1 else _with(changed.get(path[0]), path[1:], value)
    return changed
