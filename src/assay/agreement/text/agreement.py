"""How alike the texts are that annotators gave to the same task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from assay.agreement.interval import check_level
from assay.agreement.structured.result import GRADED, StructuredAgreement, ratio_of_sums, ratios, task_values
from assay.agreement.text.chrf import chrf
from assay.agreement.text.edit_distance import edit_similarity
from assay.agreement.text.table import TextTable

TextMeasure = Literal["chrf", "edit", "exact"]


def _chrf_both_ways(a: str, b: str) -> float:
    return 0.5 * (chrf(a, b) + chrf(b, a))


_MEASURES: dict[str, tuple[str, Callable[[str, str], float]]] = {
    "chrf": ("chrF", _chrf_both_ways),
    "edit": ("Edit similarity", edit_similarity),
    "exact": ("Equal texts", lambda a, b: float(a == b)),
}


def text_agreement(
    table: TextTable, *, measure: TextMeasure | Callable[[str, str], float] = "chrf", level: float = 0.95
) -> StructuredAgreement:
    """The mean over tasks of the mean similarity of its pairs of texts, in [0, 1]. Not corrected for chance.

    ``measure`` is ``"chrf"`` (chrF2, the mean of both directions), ``"edit"`` (1 - Levenshtein / longer text),
    ``"exact"`` (equal or not), or a symmetric function of two texts that gives a number in [0, 1]. Two empty texts are
    equal. The measure is a choice that changes the number: name it wherever the number stands.

    Raises ValueError for an unknown measure, and a function that gives a number outside [0, 1].

    >>> table = TextTable.from_arrays(["t1", "t1"], ["ann", "ben"], ["a cat", "a bat"])
    >>> text_agreement(table, measure="edit").value
    0.8

    Sources: Popović (2015) for chrF; Levenshtein (1966); interval: jackknife over tasks.
    """
    check_level(level)
    name, title, function = _measure(measure)
    part = table.compared()
    sums, ones = np.zeros(part.n_tasks), np.ones(part.n_tasks)
    for row in range(part.n_tasks):
        alike = [_checked(function(a, b), a, b) for a, b in part.pairs(row)]
        sums[row] = float(np.sort(alike).mean())
    overall = ratio_of_sums(
        f"text_{name}",
        title,
        part,
        sums,
        ones,
        trials=(1.0 if measure == "exact" else GRADED) * part.n_pairs,
        level=level,
        undefined="There are no texts.",
    )
    return StructuredAgreement(overall, (), task_values(part, ratios(sums, ones)))


def _measure(measure: TextMeasure | Callable[[str, str], float]) -> tuple[str, str, Callable[[str, str], float]]:
    if callable(measure):
        return "function", "Text agreement", measure
    if measure not in _MEASURES:
        raise ValueError(f"There is no measure {measure!r}; use 'chrf', 'edit', 'exact' or a function of two texts.")
    return (measure, *_MEASURES[measure])


def _checked(alike: float, a: str, b: str) -> float:
    if not 0.0 <= alike <= 1.0:
        raise ValueError(f"measure gives {alike!r} for {a[:40]!r} and {b[:40]!r}; give a similarity from 0 to 1.")
    return alike
