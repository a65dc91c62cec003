"""JSON, read strictly and written compactly.

Reading refuses what the grammar allows but no two programs agree on, and what the grammar forbids
but Python accepts: a key used twice in one object, NaN and Infinity, numbers that overflow or have
more than ``NUMBER_DIGITS`` digits, nesting deeper than ``JSON_DEPTH``, and lone surrogates. Every
refusal says where: the character, and its line and column.

>>> loads('{"a": 1, "a": 2}')
Traceback (most recent call last):
...
assay.kernel.json_text.JsonFault: the key "a" appears twice in one object (line 1, column 10)
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn, TypeAlias

import orjson

from assay.kernel.errors import BadInput
from assay.kernel.limits import JSON_DEPTH, NUMBER_DIGITS

Json: TypeAlias = Any
"""What JSON can hold: None, bool, int, float, str, list[Json], dict[str, Json]."""

_SMALLEST_INT: Final = -(2**63)
_LARGEST_INT: Final = 2**64 - 1
_SHOWN_CHARACTERS: Final = 80
# Possessive, so that no hostile text makes it step back: it reads each character once.
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_CONSTANTS: Final = frozenset({"NaN", "Infinity", "-Infinity"})
_BLANKS: Final = " \t\n\r"


class JsonFault(ValueError):
    """Text that is not acceptable JSON. ``position`` counts characters from 0; line and column from 1."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        self.reason = reason
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)
        super().__init__(f"{reason} (line {self.line}, column {self.column})")


class _RefusedByHook(ValueError):
    """Raised inside the parser, which does not know positions; :func:`_find_fault` does."""


def quoted(text: str) -> str:
    """The text in double quotes for a message: control characters escaped, cut at 80 characters.

    >>> print(quoted("tab\\there"))
    "tab\\there"
    """
    shown = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return json.dumps(shown, ensure_ascii=not shown.isprintable())


def loads(text: str) -> Json:
    """The value of a JSON text. Raises JsonFault with the position.

    Integers keep all their digits (up to ``NUMBER_DIGITS``); fractions become Python floats.

    >>> loads(' {"a": [1, 2.5]} ')
    {'a': [1, 2.5]}
    """
    body = text.strip(_BLANKS)
    if body.count("[") + body.count("{") > JSON_DEPTH:
        _refuse_depth(text)
    try:
        value, end = _DECODER.raw_decode(body)
    except (json.JSONDecodeError, _RefusedByHook) as fault:
        _refuse(text, fault)
    if end != len(body):
        position = text.index(body) + end
        raise JsonFault("there is more text after the end of the JSON value", text, position)
    _refuse_surrogates(text, value)
    return value


def raw_decode(text: str, start: int) -> tuple[Json, int]:
    """The JSON value that begins at ``start``, and where it ends: for reading values out of a buffer.

    The checks that need the whole text of the value (depth, surrogates) are left to the caller,
    who gives ``text[start:end]`` and the value to :func:`check_slice`. Raises ValueError without a position.
    """
    return _DECODER.raw_decode(text, start)


def needs_check(text: str, start: int, end: int) -> bool:
    """Whether :func:`check_slice` could find anything in ``text[start:end]``, given that the text is Unicode."""
    if text.count("[", start, end) + text.count("{", start, end) > JSON_DEPTH:
        return True
    return text.find("\\u", start, end) >= 0


def check_slice(text: str, value: Json) -> None:
    """Depth and surrogates of a text that :func:`raw_decode` read as ``value``. Raises JsonFault."""
    if text.count("[") + text.count("{") > JSON_DEPTH:
        _refuse_depth(text)
    _refuse_surrogates(text, value)


def read_json(body: bytes | str, field: str = "body") -> Json:
    """:func:`loads` for input of a request: raises BadInput naming the field, the line and the column.

    >>> read_json(b"[1]")
    [1]
    """
    if isinstance(body, bytes):
        try:
            body = body.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            message = f"This is not UTF-8: byte {fault.start} is 0x{body[fault.start]:02X}."
            action = "Save or send it as UTF-8."
            raise BadInput(message, field=field, action=action, details={"byte": fault.start}) from None
    try:
        return loads(body)
    except JsonFault as fault:
        where = {"position": fault.position, "line": fault.line, "column": fault.column}
        raise BadInput(f"This is not acceptable JSON: {fault}.", field=field, details=where) from None


def check_json(value: Json, field: str, *, allow_nul: bool = True) -> None:
    """Refuse a Python value that strict JSON could not have held; the error's field is its path below ``field``.

    For values that came in by another way than :func:`loads`: NaN and Infinity, lone surrogates,
    keys that are not text, other types, depth; and integers beyond 64 bits, which most programs round.
    ``allow_nul=False`` refuses U+0000 as well,
    which databases and C programs cut text at.

    >>> check_json({"a": [float("nan")]}, "data")
    Traceback (most recent call last):
    ...
    assay.kernel.errors.BadInput: data.a[0]: this is not a number that JSON can hold (nan).
    """
    try:
        _check(value, JSON_DEPTH, allow_nul)
    except _BadValue as fault:
        path = (field + "".join(reversed(fault.path))).lstrip(".")
        raise BadInput(f"{path}: {fault.reason}.", field=path) from None


