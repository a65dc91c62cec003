"""Agreement and progress: every number with metric, n, interval and versions; undefined is a reason."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from assay.server.views.body import Outgoing


class LeftOut(Outgoing):
    """What a number does not rest on, and why. Counts that do not apply are 0."""

    reason: str
    n_tasks: int = 0
    n_annotations: int = 0
    n_annotators: int = 0
    n_pairs: int = 0
    n_labels: int = 0


class MetricView(Outgoing):
    """One number with its doubt."""

    id: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    level: float
    interval_method: str | None
    n_tasks: int
    n_annotations: int
    n_annotators: int
    reason: str | None = Field(description="Why it is undefined; null when it has a value.")
    interval_reason: str | None = None
    verdict: str = Field(description="strong, acceptable, low, cannot tell yet, undefined")
    sentence: str
    reference: str = Field(description="Where the metric is defined.")
    left_out: list[LeftOut] = Field(default_factory=list)


class EstimateView(Outgoing):
    """A number with its interval, or the reason why there is none."""

    value: float | None
    low: float | None
    high: float | None
    reason: str | None
    interval_reason: str | None = None
    n_tasks: int


class PairView(Outgoing):
    """Two annotators, on the tasks they share."""

    a: str
    b: str
    n_tasks: int
    kappa: EstimateView | None = Field(description="Cohen's kappa; null for controls with several choices.")
    percent: EstimateView


class LabelAgreement(Outgoing):
    """One label against the rest."""

    label: str
    share: float
    n_tasks: int
    n_annotations: int
    specific_agreement: EstimateView
    alpha: EstimateView


class AnnotatorAgreement(Outgoing):
    """One annotator against the others."""

    annotator: str
    n_tasks: int
    n_annotations: int
    percent_with_others: EstimateView
    alpha_without: EstimateView
    label_shares: dict[str, float]


class AgreementView(Outgoing):
    """The agreement page of one control of a project."""

    control: str
    controls: list[str]
    computed_at: str
    annotators: dict[str, str] = Field(description="Annotator id -> name.")
    n_tasks: int
    n_annotations: int
    n_annotators: int
    summary: str
    metrics: list[MetricView]
    pairs: list[PairView]
    by_label: list[LabelAgreement]
    by_annotator: list[AnnotatorAgreement]
    left_out: list[LeftOut]
    label_config_version: int
    guideline_versions: list[int]


class ProgressDay(Outgoing):
    """Annotations of one day (UTC)."""

    day: str
    annotations: int


class ProgressView(Outgoing):
    """The progress of a project."""

    task_count: int
    done_count: int
    annotation_count: int
    annotations_to_come: int
    disagreement_count: int = Field(description="Tasks whose annotations do not all agree.")
    flag_count: int
    days: list[ProgressDay]


class MethodView(Outgoing):
    """A way to make one answer of several."""

    id: str
    title: str
    summary: str
    reference: str
    gives_probabilities: bool = Field(description="Whether its confidence is meant as a probability.")


class CandidateView(Outgoing):
    """A model that was weighed, by the probability it gave to answers it had not seen."""

    model: str
    weight: float
    difference: float = Field(description="Mean log-probability of an answer that the best model gave more.")
    standard_error: float


class AnnotatorQualityView(Outgoing):
    """The estimated probability that somebody gives the true label."""

    annotator: str
    accuracy: float
    low: float
    high: float
    n_annotations: int


class TaskConsensusView(Outgoing):
    """The proposed answer to one task."""

    task: int
    data: dict[str, Any]
    labels: list[str] = Field(description="Empty when there is a tie.")
    tied: list[list[str]]
    confidence: float | None
    n_annotations: int


class ConsensusView(Outgoing):
    """One answer for each task of a project, for one control."""

    control: str
    controls: list[str]
    method: str
    methods: list[MethodView]
    computed_at: str
    annotators: dict[str, str] = Field(description="Annotator id -> name.")
    n_tasks: int = Field(description="Tasks with an annotation.")
    n_annotations: int
    n_decided: int
    n_undecided: int
    expected_wrong: float | None = Field(description="Decisions that are wrong in expectation; null: cannot be told.")
    level: float
    by_annotator: list[AnnotatorQualityView]
    candidates: list[CandidateView]
    least_sure: list[TaskConsensusView]
    left_out: list[LeftOut]
    label_config_version: int
    guideline_versions: list[int]
