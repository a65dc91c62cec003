"""Agreement on shapes: boxes, polygons, masks and keypoints. Objects are matched first, then compared."""

from assay.agreement.shapes.label_alpha import matched_label_alpha
from assay.agreement.shapes.mask_distance import hausdorff_95
from assay.agreement.shapes.matched_distance import MatchedDistance, matched_hausdorff
from assay.agreement.shapes.object_agreement import COCO_THRESHOLDS, ObjectMeasure, object_agreement
from assay.agreement.shapes.polygon import polygon_area, polygon_intersection_area
from assay.agreement.shapes.rle import decode_rle, encode_rle
from assay.agreement.shapes.shape import Box, Keypoints, Mask, Polygon, Shape
from assay.agreement.shapes.similarity import dice, iou, oks, similarity
from assay.agreement.shapes.table import ShapeTable

__all__ = [
    "COCO_THRESHOLDS",
    "Box",
    "Keypoints",
    "Mask",
    "MatchedDistance",
    "ObjectMeasure",
    "Polygon",
    "Shape",
    "ShapeTable",
    "decode_rle",
    "dice",
    "encode_rle",
    "hausdorff_95",
    "iou",
    "matched_hausdorff",
    "matched_label_alpha",
    "object_agreement",
    "oks",
    "polygon_area",
    "polygon_intersection_area",
    "similarity",
]
