"""One label for each task out of the annotations of several annotators. Needs nothing but NumPy.

Adding an aggregator is one file with an ``AGGREGATOR`` (its card and its function) and one line in
``AGGREGATORS``.
"""

from assay.aggregation.majority import AGGREGATOR as _MAJORITY
from assay.aggregation.majority import majority
from assay.aggregation.result import Aggregation, Aggregator, AggregatorCard, CodedLabels, TaskLabel, TieRule

AGGREGATORS: tuple[Aggregator, ...] = (_MAJORITY,)

__all__ = [
    "AGGREGATORS",
    "Aggregation",
    "Aggregator",
    "AggregatorCard",
    "CodedLabels",
    "TaskLabel",
    "TieRule",
    "majority",
]
