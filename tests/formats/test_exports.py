"""Exports: what each format writes, that it is read back, and that no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.formats import FORMATS, Row, detect
from assay.formats.formula import escape_formula, unescape_formula
from assay.labels import read_result
from tests.formats.reading import SENTIMENT, TOPIC, annotation, as_export, export_row, refused, rows, written
from tests.formats.test_json_text import JSON_VALUES

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CSV_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LATE = annotation(2, "Negative", counted=False, supersedes=None)
ROWS = [
    export_row(1, annotation(1), annotation(3, "Neutral", annotator="label-studio:17"), LATE),
    export_row(2, key=None, data={"text": "=cmd|' /C calc'!A0", "n": [1, {"a": None}], "empty": ""}, majority={}),
    export_row(3, annotation(4, confidence=None, seconds=None, annotator="annotator-3"), data={"text": 'ü😀\r\n"x",;'}),
]


def counting(row: Row) -> list[dict[str, Any]]:
    """Of a native row the annotations that count, as a format without a past reads them."""
    return [
        {name: value for name, value in given.items() if name != "past"}
        for given in row.annotations
        if given["past"]["counted"]
    ]


def table(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("format_id", ["jsonl", "json"])
def test_native_formats_keep_everything(format_id: str) -> None:
    content = written(format_id, ROWS)
    back = rows(format_id, content)
    assert [as_export(row) for row in back] == ROWS
    assert written(format_id, [as_export(row) for row in back]) != b""
    assert rows(format_id, written(format_id, [as_export(row) for row in back])) == back


@pytest.mark.parametrize("format_id", ["jsonl", "json"])
@settings(deadline=None, max_examples=50)
@given(st.lists(st.dictionaries(TEXTS, JSON_VALUES, max_size=4), max_size=4), TEXTS, st.floats(0, 1e9))
def test_native_formats_keep_any_data(format_id: str, data: list[dict[str, Any]], name: str, seconds: float) -> None:
    given = [
        export_row(number, annotation(number, name, annotator=name, seconds=seconds), data=member)
        for number, member in enumerate(data)
    ]
    assert [as_export(row) for row in rows(format_id, written(format_id, given))] == given


def test_a_lossy_number_is_not_written_silently() -> None:
    assert b"1180591620717411303424" in written("jsonl", [export_row(data={"n": 2**70})])


def test_the_table_has_one_record_an_annotation() -> None:
    content = written("csv", ROWS, config=SENTIMENT)
    records = table(content)
    assert content.endswith(b"\r\n")
    assert [(record["task_id"], record["annotation_id"]) for record in records] == [
        ("1", "annotation1"), ("1", "annotation3"), ("1", "annotation2"), ("2", ""), ("3", "annotation4"),
    ]  # fmt: skip
    first = records[0]
    del first["result"]
    assert first == {
        "task_id": "1", "task_key": "key-1", "data.text": "text 1", "data_rest": "",
        "annotation_id": "annotation1", "annotator": "p1@example.org", "annotator_name": "Person 1",
        "created_at": "2026-01-31T09:00:00.123456Z", "source": "web", "supersedes": "",
        "seconds": "4.25", "confidence": "0.75", "guideline_version": "3", "label_config_version": "2",
        "policy_version": "1", "counted": "true", "answer.sentiment": "Positive", "majority.sentiment": "Positive",
    }  # fmt: skip
    assert records[2]["counted"] == "false"
    assert (records[3]["annotator"], records[3]["counted"], records[3]["answer.sentiment"]) == ("", "", "")


def test_several_choices_are_a_json_list_always() -> None:
    given = [
        export_row(1, annotation(1, answers={"topics": ["Health"]}), majority={"topics": {"labels": ["Health"]}}),
        export_row(2, annotation(2, answers={"topics": []}), majority={"topics": {"labels": []}}),
        export_row(3, annotation(3, answers={"topics": ["Health", "Sport"]}), majority={}),
    ]
    records = table(written("csv", given, config=TOPIC))
    assert [record["answer.topics"] for record in records] == ['["Health"]', "[]", '["Health","Sport"]']
    assert [record["majority.topics"] for record in records] == ['["Health"]', "[]", ""]


@pytest.mark.parametrize("format_id", ["csv", "tsv"])
@pytest.mark.parametrize("raw", [False, True])
def test_the_table_is_read_back_with_its_annotations(format_id: str, raw: bool) -> None:
    content = written(format_id, ROWS, config=SENTIMENT, raw=raw)
    back = rows(format_id, content)
    assert [(row.key, row.data) for row in back] == [(row["key"], row["data"]) for row in ROWS]
    native = rows("jsonl", written("jsonl", ROWS))
    for row, same in zip(back, native, strict=True):
        assert [got | {"meta": {}} for got in row.annotations] == [got | {"meta": {}} for got in counting(same)]
    assert back[0].meta["not_counted"][0]["id"] == "annotation2"
    assert written(format_id, ROWS, config=SENTIMENT, raw=raw) == content


@pytest.mark.parametrize("raw", [False, True])
@settings(deadline=None, max_examples=80)
@given(st.lists(st.dictionaries(CSV_TEXTS.filter(str.strip), JSON_VALUES | CSV_TEXTS, max_size=4), max_size=4))
def test_the_table_keeps_any_data(raw: bool, data: list[dict[str, Any]]) -> None:
    data = [{key: value for key, value in member.items() if "\0" not in str(value)} for member in data]
    given = [export_row(number, annotation(number), data=member) for number, member in enumerate(data)]
    assert [row.data for row in rows("csv", written("csv", given, raw=raw))] == data


def test_a_table_that_was_sorted_otherwise_is_refused_where_tasks_are_torn() -> None:
    header, *records = written("csv", ROWS, config=SENTIMENT).decode().split("\r\n")
    torn = "\r\n".join([header, records[0], records[3], records[1]])
    ((line, field, reason),) = refused("csv", torn)
    assert (line, field) == (4, "task_id")
    assert "sort the table by task_id" in reason


def test_a_ragged_line_of_the_table_costs_itself() -> None:
    header, first, second, *others = written("csv", ROWS, config=SENTIMENT).decode().split("\r\n")
    content = "\r\n".join([header, first + ",more", second, *others])
    found = refused("csv", content)
    assert [(line, field) for line, field, _ in found] == [(2, "row")]


def test_an_annotation_of_nobody_is_kept() -> None:
    given = [export_row(1, annotation(1, annotator=None))]
    for format_id in ("jsonl", "csv", "label_studio"):
        (row,) = rows(format_id, written(format_id, given, config=SENTIMENT))
        assert row.annotations[0]["annotator"] is None


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("result", "[", "expecting value"),
        ("result", "{}", "must be a list"),
        ("data_rest", "[1]", "must be a JSON object"),
        ("seconds", "four", "expecting value"),
        ("created_at", "yesterday", "not a time"),
        ("task_id", "", "is empty"),
    ],
)
def test_a_broken_cell_of_the_table_is_named(column: str, cell: str, says: str) -> None:
    records = table(written("csv", ROWS[:1], config=SENTIMENT))[:1]
    records[0][column] = cell
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    ((line, field, reason),) = refused("csv", sink.getvalue())
    assert line == 2 and field.endswith(column)
    assert says in reason


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"]


def test_no_cell_begins_like_a_formula() -> None:
    nasty = [
        export_row(
            number,
            annotation(number, text, annotator=text, annotator_name=text, source=text, supersedes=text, id=text),
            data={"text": text, text: text},
            key=text,
            majority={"sentiment": {"labels": [text], "tied": [], "share": 1.0, "n": 1}},
        )
        for number, text in enumerate(DANGEROUS)
    ]
    for delimiter, format_id in ((",", "csv"), ("\t", "tsv")):
        content = written(format_id, nasty, config=SENTIMENT)
        for record in csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter):
            assert not [cell for cell in record if cell and cell[0] in "=+-@\t\r\n＝＋－＠"]
        assert [row.data for row in rows(format_id, content)] == [row["data"] for row in nasty]
        assert [row.key for row in rows(format_id, content)] == DANGEROUS
    assert b"\n0,=1+1," in written("csv", nasty, config=SENTIMENT, raw=True)


@given(TEXTS | st.sampled_from(DANGEROUS) | st.text(alphabet="'=+-@\t\ra", max_size=6))
def test_escaping_is_undone_exactly(text: str) -> None:
    cell = escape_formula(text)
    assert unescape_formula(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_pandas_reads_the_same_values() -> None:
    frame = pd.read_csv(io.BytesIO(written("csv", ROWS, config=SENTIMENT, raw=True)), keep_default_na=False, dtype=str)
    assert list(frame["data.text"]) == ["text 1"] * 3 + ["=cmd|' /C calc'!A0", 'ü😀\r\n"x",;']
    assert list(frame["answer.sentiment"]) == ["Positive", "Neutral", "Negative", "", "Positive"]
    assert json.loads(frame["data_rest"][3]) == {"n": [1, {"a": None}], "empty": ""}
    assert json.loads(frame["result"][0]) == ROWS[0]["annotations"][0]["result"]


def test_label_studio_gets_the_fields_it_knows() -> None:
    first, second, third = json.loads(written("label_studio", ROWS))
    known = """id data meta annotations drafts predictions created_at updated_at inner_id total_annotations
        cancelled_annotations total_predictions comment_count"""
    assert set(known.split()) <= set(first)
    assert (first["id"], first["inner_id"], first["total_annotations"]) == (1, 1, 2)
    assert first["meta"]["assay"]["key"] == "key-1"
    assert [given["id"] for given in first["meta"]["assay"]["not_counted"]] == ["annotation2"]
    one, other = first["annotations"]
    assert one["completed_by"] == {"email": "p1@example.org"} and other["completed_by"] == 17
    assert third["annotations"][0]["completed_by"] == {"email": "annotator-3"}
    assert (one["id"], other["id"], third["annotations"][0]["id"]) == (1, 2, 3)
    assert one["lead_time"] == 4.25 and one["created_at"] == "2026-01-31T09:00:00.123456Z"
    assert one["ground_truth"] is False and one["was_cancelled"] is False and one["result_count"] == 1
    assert UUID(one["unique_id"]) != UUID(other["unique_id"])
    assert one["assay"]["confidence"] == 0.75 and one["assay"]["guideline_version"] == 3
    assert read_result(SENTIMENT, one["result"]) == {"sentiment": ["Positive"]}
    assert second["annotations"] == []


def test_label_studio_json_is_read_back() -> None:
    content = written("label_studio", ROWS)
    assert detect("project-1.json", content) == "label_studio"
    back = rows("label_studio", content)
    native = rows("jsonl", written("jsonl", ROWS))
    assert [(row.key, row.data) for row in back] == [(row.key, row.data) for row in native]
    for row, same in zip(back, native, strict=True):
        for got, expected in zip(row.annotations, counting(same), strict=True):
            assert got | {"meta": {}} == expected | {"meta": {}}
            assert expected["meta"].items() <= got["meta"].items()
    assert [given["id"] for given in back[0].meta["not_counted"]] == ["annotation2"]


def test_an_export_of_label_studio_is_read() -> None:
    content = json.dumps([
        {
            "id": 41, "data": {"text": "Great"}, "meta": {"origin": "shop"}, "inner_id": 1, "predictions": [7],
            "annotations": [
                {"id": 5, "completed_by": {"id": 1, "email": "ann@example.org", "first_name": "Ann", "last_name": ""},
                 "result": [{"value": {"choices": ["Positive"]}, "id": "abc", "from_name": "sentiment",
                             "to_name": "text", "type": "choices", "origin": "manual"}],
                 "was_cancelled": False, "ground_truth": True, "created_at": "2024-05-06T07:08:09.123456Z",
                 "updated_at": "2024-05-06T07:08:10Z", "lead_time": 3.217, "unique_id": "6f", "task": 41},
                {"id": 6, "completed_by": 2, "result": [], "was_cancelled": True, "lead_time": None},
            ],
        },
        {"id": 42, "data": {"text": "Old"}, "completions": [{"result": [], "created_at": 1589000000, "lead_time": 1}]},
    ])  # fmt: skip
    first, second = rows("label_studio", content)
    assert (first.key, first.data, first.meta) == (
        "41", {"text": "Great"}, {"meta": {"origin": "shop"}, "inner_id": 1, "predictions": [7]},
    )  # fmt: skip
    positive, skipped = first.annotations
    assert positive["annotator"] == "ann@example.org" and positive["meta"]["ground_truth"] is True
    assert (positive["created_at_us"], positive["seconds"]) == (1_714_979_289_123_456, 3.217)
    assert read_result(SENTIMENT, positive["result"]) == {"sentiment": ["Positive"]}
    assert (skipped["annotator"], skipped["skipped"], skipped["seconds"]) == ("label-studio:2", True, None)
    assert second.annotations[0]["created_at_us"] == 1_589_000_000_000_000


def test_paths_in_data_are_only_text() -> None:
    data = {"text": "a", "image": "../../etc/passwd", "file": "file:///etc/passwd", "up": "/data/upload/../../x"}
    for format_id in ("jsonl", "json", "csv", "label_studio"):
        content = written(format_id, [export_row(1, annotation(1), data=data)], config=SENTIMENT)
        assert b"root:" not in content
        (row,) = rows(format_id, content)
        assert row.data == data


@pytest.mark.parametrize("format_id", ["jsonl", "json", "csv", "tsv", "label_studio"])
def test_nothing_to_export(format_id: str) -> None:
    sink = io.BytesIO()
    assert FORMATS.get(format_id).write(iter([]), sink, config=SENTIMENT) == 0
    assert [row for row in rows(format_id, sink.getvalue()) if isinstance(row, Row)] == []
