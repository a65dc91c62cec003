"""The four kinds of shape, each checked when it is made. Places are in pixels, or any unit that is the same for all."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.arrays import Mask as Bools
from assay.agreement.shapes.polygon import polygon_area


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its sides along the axes, from (x_min, y_min) to (x_max, y_max).

    Raises ValueError for a side that is reversed or has no length, and for what is no finite number.

    >>> Box(0, 0, 4, 2).area
    8.0
    """

    x_min: float
    y_min: float
    x_max: float
    y_max: float
    label: Hashable = None

    def __post_init__(self) -> None:
        corners = (self.x_min, self.y_min, self.x_max, self.y_max)
        if not np.isfinite(np.asarray(corners, dtype=np.float64)).all():
            raise ValueError(f"Box has the corners {corners}; give four finite numbers: x_min, y_min, x_max, y_max.")
        for axis, low, high in (("x", self.x_min, self.x_max), ("y", self.y_min, self.y_max)):
            if low >= high:
                raise ValueError(
                    f"Box goes from {axis}_min {low} to {axis}_max {high}, so it has no area; "
                    f"give {axis}_min < {axis}_max (corners, not width and height)."
                )

    @property
    def area(self) -> float:
        """Above 0."""
        return float((self.x_max - self.x_min) * (self.y_max - self.y_min))

    @property
    def order(self) -> tuple[Any, ...]:
        """What shapes are sorted by, so that their order in an answer does not matter."""
        return (self.x_min, self.y_min, self.x_max, self.y_max)


@dataclass(frozen=True, eq=False)
class Polygon:
    """A closed polygon through ``points``, of shape (corners, 2); the last corner joins the first.

    What is inside is decided by the even-odd rule, so a polygon that crosses itself has an area too. Raises
    ValueError for fewer than three corners, numbers that are not finite, and no area.

    >>> Polygon([(0, 0), (4, 0), (0, 3)]).area
    6.0
    """

    points: Any
    label: Hashable = None

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
            raise ValueError(f"Polygon has points of shape {points.shape}; give at least 3 corners, each (x, y).")
        if not np.isfinite(points).all():
            raise ValueError("Polygon has a corner that is not finite; give finite numbers.")
        # Corners on a slanted line leave the rounding of their places.
        if polygon_area(points) <= 1e-12 * float(np.ptp(points, axis=0).max()) ** 2:
            raise ValueError("Polygon has no area; give corners that do not lie on one line.")
        object.__setattr__(self, "points", points)

    @property
    def area(self) -> float:
        """By the even-odd rule; above 0."""
        return polygon_area(self.points)

    @property
    def order(self) -> tuple[Any, ...]:
        """What shapes are sorted by."""
        return tuple(self.points.ravel().tolist())


@dataclass(frozen=True, eq=False)
class Mask:
    """Pixels, a boolean array of shape (height, width). ``decode_rle`` makes one out of COCO's run lengths.

    Raises ValueError for another number of dimensions or other values than 0 and 1, and for a mask with no pixel (an
    image without the object is an answer without that shape).
    """

    pixels: Any
    label: Hashable = None

    def __post_init__(self) -> None:
        given = np.asarray(self.pixels)
        if given.ndim != 2:
            raise ValueError(f"Mask has {given.ndim} dimensions; give one of shape (height, width).")
        pixels: Bools = given.astype(bool)
        if given.dtype != np.bool_ and not (given == pixels).all():
            raise ValueError("Mask has values other than 0 and 1; give a boolean array, such as probabilities >= 0.5.")
        if not pixels.any():
            raise ValueError("Mask has no pixel; leave the shape out of the answer when the object is not there.")
        object.__setattr__(self, "pixels", pixels)

    @property
    def area(self) -> float:
        """In pixels; above 0."""
        return float(self.pixels.sum())

    @property
    def order(self) -> tuple[Any, ...]:
        """What shapes are sorted by."""
        return (self.pixels.shape, np.packbits(self.pixels).tobytes())


@dataclass(frozen=True, eq=False)
class Keypoints:
    """Named points of one object: ``points`` of shape (points, 2); ``area`` is that of the object, for the scale.

    A point that is not marked is a row of NaN. Raises ValueError when no point is marked, a point has one coordinate
    only, or the area is not above 0.
    """

    points: Any
    area: float
    label: Hashable = None

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"Keypoints has points of shape {points.shape}; give one row (x, y) for each point.")
        if np.isinf(points).any() or (np.isnan(points[:, 0]) != np.isnan(points[:, 1])).any():
            raise ValueError("Keypoints has a point with one coordinate; give both, or NaN for both when not marked.")
        if np.isnan(points).all():
            raise ValueError("Keypoints has no marked point; leave the shape out of the answer instead.")
        if not (np.isfinite(self.area) and self.area > 0.0):
            raise ValueError(f"Keypoints has the area {self.area!r}; give the area of the object, above 0.")
        object.__setattr__(self, "points", points)

    @property
    def marked(self) -> Bools:
        """Which points are marked; shape (points,)."""
        marked: Bools = ~np.isnan(self.points[:, 0])
        return marked

    @property
    def order(self) -> tuple[Any, ...]:
        """What shapes are sorted by; points that are not marked come first."""
        return tuple(np.nan_to_num(self.points, nan=-np.inf).ravel().tolist())


Shape = Box | Polygon | Mask | Keypoints


def corners(boxes: Sequence[Box]) -> Floats:
    """x_min, y_min, x_max, y_max of each box; shape (boxes, 4)."""
    return np.array([(b.x_min, b.y_min, b.x_max, b.y_max) for b in boxes], dtype=np.float64).reshape(-1, 4)
