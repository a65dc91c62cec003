"""Who preferred which of two items, and on which side it stood."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assay.agreement.arrays import Codes
from assay.agreement.label_table import DuplicateLabel
from assay.agreement.names import encode, is_missing, quoted, values_of


class _Tie:
    """The one outcome that is no item: neither is better."""

    def __repr__(self) -> str:
        return "TIE"


TIE = _Tie()
LEFT_WON, RIGHT_WON, TIED = 0, 1, 2


@dataclass(frozen=True, eq=False)
class ComparisonTable:
    """Comparisons sorted by pair of items and annotator. ``items`` and ``annotators`` are in stable order;

    ``left``, ``right`` and ``annotator_codes``, of shape (comparisons,), point into them; ``outcome`` is 0 (left
    won), 1 (right won) or 2 (tie). A winner that is None, NaN or the empty text was not given and is only counted.

    >>> table = ComparisonTable.from_arrays(["ann", "ben"], ["a", "b"], ["b", "a"], ["a", "tie"], tie="tie")
    >>> table.items, table.outcome.tolist(), table.n_pairs
    (('a', 'b'), [0, 2], 1)
    """

    items: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    left: Codes
    right: Codes
    outcome: Codes
    annotator_codes: Codes
    n_missing: int = 0

    @classmethod
    def from_arrays(
        cls,
        annotators: Iterable[Hashable],
        left: Iterable[Hashable],
        right: Iterable[Hashable],
        winners: Iterable[Hashable],
        *,
        tie: Hashable = TIE,
    ) -> ComparisonTable:
        """From four columns, one row a comparison; a winner is the left item, the right item, or ``tie``.

        Raises ValueError for columns of different lengths, a missing name, an item compared with itself, ``tie`` that
        is also an item, and a winner that is none of the three; DuplicateLabel when an annotator compares the same two
        items twice (in either order).
        """
        given = {"annotators": annotators, "left": left, "right": right, "winners": winners}
        listed = {name: values_of(column, name) for name, column in given.items()}
        if len({len(column) for column in listed.values()}) > 1:
            said = ", ".join(f"{name} has {len(column)}" for name, column in listed.items())
            raise ValueError(f"Every column needs one entry for each comparison; {said}.")
        annotator_names, annotator_codes = encode(listed["annotators"], "annotators")
        n = len(annotator_codes)
        items, codes = encode(listed["left"] + listed["right"], "left and right")
        for name, column in (("annotators", annotator_codes), ("left", codes[:n]), ("right", codes[n:])):
            if n and column.min() < 0:
                raise ValueError(f"{name}[{int(np.argmin(column))}] is missing; every comparison needs it.")
        if tie in items:
            raise ValueError(f"tie is {quoted(tie)}, which is also an item; rename the item, or the tie.")
        outcome = np.array([_outcome(row, listed, tie) for row in range(n)], dtype=np.int64)
        low, high = np.minimum(codes[:n], codes[n:]), np.maximum(codes[:n], codes[n:])
        order = np.lexsort((annotator_codes, high, low))
        kept = order[outcome[order] >= 0]
        key = np.stack([low[kept], high[kept], annotator_codes[kept]])
        again = np.flatnonzero((np.diff(key, axis=1) == 0).all(axis=0))
        if len(again):
            first, second = sorted((int(kept[again[0]]), int(kept[again[0] + 1])))
            pair = f"{quoted(listed['left'][first])} and {quoted(listed['right'][first])}"
            raise DuplicateLabel(pair, listed["annotators"][first], (first, second))
        return cls(
            items=items,
            annotators=annotator_names,
            left=codes[:n][kept],
            right=codes[n:][kept],
            outcome=outcome[kept],
            annotator_codes=annotator_codes[kept],
            n_missing=n - len(kept),
        )

    @property
    def n_comparisons(self) -> int:
        """How many comparisons have an outcome."""
        return len(self.outcome)

    @cached_property
    def pair_codes(self) -> Codes:
        """The number of the unordered pair of each comparison, from 0; shape (comparisons,)."""
        low, high = np.minimum(self.left, self.right), np.maximum(self.left, self.right)
        return np.unique(low * max(len(self.items), 1) + high, return_inverse=True)[1].astype(np.int64)

    @property
    def n_pairs(self) -> int:
        """How many different pairs of items were compared."""
        return int(self.pair_codes.max()) + 1 if self.n_comparisons else 0

    @property
    def low_won(self) -> Codes:
        """The outcome whichever side: 0 (the item that is first in ``items`` won), 1 (the other), 2 (tie)."""
        turned = self.left > self.right
        return np.where(turned & (self.outcome != TIED), 1 - self.outcome, self.outcome)


def _outcome(row: int, listed: dict[str, list[Hashable]], tie: Hashable) -> int:
    left, right, winner = (listed[name][row] for name in ("left", "right", "winners"))
    if left == right:
        raise ValueError(f"left[{row}] and right[{row}] are both {quoted(left)}; an item is not compared with itself.")
    if is_missing(winner):
        return -1
    if winner == tie:
        return TIED
    if winner in (left, right):
        return LEFT_WON if winner == left else RIGHT_WON
    raise ValueError(
        f"winners[{row}] is {quoted(winner)}; give {quoted(left)}, {quoted(right)}, "
        f"or {quoted(tie)} for a tie (set tie=)."
    )
