"""One set of shapes, or one mask, out of those that annotators drew."""

from assay.aggregation.shapes.boxes import FusedBox, weighted_boxes
from assay.aggregation.shapes.medoids import ChosenShape, shape_medoids
from assay.aggregation.shapes.staple import Staple, StapleAnnotator, mask_majority, staple

__all__ = [
    "ChosenShape",
    "FusedBox",
    "Staple",
    "StapleAnnotator",
    "mask_majority",
    "shape_medoids",
    "staple",
    "weighted_boxes",
]
