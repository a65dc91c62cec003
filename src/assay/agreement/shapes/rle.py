"""COCO's run-length encoding of masks: runs of 0 and 1 in turn, columns first, as a list or as compressed text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assay.agreement.arrays import Mask


def decode_rle(counts: Sequence[int] | str | bytes, size: tuple[int, int]) -> Mask:
    """The mask, a boolean array of shape ``size`` = (height, width).

    ``counts`` are the lengths of the runs, beginning with the pixels that are *not* in the mask, down the columns;
    text is COCO's compressed form. Raises ValueError for negative runs, and runs that do not fill the image.

    >>> decode_rle([1, 2, 1], (2, 2)).astype(int)
    array([[0, 1],
           [1, 0]])
    """
    height, width = size
    runs = np.array(_decompress(counts) if isinstance(counts, (str, bytes)) else list(counts), dtype=np.int64)
    if (runs < 0).any() or int(runs.sum()) != height * width:
        raise ValueError(
            f"counts add up to {int(runs.sum())}, and size {height} x {width} has {height * width} pixels; "
            "give runs of at least 0 that fill the image, and size as (height, width)."
        )
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return flat.reshape((height, width), order="F")


def encode_rle(mask: Mask) -> list[int]:
    """The runs of a boolean mask of shape (height, width): what :func:`decode_rle` reads.

    >>> encode_rle(np.array([[False, True], [True, False]]))
    [1, 2, 1]
    """
    flat = np.asarray(mask, dtype=bool).ravel(order="F")
    changes = np.flatnonzero(np.diff(np.r_[False, flat]))
    return [int(run) for run in np.diff(np.r_[0, changes, len(flat)])]


def _decompress(text: str | bytes) -> list[int]:
    """Six bits a character from "0" on: five of the number (low ones first), one that says whether more follow;

    from the fourth number on it is the difference to the run before last.
    """
    characters = text.encode("ascii") if isinstance(text, str) else text
    runs: list[int] = []
    number = shift = 0
    for character in characters:
        bits = character - 48
        if not 0 <= bits < 64:
            raise ValueError(f"counts has the character {chr(character)!r}, which COCO's compressed form has not.")
        number |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            number -= 1 << shift
        runs.append(number + (runs[-2] if len(runs) > 2 else 0))
        number = shift = 0
    if shift:
        raise ValueError("counts breaks off in the middle of a number; give the whole text.")
    return runs
