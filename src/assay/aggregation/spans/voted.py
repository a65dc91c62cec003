"""A span that was decided, and how near an annotator's spans are to the decided ones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class GivenSpan(Protocol):
    """A span of an annotator; ``assay.agreement.spans.Span`` is one."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def label(self) -> Hashable: ...


GivenSpans = Sequence[GivenSpan]


@dataclass(frozen=True, slots=True)
class VotedSpan:
    """From ``start`` to before ``end``. ``support`` is the (weighted) share of the task's annotators behind it."""

    start: float
    end: float
    label: Hashable
    support: float


def covered_f1(ours: GivenSpans, theirs: Sequence[VotedSpan]) -> float:
    """2 · common length with the same label / both lengths; 1 when both are empty. Overlaps of one side count once."""
    common = length = 0.0
    for label in {span.label for span in (*ours, *theirs)}:
        a, b = (_union([(s.start, s.end) for s in spans if s.label == label]) for spans in (ours, theirs))
        length += sum(end - start for start, end in (*a, *b))
        common += sum(max(0.0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b)
    return 2.0 * common / length if length else 1.0


def _union(stretches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def weights_of(annotators: Sequence[Hashable], weights: Mapping[Hashable, float] | None) -> list[float]:
    """One weight for each annotator. Raises ValueError for one below 0 or no number."""
    found = [float((weights or {}).get(name, 1.0)) for name in annotators]
    if not all(0.0 <= weight < float("inf") for weight in found):
        raise ValueError("weights has a weight that is not a number of at least 0.")
    return found


def check_quorum(quorum: float) -> None:
    """Raises ValueError unless the quorum is above 0 and at most 1."""
    if not 0.0 < quorum <= 1.0:
        raise ValueError(f"quorum is {quorum!r}; give the share of annotators that is enough, above 0 and at most 1.")
