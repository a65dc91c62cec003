"""Strict JSON: what is refused, where, and that nothing else is changed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel.errors import BadInput
from assay.kernel.json_text import JsonFault, canonical_json, check_json, loads, quoted, read_json, write_json
from assay.kernel.limits import JSON_DEPTH

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON_VALUES)
def test_reads_what_it_writes(value: Any) -> None:
    check_json(value, "value")
    assert loads(write_json(value).decode()) == value
    assert loads(canonical_json(value)) == value
    assert loads(json.dumps(value, indent=2)) == value


@settings(deadline=None)
@given(st.text() | st.text(alphabet='{}[]",:\\ \n0123456789.eE+-truefalsnNI', max_size=40))
def test_agrees_with_the_library_or_refuses(text: str) -> None:
    try:
        value = loads(text)
    except JsonFault as fault:
        assert 0 <= fault.position <= len(text)
        assert fault.line >= 1 and fault.column >= 1
    else:
        assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ('{"a": 1, "b": {"a": 2}, "a": 3}', 24, 'the key "a" appears twice'),
        ('{"a": 1, "\\u0061": 2}', 9, 'the key "a" appears twice'),
        ('[{"k": 1}, {"k": 1, "k": 1}]', 20, 'the key "k" appears twice'),
        ('{"a": NaN}', 6, "NaN is not a number"),
        ("[1, -Infinity]", 4, "-Infinity is not a number"),
        ("[1e999]", 1, "too large"),
        ("[-1e999]", 1, "too large"),
        ("[" + "9" * 401 + "]", 1, "more than 400 digits"),
        ("[0." + "9" * 4000 + "]", 1, "more than 400 digits"),
        ("[" * 65 + "]" * 65, 64, "nested deeper than 64"),
        ('{"a":' * 500 + "1" + "}" * 500, 320, "nested deeper than 64"),
        ("[" * 1_000_000, 64, "nested deeper than 64"),
        ('["\\ud800"]', 1, "lone surrogate"),
        ('["ok", "x\\udc00y"]', 7, "lone surrogate"),
        ('{"\\ud83d": 1}', 1, "lone surrogate"),
        ('["\ud800"]', 1, "lone surrogate"),
        ('["a\nb"]', 3, "control character"),
        ("[1,]", 3, "expecting value"),
        ("[1] [2]", 3, "more text after"),
        ("{'a': 1}", 1, "expecting property name"),
        ("", 0, "expecting value"),
        ("nul", 0, "expecting value"),
        ('"open', 0, "unterminated string"),
        ("\ufeff[]", 0, "expecting value"),
    ],
)
def test_refuses_with_the_position(text: str, position: int, reason: str) -> None:
    with pytest.raises(JsonFault) as caught:
        loads(text)
    assert reason in caught.value.reason
    assert caught.value.position == position


def test_line_and_column_count_from_one() -> None:
    with pytest.raises(JsonFault) as caught:
        loads('{\n  "a": 1,\n  "a": 2\n}')
    assert (caught.value.line, caught.value.column) == (3, 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\\\ud800"', "\\ud800"),
        ('["{{{{[[[["]', ["{{{{[[[["]),
        ("[" * JSON_DEPTH + "]" * JSON_DEPTH, None),
        ("9" * 400, int("9" * 400)),
        ("  -0.0\n", -0.0),
    ],
)
def test_accepts_what_only_looks_wrong(text: str, value: Any) -> None:
    assert value is None or loads(text) == value
    loads(text)


@pytest.mark.parametrize("text", ['"' + '\\"' * 500_000, '["' + "x" * 5_000_000, '{"a":' * 300_000, '[""' * 200_000])
def test_hostile_text_is_refused_in_linear_time(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(JsonFault):
        loads(text)
    assert time.perf_counter() - start < 5


def test_a_request_body_names_field_line_and_column() -> None:
    with pytest.raises(BadInput) as caught:
        read_json(b'{"a": 1,\n "a": 2}', "task")
    assert caught.value.field == "task"
    assert caught.value.details == {"position": 10, "line": 2, "column": 2}
    with pytest.raises(BadInput, match="byte 2 is 0xE9") as wrong:
        read_json("[é]".encode("latin-1")[:1] + b'"\xe9"]')
    assert wrong.value.details == {"byte": 2}
    assert read_json("\ufeff[1]".encode()) == [1]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": [1, {"b": float("nan")}]}, "data.a[1].b"),
        ({"a": float("inf")}, "data.a"),
        ({"a": "\ud800"}, "data.a"),
        ({"\udfff": 1}, "data.?"),
        ({1: "a"}, "data.1"),
        ({"a": (1,)}, "data.a"),
        ({"a": b"x"}, "data.a"),
        ({"a": 2**64}, "data.a"),
        ({"a": {"b": "nul \0"}}, "data.a.b"),
    ],
)
def test_values_that_are_not_json_are_refused_with_their_path(value: Any, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_json(value, "data", allow_nul=False)
    assert caught.value.field == field


def test_depth_of_values() -> None:
    deep: Any = 1
    for _ in range(JSON_DEPTH):
        deep = [deep]
    check_json(deep, "data")
    with pytest.raises(BadInput, match="deeper"):
        check_json([deep], "data")


def test_nul_is_allowed_where_nobody_objects() -> None:
    check_json({"a": "\0"}, "data")


def test_writing_refuses_half_characters() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        write_json({"a": "\ud800"})
    with pytest.raises(ValueError, match="JSON"):
        canonical_json([float("nan")])


def test_quoted_is_short_and_printable() -> None:
    assert quoted("a" * 200) == '"' + "a" * 79 + '…"'
    assert quoted("line\nbreak") == '"line\\nbreak"'
    assert quoted("“é” 😀") == '"“é” 😀"'
