"""One set of boxes, or one mask, out of those that annotators drew."""

from assay.aggregation.shapes.boxes import FusedBox, weighted_boxes
from assay.aggregation.shapes.staple import Staple, StapleAnnotator, mask_majority, staple

__all__ = ["FusedBox", "Staple", "StapleAnnotator", "mask_majority", "staple", "weighted_boxes"]
