"""One text for each task, out of those that annotators wrote."""

from assay.aggregation.text.medoid import medoid

__all__ = ["medoid"]
