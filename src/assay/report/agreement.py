"""The agreement of a team in one object: every metric with its interval and verdict, pairs, labels, people, tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import assay
from assay.agreement import (
    METRICS,
    Agreement,
    AnnotatorAgreement,
    LabelAgreement,
    LabelTable,
    LeftOut,
    Metric,
    MetricCard,
    Pairwise,
    Scale,
    TaskDisagreement,
    by_annotator,
    by_label,
    pairwise,
    task_disagreement,
)
from assay.agreement.by_label import compared_labels
from assay.agreement.pairwise import PairMetric
from assay.agreement.prepare_distance import distance_of_scale
from assay.agreement.rating_weights import MOST_LABELS
from assay.kernel.registry import Registry
from assay.report.bands import Bands, Verdict, judge

ALL_METRICS = Registry("metric", METRICS, "assay.metrics")
"""The built-in metrics and those of other packages."""

HEADLINE = "krippendorff_alpha"

_PAIRS: dict[str, tuple[PairMetric, ...]] = {
    "nominal": ("cohen_kappa", "percent_agreement"),
    "ordinal": ("weighted_kappa", "percent_agreement"),
}
_PERCENT_ONLY: tuple[PairMetric, ...] = ("percent_agreement",)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the lists of a report may get; what is beyond is counted in ``left_out``."""

    annotators_in_pairs: int = 60
    labels: int = 200
    annotators: int = 1000
    worst_tasks: int = 20


@dataclass(frozen=True, slots=True)
class MetricReport:
    """A metric's card, its result, and what that means."""

    card: MetricCard
    agreement: Agreement
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: the result and the verdict, flat."""
        return self.agreement.as_dict() | self.verdict.as_dict()


@dataclass(frozen=True)
class AgreementReport:
    """What there is to say about the agreement of one table.

    The counts are of everything that came in; each metric says what it rests on itself. ``pairs`` has one
    table of all pairs for each metric that is defined for a pair. ``left_out`` is what the *report* does not
    list; what a metric leaves out is with the metric.
    """

    level: float
    scale: Scale
    bands: Bands
    version: str
    n_tasks: int
    n_annotations: int
    n_annotators: int
    n_labels: int
    n_missing: int
    summary: str
    metrics: tuple[MetricReport, ...]
    pairs: Mapping[str, Pairwise]
    by_label: tuple[LabelAgreement, ...]
    by_annotator: tuple[AnnotatorAgreement, ...]
    worst_tasks: tuple[TaskDisagreement, ...]
    left_out: tuple[LeftOut, ...] = field(default=())

    def metric(self, metric_id: str) -> MetricReport:
        """The report of one metric. Raises KeyError when it was not asked for."""
        for report in self.metrics:
            if report.card.id == metric_id:
                return report
        raise KeyError(metric_id)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, with metrics by id."""
        return {
            "level": self.level,
            "scale": self.scale,
            "bands": self.bands.as_dict(),
            "version": self.version,
            "n_tasks": self.n_tasks,
            "n_annotations": self.n_annotations,
            "n_annotators": self.n_annotators,
            "n_labels": self.n_labels,
            "n_missing": self.n_missing,
            "summary": self.summary,
            "metrics": {report.card.id: report.as_dict() for report in self.metrics},
            "pairs": {metric: table.as_dict() for metric, table in self.pairs.items()},
            "by_label": [row.as_dict() for row in self.by_label],
            "by_annotator": [row.as_dict() for row in self.by_annotator],
            "worst_tasks": [row.as_dict() for row in self.worst_tasks],
            "left_out": [item.as_dict() for item in self.left_out],
        }


