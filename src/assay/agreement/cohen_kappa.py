"""Cohen's kappa: agreement of two annotators corrected for chance by each one's own habits."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.disagreement import measure
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.mean_of_pairs import mean_of_pairs
from assay.agreement.pair_values import cohen_of_pairs
from assay.agreement.pairs import pair_cells, too_many_pairs
from assay.agreement.result import Agreement
from assay.agreement.usable import usable_part

CARD = MetricCard(
    id="cohen_kappa",
    title="Cohen's kappa",
    summary="Chance-corrected for two annotators; with more, the mean over all pairs of annotators (Light's kappa).",
    scales=("nominal",),
    chance_corrected=True,
    cost="pairs of annotators",
    reference="Cohen 1960; Light 1971 for more than two annotators",
    averages_pairs=True,
)


def cohen_kappa(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    level: float = 0.95,
) -> Agreement:
    """(observed - expected) / (1 - expected), with chance from each annotator's own label shares.

    For a pair of annotators, observed is the share of their shared tasks with equal labels and expected is
    Σ_c p_c q_c, with p_c and q_c the shares of label c among the labels of one and of the other on those
    tasks. With more than two annotators the value is the plain mean of the kappas of all pairs that share a
    task (Light's kappa); pairs whose kappa is 0/0 (both used one and the same label throughout) are left
    out and counted in ``left_out``. :func:`assay.agreement.pairwise` gives each pair.

    Pairs are joined by task, never by the order of rows. Where pairs share few tasks (crowds), their kappas
    are noisy and so is the mean: prefer Krippendorff's alpha there. The interval leaves out one task at a
    time, from all pairs at once.

    Takes three columns, a data frame or a :class:`LabelTable`; raises ValueError for what cannot be read
    as one. ``value`` is None, with a ``reason``, when no two annotators share a task or no pair's kappa is
    defined.

    >>> table = LabelTable.from_columns({"ann": list("xxxyyyzzz") * 4, "ben": list("xxyyyyzzx") * 4})
    >>> print(cohen_kappa(table))
    Cohen's kappa 0.667 [0.429, 0.824] at 95% (36 tasks, 72 annotations, 2 annotators)

    Sources: Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological
    Measurement 20:37; Light (1971), Measures of response agreement for qualitative data, Psychological
    Bulletin 76:365.
    """
    return _compute(as_table(tasks, annotators, labels), level)


def _compute(table: LabelTable, level: float, scale: Scale = "nominal") -> Agreement:
    check_level(level)
    part = usable_part(table)
    if part.reason is not None:
        return measure(CARD, part, level, None, undefined="")
    too_many = too_many_pairs(table)
    if too_many is not None:
        return measure(CARD, part, level, None, undefined=too_many)
    return mean_of_pairs(CARD, table, part, cohen_of_pairs(pair_cells(table)), level)


METRIC = Metric(CARD, _compute)
