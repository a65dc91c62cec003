"""The agreement report as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from textwrap import fill
from typing import TypeVar

from assay.agreement import AnnotatorAgreement, Estimate, LabelAgreement, LeftOut, PairAgreement, metric_named
from assay.agreement.result import plain_name
from assay.report.agreement import AgreementReport, MetricReport
from assay.report.text_table import cut, printable, text_table

MOST_ROWS = 20
_WIDTH = 110
_WIDEST_LABEL = 16

Row = TypeVar("Row")


def agreement_text(report: AgreementReport, source: str) -> str:
    """The report under one heading each; ``source`` says in words where the labels come from.

    Pairs, labels and annotators whose agreement is surely low come first: they are sorted by the upper end of
    the interval, so that a pair with three shared tasks is not at the top by bad luck. Those without an
    interval come last; at most 20 of each are shown.
    """
    parts = [_head(report, source), _metrics(report), _meaning(report)]
    if report.n_annotators > 1:
        parts += [_pairs(report), _by_label(report), _by_annotator(report)]
    parts.append(_left_out(report))
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: AgreementReport, source: str) -> str:
    missing = f", {report.n_missing:,} without a label" if report.n_missing else ""
    return (
        f"{printable(source)}\n{report.n_tasks:,} tasks, {report.n_annotations:,} annotations{missing}, "
        f"{report.n_annotators:,} annotators, {report.n_labels:,} labels. Intervals are {100 * report.level:.4g} %.\n"
        f"{report.summary}"
    )


def _metrics(report: AgreementReport) -> str:
    header = ["METRIC", "VALUE", "INTERVAL", "TASKS", "ANNOTATIONS", "ANNOTATORS", "VERDICT"]
    rows = []
    for metric in report.metrics:
        found = metric.agreement
        n = (found.n_tasks, found.n_annotations, found.n_annotators)
        estimate = Estimate(found.value, found.low, found.high)
        rows.append([found.title, *_estimate(estimate), *(f"{number:,}" for number in n), metric.verdict.name])
    return text_table(header, rows)


def _meaning(report: AgreementReport) -> str:
    """One sentence for each different verdict, so that five metrics saying the same say it once."""
    said: dict[str, list[MetricReport]] = {}
    for metric in report.metrics:
        said.setdefault(metric.verdict.sentence, []).append(metric)
    lines = [f"- {', '.join(each.agreement.title for each in metrics)}: {text}" for text, metrics in said.items()]
    return "\n".join(fill(line, _WIDTH, subsequent_indent="  ") for line in lines)


def _pairs(report: AgreementReport) -> str:
    metric = next(iter(report.pairs))
    title = metric_named(metric).card.title
    table = report.pairs[metric]
    percent = {(pair.a, pair.b): pair.estimate for pair in report.pairs["percent_agreement"]}
    shown, more = _surely_low(table.pairs, lambda pair: pair.estimate)
    header = ["ANNOTATOR", "ANNOTATOR", "TASKS", "PERCENT", title.upper(), "INTERVAL", ""]
    rows = [[*_pair_names(pair), str(pair.n_tasks), _number(percent[pair.a, pair.b].value)] for pair in shown]
    cells = [row + _estimate(pair.estimate) + [pair.reason or ""] for row, pair in zip(rows, shown, strict=True)]
    return f"Pairs of annotators, surely low first{more}\n" + text_table(header, cells, left=2)


def _by_label(report: AgreementReport) -> str:
    shown, more = _surely_low(report.by_label, lambda row: row.specific)
    header = ["LABEL", "SHARE", "ANNOTATIONS", "SPECIFIC", "INTERVAL", "ALPHA", "INTERVAL", ""]
    rows = [_label_row(row) for row in shown]
    return f"Labels, surely low specific agreement first{more}\n" + text_table(header, rows) if rows else ""


def _label_row(row: LabelAgreement) -> list[str]:
    numbers = [f"{row.share:.1%}", f"{row.n_annotations:,}"]
    return [_name(row.label), *numbers, *_estimate(row.specific), *_estimate(row.alpha), ""]


def _by_annotator(report: AgreementReport) -> str:
    shown, more = _surely_low(report.by_annotator, lambda row: row.with_others)
    header = ["ANNOTATOR", "TASKS", "WITH OTHERS", "INTERVAL", "ALPHA WITHOUT", "LABELS"]
    rows = [_annotator_row(row) for row in shown]
    return f"Annotators, surely low agreement with the others first{more}\n" + text_table(header, rows)


def _annotator_row(row: AnnotatorAgreement) -> list[str]:
    shares = sorted(row.label_shares, key=lambda share: -share[1])[:4]
    labels = ", ".join(f"{cut(_name(label), _WIDEST_LABEL)} {share:.0%}" for label, share in shares)
    estimate, without = _estimate(row.with_others), _number(row.alpha_without.value)
    return [_name(row.annotator), f"{row.n_tasks:,}", *estimate, without, labels]


def _left_out(report: AgreementReport) -> str:
    """What each metric leaves out, said once where metrics leave out the same."""
    said: dict[LeftOut, list[str]] = {}
    for metric in report.metrics:
        for item in metric.agreement.left_out:
            said.setdefault(item, []).append(metric.agreement.title)
    lines = [f"- {_amount(item)}: {item.reason}{_of(titles, report)}" for item, titles in said.items()]
    lines += [f"- {_amount(item)}: {item.reason}" for item in report.left_out]
    return "Left out\n" + "\n".join(lines) if lines else ""


def _of(titles: list[str], report: AgreementReport) -> str:
    return "" if len(titles) == len(report.metrics) else f" ({', '.join(titles)})"


def _amount(item: LeftOut) -> str:
    counts = {
        "task": item.n_tasks,
        "annotation": item.n_annotations,
        "annotator": item.n_annotators,
        "pair": item.n_pairs,
        "label": item.n_labels,
    }
    return ", ".join(f"{n:,} {what}{'' if n == 1 else 's'}" for what, n in counts.items() if n) or "nothing"


def _surely_low(rows: Sequence[Row], estimate: Callable[[Row], Estimate]) -> tuple[list[Row], str]:
    def surely_low_first(row: Row) -> tuple[bool, float, float]:
        found = estimate(row)
        return found.high is None, found.high or 0.0, found.value or 0.0

    shown = sorted(rows, key=surely_low_first)[:MOST_ROWS]
    return shown, f" ({MOST_ROWS} of {len(rows):,}; --json has all)" if len(rows) > MOST_ROWS else ""


def _estimate(estimate: Estimate) -> list[str]:
    if estimate.low is None or estimate.high is None:
        return [_number(estimate.value), ""]
    return [_number(estimate.value), f"{estimate.low:.3f} to {estimate.high:.3f}"]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _pair_names(pair: PairAgreement) -> list[str]:
    return [_name(pair.a), _name(pair.b)]


def _name(name: Hashable) -> str:
    plain = plain_name(name)
    return ", ".join(map(str, plain)) if isinstance(plain, list) else str(plain)
