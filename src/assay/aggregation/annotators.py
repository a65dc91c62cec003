"""How good each annotator is: accuracy with a credible interval, and who takes what for what.

With right_w = the sum over the annotator's annotations of the posterior probability that the label given is the
true one, of n_w, and a Beta(a, b) prior, the accuracy has mean (right_w + a) / (n_w + a + b). Its variance
has two parts: that of the Beta distribution if the truth were known, and, because it is not, the sum of
q(1 - q) / (n_w + a + b)². A Beta distribution with this mean and variance gives the interval.

Bayesian models fit (a, b) to all annotators (empirical Bayes), so that somebody with two answers is near
the others; the rest use Jeffreys' prior, a = b = 1/2.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.aggregation.arrays import Floats

LEVEL = 0.95
_SMALLEST_SPREAD = 1e-12


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


@dataclass(frozen=True)
class AnnotatorTable:
    """All annotators, in stable order; iterating gives an :class:`AnnotatorQuality` for each with an annotation.

    ``accuracy``, ``low``, ``high`` and ``n_annotations`` have shape (annotators,).
    """

    names: tuple[Hashable, ...]
    accuracy: Floats
    low: Floats
    high: Floats
    n_annotations: Floats
    level: float = LEVEL
    confusion_of: Callable[[int], Floats] | None = None

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


def accuracy_interval(
    right: Floats, n: Floats, unsure: Floats, a: Floats | float = 0.5, b: Floats | float = 0.5, level: float = LEVEL
) -> tuple[Floats, Floats, Floats]:
    """Mean, low and high for each annotator; every array has shape (annotators,).

    ``right`` is the expected number of right answers among ``n``, ``unsure`` the variance of that number
    because the truth is not known, ``a`` and ``b`` the prior. Raises ValueError for a level outside (0, 1).

    >>> mean, low, high = accuracy_interval(np.array([18.0]), np.array([20.0]), np.array([0.0]))
    >>> print(mean.round(3), low.round(3), high.round(3))
    [0.881] [0.716] [0.979]
    """
    from scipy.special import betaincinv

    if not 0.0 < level < 1.0:
        raise ValueError(f"level is {level!r}; give a number between 0 and 1, such as 0.95.")
    total = n + a + b
    mean = (right + a) / total
    known = mean * (1.0 - mean) / (total + 1.0)
    spread = np.clip(known + unsure / total**2, _SMALLEST_SPREAD, None)
    # A Beta distribution cannot spread further than mean (1 - mean).
    size = np.maximum(mean * (1.0 - mean) / spread - 1.0, 1e-3)
    tail = (1.0 - level) / 2.0
    low = betaincinv(mean * size, (1.0 - mean) * size, tail)
    high = betaincinv(mean * size, (1.0 - mean) * size, 1.0 - tail)
    return mean, np.minimum(low, mean), np.maximum(high, mean)