def agreement_report(
    table: LabelTable,
    *,
    level: float = 0.95,
    scale: Scale = "nominal",
    bands: Bands | None = None,
    limits: Limits | None = None,
) -> AgreementReport:
    """Everything about the agreement of a table, with intervals at confidence ``level``.

    ``scale`` says what a label is: "nominal", one of several; "ordinal", one of several in an order (that of
    ``LabelTable.in_order``, or numbers); "interval", "ratio" or "circular", a number; "set", a frozenset of
    several (multi-label). The metrics are those meant for the scale; for sets the ones for single labels are in
    the report too, undefined, with the reason. Raises ValueError for a level outside (0, 1) or for labels that are
    not of the scale.

    >>> table = LabelTable.from_columns({"ann": list("xxxyyyzzz") * 6, "ben": list("xxxyyyzzx") * 6})
    >>> report = agreement_report(table)
    >>> report.metric("krippendorff_alpha").verdict.name
    'acceptable'
    >>> report.summary
    "Krippendorff's alpha is 0.83, between 0.67 and 0.92 at 95% confidence (54 tasks, 2 annotators)."
    """
    bands, limits = bands or Bands(), limits or Limits()
    shown = [metric for metric in ALL_METRICS if metric.card.accepts(scale) or _is_known_from_labels(metric, scale)]
    metrics = tuple(_measure(metric, table, level, scale, bands) for metric in shown)
    pairs: dict[str, Pairwise] = {
        metric: pairwise(table, metric, level=level, max_annotators=limits.annotators_in_pairs)
        for metric in _pair_metrics(table, scale)
    }
    labels, labels_left_out = _labels(table, scale, level, limits.labels)
    people, people_left_out = _busiest(by_annotator(table, level=level), limits.annotators)
    disagreement = task_disagreement(table, distance=distance_of_scale(scale))
    return AgreementReport(
        level=level,
        scale=scale,
        bands=bands,
        version=assay.__version__,
        n_tasks=len(table.tasks),
        n_annotations=table.n_annotations,
        n_annotators=len(table.annotators),
        n_labels=len(table.labels),
        n_missing=table.n_missing,
        summary=_summary(metrics),
        metrics=metrics,
        pairs=pairs,
        by_label=labels,
        by_annotator=people,
        worst_tasks=disagreement.worst(limits.worst_tasks),
        left_out=(*pairs["percent_agreement"].left_out, *labels_left_out, *people_left_out),
    )


def _pair_metrics(table: LabelTable, scale: Scale) -> tuple[PairMetric, ...]:
    too_many = scale == "ordinal" and len(table.labels) > MOST_LABELS
    return _PERCENT_ONLY if too_many else _PAIRS.get(scale, _PERCENT_ONLY)


def _is_known_from_labels(metric: Metric, scale: Scale) -> bool:
    """Whether people look for it when labels are sets, because it is there when they are single."""
    return scale == "set" and metric.card.accepts("nominal")


def _measure(metric: Metric, table: LabelTable, level: float, scale: Scale, bands: Bands) -> MetricReport:
    card = metric.card
    agreement = metric(table, level=level, scale=scale) if card.accepts(scale) else _not_for(card, table, level, scale)
    return MetricReport(card, agreement, judge(agreement, bands, chance_corrected=card.chance_corrected))


def _not_for(card: MetricCard, table: LabelTable, level: float, scale: Scale) -> Agreement:
    kind = "sets of labels" if scale == "set" else f"{scale} labels"
    usable = next(metric.card.title for metric in ALL_METRICS if metric.card.accepts(scale) and metric.id == HEADLINE)
    empty = LabelTable.from_arrays([], [], [])
    reason = f"{card.title} is not meant for {kind}; use {usable}."
    everything = LeftOut(reason, n_tasks=len(table.tasks), n_annotations=table.n_rows)
    return replace(
        METRICS[0](empty, level=level), metric=card.id, title=card.title, reason=reason, left_out=(everything,)
    )


def _summary(metrics: tuple[MetricReport, ...]) -> str:
    headline = next((report for report in metrics if report.card.id == HEADLINE), metrics[0])
    found = headline.agreement
    if found.value is None:
        return f"{found.title} is undefined: {found.reason}"
    n = f"({_count(found.n_tasks, 'task')}, {_count(found.n_annotators, 'annotator')})"
    if found.low is None or found.high is None:
        return f"{found.title} is {found.value:.2f}, without an interval: {found.interval_reason} {n}."
    interval = f"between {found.low:.2f} and {found.high:.2f} at {100 * found.level:.4g}% confidence"
    return f"{found.title} is {found.value:.2f}, {interval} {n}."


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _labels(
    table: LabelTable, scale: Scale, level: float, most: int
) -> tuple[tuple[LabelAgreement, ...], tuple[LeftOut, ...]]:
    rows = by_label(table, scale=scale, level=level, max_labels=most)
    n_gone = len(np.flatnonzero(compared_labels(table, scale)[1].label_totals)) - len(rows)
    gone = LeftOut(f"only the {most} most frequent labels are listed", n_labels=n_gone)
    return rows, (gone,) if n_gone else ()


def _busiest(
    rows: tuple[AnnotatorAgreement, ...], most: int
) -> tuple[tuple[AnnotatorAgreement, ...], tuple[LeftOut, ...]]:
    if len(rows) <= most:
        return rows, ()
    kept = set(sorted(range(len(rows)), key=lambda place: -rows[place].n_tasks)[:most])
    gone = LeftOut(f"only the {most} annotators with the most shared tasks are listed", n_annotators=len(rows) - most)
    return tuple(row for place, row in enumerate(rows) if place in kept), (gone,)
