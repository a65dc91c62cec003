"""How alike two shapes of the same kind are, from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.shapes.polygon import polygon_intersection_area
from assay.agreement.shapes.shape import Box, Keypoints, Mask, Polygon, Shape, corners


def iou(a: Shape, b: Shape) -> float:
    """Intersection over union of two boxes, two polygons or two masks; 0 when they only touch.

    Exact for boxes and polygons, by pixels for masks. Raises ValueError for shapes of two kinds, for keypoints (use
    :func:`oks`), and for masks of two sizes.

    >>> iou(Box(0, 0, 2, 2), Box(1, 0, 3, 2))
    0.3333333333333333
    """
    both, first, second = _areas(a, b)
    return both / (first + second - both)


def dice(a: Shape, b: Shape) -> float:
    """2 · intersection / (area of a + area of b), the F1 of areas: 2 IoU / (1 + IoU). Errors as :func:`iou`.

    >>> dice(Box(0, 0, 2, 2), Box(1, 0, 3, 2))
    0.5
    """
    both, first, second = _areas(a, b)
    return 2.0 * both / (first + second)


def oks(a: Keypoints, b: Keypoints, sigmas: Sequence[float] | Floats | None = None) -> float:
    """Object keypoint similarity: the mean over points of exp(-d² / (2 · area · (2 σ)²)).

    d is the distance of the two places of a point, the area the mean of both (so that neither annotator is the
    reference; with COCO's area for both it is COCO's OKS), ``sigmas`` of shape (points,) the spread of each point
    (default 0.05 for all). The mean is over the points that at least one annotator marked: one that only one of them
    marked counts 0. Raises ValueError for different numbers of points, and sigmas that do not fit or are not above 0.

    >>> oks(Keypoints([(0, 0), (9, 9)], area=100), Keypoints([(0, 0), (np.nan, np.nan)], area=100))
    0.5

    Source: the COCO keypoint evaluation (Ronchi, Perona 2017).
    """
    n = len(a.points)
    if len(b.points) != n:
        raise ValueError(f"Keypoints have {n} and {len(b.points)} points; give every object the same points.")
    spread = np.full(n, 0.05) if sigmas is None else np.asarray(sigmas, dtype=np.float64)
    if spread.shape != (n,) or not (np.isfinite(spread) & (spread > 0.0)).all():
        raise ValueError(f"sigmas has shape {spread.shape}; give one number above 0 for each of the {n} points.")
    both, either = a.marked & b.marked, a.marked | b.marked
    square = ((a.points[both] - b.points[both]) ** 2).sum(axis=1)
    scale = 2.0 * 0.5 * (a.area + b.area) * (2.0 * spread[both]) ** 2
    return float(np.exp(-square / scale).sum()) / int(either.sum())


def similarity(ours: Sequence[Shape], theirs: Sequence[Shape], sigmas: Sequence[float] | None = None) -> Floats:
    """IoU (OKS for keypoints) of every shape of one answer with every one of another; shape (ours, theirs)."""
    if all(isinstance(shape, Box) for shape in (*ours, *theirs)):
        return _box_iou(*(corners([shape for shape in shapes if isinstance(shape, Box)]) for shapes in (ours, theirs)))

    def alike(a: Shape, b: Shape) -> float:
        return oks(a, b, sigmas) if isinstance(a, Keypoints) and isinstance(b, Keypoints) else iou(a, b)

    rows = [[alike(a, b) for b in theirs] for a in ours]
    return np.array(rows, dtype=np.float64).reshape(len(ours), len(theirs))


def _box_iou(a: Floats, b: Floats) -> Floats:
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    both = np.clip(sides, 0.0, None).prod(axis=2)
    area_a, area_b = ((boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b))
    found: Floats = both / (area_a[:, None] + area_b[None, :] - both)
    return found


def _areas(a: Shape, b: Shape) -> tuple[float, float, float]:
    if isinstance(a, Box) and isinstance(b, Box):
        width = min(a.x_max, b.x_max) - max(a.x_min, b.x_min)
        height = min(a.y_max, b.y_max) - max(a.y_min, b.y_min)
        return float(max(width, 0.0) * max(height, 0.0)), a.area, b.area
    if isinstance(a, Polygon) and isinstance(b, Polygon):
        return polygon_intersection_area(a.points, b.points), a.area, b.area
    if isinstance(a, Mask) and isinstance(b, Mask):
        if a.pixels.shape != b.pixels.shape:
            raise ValueError(f"Masks have the sizes {a.pixels.shape} and {b.pixels.shape}; give both the image's size.")
        return float((a.pixels & b.pixels).sum()), a.area, b.area
    kinds = f"{type(a).__name__} and {type(b).__name__}"
    raise ValueError(f"There is no intersection over union of {kinds}; compare two boxes, two polygons or two masks.")
