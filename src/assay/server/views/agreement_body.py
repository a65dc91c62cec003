"""An agreement report as the body of the agreement page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from assay.agreement.result import Estimate, LeftOut, plain_name
from assay.report.agreement import AgreementReport, MetricReport
from assay.server.views import quality as v


def _estimate(found: Estimate, n_tasks: int) -> v.EstimateView:
    return v.EstimateView(**found.as_dict(), n_tasks=n_tasks)


def _left_out(items: tuple[LeftOut, ...]) -> list[v.LeftOut]:
    return [v.LeftOut(**asdict(item)) for item in items]


def metric_view(report: MetricReport) -> v.MetricView:
    """One metric with its verdict."""
    found = report.agreement
    return v.MetricView(
        id=report.card.id,
        title=report.card.title,
        value=found.value,
        low=found.low,
        high=found.high,
        level=found.level,
        interval_method=found.interval_method,
        n_tasks=found.n_tasks,
        n_annotations=found.n_annotations,
        n_annotators=found.n_annotators,
        reason=found.reason,
        interval_reason=found.interval_reason,
        verdict=report.verdict.name,
        sentence=report.verdict.sentence,
        reference=report.card.reference,
        left_out=_left_out(found.left_out),
    )


def pair_views(report: AgreementReport) -> list[v.PairView]:
    """Percent agreement and, where it is meant, Cohen's kappa of each pair."""
    kappas = (
        {(pair.a, pair.b): pair for pair in report.pairs["cohen_kappa"].pairs} if "cohen_kappa" in report.pairs else {}
    )
    views = []
    for pair in report.pairs["percent_agreement"].pairs:
        kappa = kappas.get((pair.a, pair.b))
        views.append(
            v.PairView(
                a=str(pair.a),
                b=str(pair.b),
                n_tasks=pair.n_tasks,
                kappa=_estimate(kappa.estimate, kappa.n_tasks) if kappa is not None else None,
                percent=_estimate(pair.estimate, pair.n_tasks),
            )
        )
    return views


def label_views(report: AgreementReport) -> list[v.LabelAgreement]:
    """Each label against the rest."""
    return [
        v.LabelAgreement(
            label=label_text(row.label),
            share=row.share,
            n_tasks=row.n_tasks,
            n_annotations=row.n_annotations,
            specific_agreement=_estimate(row.specific, row.n_tasks),
            alpha=_estimate(row.alpha, row.n_tasks),
        )
        for row in report.by_label
    ]


def annotator_views(report: AgreementReport) -> list[v.AnnotatorAgreement]:
    """Each annotator against the others."""
    return [
        v.AnnotatorAgreement(
            annotator=str(row.annotator),
            n_tasks=row.n_tasks,
            n_annotations=row.n_annotations,
            percent_with_others=_estimate(row.with_others, row.n_tasks),
            alpha_without=_estimate(row.alpha_without, row.n_tasks),
            label_shares={label_text(label): share for label, share in row.label_shares},
        )
        for row in report.by_annotator
    ]


def label_text(label: object) -> str:
    """A label, or a set of labels, as one text."""
    plain = plain_name(label)
    return ", ".join(map(str, plain)) or "(none)" if isinstance(plain, list) else str(plain)


def agreement_view(
    report: AgreementReport,
    *,
    control: str,
    controls: list[str],
    computed_at: str,
    annotators: Mapping[str, str],
    left_out: list[v.LeftOut],
    label_config_version: int,
    guideline_versions: list[int],
) -> v.AgreementView:
    """The whole page of one control."""
    return v.AgreementView(
        control=control,
        controls=controls,
        computed_at=computed_at,
        annotators=dict(annotators),
        n_tasks=report.n_tasks,
        n_annotations=report.n_annotations,
        n_annotators=report.n_annotators,
        summary=report.summary,
        metrics=[metric_view(metric) for metric in report.metrics],
        pairs=pair_views(report),
        by_label=label_views(report),
        by_annotator=annotator_views(report),
        left_out=[*_left_out(report.left_out), *left_out],
        label_config_version=label_config_version,
        guideline_versions=guideline_versions,
    )
