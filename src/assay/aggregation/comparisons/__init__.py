"""One ranking out of many comparisons or many rankings: Bradley-Terry with ties, and Plackett-Luce."""

from assay.aggregation.comparisons.bradley_terry import bradley_terry
from assay.aggregation.comparisons.plackett_luce import plackett_luce
from assay.aggregation.comparisons.ranking import AnnotatorReliability, Comparisons, ItemScore, Number, Ranking

__all__ = [
    "AnnotatorReliability",
    "Comparisons",
    "ItemScore",
    "Number",
    "Ranking",
    "bradley_terry",
    "plackett_luce",
]
