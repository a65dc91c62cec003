"""How often two annotators who compare the same two items come to the same outcome, plain and beyond chance."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from assay.agreement.arrays import Codes, Floats, Mask
from assay.agreement.comparisons.table import TIED, ComparisonTable
from assay.agreement.interval import check_level
from assay.agreement.label_table import LabelTable
from assay.agreement.percent_agreement import percent_agreement
from assay.agreement.result import Agreement, LeftOut
from assay.agreement.structured.answer_table import Compared
from assay.agreement.structured.result import alpha_of_tasks
from assay.agreement.usable import MISSING

SINGLE_PAIR = "only one annotator compared these two items, so there is nothing to compare it with"


def pair_agreement(table: ComparisonTable, *, level: float = 0.95) -> Agreement:
    """The mean over pairs of items of the share of agreeing pairs of annotators, in [0, 1]; the side does not matter.

    Outcomes are "this item", "the other" and "tie", all different. Each pair of items with at least two annotators
    counts once. Not corrected for chance: with two outcomes, guessing gives 0.5. ``n_tasks`` are pairs of items.

    >>> table = ComparisonTable.from_arrays(list("xyz"), list("aba"), list("bab"), list("aab"))
    >>> round(pair_agreement(table).value, 3)
    0.333

    Source: percent agreement (Fleiss 1971); interval: jackknife over pairs of items.
    """
    pairs: dict[int, tuple[Hashable, Hashable]] = {}
    for pair, left, right in zip(table.pair_codes.tolist(), table.left.tolist(), table.right.tolist(), strict=True):
        pairs[pair] = table.items[min(left, right)], table.items[max(left, right)]
    labels = LabelTable(
        tasks=tuple(pairs[pair] for pair in sorted(pairs)),
        annotators=table.annotators,
        labels=("first", "second", "tie"),
        task_codes=table.pair_codes,
        annotator_codes=table.annotator_codes,
        label_codes=table.low_won,
        n_missing=table.n_missing,
    )
    return replace(percent_agreement(labels, level=level), metric="pair_agreement", title="Pair agreement")


def pair_alpha(table: ComparisonTable, *, level: float = 0.95) -> Agreement:
    """Krippendorff's alpha of the outcomes, nominal, with both items of a pair equally likely to win by chance.

    Which of the two items is called the first is a matter of names, so the chance of "first" and "second" is the same:
    half of the share of decided comparisons each. 1 is perfect agreement, 0 what chance gives. Undefined, with a
    reason, when no pair has two annotators or every comparison is a tie.

    >>> table = ComparisonTable.from_arrays(list("xyxy"), list("aacc"), list("bbdd"), list("aacd"))
    >>> round(pair_alpha(table).value, 3)
    0.0

    Source: Krippendorff (2018), Content analysis, 4th edition, chapter 12, with the two outcomes made exchangeable;
    chance is counted with replacement, for half a comparison cannot be put back.
    """
    check_level(level)
    part, counts = _compared(table)
    m = counts.sum(axis=1)
    disagreement = (counts * (m[:, None] - counts)).sum(axis=1) / np.maximum(m - 1.0, 1.0)
    decided = (counts[:, 0] + counts[:, 1]) / 2.0
    totals = np.stack([decided, decided, counts[:, TIED]], axis=1)
    return alpha_of_tasks(
        "pair_alpha",
        "Alpha of comparisons",
        part,
        disagreement,
        totals,
        level=level,
        undefined="Every comparison is a tie, so agreement by chance is 100 % too, and alpha is 0/0.",
        without_replacement=False,
    )


def _compared(table: ComparisonTable) -> tuple[Compared[int], Floats]:
    """The pairs of items with two annotators, and how often each outcome was given; shape (pairs, 3)."""
    pair = table.pair_codes
    counts = np.zeros((table.n_pairs, 3))
    np.add.at(counts, (pair, table.low_won), 1.0)
    used = counts.sum(axis=1) >= 2.0
    left_out = []
    if table.n_missing:
        left_out.append(LeftOut(MISSING, n_annotations=table.n_missing))
    n_single = int((~used).sum())
    if n_single:
        left_out.append(LeftOut(SINGLE_PAIR, n_tasks=n_single, n_annotations=n_single))
    return _part(table, pair, used, tuple(left_out)), counts[used]


def _part(table: ComparisonTable, pair: Codes, used: Mask, left_out: tuple[LeftOut, ...]) -> Compared[int]:
    inside = used[pair] if len(pair) else np.zeros(0, dtype=bool)
    rows: list[list[tuple[int, int]]] = [[] for _ in range(len(used))]
    for place in np.flatnonzero(inside).tolist():
        rows[pair[place]].append((int(table.annotator_codes[place]), int(table.low_won[place])))
    names = {}
    for place in np.flatnonzero(inside).tolist():
        names[int(pair[place])] = tuple(table.items[code] for code in sorted((table.left[place], table.right[place])))
    reason = None if used.any() else "No two items were compared by two annotators, so there is nothing to agree on."
    return Compared(
        tasks=tuple(names[row] for row in sorted(names)),
        answers=tuple(tuple(rows[row]) for row in sorted(names)),
        n_annotations=int(inside.sum()),
        n_annotators=len(np.unique(table.annotator_codes[inside])),
        left_out=left_out,
        reason=reason,
    )
