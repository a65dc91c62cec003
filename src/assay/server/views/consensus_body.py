"""A consensus as the body of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assay.aggregation import AggregatorCard, TaskLabel
from assay.report.consensus import ALL_AGGREGATORS, Consensus, names_of
from assay.server.views import quality as v


def consensus_view(said: Consensus, data: Mapping[int, dict[str, Any]], **about: Any) -> v.ConsensusView:
    """``data`` has the tasks that are shown; ``about`` goes into the body as it is."""
    found = said.found
    n_tasks = int((found.n_annotations > 0).sum())
    return v.ConsensusView(
        method=said.aggregator.id,
        methods=[_method(aggregator.card) for aggregator in ALL_AGGREGATORS],
        n_tasks=n_tasks,
        n_annotations=found.n_annotations_used,
        n_decided=said.n_decided,
        n_undecided=n_tasks - said.n_decided,
        expected_wrong=said.expected_wrong,
        level=found.annotators.level,
        by_annotator=[
            v.AnnotatorQualityView(
                annotator=str(one.annotator),
                accuracy=one.accuracy,
                low=one.low,
                high=one.high,
                n_annotations=one.n_annotations,
            )
            for one in found.annotators
        ],
        candidates=[
            v.CandidateView(
                model=one.model, weight=one.weight, difference=one.difference, standard_error=one.standard_error
            )
            for one in found.candidates
        ],
        least_sure=[_task(one, data) for one in said.least_sure],
        **about,
    )


def _method(card: AggregatorCard) -> v.MethodView:
    return v.MethodView(
        id=card.id,
        title=card.title,
        summary=card.summary,
        reference=card.reference,
        gives_probabilities=card.gives_probabilities,
    )


def _task(one: TaskLabel, data: Mapping[int, dict[str, Any]]) -> v.TaskConsensusView:
    task = int(str(one.task))
    return v.TaskConsensusView(
        task=task,
        data=data.get(task, {}),
        labels=[] if one.label is None else names_of(one.label),
        tied=[names_of(label) for label in one.tied],
        confidence=one.confidence,
        n_annotations=one.n_annotations,
    )
