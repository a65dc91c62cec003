"""Files of labels: the shapes that are read, and the errors that say where and what to do."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from assay.agreement import LabelFileError, LabelTable, cohen_kappa, read_label_csv
from assay.agreement.label_csv import parse_label_csv

Row = tuple[object, object, object]


def rows_of(table: LabelTable) -> list[Row]:
    codes = zip(table.task_codes, table.annotator_codes, table.label_codes, strict=True)
    return [(table.tasks[task], table.annotators[annotator], table.labels[label]) for task, annotator, label in codes]


def read(text: str) -> LabelTable:
    return parse_label_csv(text.encode()).table


TWO = [("1", "ann", "x"), ("1", "ben", "y")]


@pytest.mark.parametrize(
    "text",
    [
        "task,annotator,label\n1,ann,x\n1,ben,y\n",
        "task,annotator,label\r\n1,ann,x\r\n1,ben,y",
        "Label , WORKER,task_id\nx,ann,1\ny,ben,1\n",
        "item;rater;answer\n1;ann;x\n1;ben;y\n",
        "id\tuser\tvalue\n1\tann\tx\n1\tben\ty\n",
        "\ufefftask|annotator|label\n1|ann|x\n1|ben|y\n",
        'task,annotator,label\n"1", ann ,"x"\n\n1,"ben", y \n,,\n',
        'text,task,seconds,worker,label,value\n"a, b\nc",1,3,ann,x,9\n,1,2,ben,y,9\n',
    ],
)
def test_one_row_an_annotation(text: str) -> None:
    assert rows_of(read(text)) == TWO


@pytest.mark.parametrize(
    "text",
    [
        "task_id,ann,ben\n1,x,y\n",
        "ann,ben\nx,y\n",
        "Task;ann;ben\n1;x;y\n",
        "item,ann,ben\n1,x,y,\n",
    ],
)
def test_one_column_an_annotator(text: str) -> None:
    assert rows_of(read(text)) == TWO


def test_other_columns_are_ignored_where_annotators_are_marked() -> None:
    text = "task_id,text,annotator_A,annotator_B,annotator_C\n7,hello,x,NA,y\n8,world,,x,x\n"
    file = parse_label_csv(text.encode())
    assert file.columns_read == "task = task_id, annotators = annotator_A, annotator_B, annotator_C"
    assert rows_of(file.table) == [
        ("7", "annotator_A", "x"),
        ("7", "annotator_C", "y"),
        ("8", "annotator_B", "x"),
        ("8", "annotator_C", "x"),
    ]
    assert file.table.n_missing == 2


@pytest.mark.parametrize("cell", ["", " ", "NA", "NaN", "nan", "null", "NULL"])
def test_missing_cells(cell: str) -> None:
    assert read(f"task,annotator,label\n1,ann,{cell}\n1,ben,y\n").n_missing == 1
    assert read(f"task,ann,ben\n1,{cell},y\n").n_missing == 1


@pytest.mark.parametrize("label", ["none", "N/A", "Na", "0", "false", "-", "NaNs", "'"])
def test_what_only_looks_missing_is_a_label(label: str) -> None:
    assert label in read(f"task,annotator,label\n1,ann,{label}\n1,ben,y\n").labels


def test_labels_are_text_and_never_numbers() -> None:
    table = read("task,annotator,label\n1,ann,1\n1,ben,1.0\n2,ann,01\n2,ben,1e0\n")
    assert table.labels == ("01", "1", "1.0", "1e0")


def test_text_in_any_script_and_of_any_length() -> None:
    long = "word " * 60_000
    limit = csv.field_size_limit()
    table = read(f'task,annotator,label,text\n1,عمر,مثبت 😀,"{long}"\n1,李,良い,\n')
    assert set(table.labels) == {"مثبت 😀", "良い"}
    assert parse_label_csv("task,a,b\n1,ä,ö\n".encode("utf-16")).table.labels == ("ä", "ö")
    assert csv.field_size_limit() == limit


def test_the_columns_that_were_read_are_said() -> None:
    assert parse_label_csv(b"label,value,id,task,user,worker\nx,1,2,3,4,5\n").columns_read == (
        "task = task, annotator = worker, label = label"
    )
    assert parse_label_csv(b"ann,ben\nx,y\n").columns_read == "task = row number, annotators = ann, ben"


ERRORS: dict[str, tuple[bytes, int | None, str, str]] = {
    "empty": (b"", None, "The file is empty.", "Give a header line"),
    "blank": (b"\xef\xbb\xbf \n\n", None, "The file is empty.", "Give a header line"),
    "header only": (b"task,annotator,label\n", 1, "There is no line below the header.", "Give one line"),
    "one column": (b"label\nx\ny\n", 1, "The file has one column ('label').", "Separate the columns"),
    "one annotator": (b"task,ann\n1,x\n", 1, "There is one column of labels ('ann')", "at least two annotators"),
    "no label column": (b"task,worker,lable\n1,a,x\n", 1, "no column for label; the header is: task", "Name the"),
    "no task and label": (b"when,worker,x\n1,a,x\n", 1, "There is no column for task and label", "Name the columns"),
    "no annotator column": (b"task,label\n1,x\n", 1, "There is no column for annotator", "Name the columns"),
    "two columns of one name": (b"task,ann,ann\n1,x,y\n", 1, "Two columns are called 'ann'.", "its own name"),
    "a column without name": (b"task,ann,ben,\n1,x,y,\n", 1, "Column 4 has no name.", "or remove it"),
    "duplicate": (
        b"task,worker,label\n1,ann,x\n1,ben,x\n\n1,ann,y\n",
        5,
        "Line 5 is the second label of annotator 'ann' on task '1' (the first is on line 2).",
        "Keep one label",
    ),
    "duplicate task": (
        b"task,ann,ben\n1,x,y\n2,x,\n1,,y\n",
        4,
        "Line 4 is the second label of annotator 'ben' on task '1' (the first is on line 2).",
        "Keep one label",
    ),
    "short line": (b"task,worker,label\n1,ann,x\n1,ben\n", 3, "Line 3 has 2 cells, and the header has 3.", "Quote"),
    "long line": (b"task,worker,label\n1,ann,a,b\n", 2, "Line 2 has 4 cells, and the header has 3.", "Quote a cell"),
    "no task": (b"task,worker,label\n ,ann,x\n", 2, "Line 2 has no task (column 'task').", "Fill the cell"),
    "no annotator": (b"task,worker,label\n1,,x\n", 2, "Line 2 has no annotator (column 'worker').", "Fill the cell"),
    "no task of a row": (b"id,ann,ben\n1,x,y\n,x,y\n", 3, "Line 3 has no task (column 'id').", "Fill the cell"),
    "open quote": (b'task,worker,label\n1,ann,"x\n1,ben,y\n', 2, "Line 2 cannot be read", "Close the quotation mark"),
    "not UTF-8": (b"task,worker,label\n1,ann,x\n1,ben,caf\xe9\n", 3, "Line 3 is not UTF-8 text (byte 0xe9).", "Save"),
    "open quote in the header": (
        b'"task,worker,label\n1,ann,x\n',
        1,
        "Line 1 cannot be read",
        "Close the quotation mark",
    ),
    "half UTF-16": (b"\xff\xfet\x00a", 1, "Line 1 is not UTF-16 text", "Save the file with the encoding UTF-8."),
    "an Excel file": (b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xb5\xff", 1, "Line 1 is not UTF-8 text", "Save the file"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_where_what_and_what_to_do(case: str) -> None:
    content, line, message, action = ERRORS[case]
    with pytest.raises(LabelFileError) as caught:
        parse_label_csv(content)
    assert message in caught.value.message
    assert caught.value.action.startswith(action) or action in caught.value.action
    assert caught.value.line == line
    assert str(caught.value) == f"{caught.value.message} {caught.value.action}"


def test_lines_are_counted_as_an_editor_does() -> None:
    with pytest.raises(LabelFileError, match="Line 6 has 1 cells"):
        read('task,worker,label\n1,ann,"x\ny"\n\n2,ann,z\noops\n')


def test_a_file_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "votes.tsv"
    path.write_text("task\tann\tben\n1\tx\tx\n2\ty\ty\n", encoding="utf-8")
    assert cohen_kappa(read_label_csv(path).table).value == 1.0
    assert LabelTable.from_csv(path).n_annotations == 4
    with pytest.raises(FileNotFoundError):
        LabelTable.from_csv(tmp_path / "nothing.csv")
