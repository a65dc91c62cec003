"""Circular triads: a over b, b over c, c over a. How consistent is one annotator, or the crowd?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from assay.agreement.arrays import Floats, Mask
from assay.agreement.comparisons.table import LEFT_WON, TIED, ComparisonTable


@dataclass(frozen=True, slots=True)
class TriadCount:
    """The triads of one annotator (``annotator`` None: of the majority of all).

    ``n_triads`` are triples of items that are all decided, ``n_circular`` those that go round in a circle. ``share`` is
    their ratio; by coin tosses it is 1/4. ``consistency`` is Kendall's ζ, 1 for none and 0 for as many as there can be;
    it needs every pair of the items decided. Each is None exactly when its reason says why.
    """

    annotator: Hashable | None
    n_items: int
    n_triads: int
    n_circular: int
    share: float | None
    reason: str | None
    consistency: float | None
    consistency_reason: str | None


@dataclass(frozen=True, slots=True)
class Triads:
    """Of the majority's decisions, and of every annotator in stable order."""

    majority: TriadCount
    by_annotator: tuple[TriadCount, ...]


def circular_triads(table: ComparisonTable) -> Triads:
    """Count circular triads, for each annotator and for the majority of all comparisons of a pair.

    With n items all compared, a_i the wins of item i: d = n(n-1)(2n-1)/12 - ½ Σ a_i² circular triads, of at most
    (n³ - n)/24 (n odd) or (n³ - 4n)/24 (n even); ζ = 1 - d / most. Where pairs are missing or tied only complete
    triples are counted (tr A³ / 3 of tr U³ / 6, with A the wins, U what is decided) and ζ is undefined, with a reason.
    The majority of a pair is the item with more wins; equal numbers of wins are a tie. No interval: triads share pairs.

    >>> table = ComparisonTable.from_arrays(["ann"] * 3, list("abc"), list("bca"), list("abc"))
    >>> circular_triads(table).majority.n_circular, circular_triads(table).majority.consistency
    (1, 0.0)

    Source: Kendall, Babington Smith (1940), On the method of paired comparisons, Biometrika 31:324.
    """
    n = len(table.items)
    decided = table.outcome != TIED
    winner = np.where(table.outcome == LEFT_WON, table.left, table.right)
    loser = np.where(table.outcome == LEFT_WON, table.right, table.left)

    def wins(rows: Mask) -> Floats:
        counted = np.zeros((n, n))
        np.add.at(counted, (winner[rows & decided], loser[rows & decided]), 1.0)
        return counted

    everybody = wins(np.ones(table.n_comparisons, dtype=bool))
    seen = np.unique(np.r_[table.left, table.right])
    by_annotator = []
    for code, name in enumerate(table.annotators):
        rows = table.annotator_codes == code
        own = np.unique(np.r_[table.left[rows], table.right[rows]])
        by_annotator.append(_count(name, wins(rows)[np.ix_(own, own)]))
    return Triads(_count(None, everybody[np.ix_(seen, seen)]), tuple(by_annotator))


def _count(annotator: Hashable | None, wins: Floats) -> TriadCount:
    n = len(wins)
    beats = (wins > wins.T).astype(np.float64)
    decided = beats + beats.T
    n_triads = round(float(np.einsum("ij,ji->", decided @ decided, decided)) / 6.0)
    n_circular = round(float(np.einsum("ij,ji->", beats @ beats, beats)) / 3.0)
    most = (n**3 - n) // 24 if n % 2 else (n**3 - 4 * n) // 24
    complete = decided.sum() == n * (n - 1)
    return TriadCount(
        annotator=annotator,
        n_items=n,
        n_triads=n_triads,
        n_circular=n_circular,
        share=n_circular / n_triads if n_triads else None,
        reason=None if n_triads else "No three items are all decided among each other.",
        consistency=1.0 - n_circular / most if complete and most else None,
        consistency_reason=None if complete and most else _why_not(n),
    )


def _why_not(n: int) -> str:
    if n < 3:
        return f"There are {n} items, and a triad needs three."
    return "Some pairs of items were not compared or are tied; Kendall's ζ needs all of them decided."
