"""Majority on cases that can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from assay.aggregation import majority
from assay.agreement import LabelTable


def table(**labels: str) -> LabelTable:
    """One task for each argument; its letters are the labels that annotators 0, 1, ... gave."""
    return LabelTable.from_rows(
        [(task, annotator, label) for task, given in labels.items() for annotator, label in enumerate(given)]
    )


def test_most_annotations_win_and_half_is_not_needed() -> None:
    found = majority(table(t="xxyz", u="y"))
    assert (found["t"].label, found["t"].share, found["t"].n_annotations, found["t"].tied) == ("x", 0.5, 4, ())
    assert (found["u"].label, found["u"].share) == ("y", 1.0)
    assert found.n_ties == found.n_undecided == 0


def test_a_tie_is_a_tie() -> None:
    found = majority(table(t="zzyyx"))
    assert (found["t"].label, found["t"].tied, found["t"].share) == (None, ("y", "z"), 0.4)
    assert found.n_ties == found.n_undecided == 1


def test_a_tie_is_broken_by_the_prior_then_by_the_order_of_labels() -> None:
    found = majority(table(t="zy", u="zzx", v="xy", w="x"), tie_rule="prior")
    # Overall x and z have three annotations each, y two.
    assert (found["t"].label, found["t"].tied) == ("z", ("y", "z"))
    assert (found["v"].label, found["v"].tied) == ("x", ("x", "y"))
    equal = majority(table(t="yx"), tie_rule="prior")
    assert equal["t"].label == "x"
    assert (equal.n_ties, equal.n_undecided) == (1, 0)


def test_labels_that_are_numbers_are_ordered_as_numbers() -> None:
    found = majority(LabelTable.from_rows([("t", "a", 10), ("t", "b", 9)]))
    assert found["t"].tied == (9, 10)


def test_a_task_without_labels_is_undecided() -> None:
    found = majority(LabelTable.from_rows([("t", "ann", None), ("u", "ann", "x")]))
    assert (found["t"].label, found["t"].share, found["t"].n_annotations) == (None, None, 0)
    assert found["t"].reason == "no annotation has a label"
    assert len(found) == 2
    with pytest.raises(KeyError):
        found["v"]


def test_sets_count_as_equal_when_they_have_the_same_members() -> None:
    rows = [("t", "a", frozenset("xy")), ("t", "b", frozenset("yx")), ("t", "c", frozenset())]
    assert majority(LabelTable.from_rows(rows))["t"].label == frozenset("xy")


def test_a_large_table_is_the_same_as_counting() -> None:
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 5, (2000, 5))
    found = majority(LabelTable.from_columns(dict(enumerate(labels.T))))
    for decision, given in zip(found, labels, strict=True):
        counts = np.bincount(given, minlength=5)
        leading = np.flatnonzero(counts == counts.max())
        assert decision.label == (leading[0] if len(leading) == 1 else None)
        assert decision.share == counts.max() / 5
