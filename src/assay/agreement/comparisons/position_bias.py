"""Position bias: is what stands on the left chosen more often, whatever it is?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import sum_by
from assay.agreement.comparisons.table import LEFT_WON, TIED, ComparisonTable
from assay.agreement.interval import check_level
from assay.agreement.result import Estimate
from assay.agreement.structured.result import ratio_estimate

NOTHING_DECIDED = "No comparison is decided."


@dataclass(frozen=True, slots=True)
class PositionBias:
    """``share_left`` is the share of decided comparisons that the left item won; without bias it is 0.5.

    ``p_value`` is that of the exact two-sided sign test of 0.5, None with no decided comparison; it takes comparisons
    as independent, which the interval (jackknife over pairs of items) does not. ``by_annotator`` has each one's share.
    """

    share_left: Estimate
    p_value: float | None
    n_decided: int
    n_ties: int
    by_annotator: tuple[tuple[Hashable, Estimate, int], ...]


def position_bias(table: ComparisonTable, *, level: float = 0.95) -> PositionBias:
    """The share of left wins, over all and for each annotator, with intervals.

    It measures bias only where the side was drawn by lot (or each pair shown both ways); otherwise good items may stand
    on the left, and :func:`assay.aggregation.comparisons.bradley_terry` with ``position=True`` separates the two.

    >>> table = ComparisonTable.from_arrays(["ann"] * 3, list("abc"), list("bca"), list("abc"))
    >>> position_bias(table).share_left.value, position_bias(table).p_value
    (1.0, 0.25)

    Source: the sign test; interval: jackknife over pairs of items with Wilson's shape.
    """
    check_level(level)
    decided = table.outcome != TIED
    n_decided, n_left = int(decided.sum()), int((table.outcome == LEFT_WON).sum())
    by_annotator = []
    for code, name in enumerate(table.annotators):
        rows = decided & (table.annotator_codes == code)
        by_annotator.append((name, _share(table, rows, level), int(rows.sum())))
    return PositionBias(
        share_left=_share(table, decided, level),
        p_value=_sign_test(n_left, n_decided) if n_decided else None,
        n_decided=n_decided,
        n_ties=int((~decided).sum()),
        by_annotator=tuple(by_annotator),
    )


def _share(table: ComparisonTable, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], level: float) -> Estimate:
    pair = table.pair_codes[rows]
    left = sum_by(pair, table.outcome[rows] == LEFT_WON, table.n_pairs)
    number = sum_by(pair, np.ones(len(pair)), table.n_pairs)
    return ratio_estimate(left, number, trials=float(number.sum()), level=level, undefined=NOTHING_DECIDED)[0]


def _sign_test(n_left: int, n: int) -> float:
    from scipy.special import bdtr

    return min(1.0, 2.0 * float(bdtr(min(n_left, n - n_left), n, 0.5)))
