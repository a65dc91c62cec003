"""``assay agreement FILE.csv`` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assay.agreement import METRICS
from assay.cli.agreement import agreement
from assay.kernel.parquet_columns import arrow

VOTES = "task,worker,label\n" + "".join(
    f"{task},{who},{'yes' if (task * step) % 3 else 'no'}\n"
    for task in range(40)
    for who, step in (("ann", 1), ("ben", 4), ("cem", 5))
)
NOMINAL = [metric for metric in METRICS if metric.card.accepts("nominal")]
NUMBERS = {"value", "low", "high", "n_tasks", "n_annotations", "n_annotators", "reason"}

app = typer.Typer()
app.command()(agreement)


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def votes(tmp_path: Path) -> str:
    path = tmp_path / "votes.csv"
    path.write_text(VOTES, encoding="utf-8")
    return str(path)


def test_text_for_people(votes: str) -> None:
    code, out, err = run(votes)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"{votes} (task = task, annotator = worker, label = label)"
    for metric in NOMINAL:
        assert metric.card.title in out


def test_json_for_programs(votes: str) -> None:
    code, out, err = run(votes, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert set(document) == {metric.id for metric in NOMINAL}
    for numbers in document.values():
        assert set(numbers) >= NUMBERS
        assert numbers["reason"] is None
        assert numbers["low"] <= numbers["value"] <= numbers["high"]
        assert (numbers["n_tasks"], numbers["n_annotations"], numbers["n_annotators"]) == (40, 120, 3)
    pairs = document["cohen_kappa"]["pairs"]
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("ann", "ben"), ("ann", "cem"), ("ben", "cem")]
    assert all(set(pair) >= NUMBERS for pair in pairs)


def test_undefined_is_null_with_a_reason() -> None:
    code, out, _ = run("-", "--json", stdin=b"task_id,annotator_A,annotator_B\n1,x,x\n2,x,x\n3,,x\n")
    document = json.loads(out)
    assert code == 0
    assert document["percent_agreement"]["value"] == 1.0
    for metric in ("cohen_kappa", "fleiss_kappa", "krippendorff_alpha", "scott_pi"):
        assert [document[metric][name] for name in ("value", "low", "high")] == [None, None, None]
        assert "'x'" in document[metric]["reason"]
    assert document["cohen_kappa"]["pairs"][0]["value"] is None


def test_the_confidence_can_be_chosen(votes: str) -> None:
    wide, narrow = (json.loads(run(votes, "--json", "--confidence", level)[1]) for level in ("0.99", "0.5"))
    assert wide["fleiss_kappa"]["low"] < narrow["fleiss_kappa"]["low"]
    assert (wide["fleiss_kappa"]["level"], narrow["fleiss_kappa"]["level"]) == (0.99, 0.5)
    code, out, err = run(votes, "--confidence", "95")
    assert (code, out) == (2, "")
    assert err == "--confidence is 95.\nGive a number between 0 and 1, such as 0.95.\n"


@pytest.mark.parametrize("flags", [[], ["--json"]])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"task,worker,label\n1,ann,x\n1,ann,x\n", "Line 3 is the second label of annotator 'ann' on task '1'"),
        (b"task,worker\n1,ann\n", "There is no column for label"),
        (b"", "The file is empty."),
        (b"label\nx\n", "The file has one column ('label')."),
        (b"task,worker,label\n1,ann,\xff\n", "Line 2 is not UTF-8 text (byte 0xff)."),
    ],
)
def test_files_that_cannot_be_read(content: bytes, said: str, flags: list[str], tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    code, out, err = run(str(path), *flags)
    assert (code, out) == (2, "")
    assert err.startswith(f"{path}: ") and said in err
    assert err.count("\n") == 2 and "Traceback" not in err


def test_no_file(tmp_path: Path) -> None:
    code, out, err = run(str(tmp_path / "nothing.csv"))
    assert (code, out) == (2, "")
    assert err.endswith("cannot be opened: No such file or directory.\nCheck the path.\n")
    assert run(str(tmp_path))[0] == 2


WORDS = ("low", "mid", "high")
GRADES = "task_id,annotator_A,annotator_B\n" + "".join(
    f"{task},{WORDS[task % 3]},{WORDS[min(task % 3 + (task % 7 == 0), 2)]}\n" for task in range(42)
)
SCORES = "task_id,annotator_A,annotator_B\n" + "".join(
    f"{task},{task % 9},{task % 9 + (task % 4) / 2}\n" for task in range(42)
)


@pytest.mark.parametrize("level", ["interval", "ratio", "ordinal"])
def test_numbers_have_the_metrics_of_their_scale(level: str) -> None:
    code, out, err = run("-", "--json", "--level", level, stdin=SCORES.encode())
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert list(document) == [metric.id for metric in METRICS if metric.card.accepts(level)]
    assert document["krippendorff_alpha"]["value"] > 0.6
    assert {numbers["scale"] for numbers in document.values()} == {level}
    assert all(numbers["low"] is not None for numbers in document.values())
    code, out, _ = run("-", "--level", level, stdin=SCORES.encode())
    assert code == 0 and "Krippendorff's alpha" in out


def test_words_are_in_the_order_that_is_stated() -> None:
    code, out, _ = run("-", "--json", "--level", "ordinal", "--levels", "low, mid,high", stdin=GRADES.encode())
    assert code == 0
    ordinal = json.loads(out)["krippendorff_alpha"]["value"]
    _, out, _ = run("-", "--json", stdin=GRADES.encode())
    assert json.loads(out)["krippendorff_alpha"]["value"] != ordinal


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--level", "ordinal"], "The label 'high' is not a number"),
        (["--level", "interval"], "The label 'high' is not a number"),
        (["--level", "ordinal", "--levels", "low,high"], "levels does not have 'mid'"),
        (["--levels", "low,mid,high"], "--levels states an order, and --level is nominal."),
    ],
)
def test_labels_that_are_not_of_the_level_are_refused(arguments: list[str], said: str) -> None:
    code, out, err = run("-", *arguments, stdin=GRADES.encode())
    assert (code, out) == (2, "")
    assert said in err and err.count("\n") == 2


def test_parquet_says_what_csv_says(votes: str, tmp_path: Path) -> None:
    pa, pq = arrow(), arrow("pyarrow.parquet")
    rows = [line.split(",") for line in VOTES.splitlines()[1:]]
    task, worker, label = zip(*rows, strict=True)
    columns = {"task": [int(name) for name in task], "worker": worker, "label": pa.array(label).dictionary_encode()}
    path = tmp_path / "votes.parquet"
    pq.write_table(pa.table(columns), path)
    assert json.loads(run(str(path), "--json")[1]) == json.loads(run(votes, "--json")[1])
    pq.write_table(pa.table({"task": task, "worker": worker, "label": [int(name) % 4 for name in task]}), path)
    assert json.loads(run(str(path), "--json", "--level", "interval")[1])["krippendorff_alpha"]["value"] == 1.0
    pq.write_table(pa.table({"task": task, "worker": worker}), path)
    code, out, err = run(str(path))
    assert (code, out) == (2, "")
    assert err.startswith(f"{path}: There is no column for label; the columns are: task, worker.")
    path.write_bytes(b"PAR1")
    assert "It cannot be read as a Parquet file" in run(str(path))[2]
