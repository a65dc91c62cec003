"""Brennan and Prediger's kappa: agreement corrected for a chance at which all labels are equally likely."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.rating_weights import RatingWeights, rating_distance
from assay.agreement.result import Agreement
from assay.agreement.shared_chance import shared_chance, uniform_chance

CARD = MetricCard(
    id="brennan_prediger",
    title="Brennan-Prediger kappa",
    summary="Chance-corrected, any number of annotators; by chance all labels are equally likely.",
    scales=("nominal", "ordinal"),
    chance_corrected=True,
    cost="one pass",
    reference="Brennan, Prediger 1981; Gwet 2014 for weights and more than two annotators",
    uses_single_annotations=True,
)


def brennan_prediger(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    weights: RatingWeights = "nominal",
    levels: Iterable[Hashable] | None = None,
    scale: Scale = "ordinal",
    level: float = 0.95,
) -> Agreement:
    """(observed - expected) / (1 - expected), with expected 1 / K, or T / K² with weights.

    K is how many labels there are: those in the table, or the ``levels`` when they are given. That matters here: a
    label that nobody used still lowers expected agreement, so give ``levels`` where there may be one. T is the
    sum of the agreement weights; ``weights`` and ``scale`` are those of :func:`assay.agreement.weighted_kappa`
    ("nominal", the default: labels are equal or not). With two labels and two annotators it is also known as
    Bennett's S, the G index and PABAK.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read as one,
    and for weights or labels that do not fit. ``value`` is None, with a ``reason``, when no task has two
    annotations or there is only one label.

    >>> table = LabelTable.from_columns({"ann": list("xxxxyyyyzz") * 4, "ben": list("xxxyyyyyzx") * 4})
    >>> print(brennan_prediger(table))
    Brennan-Prediger kappa 0.700 [0.479, 0.843] at 95% (40 tasks, 80 annotations, 2 annotators)

    Sources: Brennan and Prediger (1981), Coefficient kappa: some uses, misuses, and alternatives, Educational and
    Psychological Measurement 41:687; Gwet (2014), Handbook of inter-rater reliability, 4th edition.
    """
    table = as_table(tasks, annotators, labels)
    return _brennan_prediger(table if levels is None else table.in_order(levels), weights, scale, level)


def _brennan_prediger(table: LabelTable, weights: RatingWeights, scale: Scale, level: float) -> Agreement:
    check_level(level)
    return shared_chance(CARD, table, rating_distance(table, weights, scale), uniform_chance, level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    return _brennan_prediger(table, "nominal" if scale == "nominal" else "quadratic", scale, level)


METRIC = Metric(CARD, _compute)
