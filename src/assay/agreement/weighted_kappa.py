"""Cohen's weighted kappa: labels that are near each other disagree less."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import measure
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.mean_of_pairs import mean_of_pairs
from assay.agreement.pair_values import weighted_of_pairs
from assay.agreement.pairs import pair_cells, too_many_pairs
from assay.agreement.rating_weights import MOST_LABELS, RatingWeights, as_matrix, rating_distance
from assay.agreement.result import Agreement
from assay.agreement.usable import usable_part

CARD = MetricCard(
    id="weighted_kappa",
    title="Cohen's weighted kappa",
    summary="Cohen's kappa for labels with an order: near labels disagree less; with more annotators, mean of pairs.",
    scales=("ordinal",),
    chance_corrected=True,
    cost="pairs of annotators",
    reference="Cohen 1968; Fleiss, Cohen 1973 for quadratic weights",
    averages_pairs=True,
)

_MOST_MARGINALS = 50_000_000


def weighted_kappa(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    weights: RatingWeights = "quadratic",
    levels: Iterable[Hashable] | None = None,
    scale: Scale = "ordinal",
    level: float = 0.95,
) -> Agreement:
    """1 - Σ v_cd o_cd / Σ v_cd p_c q_d, with v_cd how much labels c and d disagree.

    For a pair of annotators o_cd is the share of their shared tasks that one gave c and the other d, and p_c, q_d
    are the shares of the labels of each. ``weights`` are "linear", v = |c - d|, "quadratic", v = (c - d)²,
    "nominal" (Cohen's plain kappa), or a matrix of disagreement whose rows are the ``levels``. With
    ``scale="ordinal"`` c and d are places among the ``levels`` (without them labels must be numbers, and places
    are those among the numbers that occur); with "interval" they are the numbers themselves.

    With more than two annotators the value is the mean over all pairs that share a task, as for
    :func:`assay.agreement.cohen_kappa`. With quadratic weights and two annotators it equals Lin's concordance.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read as one,
    and for weights or labels that do not fit. ``value`` is None, with a ``reason``, when no two annotators share a
    task, no pair's kappa is defined, or there are more than 2,000 distinct labels.

    >>> table = LabelTable.from_columns({"ann": [1, 1, 2, 2, 3, 3] * 6, "ben": [1, 2, 2, 2, 3, 2] * 6})
    >>> print(weighted_kappa(table, weights="linear"))
    Cohen's weighted kappa 0.571 [0.321, 0.747] at 95% (36 tasks, 72 annotations, 2 annotators)

    Sources: Cohen (1968), Weighted kappa, Psychological Bulletin 70:213; Fleiss and Cohen (1973), The equivalence
    of weighted kappa and the intraclass correlation coefficient, Educational and Psychological Measurement 33:613.
    """
    table = as_table(tasks, annotators, labels)
    return _weighted(table if levels is None else table.in_order(levels), weights, scale, level)


def _compute(table: LabelTable, level: float, scale: Scale = "ordinal") -> Agreement:
    return _weighted(table, "quadratic", scale, level)


def _weighted(table: LabelTable, weights: RatingWeights, scale: Scale, level: float) -> Agreement:
    check_level(level)
    part = usable_part(table)
    distance = rating_distance(table, weights, scale)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    too_many = too_many_pairs(table) or _too_many_labels(table)
    if too_many is not None:
        return measure(CARD, part, level, None, undefined=too_many)
    pairs = weighted_of_pairs(pair_cells(table), as_matrix(distance, len(table.labels)))
    return mean_of_pairs(CARD, table, part, pairs, level, "spread")


def _too_many_labels(table: LabelTable) -> str | None:
    n_labels = len(table.labels)
    if n_labels <= MOST_LABELS and n_labels * len(table.annotators) ** 2 <= _MOST_MARGINALS:
        return None
    return (
        f"It would compare {n_labels:,} distinct labels of {len(table.annotators):,} annotators one by one; use Lin's "
        "concordance, which is the same with quadratic weights, or Krippendorff's alpha."
    )


METRIC = Metric(CARD, _compute)
