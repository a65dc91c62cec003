"""Which model of numbers: the one that best foretells answers it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Literal

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.numeric.fit import fit_numbers

Noise = Literal["own", "common"]
_ROBUST = 4.0
_PARTS = 5
_FEWEST = 20
_MOST = 20_000
# The choice needs no more than the first digits of a fit.
_TOLERANCE = 1e-3
_STEPS = 50


@dataclass(frozen=True, slots=True)
class NumericModel:
    """One scale of noise for all or one for each annotator, normal (inf) or Student's t.

    ``error`` is the root of the mean squared error on held-out answers, None where it was not needed.
    """

    noise: Noise
    degrees_of_freedom: float
    error: float | None = None


def choose_model(
    y: Floats,
    task: Codes,
    annotator: Codes,
    sizes: tuple[int, int],
    noise: Literal["auto", "own", "common"],
    degrees_of_freedom: float | None,
) -> tuple[NumericModel, tuple[NumericModel, ...]]:
    """The model to take, and those it was compared with (none where both are given, or there are under 20 answers).

    The first, simplest one that is left open (common before own, normal before Student's t) is taken unless another
    has a smaller error by more than the standard error of that difference, over tasks.
    """
    kinds: tuple[Noise, ...] = ("common", "own") if noise == "auto" else (noise,)
    degrees = (inf, _ROBUST) if degrees_of_freedom is None else (degrees_of_freedom,)
    models = [NumericModel(kind, nu) for kind, nu in product(kinds, degrees)]
    shared = len(y) > 0 and int(np.bincount(task).max()) >= 2
    if len(models) == 1 or not shared or len(y) < _FEWEST:
        return models[0], ()
    some = _some_tasks(y, task)
    y, task, annotator = y[some], task[some], annotator[some]
    part = _parts(y, task, annotator)
    squares = [_squares(y, task, annotator, sizes, part, model) for model in models]
    compared = tuple(
        NumericModel(model.noise, model.degrees_of_freedom, float(np.sqrt(square.mean())))
        for model, square in zip(models, squares, strict=True)
    )
    best = int(np.argmin([square.mean() for square in squares]))
    gain = np.bincount(task, squares[0] - squares[best], sizes[0])[np.unique(task)]
    n = len(gain)
    error = float(np.sqrt(n / max(n - 1.0, 1.0) * ((gain - gain.mean()) ** 2).sum()))
    return compared[best if float(gain.sum()) > error else 0], compared


def _squares(
    y: Floats, task: Codes, annotator: Codes, sizes: tuple[int, int], part: Codes, model: NumericModel
) -> Floats:
    """The squared error of each answer, foretold from the other parts; shape (answers,)."""
    found = np.empty(len(y))
    own, nu = model.noise == "own", model.degrees_of_freedom
    for held in np.unique(part).tolist():
        out = part == held
        rest = y[~out], task[~out], annotator[~out]
        fit = fit_numbers(*rest, sizes, nu, own, tolerance=_TOLERANCE, most_steps=_STEPS)
        found[out] = (y[out] - fit.value[task[out]] - fit.bias[annotator[out]]) ** 2
    return found


def _parts(y: Floats, task: Codes, annotator: Codes) -> Codes:
    """The part of each answer: the answers of a task are dealt out at random, beginning at another part each time.

    The random numbers are always the same, and go to the answers in an order that names, units and rows do not change:
    by their task, by how high they are, and by their annotator, tasks and annotators told apart by what they hold.
    """
    height = _dense(y)
    person = _by_content(height, annotator)
    place = _by_content(_dense(height * (int(person.max()) + 1) + person[annotator]), task)
    lot = np.empty(len(y))
    lot[np.lexsort((person[annotator], height, place[task]))] = np.random.default_rng(0).random(len(y))
    n, order = np.bincount(task), np.lexsort((lot, task))
    dealt = np.empty(len(y), dtype=np.int64)
    dealt[order] = np.arange(len(y)) - np.repeat(np.cumsum(n) - n, n)
    return np.asarray((dealt + place[task]) % _PARTS, dtype=np.int64)


def _dense(values: Floats | Codes) -> Codes:
    """0 for the lowest value, 1 for the next one; equal values have equal numbers."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


def _by_content(height: Codes, group: Codes) -> Codes:
    """A number for each task (or annotator), from the first three moments of what is in it; the same for the same."""
    order = np.lexsort((height, group))
    n, moments = np.maximum(np.bincount(group), 1), []
    for power in (1, 2, 3):
        total = np.zeros(len(n))
        np.add.at(total, group[order], height[order].astype(np.float64) ** power)
        moments.append(total / n)
    return np.asarray(np.unique(np.stack(moments, axis=1), axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)


def _some_tasks(y: Floats, task: Codes) -> Codes:
    """The answers of all tasks, or of evenly spaced ones (sorted by their answers) with some 20,000 answers."""
    if len(y) <= _MOST:
        return np.arange(len(y))
    step = -(-len(y) // _MOST)
    place = np.argsort(np.argsort(_by_content(_dense(y), task), kind="stable"), kind="stable")
    return np.flatnonzero(place[task] % step == 0)
