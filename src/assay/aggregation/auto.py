"""Auto: several models of annotators, weighed by how well each predicts answers it has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from assay.aggregation.annotators import LEVEL
from assay.aggregation.bayesian_dawid_skene import History, average
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.evidence import Progress
from assay.aggregation.result import Aggregation, TieRule
from assay.aggregation.structures import STRUCTURES

CARD = AggregatorCard(
    id="auto",
    title="Auto",
    summary="Weighs five models by how well they predict held-out answers; the default.",
    scales=("nominal", "set"),
    weighs_annotators=True,
    cost="many fits",
    reference="Vehtari, Gelman, Gabry 2017 (predictive evidence); Yao et al. 2018 (averaging); Kim, Ghahramani 2012",
    accepts_gold=True,
    gives_probabilities=True,
    models_confusion=True,
)
VERSION = 1


def auto(
    table: CodedLabels,
    *,
    tie_rule: TieRule = "report",
    gold: Mapping[Any, Any] | None = None,
    history: History | None = None,
    probabilities: npt.ArrayLike | None = None,
    level: float = LEVEL,
    progress: Progress | None = None,
) -> Aggregation:
    """The posterior averaged over models of annotators, weighed by held-out evidence.

    No single model wins everywhere: one accuracy for each annotator is best where answers are few, confusion matrices
    where mistakes have a direction, a plain vote where nothing can be learnt. The five models of
    :data:`assay.aggregation.structures.STRUCTURES` are fitted without a fifth of the annotations, and asked for those
    (:mod:`assay.aggregation.evidence`). ``candidates`` of the result tells what came out.

    Arguments, ties and errors as in :func:`bayesian_dawid_skene`. With ``gold`` each model is also fitted from the
    gold answers alone and judged by the gold that it has not seen, so that some twenty answers can turn around a
    crowd whose majority is wrong. Without gold all models assume that annotators as a whole are better than chance;
    a crowd of which that is not true is turned around as a whole, and no answers can show it. How sure the posterior
    is follows from held-out answers, from how tasks differ (:mod:`assay.aggregation.difficulty`), and with gold from
    that. Nothing is random; neither the order of rows nor the names of tasks or
    annotators matter.

    >>> from assay.agreement import LabelTable
    >>> table = LabelTable.from_columns({"ann": list("xyxyxy"), "ben": list("xyxyyx"), "cem": list("yxxyxy")})
    >>> found = auto(table)
    >>> [decision.label for decision in found]
    ['x', 'y', 'x', 'y', 'x', 'y']
    >>> len(found.candidates), round(sum(candidate.weight for candidate in found.candidates), 6)
    (5, 1.0)
    """
    structures = tuple(STRUCTURES)
    return average(CARD, VERSION, table, structures, tie_rule, gold, history, probabilities, level, progress)


AGGREGATOR = Aggregator(CARD, auto)
