"""JSONL and JSON arrays: rows, keys, what is refused and where; streaming and recovery."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.formats import FORMATS, RefusedRow, Row
from assay.formats.text_source import BLOCK_BYTES
from assay.kernel.errors import BadInput
from tests.formats.reading import Trickle, data, read, refused, rows
from tests.formats.test_json_text import JSON_VALUES


def both(values: list[Any]) -> list[tuple[str, str]]:
    """The same rows as JSONL and as an array."""
    return [("jsonl", "\n".join(json.dumps(value) for value in values)), ("json", json.dumps(values))]


def shapes(values: list[Any]) -> list[Any]:
    """What both formats make of these values: the same."""
    first, second = (read(format_id, text) for format_id, text in both(values))
    assert first == second
    return first


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ({"text": "a"}, None),
        ({"text": "a", "id": "k"}, "k"),
        ({"text": "a", "id": 7}, "7"),
        ({"text": "a", "task_id": "t"}, "t"),
        ({"text": "a", "id": "k", "task_id": "t"}, "k"),
        ({"text": "a", "id": "", "task_id": "t"}, "t"),
        ({"text": "a", "id": None}, None),
        ({"text": "a", "id": [1]}, None),
        ({"text": "a", "id": True}, None),
        ({"text": "a", "id": 1.5}, None),
        ({"text": "a", "data": "b", "id": 0}, "0"),
        ({}, None),
    ],
)
def test_flat_rows_keep_everything_and_take_their_key_from_the_id(value: Any, key: str | None) -> None:
    assert shapes([value]) == [Row(1, key, value)]


def test_wrapped_rows() -> None:
    value: dict[str, Any] = {
        "id": 7,
        "data": {"text": "a", "id": "inner"},
        "meta": {"x": 1},
        "predictions": [1],
        "annotations": [],
    }
    assert shapes([value]) == [Row(1, "7", value["data"], [], {"meta": {"x": 1}, "predictions": [1]})]
    assert shapes([{"data": {"text": "a"}}]) == [Row(1, None, {"text": "a"})]
    assert shapes([{"data": {"text": "a"}, "key": "k", "id": 3}]) == [
        Row(1, "k", {"text": "a"}, [], {"id": 3}, own=True)
    ]
    assert shapes([{"data": {"text": "a"}, "key": None, "id": 3}]) == [
        Row(1, None, {"text": "a"}, [], {"id": 3}, own=True)
    ]


@pytest.mark.parametrize(
    ("value", "field", "says"),
    [
        ([], "row", "must be an object"),
        ("text", "row", "must be an object"),
        (5, "row", "must be an object"),
        (None, "row", "must be an object"),
        ({"id": 1.5, "data": {}}, "id", "must be text or an integer"),
        ({"id": True, "data": {}}, "id", "must be text or an integer"),
        ({"id": {"a": 1}, "data": {}}, "id", "must be text or an integer"),
        ({"id": "x" * 501}, "id", "longer than 500"),
        ({"id": "a\0b"}, "id", "NUL"),
        ({"data": {}, "annotations": {}}, "annotations", "must be a list"),
        ({"data": {}, "annotations": [1]}, "annotations[0]", "must be an object"),
        ({"data": {}, "annotations": [{}]}, "annotations[0].result", "is missing"),
        ({"data": {}, "annotations": [{"result": None}]}, "annotations[0].result", "must be a list"),
        ({"data": {}, "annotations": [{"result": [], "created_at": "soon"}]}, "annotations[0].created_at", "a time"),
        ({"data": {}, "annotations": [{"result": [], "created_at": True}]}, "annotations[0].created_at", "not a time"),
        ({"data": {}, "annotations": [{"result": [], "lead_time": "4"}]}, "annotations[0].lead_time", "a number"),
        ({"data": {}, "annotations": [{"result": [], "was_cancelled": 1}]}, "annotations[0].was_cancelled", "true or"),
        ({"data": {}, "annotations": [{"result": [], "completed_by": []}]}, "annotations[0].completed_by", "user's id"),
        ({"data": {}, "annotations": [{"result": [], "annotator": 5}]}, "annotations[0].annotator", "must be text"),
        ({"data": {}, "annotations": [{"result": []}] * 101}, "annotations", "at most 100"),
        ({"data": {}, "completions": 1}, "completions", "must be a list"),
    ],
)  # fmt: skip
def test_rows_that_are_refused(value: Any, field: str, says: str) -> None:
    good = {"text": "fine"}
    first, bad, last = shapes([good, value, good])
    assert (first.data, last.data) == (good, good)
    assert (bad.line, bad.field) == (2, field)
    assert says in bad.reason


def test_a_key_used_twice_names_the_first_row() -> None:
    values = [{"id": "a"}, {"id": 1}, {"id": "1"}, {"data": {}, "id": "a"}, {"id": "x" * 300}, {"id": "x" * 300}]
    found = shapes(values)
    assert [row.line for row in found if isinstance(row, RefusedRow)] == [3, 4, 6]
    assert found[2].reason == 'the id "1" was used before, in row 2'
    assert found[3].reason == 'the id "a" was used before, in row 1'


def test_annotations_of_label_studio_and_our_own_come_in_one_form() -> None:
    item = {"from_name": "s", "to_name": "t", "type": "choices", "value": {"choices": ["A"]}}
    given = [
        {"result": [item], "completed_by": 5, "lead_time": 2, "created_at": "2026-01-01T00:00:00.000001Z", "id": 9},
        {"result": [], "completed_by": {"id": 6, "email": "a@b.c"}, "was_cancelled": True, "lead_time": -1},
        {"result": [], "completed_by": {"id": 6}, "created_at": 1_600_000_000, "ground_truth": True},
        {"result": [], "annotator": "x", "seconds": 1.5, "confidence": 0, "skipped": False, "answers": {}},
        {"result": [], "annotator": None, "counted": False},
        {"result": []},
    ]
    (row,) = shapes([{"data": {"t": "a"}, "annotations": given}])
    read_as = [
        (a["annotator"], a["created_at_us"], a["seconds"], a["confidence"], a["skipped"], a["meta"])
        for a in row.annotations
    ]
    assert read_as == [
        ("label-studio:5", 1_767_225_600_000_001, 2.0, None, False, {"id": 9}),
        ("a@b.c", None, None, None, True, {}),
        ("label-studio:6", 1_600_000_000_000_000, None, None, False, {"ground_truth": True}),
        ("x", None, 1.5, 0.0, False, {"answers": {}}),
        (None, None, None, None, False, {}),
    ]
    assert row.annotations[0]["result"] == [item]
    assert row.meta == {"not_counted": [given[4]]}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "a", "text": "b"}', 'the key "text" appears twice in one object (column 15)'),
        ('{"text": NaN}', "NaN is not a number that JSON can hold (column 10)"),
        ('{"n": 1e999}', "too large"),
        ('{"n": ' + "1" * 4000 + "}", "more than 400 digits (column 7)"),
        ("[" * 500, "nested deeper than 64 levels (column 65)"),
        ('{"text": "a"', "expecting ',' delimiter (column 13)"),
        ('{"text": "\\ud800"}', "lone surrogate"),
        ('{"text": "a"} {"text": "b"}', "more text after"),
        ("text", "expecting value (column 1)"),
        ('{"text": "\x00"}', "control character"),
    ],
)
def test_lines_that_are_not_json_are_refused_with_the_column(line: str, says: str) -> None:
    ((number, field, reason),) = refused("jsonl", f'\n{{"text": "ok"}}\r\n{line}\n\n{{"text": "ok"}}')
    assert (number, field) == (3, "row")
    assert says in reason


@pytest.mark.parametrize(
    ("element", "says"),
    [
        ('{"text": "a", "text": "b"}', "twice in one object (line 2, character 15 of the row)"),
        ('{"text":\n NaN}', "NaN is not a number that JSON can hold (line 3, character 11 of the row)"),
        ("[" * 500 + "]" * 500, "nested deeper than 64"),
        ("[" * 5000 + "]" * 5000, "nested deeper than 64"),
        ('{"text": "\\ud800"}', "lone surrogate"),
        ("{text: 1}", "expecting property name"),
        ("nonsense", "expecting value (line 2, character 1 of the row)"),
        ('{"a" "},]["}', "delimiter"),
    ],
)
def test_a_broken_element_does_not_spoil_the_next(element: str, says: str) -> None:
    text = f'[{{"text": "one"}},\n{element},\n{{"text": "two"}}]'
    ((number, _, reason),) = refused("json", text)
    assert number == 2
    assert says in reason
    assert data("json", text) == [{"text": "one"}, {"text": "two"}]


@pytest.mark.parametrize(
    ("text", "good", "says"),
    [
        ('[{"a": 1}, {"a": 2}', 2, "cut off"),
        ('[{"a": 1}, {"a": 2},', 2, "cut off"),
        ('[{"a": 1}, {"a": ', 1, "expecting value"),
        ('[{"a": 1} {"a": 2}]', 1, "a comma is missing before '{' in line 1"),
        ('[{"a": 1},]', 1, "a value is missing before ']'"),
        ('[{"a": 1},,{"a": 2}]', 1, "a value is missing before ','"),
        ('[{"a": 1}, {"a": [1, 2}, 3]}]', 1, "delimiter"),
        ('[{"a": 1}, {"a": 2} x]', 2, "a comma is missing before 'x'"),
        ('[{"a": 1}}', 1, "a comma is missing before '}'"),
        ('[{"a": 1}]\n[{"a": 2}]', 1, "more text after the end of the list (line 2)"),
        ('{"a": 1}\n{"a": 2}', 1, "JSON Lines"),
        ('[{"a": 1}, {"b": "open', 1, "unterminated string"),
    ],
)
def test_a_broken_list_gives_what_came_before(text: str, good: int, says: str) -> None:
    found = read("json", text)
    assert sum(isinstance(row, Row) for row in found) == good
    reasons = [row.reason for row in found if isinstance(row, RefusedRow)]
    assert any(says in reason for reason in reasons)


def test_lists_and_single_objects() -> None:
    assert read("json", "[]") == read("json", " [ ] \n") == []
    assert read("json", "") == read("json", " \n") == []
    assert data("json", ' {"text": "a"} ') == [{"text": "a"}]
    for text in ('"text"', "5", "null", "text"):
        with pytest.raises(BadInput, match="does not hold a JSON list") as caught:
            read("json", text)
        assert caught.value.field == "file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    values = [{"text": "naïve 😀 مرحبا 👩‍👩‍👧 e\u0301", "id": "ü"}]
    for format_id, text in (
        ("jsonl", json.dumps(values[0], ensure_ascii=False)),
        ("json", json.dumps(values, ensure_ascii=False)),
    ):
        assert data(format_id, text.encode(encoding)) == values
    big_endian = b"\xfe\xff" + json.dumps(values, ensure_ascii=False).encode("utf-16-be")
    assert data("json", big_endian) == values


def test_bytes_that_are_not_utf8_cost_their_row_only() -> None:
    lines = [b'{"text": "ok"}', '{"text": "caf\xe9"}'.encode("latin-1"), b'{"text": "ok"}', b'{"text": "\xed\xa0\x80"}']
    for format_id, content in (("jsonl", b"\n".join(lines)), ("json", b"[" + b",\n".join(lines) + b"]")):
        assert data(format_id, content) == [{"text": "ok"}, {"text": "ok"}]
        (second, _, why), (fourth, _, _) = refused(format_id, content)
        assert (second, fourth) == (2, 4)
        assert why == "byte 0xE9 at character 14 is not UTF-8; save the file as UTF-8"
    half = b"\xff\xfe" + '{"text": "ok"}\n{"text": "a"}'.encode("utf-16-le")[:-1]
    assert data("jsonl", half) == [{"text": "ok"}]
    assert "half of a character" in refused("jsonl", half)[0][2]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4), max_size=6),
    st.sampled_from([1, 3, 7]),
    st.sampled_from([None, 2]),
)
def test_every_boundary_is_met(values: list[dict[str, Any]], step: int, indent: int | None) -> None:
    values = [value for value in values if "id" not in value and "task_id" not in value and "data" not in value]
    text = json.dumps(values, ensure_ascii=False, indent=indent).encode()
    array = FORMATS.get("json").read(Trickle(text, step))  # type: ignore[arg-type]
    assert [row.data for row in array if isinstance(row, Row)] == values
    lines = "\r\n".join(json.dumps(value) for value in values).encode()
    found = FORMATS.get("jsonl").read(Trickle(lines, step))  # type: ignore[arg-type]
    assert [row.data for row in found if isinstance(row, Row)] == values


@settings(deadline=None)
@given(st.text(alphabet='[]{}",:\\ \n1ax', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for format_id in ("jsonl", "json", "label_studio"):
        try:
            found = read(format_id, "[" + text)
        except BadInput:
            continue
        assert all(row.reason for row in found if isinstance(row, RefusedRow))
        assert [row.line for row in found] == sorted(row.line for row in found)


@pytest.mark.parametrize("format_id", ["jsonl", "json"])
def test_a_row_that_is_too_long_is_passed_over_without_being_held(format_id: str) -> None:
    separator, start, end = (b"\n", b"", b"") if format_id == "jsonl" else (b",", b"[", b"]")
    huge = b'{"text": "' + b'x\\"' * 13_000_000 + b'"}'
    content = start + b'{"text": "one"}' + separator + huge + separator + b'{"text": "two"}' + end
    stream = io.BytesIO(content)
    tracemalloc.start()
    found = list(FORMATS.get(format_id).read(stream))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(row) for row in found] == [Row, RefusedRow, Row]
    assert isinstance(found[1], RefusedRow) and "longer than 16 MB" in found[1].reason
    assert peak < 80_000_000


def test_memory_does_not_grow_with_the_file() -> None:
    line = json.dumps({"text": "x" * 1000}).encode()

    def peak_of(count: int, format_id: str) -> int:
        content = b"\n".join([line] * count) if format_id == "jsonl" else b"[" + b",".join([line] * count) + b"]"
        stream = io.BytesIO(content)
        tracemalloc.start()
        assert sum(1 for _ in FORMATS.get(format_id).read(stream)) == count
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    for format_id in ("jsonl", "json"):
        assert peak_of(20_000, format_id) < 2 * peak_of(2_000, format_id) < 20_000_000


@pytest.mark.parametrize("junk", ["{x}", "x", "{} {}", '"', "[[]", "{]", "\\"])
def test_a_file_of_nothing_but_junk_is_refused_in_linear_time(junk: str) -> None:
    def seconds(format_id: str, count: int) -> float:
        separator, start, end = ("\n", "", "") if format_id == "jsonl" else (",", "[", "]")
        text = start + separator.join([junk] * count) + end

        def once() -> float:
            begun = time.process_time()
            read(format_id, text)
            return time.process_time() - begun

        return min(once() for _ in range(3))  # the collector runs when it likes

    for format_id in ("jsonl", "json"):
        assert seconds(format_id, 16_000) < 16 * seconds(format_id, 4_000) + 0.1  # quadratic: 16 and more


def test_reading_tells_how_far_it_is_and_can_go_on_after_a_row() -> None:
    lines = [json.dumps({"text": "x" * 300, "id": number}) for number in range(3000)]
    content = ("\n\n".join(lines) + "\nbroken").encode()
    reader = FORMATS.get("jsonl").read(io.BytesIO(content))
    first = list(islice(iter(reader), 10))
    assert 0 < reader.bytes_read <= BLOCK_BYTES * 2 < len(content)
    rest = list(reader)
    assert reader.bytes_read == len(content)
    assert reader.blank_lines == 2999
    again = FORMATS.get("jsonl").read(io.BytesIO(content))
    assert next(again) == first[0]
    assert list(islice(iter(again), 9, None)) == rest
    assert rows("jsonl", lines[0])[0].line == 1
