"""Aggregation of a file that may be larger than memory, read in the order of its tasks. Needs pyarrow.

The file is read once: names become codes in scratch files on disk, and every round of a method reads those. What stays
in memory are sums by annotator and label.
"""

from assay.aggregation.streaming.aggregate_file import StreamedAggregation, aggregate_file
from assay.aggregation.streaming.methods import METHODS

__all__ = ["METHODS", "StreamedAggregation", "aggregate_file"]
