"""Comparisons: Kendall's counts, and coefficients that another way gives too."""

from __future__ import annotations

import random
from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy.stats import binomtest

from assay.agreement import DuplicateLabel, LabelTable, percent_agreement
from assay.agreement.comparisons import ComparisonTable, circular_triads, pair_agreement, pair_alpha, position_bias

Row = tuple[str, str, str, str]


def table_of(rows: list[Row]) -> ComparisonTable:
    """Rows (annotator, left, right, winner), ties called "tie"."""
    return ComparisonTable.from_arrays(*[[row[k] for row in rows] for k in range(4)], tie="tie")


def crowd(seed: int, n_items: int = 7, n_annotators: int = 4, share: float = 0.8) -> list[Row]:
    """Noisy annotators on a part of all pairs, with sides drawn by lot and some ties."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for annotator in range(n_annotators):
        for i, j in combinations(range(n_items), 2):
            if rng.random() > share:
                continue
            left, right = (i, j) if rng.random() < 0.5 else (j, i)
            better = max(left, right) if rng.random() < 0.7 else min(left, right)
            winner = "tie" if rng.random() < 0.2 else f"i{better}"
            rows.append((f"a{annotator}", f"i{left}", f"i{right}", winner))
    return rows


def tournament(n: int, seed: int) -> list[Row]:
    """One annotator who decides every pair by lot."""
    rng = np.random.default_rng(seed)
    pairs = list(combinations([f"i{k}" for k in range(n)], 2))
    return [("ann", a, b, a if rng.random() < 0.5 else b) for a, b in pairs]


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 8])
def test_triads_are_kendalls(n: int) -> None:
    """d = n(n-1)(2n-1)/12 - Σ a²/2 (Kendall, Babington Smith 1940), and by looking at every triple."""
    for seed in range(4):
        rows = tournament(n, seed)
        won = {tuple(sorted((a, b))): winner for _, a, b, winner in rows}
        wins = [sum(winner == f"i{k}" for winner in won.values()) for k in range(n)]
        kendall = n * (n - 1) * (2 * n - 1) / 12 - sum(a * a for a in wins) / 2
        looked = sum(
            len({won[a, b], won[b, c], won[a, c]}) == 3 for a, b, c in combinations([f"i{k}" for k in range(n)], 3)
        )
        found = circular_triads(table_of(rows)).majority
        assert found.n_circular == kendall == looked
        assert found.n_triads == comb(n, 3)
        most = (n**3 - n) / 24 if n % 2 else (n**3 - 4 * n) / 24
        assert found.consistency == pytest.approx(1 - kendall / most)


def test_a_perfect_circle_and_a_perfect_order() -> None:
    items = [f"i{k}" for k in range(5)]
    order = [("ann", a, b, a) for a, b in combinations(items, 2)]
    assert circular_triads(table_of(order)).by_annotator[0].consistency == 1.0
    # Everybody beats the next two: as many circles as five items can have.
    circle = [("ann", items[i], items[(i + s) % 5], items[i]) for i in range(5) for s in (1, 2)]
    found = circular_triads(table_of(circle)).majority
    assert (found.n_circular, found.consistency) == (5, 0.0)


def test_missing_and_tied_pairs_are_no_triads() -> None:
    rows = [("ann", "a", "b", "a"), ("ann", "b", "c", "b"), ("ann", "a", "c", "tie")]
    found = circular_triads(table_of(rows)).majority
    assert (found.n_triads, found.share, found.consistency) == (0, None, None)
    assert found.reason == "No three items are all decided among each other."
    assert "tied" in str(found.consistency_reason)
    two = circular_triads(table_of(rows[:1])).majority
    assert two.consistency_reason == "There are 2 items, and a triad needs three."


@pytest.mark.parametrize("seed", range(4))
def test_pair_agreement_is_percent_agreement_on_winners(seed: int) -> None:
    rows = crowd(seed)
    labels = LabelTable.from_rows([("|".join(sorted(row[1:3])), row[0], row[3]) for row in rows])
    ours, theirs = pair_agreement(table_of(rows)), percent_agreement(labels)
    assert ours.value == pytest.approx(theirs.value, abs=1e-12)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert (ours.n_tasks, ours.n_annotations) == (theirs.n_tasks, theirs.n_annotations)


@pytest.mark.parametrize("seed", range(4))
def test_names_sides_and_rows_change_nothing(seed: int) -> None:
    rows = crowd(seed)
    other = [(f"b{9 - int(a[1:])}", right, left, winner) for a, left, right, winner in rows]
    other = [(a, *(f"j{9 - int(x[1:])}" if x != "tie" else x for x in rest)) for a, *rest in other]  # type: ignore[misc]
    random.Random(seed).shuffle(other)
    for metric in (pair_agreement, pair_alpha):
        first, second = metric(table_of(rows)), metric(table_of(other))
        assert (first.value, first.low, first.high) == pytest.approx((second.value, second.low, second.high), abs=1e-9)
    left, right = position_bias(table_of(rows)), position_bias(table_of(other))
    assert left.share_left.value == pytest.approx(1 - (right.share_left.value or 0.0))
    triads = circular_triads(table_of(rows)).majority, circular_triads(table_of(other)).majority
    assert triads[0] == triads[1]


def test_alpha_of_guessing_is_near_0_and_of_agreement_1() -> None:
    rng = np.random.default_rng(1)
    pairs = list(combinations([f"i{k}" for k in range(40)], 2))
    guessed = [(a, i, j, i if rng.random() < 0.5 else j) for i, j in pairs for a in "xy"]
    assert abs(pair_alpha(table_of(guessed)).value or 1.0) < 0.1
    agreed = [(a, i, j, i) for i, j in pairs for a in "xy"]
    assert pair_alpha(table_of(agreed)).value == 1.0
    ties = pair_alpha(table_of([(a, "i", "j", "tie") for a in "xy"]))
    assert ties.value is None and "0/0" in str(ties.reason)


def test_the_sign_test_is_scipys() -> None:
    rows = crowd(3)
    decided = [row for row in rows if row[3] != "tie"]
    n_left = sum(row[1] == row[3] for row in decided)
    found = position_bias(table_of(rows))
    assert found.p_value == pytest.approx(binomtest(n_left, len(decided)).pvalue, abs=1e-12)
    assert found.share_left.value == pytest.approx(n_left / len(decided))
    assert sum(n for _, _, n in found.by_annotator) == len(decided)
    assert position_bias(table_of([])).share_left.reason == "No comparison is decided."


MISTAKES: list[tuple[Row, str]] = [
    (("ann", "a", "a", "a"), "an item is not compared with itself"),
    (("ann", "a", "b", "c"), r"winners\[0\] is 'c'; give 'a', 'b', or 'tie'"),
    (("ann", "a", "", "a"), r"right\[0\] is missing"),
    (("", "a", "b", "a"), r"annotators\[0\] is missing"),
    (("ann", "a", "tie", "a"), "tie is 'tie', which is also an item"),
]


@pytest.mark.parametrize(("row", "said"), MISTAKES)
def test_a_comparison_that_cannot_be_is_refused(row: Row, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table_of([row])


def test_the_same_pair_the_other_way_round_is_a_duplicate() -> None:
    with pytest.raises(DuplicateLabel, match="rows 0 and 1"):
        table_of([("ann", "a", "b", "a"), ("ann", "b", "a", "b")])
    assert table_of([("ann", "a", "b", ""), ("ann", "b", "a", "b")]).n_missing == 1
