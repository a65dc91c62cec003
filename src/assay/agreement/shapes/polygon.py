"""Areas of polygons and of their intersection, exact for any polygon: convex or not, crossing itself or not.

How it works: cut the plane into horizontal slabs at every corner and at every place where two edges cross. Within a
slab no edges cross, so the length of what is covered changes linearly with the height, and the area of the slab is its
height times the covered length half-way up. No clipping, so shared edges and touching corners need no case.
"""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Floats


def polygon_area(points: Floats) -> float:
    """The area inside by the even-odd rule; ``points`` has shape (corners, 2).

    >>> polygon_area(np.array([(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]))
    4.0
    """
    return _area([np.asarray(points, dtype=np.float64)])


def polygon_intersection_area(a: Floats, b: Floats) -> float:
    """The area that is inside both, each by the even-odd rule; shapes (corners, 2).

    >>> square = np.array([(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)])
    >>> polygon_intersection_area(square, square + (1.0, 0.0))
    2.0
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if (first.max(axis=0) <= second.min(axis=0)).any() or (second.max(axis=0) <= first.min(axis=0)).any():
        return 0.0
    return _area([first, second])


def _area(polygons: list[Floats]) -> float:
    origin = polygons[0].min(axis=0)
    starts = [points - origin for points in polygons]
    edges = [(points, np.roll(points, -1, axis=0)) for points in starts]
    levels = _levels(np.concatenate([e[0] for e in edges]), np.concatenate([e[1] for e in edges]))
    total = 0.0
    for low, high in zip(levels[:-1].tolist(), levels[1:].tolist(), strict=True):
        middle = 0.5 * (low + high)
        lines = [_crossings(start, end, middle) for start, end in edges]
        if all(len(line) for line in lines):
            total += (high - low) * _covered(lines)
    return total


def _levels(start: Floats, end: Floats) -> Floats:
    """The heights of all corners and of all crossings of two edges, in order."""
    step = end - start
    cross = step[:, None, 0] * step[None, :, 1] - step[:, None, 1] * step[None, :, 0]
    apart = start[None, :, :] - start[:, None, :]
    parallel = cross == 0.0
    safe = np.where(parallel, 1.0, cross)
    along = (apart[..., 0] * step[None, :, 1] - apart[..., 1] * step[None, :, 0]) / safe
    along_other = (apart[..., 0] * step[:, None, 1] - apart[..., 1] * step[:, None, 0]) / safe
    meets = ~parallel & (along >= 0.0) & (along <= 1.0) & (along_other >= 0.0) & (along_other <= 1.0)
    heights = (start[:, None, 1] + along * step[:, None, 1])[meets]
    return np.unique(np.concatenate([start[:, 1], heights]))


def _crossings(start: Floats, end: Floats, height: float) -> Floats:
    """Where the line at that height enters and leaves the polygon, in order."""
    crosses = (start[:, 1] > height) != (end[:, 1] > height)
    a, b = start[crosses], end[crosses]
    return np.sort(a[:, 0] + (height - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0]))


def _covered(lines: list[Floats]) -> float:
    """The length that is inside every polygon; each line alternates between entering and leaving."""
    cuts = np.unique(np.concatenate(lines))
    middles = 0.5 * (cuts[:-1] + cuts[1:])
    inside = np.ones(len(middles), dtype=bool)
    for line in lines:
        inside &= np.searchsorted(line, middles) % 2 == 1
    return float(np.diff(cuts)[inside].sum())
