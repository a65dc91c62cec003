"""A file aggregated piece by piece gives what it gives in memory, and needs no more memory when it is longer."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assay.aggregation import AGGREGATORS
from assay.aggregation.streaming import METHODS, aggregate_file
from assay.aggregation.streaming.crowd import StreamedCrowd
from assay.aggregation.streaming.source import open_source
from assay.agreement import LabelTable
from assay.agreement.label_parquet import read_label_parquet
from assay.kernel.columns import ColumnFileError
from assay.kernel.parquet_columns import arrow

Row = tuple[Any, Any, Any]


def draw(n_tasks: int, seed: int, overlap: int = 5, n_annotators: int = 40) -> list[Row]:
    """Answers sorted by task, of annotators of different skill; some are missing, and so are all of some tasks."""
    rng = np.random.default_rng(seed)
    skill, rows = rng.uniform(0.4, 0.95, n_annotators), []
    for task in range(n_tasks):
        truth = rng.integers(0, 3)
        for who in rng.choice(n_annotators, overlap, replace=False):
            label = truth if rng.random() < skill[who] else rng.integers(0, 3)
            missing = task % 50 == 7 or rng.random() < 0.02
            rows.append((f"t{task}", f"w{who}", None if missing else "xyz"[label]))
    return rows


def write(path: Path, rows: Iterable[Row], types: Sequence[Any] = (None, None, None), **options: Any) -> Path:
    pa = arrow()
    columns = [pa.array(column, type_) for column, type_ in zip(zip(*rows, strict=True), types, strict=True)]
    arrow("pyarrow.parquet").write_table(
        pa.table(dict(zip(("task", "worker", "label"), columns, strict=True))), path, **options
    )
    return path


def read(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = arrow("pyarrow.parquet").read_table(path).to_pylist()
    return rows


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    """A little more than one batch, and than one block of tasks."""
    rows = draw(17_000, 3)
    return write(tmp_path_factory.mktemp("crowd") / "crowd.parquet", rows), rows


@pytest.mark.parametrize(
    ("method", "with_gold"),
    [(method, gold) for method, each in METHODS.items() for gold in {False, each.card.accepts_gold}],
)
def test_it_decides_as_in_memory(method: str, with_gold: bool, crowd: tuple[Path, list[Row]], tmp_path: Path) -> None:
    path, rows = crowd
    aggregator = next(each for each in AGGREGATORS if each.id == method)
    gold = {"t3": "x", "t7": "y", "t16500": "z", "elsewhere": "x"} if with_gold else None
    whole = aggregator(LabelTable.from_rows(rows), gold=gold)
    found = aggregate_file(path, tmp_path / "out.parquet", method=method, gold=gold)
    streamed = read(tmp_path / "out.parquet")
    assert [row["task"] for row in streamed] == [f"t{task}" for task in range(17_000)]
    assert [row["label"] for row in streamed] == [whole[row["task"]].label for row in streamed]
    ours = np.array([row["confidence"] or 0.0 for row in streamed])
    assert np.abs(ours - [whole[row["task"]].confidence or 0.0 for row in streamed]).max() < 1e-9
    assert (found.n_labeled, found.n_tied + found.n_silent) == (17_000 - whole.n_undecided, whole.n_undecided)
    assert (found.n_annotations, found.n_missing) == (whole.n_annotations_used, len(rows) - whole.n_annotations_used)
    assert found.n_gold == len(whole.gold_tasks)
    assert (found.labels, found.annotators) == (whole.labels, whole.annotators.names)
    np.testing.assert_array_equal(found.n_annotations_of, whole.annotators.n_annotations)
    if whole.fit is not None and found.fit is not None:
        assert found.fit.iterations == whole.fit.iterations
    if aggregator.card.models_confusion and found.confusion_of is not None:
        matrix = whole.annotators["w3"].confusion
        assert matrix is not None
        np.testing.assert_allclose(found.confusion_of(found.annotators.index("w3")), matrix, atol=1e-9)
    if found.expected_wrong is not None:
        assert found.expected_wrong == pytest.approx(whole.expected_loss[whole.label_codes >= 0].sum(), abs=1e-6)


@pytest.mark.parametrize("rows_at_once", [1, 2, 3, 7, 1000])
def test_where_a_batch_ends_changes_nothing(rows_at_once: int, tmp_path: Path) -> None:
    rows = [row for row in draw(40, 5) if row[0] != "t3" or row[1] < "w2"]
    source = open_source(write(tmp_path / "crowd.parquet", rows, row_group_size=5))
    table = LabelTable.from_rows(rows)
    with StreamedCrowd(source, tmp_path, {"t4": "y"}, rows_at_once) as streamed:
        blocks = list(streamed.named_blocks())
        assert list(tmp_path.glob(".assay-*")) == []  # scratch files have no name
    names = [name for tasks, _ in blocks for name in tasks.to_pylist()]
    assert names == list(dict.fromkeys(row[0] for row in rows))
    found = {
        (name, streamed.annotators[streamed.pair_annotator[pair]], streamed.labels[streamed.pair_label[pair]])
        for tasks, block in blocks
        for name, pair in zip(np.array(tasks.to_pylist())[block.task], block.pair, strict=True)
    }
    assert found == {row for row in rows if row[2] is not None}
    assert streamed.n_tasks == len(table.tasks)
    gold = {name for tasks, block in blocks if block.gold is not None
            for name, code in zip(tasks.to_pylist(), block.gold, strict=True) if code == 1}  # fmt: skip
    assert gold == {"t4"}


def test_other_types_and_csv_say_the_same(tmp_path: Path) -> None:
    pa = arrow()
    text = [(f"{task}", who, label) for task, who, label in ((int(t[1:]), w, v) for t, w, v in draw(300, 8))]
    numbers = [(int(task), int(who[1:]), None if label is None else "xyz".index(label)) for task, who, label in text]
    dictionary = pa.dictionary(pa.int16(), pa.string())
    files = [
        write(tmp_path / "text.parquet", text),
        write(tmp_path / "coded.parquet", text, (dictionary, dictionary, dictionary)),
        write(tmp_path / "wide.parquet", text, (pa.large_string(), pa.string(), pa.string())),
        write(tmp_path / "numbers.parquet", numbers, (pa.int32(), pa.uint8(), pa.float64())),
    ]
    comma = tmp_path / "comma.csv"
    with comma.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["seconds", "Label", "note", "Task_ID", "Worker"])
        writer.writerows([1, label or "NA", 'a "b",\nc', f" {task} ", who] for task, who, label in text)
    semicolon = tmp_path / "semicolon.csv"
    semicolon.write_text("item;rater;value\n" + "".join(f"{t};{w};{v or ''}\n" for t, w, v in text), encoding="utf-8")
    answers = []
    for path in [*files, comma, semicolon]:
        found = aggregate_file(path, tmp_path / "out.csv")
        written = (tmp_path / "out.csv").read_text(encoding="utf-8")
        if path.name == "numbers.parquet":
            for place, name in enumerate("xyz"):
                written = written.replace(f",{float(place)},", f",{name},")
        answers.append((found.n_tasks, found.n_annotations, written))
    assert all(answer == answers[0] for answer in answers)
    aggregate_file(files[3], tmp_path / "out.parquet")
    assert [str(type_) for type_ in arrow("pyarrow.parquet").read_schema(tmp_path / "out.parquet").types] == [
        "int64", "double", "double",
    ]  # fmt: skip


def orders() -> dict[str, list[Any]]:
    return {
        "rising text": ["a", "ab", "b", "é"],
        "falling text": ["é", "b", "ab", "a"],
        "rising by length": ["t1", "t9", "t10", "t100"],
        "falling by length": ["t100", "t20", "t9", "t1"],
        "rising numbers": [-5, 0, 9, 10],
        "falling numbers": [3.5, 1.0, -2.0],
    }


@pytest.mark.parametrize("name", list(orders()))
def test_orders_that_are_understood(name: str, tmp_path: Path) -> None:
    rows = [(task, who, "x") for task in orders()[name] for who in ("a", "b")]
    found = aggregate_file(write(tmp_path / "in.parquet", rows), tmp_path / "out.parquet", method="majority")
    assert found.n_tasks == found.n_labeled == len(orders()[name])
    assert [row["task"] for row in read(tmp_path / "out.parquet")] == orders()[name]


def test_a_task_that_comes_back_is_never_taken_for_a_new_one(tmp_path: Path) -> None:
    for names in itertools.product(["b", "a", "aa"], repeat=4):
        runs = [name for name, _ in itertools.groupby(names)]
        path = write(tmp_path / "in.parquet", [(task, f"w{place}", "x") for place, task in enumerate(names)])
        if len(set(runs)) < len(runs):
            with pytest.raises(ColumnFileError, match=r"Row [234] has the task .* not sorted by task.*Sort it by task"):
                aggregate_file(path, tmp_path / "out.csv", method="majority")
            assert not (tmp_path / "out.csv").exists()


def bad_tables() -> dict[str, tuple[list[Row], str]]:
    good = ("t1", "ann", "x")
    return {
        "two labels": ([good, ("t2", "ann", "x"), ("t2", "ben", "y"), ("t2", "ann", "y")], r"rows 2 and 4"),
        "two equal labels": ([good, good], r"'ann' has two labels on task 't1' \(rows 1 and 2\)"),
        "no task": ([good, (None, "ann", "x")], "Row 2 has no task"),
        "empty task": ([good, ("", "ann", "x")], "Row 2 has no task"),
        "no annotator": ([good, ("t2", None, "x")], "Row 2 has no annotator"),
        "a task comes back": ([good, ("t2", "ann", "x"), ("t1", "ben", "x")], "Row 3 has the task 't1' after 't2'"),
        "a list": ([("t1", "ann", ["x"])], "column 'label' has the type list"),
        "a structure": ([({"id": 1}, "ann", "x")], "column 'task' has the type struct"),
        "bytes": ([(b"t1", "ann", "x")], "column 'task' has the type binary"),
    }


@pytest.mark.parametrize("name", list(bad_tables()))
def test_rows_that_cannot_be_used_are_named(name: str, tmp_path: Path) -> None:
    rows, said = bad_tables()[name]
    path, out = write(tmp_path / "in.parquet", rows), tmp_path / "out.csv"
    out.write_text("earlier", encoding="utf-8")
    with pytest.raises(ColumnFileError, match=said):
        aggregate_file(path, out)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.parquet", "out.csv"]
    assert out.read_text(encoding="utf-8") == "earlier"
    if name != "a task comes back":  # which is no fault in memory
        with pytest.raises(ColumnFileError, match=said):
            read_label_parquet(path)


def test_a_missing_label_is_no_second_label(tmp_path: Path) -> None:
    rows = [("t1", "ann", "x"), ("t1", "ann", None), ("t1", "ann", ""), ("t2", "ben", "")]
    path = write(tmp_path / "in.parquet", rows)
    found = aggregate_file(path, tmp_path / "out.csv", method="majority")
    assert (found.n_annotations, found.n_missing, found.n_silent) == (1, 3, 1)
    assert (tmp_path / "out.csv").read_text() == "task,label,confidence\nt1,x,1\nt2,,\n"
    table = LabelTable.from_parquet(path)
    assert (table.tasks, table.annotators, table.labels, table.n_missing) == (("t1", "t2"), ("ann", "ben"), ("x",), 3)


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    whole = write(tmp_path / "good.parquet", draw(50, 1)).read_bytes()

    def refuses(content: bytes, name: str, said: str) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ColumnFileError, match=said):
            aggregate_file(path, out)
        assert not out.exists()

    refuses(b"", "a.parquet", "cannot be read as a Parquet file")
    refuses(b"task,worker,label\n", "a.parquet", "cannot be read as a Parquet file")
    refuses(whole[:-30], "a.csv", "cannot be read as a Parquet file")  # it begins as one
    refuses(whole[:200] + bytes(200) + whole[400:], "a.parquet", "cannot be read as a Parquet file")
    refuses(b"", "a.csv", "The file is empty")
    refuses(b"task,worker,label\n", "a.csv", "The file has no rows")
    refuses(b"task,worker,label\nt1,a\n", "a.csv", "cannot be read as CSV")
    refuses(b"task,worker,label\nt1,a,\xff\n", "a.csv", "cannot be read as CSV")
    refuses(b"task,ann,ben\nt1,x,y\n", "a.csv", "There is no column for annotator")
    refuses("task,worker,label\n".encode("utf-16"), "a.csv", "UTF-16")
    with pytest.raises(OSError, match="No such file"):
        aggregate_file(tmp_path / "nothing.parquet", out)
    with pytest.raises(ColumnFileError, match="There is no column 'grade'; the columns are: task, worker, label"):
        aggregate_file(tmp_path / "good.parquet", out, label="grade")
    empty = write(tmp_path / "empty.parquet", [("t", "a", "x")])
    arrow("pyarrow.parquet").write_table(arrow("pyarrow.parquet").read_table(empty).slice(0, 0), empty)
    with pytest.raises(ColumnFileError, match="The file has no rows"):
        aggregate_file(empty, out)


def test_options_that_cannot_be_used(tmp_path: Path) -> None:
    path, out = write(tmp_path / "good.parquet", draw(50, 1)), tmp_path / "out.csv"
    for options, said in (
        ({"method": "glad"}, "cannot be streamed; use one of majority, weighted_majority, one_coin, dawid_skene"),
        ({"method": "majority", "gold": {"t1": "x"}}, "Majority does not use gold"),
        ({"method": "majority", "smoothing": 1.0}, "majority has no option 'smoothing'; it has none"),
        ({"smoothing": -1.0}, "smoothing is -1.0"),
        ({"method": "weighted_majority", "rounds": 0}, "rounds is 0"),
        ({"tie_rule": "first"}, "There is no tie rule 'first'"),
        ({"gold": {"t1": "maybe"}}, "gold says 'maybe' for task 't1', a label that no annotation has"),
    ):
        with pytest.raises(ValueError, match=said):
            aggregate_file(path, out, **options)
    assert not out.exists()


def test_few_rounds_ties_and_one_label(tmp_path: Path) -> None:
    rows = [("t1", "ann", "x"), ("t1", "ben", "y"), ("t2", "ann", "y"), ("t2", "ben", "y")]
    path = write(tmp_path / "in.parquet", rows)
    table = LabelTable.from_rows(rows)
    for options in ({"max_iterations": 0}, {"max_iterations": 1}, {"smoothing": 0.0}, {}):
        for method in ("one_coin", "dawid_skene"):
            whole = next(each for each in AGGREGATORS if each.id == method).compute(table, **options)
            aggregate_file(path, tmp_path / "out.parquet", method=method, **options)
            ours = [row["confidence"] for row in read(tmp_path / "out.parquet")]
            np.testing.assert_allclose(ours, whole.confidence, atol=1e-9)
    found = aggregate_file(path, tmp_path / "out.parquet", method="majority", tie_rule="prior")
    assert ([row["label"] for row in read(tmp_path / "out.parquet")], found.n_tied) == (["y", "y"], 0)
    write(path, [("t1", "ann", "x"), ("t2", "ann", "x")])
    for method in METHODS:
        assert aggregate_file(path, tmp_path / "out.parquet", method=method).n_labeled == 2
    write(path, [("t1", "ann", None)], (None, None, arrow().string()))
    for method in METHODS:
        assert aggregate_file(path, tmp_path / "out.parquet", method=method).n_silent == 1


def test_more_tasks_take_no_more_memory(tmp_path: Path) -> None:
    def peak(n_tasks: int) -> int:
        program = (
            "import sys, resource; from assay.aggregation.streaming import aggregate_file;"
            "aggregate_file(sys.argv[1], sys.argv[2], max_iterations=3);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        path = many(tmp_path / f"{n_tasks}.parquet", n_tasks)
        done = subprocess.run(
            [sys.executable, "-c", program, path, tmp_path / "out.parquet"], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    short, long = peak(50_000), peak(500_000)
    assert long - short < 20_000, (short, long)  # kilobytes; in memory the posterior and the codes alone are 36,000


def many(path: Path, n_tasks: int) -> Path:
    """Two answers a task, written in parts."""
    pa, parquet = arrow(), arrow("pyarrow.parquet")
    rng = np.random.default_rng(2)
    with parquet.ParquetWriter(
        path, pa.schema([("task", pa.int64()), ("worker", pa.int64()), ("label", pa.int64())])
    ) as out:
        for start in range(0, n_tasks, 50_000):
            task = np.repeat(np.arange(start, start + 50_000), 2)
            worker = np.tile([0, 50], 50_000) + np.repeat(rng.integers(0, 50, 50_000), 2)
            columns = [pa.array(column) for column in (task, worker, rng.integers(0, 3, 100_000))]
            out.write_batch(pa.record_batch(columns, schema=out.schema))
    return path


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "in.parquet", draw(10, 1))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for use in (lambda: aggregate_file(path, tmp_path / "out.csv"), lambda: LabelTable.from_parquet(path)):
        with pytest.raises(ImportError, match=r"need pyarrow; install it \(pip install pyarrow\)"):
            use()
    assert not (tmp_path / "out.csv").exists()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.aggregation.label_writer import LabelWriter

    path, out = write(tmp_path / "in.parquet", draw(10, 1)), tmp_path / "out.csv"
    out.write_text("earlier", encoding="utf-8")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LabelWriter, "add", full)
    with pytest.raises(OSError, match="No space left"):
        aggregate_file(path, out)
    assert out.read_text(encoding="utf-8") == "earlier"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.parquet", "out.csv"]
