"""One mask out of several: majority, and STAPLE, which weighs the annotators by how well they mark."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.aggregation.arrays import Floats

VERSION = 1
_MOST_STEPS = 1000
_TOLERANCE = 1e-10
_SURE = 0.99999
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class StapleAnnotator:
    """``sensitivity`` is the probability that a pixel of the object is marked, ``specificity`` that another is not.

    Each is None when no pixel is expected of that kind.
    """

    annotator: Hashable
    sensitivity: float | None
    specificity: float | None


@dataclass(frozen=True)
class Staple:
    """``posterior`` is the probability of each pixel to be of the object and ``mask`` where it is at least 1/2, both of

    shape (height, width); None, with a ``reason``, when the masks cannot tell the object from the rest.
    ``expected_loss`` is the expected number of wrong pixels. ``prior`` is the share of the object that was assumed.
    """

    method: str
    version: int
    posterior: Floats | None = field(repr=False)
    mask: Bools | None = field(repr=False)
    prior: float
    expected_loss: float | None
    annotators: tuple[StapleAnnotator, ...]
    n_iterations: int
    reason: str | None


def mask_majority(masks: Sequence[Any], *, quorum: float = 0.5) -> Bools:
    """The pixels that more than ``quorum`` of the annotators marked; exactly that share is not enough (ties are out).

    ``masks`` are boolean arrays of shape (height, width). Raises ValueError for none, or of different sizes.

    >>> mask_majority([[[1, 1, 0]], [[1, 0, 0]], [[1, 1, 0]]]).astype(int).tolist()
    [[1, 1, 0]]
    """
    stacked = _stack(masks)
    if not 0.0 <= quorum < 1.0:
        raise ValueError(f"quorum is {quorum!r}; give the share that must be passed, at least 0 and below 1.")
    found: Bools = stacked.sum(axis=0) > quorum * len(stacked) + 1e-9
    return found


def staple(masks: Sequence[Any], annotators: Sequence[Hashable] | None = None, *, prior: float | None = None) -> Staple:
    """Simultaneous truth and performance level estimation: the masks of one image, weighed by EM.

    Given the truth of a pixel, annotators mark it independently, with a sensitivity p_k and a specificity q_k:
    W_i = f Π_k p_k^D (1-p_k)^(1-D) / (that + (1-f) Π_k q_k^(1-D) (1-q_k)^D), then p_k = Σ W D / Σ W and
    q_k = Σ (1-W)(1-D) / Σ (1-W), until no W moves by 1e-10. Starts at p = q = 0.99999. ``prior`` f is the share of the
    object in the image, default the mean of the masks (the paper's choice); like the size of the picture's border it
    moves the result, so crop all images alike. Pixels with the same marks are computed once. A pixel at exactly 1/2 is
    inside.

    ``masks`` are boolean arrays of shape (height, width); ``annotators`` their names (default 0, 1, ...). With one
    mask, or with masks that are empty (or full) throughout, there is a ``reason`` and no posterior: use
    :func:`mask_majority`. The order of the masks changes nothing. Raises ValueError for masks of different sizes, names
    that do not fit, and a prior outside (0, 1).

    >>> disk = [[0, 1, 1, 0], [0, 1, 1, 0]]
    >>> found = staple([disk, disk, [[0, 1, 0, 0], [0, 1, 1, 0]]], ["ann", "ben", "cem"])
    >>> found.mask.astype(int).tolist(), round(found.annotators[2].sensitivity, 3)
    ([[0, 1, 1, 0], [0, 1, 1, 0]], 0.75)

    Source: Warfield, Zou, Wells (2004), Simultaneous truth and performance level estimation (STAPLE), IEEE TMI 23:903.
    """
    stacked = _stack(masks)
    names = tuple(annotators) if annotators is not None else tuple(range(len(stacked)))
    if len(names) != len(stacked):
        raise ValueError(f"annotators has {len(names)} names for {len(stacked)} masks; give one for each.")
    if prior is not None and not 0.0 < prior < 1.0:
        raise ValueError(f"prior is {prior!r}; give the share of the object in the image, between 0 and 1.")
    share = float(stacked.mean()) if prior is None else prior
    reason = _why_none(stacked)
    if reason is not None:
        unknown = tuple(StapleAnnotator(name, None, None) for name in names)
        return Staple("staple", VERSION, None, None, share, None, unknown, 0, reason)
    # Annotators in an order of their own marks: sums then have the same digits whatever order they came in.
    order = sorted(range(len(stacked)), key=lambda k: stacked[k].tobytes())
    flat = stacked[order].reshape(len(stacked), -1)
    patterns, back, counts = np.unique(flat, axis=1, return_inverse=True, return_counts=True)
    marks = patterns.astype(np.float64)
    sensitivity, specificity = np.full(len(marks), _SURE), np.full(len(marks), _SURE)
    weights, n_iterations, moved = np.full(marks.shape[1], np.inf), 0, np.inf
    while moved >= _TOLERANCE and n_iterations < _MOST_STEPS:
        n_iterations += 1
        found = _posterior(marks, sensitivity, specificity, share)
        moved, weights = float(np.abs(found - weights).max()), found
        inside, outside = weights * counts, (1.0 - weights) * counts
        sensitivity = _ratio((marks * inside).sum(axis=1), float(inside.sum()), sensitivity)
        specificity = _ratio(((1.0 - marks) * outside).sum(axis=1), float(outside.sum()), specificity)
    posterior = weights[np.asarray(back).ravel()].reshape(stacked.shape[1:])
    by_name = {
        names[k]: StapleAnnotator(names[k], float(sensitivity[place]), float(specificity[place]))
        for place, k in enumerate(order)
    }
    return Staple(
        method="staple",
        version=VERSION,
        posterior=posterior,
        mask=posterior >= 0.5,
        prior=share,
        expected_loss=float((np.minimum(weights, 1.0 - weights) * counts).sum()),
        annotators=tuple(by_name[name] for name in names),
        n_iterations=n_iterations,
        reason=None,
    )


def _stack(masks: Sequence[Any]) -> Bools:
    given = [np.asarray(mask) for mask in masks]
    if not given:
        raise ValueError("masks is empty; give one boolean array of shape (height, width) for each annotator.")
    for place, mask in enumerate(given):
        if mask.ndim != 2 or mask.shape != given[0].shape:
            raise ValueError(
                f"masks[{place}] has shape {mask.shape} and masks[0] {given[0].shape}; "
                "give all (height, width) of the image."
            )
        if not np.isin(mask, (0, 1)).all():
            raise ValueError(f"masks[{place}] has values other than 0 and 1; give a boolean array.")
    return np.stack(given).astype(bool)


def _why_none(stacked: Bools) -> str | None:
    if len(stacked) == 1:
        return "There is one mask only, so nothing to weigh it against."
    if not stacked.any():
        return "No annotator marked a pixel: sensitivity has nothing to be counted on."
    if stacked.all():
        return "Every annotator marked every pixel: specificity has nothing to be counted on."
    return None


def _posterior(marks: Floats, sensitivity: Floats, specificity: Floats, prior: float) -> Floats:
    """In logs; a probability of exactly 0 or 1 is taken as 1e-300 from it."""

    def log(x: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(x, 1e-300)), dtype=np.float64)

    inside = np.log(prior) + log(sensitivity) @ marks + log(1.0 - sensitivity) @ (1.0 - marks)
    outside = np.log1p(-prior) + log(specificity) @ (1.0 - marks) + log(1.0 - specificity) @ marks
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.clip(inside - outside, -1400.0, 1400.0))), dtype=np.float64)


def _ratio(top: Floats, bottom: float, before: Floats) -> Floats:
    return top / bottom if bottom > 0.0 else before
