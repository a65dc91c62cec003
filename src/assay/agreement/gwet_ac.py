"""Gwet's AC1 and AC2: agreement corrected for a chance that stays small where one label is common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.distances import NominalDistance
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.rating_weights import RatingWeights, rating_distance
from assay.agreement.result import Agreement
from assay.agreement.shared_chance import gwet_chance, shared_chance

CARD_AC1 = MetricCard(
    id="gwet_ac1",
    title="Gwet's AC1",
    summary="Chance-corrected, any number of annotators; hardly falls where one label is common. Read beside alpha.",
    scales=("nominal",),
    chance_corrected=True,
    cost="one pass",
    reference="Gwet 2008",
    uses_single_annotations=True,
)
CARD_AC2 = MetricCard(
    id="gwet_ac2",
    title="Gwet's AC2",
    summary="Gwet's AC1 for labels with an order: near labels disagree less.",
    scales=("ordinal",),
    chance_corrected=True,
    cost="one pass",
    reference="Gwet 2014",
    uses_single_annotations=True,
)


def gwet_ac1(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    levels: Iterable[Hashable] | None = None,
    level: float = 0.95,
) -> Agreement:
    """(observed - expected) / (1 - expected), with expected Σ p_k (1 - p_k) / (K - 1).

    Observed is percent agreement over tasks with at least two annotations; p_k is the mean over all tasks of the
    share of label k, and K how many labels there are: those in the table, or the ``levels`` when they are given
    (nobody may have used a rare one). It avoids the paradox by which kappa falls where one label is common, and for
    the same reason can look high when a rare label is the one that matters: show it beside alpha.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read as one.
    ``value`` is None, with a ``reason``, when no task has two annotations or there is only one label.

    >>> table = LabelTable.from_columns({"ann": list("xxxxxxxxxy") * 4, "ben": list("xxxxxxxxyx") * 4})
    >>> print(gwet_ac1(table))
    Gwet's AC1 0.756 [0.540, 0.886] at 95% (40 tasks, 80 annotations, 2 annotators)

    Sources: Gwet (2008), Computing inter-rater reliability and its variance in the presence of high agreement,
    British Journal of Mathematical and Statistical Psychology 61:29; Gwet (2014), Handbook of inter-rater
    reliability, 4th edition, chapter 2.
    """
    table = as_table(tasks, annotators, labels)
    return _ac1(table if levels is None else table.in_order(levels), level)


def gwet_ac2(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    weights: RatingWeights = "quadratic",
    levels: Iterable[Hashable] | None = None,
    scale: Scale = "ordinal",
    level: float = 0.95,
) -> Agreement:
    """AC1 with weights: expected is T Σ p_k (1 - p_k) / (K (K - 1)), T the sum of the agreement weights 1 - v_kl.

    ``weights``, ``levels`` and ``scale`` are those of :func:`assay.agreement.weighted_kappa`; with "nominal" weights
    it is AC1. Chance depends on how many labels there are and how far they reach, so it is for a fixed set of them
    (grades, stars); for numbers that vary freely use alpha or the ICC. Errors and undefined results are those of
    :func:`gwet_ac1`, and ValueError for labels without an order.

    >>> table = LabelTable.from_columns({"ann": [1, 1, 2, 2, 3, 3] * 6, "ben": [1, 2, 2, 2, 3, 1] * 6})
    >>> print(gwet_ac2(table))
    Gwet's AC2 0.400 [-0.052, 0.716] at 95% (36 tasks, 72 annotations, 2 annotators)

    Source: Gwet (2014), Handbook of inter-rater reliability, 4th edition, chapters 3 and 4.
    """
    table = as_table(tasks, annotators, labels)
    return _ac2(table if levels is None else table.in_order(levels), weights, scale, level)


def _ac1(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    check_level(level)
    return shared_chance(CARD_AC1, table, NominalDistance(), gwet_chance, level)


def _ac2(table: LabelTable, weights: RatingWeights, scale: Scale, level: float) -> Agreement:
    check_level(level)
    return shared_chance(CARD_AC2, table, rating_distance(table, weights, scale), gwet_chance, level)


def _compute_ac2(table: LabelTable, level: float, scale: Scale = "ordinal") -> Agreement:
    return _ac2(table, "quadratic", scale, level)


METRIC_AC1 = Metric(CARD_AC1, _ac1)
METRIC_AC2 = Metric(CARD_AC2, _compute_ac2)
