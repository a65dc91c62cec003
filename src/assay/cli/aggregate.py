"""``assay aggregate FILE.csv``: one label for each task, and how sure it is."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from assay.aggregation import AGGREGATORS, Aggregation, Aggregator, AnnotatorQuality
from assay.aggregation.label_writer import LabelWriter
from assay.aggregation.streaming import METHODS as STREAMED
from assay.agreement.label_csv import LabelFile
from assay.agreement.label_parquet import read_labels
from assay.agreement.names import quoted
from assay.cli import aggregate_streamed
from assay.cli.gold_csv import read_gold_csv
from assay.kernel.columns import ColumnFileError

CANNOT = 2
_METHODS = {aggregator.id: aggregator for aggregator in AGGREGATORS}
_DOUBTFUL_SHOWN = 5


def aggregate(
    file: Annotated[Path, typer.Argument(help="A CSV, TSV or Parquet file of labels.", metavar="FILE")],
    output: Annotated[
        Path, typer.Option(help="The CSV or .parquet file to write: task, label, confidence.", metavar="OUT")
    ],
    method: Annotated[str, typer.Option(help=f"One of {', '.join(_METHODS)}.", metavar="METHOD")] = "auto",
    gold: Annotated[
        Path | None, typer.Option(help="A CSV file of known truth: task, label.", metavar="TRUTH.csv")
    ] = None,
    ties: Annotated[
        str, typer.Option(help="report: a tie has no label. prior: the label that is more frequent in all.")
    ] = "report",
    stream: Annotated[
        bool | None,
        typer.Option(
            "--stream/--no-stream",
            help="Read a file that is sorted by task piece by piece, in bounded memory; or whole. "
            f"{', '.join(STREAMED)} can stream.",
            show_default="only Parquet of over 5 million rows, where the method can",
        ),
    ] = None,
) -> None:
    """Give each task one label out of those of several annotators, with how sure it is.

    The file is read as by `assay agreement`: one row an annotation (columns task, annotator, label), or one column an
    annotator. A Parquet file has one row an annotation. By default several models of annotators are weighed by how well
    they predict answers that they have not seen. Tasks whose truth is in --gold keep it, and tell how good their
    annotators are.

    OUT has the columns task, label, confidence: the probability that the label is right (for majority and
    weighted_majority, its share of the votes). It is Parquet when its name ends in .parquet, else CSV. Label is empty
    where there is none: a tie, or no annotation. It is written whole or not at all. What was done is said on standard
    error. The exit code is 2 when it cannot be done.
    """
    aggregator = _aggregator(method, gold)
    if ties not in ("report", "prior"):
        _stop(f"There is no tie rule {ties!r}.", "Give --ties report or --ties prior.")
    _refuse_to_overwrite(output, file, gold)
    if _streams(method, file, stream):
        _aggregate_streamed(aggregator, file, output, gold, ties)
        return
    labels = _read_labels(file)
    truth = None if gold is None else _read_gold(gold, labels)
    result = _compute(aggregator, labels, truth, ties, file)
    _write(result, output)
    _say(_summary(result, aggregator, labels, truth, file, output))


@dataclass(frozen=True)
class _Gold:
    """The usable truth, and how much of the file was not."""

    truth: dict[Hashable, Hashable]
    n_unknown_tasks: int
    unknown_labels: tuple[str, ...]
    n_unknown_labels: int


def _aggregator(method: str, gold: Path | None) -> Aggregator:
    if method not in _METHODS:
        _stop(f"There is no method {method!r}.", f"Give one of {', '.join(_METHODS)}.")
    found = _METHODS[method]
    if gold is not None and not found.card.accepts_gold:
        able = ", ".join(each.id for each in AGGREGATORS if each.card.accepts_gold)
        _stop(f"The method {method} does not use gold.", f"Leave --gold out, or give --method with one of {able}.")
    return found


def _refuse_to_overwrite(output: Path, *inputs: Path | None) -> None:
    for given in inputs:
        if given is not None and output.exists() and given.exists() and output.samefile(given):
            _stop(f"--output {output} is the file that is read from.", "Give another name: nothing was written.")
    if output.is_dir():
        _stop(f"--output {output} is a folder.", "Give the name of a file in it.")
    if not output.parent.is_dir():
        _stop(f"--output {output}: there is no folder {output.parent}.", "Make the folder first.")


def _streams(method: str, file: Path, asked: bool | None) -> bool:
    if asked and method not in STREAMED:
        _stop(f"The method {method} cannot be streamed.", f"Give --method with one of {', '.join(STREAMED)}.")
    with _told(file):
        return aggregate_streamed.streams(method, file, asked)


def _aggregate_streamed(aggregator: Aggregator, file: Path, output: Path, gold: Path | None, ties: Any) -> None:
    given = None if gold is None else _gold_rows(gold)
    with _told(file):
        found, n_unknown = aggregate_streamed.aggregate_streamed(file, output, aggregator.id, given, ties, _progress)
    known = None if given is None else len(given)
    _say(aggregate_streamed.summary(found, aggregator.card.title, file, known, n_unknown))


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Every problem with a file as a sentence and what helps."""
    try:
        yield
    except OSError as error:
        where = error.filename or file
        _stop(f"{where} cannot be opened: {error.strerror or error}.", "Check the path, the folder and its free space.")
    except ColumnFileError as error:
        _stop(f"{file}: {error.message}", error.action)
    except ImportError as error:
        _stop(f"{file} cannot be read.", str(error))


