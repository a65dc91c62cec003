"""One label for each task out of the annotations of several annotators. Needs nothing but NumPy and SciPy.

Adding an aggregator is one file with an ``AGGREGATOR`` (its card and its function) and one line in
``AGGREGATORS``.
"""

from assay.aggregation.annotators import AnnotatorQuality, AnnotatorTable
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.dawid_skene import AGGREGATOR as _DAWID_SKENE
from assay.aggregation.dawid_skene import dawid_skene
from assay.aggregation.majority import AGGREGATOR as _MAJORITY
from assay.aggregation.majority import majority
from assay.aggregation.one_coin import AGGREGATOR as _ONE_COIN
from assay.aggregation.one_coin import one_coin
from assay.aggregation.result import Aggregation, Candidate, Fit, TaskLabel, TieRule
from assay.aggregation.weighted_majority import AGGREGATOR as _WEIGHTED_MAJORITY
from assay.aggregation.weighted_majority import weighted_majority

AGGREGATORS: tuple[Aggregator, ...] = (
    _MAJORITY,
    _WEIGHTED_MAJORITY,
    _ONE_COIN,
    _DAWID_SKENE,
)

__all__ = [
    "AGGREGATORS",
    "Aggregation",
    "Aggregator",
    "AggregatorCard",
    "AnnotatorQuality",
    "AnnotatorTable",
    "Candidate",
    "CodedLabels",
    "Fit",
    "TaskLabel",
    "TieRule",
    "dawid_skene",
    "majority",
    "one_coin",
    "weighted_majority",
]