def write_json(value: Json) -> bytes:
    """Compact UTF-8. Lone surrogates raise ValueError; NaN must have been refused on the way in.

    >>> write_json({"text": "é", "n": 2**70})
    b'{"text":"\\xc3\\xa9","n":1180591620717411303424}'
    """
    try:
        return orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits; surrogates fail below once more, for good
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def canonical_json(value: Json) -> str:
    """Compact text with sorted keys: equal values give equal text. NaN raises ValueError.

    >>> canonical_json({"b": [1], "a": "é"})
    '{"a":"é","b":[1]}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedByHook
    return found


def _integer(digits: str) -> int:
    if len(digits) > NUMBER_DIGITS:
        raise _RefusedByHook
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if len(digits) > NUMBER_DIGITS or math.isinf(number):
        raise _RefusedByHook
    return number


def _constant(_name: str) -> NoReturn:
    raise _RefusedByHook


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark in "{[":
            depth += 1
            if depth > JSON_DEPTH:
                raise JsonFault(f"nested deeper than {JSON_DEPTH} levels", text, match.start())
        elif mark in "}]":
            depth -= 1


def _refuse_surrogates(text: str, value: Json) -> None:
    """Half characters come in raw, or as an escape; only then is the text read once more, to say where."""
    if not text.isascii() and _lone_surrogate(text) is not None:
        suspect = True
    elif "\\u" in text:
        try:
            orjson.dumps(value)
            suspect = False
        except TypeError:  # a lone surrogate, or merely an integer beyond 64 bits
            suspect = True
    else:
        suspect = False
    if suspect and (fault := _find_fault(text, surrogates_only=True)):
        raise fault


def _refuse(text: str, fault: ValueError) -> NoReturn:
    """Say where and why, preferring whichever trouble comes first in the text."""
    found = _find_fault(text)
    if isinstance(fault, json.JSONDecodeError):
        indent = len(text) - len(text.lstrip(_BLANKS))
        position = fault.pos + indent
        if found is None or position < found.position:
            found = JsonFault(_lower_first(fault.msg), text, position)
    raise found or JsonFault("this is not JSON", text, 0)


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]


def _find_fault(text: str, *, surrogates_only: bool = False) -> JsonFault | None:
    """The first trouble that is not plain grammar, by reading token after token."""
    keys: list[set[str] | None] = []  # one entry an open bracket: the keys so far, or None in an array
    at_key = False
    for match in _TOKEN.finditer(text):
        mark = match.group()
        reason = None
        if mark[0] == '"':
            reason = _fault_of_string(mark, keys[-1] if at_key and keys and not surrogates_only else None)
            at_key = False
        elif mark in "{[":
            keys.append(set() if mark == "{" else None)
            at_key = mark == "{"
        elif mark in "}]":
            del keys[-1:]
            at_key = False
        elif mark == ",":
            at_key = bool(keys) and keys[-1] is not None
        elif mark != ":" and not surrogates_only:
            reason = _fault_of_word(mark)
        if reason:
            return JsonFault(reason, text, match.start())
    return None


def _fault_of_string(token: str, keys_so_far: set[str] | None) -> str | None:
    try:
        value = json.loads(token)
    except json.JSONDecodeError:
        return None  # plain grammar: the parser has the better words
    if not value.isascii():
        lone = _lone_surrogate(value)
        if lone is not None:
            return f"a lone surrogate (half of a character) in text, at its character {lone + 1}"
    if keys_so_far is not None:
        if value in keys_so_far:
            return f"the key {quoted(value)} appears twice in one object"
        keys_so_far.add(value)
    return None


def _fault_of_word(token: str) -> str | None:
    if token in _CONSTANTS:
        return f"{token} is not a number that JSON can hold"
    if len(token) > NUMBER_DIGITS and token.lstrip("-")[:1].isdigit():
        return f"a number of more than {NUMBER_DIGITS} digits"
    try:
        overflows = math.isinf(float(token)) and not token.lstrip("-").isdigit()
    except ValueError:
        return None
    return f"the number {quoted(token)} is too large" if overflows else None


def _lone_surrogate(text: str) -> int | None:
    try:
        text.encode()
    except UnicodeEncodeError as fault:
        return fault.start
    return None


class _BadValue(Exception):
    """Why a value cannot be JSON; the path is gathered on the way up, innermost part first."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


def _check(value: Json, depth_left: int, allow_nul: bool) -> None:
    kind = type(value)
    if kind is str:
        _check_text(value, allow_nul)
    elif kind is dict or kind is list:
        if depth_left == 0:
            raise _BadValue(f"this is nested deeper than {JSON_DEPTH} levels")
        _check_members(value, depth_left - 1, allow_nul)
    elif kind is float:
        if not math.isfinite(value):
            raise _BadValue(f"this is not a number that JSON can hold ({value})")
    elif kind is int:
        if not _SMALLEST_INT <= value <= _LARGEST_INT:
            raise _BadValue("this integer does not fit into 64 bits; write it as text")
    elif value is not None and kind is not bool:
        raise _BadValue(f"a {kind.__name__} is not a JSON value")


def _check_members(value: dict[Any, Json] | list[Json], depth_left: int, allow_nul: bool) -> None:
    members = enumerate(value) if isinstance(value, list) else value.items()
    for step, member in members:
        try:
            if isinstance(value, dict):
                _check_key(step, allow_nul)
            _check(member, depth_left, allow_nul)
        except _BadValue as fault:
            readable = str(step).encode("utf-8", "replace").decode()
            fault.path.append(f"[{step}]" if isinstance(value, list) else f".{readable}")
            raise


def _check_key(key: Any, allow_nul: bool) -> None:
    if type(key) is not str:
        raise _BadValue(f"the key {key!r} is not text")
    _check_text(key, allow_nul)


def _check_text(text: str, allow_nul: bool) -> None:
    if not text.isascii() and (lone := _lone_surrogate(text)) is not None:
        raise _BadValue(f"a lone surrogate (half of a character) at character {lone + 1}")
    if not allow_nul and "\0" in text:
        raise _BadValue(f"a NUL character (U+0000) at character {text.index(chr(0)) + 1}")
