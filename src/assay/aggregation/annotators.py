"""How good each annotator is: accuracy with its interval, and who takes what for what."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.aggregation.arrays import Floats

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class AnnotatorQuality:
    """One annotator: the probability of giving the true label, on tasks like those answered.

    ``low`` and ``high`` bound it at ``level``; ``confusion[k, c]`` is the probability of giving ``labels[c]``
    when ``labels[k]`` is true (rows sum to 1), None where the method has no such model.
    """

    annotator: Hashable
    accuracy: float
    low: float
    high: float
    level: float
    n_annotations: int
    confusion: Floats | None = None


Accuracies = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, eq=False)
class AnnotatorTable:
    """All annotators, in stable order; iterating gives an :class:`AnnotatorQuality` for each.

    ``accuracy``, ``low``, ``high`` and ``n_annotations`` have shape (annotators,). Accuracies are worked out when
    they are first asked for.
    """

    names: tuple[Hashable, ...]
    n_annotations: Floats
    accuracies: Callable[[], Accuracies]
    level: float = LEVEL
    confusion_of: Callable[[int], Floats] | None = None

    @cached_property
    def _found(self) -> Accuracies:
        return self.accuracies()

    @property
    def accuracy(self) -> Floats:
        return self._found[0]

    @property
    def low(self) -> Floats:
        return self._found[1]

    @property
    def high(self) -> Floats:
        return self._found[2]

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[AnnotatorQuality]:
        return (self._at(row) for row in range(len(self.names)))

    def __getitem__(self, name: Hashable) -> AnnotatorQuality:
        return self._at(self._row_of[name])

    @cached_property
    def _row_of(self) -> dict[Hashable, int]:
        return {name: row for row, name in enumerate(self.names)}

    def _at(self, row: int) -> AnnotatorQuality:
        return AnnotatorQuality(
            annotator=self.names[row],
            accuracy=float(self.accuracy[row]),
            low=float(self.low[row]),
            high=float(self.high[row]),
            level=self.level,
            n_annotations=int(self.n_annotations[row]),
            confusion=None if self.confusion_of is None else self.confusion_of(row),
        )


def accuracy_interval(right: Floats, n: Floats, level: float = LEVEL) -> Accuracies:
    """Mean, low and high from counts, under a Beta(1/2, 1/2) prior (Jeffreys); every array has shape (annotators,).

    For methods that compare with a decision and have no probability of the truth. Raises ValueError for a level
    outside (0, 1).

    >>> mean, low, high = accuracy_interval(np.array([18.0]), np.array([20.0]))
    >>> print(mean.round(3), low.round(3), high.round(3))
    [0.881] [0.716] [0.979]
    """
    from scipy.special import betaincinv

    check_level(level)
    a, b = right + 0.5, n - right + 0.5
    tail = (1.0 - level) / 2.0
    mean: Floats = a / (a + b)
    low = np.asarray(betaincinv(a, b, tail), dtype=np.float64)
    high = np.asarray(betaincinv(a, b, 1.0 - tail), dtype=np.float64)
    return mean, low, high


def check_level(level: float) -> None:
    """Raises ValueError unless it is between 0 and 1, both excluded."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; give a number between 0 and 1, such as 0.95.")
