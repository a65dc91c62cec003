"""Counting without sorting gives the same tables and patterns, in the same order, as counting with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import krippendorff
import numpy as np
import pytest

from assay.agreement import METRICS, DuplicateLabel, LabelTable, krippendorff_alpha
from assay.agreement.patterns import count_labels, patterns_of_few_labels


def columns(seed: int, n_labels: int = 4) -> tuple[Any, Any, Any]:
    """Whole numbers in random order; some numbers do not occur."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(60 * 7, size=200, replace=False)
    return 3 * (cells // 7) + 5, cells % 7 - 2, rng.integers(0, n_labels, 200) * 10


def same(one: LabelTable, other: LabelTable) -> None:
    for name in (
        "tasks",
        "annotators",
        "labels",
        "n_missing",
        "n_annotations",
        "n_tasks",
        "ordered",
        "period",
        "weights",
    ):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("task_codes", "annotator_codes", "label_codes", "n_annotations_of_task"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    task, annotator, label = columns(seed)
    order = np.lexsort((annotator, task))
    in_order = LabelTable.from_arrays(task[order], annotator[order], label[order])
    for metric in METRICS:
        if metric.card.accepts("nominal"):
            assert metric(LabelTable.from_arrays(task, annotator, label)) == metric(in_order)
    shuffled = LabelTable.from_arrays(task, annotator, label)
    same(shuffled, in_order)
    same(LabelTable.from_arrays(task.tolist(), annotator.tolist(), label.tolist()), in_order)
    same(replace(LabelTable.from_arrays(task, annotator, label)), in_order)
    assert len({len(part) for part in shuffled.codes_in_any_order}) == 1


@pytest.mark.parametrize("n_labels", [1, 2, 5, 12, 40])
def test_patterns_and_their_order(n_labels: int) -> None:
    task, annotator, label = columns(9, n_labels)
    table = LabelTable.from_arrays(task, annotator, label)
    quick = patterns_of_few_labels(table.task_codes, table.label_codes, table.n_annotations_of_task, len(table.labels))
    slow = count_labels(table.task_codes, table.label_codes, len(table.labels)).patterns
    if n_labels == 40:  # as a number the counts of a task would not be exact
        assert quick is None
        return
    assert quick is not None
    for name in ("weight", "n_annotations", "row", "label", "count", "n_labels"):
        np.testing.assert_array_equal(getattr(quick, name), getattr(slow, name), err_msg=name)


def test_a_second_label_is_found_in_any_order() -> None:
    task, annotator, label = (np.append(column, column[17]) for column in columns(2))
    with pytest.raises(DuplicateLabel, match=r"\(rows 17 and 200, counted from 0\)"):
        LabelTable.from_arrays(task, annotator, label)
    missing = [None] * 5 + label[5:].tolist()
    with pytest.raises(DuplicateLabel, match=r"\(rows 17 and 200, counted from 0\)"):
        LabelTable.from_arrays(task, annotator, missing)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_a_matrix_is_read_as_by_the_peer(level: Any) -> None:
    rng = np.random.default_rng(4)
    matrix = rng.integers(-1, 4, (6, 80)).astype(np.float64)
    matrix[rng.random(matrix.shape) < 0.3] = np.nan
    for given in (matrix, matrix / 4.0, matrix.T.copy().T):
        peer = krippendorff.alpha(given, level_of_measurement=level)
        table = LabelTable.from_matrix(given)
        assert krippendorff_alpha(table, distance=level).value == pytest.approx(peer, abs=1e-9)
        by_hand = {f"{row + 1}": [None if v != v else v for v in given[row].tolist()] for row in range(6)}
        other = LabelTable.from_columns({int(name): column for name, column in by_hand.items()})
        same(table, other)
    whole = LabelTable.from_matrix(rng.integers(0, 3, (4, 9)))
    assert (whole.labels, type(whole.labels[0]), whole.n_missing) == ((0, 1, 2), int, 0)
    assert krippendorff_alpha(LabelTable.from_matrix(np.full((2, 3), np.nan))).value is None
    assert LabelTable.from_matrix(np.zeros((0, 0))).n_tasks == 0


@pytest.mark.parametrize("bad", [np.zeros(3), np.zeros((2, 2, 2)), [["a", "b"]], [[None, 1]], [[1j]]])
def test_what_is_no_matrix_of_numbers(bad: Any) -> None:
    with pytest.raises(ValueError, match="give a matrix of numbers"):
        LabelTable.from_matrix(bad)
