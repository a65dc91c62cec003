"""``assay aggregate FILE.csv`` from the outside."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assay.aggregation import AGGREGATORS
from assay.cli.aggregate import aggregate
from assay.kernel.parquet_columns import arrow

VOTES = "task,worker,label\n" + "".join(
    f"t{task},{who},{'yes' if (task + (slip if task % 7 == slip else 0)) % 2 else 'no'}\n"
    for task in range(42)
    for slip, who in enumerate(("ann", "ben", "cem", "dan"))
)

app = typer.Typer()
app.command()(aggregate)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    path = tmp_path / "votes.csv"
    path.write_text(VOTES, encoding="utf-8")
    return path


@pytest.mark.parametrize("method", [aggregator.id for aggregator in AGGREGATORS])
def test_every_method_writes_a_label_and_a_confidence(method: str, votes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    code, stdout, said = run(votes, "--method", method, "--output", out)
    assert (code, stdout) == (0, ""), said
    rows = rows_of(out)
    assert list(rows[0]) == ["task", "label", "confidence"]
    assert len(rows) == 42
    right = sum(row["label"] == ("yes" if int(row["task"][1:]) % 2 else "no") for row in rows)
    assert right >= 36
    assert all(0.0 < float(row["confidence"]) <= 1.0 for row in rows)
    assert "42 tasks, 168 annotations, 4 annotators, 2 labels." in said
    assert said.endswith(f"Wrote {out}.\n")
    assert list(tmp_path.glob(".*")) == []


def test_gold_is_used_and_what_is_not_known_is_counted(votes: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text("Truth;Task\nno;t1\nyes;t2\nmaybe;t3\nno;elsewhere\n;t4\n", encoding="utf-8-sig")
    code, _, said = run(votes, "--gold", gold, "--output", tmp_path / "out.csv")
    assert code == 0, said
    expected = (
        "Gold: the truth of 2 tasks was used; 1 tasks are not in the file; 1 have a label that nobody gave ('maybe')"
    )
    assert expected in said
    labels = {row["task"]: row for row in rows_of(tmp_path / "out.csv")}
    assert (labels["t1"]["label"], labels["t1"]["confidence"]) == ("no", "1")
    assert (labels["t2"]["label"], labels["t2"]["confidence"]) == ("yes", "1")


def test_a_tie_is_an_empty_label_unless_asked_otherwise(tmp_path: Path) -> None:
    path, out = tmp_path / "tie.csv", tmp_path / "out.csv"
    path.write_text("task,ann,ben\n1,x,y\n2,x,x\n3,,\n", encoding="utf-8")
    code, _, said = run(path, "--method", "majority", "--output", out)
    assert code == 0
    assert "1 tasks have a label; 1 tie, 1 have no annotation." in said
    assert out.read_text(encoding="utf-8") == "task,label,confidence\n1,,0.5\n2,x,1\n3,,\n"
    assert run(path, "--method", "majority", "--ties", "prior", "--output", out)[0] == 0
    assert rows_of(out)[0]["label"] == "x"


def test_the_input_is_never_overwritten(votes: Path, tmp_path: Path) -> None:
    before = votes.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(votes)
    for output in (votes, link):
        code, _, said = run(votes, "--output", output)
        assert code == 2
        assert said == f"--output {output} is the file that is read from.\nGive another name: nothing was written.\n"
    gold = tmp_path / "gold.csv"
    gold.write_text("task,label\nt1,yes\n", encoding="utf-8")
    assert run(votes, "--gold", gold, "--output", gold)[0] == 2
    assert votes.read_bytes() == before
    assert gold.read_text(encoding="utf-8") == "task,label\nt1,yes\n"


def test_a_failure_leaves_the_earlier_output_whole(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.csv", tmp_path / "out.csv"
    out.write_text("earlier", encoding="utf-8")
    bad.write_text("task,worker,label\n1,ann,x\n1,ann,y\n", encoding="utf-8")
    code, _, said = run(bad, "--output", out)
    assert code == 2
    assert said.startswith(f"{bad}: Line 3 is the second label of annotator 'ann' on task '1'")
    assert out.read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("task,label\n1,x\n1,y\n", "Line 3 says 'y' for task '1', and line 2 says 'x'."),
        ("task,when\n1,x\n", "There is no column for label; the header is: task, when."),
        ("", "There is no column for task and label; the header is: empty."),
        ("task,label\n1\n", "Line 2 has 1 cells, and the header has 2."),
        ('task,label\n"1,x\n', "cannot be read"),
    ],
)
def test_gold_that_cannot_be_read(content: str, said: str, votes: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text(content, encoding="utf-8")
    code, _, told = run(votes, "--gold", gold, "--output", tmp_path / "out.csv")
    assert code == 2
    assert told.startswith(f"{gold}: ") and said in told and told.count("\n") == 2
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--method", "best"], "There is no method 'best'."),
        (["--ties", "first"], "There is no tie rule 'first'."),
        (["--method", "majority", "--gold", "gold.csv"], "The method majority does not use gold."),
        (["--gold", "nothing.csv"], "nothing.csv cannot be opened: No such file or directory."),
    ],
)
def test_wrong_options_say_what_to_give(options: list[str], said: str, votes: Path, tmp_path: Path) -> None:
    code, _, told = run(votes, "--output", tmp_path / "out.csv", *options)
    assert (code, told.split("\n")[0]) == (2, said)
    assert told.count("\n") == 2


def test_files_that_are_not_there(votes: Path, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.csv"
    assert "cannot be opened: No such file" in run(nothing, "--output", tmp_path / "o.csv")[2]
    assert "there is no folder" in run(votes, "--output", tmp_path / "no" / "o.csv")[2]
    assert "is a folder" in run(votes, "--output", tmp_path)[2]


def test_an_annotator_who_is_surely_worse_is_named(tmp_path: Path) -> None:
    path = tmp_path / "spam.csv"
    people = {"ann": 1, "ben": 1, "cem": 1, "dan": 1, "spam": 0}
    rows = [f"{task},{who},{(task % 3) * knows}" for task in range(60) for who, knows in people.items()]
    path.write_text("task,worker,label\n" + "\n".join(rows), encoding="utf-8")
    said = run(path, "--output", tmp_path / "out.csv")[2]
    assert "Annotators that are surely less accurate than the others:\n  'spam': 0.3" in said
    assert "'ann'" not in said


def parquet(path: Path, rows: list[tuple[object, object, object]]) -> Path:
    pa, pq = arrow(), arrow("pyarrow.parquet")
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(dict(zip(("task", "worker", "label"), columns, strict=True))), path)
    return path


@pytest.mark.parametrize("method", [aggregator.id for aggregator in AGGREGATORS])
def test_every_method_reads_and_writes_parquet(method: str, tmp_path: Path) -> None:
    rows = [(row["task"], row["worker"], row["label"]) for row in csv.DictReader(VOTES.splitlines())]
    # Of many rows or in any order: what cannot be streamed is read whole.
    path, out = parquet(tmp_path / "votes.parquet", rows[::-1]), tmp_path / "out.parquet"
    code, stdout, said = run(path, "--method", method, "--output", out)
    assert (code, stdout) == (0, ""), said
    assert "42 tasks, 168 annotations, 4 annotators, 2 labels." in said
    text = tmp_path / "votes.csv"
    text.write_text(VOTES, encoding="utf-8")
    assert run(text, "--method", method, "--output", tmp_path / "out.csv")[0] == 0
    pq = arrow("pyarrow.parquet")
    ours = [(row["task"], row["label"], f"{row['confidence']:.6g}") for row in pq.read_table(out).to_pylist()]
    assert ours == [(row["task"], row["label"], row["confidence"]) for row in rows_of(tmp_path / "out.csv")]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_is_streamed_when_asked(suffix: str, tmp_path: Path) -> None:
    rows = [(task, slip, (task + (slip if task % 7 == slip else 0)) % 2) for task in range(42) for slip in range(4)]
    path = tmp_path / f"votes.{suffix}"
    if suffix == "parquet":
        parquet(path, list(rows))
    else:
        path.write_text("task,worker,label\n" + "".join(f"{t},{w},{v}\n" for t, w, v in rows), encoding="utf-8")
    gold = tmp_path / "gold.csv"
    gold.write_text("task,label\n1,0\n99,1\nnobody,1\n", encoding="utf-8")
    outputs = []
    for stream in ("--stream", "--no-stream"):
        out = tmp_path / f"{stream}.csv"
        code, _, said = run(path, "--method", "dawid_skene", "--gold", gold, stream, "--output", out)
        assert code == 0, said
        assert "42 tasks, 168 annotations, 4 annotators, 2 labels." in said
        assert "Gold: the truth of 1 tasks was used; 2 tasks are not in the file." in said
        assert "42 tasks have a label; 0 tie, 0 have no annotation." in said
        outputs.append(sorted((int(row["task"]), row["label"], row["confidence"]) for row in rows_of(out)))
    assert outputs[0] == outputs[1]
    assert outputs[0][1] == (1, "0", "1")


def test_what_cannot_be_streamed_says_what_to_do(votes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    code, _, said = run(votes, "--stream", "--output", out)
    assert (code, said.split("\n")[0]) == (2, "The method auto cannot be streamed.")
    assert said.split("\n")[1] == "Give --method with one of majority, weighted_majority, one_coin, dawid_skene."
    path = parquet(tmp_path / "mixed.parquet", [("t1", "a", "x"), ("t2", "a", "x"), ("t1", "b", "x")])
    code, _, said = run(path, "--stream", "--method", "majority", "--output", out)
    assert (code, said.split("\n")[0][-48:]) == (2, "is not sorted by task, and a task may come back.")
    assert run(path, "--method", "majority", "--output", out)[0] == 0
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing")
    for method in ("auto", "majority"):
        assert run(broken, "--method", method, "--output", out)[2].startswith(
            f"{broken}: It cannot be read as a Parquet"
        )
