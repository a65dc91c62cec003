"""Annotations as chance would make them: real answers to a text, each moved along it by a random distance."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from hashlib import sha256

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.spans.alignment import Units
from assay.agreement.spans.table import Span, Spans

_Places = tuple[tuple[float, float], ...]


class RandomContinua:
    """Random annotations of one text, as many as are drawn.

    Each random annotator takes the answer of a real one, drawn with replacement, and moves all of its spans by the same
    distance; what would begin beyond the end of the text begins at its start instead (a span that only reaches over
    the end stays whole). Distances are at least half the mean length of a span apart around the text, as far as there
    is room for it, so that an answer drawn twice does not agree with itself. They are whole numbers where all places
    are.

    The stream of random numbers depends on the seed and on what was marked, not on the names of tasks, annotators and
    labels: equal texts have equal chance.

    Source: Mathet, Widlöcher, Métivier (2015), section 5.2.
    """

    def __init__(self, units: Sequence[Units], low: float, high: float, stream: bytes, seed: int) -> None:
        self._units = tuple(units)
        self._low, self._range = low, high - low
        places = np.concatenate([np.concatenate([each.start, each.end]) for each in units] + [np.array([low, high])])
        self._whole = bool((places == np.floor(places)).all())
        lengths = np.concatenate([each.end - each.start for each in units])
        self._apart = float(lengths.mean()) / 2.0
        self._rng = np.random.default_rng([seed, int.from_bytes(stream, "big")])

    def draw(self) -> list[Units]:
        """One random annotation by as many annotators, with at least one span."""
        n = len(self._units)
        chosen = self._rng.integers(n, size=n).tolist()
        while not any(len(self._units[k].start) for k in chosen):
            chosen = self._rng.integers(n, size=n).tolist()
        return [self._moved(self._units[k], by) for k, by in zip(chosen, self._distances(n), strict=True)]

    def _distances(self, n: int) -> list[float]:
        found: list[float] = []
        for _ in range(n):
            free = self._free(found)
            found.append(self._pick(free) if free else float(self._rng.uniform(0.0, self._range)))
            if self._whole:
                found[-1] = float(np.floor(found[-1]))
        return found

    def _free(self, taken: Sequence[float]) -> list[tuple[float, float]]:
        """The stretches of distances that are far enough from those taken, around the circle."""
        free = [(0.0, self._range)]
        for middle in taken:
            for around in (middle - self._range, middle, middle + self._range):
                low, high = around - self._apart, around + self._apart
                cut = [part for a, b in free for part in ((a, min(b, low)), (max(a, high), b))]
                free = [(a, b) for a, b in cut if b > a]
        return free

    def _pick(self, free: Sequence[tuple[float, float]]) -> float:
        ends = np.cumsum([b - a for a, b in free])
        at = float(self._rng.uniform(0.0, ends[-1]))
        place = min(int(np.searchsorted(ends, at, side="right")), len(free) - 1)
        return free[place][1] - (float(ends[place]) - at)

    def _moved(self, units: Units, by: float) -> Units:
        start = units.start - self._low + by
        back: Floats = np.where(start >= self._range, self._range, 0.0)
        return Units(units.start + by - back, units.end + by - back, units.label)


def without_names(answers: Sequence[Spans], place: dict[Hashable, int]) -> tuple[list[int], bytes]:
    """An order of the answers, and a digest of them all, that do not depend on what annotators and labels are called.

    A label is told from another by where who marked it, an annotator by what they marked. Two that cannot be told apart
    by that (nearly always because nothing changes when they change places) keep the given order.
    """
    used: dict[Hashable, list[_Places]] = {}
    for spans in answers:
        mine: dict[Hashable, list[tuple[float, float]]] = {}
        for span in spans:
            mine.setdefault(span.label, []).append((float(span.start), float(span.end)))
        for label, places in mine.items():
            used.setdefault(label, []).append(tuple(sorted(places)))
    shape = {label: tuple(sorted(places)) for label, places in used.items()}
    rank = {each: code for code, each in enumerate(sorted(set(shape.values())))}

    def seen(span: Span) -> tuple[float, float, int]:
        return float(span.start), float(span.end), rank[shape[span.label]]

    marked = [sorted(seen(span) for span in spans) for spans in answers]
    order = sorted(range(len(answers)), key=lambda k: (marked[k], [place[span.label] for span in answers[k]]))
    return order, sha256(repr([marked[k] for k in order]).encode()).digest()[:16]
