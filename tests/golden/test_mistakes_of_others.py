"""Wrong numbers that released annotation tools gave; each is a test here."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from assay.agreement import (
    METRICS,
    LabelTable,
    by_annotator,
    by_label,
    cohen_kappa,
    krippendorff_alpha,
    pairwise,
    task_disagreement,
)

NOMINAL = [metric for metric in METRICS if metric.card.accepts("nominal")]


def test_labels_are_compared_so_that_different_labels_are_not_perfect() -> None:
    """An endpoint compared stored values instead of labels, and everything looked perfect."""
    table = LabelTable.from_columns({"ann": ["cat", "dog", "cat", "dog"], "ben": ["dog", "cat", "dog", "cat"]})
    assert [metric(table).observed for metric in NOMINAL] == [0.0] * len(NOMINAL)
    value = krippendorff_alpha(table).value
    assert value is not None and value < 0


def test_words_are_not_ranked_by_the_alphabet() -> None:
    """An ordinal scale was ranked alphabetically; here labels are equal or not, whatever they are called."""
    low_medium_high = LabelTable.from_columns({"ann": ["low", "medium", "high"], "ben": ["medium", "medium", "low"]})
    numbers = LabelTable.from_columns({"ann": [10, 9, 100], "ben": [9, 9, 10]})
    assert krippendorff_alpha(low_medium_high).value == krippendorff_alpha(numbers).value
    with pytest.raises(ValueError, match=r"state their order by levels=\[lowest"):
        krippendorff_alpha(low_medium_high, distance="ordinal")
    stated = krippendorff_alpha(low_medium_high, distance="ordinal", levels=["low", "medium", "high"])
    alphabet = krippendorff_alpha(low_medium_high, distance="ordinal", levels=["high", "low", "medium"])
    assert stated.value != alphabet.value


def test_numbers_in_text_are_not_ranked_as_text() -> None:
    """ "10" sorts before "9"; read as numbers it comes after."""
    text = LabelTable.from_columns({"ann": ["8", "9", "10", "2"], "ben": ["9", "9", "10", "1"]})
    numbers = LabelTable.from_columns({"ann": [8, 9, 10, 2], "ben": [9, 9, 10, 1]})
    expected = krippendorff_alpha(numbers, distance="ordinal")
    assert krippendorff_alpha(text.as_numbers(), distance="ordinal").value == expected.value
    with pytest.raises(ValueError, match="is not a number"):
        krippendorff_alpha(text, distance="ordinal")


@pytest.mark.parametrize("distance", ["nominal", "jaccard", "masi"])
def test_sets_that_differ_are_not_equal(distance: str) -> None:
    """Set-valued questions always had agreement 1.0."""
    table = LabelTable.from_columns(
        {
            "ann": [frozenset("ab"), frozenset("c"), frozenset()],
            "ben": [frozenset("a"), frozenset("cd"), frozenset("b")],
        }
    )
    value = krippendorff_alpha(table, distance=distance).value
    assert value is not None and value < 0.9


def test_annotators_are_paired_by_task_and_not_by_place() -> None:
    """One skipped task moved all the following answers up by one."""
    tasks = [f"t{number}" for number in range(20)]
    labels = ["x", "y", "z", "y"] * 5
    ann = list(zip(tasks, ["ann"] * 20, labels, strict=True))
    ben = [row for row in zip(tasks, ["ben"] * 20, labels, strict=True) if row[0] != "t3"]
    for rows in (ann + ben, ben + ann, ben[::-1] + ann):
        found = cohen_kappa(LabelTable.from_rows(rows))
        assert (found.value, found.n_tasks) == (1.0, 19)


def test_two_empty_sets_agree_but_prove_nothing_alone() -> None:
    """Two empty answers scored as perfect agreement of the project."""
    empty = LabelTable.from_columns({"ann": [frozenset()] * 5, "ben": [frozenset()] * 5})
    found = krippendorff_alpha(empty, distance="masi")
    assert found.value is None and found.reason is not None and "the empty set" in found.reason
    mixed = {"ann": [frozenset(), frozenset("a")], "ben": [frozenset(), frozenset("a")]}
    assert krippendorff_alpha(LabelTable.from_columns(mixed), distance="masi").value == 1.0


def test_disagreement_of_a_task_is_not_always_zero() -> None:
    """A score that was always 0 meant that contested tasks never got another annotator."""
    table = LabelTable.from_columns({"ann": list("xxx"), "ben": list("xxy"), "cem": list("xyz")}, tasks=["a", "b", "c"])
    found = task_disagreement(table)
    assert [(row.task, row.disagreement) for row in found.worst(9)] == [
        ("c", 1.0),
        ("b", pytest.approx(2 / 3)),
        ("a", 0.0),
    ]


@pytest.mark.parametrize("n_annotators", [2, 3, 7])
def test_nothing_divides_by_zero_when_all_agree(n_annotators: int) -> None:
    """The all-agree case crashed."""
    for labels in ("x", "xx", "xyxy", "xyz"):
        table = LabelTable.from_columns({f"a{annotator}": list(labels) for annotator in range(n_annotators)})
        with warnings.catch_warnings(), np.errstate(all="raise"):
            warnings.simplefilter("error")
            for metric in NOMINAL:
                found = metric(table)
                assert found.observed == 1.0
                assert found.value in (1.0, None)
            by_label(table), by_annotator(table), pairwise(table), task_disagreement(table)


def test_no_annotations_say_so_and_not_trustworthy() -> None:
    """A card without data said "trustworthy"."""
    for metric in METRICS:
        found = metric(LabelTable.from_rows([]))
        assert (found.value, found.low, found.high, found.n_tasks) == (None, None, None, 0)
        assert found.reason == "There are no annotations."