def _read_labels(file: Path) -> LabelFile:
    _progress(f"reading {file}")
    with _told(file):
        return read_labels(file)


def _gold_rows(gold: Path) -> dict[str, str]:
    with _told(gold):
        return read_gold_csv(gold)


def _read_gold(gold: Path, labels: LabelFile) -> _Gold:
    given = _gold_rows(gold)
    # A Parquet file may have numbers where the file of gold has text.
    tasks = {str(task): task for task in labels.table.tasks}
    names = {str(label): label for label in labels.table.labels}
    known = {task: label for task, label in given.items() if task in tasks}
    usable = {tasks[task]: names[label] for task, label in known.items() if label in names}
    strange = sorted({label for label in known.values() if label not in names})
    return _Gold(usable, len(given) - len(known), tuple(strange), len(known) - len(usable))


def _compute(aggregator: Aggregator, labels: LabelFile, gold: _Gold | None, ties: str, file: Path) -> Aggregation:
    _progress(f"aggregating {labels.table.n_annotations:,} annotations by {aggregator.id}")
    options: dict[str, Any] = {"tie_rule": ties}
    if gold is not None:
        options["gold"] = gold.truth
    if aggregator.card.cost == "many fits":
        options["progress"] = _progress
    try:
        return aggregator.compute(labels.table, **options)
    except ValueError as error:
        _stop(f"{file} cannot be aggregated by {aggregator.id}.", str(error))


def _write(result: Aggregation, output: Path) -> None:
    _progress(f"writing {output}")
    rows = list(result)
    try:
        with LabelWriter(output) as writer:
            writer.add([row.task for row in rows], [row.label for row in rows], [row.confidence for row in rows])
    except OSError as error:
        _stop(f"{output} cannot be written: {error.strerror or error}.", "Check the folder and its free space.")


def _summary(
    result: Aggregation, aggregator: Aggregator, labels: LabelFile, gold: _Gold | None, file: Path, output: Path
) -> str:
    table = labels.table
    sizes = f"{len(result):,} tasks, {table.n_annotations:,} annotations"
    sizes += f", {len(table.annotators):,} annotators, {len(table.labels):,} labels."
    lines = [f"{file} ({labels.columns_read})", sizes]
    if gold is not None:
        lines.append(_gold_line(gold))
    lines.append(_method_line(result, aggregator))
    tied = sum(bool(row.tied) and row.label is None for row in result)
    silent = result.n_undecided - tied
    lines.append(
        f"{len(result) - result.n_undecided:,} tasks have a label; {tied:,} tie, {silent:,} have no annotation."
    )
    if aggregator.card.gives_probabilities and len(result):
        wrong = float(result.expected_loss[result.label_codes >= 0].sum())
        lines.append(f"About {wrong:,.1f} of these labels are expected to be wrong.")
    doubtful = _doubtful(result)
    if doubtful:
        lines.append("Annotators that are surely less accurate than the others:")
        lines += [
            f"  {quoted(each.annotator)}: {each.accuracy:.2f} [{each.low:.2f}, {each.high:.2f}], "
            f"{each.n_annotations:,} annotations"
            for each in doubtful
        ]
    return "\n".join([*lines, f"Wrote {output}."])


def _gold_line(gold: _Gold) -> str:
    line = f"Gold: the truth of {len(gold.truth):,} tasks was used"
    if gold.n_unknown_tasks:
        line += f"; {gold.n_unknown_tasks:,} tasks are not in the file"
    if gold.n_unknown_labels:
        shown = ", ".join(quoted(label) for label in gold.unknown_labels[:3])
        line += f"; {gold.n_unknown_labels:,} have a label that nobody gave ({shown}) and were left out"
    return f"{line}."


def _method_line(result: Aggregation, aggregator: Aggregator) -> str:
    line = f"Method: {aggregator.card.title}, version {result.version}"
    parts = sorted((each for each in result.candidates if each.weight > 0.0), key=lambda each: -each.weight)
    if len(result.candidates) > 1:
        line += ", made of " + ", ".join(f"{each.model} {100 * each.weight:.0f} %" for each in parts)
    if result.fit is not None and not result.fit.converged and result.method != "mace":
        line += f"; it had not come to rest after {result.fit.iterations} rounds"
    return f"{line}."


def _doubtful(result: Aggregation) -> list[AnnotatorQuality]:
    """Whose whole interval is under the median accuracy by more than a tenth, worst first."""
    people = result.annotators
    if len(people) < 3:
        return []
    middle = sorted(people.accuracy.tolist())[len(people) // 2]
    below = [each for each in people if each.high < middle - 0.1]
    return sorted(below, key=lambda each: each.high)[:_DOUBTFUL_SHOWN]


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r\033[K{text} ...", nl=False, err=True)


def _say(text: str) -> None:
    typer.echo(f"\r\033[K{text}" if sys.stderr.isatty() else text, err=True)


def _stop(message: str, action: str) -> NoReturn:
    typer.echo(f"{message}\n{action}", err=True)
    raise typer.Exit(CANNOT)
