"""One number, one step of a scale, or one set of labels for each task."""

from assay.aggregation.numeric.choose import NumericModel
from assay.aggregation.numeric.consensus import NumericAnnotator, NumericConsensus, NumericDecision, numeric_consensus
from assay.aggregation.numeric.multi_label import multi_label
from assay.aggregation.numeric.ordinal import Loss, OrdinalDecision, ordinal_consensus

__all__ = [
    "Loss",
    "NumericAnnotator",
    "NumericConsensus",
    "NumericDecision",
    "NumericModel",
    "OrdinalDecision",
    "multi_label",
    "numeric_consensus",
    "ordinal_consensus",
]
