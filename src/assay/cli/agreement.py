"""``assay agreement FILE.csv``: how much annotators agree, each number with its interval."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from assay.agreement import LabelTable
from assay.agreement.label_csv import LabelFile, parse_label_csv
from assay.agreement.label_parquet import read_labels
from assay.kernel.columns import ColumnFileError
from assay.report.agreement import AgreementReport, agreement_report
from assay.report.agreement_text import agreement_text

CANNOT_READ = 2
Level = Literal["nominal", "ordinal", "interval", "ratio"]


def agreement(
    file: Annotated[
        Path,
        typer.Argument(help="A CSV, TSV or Parquet file of labels; - reads CSV from standard input.", metavar="FILE"),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, metric -> value, low, high, n..., instead of text.")
    ] = False,
    level: Annotated[
        Level,
        typer.Option(help="What a label is: a name, a place in an order, a number, or a number from 0 on."),
    ] = "nominal",
    levels: Annotated[
        str, typer.Option(help="For ordinal: the labels from lowest to highest.", metavar="LOW,...,HIGH")
    ] = "",
    confidence: Annotated[
        float, typer.Option(help="The confidence of the intervals, between 0 and 1.", metavar="SHARE")
    ] = 0.95,
) -> None:
    """Say how much annotators agree: the metrics for these labels with intervals, pairs, labels and annotators.

    The file has one row an annotation (columns task, annotator, label; worker, rater or user for annotator,
    item or id for task, value or answer for label), or one column an annotator (task_id, annotator_A,
    annotator_B, ...). Empty cells, NA, NaN and null are missing labels. A Parquet file has one row an
    annotation. Labels are compared as they are (--level nominal), by their order (ordinal: --levels
    low,medium,high, or numbers) or as numbers (interval, ratio).

    The answer is computed here; nothing is sent anywhere. A metric that cannot be computed is undefined,
    with the reason. The exit code is 2 when the file cannot be read.
    """
    if not 0.0 < confidence < 1.0:
        _stop(f"--confidence is {confidence:g}.", "Give a number between 0 and 1, such as 0.95.")
    labels = _read(file)
    report = _report(labels.table, level, levels, confidence)
    if as_json:
        typer.echo(json.dumps(metrics_json(report), indent=2, allow_nan=False))
    else:
        name = "standard input" if str(file) == "-" else str(file)
        typer.echo(agreement_text(report, f"{name} ({labels.columns_read})"), nl=False)


def _report(table: LabelTable, scale: Level, levels: str, confidence: float) -> AgreementReport:
    try:
        if levels:
            if scale != "ordinal":
                _stop(f"--levels states an order, and --level is {scale}.", "Give --level ordinal.")
            table = table.in_order([name.strip() for name in levels.split(",")])
        elif scale != "nominal":
            table = table.as_numbers()
        return agreement_report(table, level=confidence, scale=scale)
    except ValueError as error:
        fix = "Check --level; for words in an order give --level ordinal --levels LOW,...,HIGH."
        _stop(str(error), fix)


def metrics_json(report: AgreementReport) -> dict[str, Any]:
    """Metric id -> its numbers and the scale they are for; Cohen's kappa has its ``pairs`` too."""
    metrics = {found.card.id: found.as_dict() | {"scale": report.scale} for found in report.metrics}
    for metric, table in report.pairs.items():
        if metric in metrics:
            metrics[metric]["pairs"] = [pair.as_dict() for pair in table]
    return metrics


def _read(file: Path) -> LabelFile:
    try:
        return parse_label_csv(sys.stdin.buffer.read()) if str(file) == "-" else read_labels(file)
    except OSError as error:
        _stop(f"{file} cannot be opened: {error.strerror or error}.", "Check the path.")
    except ColumnFileError as error:
        _stop(f"{file}: {error.message}", error.action)
    except ImportError as error:
        _stop(f"{file} cannot be read.", str(error))


def _stop(message: str, action: str) -> NoReturn:
    typer.echo(f"{message}\n{action}", err=True)
    raise typer.Exit(CANNOT_READ)
