"""Agreement on comparisons: which of two items is better (or neither), according to whom, shown on which side."""

from assay.agreement.comparisons.circular_triads import TriadCount, Triads, circular_triads
from assay.agreement.comparisons.pair_agreement import pair_agreement, pair_alpha
from assay.agreement.comparisons.position_bias import PositionBias, position_bias
from assay.agreement.comparisons.table import TIE, ComparisonTable

__all__ = [
    "TIE",
    "ComparisonTable",
    "PositionBias",
    "TriadCount",
    "Triads",
    "circular_triads",
    "pair_agreement",
    "pair_alpha",
    "position_bias",
]
