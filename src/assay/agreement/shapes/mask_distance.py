"""How far the outlines of two masks are apart."""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.arrays import Mask as Bools
from assay.agreement.shapes.shape import Mask


def hausdorff_95(a: Mask, b: Mask, *, spacing: tuple[float, float] = (1.0, 1.0), percentile: float = 95.0) -> float:
    """The larger of the two directed ``percentile``s of the distances from one outline to the other, in pixels.

    The outline of a mask are its pixels with one of the four neighbours outside (the border of the image is outside).
    ``spacing`` is the height and width of a pixel. 95 instead of 100 keeps one stray pixel from being the result.
    Raises ValueError for masks of two sizes, and a percentile outside [0, 100].

    >>> left, right = np.zeros((5, 9), bool), np.zeros((5, 9), bool)
    >>> left[1:4, 1:4], right[1:4, 3:6] = True, True
    >>> hausdorff_95(Mask(left), Mask(right))
    2.0

    Source: Maier-Hein et al. (2024), Metrics reloaded, Nature Methods 21:195 (the definition with the maximum; some
    packages pool both directions instead).
    """
    if a.pixels.shape != b.pixels.shape:
        raise ValueError(f"Masks have the sizes {a.pixels.shape} and {b.pixels.shape}; give both the image's size.")
    if not 0.0 <= percentile <= 100.0:
        raise ValueError(f"percentile is {percentile!r}; give a number from 0 to 100.")
    # Nothing outside the smallest frame around both matters, and masks are often small in their image.
    frame = _frame(a.pixels | b.pixels)
    outline_a, outline_b = _outline(a.pixels[frame]), _outline(b.pixels[frame])
    there = np.percentile(_distance_to(outline_b, spacing)[outline_a], percentile)
    back = np.percentile(_distance_to(outline_a, spacing)[outline_b], percentile)
    return float(max(there, back))


def _frame(pixels: Bools) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _outline(pixels: Bools) -> Bools:
    framed = np.pad(pixels, 1)
    inner = framed[:-2, 1:-1] & framed[2:, 1:-1] & framed[1:-1, :-2] & framed[1:-1, 2:]
    outline: Bools = pixels & ~inner
    return outline


def _distance_to(outline: Bools, spacing: tuple[float, float]) -> Floats:
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(~outline, sampling=spacing), dtype=np.float64)
